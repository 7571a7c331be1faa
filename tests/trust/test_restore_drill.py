"""T11: a backup of a large record restores into either database: the chains, the counts and all that is derived.

How large the long one is says ``RYGRAD_DRILL_ENTRIES``.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest

from rygrad.cli.region import load
from rygrad.pathway.read import load_pathway
from rygrad.record import accesslog, backup, verify
from rygrad.record.accesslog import Seen
from rygrad.record.models import Course, Entry, Look, Task
from rygrad.simulation.region import region
from tests.figures import write_figures
from tests.record.cast import cast
from tests.record.databases import Databases
from tests.record.steps_at_random import play
from tests.trust.faults.large import fingerprints, multiply

ENTRIES = int(os.environ.get("RYGRAD_DRILL_ENTRIES", "1000000"))
COUNTED = {"entries": "Entry", "looks": "Look", "courses": "Course", "persons": "Person"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _drill(databases: Databases, file: Path, into: tuple[str, ...], *, full: bool) -> None:
    """Back the record at hand up, restore it into each database, and compare."""
    began = perf_counter()
    counts = backup.backup(file)
    took = {"backup": perf_counter() - began}
    was, chains = fingerprints(), verify.verify()
    assert not chains.problems
    found: dict[str, int | float | str] = {name: counts[model] for name, model in COUNTED.items()}
    for engine in into:
        with databases.empty(engine):
            began = perf_counter()
            restored = backup.restore(file)
            took[f"restore into {NAMES[engine]}"] = perf_counter() - began
            now = fingerprints()
            heads = (restored.head, restored.look_head) == (chains.head, chains.look_head)
            left = (Entry.objects.count(), Look.objects.count()) == (counts["Entry"], counts["Look"])
            wrong = len(restored.problems) + sum(now[name] != was[name] for name in was)
            found[f"differences after a restore into {NAMES[engine]}"] = wrong + (not heads) + (not left)
    if full:
        found["size of the backup"] = f"{file.stat().st_size / 1e6:.0f} MB"
        found["minutes"] = ", ".join(f"{what} {seconds / 60:.1f}" for what, seconds in took.items())
    write_figures(
        "restore-drill",
        promise="T11",
        says="a record is backed up and restored; chains, counts and every derived row are compared",
        test="tests/trust/test_restore_drill.py::test_a_small_record_comes_back_whole",
        counts=found,
        full=full,
    )
    assert [found[f"differences after a restore into {NAMES[engine]}"] for engine in into] == [0] * len(into)


@pytest.fixture
def small(databases: Databases) -> Iterator[None]:
    """A few courses of a citizen, three times over, with some looks."""
    with databases.fresh("sqlite") as url:
        c = cast()
        play(c, 5, 40)
        accesslog.log(
            c.bo,
            [Seen(c.dina.person or "", c.course, basis) for basis in ("holder", "own_gp", "care")],
            "course",
            at=c.at,
        )
        multiply(2)
        yield
        databases.use(url)


@pytest.mark.usefixtures("small")
def test_a_small_record_comes_back_whole(databases: Databases, tmp_path: Path) -> None:
    _drill(databases, tmp_path / "small.backup.gz", ("sqlite",), full=False)


@pytest.fixture
def large(databases: Databases) -> Iterator[None]:
    """The demo region of 200 courses, over and over until there are so many entries."""
    with databases.empty("sqlite") as url:
        day = datetime.now(UTC).date() - timedelta(days=1)
        load(region(load_pathway(), 200, 1, day), "rygsmerter", lambda _: None)
        _look_at_everybody()
        assert multiply(-(-ENTRIES // Entry.objects.count()) - 1) >= ENTRIES
        yield
        databases.use(url)


def _look_at_everybody() -> None:
    from rygrad.record.people import citizen_actor

    for course, person in Course.objects.values_list("id", "person_id"):
        accesslog.log(citizen_actor(person), [Seen(person, course, "self")], "course")


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.usefixtures("large")
def test_a_million_entries_come_back_whole(databases: Databases, tmp_path: Path) -> None:
    _drill(databases, tmp_path / "large.backup.gz", ("sqlite", "postgresql"), full=True)


@pytest.mark.usefixtures("small")
def test_the_drill_sees_a_derived_row_that_differs(databases: Databases) -> None:
    """The comparison's negative control."""
    was = fingerprints()
    Task.objects.filter(pk=Task.objects.order_by("pk").values_list("pk", flat=True)[0]).update(rank=99)
    assert [name for name, mark in fingerprints().items() if mark != was[name]] == ["Task"]
