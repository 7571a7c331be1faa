"""The hash chains of the journal and of the access log: SHA-256 over the previous hash and every column."""

import hashlib
import json
import secrets
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
    """The hash of a row. The body enters as its own salted hash, so that an erased one leaves it behind."""
    values = [_of_body(row["body"], row["salt"]) if name == "body" else _plain(row[name]) for name in columns]
    text = json.dumps([previous, *values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def new_salt() -> str:
    """What nobody can guess: with it goes every way back from the hash of a body to what it said."""
    return secrets.token_hex(16)


def erased(body: str, salt: str) -> str:
    """What stands in the place of a body that is erased with its salt: its hash, and nothing of what it said."""
    return _ERASED + _of_body(body, salt)


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
        if isinstance(row, Entry):
            row.salt = new_salt()
        row.hash = link(row.previous, columns, vars(row))
        last.seq, last.hash, last.at = row.seq, row.hash, at
    insert([last]) if is_first else update(last)


def _of_body(body: str, salt: str) -> str:
    """Its hash. Bodies that earlier releases wrote have no salt."""
    return body.removeprefix(_ERASED) if is_erased(body) else hashlib.sha256(f"{salt}{body}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
