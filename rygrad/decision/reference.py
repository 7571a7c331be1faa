"""The reference evaluator: one citizen, obvious, never optimised. It defines what is right."""

from collections.abc import Callable
from datetime import date
from typing import Any

from rygrad.decision.dates import Interval, days_between, first_day_over
from rygrad.decision.facts import Facts
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN, Truth, both, either, opposite
from rygrad.pathway.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Criterion,
    DayWindow,
    Is,
    Known,
    Leaf,
    Not,
    Over,
)


def truth(criterion: Criterion, facts: Facts, as_of: date) -> Truth:
    """Whether the criterion holds for these facts on this day: true, false or unknown."""
    return _EVALUATORS[type(criterion)](criterion, facts, as_of)


def _is(leaf: Is, facts: Facts, as_of: date) -> Truth:
    value = facts.get(leaf.fact)
    if value is None:
        return UNKNOWN
    return TRUE if value in leaf.values else FALSE


def _at_least(leaf: AtLeast, facts: Facts, as_of: date) -> Truth:
    value = facts.get(leaf.fact)
    if value is None:
        return UNKNOWN
    return TRUE if value >= leaf.limit else FALSE


def _at_most(leaf: AtMost, facts: Facts, as_of: date) -> Truth:
    value = facts.get(leaf.fact)
    if value is None:
        return UNKNOWN
    return TRUE if value <= leaf.limit else FALSE


def _over(leaf: Over, facts: Facts, as_of: date) -> Truth:
    value = facts.get(leaf.fact)
    if value is None:
        return UNKNOWN
    earliest, latest = value
    if as_of >= first_day_over(latest, leaf.months):
        return TRUE
    return UNKNOWN if as_of >= first_day_over(earliest, leaf.months) else FALSE


def _day_window(leaf: DayWindow, facts: Facts, as_of: date) -> Truth:
    start = first_known(leaf.after, facts)
    if start is None:
        return UNKNOWN
    first, last = (days_between(day, as_of) for day in (start.latest, start.earliest))
    if first >= leaf.first_day and last <= leaf.last_day:
        return TRUE
    return FALSE if last < leaf.first_day or first > leaf.last_day else UNKNOWN


def first_known(names: tuple[str, ...], facts: Facts) -> Interval | None:
    """The first of these date facts that is known."""
    return next((facts[name] for name in names if name in facts), None)


_EVALUATORS: dict[type, Callable[[Any, Facts, date], Truth]] = {
    AllOf: lambda c, facts, as_of: both(truth(part, facts, as_of) for part in c.parts),
    AnyOf: lambda c, facts, as_of: either(truth(part, facts, as_of) for part in c.parts),
    Not: lambda c, facts, as_of: opposite(truth(c.part, facts, as_of)),
    Is: _is,
    AtLeast: _at_least,
    AtMost: _at_most,
    Over: _over,
    DayWindow: _day_window,
    Known: lambda c, facts, as_of: TRUE if c.fact in facts else FALSE,
}


def open_leaves(criterion: Criterion, facts: Facts, as_of: date) -> list[Leaf]:
    """The leaves that keep the criterion unknown: none when it is settled."""
    if truth(criterion, facts, as_of) is not UNKNOWN:
        return []
    match criterion:
        case AllOf(parts) | AnyOf(parts):
            return [leaf for part in parts for leaf in open_leaves(part, facts, as_of)]
        case Not(part):
            return open_leaves(part, facts, as_of)
        case leaf:
            return [leaf]


def next_facts(criterion: Criterion, facts: Facts, as_of: date) -> list[str]:
    """The facts worth asking next: of parts that must all hold the first open one, of alternatives each."""
    if truth(criterion, facts, as_of) is not UNKNOWN:
        return []
    match criterion:
        case AllOf(parts):
            return next(filter(None, (next_facts(part, facts, as_of) for part in parts)))
        case AnyOf(parts):
            return [name for part in parts for name in next_facts(part, facts, as_of)]
        case Not(part):
            return next_facts(part, facts, as_of)
        case DayWindow(after):
            return [after[0]]
        case leaf:
            return [leaf.fact]
