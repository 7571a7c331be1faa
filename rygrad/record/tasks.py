"""What is to be done on a course, by whom, why and since when: derived from the file, the decision and the day.

``tasks_on`` says it for one day and is obvious; ``dated_tasks`` says it for today and every day after at once.
No job ever sets a status: a day's list is a question to these.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rygrad.decision.dates import first_day_over, read_day
from rygrad.decision.decision import Decision
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record.clocks import LIMITS, add_working_days
from rygrad.record.coursefile import CourseFile, Referral
from rygrad.record.states import COURSE_STATES, course_state

Decide = Callable[[dict[str, Any], date], Decision]
_AT_RECEIVER = {
    "sent": "referral_to_triage",
    "received": "referral_to_triage",
    "accepted": "referral_to_book",
    "booked": "referral_to_finish",
    "done": "referral_to_finish",
}
# Why a row is on the list, most pressing first.
WHY: dict[str, Phrase] = {
    "alarm_open": Phrase("Alarm ikke afklaret", "Alarm not clarified"),
    "referral_to_triage": Phrase("Henvisning venter på visitation", "Referral waits for triage"),
    "return_received": Phrase(
        "Tilbage fra behandler: beslut pr. indsats", "Returned by the therapist: decide per effort"
    ),
    "no_effect_return": Phrase(
        "Manglende effekt: send til egen læge med vurdering af behov",
        "No effect: return to own GP with the assessment of need",
    ),
    "overdue": Phrase("Revurdering overskredet", "Reassessment overdue"),
    "referral_refused": Phrase("Henvisning afvist, se alternativet", "Referral refused, see the alternative"),
    "referral_answered": Phrase("Svar på henvisning", "Referral answered"),
    "referral_silent": Phrase("Henvisning uden svar", "Referral unanswered"),
    "due": Phrase("Revurdering nu", "Reassessment now"),
    "passes_3_months": Phrase("Over 3 måneder: grupperingen bør gennemgås", "Over 3 months: look at the grouping"),
    "group_changed": Phrase("Svarene peger på en anden gruppe", "The answers point to another group"),
    "plan_changed": Phrase(
        "Ny version af programmet ændrer afgørelsen", "A new version of the programme changes the decision"
    ),
    "outside": Phrase("Ikke omfattet: overdrag eller afslut", "Not covered: hand over or end"),
    "new_to_me": Phrase("Nyt hos jer", "New to you"),
    "referral_to_book": Phrase("Henvisning accepteret: aftal en tid", "Referral accepted: book a time"),
    "referral_to_finish": Phrase("Henviser venter på svar", "Referral: the sender waits for the answer"),
    "answer_missing": Phrase("Svar mangler", "Answers missing"),
    "to_confirm": Phrase("Gruppe eller plan skal bekræftes", "Group or plan to confirm"),
    "treatment_not_started": Phrase("Behandling ikke begyndt", "Treatment not started"),
    "no_news": Phrase("Intet registreret i lang tid", "No news for long"),
}
RANK = {why: rank for rank, why in enumerate(WHY)}


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing for one organisation. ``subject`` is a referral's id, or empty."""

    organisation: str
    why: str
    subject: str
    since_on: date


@dataclass(frozen=True, slots=True)
class Dated:
    """A thing with the first and last day it is on the list; None: until something is recorded."""

    due: Due
    due_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the tasks are derived with: the content, its decision, and whether a new version changed this course's."""

    pathway: Pathway
    decide: Decide
    plan_changed_on: date | None = None

    @property
    def exclusions(self) -> tuple[str, ...]:
        """The facts that put somebody outside."""
        return tuple(self.pathway.exclusions)


def tasks_on(file: CourseFile, rules: Rules, day: date) -> set[Due]:
    """Everything that is to be done on this course that day, given what is recorded."""
    if file.version == 0 or file.outcome is not None:
        return set()
    return _tasks(file, rules, rules.decide(file.facts(), day), day)


def _tasks(file: CourseFile, rules: Rules, decision: Decision, day: date) -> set[Due]:
    state = course_state(file, decision, rules.exclusions)
    found = {Due(file.holder, why, "", since) for why, since in _at_holder(file, rules, decision, state, day)}
    if state == "held" and file.own_gp not in ("", file.holder):
        since = _since(file, rules, decision, state)
        found |= {Due(file.own_gp, "alarm_open", "", since)} if since <= day else set()  # not every holder may clarify
    for referral in file.referrals.values():
        found |= set(_of_referral(file, referral, day))
    return found


def _at_holder(file: CourseFile, rules: Rules, decision: Decision, state: str, day: date) -> Iterator[tuple[str, date]]:
    if file.holder_is_new and state != "returned":
        yield "new_to_me", file.holder_since
    since = _since(file, rules, decision, state)
    if since <= day:
        yield _why(file, decision, state), since
    if rules.plan_changed_on:
        yield "plan_changed", rules.plan_changed_on
    if state in ("held", "outside", "returned", "without_effect"):
        return
    window = decision.reassessment
    if window["state"] == "due" and window["from"]:
        yield "due", window["from"]
    if window["state"] == "overdue" and window["to"]:
        yield "overdue", window["to"] + timedelta(days=1)
    if file.group and file.group not in decision.possible_groups:
        yield _other_group(file, rules, day)


