"""T5 and T6: nobody overwrites anybody unseen, and a submit that is retried counts once, however many come at once."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from django.db import connection

from rygrad.record import accesslog, acts, journal, people, persons, verify
from rygrad.record.accesslog import Seen
from rygrad.record.actor import Actor
from rygrad.record.journal import Receipt
from rygrad.record.models import Course, Entry, Look
from rygrad.record.refusals import KeyReused, RygradError, StaleVersion
from tests.figures import write_figures
from tests.record.cast import Cast, cast
from tests.record.faults.racing import all_at_once

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
pytestmark = pytest.mark.usefixtures("database")


def _edit(
    actor: Actor, courses: list[str], name: str, attempts: int, all_have_read: Barrier
) -> list[tuple[int, Receipt | StaleVersion]]:
    """Read a version, write on it, again and again: each version that was read, and what came of it."""
    chance, outcomes = Random(name), []
    for number in range(attempts):
        course = chance.choice(courses)
        read = Course.objects.get(id=course).version
        act = acts.MessageToGp("other", f"{name} {number}")
        all_have_read.wait()
        try:
            outcome: Receipt | StaleVersion = journal.append(
                actor, course, [act], expected_version=read, key=f"{name}-{number}"
            )
        except StaleVersion as stale:
            outcome = stale
        outcomes.append((read, outcome))
    return outcomes


Tried = list[tuple[int, Receipt | StaleVersion]]


def _race(threads: int, attempts: int, c: Cast, citizens: int) -> tuple[Tried, list[str]]:
    """All threads on two new courses, each time only when all have read: what came of it, and the two courses."""
    courses = [_course_of_somebody(c, f"demo-{citizens + one}") for one in range(2)]
    barrier = Barrier(threads, timeout=60)
    jobs = [partial(_edit, c.anna, courses, f"r{citizens}t{one}", attempts, barrier) for one in range(threads)]
    return [outcome for found in all_at_once(jobs) for outcome in found], courses


def _course_of_somebody(c: Cast, number: str) -> str:
    return c.open(person=people.register_person("Erna Demosen", {"demo": number}, is_invented=True)).course


def _races(rounds: int, threads: int, attempts: int, *, full: bool) -> None:
    c, tried, courses = cast(), Tried(), list[str]()
    for number in range(rounds):
        found, raced = _race(threads, attempts, c, 10 + 2 * number)
        tried += found
        courses += raced
    written = [(read, receipt) for read, receipt in tried if isinstance(receipt, Receipt)]
    stale = [(read, told) for read, told in tried if isinstance(told, StaleVersion)]
    unseen = sum(receipt.version != read + 1 for read, receipt in written)
    unseen += sum(not _are_counted_up(course) for course in courses)
    more = {"written": len(written), "told that somebody had written": len(stale)} if full else {}
    _keep_races({"racing edits": len(tried), "silent overwrites": unseen, **more}, full=full)
    assert unseen == 0
    assert len(tried) == len(written) + len(stale) == rounds * threads * attempts
    assert len(written) == Entry.objects.filter(stream__in=courses).count() - len(courses)
    assert all(told.current > read for read, told in stale)
    assert stale
    assert not verify.verify().problems


def _are_counted_up(course: str) -> bool:
    versions = list(Entry.objects.filter(stream=course).order_by("version").values_list("version", flat=True))
    return versions == list(range(1, len(versions) + 1))


def _keep_races(counts: dict[str, int], *, full: bool) -> None:
    write_figures(
        f"racing-{connection.vendor}",
        promise="T5",
        says=f"threads that have read the same version write at the same moment ({NAMES[connection.vendor]})",
        test="tests/record/test_racing.py::test_nobody_overwrites_what_they_have_not_read",
        counts=counts,
        full=full,
    )


def test_nobody_overwrites_what_they_have_not_read() -> None:
    _races(rounds=1, threads=4, attempts=12, full=False)


@pytest.mark.long
def test_nobody_overwrites_what_they_have_not_read_in_fifty_thousand_races() -> None:
    _races(rounds=100, threads=10, attempts=50, full=True)


def _outcomes(jobs: list[Callable[[], Receipt]]) -> list[Receipt | RygradError]:
    def told(job: Callable[[], Receipt]) -> Receipt | RygradError:
        try:
            return job()
        except RygradError as refused:
            return refused

    return all_at_once([partial(told, job) for job in jobs])


def _message(c: Cast, text: str, key: str) -> Callable[[], Receipt]:
    act = acts.MessageToGp("other", text)
    return lambda: journal.append(c.anna, c.course, [act, act], expected_version=c.version, key=key)


def test_a_submit_sent_many_times_at_once_counts_once() -> None:
    c = cast()
    c.open()
    receipts = [r for r in _outcomes([_message(c, "det samme", "same")] * 8) if isinstance(r, Receipt)]
    assert len(receipts) == 8
    assert [r.again for r in receipts].count(False) == 1
    assert len({(r.entries, r.version) for r in receipts}) == 1
    assert Entry.objects.count() == 3


def test_of_different_contents_with_one_key_one_is_written_and_the_others_are_told() -> None:
    c = cast()
    c.open()
    outcomes = _outcomes([_message(c, f"tekst {one}", "same") for one in range(8)])
    assert [type(o) for o in outcomes].count(Receipt) == 1
    assert [type(o) for o in outcomes].count(KeyReused) == 7
    assert Entry.objects.count() == 3


def _opening(c: Cast, key: str) -> Callable[[], Receipt]:
    opened = acts.CourseOpened(holder=c.anna.organisation or "", own_gp=c.anna.organisation or "")
    return lambda: journal.open_course(c.anna, c.dina.person or "", opened, key=key)


def test_a_course_opened_many_times_at_once_with_one_key_is_one_course() -> None:
    receipts = [r for r in _outcomes([_opening(cast(), "same")] * 8) if isinstance(r, Receipt)]
    assert len(receipts) == 8
    assert len({r.course for r in receipts}) == 1
    assert (Course.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_citizen_gets_one_open_course_however_many_open_one_at_once() -> None:
    c = cast()
    outcomes = _outcomes([_opening(c, f"key-{one}") for one in range(8)])
    assert [type(o) for o in outcomes].count(Receipt) == 1
    assert {o.code for o in outcomes if isinstance(o, RygradError)} == {"course_open"}
    assert (Course.objects.count(), Entry.objects.count()) == (1, 1)


def test_looks_logged_at_once_make_one_chain() -> None:
    c = cast()
    seen = [Seen(c.dina.person or "", None, basis) for basis in ("holder", "own_gp")]
    all_at_once([partial(accesslog.log, c.anna, seen, "course") for _ in range(8)])
    assert list(Look.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 17))
    assert not verify.verify().problems


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_first_readers_of_an_entry_may_come_all_at_once() -> None:
    """As after a start under load: what reads an entry's form must be made before there are threads."""
    command = [sys.executable, "-m", "tests.record.faults.first_readers"]
    assert subprocess.run(command, cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_a_key_used_for_one_link_is_refused_for_another() -> None:
    c = cast()
    c.open()
    others = []
    for number in (8, 9):
        others.append(people.register_person("Dina Dobbelt", {"demo": f"demo-{number}"}, is_invented=True))
        c.open(person=others[-1])
        c.write(c.anna, acts.CourseEnded("moved_to_other_care"))
    first, second = (acts.PersonsLinked(other, "samme borger") for other in others)
    persons.link_persons(c.anna, c.dina.person or "", first, key="same", at=c.at)
    with pytest.raises(KeyReused):
        persons.link_persons(c.anna, c.dina.person or "", second, key="same", at=c.at)
