"""``export_columns``: the record as the region's tables (Parquet), for counting. Nobody counts on the record's own.

Citizens and courses have replaced ids: one key for each export, kept nowhere, so that two exports cannot be joined by
them. The tables hold no name, number or free text of a person; they are pseudonymous, not anonymous.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import Any

from rygrad.decision.coursetable import Column
from rygrad.decision.decision import ENGINE
from rygrad.decision.regiontable import MONTHS, REFERRALS, UNITS, course_columns
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.changes import write_change
from rygrad.record.columnsof import Beside, CourseRows, Reading, Row, rows_of
from rygrad.record.contents import active
from rygrad.record.coursefile import Recorded
from rygrad.record.journal import recorded
from rygrad.record.models import Course, Entry, Organisation, Person
from rygrad.record.people import organisation_names
from rygrad.record.regions import REGION_OF

_COURSES_AT_ONCE = 1_000
_ROWS_AT_ONCE = 10_000
OPERATOR = Actor("operator", "rygrad", "administrator")
"""Who exports: whoever runs the system, with its database before them."""


def export_columns(
    out: Path,
    *,
    until: date | None = None,
    progress: Callable[[int], None] = lambda done: None,
    at: datetime | None = None,
) -> Counter[str]:
    """Write ``courses``, ``referrals``, ``months`` and ``units`` into a new folder; how many rows of each.

    ``until``: only what is true of that local day or before, corrections in place (today when None). ``progress`` is
    told the number of courses read. ``at`` is the clock, for tests. Memory does not grow with the record. RygradError
    when the folder is there, the day is to come, or pyarrow is missing; what fails leaves no folder behind.
    """
    _arrow()
    instant = at or clocks.now()
    day = until or clocks.local_day(instant)
    if day > clocks.local_day(instant):
        raise RygradError("in_the_future", {"da": "dagen ligger i fremtiden.", "en": "the day lies in the future."})
    programme = active()
    by = Reading(programme, day, dict(Organisation.objects.values_list("id", "kind")))
    try:
        out.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise _is_there(out) from None
    try:
        return _written(out, by, progress, instant)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _is_there(out: Path) -> RygradError:
    return RygradError(
        "folder_there",
        {"da": "mappen findes allerede.", "en": "the folder is there already."},
        {"da": "Vælg en ny mappe; intet overskrives.", "en": "Choose a new folder; nothing is overwritten."},
        source=str(out),
    )


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise RygradError(
            "no_columns",
            {"da": "tabellerne kræver pyarrow.", "en": "the tables need pyarrow."},
            {"da": "Installér med: pip install 'rygrad[region]'", "en": "Install with: pip install 'rygrad[region]'"},
        ) from None
    return pyarrow


def _written(out: Path, by: Reading, progress: Callable[[int], None], at: datetime) -> Counter[str]:
    with ExitStack() as stack:
        tables = {
            name: stack.enter_context(_Table(out / f"{name}.parquet", columns, by))
            for name, columns in table_columns(by.pathway).items()
        }
        for done, batch in _batches(by):
            for rows in batch:
                tables["courses"].add([rows.course])
                tables["referrals"].add(rows.referrals)
                tables["months"].add(rows.months)
            progress(done)
        tables["units"].add(_units(by))
        counts = Counter({name: table.count for name, table in tables.items()})
        # Before the files are closed, for until then nobody can read them: no export without its line.
        detail = {"until": by.until, "content": by.programme.sha256, "courses": counts["courses"]}
        write_change(OPERATOR, "columns_exported", "", detail, at=at)
    return counts


def table_columns(pathway: Pathway) -> dict[str, tuple[Column, ...]]:
    """The columns of each table, by its name."""
    return {"courses": course_columns(pathway), "referrals": REFERRALS, "months": MONTHS, "units": UNITS}


def arrow_schema(columns: Iterable[Column], about: dict[str, str] | None = None) -> Any:
    """The columns as an Arrow schema; each field carries its description."""
    pa = _arrow()
    types = {
        "string": pa.string(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "int8": pa.int8(),
        "int16": pa.int16(),
        "float64": pa.float64(),
        "array<string>": pa.list_(pa.string()),
    }
    fields = [pa.field(column.name, types[column.type], metadata={"says": column.says}) for column in columns]
    return pa.schema(fields, metadata=about)


@dataclass
class _Table:
    """One Parquet file under way, written some rows at a time."""

    file: Path
    columns: tuple[Column, ...]
    by: Reading
    count: int = 0
    waiting: list[Row] = field(default_factory=list)

    def __enter__(self) -> "_Table":
        about = {"until": str(self.by.until), "content": self.by.programme.sha256, "engine": ENGINE}
        self.schema = arrow_schema(self.columns, about)
        self.file.touch(mode=0o600)
        self.writer = _arrow().parquet.ParquetWriter(self.file, self.schema, compression="zstd")
        return self

    def add(self, rows: Sequence[Row]) -> None:
        """These rows too."""
        self.waiting += rows
        self.count += len(rows)
        if len(self.waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self.writer.write_table(_arrow().Table.from_pylist(self.waiting, schema=self.schema))
        self.waiting = []

    def __exit__(self, problem: object, *_: object) -> None:
        if problem is None:
            self._flush()
        self.writer.close()


class Replaced:
    """Ids by a keyed hash: the same within one export, and nobody's after it."""

    def __init__(self) -> None:
        self._key = token_bytes(32)

    def __call__(self, kind: str, id: str) -> str:
        """The id that stands for this one: 32 hexadecimal digits."""
        return blake2b(id.encode(), digest_size=16, key=self._key, person=kind.encode()).hexdigest()


