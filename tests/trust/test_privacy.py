"""The data protection page says what is stored, in every column; and what leaves by law is gone while the chain holds."""

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection
from typer.testing import CliRunner

from rygrad.cli.commands import app
from rygrad.fhir.models import UsedAssertion
from rygrad.record import acts, clocks, door, verify
from rygrad.record.acts import ACTS
from rygrad.record.chain import erased
from rygrad.record.changes import changes
from rygrad.record.erasure import erase
from rygrad.record.models import CareRelationship, Change, Course, Entry, Identifier, Person, Task
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.retention import YEARS, past_their_time
from rygrad.record.steps import NotAllowed
from rygrad.web.persons import person_account
from tests.record.cast import Cast, cast
from tests.record.databases import Databases
from tests.record.faults import tampering
from tests.record.test_rebuild import rebuilt_and_restored

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/privacy.md").read_text("utf-8") if (ROOT / "docs/privacy.md").exists() else ""
OURS = ("record", "web", "fhir")
LATER = datetime(2037, 1, 1, 12, tzinfo=UTC)
SECRET = "Hemmelig bemærkning om ryggen"


def _rows(title: str) -> dict[str, str]:
    """The first cells of a table of the page, with their rows."""
    part = PAGE.partition(f"## {title}")[2].partition("\n## ")[0]
    return {
        cells[1].strip().strip("`"): row
        for row in part.splitlines()
        if (cells := row.split("|"))[1:] and "`" in cells[1]
    }


def test_every_table_and_every_column_has_its_line() -> None:
    told = _rows("Hvad der gemmes")
    models = {model.__name__: model for app in OURS for model in apps.get_app_config(app).get_models()}
    assert set(models) <= set(told)
    for name, model in models.items():
        named = set(re.findall(r"`(\w+)`", told[name].split("|")[2]))
        assert named == {field.name for field in model._meta.concrete_fields}, name


def test_every_table_of_others_that_is_used_has_its_line() -> None:
    others = {model.__name__ for model in apps.get_models() if model._meta.app_label not in OURS}
    unused = {"ContentType", "Permission", "Group"}
    assert others - unused <= set(_rows("Hvad der gemmes"))


def test_every_kind_of_entry_has_its_line() -> None:
    assert set(_rows("Hvad der står i journalen")) == set(ACTS)


def test_what_the_page_says_of_time_is_what_the_record_keeps() -> None:
    table = PAGE.partition("## Hvor længe")[2].partition("\n\n**Hvad en")[0]
    rows = [row for row in table.splitlines() if row.endswith("years* |")]
    assert ["10 år" in rows[0], "5 år" in rows[1], len(rows)] == [True, True, 2]
    assert {YEARS[role] for role in ("general_practitioner", "chiropractor", "specialist", "hospital_clinician")} == {
        10
    }
    assert YEARS["physiotherapist"] == YEARS["municipal_worker"] == 5


