"""SQLite as the record needs it; Django finds ``base`` here by the name ``rygrad.record.sqlite``."""
