"""S6, the citizen's own page: where am I, what is next, who has me, what I can do, and why."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from rygrad.decision import spoken
from rygrad.decision.pathwaymap import HERE
from rygrad.pathway.pathway import Pathway, StateWords, Topic
from rygrad.pathway.words import Phrase
from rygrad.record import acts, citizenview, clocks
from rygrad.record.contents import active
from rygrad.record.coursefile import Referral
from rygrad.record.door import CourseView, see_course
from rygrad.record.lookagain import LookAgain
from rygrad.record.models import Sharing
from rygrad.web import effect
from rygrad.web.citizen.callcard import with_card
from rygrad.web.language import language, say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.programme.picture import picture_for_citizen
from rygrad.web.recording import must_be_ours, recorded

_OPEN = ("not_scanned", "scanned", "self_care")
_BEFORE_TREATMENT = ("planned", "in_treatment")


@page("citizen")
@with_card
def mine(request: Asked) -> HttpResponse:
    """The open course, or the last one."""
    courses = citizenview.own_courses(request.actor)
    return _course_page(request, courses[0].course)


@page("citizen")
@with_card
def mine_course(request: Asked, own: str) -> HttpResponse:
    """One of the citizen's courses, an earlier one too."""
    return _course_page(request, own)


def _course_page(request: Asked, course: str) -> HttpResponse:
    view = see_course(request.actor, course, channel="web", what="course")
    others = [one for one in citizenview.own_courses(request.actor) if one.course != course]
    context, pathway = everything(view, clocks.local_day(clocks.now())), active().pathway
    more = {
        "told": [(one, *_item(pathway, one.item)) for one in citizenview.told(pathway, view)],
        "plots": effect.plots(pathway, view.file.scores, to="citizen") if view.file else [],
        "map": picture_for_citizen(pathway, HERE.get(view.state, "")),
        "others": others,
        "here": reverse("mine_course", args=[course]),
        "is_relative": Sharing.objects.filter(relative_id=request.actor.person).exists(),
    }
    return shown(request, "citizen/mine.html", **context, **more)


def everything(view: CourseView, today: date) -> dict[str, Any]:
    """What the citizen's page, the relative's and the plan on paper show of the course."""
    pathway = active().pathway
    group = pathway.groups.get(view.group or "")
    return {
        "view": view,
        "call_card": pathway.citizen.call_card,
        "signs_raised": bool(citizenview.raised_signs(view.file)),
        "where": pathway.citizen.states.get(view.state),
        "why_group": words(group.words.citizen) if group else "",
        "next_steps": next_steps(pathway, view, today),
        "holder": view.names.get(view.holder, ""),
        "own_gp": view.names.get(view.own_gp, ""),
        "goals": _goals(pathway, view),
        "interventions": _interventions(pathway, view),
        "referrals": [_referral(pathway, view, one) for one in reversed(view.referrals)],
        "topics": [(topic, topic.id in _OPEN) for topic in _topics(pathway, view)],
        "aim": pathway.citizen.topics["managing_alone"],
        "comes_back": pathway.citizen.topics["comes_back"],
        "outcome": words(pathway.outcomes[view.file.outcome].citizen) if view.file and view.file.outcome else "",
        "is_managing_alone": view.file is not None and view.file.outcome == "managing_alone",
        "ended_on": view.file.ended_on if view.file else None,
        "signed_by": pathway.citizen.signed_by,
        "identity": pathway.identity,
    }


def leaflet_items(pathway: Pathway, group: str) -> list[tuple[str, Sequence[Phrase]]]:
    """The information of a group in plain words, each with its title; of no group, all there is."""
    of = pathway.groups.get(group)
    items = [item.id for item in of.information] if of else list(pathway.citizen.information)
    return [_item(pathway, item) for item in items]


def _item(pathway: Pathway, item: str) -> tuple[str, Sequence[Phrase]]:
    return words(pathway.words["information"][item].citizen), pathway.citizen.information[item]


def _goals(pathway: Pathway, view: CourseView) -> list[tuple[str, Sequence[str]]]:
    chosen = view.plan.goals if view.plan else {}
    return [(words(told.citizen), chosen[name]) for name, told in pathway.goals.items() if chosen.get(name)]