def test_the_commands_list_what_is_over_and_erase_by_order(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        people = cast()
        course, login = _ended(people), person_account(people.dina.id)
        UsedAssertion(issuer="c1", jti="1", expires_at=people.at).save()
        listed = _run("retention", "--tidy", "--database", url)
        early = _run("erase", course, "--basis", "x", "--yes", "--database", url)
        asked = _run("erase", course, "--basis", "x", "--by-order", "--database", url, typed="n\n")
        assert Course.objects.filter(id=course).exists()
        done = _run("erase", course, "--basis", "Kendelse", "--by-order", "--yes", "--database", url)
        assert not get_user_model().objects.filter(pk=login.pk).exists()
    assert (listed.exit_code, "0 forløb" in listed.output, "1 rækker" in listed.output) == (0, True, True)
    assert isinstance(early.exception, Refused)
    assert asked.exit_code == 1
    assert (done.exit_code, "og 1 personer" in done.output) == (0, True)


def _run(command: str, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["record", command, *arguments], input=typed)


def _ended(people: Cast) -> str:
    people.grouped()
    people.write(people.bo, acts.TreatmentStarted("physiotherapist"), acts.Visit("physiotherapist", SECRET), days=1)
    people.write(people.bo, acts.CourseEnded("managing_alone"), days=40)
    return people.course


@pytest.mark.usefixtures("database")
def test_an_erased_course_is_gone_and_every_link_of_the_chain_holds(tmp_path: Path, databases: Databases) -> None:
    people = cast()
    course, before = _ended(people), verify.verify()
    assert [one.course for one in past_their_time(LATER.date())] == [course]
    done = erase(people.gustav, course, "Opbevaringstiden er forbi", at=LATER)
    found = verify.verify()
    assert (found.problems, found.head, done.entries) == ([], before.head, before.entries)
    assert done.persons == (people.dina.id,)
    for model in (Course, Task, CareRelationship):
        assert not model.objects.exists()
    assert not Person.objects.filter(id=people.dina.id).exists()
    assert not Identifier.objects.filter(value="demo-1").exists()
    assert not any(SECRET in body or "{" in body for body in Entry.objects.values_list("body", flat=True))
    with pytest.raises(NotFound):
        door.see_course(people.anna, course, at=LATER)
    (line,) = [row for row in changes(people.gustav).rows if row.what == "course_erased"]
    assert (line.about, line.detail) == (course, {"basis": "Opbevaringstiden er forbi", "entries": done.entries})
    rebuilt_and_restored(databases, tmp_path / "copy.gz")


@pytest.mark.usefixtures("database")
def test_what_was_erased_cannot_be_guessed_from_what_is_left() -> None:
    people = cast()
    course = _ended(people)
    bodies = list(Entry.objects.filter(stream=course).values_list("body", flat=True))
    salts = set(Entry.objects.values_list("salt", flat=True))
    assert len(salts) == Entry.objects.count() and min(map(len, salts)) == 32
    erase(people.gustav, course, "x", at=LATER)
    left = list(Entry.objects.filter(stream=course).values_list("body", "salt"))
    guessed = {sha256(body.encode()).hexdigest() for body in bodies}
    assert len(left) == len(bodies) > 3
    assert {salt for _, salt in left} == {""}
    assert not [body for body, _ in left if body.removeprefix("~erased:") in guessed]


@pytest.mark.usefixtures("database")
def test_a_course_is_kept_its_time_and_an_open_one_for_ever() -> None:
    people = cast()
    people.grouped()
    with pytest.raises(Refused, match="open"):
        erase(people.gustav, people.course, "x", by_order=True, at=LATER)
    people.write(people.bo, acts.CourseEnded("managing_alone"))
    last = clocks.local_day(people.at)
    for day, over in (
        (date(last.year + 10, last.month, last.day) - timedelta(days=1), 0),
        (last.replace(year=last.year + 10), 1),
    ):
        assert len(list(past_their_time(day))) == over
    with pytest.raises(Refused, match="must be kept until"):
        erase(people.gustav, people.course, "x", at=people.at)
    with pytest.raises(Refused, match="basis"):
        erase(people.gustav, people.course, "  ", at=LATER)
    for nobody in (people.anna, people.dina):
        with pytest.raises(NotAllowed):
            erase(nobody, people.course, "x", at=LATER)
    with pytest.raises(NotFound):
        erase(people.gustav, "c-nothing", "x", at=LATER)
    assert erase(people.gustav, people.course, "Kendelse", by_order=True, at=people.at).entries
    assert Change.objects.get(what="course_erased").detail.count("kept_until") == 1


@pytest.mark.usefixtures("database")
def test_the_other_course_of_the_citizen_stays_as_it_was() -> None:
    people = cast()
    course = _ended(people)
    people.open()
    kept = list(Entry.objects.filter(stream=people.course).values_list("body", flat=True))
    assert erase(people.gustav, course, "x", at=LATER).persons == ()
    assert Person.objects.filter(id=people.dina.id).exists()
    assert list(Entry.objects.filter(stream=people.course).values_list("body", flat=True)) == kept
    assert not verify.verify().problems


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "change",
    [
        "body = ''",
        "body = '~erased:' || hash, salt = '', actor = 'x'",
        "body = '~erased:' || hash",
        "salt = ''",
        "body = body || ' '",
        "hash = previous",
        "body = '~erased:short'",
    ],
)
def test_the_database_refuses_every_other_change(change: str) -> None:
    _ended(cast())
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE record_entry SET {change} WHERE seq = 1")  # noqa: S608


@pytest.mark.usefixtures("database")
def test_what_is_erased_can_neither_be_changed_again_nor_pass_without_a_basis() -> None:
    people = cast()
    erase(people.gustav, _ended(people), "x", at=LATER)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE record_entry SET body = '~erased:' || previous, salt = '' WHERE seq = 1")


@pytest.mark.usefixtures("database")
def test_a_body_that_a_hand_erased_is_reported() -> None:
    people = cast()
    course = _ended(people)
    entry = Entry.objects.get(stream=course, version=2)
    tampering.change(Entry, 1, body=erased(entry.body, entry.salt), salt="")
    assert [problem.en for problem in verify.verify().problems] == ["journal 2: erased without a basis"]


def test_the_file_of_sqlite_holds_nothing_of_it(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        file, people = Path(url.removeprefix("sqlite:///")), cast()
        course = _ended(people)
        assert SECRET.encode() in file.read_bytes()
        erase(people.gustav, course, "x", at=LATER)
        assert SECRET.encode() not in file.read_bytes()
        assert b"Dina Demosen" not in file.read_bytes()
