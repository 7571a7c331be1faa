"""A decision's conclusions and what CQL found, in one shape."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from rygrad.decision.decide import decide_known
from rygrad.decision.decision import Decision
from rygrad.decision.facts import Facts, read_facts
from rygrad.decision.reference import truth
from rygrad.decision.safety import assess_safety
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN, either, opposite
from rygrad.fhir.artefacts.cql import conditions
from rygrad.pathway.pathway import Pathway

Found = dict[str, Any]


_conditions = cache(conditions)
_ANSWERS = {TRUE: True, FALSE: False, UNKNOWN: None}


def by_reference(pathway: Pathway, facts: Mapping[str, Any], as_of: date) -> Found:
    """What the reference concludes, and with it the truth of every condition (None: null)."""
    known = read_facts(pathway, facts, as_of)
    decision = decide_known(pathway, known, as_of)
    truths = {
        **_rules(pathway, known, as_of, decision),
        **_alarms(pathway, known, as_of),
        **_groups(pathway, decision),
        **{f"scope.{state}": _is(decision.scope, state) for state in ("inside", "hold")},
        **{f"effort.{name}": _is(state, "open") for name, state in decision.efforts.items()},
        "reassessment": _is(decision.reassessment["state"], "due", "overdue"),
        "return_to_gp": _is(decision.return_to_gp, "due"),
    }
    assert truths.keys() == _conditions(pathway).keys()
    return {
        **_states(decision),
        **{_conditions(pathway)[name].definition: truth for name, truth in truths.items()},
        **{_conditions(pathway)[name].unknown: truth is None for name, truth in truths.items()},
    }


def _rules(pathway: Pathway, known: Facts, as_of: date, decision: Decision) -> dict[str, bool | None]:
    outside = [opposite(truth(pathway.covers.criterion, known, as_of))]
    outside += [truth(one.outside.criterion, known, as_of) for one in pathway.exclusions.values()]
    found = {"scope.outside": either(outside), "no_effect": truth(pathway.no_effect.criterion, known, as_of)}
    for note in pathway.mismatches:
        found[f"mismatch.{note.id}"] = truth(note.rule.criterion, known, as_of) if decision.possible_groups else FALSE
    for note in pathway.contradictions:
        found[f"contradiction.{note.id}"] = truth(note.rule.criterion, known, as_of)
    return {name: _ANSWERS[one] for name, one in found.items()}


def _alarms(pathway: Pathway, known: Facts, as_of: date) -> dict[str, bool | None]:
    safety = assess_safety(pathway, known, as_of)
    raised, undecided = {alarm.id for alarm in safety.raised}, {alarm.id for alarm in safety.undecided}
    truths = {f"alarm.{name}": None if name in undecided else name in raised for name in pathway.alarms}
    for level in pathway.urgencies.values():
        found = [truths[f"alarm.{alarm.id}"] for alarm in pathway.alarms_of(level)]
        truths[f"urgency.{level.id}"] = True if True in found else None if None in found else False
    return truths


def _groups(pathway: Pathway, decision: Decision) -> dict[str, bool | None]:
    withheld = decision.scope in ("outside", "hold")
    truths: dict[str, bool | None] = {}
    for group in pathway.groups:
        among = group in decision.possible_groups
        truths[f"group.{group}"] = (True if len(decision.possible_groups) == 1 else None) if among else False
        truths[f"plan.{group}"] = False if withheld else truths[f"group.{group}"]
    return truths


def _states(decision: Decision) -> Found:
    return {
        "scope": decision.scope,
        "provisional": decision.provisional,
        "exclusions": [{"clarified": False, **one} for one in decision.exclusions],
        "alarms": [{"clarified": False, **one} for one in decision.alarms],
        "urgency": decision.urgency,
        "alarm signs not asked": list(decision.alarm_signs_not_asked),
        "possible groups": list(decision.possible_groups),
        "group": decision.group,
        "mismatches": list(decision.mismatches),
        "contradictions": list(decision.contradictions),
        "over 3 months from": _iso(decision.over_3_months_from),
        "reassessment state": decision.reassessment["state"],
        "reassessment from": _iso(decision.reassessment["from"]),
        "reassessment to": _iso(decision.reassessment["to"]),
        "return to own GP state": decision.return_to_gp,
        **{f"effort {name}": state for name, state in decision.efforts.items()},
    }


def _is(state: str, *wanted: str) -> bool | None:
    return None if state == "ask" else state in wanted


def _iso(day: date | None) -> str | None:
    return day and day.isoformat()


def differences(wanted: Found, found: Found) -> Found:
    """Each conclusion that is not the same: what the reference says, and what CQL found."""
    missing = object()
    return {
        name: (value, found.get(name, "not there"))
        for name, value in wanted.items()
        if found.get(name, missing) != value or type(found.get(name, missing)) is not type(value)
    }
