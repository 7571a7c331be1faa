"""The record measured, on SQLite and on PostgreSQL; writes docs/reference/performance-record.md.

`python -m benchmarks.record URL` measures one empty database and prints one row a line, as JSON.

A demo region of 200 courses goes in through the journal. For the large sizes its rows are copied inside the database
under other names, course by course: the same mix, many times over; the copies have no journal of their own.
"""

import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from rygrad.pathway.read import load_pathway
from rygrad.simulation.region import region
from rygrad.site.start import start

AS_OF, NOON = date(2026, 11, 24), datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "performance-record.md"
_HEAD = """# Performance of the record

Written by `make bench` on {day}: {machine}. Shared machines are noisy, so the ratio (against something run in the same minute)
is what to compare; no test depends on a time.

A demo region of 200 courses goes in through the journal, 100 writes a transaction. For the large sizes its persons, courses and
current tasks are copied inside the database under other names; 50,000 courses share their organisations.

Aims: p99 under 20 ms for a page of 25 at a million courses; a million entries rebuilt in minutes."""
_COURSES, _IN_ONE_PLACE = 200, 250


def main(url: str, *only: str) -> None:
    """Everything, on this empty database; or only `million`: a million entries rebuilt."""
    start(url)
    from rygrad.cli.region import load

    made = region(load_pathway(), _COURSES, 1, AS_OF)
    took = _seconds(lambda: load(made, "rygsmerter", lambda done: None))
    _row(
        f"demo region, {_COURSES} courses, {len(made.writes):,} writes",
        f"{took:.1f} s",
        f"{took / len(made.writes) * 1000:.1f} ms a write",
    )
    for step in [rebuild_a_million] if only else [size, appends, looks, folding, rebuilding, worklists]:
        step()


def _row(what: str, figure: str, against: str) -> None:
    print(json.dumps([what, figure, against]), flush=True)


