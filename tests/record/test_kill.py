"""T1: what was acknowledged survives ``kill -9`` of its writers, and counts once; then the record is soon ready again."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from rygrad.record import acts, people, verify
from rygrad.record.models import Entry
from tests.record.cast import cast
from tests.record.faults.kills import Crew, kill_at_random

SEED = 20_260_302
TEXT = "besked {} æøå"


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


def _kill_and_count(crew: Crew, kills: int, courses: int) -> None:
    (crew.folder / "courses").write_text(" ".join(_courses(courses)))
    before = Entry.objects.count()
    crew.start(3)
    kill_at_random(crew, Random(SEED), kills)
    crew.stop()
    _everything_acknowledged_is_there_once(crew, before)
    ready = crew.ready_again_after()
    acknowledged = sum(len(writer.ledger.acknowledged()) for writer in crew.writers)
    print(
        f"{len(ready)} kills, {acknowledged} entries acknowledged, {crew.half_way} commits cut short; "
        f"ready again after at most {max(ready):.2f} s"
    )
    assert max(ready) < 10


def _everything_acknowledged_is_there_once(crew: Crew, before: int) -> None:
    acknowledged = {key: entry for writer in crew.writers for key, entry in writer.ledger.acknowledged().items()}
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
    _kill_and_count(crew, kills=12, courses=12)


@pytest.mark.long
def test_no_acknowledged_entry_is_lost_or_doubled_in_two_hundred_kills(crew: Crew) -> None:
    _kill_and_count(crew, kills=200, courses=120)
