"""A decision's conclusions and what CQL found, in one shape."""

from datetime import date
from functools import cache
from typing import Any

from rygrad.decision.decide import decide_known
from rygrad.decision.facts import Facts
from rygrad.decision.safety import assess_safety
from rygrad.fhir.artefacts.cql import conditions
from rygrad.pathway.pathway import Pathway

Found = dict[str, Any]


_conditions = cache(conditions)


def by_reference(pathway: Pathway, known: Facts, as_of: date) -> Found:
    """What the reference concludes of known facts, and with it the truth of every condition (None: null)."""
    decision = decide_known(pathway, known, as_of)
    safety = assess_safety(pathway, known, as_of)
    raised, undecided = {alarm.id for alarm in safety.raised}, {alarm.id for alarm in safety.undecided}
    truths = {f"alarm.{name}": None if name in undecided else name in raised for name in pathway.alarms}
    for level in pathway.urgencies.values():
        found = [truths[f"alarm.{alarm.id}"] for alarm in pathway.alarms_of(level)]
        truths[f"urgency.{level.id}"] = True if True in found else None if None in found else False
    truths |= {f"scope.{state}": _is(decision.scope, state) for state in ("inside", "hold")}
    withheld = decision.scope in ("outside", "hold")
    for group in pathway.groups:
        among = group in decision.possible_groups
        truths[f"group.{group}"] = (True if len(decision.possible_groups) == 1 else None) if among else False
        truths[f"plan.{group}"] = False if withheld else truths[f"group.{group}"]
    truths |= {f"effort.{name}": _is(state, "open") for name, state in decision.efforts.items()}
    truths |= {
        "reassessment": _is(decision.reassessment["state"], "due", "overdue"),
        "return_to_gp": _is(decision.return_to_gp, "due"),
    }
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
        **{_conditions(pathway)[name].definition: truth for name, truth in truths.items()},
        **{_conditions(pathway)[name].unknown: truth is None for name, truth in truths.items()},
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
