"""T4: whatever changes in a stored entry or look, verify reports it; SQLite's own check sees little of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from rygrad.record import accesslog, acts, people, persons, verify
from rygrad.record.accesslog import Seen
from rygrad.record.models import Entry, Look
from tests.figures import write_figures
from tests.record.cast import Cast, cast
from tests.record.databases import Databases
from tests.record.faults import rot, tampering
from tests.record.faults.numbered import numbered_ids
from tests.record.faults.rot import Flip

SEED = 20_260_302


def _well_used(times: int = 8) -> Cast:
    """A referred course, messages of all lengths, and as many looks."""
    c = cast()
    c.referred()
    for number in range(times):
        c.write(c.bo, acts.MessageToGp("other", f"besked {number} " + "æøå " * (number % 7) ** 4))
        accesslog.log(c.bo, [Seen(c.dina.person or "", c.course, "holder")], "course", reason="a" * number, at=c.at)
    return c


@pytest.fixture
def record(sqlite: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a well-used record, closed. Pages are short, so that there are several."""
    monkeypatch.setattr(verify, "_AT_ONCE", 25)
    with numbered_ids():
        _well_used(36)
    databases.release()
    return sqlite


def _every_change_is_reported(databases: Databases, record: Path, flips: Iterable[Flip]) -> None:
    rotted = rot.rot(databases, record, flips)
    assert rotted.counts["changed an entry or a look"] > 0
    assert not rotted.unseen, rotted.unseen


def _flips(record: Path, number: int) -> Iterator[Flip]:
    return rot.flips(record.read_bytes(), rot.pages_of(record, *rot.CHAINS), Random(SEED), number)


def test_a_copy_that_nobody_touched_raises_no_alarm(record: Path, databases: Databases) -> None:
    assert rot.reported(databases, record) == "nothing"
    assert not rot.sqlite_finds_it(record)


def _keep(name: str, says: str, counts: Mapping[str, int], *, full: bool) -> None:
    write_figures(
        name,
        promise="T4",
        says=says,
        test="tests/record/test_rot.py::test_every_flipped_bit_that_changes_an_entry_or_a_look_is_reported",
        counts=counts,
        full=full,
    )


def _rotted(databases: Databases, record: Path, number: int, *, full: bool) -> None:
    """Flip that many bits, one at a time; keep what was found of them, and what SQLite alone would have found."""
    rotted = rot.rot(databases, record, _flips(record, number))
    changed = rotted.counts["changed an entry or a look"]
    found = {"changed an entry or a look": changed, "of these not found by `rygrad record verify`": len(rotted.unseen)}
    _keep("rot", "one bit of the record's file is flipped", {"flips": number, **found}, full=full)
    if full:
        says = "negative control: the same flips, and only SQLite's own check of the file"
        missed = changed - rotted.counts["found by integrity_check"]
        alone = {"changed an entry or a look": changed, "of these not found by `PRAGMA integrity_check`": missed}
        _keep("rot-control", says, alone, full=True)
    assert changed > 0
    assert not rotted.unseen, rotted.unseen


def test_every_flipped_bit_that_changes_an_entry_or_a_look_is_reported(record: Path, databases: Databases) -> None:
    _rotted(databases, record, 200, full=False)


@pytest.mark.long
def test_every_one_of_ten_thousand_flipped_bits_is_reported(record: Path, databases: Databases) -> None:
    _rotted(databases, record, 10_000, full=True)


@pytest.mark.long
@pytest.mark.parametrize(("table", "column"), [("record_entry", "recorded_at"), ("record_look", "at")])
def test_every_flipped_bit_of_an_instant_is_reported(
    record: Path, databases: Databases, table: str, column: str
) -> None:
    places = rot.places_of(record, table, column)
    _every_change_is_reported(databases, record, (Flip(byte, bit) for byte in places for bit in range(8)))


