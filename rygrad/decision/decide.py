"""``decide``: facts + pathway + date → decision with reasons. Pure, and in well under a millisecond."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rygrad.decision.course import Course, follow, window
from rygrad.decision.dates import Interval, first_day_over, read_day
from rygrad.decision.decision import (
    ENGINE,
    AlarmFound,
    Decision,
    ExclusionFound,
    PathwayRef,
    Question,
    ReassessmentState,
    Window,
)
from rygrad.decision.facts import Facts, read_facts
from rygrad.decision.questions import answers_that_settle, questions
from rygrad.decision.reasons import Reasons
from rygrad.decision.reference import truth
from rygrad.decision.safety import Safety, assess_safety
from rygrad.decision.truth import TRUE
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Alarm, Pathway

Noted = tuple[tuple[str, ...], tuple[str, ...]]


def decide(pathway: Pathway, facts: Mapping[str, Any], as_of: date | str, *, with_reasons: bool = True) -> Decision:
    """What follows for one citizen on one day.

    ``facts`` by name as in the content's facts.yaml; a fact left out or None is unknown. ``as_of`` is a local date
    (Europe/Copenhagen) or ``YYYY-MM-DD``. Raises RygradError (InvalidFacts) with everything that is wrong with them.
    """
    day = as_of_day(as_of)
    known = read_facts(pathway, facts, day)
    return decide_known(pathway, known, day, with_reasons=with_reasons)


def decide_known(pathway: Pathway, known: Facts, as_of: date, *, with_reasons: bool = False) -> Decision:
    """The same for facts that ``read_facts`` has already read and checked."""
    safety = assess_safety(pathway, known, as_of)
    course = follow(pathway, known, as_of, outside=safety.scope == "outside")
    ask = questions(pathway, known, as_of, safety, course, answers_that_settle(pathway, known, as_of, course))
    decision = assemble(pathway, known, as_of, safety, course, noted(pathway, known, as_of), ask)
    if not with_reasons:
        return decision
    return replace(decision, reasons=Reasons(pathway, known, safety, course, decision).all())


def as_of_day(value: object) -> date:
    """The as-of date; RygradError when it is no possible date between 1900 and 2199."""
    day = read_day(value)
    if day is None:
        raise RygradError(
            "invalid_date",
            {"da": "as_of skal være en mulig dato ÅÅÅÅ-MM-DD.", "en": "as_of must be a possible date YYYY-MM-DD."},
        )
    return day


def assemble(
    pathway: Pathway,
    facts: Facts,
    as_of: date,
    safety: Safety,
    course: Course,
    notes: Noted,
    ask: tuple[Question, ...],
) -> Decision:
    """The decision from its worked-out parts, without reasons. It shares nothing that can be changed."""
    group = course.possible[0] if len(course.possible) == 1 else None
    listed = {} if safety.withholds or group is None else group.listed
    onset = facts.get(pathway.duration.fact)
    withheld = safety.withholds
    return Decision(
        pathway=PathwayRef(id=pathway.identity.id, version=pathway.identity.version, sha256=pathway.identity.sha256),
        engine=ENGINE,
        as_of=as_of,
        scope=safety.scope,
        exclusions=_exclusions(safety),
        alarms=[_alarm(a, safety) for a in safety.alarms],
        urgency=safety.urgency.id if safety.urgency else "none",  # type: ignore[arg-type]
        alarm_signs_not_asked=safety.not_asked,
        provisional=safety.scope == "ask",
        possible_groups=tuple(g.id for g in course.possible),
        group=group.id if group else None,
        mismatches=notes[0] if course.possible else (),
        contradictions=notes[1],
        actors=listed.get("actors", ()),
        interventions=listed.get("interventions", ()),
        information=listed.get("information", ()),
        reassessment=shown_window("withheld" if withheld else course.states.reassessment, window(pathway, facts)),
        over_3_months_from=(
            first_day_over(onset.earliest, pathway.duration.months) if onset and onset.is_exact else None
        ),
        return_to_gp="withheld" if withheld else course.states.return_to_gp,
        efforts=dict.fromkeys(course.states.efforts, "withheld") if withheld else dict(course.states.efforts),
        ask=ask,
        reasons={},
    )


def _alarm(alarm: Alarm, safety: Safety) -> AlarmFound:
    found = AlarmFound(id=alarm.id, urgency=alarm.urgency.id)  # type: ignore[typeddict-item]
    return found if alarm in safety.raised else {**found, "clarified": True}


def _exclusions(safety: Safety) -> list[ExclusionFound]:
    found = [ExclusionFound(fact=exclusion.fact, state="confirmed") for exclusion in safety.confirmed]
    for exclusion in safety.suspected:
        suspected = ExclusionFound(fact=exclusion.fact, state="suspected")
        found.append(suspected if exclusion in safety.open_suspicions else {**suspected, "clarified": True})
    return found


def noted(pathway: Pathway, facts: Facts, as_of: date) -> Noted:
    """The mismatches and the contradictions known to hold."""
    kinds = (pathway.mismatches, pathway.contradictions)
    mismatches, contradictions = (
        tuple(note.id for note in notes if truth(note.rule.criterion, facts, as_of) is TRUE) for notes in kinds
    )
    return mismatches, contradictions


def shown_window(state: ReassessmentState, days: Interval | None) -> Window:
    """The window with its days, where there is one to show."""
    if days is None or state in ("withheld", "none", "not_started"):
        return Window({"from": None, "to": None, "state": state})
    return Window({"from": days.earliest, "to": days.latest, "state": state})
