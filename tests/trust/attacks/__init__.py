"""Attacks from the list, each run against every place it could fit."""