def _seconds(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started


def _many(run: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of some runs, after one warm-up."""
    run()
    return sorted(_seconds(run) * 1000 for _ in range(times))


def size() -> None:
    """Bytes a course and an entry take, indexes and access log included."""
    from django.db import connection

    from rygrad.record.models import Course, Entry

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            taken = Path(str(connection.settings_dict["NAME"])).stat().st_size
        else:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE 'record%%' AND relkind = 'r'"
            )
            taken = int(cursor.fetchone()[0])
    entries, courses = Entry.objects.count(), Course.objects.count()
    bodies = sum(len(body.encode()) for body in Entry.objects.values_list("body", flat=True))
    _row(
        "database size",
        f"{taken / courses / 1000:.0f} kB a course, {taken / entries / 1000:.1f} kB an entry",
        f"{taken / bodies:.1f} × the entries' bodies alone",
    )


def _bare_commit() -> Callable[[], object]:
    """One durable insert of an entry's size and nothing else, into a table of its own."""
    from django.db import connection

    if connection.vendor == "sqlite":
        from rygrad.record.sqlite.base import PRAGMAS

        bare: Any = sqlite3.connect(Path(tempfile.mkdtemp()) / "bare.sqlite3", isolation_level=None)
        for pragma in PRAGMAS:
            bare.execute(pragma)
        bare.execute("CREATE TABLE bare (a INTEGER PRIMARY KEY, b TEXT) STRICT")
        return lambda: bare.execute("INSERT INTO bare (b) VALUES (?)", ("x" * 800,))
    import psycopg

    bare = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    bare.execute("CREATE TABLE bare (a BIGSERIAL PRIMARY KEY, b TEXT)")
    return lambda: bare.execute("INSERT INTO bare (b) VALUES (%s)", ("x" * 800,))


def appends() -> None:
    """One visit appended, durable, checked, chained and projected; against a bare durable insert."""
    from rygrad.record import acts, chain, journal, people
    from rygrad.record.models import Course, Entry

    course = Course.objects.filter(state="in_treatment", holder__kind="physiotherapy_clinic").first()
    user = course.holder.members.first().professional.user
    actor = people.professional_actor(user, AS_OF, course.holder_id)
    version, number = course.version, 0

    def one() -> None:
        nonlocal version, number
        number += 1
        receipt = journal.append(
            actor, course.id, [acts.Visit("physiotherapist")], expected_version=version, key=f"b{number}"
        )
        version = receipt.version

    took, bare = _many(one, 150), _many(_bare_commit(), 300)
    middle, base = statistics.median(took), statistics.median(bare)
    _row(
        "one entry appended, durable",
        f"{1000 / middle:.0f}/s, p50 {middle:.1f} ms, p99 {took[-2]:.1f} ms",
        f"{middle / base:.1f} × a bare durable insert ({base:.2f} ms)",
    )
    columns = vars(Entry.objects.order_by("-seq").first())
    link = (
        statistics.median(_many(lambda: [chain.link("", chain.ENTRY_COLUMNS, columns) for _ in range(100)], 20)) / 100
    )
    _row("the hash chain, one entry", f"{link * 1000:.0f} µs", f"{link / middle:.1%} of appending it")


def looks() -> None:
    """A course seen through the door, with its line in the access log; against the same without the line."""
    from rygrad.record import door as the_door
    from rygrad.record import people
    from rygrad.record.models import Course

    course = Course.objects.filter(state="in_treatment").first()
    actor, door = people.citizen_actor(course.person_id), cast(Any, the_door)
    logged = statistics.median(_many(lambda: door.see_course(actor, course.id), 100))
    real, door.log = door.log, lambda *a, **k: None
    silent = statistics.median(_many(lambda: door.see_course(actor, course.id), 100))
    door.log = real
    _row(
        "a course seen, with its line in the access log",
        f"{logged:.1f} ms",
        f"{logged / silent:.2f} × without the line ({logged - silent:.1f} ms)",
    )


def folding() -> None:
    """Fold and decide a course of 200 entries, read from the database; against `json.loads` of their bodies."""
    from rygrad.record.contents import active
    from rygrad.record.fold import fold
    from rygrad.record.journal import entries_of
    from rygrad.record.models import Entry

    stream = Entry.objects.order_by("-version").first().stream
    entries = entries_of(stream)
    entries = (entries * (200 // len(entries) + 1))[:200]
    bodies = list(Entry.objects.filter(stream=stream).values_list("body", flat=True))
    bodies = (bodies * (200 // len(bodies) + 1))[:200]
    programme = active()
    took = statistics.median(_many(lambda: programme.decide(fold(entries, programme.signs).facts(), AS_OF), 50))
    parsing = statistics.median(_many(lambda: [json.loads(body) for body in bodies], 50))
    reading = (
        statistics.median(_many(lambda: entries_of(stream), 50)) * 200 / Entry.objects.filter(stream=stream).count()
    )
    _row(
        "fold + decide, a course of 200 entries",
        f"{took:.2f} ms (and {reading:.1f} ms to read them)",
        f"{took / parsing:.1f} × `json.loads` of their bodies",
    )


def rebuilding() -> None:
    """Every projection anew; and every link and stored decision verified."""
    from rygrad.record.models import Entry
    from rygrad.record.rebuild import rebuild
    from rygrad.record.verify import verify

    entries = Entry.objects.count()
    anew, checked = _seconds(rebuild), _seconds(verify)
    _row(
        f"`rygrad record rebuild`, {entries:,} entries",
        f"{anew:.1f} s",
        f"{anew / entries * 1e6 / 60:.1f} minutes a million",
    )
    _row(
        f"`rygrad record verify`, {entries:,} entries", f"{checked:.1f} s", f"{checked / entries * 1e6:.0f} s a million"
    )


def rebuild_a_million() -> None:
    """The region's journal copied under other names until it has a million entries, and rebuilt: minutes, really."""
    from django.db import connection

    from rygrad.record.models import Course, Entry
    from rygrad.record.rebuild import rebuild

    entries, last = Entry.objects.count(), Entry.objects.order_by("-seq").values_list("seq", flat=True)[0]
    copies = 1_000_000 // entries
    multiply(1, copies + 1)
    columns = ", ".join(f.column for f in Entry._meta.concrete_fields)
    renamed = {"seq": f"seq + {last} * n", **{name: f"{name} || '~' || n" for name in ("stream", "id", "key")}}
    values = ", ".join(renamed.get(f.column, f.column) for f in Entry._meta.concrete_fields)
    numbers = f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {copies}) SELECT n FROM s)"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO record_entry ({columns}) SELECT {values} FROM record_entry, {numbers}")
    count, courses = Entry.objects.count(), Course.objects.count()
    took = _seconds(rebuild)
    _row(f"`rygrad record rebuild`, {count:,} entries, {courses:,} courses", f"{took / 60:.1f} minutes", "–")


def worklists() -> None:
    """A page of 25 at a thousand, a hundred thousand and a million courses."""
    copies = 1
    for wanted in (1_000, 100_000, 1_000_000):
        copies = multiply(copies, wanted // _COURSES)
        measure_worklist(wanted)


def multiply(there: int, wanted: int) -> int:
    """Copies of persons, courses and current tasks until there are so many; 250 regions share their organisations."""
    from django.db import connection

    numbers = (
        f"(WITH RECURSIVE s(n) AS (SELECT {there} UNION ALL SELECT n + 1 FROM s WHERE n < {wanted - 1}) SELECT n FROM s)"
        if connection.vendor == "sqlite"
        else f"generate_series({there}, {wanted - 1})"
    )
    series = f"{numbers} AS series" if connection.vendor == "sqlite" else f"{numbers} AS series(n)"
    like = "'%~%'"
    place = f"|| CASE WHEN n / {_IN_ONE_PLACE} = 0 THEN '' ELSE '~' || (n / {_IN_ONE_PLACE}) END"
    statements = (
        f"INSERT INTO record_organisation (id, kind) SELECT id || '~' || n, kind FROM record_organisation, "
        f"(SELECT DISTINCT n / {_IN_ONE_PLACE} AS n FROM {series}) AS blocks WHERE id NOT LIKE {like} AND n > 0 ON CONFLICT DO NOTHING",
        f"INSERT INTO record_person (id, name, born_on, municipality_code, is_invented) SELECT id || '~' || n, name, born_on, municipality_code, is_invented FROM record_person CROSS JOIN {series} WHERE id NOT LIKE {like}",
        "INSERT INTO record_course (id, person_id, opened_at, version, state, holder_id) SELECT id || '~' || n, person_id || '~' || n, "
        f"opened_at, version, state, holder_id {place} FROM record_course CROSS JOIN {series} WHERE id NOT LIKE {like}",
        "INSERT INTO record_task (course_id, organisation_id, why, rank, subject, since_on, due_on, until_on, entered_at) SELECT course_id || '~' || n, "
        f"organisation_id {place}, why, rank, subject, since_on, due_on, until_on, entered_at FROM record_task CROSS JOIN {series} WHERE course_id NOT LIKE {like} AND left_at IS NULL",
        "INSERT INTO record_carerelationship (course_id, organisation_id, basis, parts, valid_from, valid_until) SELECT course_id || '~' || n, "
        f"organisation_id {place}, basis, parts, valid_from, valid_until FROM record_carerelationship CROSS JOIN {series} WHERE course_id NOT LIKE {like}",
        "ANALYZE",
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return wanted


def measure_worklist(courses: int) -> None:
    """Places at random, and the largest; against fetching 25 rows by their keys."""
    from rygrad.record import worklist
    from rygrad.record.actor import Actor
    from rygrad.record.models import Task
    from rygrad.record.tasks import WHY

    dice = random.Random(1)
    first = Task.objects.order_by("-id").first().pk
    places = list(dict.fromkeys(Task.objects.filter(pk__gt=first - 30_000).values_list("organisation_id", flat=True)))
    home = "o-demo-gp-01" if not places else places[0]
    actors = [Actor("u", "U", "general_practitioner", dice.choice([*places, home])) for _ in range(200)]
    rows: list[int] = []

    def page(actor: Actor, log: bool) -> None:
        if log:
            rows.append(len(worklist.worklist(actor, AS_OF, at=NOON).rows))
        else:
            list(worklist._page(worklist._known(actor, None), AS_OF, tuple(WHY), None, 26))

    asked = iter(actors * 3)
    bare = _many(lambda: page(next(asked), False), 200)
    logged = _many(lambda: page(next(asked), True), 200)
    keys = list(Task.objects.order_by("id").values_list("pk", flat=True)[:25])
    fetch = statistics.median(
        _many(lambda: list(Task.objects.filter(pk__in=keys).select_related("course__person")), 100)
    )
    _row(
        f"worklist, a page of 25 among {courses:,} courses",
        f"query p50 {statistics.median(bare):.1f} ms, p99 {bare[-3]:.1f} ms; with the access log's {statistics.mean(rows):.0f} lines p99 {logged[-3]:.1f} ms",
        f"{statistics.median(bare) / fetch:.1f} × fetching 25 rows by their keys",
    )


def write_page() -> None:
    """Both databases, one after the other, each in a process of its own."""
    from benchmarks.run import machine
    from tests.record.postgres import Postgres, server_program

    folder = Path(tempfile.mkdtemp(prefix="rygrad-bench-"))
    server = Postgres(folder / "postgresql")
    server.start()
    server.run(server_program("createdb"), "-h", str(server.folder), "-U", "rygrad", "bench")
    found = {"SQLite": f"sqlite:///{folder}/bench.sqlite3", "PostgreSQL": server.url("bench")}
    parts = [_HEAD.format(day=datetime.now(UTC).date(), machine=machine())]
    try:
        for name, url in found.items():
            command = [sys.executable, "-m", "benchmarks.record", url]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            if name == "SQLite":
                million = [*command[:-1], f"sqlite:///{folder}/million.sqlite3", "million"]
                lines += subprocess.run(million, check=True, capture_output=True, text=True).stdout.splitlines()[1:]
            rows = "\n".join(f"| {' | '.join(json.loads(line))} |" for line in lines)
            parts.append(f"## {name}\n\n| what | reached | against |\n|---|---|---|\n{rows}")
    finally:
        server.stop()
        shutil.rmtree(folder)
    PAGE.write_text("\n\n".join(parts) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else write_page()
