"""The command line: `rygrad …`."""
