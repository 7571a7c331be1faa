"""The record as it was, again and again: an SQLite database put back in a moment after each attack on it."""

import json
import sqlite3
from typing import Any

from django.db import connection


class Before:
    """What the record at hand holds now."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.kept = sqlite3.connect(":memory:")
        connection.connection.backup(self.kept)

    def again(self) -> None:
        """Put it back."""
        self.kept.backup(connection.connection)


def holds(text: str) -> bool:
    """The text stands somewhere in the database, byte for byte: in a column of its own, or in canonical JSON."""
    wanted = {text, json.dumps(text, ensure_ascii=False)[1:-1]}
    connection.ensure_connection()
    raw = connection.connection
    return any(one in value for table in _tables(raw) for value in _texts(raw, table) for one in wanted)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    connection.ensure_connection()
    raw = connection.connection
    return {table: raw.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in _tables(raw)}  # noqa: S608


def _tables(raw: Any) -> list[str]:
    found = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [row[0] for row in found]


def _texts(raw: Any, table: str) -> Any:
    if table in ("record_content", "django_session"):
        return
    for row in raw.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  (the database's own name)
        yield from (value for value in row if isinstance(value, str))
