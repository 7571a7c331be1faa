"""The long batteries, run by `make test-long`."""
