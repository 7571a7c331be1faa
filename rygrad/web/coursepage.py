"""S2, one citizen's course on one page: who, what now, why, text, journey."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from rygrad.decision.advice import advise
from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, clocks
from rygrad.record.access import BASIS_WORDS, PART_WORDS
from rygrad.record.act import PARTS
from rygrad.record.composed import age_on, journal_text_of, message_to_show
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.record.inwords import InWords, answer_in_words
from rygrad.record.states import COURSE_STATES, REFERRAL_STATES, legal_course_steps
from rygrad.record.tasks import answer_by
from rygrad.record.words import VALUE_WORDS
from rygrad.web import effect, factforms, why
from rygrad.web.journey import journey
from rygrad.web.language import language, say, words
from rygrad.web.pages import TREATS, WORKERS, Asked, page, shown
from rygrad.web.recording import back_of

_QUESTIONS_SHOWN = 3
# What the group is decided by comes before what only colours it.
_EFFORT_ORDER = ("open", "ask", "already_done", "not_yet", "withheld", "not_listed")


@page(*WORKERS)
def show(request: Asked, course: str) -> HttpResponse:
    """The page; the look is logged before it is shown."""
    view = see_course(request.actor, course, channel="web")
    return shown(request, "course.html", **everything(request, view))


def everything(request: Asked, view: CourseView) -> dict[str, Any]:
    """All that the page shows of the course, within what the actor may see."""
    pathway, today = active().pathway, clocks.local_day(clocks.now())
    said = InWords(pathway, language(), view.names)
    found: dict[str, Any] = {
        **banner(view, today),
        "pathway": pathway,
        "back": back_of(request),
        "here": reverse("course", args=[view.course]),
        "journey": journey(view, said, today, request.actor),
        "referrals": [_referral(view, one, pathway) for one in reversed(view.referrals)],
        "is_holder": view.holder == request.actor.organisation,
        "is_own_gp": view.own_gp == request.actor.organisation and request.actor.role == "general_practitioner",
        "treats": request.actor.role in TREATS,
        "goals": _goals(view, pathway),
        "interventions": [words(pathway.words["interventions"][i].clinician) for i in _planned(view)],
        "work": _work(view, pathway),
        "work_values": [(v, words(p)) for v, p in pathway.facts["work"].values.items()],
        "bases": [words(BASIS_WORDS[basis]) for basis in view.bases],
        "outcomes": [(name, words(w.clinician)) for name, w in pathway.outcomes.items()],
    }
    if view.decision and view.file:
        found |= _clinical(request, view, pathway, today)
    return found


def banner(view: CourseView, today: date) -> dict[str, Any]:
    """Who it is about, and who holds the course since when: on every page of a course."""
    state = COURSE_STATES.get(view.state)
    group = active().pathway.groups.get(view.group or "")
    return {
        "view": view,
        "age": age_on(view.born_on, today),
        "state": words(state.words) if state else say("Planen afventer", "The plan waits"),
        "group_name": words(group.words.clinician) if group else "",
        "holder": view.names.get(view.holder, ""),
        "own_gp": view.names.get(view.own_gp, ""),
        "blocked": [words(PART_WORDS[part]) for part in PARTS if part in view.blocked],
        "shared_with": [(view.names.get(s.to, ""), s.valid_until) for s in view.sharings],
        "knows_sharing": view.parts == frozenset(PARTS),
        "alarms": (alarms := _alarms(view)),
        "alarm_holds": any(alarm["holds"] for alarm in alarms),
    }


def _alarms(view: CourseView) -> list[dict[str, Any]]:
    """What is raised and not clarified: alarms, and conditions the programme does not cover."""
    if view.decision is None:
        return []
    pathway = active().pathway
    found = []
    for raised in view.decision.alarms:
        if "clarified" not in raised:
            alarm = pathway.alarms[raised["id"]]
            facts = [name for name in alarm.rule.facts if view.file and name in view.file.facts_said]
            found.append(
                {
                    "name": words(alarm.words.clinician),
                    "urgency": words(alarm.urgency.words.clinician),
                    "action": words(alarm.urgency.action),
                    "holds": alarm.urgency.holds,
                    "facts": facts,
                    "said_at_home": _said_at_home(view, facts),
                }
            )
    for condition in view.decision.exclusions:
        if "clarified" not in condition:
            exclusion = pathway.exclusions[condition["fact"]]
            state = words(pathway.facts[condition["fact"]].values[condition["state"]])
            found.append(
                {
                    "name": f"{words(exclusion.words.clinician)} ({state})",
                    "urgency": "",
                    "action": words(exclusion.instead),
                    "holds": True,
                    "facts": [condition["fact"]] if condition["state"] == "suspected" else [],
                }
            )
    return found


def _said_at_home(view: CourseView, facts: Sequence[str]) -> date | None:
    """The day the citizen raised it from home; None when a professional did."""
    said = [view.file.facts_said[name] for name in facts] if view.file else []
    return max((one.true_on for one in said if one.said_by == "citizen"), default=None)


def _clinical(request: Asked, view: CourseView, pathway: Pathway, today: date) -> dict[str, Any]:
    decision, file = view.decision, view.file
    assert decision is not None and file is not None  # noqa: S101  (the caller has looked)
    advices = why.advices(pathway, decision)
    conclusions = [one for one in advices if not one.card.why.startswith("efforts.")]
    asked = [factforms.question(pathway, q.fact, today, was_not_known=q.fact in file.not_known) for q in decision.ask]
    return {
        "cards": True,
        "pressing": [one for one in conclusions if not _is_settled(one, view)],
        "settled": [one for one in conclusions if _is_settled(one, view)],
        "efforts": sorted(
            (_effort(one, view, pathway, request) for one in advices if one.card.why.startswith("efforts.")),
            key=lambda effort: _EFFORT_ORDER.index(effort["advice"].card.state),
        ),
        "questions": asked[:_QUESTIONS_SHOWN],
        "more_questions": asked[_QUESTIONS_SHOWN:],
        "signs_missing": view.state == "opened",
        "proposed": _proposed(view, pathway),
        "mismatches": [words(n.words.clinician) for n in pathway.mismatches if n.id in decision.mismatches],
        "contradictions": [words(n.words.clinician) for n in pathway.contradictions if n.id in decision.contradictions],
        "window": _window(view, today),
        "reassess": decision.reassessment["state"] in ("due", "overdue"),
        "plots": effect.plots(pathway, file.scores),
        "instruments": [(n, effect.score_name(n)) for n, f in pathway.facts.items() if f.kind == "scores"],
        "verdicts": [
            (words(pathway.words["actors"][profession].clinician), said.value, said.true_on)
            for profession, said in file.effects.items()
        ],
        "felt": (words(VALUE_WORDS[file.effect_felt.value]), file.effect_felt.true_on) if file.effect_felt else None,
        "treatments": file.treatments,
        "information": (information := _information(view, pathway)),
        "info_left": sum(item["on"] is None for item in information),
        "ended": words(pathway.outcomes[file.outcome].clinician) if file.outcome else "",
        "ended_on": file.ended_on,
        "waits_for_treatment": view.state == "planned" and request.actor.role not in TREATS,
        "start_message": _start_message(request, view),
        "journal_text": journal_text_of(view, pathway, today),
        "declines": declines(),
        "can_return": view.state == "without_effect",
        "known": _known(view, pathway),
    }


def _is_settled(advice: why.Advice, view: CourseView) -> bool:
    """Nothing to act on: it stands below what does."""
    state, name = advice.card.state, advice.card.why
    if name == "group":
        return view.file is not None and view.decision is not None and view.file.group == view.decision.group
    if name == "return_to_gp" and view.state == "returned":
        return False
    waits = {"reassessment": ("none", "not_started", "done"), "return_to_gp": ("not_listed", "not_yet", "done")}
    return state in {"scope": ("inside",), **waits}[name]


def _start_message(request: Asked, view: CourseView) -> str:
    """What own GP is told with the first visit; empty when it is not the first, or own GP knows."""
    role = request.actor.role
    if role not in TREATS or view.file is None or role in view.file.treatments:
        return ""
    return message_to_show(request.actor, view, "start", [acts.TreatmentStarted(role)])  # type: ignore[arg-type]


def declines() -> list[str]:
    """Preset reasons to decline an effort or a group."""
    return [
        say("Ikke behov nu", "No need now"),
        say("Borgeren ønsker det ikke", "The citizen does not want it"),
        say("Vil ikke ændre planen", "Would not change the plan"),
        say("Er allerede i gang", "Is already under way"),
    ]


def _proposed(view: CourseView, pathway: Pathway) -> dict[str, Any]:
    """The groups that are possible, the one proposed, and whether it is confirmed, declined or another now."""
    decision, file = view.decision, view.file
    assert decision is not None and file is not None  # noqa: S101
    possible = [
        (g, pathway.groups[g].number, words(pathway.groups[g].words.clinician)) for g in decision.possible_groups
    ]
    only = decision.possible_groups[0] if len(decision.possible_groups) == 1 else None
    return {
        "possible": possible,
        "only": only,
        "to_confirm": view.state not in ("opened", "held", "outside", "ended") and file.group not in (only,),
        "confirmed": file.group,
        "confirmed_on": file.group_on,
        "declined": [words(pathway.groups[g].words.clinician) for g in file.declined if g in pathway.groups],
        "can_choose": view.state not in ("opened", "held", "outside", "ended", "returned", "without_effect"),
    }


def _effort(advice: why.Advice, view: CourseView, pathway: Pathway, request: Asked) -> dict[str, Any]:
    file, name = view.file, advice.name
    assert file is not None  # noqa: S101
    decided, need = file.gp_decisions.get(name), file.needs.get(name)
    referrals = [_referral(view, one, pathway) for one in view.referrals if one.effort == name]
    is_own_gp = view.own_gp == request.actor.organisation and request.actor.role == "general_practitioner"
    under_way = any(one["is"] not in ("refused", "answered") for one in referrals)
    return {
        "id": name,
        "advice": advice,
        "decided": decided and {"words": words(VALUE_WORDS[decided.decision]), "reason": decided.reason},
        "need": need and {"words": words(VALUE_WORDS[need.need]), "why": need.why},
        "referrals": referrals,
        "done_on": _done_on(view, name),
        "may_decide": is_own_gp
        and "gp_decided" in legal_course_steps(view.state)
        and file.returned_on is not None
        and not under_way
        and not _said_yes(decided),
        "may_refer": "referral_sent" in legal_course_steps(view.state) and not under_way,
        "may_go_outside": "referral_sent" in legal_course_steps(view.state)
        and not under_way
        and advice.card.state in ("not_yet", "not_listed", "already_done"),
    }


def _said_yes(decided: Any) -> bool:
    return decided is not None and decided.decision == "accepted"


def _done_on(view: CourseView, effort: str) -> date | None:
    """When an effort that is already done was done: "MR udført 12. juni 2026"."""
    file = view.file
    said = file.facts_said.get(f"{effort}_done") if file else None
    return said.true_on if said and said.value == "yes" else None


def _referral(view: CourseView, referral: Any, pathway: Pathway) -> dict[str, Any]:
    state = REFERRAL_STATES[referral.state]
    return {
        "id": referral.id,
        "effort": words(pathway.words["efforts"][referral.effort].clinician),
        "to": view.names.get(referral.to, ""),
        "state": words(state.words),
        "is": referral.state,
        "since": referral.since_on,
        "booked_on": referral.booked_on,
        "answer_by": answer_by(referral),
        "address": f"{reverse('referral', args=[view.course, referral.id])}",
    }


def _planned(view: CourseView) -> tuple[str, ...]:
    return view.plan.interventions if view.plan else ()


def _goals(view: CourseView, pathway: Pathway) -> list[tuple[str, tuple[str, ...]]]:
    given = view.plan.goals if view.plan else {}
    return [(words(w.clinician), tuple(given.get(name, ()))) for name, w in pathway.goals.items()]


def _work(view: CourseView, pathway: Pathway) -> dict[str, Any] | None:
    said = view.work.get("work")
    if said is None:
        return None
    return {"value": said.value, "words": words(pathway.facts["work"].values[said.value]), "on": said.true_on}


def _window(view: CourseView, today: date) -> dict[str, Any]:
    """The 6–8 weeks as a bar: from the start to four weeks after the window, with today's place in per mille."""
    decision = view.decision
    assert decision is not None  # noqa: S101
    first, last = decision.reassessment["from"], decision.reassessment["to"]
    card = next(one for one in advise(active().pathway, decision, language()) if one.why == "reassessment")
    found: dict[str, Any] = {"from": first, "to": last, "sentence": card.sentence}
    if first is None or last is None:
        return found
    start, days = first.toordinal() - 42, 84
    place = {name: round(300 * (d.toordinal() - start) / days, 1) for name, d in (("a", first), ("b", last))}
    now = min(max(round(300 * (today.toordinal() - start) / days, 1), 2), 298)
    return {**found, "x": place["a"], "width": round(max(place["b"] - place["a"], 4), 1), "now": now}


