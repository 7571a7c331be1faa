"""S6 and S7 where it is easy to go wrong: the card whatever breaks, changed answers, and what a yes leads to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rygrad.record import acts, clocks, journal
from rygrad.record.coursefile import CourseFile
from rygrad.record.door import see_course
from rygrad.record.journal import entries_of
from rygrad.record.refusals import StorageFull
from rygrad.record.worklist import worklist
from rygrad.web.citizen import answering, callcard, mine
from rygrad.web.citizen.questions import signs
from tests.record.cast import Cast
from tests.web.test_citizen_pages import NOW, PATHWAY, Enter, now  # noqa: F401  (a fixture)
from tests.web.visitor import Visitor, forms_of, page_of, posted

FIRST_SIGN = "så ring 112"


def at(record: Cast, step: str) -> str:
    return f"/mit-forloeb/spoergsmaal/{record.course}/{step}"


def file_of(record: Cast) -> CourseFile:
    file = see_course(record.anna, record.course, at=clocks.now()).file
    assert file is not None
    return file


def breaks(problem: Exception) -> Callable[..., Any]:
    def broken(*_: Any, **__: Any) -> Any:
        raise problem

    return broken


# The card, whatever breaks


@pytest.mark.parametrize(("problem", "status"), [(StorageFull(), 507), (RuntimeError("et navn"), 500)])
def test_the_card_stands_when_the_course_cannot_be_read(
    record: Cast,
    person: Enter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    problem: Exception,
    status: int,
) -> None:
    record.grouped()
    dina = person(record.dina.id)
    monkeypatch.setattr(mine, "see_course", breaks(problem))
    monkeypatch.setattr(answering, "see_course", breaks(problem))
    for address in ("/mit-forloeb", f"/mit-forloeb/forloeb/{record.course}", at(record, "tegn"), at(record, "ring")):
        shown = page_of(dina, address, status)
        assert FIRST_SIGN in shown and 'class="call-card raised"' in shown
        assert "Dit forløb kan ikke vises lige nu" in shown
    assert "et navn" not in caplog.text


def test_the_card_stands_when_the_content_in_force_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callcard, "active", breaks(RuntimeError()))
    assert callcard.call_card() == PATHWAY.citizen.call_card


@pytest.mark.parametrize(("problem", "status"), [(StorageFull(), 507), (RuntimeError(), 500)])
def test_a_yes_that_cannot_be_stored_leads_to_the_card_and_says_so(
    record: Cast,
    person: Enter,
    monkeypatch: pytest.MonkeyPatch,
    problem: Exception,
    status: int,
) -> None:
    record.grouped()
    dina = person(record.dina.id)
    monkeypatch.setattr(journal, "append", breaks(problem))
    answer = posted(dina, at(record, "tegn"), "/svar", **{"answer": "each", "s-saddle_numbness": "yes"})
    shown = answer.content.decode()
    assert answer.status_code == status and FIRST_SIGN in shown
    assert "blev ikke gemt hos os" in shown and "som alarm på listen" not in shown


def test_a_yes_on_an_ended_course_leads_to_the_card_too(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.CourseEnded("managing_alone"), days=1)
    fields = {"answer": "each", "s-saddle_numbness": "yes"}
    answer = posted(person(record.dina.id), at(record, "tegn"), "/svar", **fields)
    assert answer.status_code == 422 and FIRST_SIGN in answer.content.decode()


def test_what_others_wrote_meanwhile_hinders_no_answer(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    forms = [
        next(f for f in forms_of(dina.get(at(record, s)).content.decode()) if f.action.endswith("/svar"))
        for s in ("tegn", "smerte")
    ]
    record.write(record.bo, acts.MessageToGp("start", "Begyndt"))
    sign = dina.post(forms[0].action, forms[0].data(**{"answer": "each", "s-saddle_numbness": "yes"}))
    assert sign.headers["Location"] == at(record, "ring")
    assert dina.post(forms[1].action, forms[1].data(answer="7")).status_code == 302
    assert "saddle_numbness" in file_of(record).facts_said and file_of(record).scores["nrs_pain"][-1]["value"] == 7


# What a yes leads to


@pytest.mark.parametrize("sign", signs(PATHWAY))
def test_the_card_says_of_the_clinics_list_only_what_is_so(record: Cast, person: Enter, sign: str) -> None:
    record.grouped()
    dina = person(record.dina.id)
    posted(dina, at(record, "tegn"), "/svar", **{"answer": "each", f"s-{sign}": "yes"})
    shown = page_of(dina, at(record, "ring"))
    rows = worklist(record.bo, NOW.date(), at=NOW).rows
    is_on_top = next(row.why for row in rows if row.course == record.course) == "alarm_open"
    assert FIRST_SIGN in shown
    assert ("som alarm på listen" in shown) is is_on_top
    assert ("<h1>Ring nu</h1>" in shown or "<h1>Ring til lægen i dag</h1>" in shown) is is_on_top
    assert (PATHWAY.facts[sign].question.citizen.da in shown) is is_on_top  # the own yes is named
    assert is_on_top or sign == "immunosuppression_or_injected_drugs"  # a sign only together with a fever


def test_none_of_them_with_a_yes_chosen_is_a_yes(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    fields = {"answer": "none", "s-saddle_numbness": "yes", "s-paresis_worsening": "no"}
    answer = posted(dina, at(record, "tegn"), "/svar", **fields)
    assert answer.headers["Location"] == at(record, "ring")
    last = entries_of(record.course)[-2:]
    assert [type(entry.act) for entry in last] == [acts.AlarmRaised, acts.FactsRecorded]
    assert isinstance(last[1].act, acts.FactsRecorded) and set(last[1].act.facts) == {"paresis_worsening"}


def test_a_yes_that_is_taken_back_stands_and_that_is_said(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    posted(dina, at(record, "tegn"), "/svar", **{"answer": "each", "s-saddle_numbness": "yes"})
    answer = posted(dina, at(record, "tegn"), "/svar", answer="none")
    assert answer.headers["Location"] == at(record, "smerte")
    assert "Dit ja står" in page_of(dina, at(record, "smerte"))
    assert file_of(record).facts_said["saddle_numbness"].value == "yes"
    assert "Ja til: " in page_of(dina, at(record, "tjek"))


def test_a_yes_that_is_clarified_is_asked_anew(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    posted(dina, at(record, "tegn"), "/svar", **{"answer": "each", "s-saddle_numbness": "yes"})
    assert page_of(dina, at(record, "tegn")).count(" checked") == 1
    record.version += 1
    record.write(record.anna, acts.AlarmClarified(("saddle_numbness",), "undersøgt"))
    assert " checked" not in page_of(dina, at(record, "tegn"))
    answer: Any = dina.get(at(record, "ring"))
    assert answer.headers["Location"] == at(record, "smerte")


def test_a_clinicians_yes_is_not_said_to_be_the_citizens(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.AlarmRaised({"saddle_numbness": "yes"}, "professional"))
    dina = person(record.dina.id)
    assert " checked" not in page_of(dina, at(record, "tegn"))
    shown = page_of(dina, at(record, "ring"))
    assert "Der står et tegn i dit forløb" in shown and "Du har svaret ja" not in shown


# Answers that are changed


@pytest.mark.parametrize(
    ("step", "first", "then", "words"),
    [
        ("smerte", "7", "?", "ved ikke"),
        ("smerte", "7", "6", "6"),
        ("smerte", "?", "6", "6"),
        ("arbejde", "employed", "?", "ved ikke"),
        ("virkning", "better", "worse", "værre"),
    ],
)
def test_a_changed_answer_replaces_the_first_the_same_day(
    record: Cast,
    person: Enter,
    step: str,
    first: str,
    then: str,
    words: str,
) -> None:
    record.open()
    dina = person(record.dina.id)
    for given in (first, then):
        assert posted(dina, at(record, step), "/svar", answer=given).status_code == 302
    assert f"Dit svar indtil nu: <strong>{words}</strong>" in page_of(dina, at(record, step))
    assert f"<td>{words}</td>" in page_of(dina, at(record, "tjek"))
    file = file_of(record)
    assert [one["value"] for one in file.scores.get("nrs_pain", ())] == ([6] if then == "6" else [])
    assert "work" not in file.facts_said
    assert ("nrs_pain" in file.not_known) is (step == "smerte" and then == "?")


def test_the_same_answer_twice_counts_once(record: Cast, person: Enter) -> None:
    record.open()
    dina = person(record.dina.id)
    for _ in range(2):
        posted(dina, at(record, "smerte"), "/svar", answer="7")
    assert len(entries_of(record.course)) == 2


@pytest.mark.parametrize(
    ("step", "fields", "following"),
    [
        ("smerte", {"answer": "7"}, "funktion"),
        ("tegn", {"answer": "none"}, "smerte"),
        ("tegn", {"answer": "each", "s-saddle_numbness": "yes"}, "ring"),
    ],
)
def test_a_double_click_leads_on(
    record: Cast,
    person: Enter,
    step: str,
    fields: dict[str, str],
    following: str,
) -> None:
    record.open()
    dina = person(record.dina.id)
    form = next(f for f in forms_of(dina.get(at(record, step)).content.decode()) if f.action.endswith("/svar"))
    dina.post(form.action, form.data(**fields))
    again: Any = dina.post(form.action, form.data(**fields), follow=True)
    assert again.status_code == 200 and again.request["PATH_INFO"] == at(record, following)
    assert len(entries_of(record.course)) == 2


def test_an_answer_of_another_day_is_shown_with_its_day(
    record: Cast,
    person: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record.grouped()
    dina = person(record.dina.id)
    posted(dina, at(record, "smerte"), "/svar", answer="7")
    monkeypatch.setattr(clocks, "now", lambda: NOW + timedelta(days=1))
    assert "Sidst svarede du: <strong>7</strong>" in page_of(dina, at(record, "smerte"))
    assert "20. april 2026" in page_of(dina, at(record, "tjek"))
    posted(dina, at(record, "smerte"), "/svar", answer="5")
    assert [one["value"] for one in file_of(record).scores["nrs_pain"]] == [7, 5]


def test_a_clinicians_answer_is_not_said_to_be_the_citizens(record: Cast, person: Enter) -> None:
    record.grouped()  # a professional has asked about worry
    record.write(record.bo, acts.ScoresRecorded("nrs_pain", 8, "citizen"))
    dina = person(record.dina.id)
    for step in ("smerte", "bekymring"):
        assert "Dit svar indtil nu" not in page_of(dina, at(record, step))


# S6, what it says of scans and of the next step


def test_a_scan_that_is_on_its_way_is_told_by_the_referral_alone(record: Cast, person: Enter) -> None:
    record.referred(effort="imaging")
    dina = person(record.dina.id)
    shown = page_of(dina, "/")
    assert "Et billede af ryggen" in shown
    assert "ikke blevet scannet" not in shown and "Hvorfor er jeg blevet scannet" not in shown
    record.write(record.hanne, acts.ReferralReceived("r1"), acts.ReferralAccepted("r1"))
    record.write(record.hanne, acts.ReferralDone("r1"))
    assert "Hvorfor er jeg blevet scannet" in page_of(dina, "/")


def test_without_a_referral_nobody_is_sent_to_look_for_one(record: Cast, person: Enter) -> None:
    record.returned()
    record.write(record.anna, acts.GpDecided({"imaging": acts.EffortDecision("declined", "ikke nu")}), days=1)
    shown = page_of(person(record.dina.id), "/")
    assert "Spørg din læge, hvad I gør nu." in shown and "længere nede" not in shown and "ikke nu" not in shown


def test_who_has_no_course_is_told_whom_to_call(record: Cast, person: Enter) -> None:
    visitor: Visitor = person(record.erik.id)
    shown = page_of(visitor, "/")
    assert "Ingen deler med dig lige nu" in shown and "Lægen åbner dit forløb" in shown
