"""The first three answers, whatever else is unknown: exclusions, alarms, scope (and what must still be asked)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rygrad.decision.decision import ScopeState
from rygrad.decision.facts import Facts
from rygrad.decision.reference import truth
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN, Truth
from rygrad.pathway.pathway import Alarm, Exclusion, Pathway, Urgency


@dataclass(frozen=True, slots=True)
class Safety:
    """What is known of exclusions and alarms, and the scope that follows.

    ``open_suspicions`` are suspected and not clarified. ``alarms`` are known true; ``raised`` count (not clarified);
    ``undecided`` could still be raised. ``counting`` are the facts as alarms count them: a clarified sign reads as
    absent there (R19), and nowhere else.
    """

    confirmed: tuple[Exclusion, ...]
    suspected: tuple[Exclusion, ...]
    open_suspicions: tuple[Exclusion, ...]
    alarms: tuple[Alarm, ...]
    raised: tuple[Alarm, ...]
    undecided: tuple[Alarm, ...]
    counting: Facts
    urgency: Urgency | None
    not_asked: tuple[str, ...]
    scope: ScopeState

    @property
    def withholds(self) -> bool:
        """Plan, window, return and efforts are withheld."""
        return self.scope in ("outside", "hold")


def assess_safety(pathway: Pathway, facts: Facts, as_of: date) -> Safety:
    """Exclusions, alarms, urgency and scope, in the order of the reading."""
    confirmed = _holding(pathway, facts, as_of, "outside")
    suspected = _holding(pathway, facts, as_of, "hold")
    counting = _counting(pathway, facts, confirmed)
    truths = [(alarm, truth(alarm.rule.criterion, facts, as_of)) for alarm in pathway.alarms.values()]
    counted = truths
    if counting is not facts:
        counted = [(alarm, truth(alarm.rule.criterion, counting, as_of)) for alarm, _ in truths]
    raised = _those(counted, TRUE)
    urgency = min((alarm.urgency for alarm in raised), key=lambda u: u.rank, default=None)
    clarified = facts.get("clarified_alarms", ())
    open_suspicions = tuple(exclusion for exclusion in suspected if exclusion.fact not in clarified)
    return Safety(
        confirmed=confirmed,
        suspected=suspected,
        open_suspicions=open_suspicions,
        alarms=_those(truths, TRUE),
        raised=raised,
        undecided=_those(counted, UNKNOWN),
        counting=counting,
        urgency=urgency,
        not_asked=tuple(name for name in pathway.must_be_asked if name not in facts),
        scope=_scope(pathway, facts, as_of, confirmed, open_suspicions, raised),
    )


def _holding(pathway: Pathway, facts: Facts, as_of: date, kind: str) -> tuple[Exclusion, ...]:
    return tuple(
        exclusion
        for exclusion in pathway.exclusions.values()
        if truth(getattr(exclusion, kind).criterion, facts, as_of) is TRUE
    )


def _those(truths: list[tuple[Alarm, Truth]], wanted: Truth) -> tuple[Alarm, ...]:
    return tuple(alarm for alarm, found in truths if found is wanted)


def _counting(pathway: Pathway, facts: Facts, confirmed: tuple[Exclusion, ...]) -> Facts:
    clarified = facts.get("clarified_alarms", ())
    fixed = {exclusion.fact for exclusion in confirmed}
    absent: Mapping[str, Any] = {
        name: pathway.facts[name].absent for name in clarified if name in facts and name not in fixed
    }
    return {**facts, **absent} if absent else facts


def _scope(
    pathway: Pathway,
    facts: Facts,
    as_of: date,
    confirmed: tuple[Exclusion, ...],
    open_suspicions: tuple[Exclusion, ...],
    raised: tuple[Alarm, ...],
) -> ScopeState:
    covered = truth(pathway.covers.criterion, facts, as_of)
    if covered is FALSE or confirmed:
        return "outside"
    if open_suspicions or any(alarm.urgency.holds for alarm in raised):
        return "hold"
    if covered is UNKNOWN or any(name not in facts for name in pathway.exclusions):
        return "ask"
    return "inside"