def _why(file: CourseFile, decision: Decision, state: str) -> str:
    if state == "asked" and decision.group is None:
        return "answer_missing"
    clock = COURSE_STATES[state].clock
    assert clock is not None  # noqa: S101  (an ended course has no tasks)
    return clock


def _since(file: CourseFile, rules: Rules, decision: Decision, state: str) -> date:
    """Since when the state's own clock calls: at once, or after the local limit."""
    match state:
        case "held":
            return _held_since(file, rules, decision)
        case "without_effect":
            return min(said.true_on for said in file.effects.values() if said.value == "no_effect")
        case "returned":
            return file.returned_on or file.opened_on
        case "grouped":
            return file.group_on
        case "planned":
            return (file.plan_on or file.opened_on) + timedelta(days=LIMITS.treatment_starts_within_days)
        case "in_treatment" | "decided":
            return file.heard_on + timedelta(days=LIMITS.no_news_after_days)
    return file.opened_on


def _held_since(file: CourseFile, rules: Rules, decision: Decision) -> date:
    signs = {found["fact"] for found in decision.exclusions}
    for found in decision.alarms:
        signs |= set(rules.pathway.alarms[found["id"]].rule.facts)
    return max((file.facts_said[name].true_on for name in signs if name in file.facts_said), default=file.opened_on)


def _other_group(file: CourseFile, rules: Rules, day: date) -> tuple[str, date]:
    passes = _over_from(file, rules, latest=True)
    if passes and file.group_on < passes <= day:
        return "passes_3_months", passes
    return "group_changed", max(said.true_on for said in file.facts_said.values())


def _over_from(file: CourseFile, rules: Rules, *, latest: bool) -> date | None:
    """The first day over 3 months: surely (from the latest possible onset), or possibly (from the earliest)."""
    said = file.facts_said.get(rules.pathway.duration.fact)
    if said is None:
        return None
    value = said.value
    day = read_day(value["latest" if latest else "earliest"] if isinstance(value, dict) else value)
    return first_day_over(day, rules.pathway.duration.months) if day else None


def answer_by(referral: Referral) -> date | None:
    """The day from which the receiver's silence is the sender's business; None when the loop is closed."""
    if referral.state in ("sent", "received"):
        return add_working_days(referral.sent_on, LIMITS.triage_within_working_days + 1)
    if referral.state == "accepted":
        return add_working_days(referral.since_on, LIMITS.booking_within_working_days + 1)
    if referral.state in ("booked", "done"):
        from_day = referral.booked_on if referral.state == "booked" and referral.booked_on else referral.since_on
        return add_working_days(from_day, LIMITS.answer_within_working_days + 1)
    return None


def _of_referral(file: CourseFile, referral: Referral, day: date) -> Iterator[Due]:
    if referral.state in ("refused", "answered"):
        if not referral.is_settled:
            yield Due(file.holder, f"referral_{referral.state}", referral.id, referral.since_on)
        return
    begins = referral.booked_on if referral.state == "booked" and referral.booked_on else referral.since_on
    if begins <= day and file.relationship(referral.to, day):
        yield Due(referral.to, _AT_RECEIVER[referral.state], referral.id, begins)
    silent_from = answer_by(referral)
    if silent_from and silent_from <= day:
        yield Due(file.holder, "referral_silent", referral.id, silent_from)


def turning_days(file: CourseFile, rules: Rules, decision: Decision, today: date) -> list[date]:
    """Today, and each later day on which the tasks may be others although nothing is recorded."""
    window = decision.reassessment
    days = [window["from"], window["to"] + timedelta(days=1) if window["to"] else None]
    days += [_over_from(file, rules, latest=False), _over_from(file, rules, latest=True)]
    days += [_since(file, rules, decision, state) for state in ("planned", "in_treatment")]
    for referral in file.referrals.values():
        days += [answer_by(referral), referral.booked_on]
    days += [r.valid_until + timedelta(days=1) for r in file.relationships if r.valid_until]
    return sorted({today, *(day for day in days if day and day > today)})


def dated_tasks(file: CourseFile, rules: Rules, today: date) -> list[Dated]:
    """The tasks of today and every later day, each with the days it is on the list, as long as nothing is recorded."""
    if file.version == 0 or file.outcome is not None:
        return []
    facts = file.facts()
    now = rules.decide(facts, today)
    running: dict[Due, date] = {}
    finished: list[Dated] = []
    for day in turning_days(file, rules, now, today):
        wanted = _tasks(file, rules, now if day == today else rules.decide(facts, day), day)
        for due in running.keys() - wanted:
            finished.append(Dated(due, running.pop(due), day - timedelta(days=1)))
        for due in wanted - running.keys():
            running[due] = day
    finished += [Dated(due, first, None) for due, first in running.items()]
    return sorted(finished, key=lambda dated: (dated.due_on, dated.due))