def _information(view: CourseView, pathway: Pathway) -> list[dict[str, Any]]:
    decision, file = view.decision, view.file
    assert decision is not None and file is not None  # noqa: S101
    group = pathway.groups.get(view.group or decision.group or "")
    wanted = [item.id for item in group.information] if group else list(decision.information)
    if group and group.id in pathway.information_expected_in:
        wanted += [i for i in decision.information if i not in wanted]
    wanted = list(dict.fromkeys([*wanted, *decision.information]))
    return [
        {"id": i, "words": words(pathway.words["information"][i].clinician), "on": file.information.get(i)}
        for i in wanted
    ]


def _known(view: CourseView, pathway: Pathway) -> list[dict[str, Any]]:
    """Every answer there is, with who said it and when; those of the safety layer too."""
    file = view.file
    assert file is not None  # noqa: S101
    told = {
        "citizen": say("borgeren", "the citizen"),
        "relative": say("en pårørende", "a relative"),
        "professional": say("fagperson", "professional"),
        "record": say("journalen", "the record"),
    }
    return [
        {
            "fact": name,
            "question": words(fact.question.clinician),
            "value": answer_in_words(fact, file.facts_said[name].value, language()),
            "by": told.get(file.facts_said[name].said_by, ""),
            "at_home": file.facts_said[name].said_by == "citizen",
            "on": file.facts_said[name].true_on,
        }
        for name, fact in pathway.facts.items()
        if name in file.facts_said
    ]
