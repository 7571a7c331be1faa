"""What can be recorded from a course's page: answers, group, plan, information, visits, effect, decisions, ending."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from rygrad.pathway.words import Phrase
from rygrad.record import acts, clocks, people
from rygrad.record.access import BASIS_WORDS, PART_WORDS
from rygrad.record.actor import CLINICIANS
from rygrad.record.composed import message_to_show
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.record.refusals import Refused
from rygrad.web.coursepage import banner, declines
from rygrad.web.factforms import answered, as_act
from rygrad.web.language import say, words
from rygrad.web.pages import TREATS, WORKERS, Asked, page, shown
from rygrad.web.recording import back_of, must_be_ours, number_of, recorded, text_of

_YES_NO_WAIT = ("accepted", "declined", "waiting")


@page(*WORKERS, posts=True)
def answer(request: Asked, course: str) -> HttpResponse:
    """One missing answer, in place: yes, no, or don't know."""
    programme = active()
    name, value = answered(request, programme.pathway)
    new = [as_act(programme.pathway, name, value, programme.signs)]
    said = (
        say("Svar gemt.", "Answer stored.")
        if value is not None
        else say("Gemt som »ved ikke«.", 'Stored as "don\'t know".')
    )
    return recorded(request, course, new, said)


@page(*CLINICIANS, posts=True)
def group(request: Asked, course: str) -> HttpResponse:
    """Confirm the proposed group, with the programme's plan when that is asked for; or decline it, with a reason."""
    pathway, name, reason = active().pathway, request.POST.get("group", ""), reason_of(request)
    must_be_ours(name in pathway.groups)
    word = words(pathway.groups[name].words.clinician)
    if "decline" in request.POST:
        return recorded(
            request, course, [acts.GroupDeclined(name, reason)], say(f"»{word}« afvist.", f'"{word}" declined.')
        )
    new: list[acts.Act] = [acts.GroupConfirmed(name, reason)]
    if "with_plan" in request.POST:
        new += [programme_plan(name), *told_gp(request, "plan")]
    return recorded(request, course, new, say(f"Gruppe bekræftet: {word}.", f"Group confirmed: {word}."))


def programme_plan(group: str) -> acts.PlanConfirmed:
    """The plan as the programme lists it for a group, without what it calls optional."""
    found = active().pathway.groups[group]
    return acts.PlanConfirmed(
        tuple(item.id for item in found.interventions if not item.optional), tuple(item.id for item in found.actors)
    )


@page(*CLINICIANS)
def plan(request: Asked, course: str) -> HttpResponse:
    """The plan: interventions, and goals under the three headings of GEN-7."""
    view = see_course(request.actor, course, channel="web")
    pathway = active().pathway
    if request.method != "POST":
        return shown(request, "plan.html", **plan_form(request, view))
    chosen = tuple(i for i in pathway.words["interventions"] if i in request.POST.getlist("intervention"))
    goals = {
        name: tuple(filter(None, map(str.strip, text_of(request, f"goal-{name}").split("\n"))))
        for name in pathway.goals
    }
    found = pathway.groups.get(view.group or "")
    actors = tuple(item.id for item in found.actors) if found else ()
    asked = acts.PlanConfirmed(chosen, actors, {n: g for n, g in goals.items() if g}, text_of(request, "note"))
    message = message_to_show(request.actor, view, "plan", [asked])
    is_other = "tell_gp" in request.POST and text_of(request, "composed") != message
    if "preview" in request.POST or is_other:
        return shown(request, "plan.html", **plan_form(request, view, asked, changed="preview" not in request.POST))
    told = told_gp(request, "plan") if "tell_gp" in request.POST else []
    return recorded(request, course, [asked, *told], say("Planen er bekræftet.", "The plan is confirmed."))


def plan_form(
    request: Asked, view: CourseView, asked: acts.PlanConfirmed | None = None, *, changed: bool = False
) -> dict[str, Any]:
    """What the plan's form shows: what the programme lists for the group, what is planned or asked for, the message."""
    pathway = active().pathway
    found = pathway.groups.get(view.group or "")
    listed = {item.id: item.optional for item in found.interventions} if found else {}
    first = acts.PlanConfirmed(tuple(i for i, optional in listed.items() if not optional))
    plan = asked or view.plan or first
    composed = message_to_show(request.actor, view, "plan", [plan])
    given = text_of(request, "message")
    is_edited = bool(given) and given != text_of(request, "composed")
    return {
        **banner(view, clocks.local_day(clocks.now())),
        "interventions": [
            (i, words(w.clinician), i in plan.interventions, i in listed, listed.get(i, False))
            for i, w in pathway.words["interventions"].items()
        ],
        "goals": [(n, words(w.clinician), "\n".join(plan.goals.get(n, ()))) for n, w in pathway.goals.items()],
        "note": plan.note,
        "message": given if is_edited else composed,
        "composed": composed,
        "tells": request.method != "POST" or "tell_gp" in request.POST,
        "changed": changed,
        "back": back_of(request),
    }


