"""The decision's input space, as a grid that can be walked to the end: each dimension a fact and its options."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from rygrad.decision.decision import Decision
from tests.people import AS_OF, COVERED, LONG, NO_ALARM_SIGNS, SHORT, STRADDLING

YES_NO = (None, "yes", "no")
STATES = (None, "confirmed", "suspected", "absent")
DURATIONS = (None, STRADDLING["onset_on"], LONG["onset_on"], SHORT["onset_on"])
EFFECTS = (None, "effect", "no_effect")

SCOPE = {"back_triggered_pain": YES_NO, **dict.fromkeys(list(COVERED)[1:], STATES)}
GROUPS = {
    "onset_on": DURATIONS,
    "recurring_back_problems": YES_NO,
    "worried_about_diagnosis": YES_NO,
    "complex_surroundings": YES_NO,
}
COURSE = {
    **GROUPS,
    "effect_of_physiotherapy": EFFECTS,
    "effect_of_chiropractic": EFFECTS,
    "imaging_done": YES_NO,
    "surgical_assessment_done": YES_NO,
}
# Four citizens who stand for the four scopes, where the whole space of scope facts would be too much.
STANDPOINTS = (
    {**COVERED, **NO_ALARM_SIGNS},
    {**NO_ALARM_SIGNS, "back_triggered_pain": "yes"},
    {**COVERED, **NO_ALARM_SIGNS, "previous_cancer": "yes"},
    {**COVERED, **NO_ALARM_SIGNS, "spinal_tumour": "confirmed"},
)
THE_DAY = AS_OF


def points(space: dict[str, tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Every citizen of the grid; unknown facts are left out."""
    for options in product(*space.values()):
        yield {name: option for name, option in zip(space, options, strict=True) if option is not None}


def refinements(option: Any, options: tuple[Any, ...]) -> tuple[Any, ...]:
    """What an option can become by learning: anything from unknown, either side from a span, nothing from an answer."""
    if option is None:
        return options[1:]
    return options[2:] if isinstance(option, dict) else ()


@dataclass(frozen=True)
class Conclusions:
    """What a decision concludes, in a form that can be compared and counted."""

    scope: str
    exclusions: frozenset[tuple[str, str]]
    alarms: frozenset[str]
    possible: frozenset[str]
    group: str | None
    mismatches: frozenset[str]
    contradictions: frozenset[str]
    return_to_gp: str
    reassessment: str
    efforts: tuple[str, ...]

    @classmethod
    def of(cls, decision: Decision) -> "Conclusions":
        return cls(
            scope=decision.scope,
            exclusions=frozenset((e["fact"], e["state"]) for e in decision.exclusions),
            alarms=frozenset(alarm["id"] for alarm in decision.alarms),
            possible=frozenset(decision.possible_groups),
            group=decision.group,
            mismatches=frozenset(decision.mismatches),
            contradictions=frozenset(decision.contradictions),
            return_to_gp=decision.return_to_gp,
            reassessment=decision.reassessment["state"],
            efforts=tuple(decision.efforts.values()),
        )


_LATER_SCOPES = {
    "ask": {"ask", "inside", "hold", "outside"},
    "inside": {"inside", "hold", "outside"},
    "hold": {"hold", "outside"},
    "outside": {"outside"},
}
_SETTLED_EFFORTS = {"open", "already_done", "not_listed", "withheld"}
_SETTLED_RETURNS = {"due", "done", "not_listed", "withheld"}


def reversed_by_learning(before: Conclusions, after: Conclusions) -> str | None:
    """What a newly learned fact took back, if anything (invariant 6)."""
    if after.scope not in _LATER_SCOPES[before.scope]:
        return f"scope {before.scope} → {after.scope}"
    for name in ("exclusions", "alarms", "contradictions"):
        if not getattr(before, name) <= getattr(after, name):
            return f"{name} lost"
    if not after.possible <= before.possible:
        return "a group became possible"
    if after.scope != "outside":
        if before.group not in (None, after.group):
            return "the group changed"
        if not before.mismatches <= after.mismatches:
            return "a mismatch was lost"
    for old, new in zip(before.efforts, after.efforts, strict=True):
        if old in _SETTLED_EFFORTS and new not in (old, "withheld"):
            return f"effort {old} → {new}"
    if before.return_to_gp in _SETTLED_RETURNS and after.return_to_gp not in (before.return_to_gp, "withheld"):
        return f"return {before.return_to_gp} → {after.return_to_gp}"
    return None
