"""What the record really sends to SQLite when it writes: captured from Django once, and played again on any disk."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
from django.db import connection

from rygrad.record import accesslog, acts
from rygrad.record.accesslog import Seen
from rygrad.record.sqlite.base import PRAGMAS
from tests.record.cast import NEEDS, Cast
from tests.record.faults.disk import NAME, Disk, opened

Statement = tuple[str, tuple[Any, ...]]
Transaction = list[Statement]


@dataclass
class Workload:
    """A database to begin with, the transactions written to it; its file and whole content before and after each."""

    start: bytes
    transactions: list[Transaction]
    states: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    def one_by_one(self) -> Iterator["Workload"]:
        """Each transaction as a workload of its own, on the file that those before it left."""
        for number, transaction in enumerate(self.transactions):
            yield Workload(self.files[number], [transaction], self.states[number : number + 2])

    def disk(self, **options: Any) -> Disk:
        """A fresh disk with the database to begin with."""
        return Disk({NAME: bytearray(self.start)}, **options)


@contextmanager
def capturing(into: list[Transaction]) -> Iterator[None]:
    """Note every statement that Django sends, by transaction; COMMIT is not a statement there and comes last here."""

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == "BEGIN IMMEDIATE":
            into.append([])
        for row in (params or ()) if many else [params]:
            into[-1].append((sql % (("?",) * len(row)) if row else sql, tuple(row or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield
    for transaction in into:
        transaction.append(("COMMIT", ()))


def written_by(c: Cast, file: Path, *, rounds: int = 1) -> Workload:
    """The transactions of a course's treatment, return and referral, of long texts and of looks, ``rounds`` times."""
    c.grouped()
    workload = Workload(file.read_bytes(), [])
    with capturing(workload.transactions):
        for number in range(rounds):
            _one_round(c, number)
    _note_states(workload)
    return workload


def _one_round(c: Cast, number: int) -> None:
    if number == 0:
        c.write(c.bo, acts.TreatmentStarted("physiotherapist"), days=1)
        c.write(c.bo, acts.EffectJudged("physiotherapist", "no_effect"), days=42)
        c.write(c.bo, acts.ReturnedToGp(NEEDS), days=1)
        decided = acts.GpDecided({"surgical_assessment": acts.EffortDecision("accepted")})
        sent = acts.ReferralSent("r1", "surgical_assessment", c.hanne.organisation or "", "Vurdering ønskes")
        c.write(c.anna, decided, sent, days=1)
    c.write(c.bo, acts.MessageToGp("other", f"æøå {number} " * 6_000))
    c.write(c.anna, *(acts.MessageToGp("other", f"besked {number} {one}") for one in range(5)))
    accesslog.log(
        c.bo, [Seen(c.dina.person or "", c.course, basis) for basis in ("holder", "own_gp", "care")], "course", at=c.at
    )
    c.write(c.bo, acts.MessageToGp("other", "kort"))


def _note_states(workload: Workload) -> None:
    disk = workload.disk()
    with opened(disk, PRAGMAS) as db:
        for transaction in ([], *workload.transactions):
            play(db, transaction)
            workload.states.append(fingerprint(db))
            workload.files.append(bytes(disk.files[NAME]))
    assert len(set(workload.states)) == len(workload.states)


def play(db: apsw.Connection, transaction: Transaction) -> None:
    """The transaction's statements, its COMMIT included."""
    for sql, params in transaction:
        db.execute(sql, params).fetchall()


def fingerprint(db: apsw.Connection) -> str:
    """All rows of all tables: two databases with one fingerprint hold the same."""
    digest = hashlib.sha256()
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        rows = db.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall()  # noqa: S608
        digest.update(table.encode())
        for row in rows:
            digest.update("\x1f".join(map(_plain, row)).encode() + b"\x1e")
    return digest.hexdigest()


def _plain(value: Any) -> str:
    """A text as it is, for contents are long; whatever else with its kind."""
    return value if isinstance(value, str) else repr(value)


def is_sound(db: apsw.Connection) -> bool:
    """SQLite finds no fault in the file itself, nor a row that points nowhere."""
    sound = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return sound and not db.execute("PRAGMA foreign_key_check").fetchall()
