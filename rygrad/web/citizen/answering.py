"""S7, questions before a visit: one a page, stored as they are given, and back without loss."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, citizenview, clocks, journal
from rygrad.record.athome import own_answers, said_of_sign, stands_as_said
from rygrad.record.contents import active
from rygrad.record.coursefile import CourseFile
from rygrad.record.door import CourseView, see_course
from rygrad.record.refusals import NotFound, Refused, StaleVersion
from rygrad.web.citizen.callcard import call_card, status_of, with_card
from rygrad.web.citizen.questions import NOT_KNOWN, STEPS, entries_of_answer, question, rows, signs
from rygrad.web.language import say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.recording import key_of, must_be_ours

_CALL = "ring"
# A sign holds no plan back in these states, but it is a sign.
_NOTHING_TO_HOLD = ("outside", "ended")


@page("citizen")
def begin(request: Asked) -> HttpResponse:
    """To the first question of the open course."""
    courses = [one for one in citizenview.own_courses(request.actor) if one.ended_on is None]
    if not courses:
        raise Refused(
            "no_course",
            "du har ikke et åbent forløb.",
            "you have no open course.",
            hint={"da": "Ring til din læge, hvis det gør ondt igen.", "en": "Call your doctor if it hurts again."},
        )
    return redirect("question", courses[0].course, STEPS[0])


@page("citizen")
@with_card
def ask(request: Asked, own: str, step: str) -> HttpResponse:
    """One question, with the answer that was given before, if any."""
    must_be_ours(step in (*STEPS, _CALL))
    view, pathway, today = see_course(request.actor, own, channel="web"), active().pathway, _today()
    if view.file is None:
        raise NotFound
    if step == _CALL:
        return _call_page(request, view, view.file)
    common: dict[str, Any] = {
        "view": view,
        "call_card": pathway.citizen.call_card,
        "signs_raised": bool(citizenview.raised_signs(view.file)),
        "before": _address(own, STEPS[STEPS.index(step) - 1]) if step in STEPS[1:] else "",
        "following": _address(own, _after(step)) if step != STEPS[-1] else "",
        # Where a double click leads, whose first click is stored already.
        "here": _address(own, _CALL if step == STEPS[0] else _after(step)) if step != STEPS[-1] else "",
    }
    if step == STEPS[-1]:
        given = [(name, one, _address(own, at)) for name, one, at in rows(pathway, view, view.file, today)]
        return shown(request, "citizen/check.html", **common, rows=given)
    if step == STEPS[0]:
        said = _signs_said(pathway, view, view.file, today)
        asked = [(name, words(pathway.facts[name].question.citizen), one) for name, one in said.items()]
        return shown(request, "citizen/signs.html", **common, signs=asked)
    number: dict[str, Any] = {"number": STEPS.index(step), "count": len(STEPS) - 2}
    asked_now = question(pathway, view, step, today)
    return shown(request, "citizen/question.html", **common, **asked_now, **number, step=step)


def _call_page(request: Asked, view: CourseView, file: CourseFile) -> HttpResponse:
    """The card, when a sign stands; else on to the next question. It says of the clinic's list only what is so."""
    raised = citizenview.raised_signs(file)
    if not raised:
        return redirect("question", view.course, _after(STEPS[0]))
    context: dict[str, Any] = {
        "is_own": any(stands_as_said(file, name) for name in raised),
        "is_on_list": view.state == "held",
        "is_alarm": view.state in ("held", *_NOTHING_TO_HOLD),
    }
    return shown(request, "citizen/call.html", **context, **_raised(raised), **_on_the_card(view.course))


def _raised(names: Sequence[str]) -> dict[str, Any]:
    """The signs that stand, as they were asked, and the most pressing level of the card they belong to."""
    pathway = active().pathway
    levels = {level.urgency: level for level in pathway.citizen.call_card.levels}
    ranked = [
        alarm.urgency
        for alarm in pathway.alarms.values()
        if set(alarm.rule.facts) <= set(names) and alarm.urgency.id in levels
    ]
    most = min(ranked, key=lambda urgency: urgency.rank).id if ranked else list(levels)[-1]
    return {"raised": [pathway.facts[name].question.citizen for name in names], "level": levels[most]}


