"""Importing this module registers every command with the application."""

from rygrad.cli import ask, assess, content, demo, doctor, explain

__all__ = ["ask", "assess", "content", "demo", "doctor", "explain"]
