"""The neighbours."""
