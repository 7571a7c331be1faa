"""T3: a full or broken disk leaves no half entry; the writer is told, reading goes on, and a retry succeeds once.

First SQLite itself on a disk that fails at every write in turn, then the record through Django on both databases.
"""

import os
import resource
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, product
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest
from django.db import connection

from rygrad.record import acts, journal, people, verify
from rygrad.record.models import Entry
from rygrad.record.refusals import StorageFailed, StorageFull
from tests.figures import write_figures
from tests.record.cast import GROUP_2, Cast, cast
from tests.record.faults.disk import Fault
from tests.record.faults.failing import PROBLEMS, Failing, at_commit, failing
from tests.record.faults.numbered import numbered_ids
from tests.record.faults.struck import struck
from tests.record.faults.workload import Workload, written_by

ANSWERS = {"full": (StorageFull, 507), "io": (StorageFailed, 503)}
PROBLEM = {"full": "disk full", "io": "I/O error"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LONG_TEXT = acts.MessageToGp("other", "æ" * 60_000)


STRUCK = {
    ("full", False): "test_a_full_disk_at_any_write_leaves_nothing_of_it_and_reading_goes_on",
    ("full", True): "test_a_full_disk_at_any_write_leaves_nothing_of_it_and_reading_goes_on",
    ("io", False): "test_an_io_error_at_any_write_leaves_it_whole_or_absent_and_reading_goes_on",
    ("io", True): "test_a_disk_that_stays_broken_is_never_read_half",
}


@pytest.fixture
def workload(sqlite: Path) -> Workload:
    """A course's later half, as the record itself writes it."""
    with numbered_ids():
        return written_by(cast(), sqlite)


@pytest.fixture
def longer(sqlite: Path) -> Workload:
    """The same, with more writes after it."""
    with numbered_ids():
        return written_by(cast(), sqlite, rounds=3)


def _struck_at_every_write(
    workload: Workload, kind: str, for_good: bool, *, full: bool = False
) -> tuple[int, Counter[str]]:
    """Each transaction's first, second, third … write, until it completes without being hit; how many, what was seen."""
    writes, seen = 0, Counter[str]()
    for one in workload.one_by_one():
        for number in count(1):
            result = struck(one, Fault(kind, number, for_good))
            if not result.hit:
                break
            assert result.refusals == {apsw.FullError if kind == "full" else apsw.IOError}
            writes += 1
            seen += result.seen
    _keep_struck(kind, for_good, writes, seen, full=full)
    return writes, seen


def _keep_struck(kind: str, for_good: bool, writes: int, seen: Counter[str], *, full: bool) -> None:
    how, what = ("for good" if for_good else "once"), {"full": "is full", "io": "gives an I/O error"}[kind]
    found = {"absent": seen["absent"], "whole": seen["whole"], "half": writes - seen["absent"] - seen["whole"]}
    write_figures(
        f"disk-{kind}-{how.replace(' ', '-')}",
        promise="T3",
        says=f"the disk {what} {how}, at each write in turn",
        test=f"tests/record/test_broken_disk.py::{STRUCK[kind, for_good]}",
        counts={"writes struck": writes, **found, "read meanwhile": seen["read"], "reading refused": seen["refused"]},
        full=full,
    )


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for_good"])
def test_a_full_disk_at_any_write_leaves_nothing_of_it_and_reading_goes_on(workload: Workload, for_good: bool) -> None:
    writes, seen = _struck_at_every_write(workload, "full", for_good)
    assert writes > 100
    assert (seen["absent"], seen["read"]) == (writes, writes)
    assert not for_good or seen["another reader read"] == writes


def test_an_io_error_at_any_write_leaves_it_whole_or_absent_and_reading_goes_on(workload: Workload) -> None:
    writes, seen = _struck_at_every_write(workload, "io", False)
    assert writes > 100
    assert seen["absent"] + seen["whole"] == seen["read"] == writes


def test_a_disk_that_stays_broken_is_never_read_half(workload: Workload) -> None:
    writes, seen = _struck_at_every_write(workload, "io", True)
    assert seen["absent"] + seen["whole"] == writes
    # Some reads must be refused: what is half written can only be undone by writing.
    assert seen["read"] + seen["refused"] == writes
    assert seen["read"] > seen["refused"] > 0


@pytest.mark.long
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for_good"])
@pytest.mark.parametrize("kind", ["full", "io"])
def test_each_write_of_a_longer_work_struck_leaves_no_half_entry(longer: Workload, kind: str, for_good: bool) -> None:
    writes, seen = _struck_at_every_write(longer, kind, for_good, full=True)
    assert writes > 300
    assert seen["absent"] + seen["whole"] == writes
    assert for_good or seen["read"] == writes


def _grouping(c: Cast, number: int = 50) -> Callable[[], Any]:
    """A course, and a write of three acts on it, always with the same key."""
    person = people.register_person("Dina Demosen", {"demo": f"demo-{number}"}, is_invented=True)
    c.open(acts.FactsRecorded(GROUP_2, "professional"), person=person)
    new = [
        acts.GroupConfirmed("recurrent"),
        acts.PlanConfirmed(("physiotherapy_and_chiropractic",)),
        acts.HolderChanged(c.bo.organisation or "", "behandling"),
    ]
    return lambda: c.write(c.anna, *new, key=f"same {number}", expected_version=2)


def _nothing_of_it_is_there(c: Cast) -> None:
    assert len(journal.entries_of(c.course)) == Entry.objects.filter(stream=c.course).count() == 2


def _all_of_it_is_there_once(c: Cast) -> None:
    assert [entry.type for entry in journal.entries_of(c.course)][2:] == [
        "group_confirmed",
        "plan_confirmed",
        "holder_changed",
    ]
    assert not verify.verify().problems


@pytest.mark.usefixtures("database")
def test_a_statement_that_fails_is_answered_and_the_same_key_succeeds_once() -> None:
    c, counts, half = cast(), Counter[str](), 0
    for number, (kind, for_good) in enumerate(product(ANSWERS, (False, True))):
        failed, left = _failed_at_every_statement(c, number, kind, for_good)
        counts[f"statements failed, {PROBLEM[kind]}"] += failed
        half += left
        assert failed >= (5 if for_good else 15)
    write_figures(
        f"statements-{connection.vendor}",
        promise="T3",
        says=f"each statement of a write fails in turn, once and for good ({NAMES[connection.vendor]}); the answer is 507 or 503",
        test="tests/record/test_broken_disk.py::test_a_statement_that_fails_is_answered_and_the_same_key_succeeds_once",
        counts={**counts, "half writes": half},
        full=False,
    )
    assert half == 0


def _failed_at_every_statement(c: Cast, number: int, kind: str, for_good: bool) -> tuple[int, int]:
    """A course of its own: how many statements there were to fail, and after how many something was left."""
    write, half = _grouping(c, 50 + number), 0
    refusal, status = ANSWERS[kind]
    for at in count(1):
        with failing(Failing(kind, at, for_good)) as fault:
            try:
                write()
            except refusal as told:
                assert told.status == status
        if not fault.hits:
            break
        half += len(journal.entries_of(c.course)) != 2
    assert write().again
    _all_of_it_is_there_once(c)
    return at - 1, half


@pytest.mark.usefixtures("database")
def test_a_commit_that_is_reported_failed_but_was_made_counts_once() -> None:
    c = cast()
    write = _grouping(c)
    with at_commit(_commit_and_fail), pytest.raises(StorageFailed):
        write()
    assert write().again
    _all_of_it_is_there_once(c)


@pytest.mark.usefixtures("database")
def test_nobody_is_told_that_nothing_was_written_when_it_was() -> None:
    write = _grouping(cast())
    with at_commit(_commit_and_fail), pytest.raises(StorageFailed) as told:
        write()
    assert Entry.objects.count() == 5
    assert "intet blev skrevet" not in told.value.text("da")
    assert "nothing was written" not in told.value.text("en")


def _commit_and_fail(commit: Callable[[], None]) -> None:
    commit()
    with connection.wrap_database_errors:
        raise PROBLEMS[connection.vendor, "io"]()


def test_a_full_database_is_answered_with_507_and_the_same_key_succeeds_once(sqlite: Path) -> None:
    c = cast()
    c.grouped()
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        for room in count():
            cursor.execute(f"PRAGMA max_page_count = {pages + room}").fetchone()
            try:
                written = c.write(c.bo, LONG_TEXT, key="long")
            except StorageFull as told:
                assert told.status == 507
                assert len(journal.entries_of(c.course)) == 5
            else:
                break
    assert room > 10
    assert not written.again
    assert c.write(c.bo, LONG_TEXT, key="long").again
    assert not verify.verify().problems


@contextmanager
def _files_no_longer_than(size: int) -> Iterator[None]:
    """The operating system refuses every write behind this place in a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_the_operating_system_refuses_leaves_nothing_of_it(sqlite: Path) -> None:
    c = cast()
    c.grouped()
    for size in count(0, 8_192):
        try:
            with _files_no_longer_than(size):
                written = c.write(c.bo, LONG_TEXT, key="long")
        except StorageFailed:
            assert len(journal.entries_of(c.course)) == 5
        else:
            break
    assert size > len(LONG_TEXT.text)
    assert not written.again
    assert c.write(c.bo, LONG_TEXT, key="long").again
    assert not verify.verify().problems


def test_a_connection_that_postgresql_ends_is_answered_with_503_and_the_same_key_succeeds_once(
    postgresql: str,
) -> None:
    c = cast()
    write = _grouping(c)
    for number in count(1):
        ending = _Ending(postgresql, number)
        with connection.execute_wrapper(ending):
            try:
                write()
            except StorageFailed as told:
                assert told.status == 503
        if ending.seen < number:
            break
        _nothing_of_it_is_there(c)
    assert number > 10
    assert write().again
    _all_of_it_is_there_once(c)


class _Ending:
    """The server ends the connection at hand just before statement number ``at``."""

    def __init__(self, url: str, at: int) -> None:
        self.url, self.at, self.seen = url, at, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.at:
            with psycopg.connect(self.url) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        return execute(sql, params, many, context)


@pytest.fixture
def postgresql(databases: Any) -> Iterator[str]:
    """A fresh record on PostgreSQL; its URL."""
    with databases.fresh("postgresql") as url:
        assert os.environ["DATABASE_URL"] == url
        yield url
