"""The clock goes back, forth and back again, and summer time comes and goes: time in the record never does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import connection

from rygrad.fhir import signed
from rygrad.record import acts, clocks, door, journal, people, rebuild, search, verify, worklist
from rygrad.record.models import Entry, Look
from rygrad.record.refusals import NotFound
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.cast import GROUP_2, Cast, cast
from tests.record.conftest import database
from tests.record.test_rebuild import derived
from tests.trust.faults.clock import Clock
from tests.web.conftest import inside, record, visit
from tests.web.visitor import Visitor

__all__ = ["database", "inside", "record", "visit"]
SEED = 20_260_302
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
MARCH = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def _jumping(monkeypatch: pytest.MonkeyPatch, writes: int, *, full: bool) -> None:
    """Write and look with a clock that jumps at every reading, in the middle of a write too."""
    c, clock = cast(), Clock(MARCH + timedelta(days=1), monkeypatch)
    jumps = clock.jump_about(Random(SEED))
    for number in range(writes):
        if number % 40 == 0:
            course, version = _opened(c, 10 + number // 40), 1
        said = acts.MessageToGp("other", f"besked {number}")
        version = journal.append(c.bo, course, [said], expected_version=version, key=f"key {number}").version
        if number % 3 == 0:
            door.see_course(c.bo, course)
    before, went_back = derived(), sum(jump < timedelta(0) for jump in jumps)
    rebuild.rebuild()
    entries = list(Entry.objects.order_by("seq").values_list("recorded_at", flat=True))
    looks = list(Look.objects.order_by("seq").values_list("at", flat=True))
    counts = {
        "entries": len(entries),
        "looks": len(looks),
        "times the clock went back": went_back,
        "entries recorded before the one before": sum(b <= a for a, b in pairwise(entries)),
        "looks logged before the one before": sum(b < a for a, b in pairwise(looks)),
        "projections that a rebuild changes": int(derived() != before),
    }
    _keep(f"clock-{connection.vendor}", f"the clock jumps at every reading ({NAMES[connection.vendor]})", counts, full)
    assert went_back > writes / 4
    assert not any(list(counts.values())[3:])
    assert not verify.verify().problems


def _opened(c: Cast, number: int) -> str:
    person = people.register_person("Dina Demosen", {"demo": f"demo-{number}"}, is_invented=True)
    opened = acts.CourseOpened(holder=c.bo.organisation or "", own_gp=c.anna.organisation or "")
    return journal.open_course(c.bo, person, opened, key=f"open {number}").course


def _keep(name: str, says: str, counts: dict[str, int], full: bool) -> None:
    test = "tests/trust/test_clock.py::test_time_in_the_record_never_goes_back"
    write_figures(name, promise="T1", says=says, test=test, counts=counts, full=full)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_time_in_the_record_never_goes_back(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _jumping(monkeypatch, 40, full=False)


@pytest.mark.long
def test_time_in_the_record_never_goes_back_in_three_thousand_writes(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _jumping(monkeypatch, 3_000, full=True)


@pytest.mark.parametrize("back", [{"hours": -1}, {"days": -1}])
def test_what_was_revoked_stays_revoked_when_the_clock_goes_back(
    record: Cast, monkeypatch: pytest.MonkeyPatch, back: dict[str, float]
) -> None:
    clock = Clock(datetime(2026, 3, 10, 0, 30, tzinfo=UTC), monkeypatch)
    course = _course_of_dina(record)
    clock.go(days=2)
    share = acts.AccessGranted(record.erik.id, "sharing", ("plan",), date(2026, 6, 1))
    carla = acts.AccessGranted(record.carla.organisation or "", "consent", ("plan", "clinical"), date(2026, 6, 1))
    _append(record.dina, course, share, carla)
    clock.go(days=3)
    assert _sees(record, course) == (True, True, True, 1)
    _append(record.dina, course, acts.AccessRevoked(record.erik.id), acts.AccessRevoked(carla.to))
    assert _sees(record, course) == (True, False, False, 0)
    clock.go(**back)
    assert _sees(record, course) == (True, False, False, 0)


def _course_of_dina(c: Cast) -> str:
    opened = acts.CourseOpened(holder=c.anna.organisation or "", own_gp=c.anna.organisation or "")
    return journal.open_course(c.anna, c.dina.id, opened, key="open").course


def _append(who: Any, course: str, *new: acts.Act) -> None:
    version = len(journal.entries_of(course))
    journal.append(who, course, new, expected_version=version, key=f"key {version}")


def _sees(c: Cast, course: str) -> tuple[bool, bool, bool, int]:
    """Whether holder, relative and the other clinic see the course, and how many the other clinic finds by its name."""

    def sees(who: Any) -> bool:
        try:
            return bool(door.see_course(who, course))
        except NotFound:
            return False

    return sees(c.anna), sees(c.erik), sees(c.carla), len(search.search(c.carla, "Dina"))


@pytest.mark.parametrize("back", [{"hours": -1}, {"days": -1}])
def test_a_session_from_the_future_is_over(
    record: Cast, inside: Callable[[str], Visitor], monkeypatch: pytest.MonkeyPatch, back: dict[str, float]
) -> None:
    clock = Clock(MARCH + timedelta(days=2), monkeypatch)
    anna = inside("anna")
    assert anna.is_inside
    clock.go(**back)
    assert not anna.is_inside
    clock.go(**{unit: -by for unit, by in back.items()})
    assert not anna.is_inside


def test_a_session_survives_a_clock_that_is_put_right_by_some_seconds(
    record: Cast, inside: Callable[[str], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(MARCH + timedelta(days=2), monkeypatch)
    anna = inside("anna")
    clock.go(seconds=-20)
    assert anna.is_inside


@pytest.mark.parametrize("back", [{"hours": -1}, {"days": -1}])
def test_a_token_from_the_future_is_none(record: Cast, monkeypatch: pytest.MonkeyPatch, back: dict[str, float]) -> None:
    record.open()
    clock = Clock(datetime.now(UTC), monkeypatch)
    system = Api(record.anna)
    assert system.get(f"Patient/{record.dina.id}").status_code == 200
    clock.go(**back)
    assert system.get(f"Patient/{record.dina.id}").status_code == 401


def test_a_signed_message_counts_once_though_the_clock_goes_forth_and_back(
    record: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(MARCH, monkeypatch)
    expires = clock.at + timedelta(minutes=4)
    assert signed.used_once("s-one", "first", expires)
    clock.go(hours=2)
    assert signed.used_once("s-one", "another", clock.at + timedelta(minutes=4))
    clock.go(hours=-2)
    assert not signed.used_once("s-one", "first", expires)


# When summer time begins on 29 March and ends on 25 October 2026: the instant, and the day in Copenhagen.
NIGHTS = [
    ("2026-03-28T22:59:59+00:00", "2026-03-28"),
    ("2026-03-28T23:00:00+00:00", "2026-03-29"),
    ("2026-03-29T00:59:59+00:00", "2026-03-29"),
    ("2026-03-29T01:00:00+00:00", "2026-03-29"),
    ("2026-03-29T21:59:59+00:00", "2026-03-29"),
    ("2026-03-29T22:00:00+00:00", "2026-03-30"),
    ("2026-10-24T21:59:59+00:00", "2026-10-24"),
    ("2026-10-24T22:00:00+00:00", "2026-10-25"),
    ("2026-10-25T00:30:00+00:00", "2026-10-25"),
    ("2026-10-25T01:30:00+00:00", "2026-10-25"),
    ("2026-10-25T22:59:59+00:00", "2026-10-25"),
    ("2026-10-25T23:00:00+00:00", "2026-10-26"),
]


def test_an_entry_is_of_its_local_day_when_summer_time_comes_and_goes(
    record: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.open()
    clock = Clock(MARCH, monkeypatch)
    for number, (instant, _) in enumerate(NIGHTS):
        clock.at = datetime.fromisoformat(instant)
        _append(record.anna, record.course, acts.MessageToGp("other", f"nat {number}"))
    written = journal.entries_of(record.course)[1:]
    assert [entry.valid_on.isoformat() for entry in written] == [day for _, day in NIGHTS]
    assert [entry.recorded_at for entry in written] == [datetime.fromisoformat(instant) for instant, _ in NIGHTS]


@pytest.mark.parametrize(
    ("started_on", "due_from"),
    [
        ("2026-02-15", "2026-03-28T23:00:00+00:00"),  # six weeks later, 29 March, the day of 23 hours
        ("2026-02-16", "2026-03-29T22:00:00+00:00"),  # the day after
        ("2026-09-13", "2026-10-24T22:00:00+00:00"),  # 25 October, the day of 25 hours
        ("2026-09-14", "2026-10-25T23:00:00+00:00"),
    ],
)
def test_a_reassessment_is_on_the_list_from_its_local_midnight(
    record: Cast, monkeypatch: pytest.MonkeyPatch, started_on: str, due_from: str
) -> None:
    record.at = datetime.fromisoformat(f"{started_on}T10:00:00+00:00") - timedelta(days=1)
    onset = (record.at.date() - timedelta(days=20)).isoformat()
    record.open(acts.FactsRecorded({**GROUP_2, "onset_on": onset}, "professional"))
    record.write(
        record.anna,
        acts.GroupConfirmed("recurrent"),
        acts.PlanConfirmed(("physiotherapy_and_chiropractic",)),
        acts.HolderChanged(record.bo.organisation or "", "behandling"),
    )
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    clock = Clock(datetime.fromisoformat(due_from) - timedelta(seconds=1), monkeypatch)
    assert "due" not in _whys(record)
    clock.go(seconds=1)
    assert "due" in _whys(record)
    clock.go(seconds=-1)
    assert "due" not in _whys(record)


def _whys(c: Cast) -> set[str]:
    return {row.why for row in worklist.worklist(c.bo).rows}


def test_the_days_of_change_have_23_and_25_hours() -> None:
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)):
        start = clocks.end_of_day(date.fromisoformat(day) - timedelta(days=1))
        assert clocks.end_of_day(date.fromisoformat(day)) - start == timedelta(hours=hours)


def test_emergency_access_is_given_though_the_clock_has_gone_back(
    record: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(datetime(2026, 3, 10, 8, 0, tzinfo=UTC), monkeypatch)
    course = _course_of_dina(record)
    clock.go(days=-3)
    door.take_emergency_access(record.hanne, "demo", "demo-1", "bevidstløs", key="emergency")
    assert door.see_course(record.hanne, course).course == course
