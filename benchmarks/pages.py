"""S1, the worklist, and S2, a course, measured as they are served; writes docs/reference/performance-pages.md.

`python -m benchmarks.pages URL SIZE ...` measures one empty database, at each of these sizes, and prints one row a
line, as JSON.
"""

import gzip
import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.record import multiply
from benchmarks.run import machine
from benchmarks.site import Site, Visit, fetched, logged_in, served
from rygrad.pathway.read import load_pathway
from rygrad.simulation.region import region
from rygrad.site.start import start

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "performance-pages.md"
_HEAD = """# Performance of the pages

Written by `make bench` on {day}: {machine}. Shared machines are noisy, so the ratio (against something run in the same minute)
is what to compare; no test depends on a time. Page and comparison take turns; of three rounds
the calmest counts.

S1 is the worklist, its first page of 25, a different place each time; S2 is a course, a different one each time. Both are called
through the whole application with a session, without a network: the server's own time. Each look is written to the access log,
durably, before the page is made. "Pages/s of one core" is by processor time, which neighbours do not take from.

A demo region of 200 courses goes in through the journal; one of them has 200 entries. For the large sizes it is copied inside
the database under other names, with the journal of the first 100,000 courses. 50,000 courses share their organisations: these
lists are longer than any real one.

Aims: S2 under 150 ms at p99 with 200 entries; S1 under 100 ms; a first view under 250 kB without fonts, as served."""
_COURSES, _WITH_JOURNAL, _LONG = 200, 100_000, 200
_ROUNDS, _TIMES = 3, 100
_CLIENTS, _SECONDS = 4, 5
_SIZES = ("100000", "1000000")


