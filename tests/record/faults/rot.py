"""Rot in a copy of the record's file, and an oracle of its own for what the rot changed."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import apsw
from django.db import connection

from rygrad.record import verify
from tests.record.databases import Databases

CHAINS = ("record_entry", "record_look")
Rows = Mapping[str, object]


@dataclass(frozen=True)
class Flip:
    """One bit of the file."""

    byte: int
    bit: int

    def of(self, content: bytes) -> bytes:
        """The content with this bit the other way round."""
        changed = bytearray(content)
        changed[self.byte] ^= 1 << self.bit
        return bytes(changed)


def rows(file: Path) -> Rows:
    """Every stored column of both chains, read without Django and without any index; unreadable counts as changed."""
    found: dict[str, object] = {}
    for table in CHAINS:
        try:
            with closing(sqlite3.connect(file)) as db:
                found[table] = db.execute(f"SELECT * FROM {table} NOT INDEXED ORDER BY seq").fetchall()  # noqa: S608
        except (sqlite3.Error, UnicodeError) as problem:
            found[table] = type(problem).__name__
    return found


def sqlite_finds_it(file: Path) -> bool:
    """Whether SQLite's own check of the file says anything."""
    try:
        with closing(sqlite3.connect(file)) as db:
            return bool(db.execute("PRAGMA integrity_check").fetchall() != [("ok",)])
    except (sqlite3.Error, UnicodeError):
        return True


def pages_of(file: Path, *tables: str) -> list[int]:
    """The numbers of the pages that hold these tables, overflow pages and inner pages included."""
    with closing(apsw.Connection(str(file))) as db:
        marks = ", ".join("?" * len(tables))
        found = db.execute(f"SELECT pageno FROM dbstat WHERE name IN ({marks})", tables).fetchall()  # noqa: S608
    return [page for (page,) in found]


def flips(content: bytes, pages: Sequence[int], chance: Random, number: int) -> Iterator[Flip]:
    """Half of them in these pages, half of them anywhere."""
    size = int.from_bytes(content[16:18], "big")
    for one in range(number):
        inside = (chance.choice(pages) - 1) * size + chance.randrange(size)
        yield Flip(chance.randrange(len(content)) if one % 2 else inside, chance.randrange(8))


@dataclass
class Rotted:
    """What came of many flips; ``unseen`` are those that changed an entry and that ``verify`` passed over."""

    counts: Counter[str]
    unseen: list[tuple[Flip, str]]


def rot(databases: Databases, file: Path, chosen: Iterable[Flip]) -> Rotted:
    """Flip each bit in a copy of its own, and compare what verify says with what the oracle says."""
    content, original = file.read_bytes(), rows(file)
    copy = file.with_name("rotted.sqlite3")
    result = Rotted(Counter(), [])
    for flip in chosen:
        copy.write_bytes(flip.of(content))
        changed = rows(copy) != original
        result.counts["flips"] += 1
        result.counts["changed an entry or a look"] += changed
        result.counts["found by integrity_check"] += changed and sqlite_finds_it(copy)
        said = reported(databases, copy)
        result.counts["found by verify"] += changed and said == "reported"
        if changed and said != "reported":
            result.unseen.append((flip, said))
    return result


def reported(databases: Databases, file: Path, *, newest: bool = False) -> str:
    """What verify says of this file: ``reported``, ``nothing``, or the exception it breaks off with."""
    databases.use(f"sqlite:///{file}")
    try:
        with connection.execute_wrapper(_Patience()):
            return "reported" if verify.verify(newest=newest, replay=False).problems else "nothing"
    except Exception as problem:  # breaking off is not reporting
        return type(problem).__name__
    finally:
        databases.release()


class NeverEnds(Exception):
    """verify asked for more statements than any journal of ours can need."""


class _Patience:
    def __init__(self) -> None:
        self.left = 2_000

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise NeverEnds
        return execute(*statement)


def _last(file: Path, table: str) -> dict[str, Any]:
    with closing(sqlite3.connect(file)) as db:
        db.row_factory = sqlite3.Row
        return dict(db.execute(f"SELECT * FROM {table} ORDER BY seq DESC LIMIT 1").fetchone())  # noqa: S608


def _place_of_last_hash(file: Path, table: str) -> int:
    """Where the newest row's hash stands, behind the previous one; the two end the row."""
    row = _last(file, table)
    return file.read_bytes().index((row["previous"] + row["hash"]).encode()) + len(row["previous"])


def places_of(file: Path, table: str, column: str) -> range:
    """The bytes of this column in the newest row."""
    value = str(_last(file, table)[column]).encode()
    at = file.read_bytes().rindex(value, 0, _place_of_last_hash(file, table))
    return range(at, at + len(value))


def places_of_last_row(file: Path, table: str) -> range:
    """The bytes of the newest row, its length and number before it included."""
    end = _place_of_last_hash(file, table) + 64
    return range(_start_of_row(file, table), end)


def places_of_last_row_number(file: Path, table: str) -> range:
    """The few bytes before the newest row's columns: how long it is, its number, and what kind of columns follow."""
    start = _start_of_row(file, table)
    return range(start, start + 5)


def _start_of_row(file: Path, table: str) -> int:
    """A row begins with its length and number; the newest row begins its page's content, where the head points to."""
    content, hash_at = file.read_bytes(), _place_of_last_hash(file, table)
    size = int.from_bytes(content[16:18], "big")
    page = hash_at // size * size
    assert content[page] == 0x0D, "not a leaf of a table"
    return page + int.from_bytes(content[page + 5 : page + 7], "big")
