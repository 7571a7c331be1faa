"""Importing this module registers every command with the application."""

from rygrad.cli import ask, assess, content, demo, doctor, explain
from rygrad.cli.application import app

__all__ = ["app", "ask", "assess", "content", "demo", "doctor", "explain"]
