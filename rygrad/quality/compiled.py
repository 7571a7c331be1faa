"""An indicator's rule as an Ibis expression over a whole table; equal to ``rows`` for every row, unknown being null."""

from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from rygrad.decision.coursetable import LATEST_SUFFIX
from rygrad.quality.definitions import Indicator, Indicators, is_span
from rygrad.quality.rows import KINDS
from rygrad.quality.terms import AllOf, AnyOf, AtLeast, AtMost, Days, Improved, Is, Known, Measured, Not, Term

Expr = Any


def status(definitions: Indicators, indicator: Indicator, table: Expr) -> Expr:
    """A number per row, by its place in ``KINDS``; null where the row is not in the denominator."""
    made = _Compiled(definitions, indicator.table, table)
    within = made.holds(indicator.denominator.rule).fill_null(False) & table[indicator.month_of].notnull()
    met = made.holds(indicator.numerator.rule)
    excluded = made.holds(indicator.excluded.rule).fill_null(False) if indicator.excluded else ibis.literal(False)
    yes, no, unknown, left_out = (ibis.literal(number, "int8") for number in range(len(KINDS)))
    return ibis.cases((~within, ibis.null("int8")), (excluded, left_out), (met, yes), (met.isnull(), unknown), else_=no)


class _Compiled:
    def __init__(self, definitions: Indicators, name: str, table: Expr) -> None:
        self.definitions, self.columns, self.table = definitions, definitions.columns[name], table

    def holds(self, term: Term) -> Expr:
        """A boolean per row, null where unknown: SQL's and, or, not are Kleene's."""
        table, number = self.table, self.definitions.number
        match term:
            case AllOf(parts):
                return reduce(and_, (self.holds(part) for part in parts))
            case AnyOf(parts):
                return reduce(or_, (self.holds(part) for part in parts))
            case Not(part):
                return ~self.holds(part)
            case Is(column, values):
                return _is(table[column], values)
            case AtLeast(column, limit):
                return table[column] >= number(limit)
            case AtMost(column, limit):
                return table[column] <= number(limit)
            case Known(column):
                return table[column].notnull()
            case Days():
                return self._days(term)
            case Improved(scores):
                missing = reduce(or_, (table[n].isnull() for one in scores for n in (one.first, one.last)))
                improved = reduce(and_, (self._improved(one) for one in scores))
                return ibis.ifelse(missing, ibis.null("boolean"), improved)

    def _span(self, column: str) -> tuple[Expr, Expr]:
        first = self.table[column]
        if not is_span(self.columns, column):
            return first, first
        return first, self.table[column + LATEST_SUFFIX].coalesce(first)

    def _days(self, term: Days) -> Expr:
        start, end = self._span(term.start), self._span(term.end)
        shortest = end[0].delta(start[1], unit="day")
        longest = end[1].delta(start[0], unit="day")
        bounds = []
        if term.at_least is not None:
            bounds.append(_above(self.definitions.number(term.at_least), shortest, longest))
        if term.at_most is not None:
            bounds.append(~_above(self.definitions.number(term.at_most) + 1, shortest, longest))
        return reduce(and_, bounds)

    def _improved(self, one: Measured) -> Expr:
        rule = self.definitions.scores[one.score]
        first, last = self.table[one.first], self.table[one.last]
        gain = first - last if rule.worse == "higher" else last - first
        share = first * rule.important_change_per_cent / 100
        change = float(rule.important_change)
        return gain >= ibis.ifelse(share > 0, ibis.least(share, change), change) - 1e-9


def _above(limit: int, shortest: Expr, longest: Expr) -> Expr:
    return ibis.cases((shortest >= limit, True), (longest < limit, False), else_=ibis.null("boolean"))


def _is(value: Expr, values: tuple[Any, ...]) -> Expr:
    if value.type().is_boolean():
        return value if values == (True,) else ~value if values == (False,) else value.notnull().nullif(False)
    return value == values[0] if len(values) == 1 else value.isin(list(values))
