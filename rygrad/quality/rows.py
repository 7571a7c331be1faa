"""The slow evaluator: one row at a time, in plain Python. It defines what an indicator's rule means."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rygrad.decision.coursetable import LATEST_SUFFIX
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN, Truth, both, either, opposite, truth_of
from rygrad.pathway.facts import Improvement
from rygrad.quality.definitions import Indicator, Indicators
from rygrad.quality.terms import AllOf, AnyOf, AtLeast, AtMost, Days, Improved, Is, Known, Limit, Not, Term, columns_of

Row = Mapping[str, Any]
YES, NO, NOT_KNOWN, LEFT_OUT = KINDS = ("yes", "no", "unknown", "excluded")


def status(definitions: Indicators, indicator: Indicator, row: Row) -> str | None:
    """How one row counts: ``yes``, ``no``, ``unknown`` or ``excluded``; None when it is not in the denominator.

    A row whose day for the month is unknown is in no denominator: the months add up to the whole period.
    """
    if row.get(indicator.month_of) is None or holds(definitions, indicator.denominator.rule, row) is not TRUE:
        return None
    if indicator.excluded and holds(definitions, indicator.excluded.rule, row) is TRUE:
        return LEFT_OUT
    met = holds(definitions, indicator.numerator.rule, row)
    return {TRUE: YES, FALSE: NO, UNKNOWN: NOT_KNOWN}[met]


def holds(definitions: Indicators, term: Term, row: Row) -> Truth:
    """Whether a rule holds for a row. A column that is missing, or null, is unknown."""

    def number(limit: Limit) -> float:
        return definitions.number(limit)

    match term:
        case AllOf(parts):
            return both([holds(definitions, part, row) for part in parts])
        case AnyOf(parts):
            return either([holds(definitions, part, row) for part in parts])
        case Not(part):
            return opposite(holds(definitions, part, row))
        case Is(column, values):
            value = row.get(column)
            return truth_of(None if value is None else value in values)
        case AtLeast(column, limit):
            value = row.get(column)
            return truth_of(None if value is None else value >= number(limit))
        case AtMost(column, limit):
            value = row.get(column)
            return truth_of(None if value is None else value <= number(limit))
        case Known(column):
            return truth_of(row.get(column) is not None)
        case Days():
            return _days(definitions, term, row)
        case Improved():
            return _improved(definitions, term, row)


def _days(definitions: Indicators, term: Days, row: Row) -> Truth:
    start, end = _span(row, term.start), _span(row, term.end)
    if start is None or end is None:
        return UNKNOWN
    shortest, longest = (end[0] - start[1]).days, (end[1] - start[0]).days
    bounds = []
    if term.at_least is not None:
        bounds.append(_above(definitions.number(term.at_least), shortest, longest))
    if term.at_most is not None:
        bounds.append(opposite(_above(definitions.number(term.at_most) + 1, shortest, longest)))
    return both(bounds)


def _above(limit: float, shortest: int, longest: int) -> Truth:
    return TRUE if shortest >= limit else FALSE if longest < limit else UNKNOWN


def _span(row: Row, column: str) -> tuple[date, date] | None:
    first = row.get(column)
    return None if first is None else (first, row.get(column + LATEST_SUFFIX) or first)


def _improved(definitions: Indicators, term: Improved, row: Row) -> Truth:
    if any(row.get(name) is None for name in columns_of(term)):
        return UNKNOWN
    rules = definitions.scores
    return truth_of(all(is_improved(row[one.first], row[one.last], rules[one.score]) for one in term.scores))


def is_improved(first: float, last: float, rule: Improvement) -> bool:
    """Better by at least the important change, or by that share of the start (the smaller of the two; R5)."""
    gain = first - last if rule.worse == "higher" else last - first
    share = first * rule.important_change_per_cent / 100
    return gain >= (min(rule.important_change, share) if share > 0 else rule.important_change) - 1e-9
