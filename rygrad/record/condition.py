"""``doctor``: which database the record runs on, how it is set, and whether the newest part is as it was written."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from rygrad.pathway.read import load_pathway
from rygrad.pathway.words import Phrase
from rygrad.record import clocks
from rygrad.record.activation import FIRST
from rygrad.record.chain import head
from rygrad.record.contents import activation, active
from rygrad.record.models import Activation, Course, Entry
from rygrad.record.verify import verify

_WAL_RESET_FIXED = (3, 51, 3)
_AHEAD = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: fine, not fine, or (None) worth knowing."""

    is_fine: bool | None
    words: Phrase
    otherwise: Phrase | None = None

    @property
    def said(self) -> Phrase:
        """What it says now."""
        return self.otherwise if self.is_fine is False and self.otherwise else self.words


def examine(pathway: str) -> list[Finding]:
    """The whole examination, a line each; nothing is changed."""
    database = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    return [*database, _triggers(), *_content(pathway), *_journal(), _clock()]


def _value(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _sqlite() -> list[Finding]:
    version = sqlite3.sqlite_version
    mode, full = _value("PRAGMA journal_mode"), _value("PRAGMA synchronous") == "2"
    safe = mode == "truncate"
    has_bug = sqlite3.sqlite_version_info < _WAL_RESET_FIXED
    bug = (
        Phrase(
            f"SQLite {version} har fejlen ved nulstilling af WAL; journalen bruger den ikke",
            f"SQLite {version} has the WAL-reset bug; the record uses no write-ahead log",
        )
        if has_bug
        else Phrase(f"SQLite {version}", f"SQLite {version}")
    )
    return [
        Finding(True, bug),
        Finding(safe, Phrase(f"SQLites egen log: {mode}", f"journal mode {mode}")),
        Finding(
            full,
            Phrase(
                "hver indførsel er på disken, før der kvitteres", "every entry is on disk before it is acknowledged"
            ),
        ),
    ]


def _postgresql() -> list[Finding]:
    checksums = _value("SHOW data_checksums") == "on"
    return [
        Finding(True, Phrase(*[f"PostgreSQL {_value('SHOW server_version')}"] * 2)),
        Finding(
            _value("SHOW synchronous_commit") in ("on", "remote_apply") and _value("SHOW fsync") == "on",
            Phrase(
                "hver indførsel er på disken, før der kvitteres", "every entry is on disk before it is acknowledged"
            ),
        ),
        Finding(
            True if checksums else None,
            Phrase(
                "kontrolsum på databasens sider er slået til"
                if checksums
                else "kontrolsum på databasens sider anbefales (initdb --data-checksums)",
                "page checksums are on" if checksums else "page checksums are recommended (initdb --data-checksums)",
            ),
        ),
    ]


def _triggers() -> Finding:
    query = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'record\\_%' ESCAPE '\\'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'record\\_%' AND NOT tgisinternal",
    }
    found = int(_value(query[connection.vendor]))
    return Finding(
        found == 10,  # two for each of the five tables that are only added to
        Phrase("databasen selv afviser at ændre journalen", "the database itself refuses to change the journal"),
        Phrase("spærringen mod ændringer mangler", "the triggers that refuse changes are missing"),
    )


def _content(pathway: str) -> list[Finding]:
    by, current = _put_in_force(activation()), active().pathway.identity
    packaged = load_pathway(pathway).identity
    same = current.sha256 == packaged.sha256
    words = Phrase(
        f"gældende indhold {current.id} {current.version} · {current.sha256[:12]} ({by.da})",
        f"content in force {current.id} {current.version} · {current.sha256[:12]} ({by.en})",
    )
    other = Phrase(
        f"det installerede indhold er et andet ({packaged.version} · {packaged.sha256[:12]}): rygrad content activate",
        f"the installed content is another ({packaged.version} · {packaged.sha256[:12]}): rygrad content activate",
    )
    return [Finding(True, words), *([] if same else [Finding(None, other)])]


def _put_in_force(row: Activation) -> Phrase:
    """The two who did it; nobody does it at the first installation."""
    if row.by == FIRST:
        return Phrase(*FIRST.split(" / "))
    return Phrase(f"{row.by}, {row.also_by}", f"{row.by}, {row.also_by}")


def _journal() -> list[Finding]:
    newest = verify(newest=True)
    count, courses = Entry.objects.count(), Course.objects.count()
    return [
        Finding(True, Phrase(f"{count} indførsler, {courses} forløb", f"{count} entries, {courses} courses")),
        Finding(
            not newest.problems,
            Phrase(
                f"den nyeste del af kæderne holder ({newest.head[:12]})",
                f"the newest part of the chains holds ({newest.head[:12]})",
            ),
            Phrase("kæden er brudt: rygrad record verify", "the chain is broken: rygrad record verify"),
        ),
    ]


def _clock() -> Finding:
    """Each entry is later than the one before: one from a clock that was ahead holds all others ahead."""
    try:
        is_later = any(end.seq and end.at > clocks.now() + _AHEAD for end in (head("journal"), head("looks")))
    except Exception:  # rot takes any form; what it is, the finding on the chains says
        is_later = False
    return Finding(
        not is_later,
        Phrase("uret er ikke bagud for journalen", "the clock is not behind the record"),
        Phrase(
            "den nyeste indførsel ligger foran uret: stil uret, se vejledningen",
            "the newest entry lies ahead of the clock: set the clock, see the operations guide",
        ),
    )
