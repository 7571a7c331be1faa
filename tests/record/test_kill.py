"""T1: what was acknowledged survives ``kill -9`` of its writers, and counts once; then the record is soon ready again."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

import pytest
from django.db import connection

from rygrad.record import acts, people, verify
from rygrad.record.models import Entry
from tests.figures import write_figures
from tests.record.cast import cast
from tests.record.faults.kills import Crew, kill_at_random

SEED = 20_260_302
TEXT = "besked {} æøå"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _courses(number: int) -> list[str]:
    """Courses held by Bo, each of a citizen of its own."""
    c, found = cast(), []
    for one in range(number):
        person = people.register_person("Dina Demosen", {"demo": f"demo-{one + 10}"}, is_invented=True)
        found.append(c.open(by=c.bo, person=person).course)
    return found


@pytest.fixture
def crew(database: str, tmp_path: Path) -> Iterator[Crew]:
    """Nobody yet; whoever is started is ended."""
    crew = Crew(database, tmp_path, "bo")
    yield crew
    crew.end()


def _kill_and_count(crew: Crew, kills: int, courses: int, *, full: bool) -> None:
    (crew.folder / "courses").write_text(" ".join(_courses(courses)))
    before = Entry.objects.count()
    crew.start(3)
    kill_at_random(crew, Random(SEED), kills)
    crew.stop()
    acknowledged = {key: entry for writer in crew.writers for key, entry in writer.ledger.acknowledged().items()}
    ready = crew.ready_again_after()
    counts: dict[str, int | float | str] = {"kills": len(ready), **_lost_and_doubled(acknowledged)}
    if full:
        counts |= {"acknowledged entries": len(acknowledged), "commits found cut short": crew.half_way}
        counts["seconds from a kill to the writer's next entry"] = (
            f"median {median(ready):.2f}, longest {max(ready):.2f}"
        )
    write_figures(
        f"kill-{connection.vendor}",
        promise="T1",
        says=f"processes that write to the record ({NAMES[connection.vendor]}) are killed at random",
        test="tests/record/test_kill.py::test_no_acknowledged_entry_is_lost_or_doubled_when_its_writers_are_killed",
        counts=counts,
        full=full,
    )
    assert (counts["lost"], counts["doubled"]) == (0, 0)
    _everything_acknowledged_is_there_once(crew, acknowledged, before)
    assert max(ready) < 20


def _lost_and_doubled(acknowledged: dict[str, str]) -> dict[str, int]:
    """Of what was acknowledged: how many entries are not there, and how many texts stand there more than once."""
    written = list(Entry.objects.filter(type="message_to_gp"))
    there = {entry.key: entry.id for entry in written}
    twice = Counter(entry.body for entry in written)
    return {
        "lost": sum(there.get(key) != entry for key, entry in acknowledged.items()),
        "doubled": sum(times - 1 for times in twice.values()),
    }


def _everything_acknowledged_is_there_once(crew: Crew, acknowledged: dict[str, str], before: int) -> None:
    tried = {line.key for writer in crew.writers for line in writer.ledger.lines()}
    assert tried == set(acknowledged)
    written = Entry.objects.filter(type="message_to_gp")
    assert {entry.key: entry.id for entry in written} == acknowledged  # none lost, none that nobody tried
    assert Counter(entry.body for entry in written) == Counter(
        acts.written(acts.MessageToGp("other", TEXT.format(key))) for key in acknowledged
    )  # none twice
    assert Entry.objects.count() == before + len(acknowledged)
    assert not verify.verify().problems


def test_no_acknowledged_entry_is_lost_or_doubled_when_its_writers_are_killed(crew: Crew) -> None:
    _kill_and_count(crew, kills=12, courses=12, full=False)


@pytest.mark.long
def test_no_acknowledged_entry_is_lost_or_doubled_in_two_hundred_kills(crew: Crew) -> None:
    _kill_and_count(crew, kills=200, courses=120, full=True)
