"""SQLite and PostgreSQL behave alike: the same commands give equal entries, equal lists and equal refusals."""

from collections import Counter
from typing import Any

import pytest

from rygrad.record import clocks, identity, worklist
from rygrad.record.models import Course, Entry, Look, Task
from tests.figures import write_figures
from tests.record.cast import cast
from tests.record.databases import Databases
from tests.record.faults.numbered import numbered_ids
from tests.record.steps_at_random import play


def played(seed: int, steps: int) -> dict[str, Any]:
    """Commands at random, with ids that only depend on their order; everything that came of them."""
    with numbered_ids():
        return _played(seed, steps)


def _played(seed: int, steps: int) -> dict[str, Any]:
    c = cast()
    answers = play(c, seed, steps).answers
    days = [c.at.date().replace(month=month, day=15) for month in (3, 6, 9, 12)]
    lists = [worklist.worklist(who, day, at=c.at, size=100) for who in (c.anna, c.bo, c.hanne) for day in days]
    return {
        "answers": answers,
        "entries": list(Entry.objects.order_by("seq").values_list()),
        "looks": list(Look.objects.order_by("seq").values_list()),
        "courses": sorted(Course.objects.values_list()),
        "tasks": sorted(
            map(str, Task.objects.values_list("course", "why", "due_on", "until_on", "entered_at", "left_at"))
        ),
        "lists": [[(row.course, row.why, row.since_on) for row in page.rows] for page in lists],
    }


def _compared(databases: Databases, seeds: range, steps: int) -> Counter[str]:
    """Each sequence played on both databases, and whether all that came of it is equal."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        found = []
        for engine in ("sqlite", "postgresql"):
            with databases.fresh(engine):
                found.append(played(seed, steps))
        counts["commands on each"] += steps
        counts["entries"] += len(found[0]["entries"])
        counts["sequences that differ"] += found[0] != found[1]
    return counts


def _keep(seeds: range, counts: Counter[str], *, full: bool) -> None:
    write_figures(
        "alike",
        promise="T10",
        says="commands at random, played on SQLite and PostgreSQL: entries, looks, lists and refusals",
        test="tests/record/test_alike.py::test_the_same_commands_give_the_same",
        counts={"sequences": len(seeds), **counts},
        full=full,
    )


def test_the_same_commands_give_the_same(databases: Databases) -> None:
    counts = _compared(databases, range(5), 60)
    _keep(range(5), counts, full=False)
    assert counts["sequences that differ"] == 0
    assert counts["entries"] > 50


@pytest.mark.long
def test_a_hundred_thousand_commands_give_the_same(databases: Databases) -> None:
    seeds = range(1_000, 2_000)
    counts = _compared(databases, seeds, 100)
    _keep(seeds, counts, full=True)
    assert counts["commands on each"] == 100_000
    assert counts["sequences that differ"] == 0
    assert counts["entries"] > 10_000


def test_ids_say_nothing_and_are_not_to_be_guessed() -> None:
    ids = {identity.new_id("p") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 18 and one.startswith("p-") for one in ids)
    assert clocks.now().tzinfo is not None