@page(*WORKERS, posts=True)
def information(request: Asked, course: str) -> HttpResponse:
    """Which items of information were given; or all that are left, in one click."""
    known = active().pathway.words["information"]
    items = tuple(i for i in request.POST.getlist("item") if i in known)
    if not items:
        raise Refused("nothing_chosen", "vælg mindst ét punkt.", "choose at least one item.")
    return recorded(request, course, [acts.InformationGiven(items)], say("Information givet.", "Information given."))


@page(*TREATS, posts=True)
def visit(request: Asked, course: str) -> HttpResponse:
    """A visit; with the verdict on effect when there is one. "No effect" leads straight to the return to own GP."""
    view = see_course(request.actor, course, channel="web")
    must_be_ours(view.file is not None and view.decision is not None)
    assert view.file is not None and view.decision is not None  # noqa: S101  (said just above)
    role, verdict = request.actor.role, request.POST.get("effect", "")
    new: list[acts.Act] = []
    if role not in view.file.treatments:
        new += [acts.TreatmentStarted(role), *told_gp(request, "start")]  # type: ignore[arg-type]
    new.append(acts.Visit(role, text_of(request, "note")))  # type: ignore[arg-type]
    new += _score(request)
    if verdict:
        must_be_ours(verdict in ("effect", "no_effect"))
        if view.decision.reassessment["state"] in ("due", "overdue"):
            new.append(acts.Reassessed())
        new.append(acts.EffectJudged(role, verdict))  # type: ignore[arg-type]
    to = (
        reverse("return", args=[course])
        if verdict == "no_effect" and view.decision.return_to_gp != "not_listed"
        else ""
    )
    said = {
        "": say("Besøg registreret.", "Visit recorded."),
        "effect": say("Besøg med effekt registreret.", "Visit with effect recorded."),
        "no_effect": say(
            "Manglende effekt registreret. Næste skridt er egen læge.", "No effect recorded. Own GP is next."
        ),
    }[verdict]
    return recorded(request, course, new, said, to=to)


def _score(request: Asked) -> list[acts.Act]:
    """A measurement, where the form holds one."""
    given, items = request.POST.get("value", "").strip().replace(",", "."), request.POST.get("items", "").strip()
    if not given and not items:
        return []
    instrument = request.POST.get("instrument", "")
    must_be_ours(instrument in active().pathway.facts)
    try:
        value = float(given)
    except ValueError:
        raise Refused("number", "målingen er ikke et tal.", "the score is not a number.") from None
    if items and number_of(items) is None:
        raise Refused("number", "antal spørgsmål er ikke et helt tal.", "the items are not a whole number.")
    return [acts.ScoresRecorded(instrument, value, "citizen", number_of(items))]


@page(*CLINICIANS, posts=True)
def read(request: Asked, course: str) -> HttpResponse:
    """What came back on one referral is read, and asks for nothing more."""
    new = [acts.ReferralSettled(request.POST.get("referral", ""))]
    return recorded(request, course, new, say("Læst. Det er ikke på listen længere.", "Read. It is off the list."))


@page(*CLINICIANS, posts=True)
def score(request: Asked, course: str) -> HttpResponse:
    """One measurement."""
    new = _score(request)
    if not new:
        raise Refused("number", "skriv en måling.", "write a score.")
    return recorded(request, course, new, say("Måling gemt.", "Score stored."))


@page(*CLINICIANS, posts=True)
def reassessed(request: Asked, course: str) -> HttpResponse:
    """The reassessment was made today."""
    new = [acts.Reassessed(text_of(request, "note"))]
    return recorded(request, course, new, say("Revurdering registreret.", "Reassessment recorded."))


@page("general_practitioner", posts=True)
def effort(request: Asked, course: str) -> HttpResponse:
    """Own GP accepts, declines or waits with one effort; accepted, the referral is one click away."""
    name, decision = request.POST.get("effort", ""), request.POST.get("decision", "")
    must_be_ours(name in active().pathway.words["efforts"] and decision in _YES_NO_WAIT)
    word = words(active().pathway.words["efforts"][name].clinician)
    reason = "" if decision == "accepted" else reason_of(request)
    new = [acts.GpDecided({name: acts.EffortDecision(decision, reason)})]
    said = {
        "accepted": say(f"{word}: ja.", f"{word}: yes."),
        "declined": say(f"{word}: nej.", f"{word}: no."),
        "waiting": say(f"{word}: venter.", f"{word}: waiting."),
    }[decision]
    return recorded(request, course, new, said)


