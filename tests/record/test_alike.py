"""SQLite and PostgreSQL behave alike: the same commands give equal entries, equal lists and equal refusals."""

from typing import Any

import pytest

from rygrad.record import clocks, identity, worklist
from rygrad.record.models import Course, Entry, Look, Task
from tests.record.cast import cast
from tests.record.databases import Databases
from tests.record.steps_at_random import play


def played(seed: int, steps: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Commands at random, with ids that only depend on their order; everything that came of them."""
    numbers = iter(range(10_000_000))
    for module in ("people", "journal"):
        monkeypatch.setattr(f"rygrad.record.{module}.new_id", lambda kind: f"{kind}-{next(numbers)}")
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


def both(databases: Databases, seed: int, steps: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Compare; how many entries there were."""
    found = []
    for engine in ("sqlite", "postgresql"):
        with databases.fresh(engine):
            found.append(played(seed, steps, monkeypatch))
    assert found[0] == found[1]
    return len(found[0]["entries"])


@pytest.mark.parametrize("seed", range(5))
def test_the_same_commands_give_the_same(databases: Databases, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert both(databases, seed, 60, monkeypatch) > 10


@pytest.mark.long
def test_twenty_thousand_commands_give_the_same(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(both(databases, 1000 + seed, 500, monkeypatch) for seed in range(40)) > 2_000


def test_ids_say_nothing_and_are_not_to_be_guessed() -> None:
    ids = {identity.new_id("p") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 18 and one.startswith("p-") for one in ids)
    assert clocks.now().tzinfo is not None
