"""What a relative sees: the plan, the next step and the leaflet; more only when it is shared; nothing after the end."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from rygrad.record import acts, clocks, people
from rygrad.record.access import PART_WORDS
from rygrad.record.accesslog import Seen, log
from rygrad.record.act import PARTS
from rygrad.record.actor import Actor
from rygrad.record.chain import present
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.record.fold import as_they_stand
from rygrad.record.inwords import InWords
from rygrad.record.models import Sharing
from rygrad.record.words import ENTRY_WORDS
from rygrad.web import effect
from rygrad.web.citizen.mine import everything, leaflet_items
from rygrad.web.language import language, words
from rygrad.web.pages import PERSONS, Asked, page, shown
from rygrad.web.persons import AS


@dataclass(frozen=True, slots=True)
class Shared:
    """A course that is, or was, shared with a relative; ``name`` is empty when it no longer is."""

    course: str
    name: str
    valid_until: date
    is_open: bool


def courses_shared(actor: Actor, today: date) -> list[Shared]:
    """Those open today first, each a look. What has ended shows no name; what has not begun is not there."""
    rows = Sharing.objects.filter(relative_id=actor.person, valid_from__lte=today)
    rows = rows.select_related("course__person").order_by("-valid_until")
    found: dict[str, Shared] = {}
    for row in rows:
        is_open = today <= row.valid_until
        name = row.course.person.name if is_open else ""
        one = Shared(row.course_id, name, row.valid_until, is_open)
        if row.course_id not in found or is_open:
            found[row.course_id] = one
    whose = {row.course_id: row.course.person_id for row in rows}
    seen = [Seen(whose[one.course], one.course, "sharing") for one in found.values() if one.is_open]
    log(actor, seen, "shared", channel="web")
    return sorted(found.values(), key=lambda one: not one.is_open)


@page("relative")
def shared_with_me(request: Asked) -> HttpResponse:
    """Whose course is shared with me, and until when."""
    today = clocks.local_day(present())
    assert request.actor.person is not None  # noqa: S101  (a relative is a person)
    context: dict[str, Any] = {
        "shared": courses_shared(request.actor, today),
        "is_citizen": people.has_course(request.actor.person),
    }
    return shown(request, "citizen/shared_with_me.html", **context)


@page("relative")
def shared_course(request: Asked, own: str) -> HttpResponse:
    """One course, as far as it is shared today."""
    view = see_course(request.actor, own, channel="web")
    return shown(request, "citizen/relative.html", **as_shared(view))


def as_shared(view: CourseView) -> dict[str, Any]:
    """What is shown of a course to a relative: within the parts that are shared, and no more."""
    pathway, today = active().pathway, clocks.local_day(clocks.now())
    said = InWords(pathway, language(), view.names, to="citizen")
    context = everything(view, today)
    return context | {
        "topics": [pathway.citizen.topics[name] for name in ("relatives", "self_care", "work", "flare_up")],
        "signs_raised": context["signs_raised"] or not context["where"],
        "leaflet": leaflet_items(pathway, view.group or ""),
        "parts": [words(PART_WORDS[part]) for part in PARTS if part in view.parts],
        "written": [(e.valid_on, words(ENTRY_WORDS[e.type]), said.lines(e.act)) for e in _written(view)],
        "plots": effect.plots(pathway, _scores(view), to="citizen"),
        "work_words": _work(view) if "work" in view.parts else "",
    }


def _written(view: CourseView) -> list[Any]:
    """The entries of what is written about the citizen, only when that part is shared; the newest first."""
    return list(reversed(view.entries)) if "clinical" in view.parts else []


def _scores(view: CourseView) -> dict[str, list[dict[str, Any]]]:
    """What was measured, from the entries that are seen: ``view.file`` is not there for who sees the scores alone."""
    found: dict[str, list[dict[str, Any]]] = {}
    if "scores" in view.parts:
        for entry in as_they_stand(view.entries):
            if isinstance(entry.act, acts.ScoresRecorded):
                measured = {"value": entry.act.value, "on": entry.valid_on, "items": entry.act.items}
                found.setdefault(entry.act.instrument, []).append(measured)
    return found


def _work(view: CourseView) -> str:
    said = view.work.get("work")
    return words(active().pathway.facts["work"].values[said.value]) if said else ""


@page(*PERSONS, posts=True)
def act_as(request: Asked) -> HttpResponse:
    """Somebody who is both goes on as a citizen, or as a relative."""
    if request.POST.get("as") == "relative":
        request.session[AS] = "relative"
    else:
        request.session.pop(AS, None)
    return redirect("home")
