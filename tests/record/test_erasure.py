"""Persons linked as one citizen leave together, with the last course of them all, and their links with them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from typer.testing import CliRunner

from rygrad.cli.commands import app
from rygrad.record import acts, people, persons, verify
from rygrad.record.changes import changes
from rygrad.record.erasure import erase
from rygrad.record.models import Entry, Identifier, Person
from rygrad.web.persons import person_account
from tests.record.cast import Cast, cast
from tests.record.databases import Databases
from tests.record.faults import tampering
from tests.record.test_rebuild import rebuilt_and_restored

LATER = datetime(2037, 1, 1, 12, tzinfo=UTC)
REASON = "samme borger under to numre"


def _linked() -> tuple[Cast, list[str], list[str]]:
    """Three persons with an ended course each, the third linked to the second, and that one to Dina."""
    c, courses = cast(), []
    third = people.register_person("Frida Demosen", {"demo": "demo-3"}, is_invented=True)
    for person in (c.dina.id, c.erik.id, third):
        c.open(person=person)
        c.write(c.anna, acts.CourseEnded("managing_alone"))
        courses.append(c.course)
    for person, other in ((c.dina.id, c.erik.id), (c.erik.id, third)):
        persons.link_persons(c.anna, person, acts.PersonsLinked(other, REASON), key=f"l-{other}", at=c.at)
    return c, courses, sorted((c.dina.id, c.erik.id, third))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_all_who_are_linked_go_with_the_last_course_of_them_all(
    order: tuple[int, ...], tmp_path: Path, databases: Databases
) -> None:
    c, courses, linked = _linked()
    head = verify.verify().head
    for number in order[:2]:
        assert erase(c.gustav, courses[number], "x", at=LATER).persons == ()
    assert Person.objects.filter(id__in=linked).count() == Identifier.objects.filter(person_id__in=linked).count() == 3
    assert Entry.objects.filter(stream__in=linked, body__contains=REASON).count() == 2
    done = erase(c.gustav, courses[order[2]], "Opbevaringstiden er forbi", at=LATER)
    assert (list(done.persons), done.entries) == (linked, 4)
    assert not Person.objects.filter(id__in=linked).exists()
    assert not Identifier.objects.filter(person_id__in=linked).exists()
    assert not any("{" in body for body in Entry.objects.values_list("body", flat=True))
    told = [(row.about, row.detail) for row in changes(c.gustav).rows if row.what == "person_erased"]
    assert sorted(about for about, _ in told) == sorted((c.dina.id, c.erik.id))
    assert all(detail == {"basis": "Opbevaringstiden er forbi", "entries": 1} for _, detail in told)
    found = verify.verify()
    assert (found.problems, found.head) == ([], head)
    rebuilt_and_restored(databases, tmp_path / "copy.gz")


def test_an_open_or_kept_course_of_a_linked_person_keeps_them_all(sqlite: Path) -> None:
    c, courses, linked = _linked()
    c.open(person=linked[0])
    for course in courses:
        assert erase(c.gustav, course, "x", at=LATER).persons == ()
    assert sqlite.exists() and Person.objects.filter(id__in=linked).count() == 3


@pytest.mark.usefixtures("sqlite")
def test_what_a_hand_erased_of_a_persons_own_stream_is_reported() -> None:
    c, _, _ = _linked()
    seq = Entry.objects.get(stream=c.dina.id).seq
    tampering.change(Entry, seq - 1, body="~erased:" + "0" * 64, salt="")
    assert f"journal {seq}: erased without a basis" in [problem.en for problem in verify.verify().problems]


def test_the_command_ends_the_logins_of_them_all_and_leaves_nothing_in_the_file(sqlite: Path) -> None:
    _, courses, linked = _linked()
    logins = [person_account(person).pk for person in linked]
    for course in courses:
        arguments = ["erase", course, "--basis", "x", "--by-order", "--yes", "--database", f"sqlite:///{sqlite}"]
        ran = CliRunner().invoke(app, ["record", *arguments])
        assert ran.exit_code == 0, ran.output
    assert "og 3 personer" in ran.output
    assert not get_user_model().objects.filter(pk__in=logins).exists()
    assert not [text for text in (REASON, "Dina Demosen", "Frida Demosen") if text.encode() in sqlite.read_bytes()]