@pytest.mark.parametrize("table", rot.CHAINS)
def test_every_flipped_bit_of_a_row_number_is_reported(record: Path, databases: Databases, table: str) -> None:
    places = rot.places_of_last_row_number(record, table)
    _every_change_is_reported(databases, record, (Flip(byte, bit) for byte in places for bit in range(8)))


@pytest.mark.long
@pytest.mark.parametrize("table", rot.CHAINS)
def test_every_flipped_bit_of_the_newest_row_is_reported(record: Path, databases: Databases, table: str) -> None:
    places = rot.places_of_last_row(record, table)
    _every_change_is_reported(databases, record, (Flip(byte, bit) for byte in places for bit in range(8)))


def test_a_file_whose_tables_cannot_be_read_is_reported(record: Path, databases: Databases) -> None:
    at = record.read_bytes().index(b"CREATE TABLE")
    _every_change_is_reported(databases, record, [Flip(0, 0), Flip(at, 0)])


@pytest.mark.parametrize(("table", "column"), [("record_entry", "recorded_at"), ("record_look", "at")])
def test_an_instant_that_cannot_be_read_is_reported_at_start(
    record: Path, databases: Databases, table: str, column: str
) -> None:
    unreadable = Flip(rot.places_of(record, table, column)[0], 6)  # a letter where the year begins
    record.write_bytes(unreadable.of(record.read_bytes()))
    assert rot.reported(databases, record, newest=True) == "reported"


TAMPERINGS: dict[str, Callable[[Any], None]] = {
    "swapped": tampering.swap,
    "says what its neighbour said": tampering.swap_what_they_say,
    "deleted first": lambda model: tampering.delete(model, 0),
    "deleted in the middle": lambda model: tampering.delete(model, 5),
    "changed who": lambda model: tampering.change(model, 5, actor="u-somebody-else"),
    "changed nothing into empty": lambda model: tampering.change(model, 5, organisation=""),
    "changed newest": lambda model: tampering.change(model, -1, role="citizen"),
    "changed hash": lambda model: tampering.change(model, -1, hash="0" * 64),
}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("model", [Entry, Look])
@pytest.mark.parametrize("how", TAMPERINGS)
def test_what_a_hand_does_to_the_tables_is_reported(model: Any, how: str) -> None:
    _well_used()
    assert not verify.verify().problems
    TAMPERINGS[how](model)
    assert verify.verify().problems


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("model", [Entry, Look])
def test_a_change_in_the_newest_part_is_reported_at_start(model: Any) -> None:
    _well_used()
    tampering.change(model, -3, role="citizen")
    assert verify.verify(newest=True, replay=False).problems


@pytest.mark.usefixtures("database")
def test_a_cut_off_tail_of_a_course_is_reported() -> None:
    _well_used()
    tampering.delete(Entry, -1)
    assert verify.verify().problems


@pytest.mark.usefixtures("database")
def test_a_cut_off_tail_of_a_persons_own_entries_is_reported() -> None:
    c = _well_used()
    other = people.register_person("Dina Dobbelt", {"demo": "demo-3"}, is_invented=True)
    c.open(person=other)
    c.write(c.anna, acts.CourseEnded("moved_to_other_care"))
    persons.link_persons(c.anna, c.dina.person or "", acts.PersonsLinked(other, "samme borger"), key="link", at=c.at)
    assert not verify.verify().problems
    tampering.delete(Entry, -1)
    assert verify.verify().problems


@pytest.mark.usefixtures("database")
def test_a_cut_off_tail_of_the_access_log_is_reported() -> None:
    _well_used()
    tampering.delete(Look, -1)
    assert verify.verify().problems


@pytest.mark.usefixtures("database")
def test_a_write_while_verify_runs_raises_no_alarm() -> None:
    c = _well_used()
    written = []

    def write_first(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "record_look"' in sql and not written:
            written.append(sql)
            c.write(c.bo, acts.MessageToGp("other", "imens"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write_first):
        found = verify.verify()
    assert written
    assert not found.problems