def _batches(by: Reading) -> Iterator[tuple[int, list[CourseRows]]]:
    """The rows of some courses at a time, with how many have been read. They do not lie in the order of their ids."""
    replaced, linked, done = Replaced(), _linked(), 0
    for courses in _chunks():
        beside = _beside(courses, linked, replaced)
        found = [rows_of(beside[course.id], entries, by) for course, entries in _with_entries(courses)]
        done += len(courses)
        yield done, sorted((rows for rows in found if rows), key=lambda rows: str(rows.course["course"]))


def _chunks() -> Iterator[list[Course]]:
    last = ""
    rows = Course.objects.select_related("person").order_by("id")
    while courses := list(rows.filter(id__gt=last)[:_COURSES_AT_ONCE]):
        yield courses
        last = courses[-1].id


def _with_entries(courses: Sequence[Course]) -> list[tuple[Course, list[Recorded]]]:
    found: dict[str, list[Recorded]] = {course.id: [] for course in courses}
    for row in Entry.objects.filter(stream__in=list(found)).order_by("seq").iterator(chunk_size=5_000):
        found[row.stream].append(recorded(row))
    return [(course, found[course.id]) for course in courses]


def _linked() -> dict[str, tuple[str, ...]]:
    """All who are one person, by each of their ids; only of those that were linked."""
    found: dict[str, tuple[str, ...]] = {}
    for one, other in Person.objects.exclude(linked_to=None).values_list("id", "linked_to_id"):
        people = tuple(sorted({*found.get(one, (one,)), *found.get(other, (other,))}))
        found |= dict.fromkeys(people, people)
    return found


def _beside(courses: Sequence[Course], linked: dict[str, tuple[str, ...]], replaced: Replaced) -> dict[str, Beside]:
    """What each course needs besides its entries; earlier courses are those of all ids the citizen has had."""
    same = {course.person_id: linked.get(course.person_id, (course.person_id,)) for course in courses}
    ended: dict[str, list[tuple[Any, date]]] = {}
    people = {one for several in same.values() for one in several}
    rows = Course.objects.filter(person_id__in=people).exclude(ended_on=None)
    for person, opened_at, ended_on in rows.values_list("person_id", "opened_at", "ended_on"):
        ended.setdefault(person, []).append((opened_at, ended_on))
    found = {}
    for course in courses:
        everybody = same[course.person_id]
        earlier = [day for one in everybody for at, day in ended.get(one, ()) if at < course.opened_at]
        ids = replaced("course", course.id), replaced("citizen", everybody[0])
        found[course.id] = Beside(*ids, course.person.municipality_code, max(earlier, default=None))
    return found


def _units(by: Reading) -> list[Row]:
    names = organisation_names(by.kinds, by.until)
    return [
        {
            "unit": one.id,
            "kind": one.kind,
            "name": names.get(one.id),
            "municipality": one.municipality_code,
            "region": REGION_OF.get(one.municipality_code or ""),
        }
        for one in Organisation.objects.order_by("id")
    ]
