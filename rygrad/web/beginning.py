"""S3, starting a course: the citizen found, alarm signs as one deliberate act, then only what decides, then confirm."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.decision.dates import read_day
from rygrad.record import acts, clocks, door, journal, people
from rygrad.record.actor import CLINICIANS
from rygrad.record.composed import age_on, message_to_show
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.record.inwords import answer_in_words
from rygrad.record.refusals import Refused
from rygrad.record.search import search
from rygrad.record.storage import writing
from rygrad.web import why
from rygrad.web.coursepage import banner
from rygrad.web.coursesteps import programme_plan
from rygrad.web.factforms import none_of_them, question, signs_to_ask
from rygrad.web.language import language, say, words
from rygrad.web.pages import WORKERS, Asked, page, shown
from rygrad.web.recording import back_of, key_of, must_be_ours, recorded, text_of, version_of

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
    """Who the number belongs to, and the signs to ask: the course is opened by the first answer, not by the number."""
    must_be_ours(request.actor.role in CLINICIANS)
    system, value = identifier(wanted)
    if not system:
        raise Refused("identifier", "skriv et cpr-nummer eller et demonummer.", "write a CPR or demo number.")
    own_gp = _own_gp(request)
    if not own_gp:
        return shown(request, "found.html", found=(), words=wanted, system=system, ask_gp=True, **_gps(request))
    known = door.identify(request.actor, system, value, channel="web")
    today = clocks.local_day(clocks.now())
    context: dict[str, Any] = {"words": wanted, "own_gp": own_gp, "known": known}
    if known is None:
        near = people.municipality_of(own_gp)
        places = [(code, name, code == near) for code, name in people.municipalities(today)]
        context |= {"municipalities": places, "given": text_of(request, "name")}
    else:
        context["age"] = age_on(known.born_on, today)
    facts = active().pathway.facts
    signs = signs_to_ask(active().pathway, set())
    context["signs"] = [(name, words(facts[name].question.clinician)) for name in signs]
    return shown(request, "begin.html", **context)


def _own_gp(request: Asked) -> str:
    if request.actor.role == "general_practitioner":
        return request.actor.organisation or ""
    return request.POST.get("own_gp", "")


@page(*CLINICIANS, posts=True)
def open_course(request: Asked) -> HttpResponse:
    """Open the course, with "asked: none of them" when that was said; a person not known here is registered with it."""
    system, value = identifier(text_of(request, "words"))
    must_be_ours(bool(system))
    pathway = active().pathway
    more: list[acts.Act] = []
    if "none" in request.POST:
        must_be_ours(request.POST.getlist("sign") == list(signs_to_ask(pathway, set())))
        more.append(none_of_them(pathway, set()))
    opened = acts.CourseOpened(holder=request.actor.organisation or "", own_gp=_own_gp(request))
    known = door.identify(request.actor, system, value, channel="web")  # logged, whatever comes of it
    with writing():
        person = known.person if known else _registered(request, system, value)
        receipt = journal.open_course(request.actor, person, opened, more, key=key_of(request))
    return redirect("start", course=receipt.course)


def _registered(request: Asked, system: str, value: str) -> str:
    return people.register_person(
        text_of(request, "name"),
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
    receipt = door.take_emergency_access(request.actor, system, value, text_of(request, "reason"), key=key_of(request))
    return redirect("course", course=receipt.course)


@page(*CLINICIANS)
def start(request: Asked, course: str) -> HttpResponse:
    """Alarm signs first; then the questions that decide, in the engine's order; then the group to confirm."""
    view = see_course(request.actor, course, channel="web")
    must_be_ours(view.file is not None and view.decision is not None)
    assert view.file is not None and view.decision is not None  # noqa: S101  (said just above)
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
        message=_plan_message(request, view),
        needs_reason=view.file.group is not None and view.file.group not in view.decision.possible_groups,
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


def _plan_message(request: Asked, view: CourseView) -> str:
    """What own GP is told when group and plan are confirmed here; empty when own GP is who confirms."""
    possible = view.decision.possible_groups if view.decision else ()
    if len(possible) != 1:
        return ""
    new = [acts.GroupConfirmed(possible[0]), programme_plan(possible[0])]
    return message_to_show(request.actor, view, "plan", new)


@page(*CLINICIANS, posts=True)
def none(request: Asked, course: str) -> HttpResponse:
    """ "Asked: none of them" writes each sign as asked and absent, in this clinician's name."""
    view = see_course(request.actor, course, channel="web")
    must_be_ours(view.file is not None)
    assert view.file is not None  # noqa: S101  (said just above)
    pathway, known = active().pathway, set(view.file.facts_said)
    if request.POST.getlist("sign") != list(signs_to_ask(pathway, known)) or version_of(request) != view.version:
        changed = say(
            "Forløbet er ændret, siden du åbnede siden. Se listen igennem igen.",
            "The course has changed since you opened the page. Look through the list again.",
        )
        messages.warning(request, changed)
        return redirect("start", course)
    told = none_of_them(pathway, known)
    said = say("Alarmtegn: spurgt, ingen.", "Alarm signs: asked, none.")
    return recorded(request, course, [told], said, to=back_of(request) or reverse("start", args=[course]))