def _on_the_card(own: str) -> dict[str, Any]:
    following = _address(own, _after(STEPS[0]))
    return {"call_card": call_card(), "signs_raised": True, "own": own, "next_question": following}


def _today() -> date:
    return clocks.local_day(clocks.now())


def _after(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def _address(own: str, step: str) -> str:
    return reverse("question", args=[own, step])


def _signs_said(pathway: Pathway, view: CourseView, file: CourseFile, today: date) -> dict[str, str]:
    own = own_answers(view)
    return {name: said_of_sign(file, own, name, today) for name in signs(pathway)}


@page("citizen", posts=True)
def answer(request: Asked, own: str, step: str) -> HttpResponse:
    """Store the answer, and on to the next question; a sign leads straight to the call card."""
    must_be_ours(step in STEPS[:-1])
    if step == STEPS[0]:
        return _signs_answered(request, own)
    view = see_course(request.actor, own, channel="web")
    _store(request, view, entries_of_answer(active().pathway, view, step, request.POST.get("answer", ""), _today()))
    return redirect("question", own, _after(step))


def _store(request: Asked, view: CourseView, new: Sequence[acts.Act]) -> None:
    """What others wrote meanwhile changes nothing in what a citizen says: it is stored all the same."""
    if not new:
        return
    key = key_of(request)
    try:
        journal.append(request.actor, view.course, new, expected_version=view.version, key=key)
    except StaleVersion as stale:
        journal.append(request.actor, view.course, new, expected_version=stale.current, key=key)


def _signs_answered(request: Asked, own: str) -> HttpResponse:
    """Whatever hinders the storing, a yes leads to the card; and then it says that the clinic has heard nothing."""
    try:
        return _signs_stored(request, own)
    except NotFound:
        raise
    except Exception as problem:  # a bug too must not hide the card
        if not any(name.startswith("s-") and value == "yes" for name, value in request.POST.items()):
            raise
        status = status_of(problem)
        return shown(request, "citizen/call.html", status=status, is_unstored=True, **_on_the_card(own))


def _signs_stored(request: Asked, own: str) -> HttpResponse:
    view, pathway = see_course(request.actor, own, channel="web"), active().pathway
    if view.file is None:
        raise NotFound
    before = _signs_said(pathway, view, view.file, _today())
    said = {name: request.POST.get(f"s-{name}", "") for name in before}
    must_be_ours(set(said.values()) <= {"", "yes", "no", NOT_KNOWN})
    # Whoever chooses a yes and then says "none of them" has said yes.
    if request.POST.get("answer") == "none" and not any(v == "yes" != before[n] for n, v in said.items()):
        said = dict.fromkeys(before, "no")
    new = _signs_as_acts(pathway, said)
    if not new:
        messages.warning(
            request,
            say(
                "Svar på mindst ét tegn, eller sig, at du ingen har.",
                "Answer at least one sign, or say that you have none.",
            ),
        )
        return redirect("question", own, STEPS[0])
    _store(request, view, new)
    if any(before[name] == "yes" and one != "yes" for name, one in said.items() if one):
        stands = say(
            "Dit ja står, til din læge eller behandler har set på det. Ring til dem, hvis du svarede forkert.",
            "Your yes stands until your doctor or therapist has looked at it. Call them if you answered wrongly.",
        )
        messages.warning(request, stands)
    return redirect("question", own, _CALL if "yes" in said.values() else _after(STEPS[0]))


def _signs_as_acts(pathway: Pathway, said: dict[str, str]) -> list[acts.Act]:
    present = {n: "suspected" if n in pathway.exclusions else "yes" for n, one in said.items() if one == "yes"}
    absent = {n: pathway.facts[n].absent for n, one in said.items() if one == "no"}
    unknown = tuple(n for n, one in said.items() if one == NOT_KNOWN)
    new: list[acts.Act] = [acts.AlarmRaised(present, "citizen")] if present else []
    return [*new, acts.FactsRecorded(absent, "citizen", unknown)] if absent or unknown else new