def _interventions(pathway: Pathway, view: CourseView) -> list[str]:
    planned = view.plan.interventions if view.plan else ()
    return [words(pathway.words["interventions"][name].citizen) for name in planned]


def next_steps(pathway: Pathway, view: CourseView, today: date) -> list[str]:
    """What comes next, and when: a window or a given day, never a date that nobody has set."""
    state = pathway.citizen.states.get(view.state)
    found = [_next(view, state)] if state and view.state != "in_treatment" else []
    if view.again and view.state in _BEFORE_TREATMENT:
        found.append(_looked_at(view.again, today))
    for one in view.referrals:
        if one.state == "booked" and one.booked_on and one.booked_on >= today:
            place, day = view.names.get(one.to, ""), spoken.day(one.booked_on, language())
            found.append(say(f"Du har en tid hos {place} den {day}.", f"You have a time at {place} on {day}."))
    if not found and state:
        found = [words(state.next)]
    return found


def _next(view: CourseView, state: StateWords) -> str:
    if view.state == "decided" and not view.referrals:
        return say("Spørg din læge, hvad I gør nu.", "Ask your doctor what you do now.")
    return words(state.next)


def _looked_at(again: LookAgain, today: date) -> str:
    when = spoken.window(again.first, again.last, today, language())
    if again.state == "done":
        return say("I har set på, om behandlingen hjælper.", "You have looked at whether the treatment helps.")
    if again.state == "overdue":
        return say(
            f"I skulle se på {when}, om behandlingen hjælper. Ring og aftal en tid, hvis I ikke har gjort det.",
            f"You were to look {when} at whether the treatment helps. Call for a time if you have not.",
        )
    return say(
        f"I ser sammen på, om behandlingen hjælper, {when}.",
        f"Together you look at whether the treatment helps, {when}.",
    )


def _topics(pathway: Pathway, view: CourseView) -> list[Topic]:
    """Questions and answers, what one can do first."""
    names = ("self_care", *_why_scanned(view), "work", "flare_up", "relatives")
    return [pathway.citizen.topics[name] for name in names]


def _why_scanned(view: CourseView) -> tuple[str, ...]:
    """Why, or why not; neither while a scan is on its way, which the referral tells."""
    said = view.file.facts_said.get("imaging_done") if view.file else None
    sent = {one.state for one in view.referrals if one.effort == "imaging"}
    if (said is not None and said.value == "yes") or sent & {"done", "answered"}:
        return ("scanned",)
    return () if sent - {"refused"} else ("not_scanned",)


def _referral(pathway: Pathway, view: CourseView, referral: Referral) -> dict[str, Any]:
    place = view.names.get(referral.to, "")
    day = spoken.day(referral.booked_on, language()) if referral.booked_on else ""
    said = {
        "sent": say("Sendt. De har ikke set den endnu.", "Sent. They have not looked at it yet."),
        "received": say("De har fået den og ser på den.", "They have it and are looking at it."),
        "accepted": say("De har sagt ja. Du hører fra dem om en tid.", "They said yes. You will hear about a time."),
        "booked": say(f"Du har en tid den {day}.", f"You have a time on {day}."),
        "done": say("Det er gjort. Din læge venter på svaret.", "It is done. Your doctor waits for the answer."),
        "answered": say("Din læge har fået svaret.", "Your doctor has the answer."),
        "refused": say("De sagde nej. Din læge ser på, hvad der så skal ske.",
                       "They said no. Your doctor looks at what happens then."),
    }  # fmt: skip
    return {
        "name": words(pathway.words["efforts"][referral.effort].citizen),
        "what": words(pathway.citizen.efforts[referral.effort]),
        "place": place,
        "sent_on": referral.sent_on,
        "said": said[referral.state],
    }


@page("citizen", posts=True)
def read_information(request: Asked, own: str) -> HttpResponse:
    """The citizen has read one item, or all of them."""
    items = tuple(dict.fromkeys(request.POST.getlist("item")))
    must_be_ours(bool(items) and set(items) <= set(active().pathway.words["information"]))
    said = say("Godt. Det står nu, at du har læst det.", "Good. It now says that you have read it.")
    return recorded(request, own, [acts.InformationRead(items)], said, to=reverse("mine_course", args=[own]))
