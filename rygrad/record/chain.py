"""The hash chains of the journal and of the access log: SHA-256 over the previous hash and every column."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rygrad.record import clocks
from rygrad.record.models import Entry, Head, Look
from rygrad.record.storage import insert, rows, update

START = "0" * 64
_ERASED = "~erased:"  # no body begins so: bodies are JSON
ENTRY_COLUMNS = (
    "seq",
    "stream",
    "version",
    "id",
    "key",
    "type",
    "schema_version",
    "valid_on",
    "recorded_at",
    "actor",
    "role",
    "on_behalf_of",
    "organisation",
    "purpose",
    "content_sha256",
    "engine",
    "body",
)
LOOK_COLUMNS = (
    "seq",
    "at",
    "actor",
    "role",
    "organisation",
    "person",
    "course",
    "what",
    "basis",
    "reason",
    "channel",
)


def link(previous: str, columns: Sequence[str], row: Mapping[str, Any]) -> str:
    """The hash of a row. The body enters as its own hash, so that an erased one leaves it behind."""
    values = [_plain(name, row[name]) for name in columns]
    text = json.dumps([previous, *values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def erased(body: str) -> str:
    """What stands in the place of a body that is erased: its hash, and nothing of what it said."""
    return body if is_erased(body) else _ERASED + hashlib.sha256(body.encode()).hexdigest()


def is_erased(body: str) -> bool:
    """The body has been erased."""
    return body.startswith(_ERASED)


def head(chain: str) -> Head:
    """Where the ``journal`` or the chain of ``looks`` ends; a head that is not stored yet before the first row."""
    found: list[Head] = rows(Head, "SELECT * FROM record_head WHERE chain = %s", chain)
    return found[0] if found else Head(chain=chain, seq=0, hash=START, at=None)


def present(at: datetime | None = None) -> datetime:
    """``at``; else now, never before the journal's newest entry: a clock that has gone back gives no access back."""
    return at or clocks.not_before(head("journal").at)


def extend(last: Head, rows: Sequence[Entry | Look], columns: Sequence[str], at: datetime) -> None:
    """Number the rows and chain them on behind the last one, and move the head; the rows are not stored here."""
    is_first = last.seq == 0
    for row in rows:
        row.seq, row.previous = last.seq + 1, last.hash
        row.hash = link(row.previous, columns, vars(row))
        last.seq, last.hash, last.at = row.seq, row.hash, at
    insert([last]) if is_first else update(last)


def _plain(name: str, value: Any) -> Any:
    if name == "body" and is_erased(value):
        return value.removeprefix(_ERASED)
    if name == "body":
        return hashlib.sha256(value.encode()).hexdigest()
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
