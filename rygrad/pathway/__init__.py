"""Reads a care programme's content into frozen objects, and refuses content that breaks its own rules."""