def reason_of(request: Asked) -> str:
    """A preset reason, or a few words of one's own, or both."""
    preset = request.POST.get("preset", "")
    must_be_ours(not preset or preset in declines())
    return ". ".join(filter(None, (preset, text_of(request, "reason"))))


@page("general_practitioner", "chiropractor", "specialist", "hospital_clinician", posts=True)
def clarify(request: Asked, course: str) -> HttpResponse:
    """A named clinician has clarified these signs, and found this."""
    facts = tuple(request.POST.getlist("sign"))
    new = [acts.AlarmClarified(facts, text_of(request, "finding"))]
    return recorded(request, course, new, say("Alarmen er afklaret.", "The alarm is clarified."))


@page(*CLINICIANS, posts=True)
def end(request: Asked, course: str) -> HttpResponse:
    """The course ends with an outcome; own GP is told, in a message that is shown first."""
    view = see_course(request.actor, course, channel="web")
    outcome, reason = request.POST.get("outcome", ""), text_of(request, "reason")
    if outcome not in active().pathway.outcomes:
        raise Refused("outcome", "vælg et udfald.", "choose an outcome.")
    new: list[acts.Act] = []
    role = request.actor.role
    if view.file and role in view.file.treatments and view.file.treatments[role].ended_on is None:
        new.append(acts.TreatmentEnded(role, view.file.treatments[role].visits))  # type: ignore[arg-type]
    message = message_to_show(request.actor, view, "end", new, outcome)
    if message and "message" not in request.POST:
        word = words(active().pathway.outcomes[outcome].clinician)
        context = {"outcome": outcome, "outcome_name": word, "reason": reason, "message": message}
        return shown(request, "end.html", **banner(view, clocks.local_day(clocks.now())), **context)
    new += [*told_gp(request, "end"), acts.CourseEnded(outcome, reason)]
    return recorded(request, course, new, say("Forløbet er afsluttet.", "The course has ended."))


def told_gp(request: Asked, about: str) -> list[acts.Act]:
    """The message to own GP exactly as it stood in the form; none when the sender emptied it."""
    text = text_of(request, "message")
    return [acts.MessageToGp(about, text)] if text else []  # type: ignore[arg-type]


@page(*WORKERS, posts=True)
def message(request: Asked, course: str) -> HttpResponse:
    """A message to own GP, in words of one's own."""
    new = [acts.MessageToGp("other", text_of(request, "text"))]
    return recorded(request, course, new, say("Beskeden er sendt til egen læge.", "The message is sent to own GP."))


@page("citizen", *WORKERS)
def access_page(request: Asked, course: str) -> HttpResponse:
    """Who may see this course, which parts, on which basis, and until when."""
    view = see_course(request.actor, course, channel="web")
    rows = [
        {
            "name": view.names.get(r.to, ""),
            "basis": words(BASIS_WORDS[r.basis]),
            "parts": [words(phrase) for part, phrase in PART_WORDS.items() if part in r.parts],
            "from": r.valid_from,
            "until": r.valid_until,
        }
        for r in (*view.relationships, *view.sharings)
    ]
    return shown(request, "access.html", rows=rows, **banner(view, clocks.local_day(clocks.now())))


@page(*CLINICIANS)
def hand_over(request: Asked, course: str) -> HttpResponse:
    """Another organisation becomes accountable for the course, from today: those that treat, the near ones first."""
    if request.method == "POST":
        to, reason = request.POST.get("to", ""), text_of(request, "reason")
        new = [acts.HolderChanged(to, reason or say("Til behandling", "For treatment"))]
        said = say("Ansvaret er overdraget.", "The course is handed over.")
        return recorded(request, course, new, said, to=back_of(request) or reverse("worklist"))
    view = see_course(request.actor, course, channel="web")
    day = clocks.local_day(clocks.now())
    found = [(words(kind), people.organisations_of(name, day, view.municipality_code)) for name, kind in _HOLDERS]
    return shown(request, "hand_over.html", kinds=found, back=back_of(request), **banner(view, day))


_HOLDERS = (
    ("physiotherapy_clinic", Phrase("Fysioterapi", "Physiotherapy")),
    ("chiropractic_clinic", Phrase("Kiropraktik", "Chiropractic")),
    ("gp_practice", Phrase("Almen praksis", "General practice")),
    ("specialist_practice", Phrase("Speciallæge", "Specialist")),
    ("hospital_unit", Phrase("Sygehus", "Hospital")),
)


@page(*WORKERS, posts=True)
def correct(request: Asked, course: str) -> HttpResponse:
    """Strike an entry, with a reason; it stays readable."""
    new = [acts.Correction(request.POST.get("entry", ""), text_of(request, "reason"))]
    return recorded(
        request,
        course,
        new,
        say("Indførslen er slettet; den kan stadig læses.", "The entry is struck; it can still be read."),
    )
