"""A real server under load, killed and started again; clients over HTTP that remember what they were promised."""
