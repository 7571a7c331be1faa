"""S3, starting a course: the citizen found, alarm signs as one deliberate act, then only what decides, then confirm."""

import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.decision.dates import read_day
from rygrad.record import acts, clocks, door, journal, people
from rygrad.record.actor import CLINICIANS
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.record.inwords import answer_in_words
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.search import search
from rygrad.web import why
from rygrad.web.coursepage import banner
from rygrad.web.coursesteps import programme_plan
from rygrad.web.factforms import none_of_them, question, signs_to_ask
from rygrad.web.language import language, say, words
from rygrad.web.pages import WORKERS, Asked, page, shown
from rygrad.web.recording import back_of, recorded, text_of

_CPR = re.compile(r"[0-9]{6}-?[0-9]{4}")
_ECPR = re.compile(r"[0-9]{6}-?[0-9][A-Za-z]{2}[0-9]")


@page(*WORKERS, posts=True)
def find(request: Asked) -> HttpResponse:
    """Find a citizen by name or number among one's own; a number not found may start a course, or emergency access."""
    wanted = text_of(request, "words")
    if "start" in request.POST:
        return _begin(request, wanted)
    found = search(request.actor, wanted, channel="web")
    if len(found) == 1 and not found[0].ended:
        return redirect(f"{reverse('course', args=[found[0].course])}?back={reverse('worklist')}")
    return shown(request, "found.html", found=found, words=wanted, system=identifier(wanted)[0], **_gps(request))


def identifier(text: str) -> tuple[str, str]:
    """The system and value a typed number belongs to; empty for what is no number."""
    plain = text.strip()
    if plain.startswith("demo-"):
        return "demo", plain
    if _CPR.fullmatch(plain):
        return "cpr", plain.replace("-", "")
    if _ECPR.fullmatch(plain):
        return "ecpr", plain.replace("-", "").upper()
    return "", ""


def _gps(request: Asked) -> dict[str, Any]:
    """Who can be own GP: one's own practice is; others choose."""
    if request.actor.role == "general_practitioner":
        return {"gps": []}
    return {"gps": people.organisations_of("gp_practice", clocks.local_day(clocks.now()))}


def _begin(request: Asked, wanted: str) -> HttpResponse:
    """Open a course for the one with this number; who is not known yet is registered first."""
    system, value = identifier(wanted)
    if not system:
        raise Refused("identifier", "skriv et cpr-nummer eller et demonummer.", "write a CPR or demo number.")
    own_gp = _own_gp(request)
    if not own_gp:
        return shown(request, "found.html", found=(), words=wanted, system=system, ask_gp=True, **_gps(request))
    person = _person(request, system, value)
    if person is None:
        near, day = people.municipality_of(own_gp), clocks.local_day(clocks.now())
        return shown(
            request,
            "register.html",
            words=wanted,
            own_gp=own_gp,
            municipalities=[(code, name, code == near) for code, name in people.municipalities(day)],
        )
    opened = acts.CourseOpened(holder=request.actor.organisation or "", own_gp=own_gp)
    receipt = journal.open_course(request.actor, person, opened, key=request.POST.get("key", ""))
    return redirect("start", course=receipt.course)


def _own_gp(request: Asked) -> str:
    if request.actor.role == "general_practitioner":
        return request.actor.organisation or ""
    return request.POST.get("own_gp", "")


def _person(request: Asked, system: str, value: str) -> str | None:
    """The person with this number; registered now when the form holds a name."""
    try:
        return people.person_of(system, value, clocks.local_day(clocks.now()))
    except NotFound:
        name = text_of(request, "name")
        if not name:
            return None
    return people.register_person(
        name,
        {system: value},
        born_on=read_day(request.POST.get("born_on", "")),
        is_invented=system == "demo",
        municipality_code=request.POST.get("municipality") or None,
    )


@page(*CLINICIANS, posts=True)
def emergency(request: Asked) -> HttpResponse:
    """Short access without a care relationship, with a reason; the citizen sees it in the log."""
    system, value = identifier(text_of(request, "words"))
    if not system:
        raise Refused("identifier", "skriv et cpr-nummer eller et demonummer.", "write a CPR or demo number.")
    receipt = door.take_emergency_access(
        request.actor, system, value, text_of(request, "reason"), key=request.POST.get("key", "")
    )
    return redirect("course", course=receipt.course)


@page(*CLINICIANS)
def start(request: Asked, course: str) -> HttpResponse:
    """Alarm signs first; then the questions that decide, in the engine's order; then the group to confirm."""
    view = see_course(request.actor, course, channel="web")
    assert view.file is not None and view.decision is not None  # noqa: S101  (clinicians see all parts)
    pathway, today = active().pathway, clocks.local_day(clocks.now())
    known = set(view.file.facts_said)
    signs = signs_to_ask(pathway, known)
    is_held = view.decision.scope in ("hold", "outside")
    asked = () if view.state == "opened" or is_held else _deciding(view)
    cards = why.advices(pathway, view.decision)
    return shown(
        request,
        "start.html",
        **banner(view, today),
        signs=[(name, words(pathway.facts[name].question.clinician)) for name in signs],
        sign_questions=[question(pathway, name, today) for name in signs],
        must_ask=view.state == "opened" and not is_held,
        is_held=is_held,
        questions=[question(pathway, name, today, was_not_known=name in view.file.not_known) for name in asked],
        told_at_home=_told(view),
        group_card=why.of(cards, "group"),
        scope_card=why.of(cards, "scope"),
        possible=[
            (g, pathway.groups[g].number, words(pathway.groups[g].words.clinician))
            for g in view.decision.possible_groups
        ],
        plan=_plan_words(view),
        is_confirmed=view.file.group is not None and view.file.plan is not None,
        here=reverse("start", args=[course]),
        back=back_of(request),
    )


def _deciding(view: CourseView) -> tuple[str, ...]:
    """The facts that still decide the group, in the engine's order; those asked and not known come last."""
    decision, file = view.decision, view.file
    assert decision is not None and file is not None  # noqa: S101
    decides = {fact for group in active().pathway.groups.values() for fact in group.rule.facts}
    wanted = [q.fact for q in decision.ask if q.fact in decides]
    return tuple(sorted(wanted, key=lambda name: name in file.not_known))


def _told(view: CourseView) -> list[tuple[str, str]]:
    """What the citizen has answered at home already."""
    assert view.file is not None  # noqa: S101
    facts = active().pathway.facts
    return [
        (words(facts[name].question.clinician), answer_in_words(facts[name], said.value, language()))
        for name, said in view.file.facts_said.items()
        if said.said_by == "citizen"
    ]


def _plan_words(view: CourseView) -> list[str]:
    decision = view.decision
    if decision is None or len(decision.possible_groups) != 1:
        return []
    planned = programme_plan(decision.possible_groups[0]).interventions
    return [words(active().pathway.words["interventions"][name].clinician) for name in planned]


@page(*CLINICIANS, posts=True)
def none(request: Asked, course: str) -> HttpResponse:
    """ "Asked: none of them" writes each sign as asked and absent, in this clinician's name."""
    view = see_course(request.actor, course, channel="web")
    assert view.file is not None  # noqa: S101
    told = none_of_them(active().pathway, set(view.file.facts_said))
    said = say("Alarmtegn: spurgt, ingen.", "Alarm signs: asked, none.")
    return recorded(request, course, [told], said, to=back_of(request) or reverse("start", args=[course]))
