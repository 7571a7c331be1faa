"""Every look at Dina's data is one line in the log, written before the answer, and a look that cannot be logged is not
answered."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse

from rygrad.record import accesslog, acts
from rygrad.record.door import see_access_log
from rygrad.record.models import Look
from rygrad.record.refusals import StorageFailed
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.databases import Databases
from tests.trust.access import pages
from tests.trust.access.asking import browser, heard
from tests.trust.access.table import LISTS, PAGES, TYPES
from tests.trust.access.world import World, frozen, made

# Who opens it, where that is not the one named by the rule's role: somebody who sees it.
_OPENED_BY = {"citizen": "dina", "relative": "erik", "general_practitioner": "anna", "physiotherapist": "bo"}
_LISTED_FOR = {
    "worklist": "bo", "worklist_csv": "bo", "print_emergency": "bo", "found": "bo", "mine": "dina", "my_data_file": "dina",
    "my_data_page": "dina", "print_my_plan": "dina", "shared_with_me": "erik",
}  # fmt: skip
# Looks that are two: everything about oneself holds the course and the log of looks.
_TWO = ("my_data_file", "my_data_page")
# Says of each row that it could not be read, and nothing else of it.
_ROW_BY_ROW = ("post bulk",)
Ask = Callable[[], HttpResponse]


@dataclass(frozen=True)
class Shows:
    """One address that shows Dina's data to one who may see them: how it is asked, and how many lines it leaves."""

    name: str
    who: str
    ask: Ask
    lines: int = 1
    typed: str = ""


@pytest.fixture
def w(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    frozen(monkeypatch)
    with databases.fresh("sqlite"):
        yield made("treated")


def _pages(w: World) -> Iterator[Shows]:
    clients = {who: browser(w.who[who]) for who in ("anna", "bo", "dina", "erik", "rel-all")}
    for rule in PAGES:
        if rule.how == "get":
            who = next(name for role, name in _OPENED_BY.items() if role in rule.who)
            at = pages.address(rule.name, w.ids)
            yield Shows(f"get {rule.name}", who, lambda c=clients[who], at=at: c.get(at))  # type: ignore[misc]
    for name in LISTS:
        who, lines = _LISTED_FOR[name], 2 if name in _TWO else 1
        if name == "found":
            yield Shows("list found", who, lambda: clients["bo"].post(pages.address("find", {}), {"words": "demosen"}))
        else:
            at = pages.address(name, {})
            yield Shows(f"list {name}", who, lambda c=clients[who], at=at: c.get(at), lines)  # type: ignore[misc]


def _forms(w: World) -> Iterator[Shows]:
    """Forms that are answered with a page about Dina: shown before it is sent, or shown again."""
    clients = {who: browser(w.who[who]) for who in ("anna", "bo", "tom")}
    filled = pages.forms(w, "treated")
    for name, who, more in (
        ("return", "bo", {"preview": "1"}),
        ("refer", "anna", {"preview": "1"}),
        ("plan", "anna", {"preview": "1"}),
        ("bulk", "bo", {}),
        ("answer", "bo", {"version": "1"}),  # others have written since
        ("visit", "bo", {"version": "1"}),
    ):
        at, form = pages.address(name, w.ids), filled[name] | more
        ask = lambda c=clients[who], at=at, form=form: c.post(at, form)  # noqa: E731
        yield Shows(f"post {name}", who, ask, typed=str(form))  # type: ignore[arg-type]
    end = filled["end"] | {"key": "k-2"}
    del end["message"]
    yield Shows("post end", "bo", lambda: clients["bo"].post(pages.address("end", w.ids), end))
    start = {"words": "demo-1", "start": "1"}
    yield Shows("post find and start", "tom", lambda: clients["tom"].post(pages.address("find", {}), start))


def _systems(w: World, types: Iterable[str]) -> Iterator[Shows]:
    api, dina = Api(w.who["anna"]), w.who["dina"].id
    subject = f"Patient/{dina}"
    for name in types:
        path = f"{name}?_id={dina}" if name == "Patient" else f"{name}?patient={dina}"
        found = api.found(path)[0]
        id, version = found["id"], found["meta"]["versionId"]
        for at in (
            path,
            f"{name}/{id}",
            f"{name}/{id}/_history",
            f"{name}/{id}/_history/{version}",
            f"{name}?_id={id}",
        ):
            yield Shows(f"fhir {at.replace(id, 'ID')}", "anna", lambda at=at: api.get(at))  # type: ignore[misc]
    yield Shows("fhir name", "anna", lambda: api.search("Patient", name="Dina"))
    for at in (f"{subject}/$everything", f"PlanDefinition/rygsmerter/$apply?subject={subject}"):
        yield Shows(f"fhir {at}", "anna", lambda at=at: api.get(at))  # type: ignore[misc]
    begun = api.get("$export?_type=Patient", Prefer="respond-async").headers["Content-Location"].rpartition("/")[2]
    yield Shows("fhir $export-file", "anna", lambda: api.get(f"$export-file/{begun}/Patient.ndjson"))
    said = {"resourceType": "Communication", "status": "completed", "payload": [{"contentString": "Hej"}]}
    sent = said | {"subject": {"reference": subject}}
    read = f'W/"{w.ids["version"]}"'
    yield Shows("fhir create", "anna", lambda: api.post("Communication", sent, If_Match=read))


_FEW = ("Patient",)
_HERE = "tests/trust/access/test_looks.py"


def _one_line_each(w: World, types: Iterable[str], *, full: bool) -> list[str]:
    """Ask for everything that shows Dina; what left no line, or several."""
    wrong, shown = [], 0
    for one in (*_pages(w), *_forms(w), *_systems(w, types)):
        before = Look.objects.count()
        told = heard(one.ask())
        lines = [(look.person, look.actor, look.what, look.course) for look in Look.objects.filter(seq__gt=before)]
        ours = [line for line in lines if line[:2] == (w.who["dina"].id, w.who[one.who].id)]
        shown += 1
        if told.status not in (200, 201, 302, 412) or len(ours) != one.lines or len(lines) != len(set(lines)):
            wrong.append(f"{one.name}: {told.status}, {lines}")
    read = len(see_access_log(w.who["dina"]))
    there = Look.objects.filter(person=w.who["dina"].id).count()
    counts = {
        "addresses that show": shown,
        "lines missing or too many": len(wrong),
        "lines not read by the citizen": there - read,
    }
    test = f"{_HERE}::test_every_answer_that_shows_the_citizen_is_one_line_and_the_citizen_can_read_it"
    says = "each page, list, file and resource that shows a citizen, and its lines in the log"
    write_figures("access-looks", promise="T9", says=says, test=test, counts=counts, full=full)
    return wrong + ([f"{there - read} not read"] if read != there else [])


def _nothing_unlogged(w: World, types: Iterable[str], *, full: bool) -> list[str]:
    """Ask for the same when no line can be written; what was answered."""
    asked, wrong = [*_pages(w), *_forms(w), *_systems(w, types)], []

    def broken(*_: object, **__: object) -> None:
        raise StorageFailed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accesslog.Look.objects, "bulk_create", broken)
        for one in asked:
            told = heard(one.ask())
            # One's own name stands in the frame of every page, and what one has typed oneself is given back.
            words = {"demo-1<", "Noten om", "Brevet om", "sygemeldt"} | (set() if one.who == "dina" else {"Dina"})
            is_answered = told.status < 500 and one.name not in _ROW_BY_ROW
            if is_answered or any(word in told.body and word not in one.typed for word in words):
                wrong.append(f"{one.name}: {told.status}")
    counts = {"addresses that show": len(asked), "answered without a line": len(wrong)}
    test = f"{_HERE}::test_a_look_that_cannot_be_logged_is_not_answered_anywhere"
    write_figures(
        "access-unlogged",
        promise="T9",
        says="no line can be written: nothing is shown",
        test=test,
        counts=counts,
        full=full,
    )
    return wrong


