"""The journal: what is acknowledged is there, once, in order, and nobody overwrites anybody."""

import pytest
from django.db import DatabaseError

from rygrad.record import acts, journal, verify
from rygrad.record.models import Entry
from rygrad.record.refusals import KeyReused, NotFound, Refused, StaleVersion, VersionMissing
from tests.record.cast import GROUP_2, cast

pytestmark = pytest.mark.usefixtures("database")
FACTS = acts.FactsRecorded(GROUP_2, "professional")


def test_a_write_without_the_version_that_was_read_is_refused() -> None:
    c = cast()
    c.open()
    with pytest.raises(VersionMissing):
        c.write(c.anna, FACTS, expected_version=None)


def test_a_stale_version_writes_nothing_and_names_the_current_one() -> None:
    c = cast()
    c.open()
    c.write(c.anna, FACTS)
    with pytest.raises(StaleVersion) as refused:
        c.write(c.anna, acts.MessageToGp("start", "Startet"), expected_version=1)
    assert refused.value.current == 2
    assert Entry.objects.count() == 2


def test_a_retry_with_the_same_key_counts_once() -> None:
    c = cast()
    c.open()
    first = c.write(c.anna, FACTS, key="same", expected_version=1)
    again = c.write(c.anna, FACTS, key="same", expected_version=1)
    assert again.again
    assert (again.entries, again.version) == (first.entries, first.version)
    assert Entry.objects.count() == 2


def test_a_retry_of_what_the_record_filled_in_counts_once() -> None:
    c = cast()
    c.grouped()
    sent = [acts.TreatmentStarted("physiotherapist"), acts.MessageToGp("start", "Startet")]
    first = c.write(c.bo, *sent, key="two")
    assert c.write(c.bo, *sent, key="two").entries == first.entries
    plan = acts.PlanConfirmed(("physiotherapy_and_chiropractic",))
    first = c.write(c.bo, plan, key="plan")
    assert c.write(c.bo, plan, key="plan").entries == first.entries


def test_the_same_key_with_other_content_is_refused() -> None:
    c = cast()
    c.open()
    c.write(c.anna, FACTS, key="same")
    with pytest.raises(KeyReused):
        c.write(c.anna, acts.MessageToGp("start", "Startet"), key="same")
    with pytest.raises(KeyReused):
        c.write(c.anna, FACTS, acts.MessageToGp("start", "Startet"), key="same")


def test_a_key_belongs_to_one_course_and_one_day() -> None:
    c = cast()
    c.open()
    c.write(c.anna, FACTS, key="same")
    with pytest.raises(KeyReused):
        c.write(c.anna, FACTS, key="same", valid_on=c.today.replace(day=1))
    c.course = "c-another"
    with pytest.raises(KeyReused):
        c.write(c.anna, FACTS, key="same")


@pytest.mark.parametrize(
    "act",
    [
        acts.HolderChanged("o-nowhere", "videre"),
        acts.AccessGranted("o-nowhere", "consent", ("plan",)),
    ],
)
def test_nothing_is_handed_to_a_place_that_is_not_there(act: acts.Act) -> None:
    c = cast()
    c.open()
    with pytest.raises(Refused, match="receiver"):
        c.write(c.anna, act)


def test_a_course_is_opened_for_a_person_and_a_practice_that_are_there() -> None:
    c = cast()
    with pytest.raises(NotFound):
        c.open(person="p-nobody")
    opened = acts.CourseOpened(c.bo.organisation or "", c.bo.organisation or "")
    with pytest.raises(Refused, match="GP practice"):
        journal.open_course(c.bo, c.dina.id, opened, key="x")


def test_a_write_is_all_or_nothing() -> None:
    c = cast()
    c.open()
    with pytest.raises(Refused):
        c.write(c.anna, FACTS, acts.GroupConfirmed("complex_chronic"))
    assert Entry.objects.count() == 1


def test_a_course_that_is_not_there_is_not_found() -> None:
    c = cast()
    c.course = "c-nothing"
    with pytest.raises(NotFound):
        c.write(c.anna, FACTS)


def test_the_clock_never_goes_back() -> None:
    c = cast()
    c.open()
    c.write(c.anna, FACTS, at=c.at.replace(year=2020))
    first, second = Entry.objects.order_by("seq")
    assert second.recorded_at > first.recorded_at


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_itself_refuses_to_change_the_journal(act: str) -> None:
    c = cast()
    c.open()
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.update(body="{}") if act == "update" else Entry.objects.all().delete()


def test_texts_come_back_as_they_went_in() -> None:
    c = cast()
    c.grouped()
    for text in ("æøåÆØÅ", "🦴 ryg", "\u202ehøjre mod venstre", "linje\r\nlinje", "x" * 60_000):
        c.write(c.bo, acts.MessageToGp("other", text))
        assert journal.entries_of(c.course)[-1].act == acts.MessageToGp("other", text)
    with pytest.raises(Refused):
        c.write(c.bo, acts.MessageToGp("other", "nul\x00"))


def test_every_stored_decision_replays_to_the_same_bytes() -> None:
    c = cast()
    c.referred()
    found = verify.verify()
    assert not found.problems
    assert found.decisions == 4
