"""Settings and start: which database, which applications."""
