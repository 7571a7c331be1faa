"""S4: back to own GP with the assessment of need, prefilled with what was tried, previewed as it will be sent."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from rygrad.record import acts, clocks
from rygrad.record.actor import CLINICIANS
from rygrad.record.composed import return_of
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.web.coursepage import banner
from rygrad.web.language import say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.preview import edited, is_as_shown, to_show, urgency_of
from rygrad.web.recording import back_of, must_be_ours, recorded, text_of

_NEEDS = ("needed", "not_needed", "unsure")


def reasons() -> list[str]:
    """Preset reasons why the other efforts are not needed."""
    return [
        say("Ingen neurologiske udfald; vil ikke ændre planen", "No neurological deficits; would not change the plan"),
        say("Ikke relevant for borgerens situation", "Not relevant to the citizen's situation"),
        say("Afventer den indsats, der er behov for", "Waits for the effort that is needed"),
        say("Borgeren ønsker det ikke nu", "The citizen does not want it now"),
    ]


@page(*CLINICIANS)
def send(request: Asked, course: str) -> HttpResponse:
    """The form with the letter beside it; "preview" shows the letter anew, "send" sends exactly what is shown."""
    view = see_course(request.actor, course, channel="web")
    must_be_ours(view.file is not None and view.decision is not None)
    listed, needs = _listed(view), _needs(request)
    composed = return_of(view, request.actor, needs, urgency_of(request), text_of(request, "wish"))
    letter = edited(request, composed)
    sends = request.method == "POST" and "preview" not in request.POST
    if sends and is_as_shown(request, letter, composed):
        new = [acts.ReturnedToGp(needs, text_of(request, "wish"), letter=letter.text())]
        said = say(
            "Sendt tilbage til egen læge med vurdering af behov.", "Returned to own GP with the assessment of need."
        )
        return recorded(request, course, new, said, to=reverse("course", args=[course]))
    efforts = [_row(view, name, needs) for name in listed]
    return shown(
        request,
        "return.html",
        **banner(view, clocks.local_day(clocks.now())),
        efforts=efforts,
        reasons=reasons(),
        letter=to_show(letter, composed),
        wish=text_of(request, "wish"),
        rest=request.POST.get("rest", ""),
        own_gp_name=view.names.get(view.own_gp, ""),
        back=back_of(request),
        is_due=view.state == "without_effect",
        changed=sends,
    )


def _listed(view: CourseView) -> list[str]:
    """The efforts the programme lists for the possible groups, in its order."""
    assert view.decision is not None  # noqa: S101
    pathway = active().pathway
    groups = [pathway.groups[g] for g in view.decision.possible_groups]
    wanted = {effort for group in groups for effort in group.efforts}
    return [name for name in pathway.words["efforts"] if name in wanted]


def _needs(request: Asked) -> dict[str, acts.Need]:
    """What the form says of each effort; those left open get the one reason chosen for "the others"."""
    efforts, rest = active().pathway.words["efforts"], request.POST.get("rest", "")
    must_be_ours(not rest or rest in reasons())
    found = {}
    for name in efforts:
        given = request.POST.get(f"need-{name}", "")
        why = text_of(request, f"why-{name}")
        if given in _NEEDS:
            found[name] = acts.Need(given, why or (rest if given != "needed" else ""))
        elif rest and f"listed-{name}" in request.POST:
            found[name] = acts.Need("not_needed", why or rest)
    return found


def _row(view: CourseView, name: str, needs: dict[str, acts.Need]) -> dict[str, Any]:
    assert view.decision is not None and view.file is not None  # noqa: S101
    pathway = active().pathway
    done = view.file.facts_said.get(f"{name}_done")
    return {
        "id": name,
        "words": words(pathway.words["efforts"][name].clinician),
        "need": needs.get(name),
        "state": view.decision.efforts[name],
        "done_on": done.true_on if done and done.value == "yes" else None,
    }