@pytest.mark.parametrize("types", [_FEW, pytest.param(tuple(TYPES), marks=pytest.mark.long)], ids=["few", "every"])
def test_every_answer_that_shows_the_citizen_is_one_line_and_the_citizen_can_read_it(
    w: World, types: tuple[str, ...]
) -> None:
    assert _one_line_each(w, types, full=types != _FEW) == []


@pytest.mark.parametrize("types", [_FEW, pytest.param(tuple(TYPES), marks=pytest.mark.long)], ids=["few", "every"])
def test_a_look_that_cannot_be_logged_is_not_answered_anywhere(w: World, types: tuple[str, ...]) -> None:
    assert _nothing_unlogged(w, types, full=types != _FEW) == []


def test_that_somebody_has_an_open_course_is_told_to_nobody_without_a_line(w: World) -> None:
    before = Look.objects.count()
    answer: Any = browser(w.who["tom"]).post(pages.address("open_course", {}), {"words": "demo-1", "key": "k-9"})
    assert answer.status_code == 422
    (look,) = Look.objects.filter(seq__gt=before)
    assert (look.what, look.person, look.actor) == ("identify", w.who["dina"].id, w.who["tom"].id)


def test_a_citizen_who_is_twice_on_a_list_is_one_line(w: World) -> None:
    w.c.at, w.c.version = w.c.at, int(w.ids["version"])
    w.c.write(w.who["dina"], acts.AlarmRaised({"saddle_numbness": "yes"}, "citizen"))
    client, before = browser(w.who["bo"]), Look.objects.count()
    page = client.get(pages.address("worklist", {})).content.decode()
    assert page.count('id="r-c-') > 1
    assert Look.objects.filter(seq__gt=before, what="worklist").count() == 1
