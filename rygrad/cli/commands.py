"""Importing this module registers every command with the application."""

from rygrad.cli import (
    activate,
    ask,
    assess,
    client,
    content,
    demo,
    doctor,
    examples,
    explain,
    export,
    imported,
    print,
    record,
    serve,
    user,
)
from rygrad.cli.application import app

__all__ = [
    "activate",
    "app",
    "ask",
    "assess",
    "client",
    "content",
    "demo",
    "doctor",
    "examples",
    "explain",
    "export",
    "imported",
    "print",
    "record",
    "serve",
    "user",
]
