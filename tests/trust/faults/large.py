"""A record of a million entries out of a small one: every course many times over, under other names, in one chain.

Each entry of the small record is followed by the same of each copy, at the same instant, so time never goes back. What
is derived is copied too: a rebuild must find it equal.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection

from rygrad.record.chain import ENTRY_COLUMNS, LOOK_COLUMNS, START, link
from rygrad.record.models import CareRelationship, Course, Entry, Head, Identifier, Look, Person, Sharing, Task
from rygrad.record.storage import insert, writing

DERIVED: tuple[type[Any], ...] = (Task, CareRelationship, Sharing, Course, Person)
_AT_ONCE = 2_000
_NUMBERS_APART = 100_000
_NUMBERS = "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {}) SELECT n FROM s)"
_OWN = {
    Person: ("id", "linked_to_id"),
    Course: ("id", "person_id"),
    Task: ("course_id",),
    CareRelationship: ("course_id",),
    Sharing: ("course_id", "relative_id"),
    Identifier: ("person_id",),
}


def multiply(copies: int) -> int:
    """So many copies of every course beside it, on this SQLite record; how many entries there are then."""
    with writing():
        names = _names()
        entries, looks = list(Entry.objects.order_by("seq")), list(Look.objects.order_by("seq"))
        _clear()
        for model, columns in _OWN.items():
            _copy_rows(model, columns, copies)
        _chain("journal", ENTRY_COLUMNS, _entries(entries, names, copies))
        _chain("looks", LOOK_COLUMNS, _looks(looks, copies))
    return Entry.objects.count()


def _names() -> re.Pattern[str]:
    """Whatever stands in a body for a person, a course or an entry."""
    known = [*Person.objects.values_list("id", flat=True), *Course.objects.values_list("id", flat=True)]
    known += Entry.objects.values_list("id", flat=True)
    return re.compile('"(' + "|".join(map(re.escape, known)) + ')"')


def _clear() -> None:
    """The chains are forged anew; the database's own guard stands aside meanwhile."""
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'")
        guards = rows.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        Entry.objects.all().delete()
        Look.objects.all().delete()
        Head.objects.all().delete()
        for _, sql in guards:
            cursor.execute(sql)


def _copy_rows(model: type[Any], columns: tuple[str, ...], copies: int) -> None:
    renamed = {column: f"{column} || '~' || n" for column in columns}
    if model is Identifier:
        renamed["value"] = f"'demo-' || (CAST(substr(value, 6) AS INTEGER) + {_NUMBERS_APART} * n)"
    kept = [f.column for f in model._meta.concrete_fields if not (f.primary_key and f.name not in _OWN[model])]
    quoted = ", ".join(f'"{column}"' for column in kept)
    values = ", ".join(renamed.get(column, f'"{column}"') for column in kept)
    with connection.cursor() as cursor:
        table, numbers = model._meta.db_table, _NUMBERS.format(copies)
        cursor.execute(f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table}, {numbers}")  # noqa: S608


def _entries(small: list[Entry], names: re.Pattern[str], copies: int) -> Iterator[Entry]:
    for entry in small:
        parts = names.sub(lambda found: f'"{found[1]}\0"', entry.body).split("\0")
        given = {name: getattr(entry, name) for name in ENTRY_COLUMNS}
        for n in range(copies + 1):
            end = f"~{n}" if n else ""
            own = {
                "stream": entry.stream + end,
                "id": entry.id + end,
                "key": _key(entry.key, end),
                "body": end.join(parts),
            }
            yield Entry(**given | own)


def _key(key: str, end: str) -> str:
    """The number of an act in its write stays last."""
    first, mark, rest = key.partition("#")
    return f"{first}{end}{mark}{rest}"


def _looks(small: list[Look], copies: int) -> Iterator[Look]:
    for look in small:
        given = {name: getattr(look, name) for name in LOOK_COLUMNS}
        for n in range(copies + 1):
            end = f"~{n}" if n else ""
            course = look.course + end if look.course else None
            yield Look(**given | {"person": look.person + end, "course": course})


def _chain(name: str, columns: tuple[str, ...], rows: Iterator[Any]) -> None:
    """Number and link the rows one after another, store them, and set the head."""
    last, seq, at, waiting = START, 0, None, []
    for seq, row in enumerate(rows, start=1):
        row.seq, row.previous = seq, last
        row.hash = last = link(last, columns, vars(row))
        at = row.recorded_at if isinstance(row, Entry) else row.at
        waiting.append(row)
        if len(waiting) == _AT_ONCE:
            insert(waiting)
            waiting = []
    insert(waiting)
    if seq:
        Head.objects.create(chain=name, seq=seq, hash=last, at=at)


def fingerprints() -> dict[str, str]:
    """Of each derived table, whatever the order of its rows and their numbers."""
    return {model.__name__: _fingerprint(model) for model in DERIVED}


def _fingerprint(model: type[Any]) -> str:
    """The sum of the rows' own hashes: it needs no order, and no room."""
    keeps_id = model in (Course, Person)
    names = [f.attname for f in model._meta.concrete_fields if f.name != "id" or keeps_id]
    total = 0
    for row in model.objects.values_list(*names).iterator(chunk_size=_AT_ONCE):
        total += int.from_bytes(hashlib.sha256(repr(tuple(map(str, row))).encode()).digest(), "big")
    return f"{model.objects.count()}-{total % 2**256:064x}"
