"""``decide``: facts + pathway + date → decision with reasons. Pure, and in well under a millisecond."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rygrad.decision.course import Course, follow, possible_groups
from rygrad.decision.dates import first_day_over, read_day
from rygrad.decision.decision import (
    ENGINE,
    AlarmFound,
    Decision,
    ExclusionFound,
    PathwayRef,
    Window,
)
from rygrad.decision.facts import Facts, read_facts
from rygrad.decision.questions import questions
from rygrad.decision.reasons import Reasons
from rygrad.decision.reference import truth
from rygrad.decision.safety import Safety, assess_safety
from rygrad.decision.truth import TRUE
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Note, Pathway


def decide(
    pathway: Pathway, facts: Mapping[str, Any], as_of: date | str, *, with_reasons: bool = True
) -> Decision:
    """What follows for one citizen on one day.

    ``facts`` by name as in the content's facts.yaml; a fact left out or None is unknown. ``as_of`` is a local date
    (Europe/Copenhagen) or ``YYYY-MM-DD``. Raises RygradError (InvalidFacts) with everything that is wrong with them.
    """
    day = as_of_day(as_of)
    known = read_facts(pathway, facts, day)
    safety = assess_safety(pathway, known, day)
    possible = () if safety.scope == "outside" else possible_groups(pathway, known, day)
    course = follow(pathway, possible, known, day)
    decision = _decision(pathway, known, day, safety, course)
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


def _decision(pathway: Pathway, facts: Facts, as_of: date, safety: Safety, course: Course) -> Decision:
    group = course.possible[0] if len(course.possible) == 1 else None
    plan = None if safety.withholds else group
    onset = facts.get(pathway.duration.fact)
    withheld = safety.withholds
    return Decision(
        pathway=PathwayRef(id=pathway.identity.id, version=pathway.identity.version, sha256=pathway.identity.sha256),
        engine=ENGINE,
        as_of=as_of,
        scope=safety.scope,
        exclusions=_exclusions(safety),
        alarms=[AlarmFound(id=a.id, urgency=a.urgency.id) for a in safety.alarms],  # type: ignore[typeddict-item]
        urgency=safety.urgency.id if safety.urgency else "none",  # type: ignore[arg-type]
        alarm_signs_not_asked=list(safety.not_asked),
        provisional=safety.scope == "ask",
        possible_groups=[g.id for g in course.possible],
        group=group.id if group else None,
        mismatches=_noted(pathway.mismatches, facts, as_of) if course.possible else [],
        contradictions=_noted(pathway.contradictions, facts, as_of),
        actors=[item.id for item in plan.actors] if plan else [],
        interventions=[item.id for item in plan.interventions] if plan else [],
        information=[item.id for item in plan.information] if plan else [],
        reassessment=_window(safety, course),
        over_3_months_from=(
            first_day_over(onset.earliest, pathway.duration.months) if onset and onset.is_exact else None
        ),
        return_to_gp="withheld" if withheld else course.return_to_gp,
        efforts=dict.fromkeys(course.efforts, "withheld") if withheld else course.efforts,
        ask=questions(pathway, facts, as_of, safety, course),
        reasons={},
    )


def _exclusions(safety: Safety) -> list[ExclusionFound]:
    return [
        *(ExclusionFound(fact=exclusion.fact, state="confirmed") for exclusion in safety.confirmed),
        *(ExclusionFound(fact=exclusion.fact, state="suspected") for exclusion in safety.suspected),
    ]


def _noted(notes: tuple[Note, ...], facts: Facts, as_of: date) -> list[str]:
    return [note.id for note in notes if truth(note.rule.criterion, facts, as_of) is TRUE]


def _window(safety: Safety, course: Course) -> Window:
    if safety.withholds:
        return Window({"from": None, "to": None, "state": "withheld"})
    shown = course.window if course.reassessment not in ("none", "not_started") else None
    return Window(
        {
            "from": shown.earliest if shown else None,
            "to": shown.latest if shown else None,
            "state": course.reassessment,
        }
    )