def main(url: str, *sizes: str) -> None:
    """Everything, on this empty database."""
    os.environ.setdefault("RYGRAD_SECRET_KEY", "a key for the benchmark and nothing else")
    start(url)
    from rygrad.cli.region import load
    from rygrad.record import clocks

    today = clocks.local_day(clocks.now())
    load(region(load_pathway(), _COURSES, 1, today), "rygsmerter", lambda done: None)
    lengthen()
    site, copies = Site(), 1
    first_views(site)
    for wanted in map(int, sizes):
        copies = grow(copies, wanted // _COURSES)
        measure(site, f"{wanted:,} courses")
    through_waitress(site, url, f"{wanted:,} courses")


def _row(what: str, figure: str, against: str) -> None:
    print(json.dumps([what, figure, against]), flush=True)


def lengthen() -> None:
    """One course in treatment goes on until it has 200 entries, through the journal."""
    from rygrad.record import acts, clocks, journal, people
    from rygrad.record.models import Course

    today = clocks.local_day(clocks.now())
    actor = people.professional_actor("bo", today)
    course = Course.objects.filter(state="in_treatment", holder_id=actor.organisation).order_by("opened_at")[0]
    opened, version = clocks.local_day(course.opened_at), course.version
    note = "Øvelser gennemgået, belastning øget. Smerte 4 af 10 efter gang. Fortsætter hjemmeprogrammet."
    first, left = version, _LONG - version
    while version < _LONG:
        done = version - first
        what: tuple[acts.Act, ...] = (
            acts.Visit("physiotherapist", note),
            acts.Visit("physiotherapist"),
            acts.ScoresRecorded("nrs_pain", float(7 - done * 5 // left), "citizen"),
            acts.FactsRecorded({"work": ("sick_listed", "employed")[done // 6 % 2]}, "professional"),
            acts.Visit("physiotherapist", "Kort opfølgning."),
            acts.MessageToGp("other", "Det går fremad; borgeren arbejder på nedsat tid.\nRevurdering som planlagt."),
        )
        day = opened + timedelta(days=(today - opened).days * done // left)
        new = [what[done % len(what)]]
        version = journal.append(
            actor, course.id, new, expected_version=version, key=f"long-{version}", valid_on=day
        ).version


def grow(there: int, wanted: int) -> int:
    """Copies of the region until there are so many, with numbers to be called by, and with the first ones' journal."""
    from django.db import connection

    from rygrad.record.models import Entry, Identifier

    of_region = Entry.objects.exclude(stream__contains="~")
    last = of_region.order_by("-seq").values_list("seq", flat=True)[0]
    renamed = {"seq": f"seq + {last} * n", **{name: f"{name} || '~' || n" for name in ("stream", "id", "key")}}
    multiply(there, wanted)
    with connection.cursor() as cursor:
        cursor.execute(_copying(Entry, renamed, "stream", there, min(wanted, _WITH_JOURNAL // _COURSES)))
        numbered = {name: f"{name} || '~' || n" for name in ("person_id", "value")}
        cursor.execute(_copying(Identifier, numbered, "person_id", there, wanted))
        # A record on SQLite has no statistics, for nobody makes them; a server makes its own.
        cursor.execute("DELETE FROM sqlite_stat1" if connection.vendor == "sqlite" else "ANALYZE")
    connection.close()
    return wanted


def _copying(model: Any, renamed: dict[str, str], by: str, there: int, wanted: int) -> str:
    """The statement that copies the region's rows of a table for the copies not there yet (SQLite joins in this order)."""
    columns = [f.column for f in model._meta.concrete_fields if f.column in renamed or f.column != "id"]
    values, table = ", ".join(renamed.get(c, c) for c in columns), model._meta.db_table
    numbers = f"WITH RECURSIVE s(n) AS (SELECT {there} UNION ALL SELECT n + 1 FROM s WHERE n < {wanted - 1})"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) {numbers} "
        f"SELECT {values} FROM {table} CROSS JOIN s WHERE {by} NOT LIKE '%~%' AND n < {wanted}"
    )


def lists(role: str, *, narrowed: bool = False) -> list[Visit]:
    """The worklist of each place where this role works and somebody waits; narrowed to its most usual reason."""
    from rygrad.record import clocks, people
    from rygrad.record.models import Membership
    from rygrad.record.worklist import counts

    today, found = clocks.local_day(clocks.now()), {}
    users = (
        Membership.objects.filter(role=role).order_by("professional_id").values_list("professional__user", flat=True)
    )
    for user in users:
        actor = people.professional_actor(user, today)
        waiting = counts(actor)
        if waiting and actor.organisation not in found:
            query = f"?hvorfor={max(waiting, key=lambda why: waiting[why])}" if narrowed else ""
            found[actor.organisation] = Visit(user, logged_in(user), f"/liste{query}")
    return list(found.values())


def courses(*, long: bool) -> list[Visit]:
    """Courses in treatment, each held where the physiotherapist works who opens it: those of 200 entries, or the others."""
    from rygrad.record import clocks, people
    from rygrad.record.models import Course

    actor, cookie = people.professional_actor("bo", clocks.local_day(clocks.now())), logged_in("bo")
    held = Course.objects.filter(state="in_treatment", holder_id=actor.organisation).order_by("id")
    these = held.filter(version=_LONG) if long else held.exclude(version=_LONG)
    ids = list(these.values_list("id", flat=True))
    return [Visit("bo", cookie, f"/forloeb/{one}") for one in ids[:: max(1, len(ids) // 250)]]


def first_views(site: Site) -> None:
    """Bytes of a page with its style sheets and scripts, as a browser that has nothing is sent them."""
    shown = {
        "S1, own GP": lists("general_practitioner")[0],
        "S1, municipality": lists("municipal_worker")[0],
        "S2": courses(long=False)[0],
        f"S2, {_LONG} entries": courses(long=True)[0],
    }
    for name, visit in shown.items():
        plain, sent = site.get(visit.path, visit.cookie, ""), len(site.get(visit.path, visit.cookie))
        links = re.findall(r'(?:href|src)="(/static/[^"]+)"', plain.decode())
        kinds = {kind: [one for one in links if one.endswith(f".{kind}")] for kind in ("css", "js")}
        style, script = (sum(len(site.get(one)) for one in kinds[kind]) for kind in kinds)
        whole = len(plain) + sum(len(site.get(one, "", "")) for those in kinds.values() for one in those)
        _row(
            f"first view, {name}",
            f"{_kB(sent + style + script)}: HTML {_kB(sent)}, CSS {_kB(style)}, JS {_kB(script)}",
            f"{_kB(whole)} uncompressed; the HTML is {_kB(len(plain))}, {_kB(len(gzip.compress(plain, 6)))} with gzip",
        )


def _kB(size: int) -> str:  # noqa: N802  (that is how it is written)
    return f"{size / 1000:,.1f} kB"


@dataclass(frozen=True)
class Timed:
    """Milliseconds: the middle, the slowest but one of a hundred, and of processor time."""

    p50: float
    p99: float
    core: float


def timed(*kinds: Sequence[Callable[[], object]]) -> list[Timed]:
    """One of each kind in turn, in rounds; each kind in the round that was calmest for the first."""
    turns, rounds = [itertools.cycle(kind) for kind in kinds], []
    for _ in range(_ROUNDS + 1):
        took: list[list[float]] = [[] for _ in kinds]
        core = [0.0 for _ in kinds]
        for _ in range(_TIMES):
            for number, turn in enumerate(turns):
                act = next(turn)
                began, worked = perf_counter(), process_time()
                act()
                took[number].append((perf_counter() - began) * 1000)
                core[number] += (process_time() - worked) * 1000 / _TIMES
        rounds.append([Timed(statistics.median(t), sorted(t)[-2], c) for t, c in zip(took, core, strict=True)])
    return min(rounds[1:], key=lambda one: one[0].p50)


def opened(site: Site, visits: Sequence[Visit]) -> list[Callable[[], object]]:
    """What opens each of these pages."""
    return [partial(site.get, visit.path, visit.cookie) for visit in visits]


def measure(site: Site, size: str) -> None:
    """S1 and S2 against the questions they ask of the record, and against a page that asks nothing."""
    from django.conf import settings

    from rygrad.record import clocks, people
    from rygrad.record.door import see_course
    from rygrad.record.worklist import worklist

    today = clocks.local_day(clocks.now())

    def line(name: str, visits: list[Visit], bare: Callable[[Any, Visit], object], called: str) -> None:
        actors = {visit.user: people.professional_actor(visit.user, today) for visit in visits}
        page, base = timed(opened(site, visits), [partial(bare, actors[visit.user], visit) for visit in visits])
        _row(
            f"{name}, {size}",
            f"p50 {page.p50:.0f} ms, p99 {page.p99:.0f} ms; {1000 / page.core:.0f} pages/s of one core",
            f"{page.p50 / base.p50:.1f} × `{called}` alone ({base.p50:.1f} ms)",
        )

    for role, name in (("general_practitioner", "own GP"), ("municipal_worker", "municipality")):
        for narrowed in (False, True):
            visits = lists(role, narrowed=narrowed)
            name_of = f"S1, {name}{', one reason' if narrowed else ''}"
            line(name_of, visits, lambda actor, visit: worklist(actor, channel="web"), "worklist()")
    for long in (False, True):
        name_of = f"S2{f', {_LONG} entries' if long else ''}"
        line(name_of, courses(long=long), lambda a, v: see_course(a, v.path.rpartition("/")[2]), "see_course()")
    [empty] = timed([lambda: site.get(settings.LOGIN_URL)])
    _row(f"the login page, {size}", f"p50 {empty.p50:.1f} ms; {1000 / empty.core:.0f} pages/s of one core", "–")


def through_waitress(site: Site, url: str, size: str) -> None:
    """Pages a second from the real server in a process of its own, over loopback; against the bare application's."""
    shown = {
        "S1, own GP": lists("general_practitioner"),
        "S2": courses(long=False),
        f"S2, {_LONG} entries": courses(long=True),
    }
    with served(url) as port:
        for name, visits in shown.items():
            [alone] = timed(opened(site, visits))
            rate = max(fetched(port, visits, _CLIENTS, _SECONDS) for _ in range(_ROUNDS))
            _row(
                f"{name}, {size}, from waitress to {_CLIENTS} clients at once",
                f"{rate:.0f} pages/s",
                f"{rate * alone.p50 / 1000:.1f} × the application called bare",
            )


def write_page() -> None:
    """Both databases, one after the other, each in a process of its own."""
    from tests.record.postgres import Postgres, server_program

    folder = Path(tempfile.mkdtemp(prefix="rygrad-bench-"))
    server = Postgres(folder / "postgresql")
    server.start()
    server.run(server_program("createdb"), "-h", str(server.folder), "-U", "rygrad", "bench")
    found = {"SQLite": f"sqlite:///{folder}/bench.sqlite3", "PostgreSQL": server.url("bench")}
    parts = [_HEAD.format(day=datetime.now(UTC).date(), machine=machine())]
    try:
        for name, url in found.items():
            command = [sys.executable, "-m", "benchmarks.pages", url, *_SIZES]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            rows = "\n".join(f"| {' | '.join(json.loads(line))} |" for line in lines)
            parts.append(f"## {name}\n\n| what | reached | against |\n|---|---|---|\n{rows}")
    finally:
        server.stop()
        shutil.rmtree(folder)
    PAGE.write_text("\n\n".join(parts) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else write_page()
