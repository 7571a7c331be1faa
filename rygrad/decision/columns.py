"""The columnar evaluator: the same content tree as one Ibis expression over the course table.

No rule is written here a second time: criteria are compiled from the content, and what follows from them is staged
(facts → alarms and groups → scope → window, return, efforts) so that the generated query stays small and readable.
Unknown is null; a filter would drop it silently, so nothing filters and every output says what unknown becomes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from rygrad.decision.coursetable import LATEST_SUFFIX, input_columns, output_columns
from rygrad.pathway.criteria import AllOf, AnyOf, AtLeast, AtMost, Criterion, DayWindow, Is, Not, Over
from rygrad.pathway.errors import RygradError
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Alarm, Effort, Pathway

Expr = Any
_WORKING = ("_over", "_window_state", "_window_from", "_window_to", "_withheld", "_no_effect", "_returned")
Facts = Callable[[str], Expr]


def evaluate(pathway: Pathway, courses: Expr, as_of: date | None = None) -> Expr:
    """One row out for each row in, in any order, as an Ibis expression; nothing runs until it is executed or written.

    ``courses`` is an Ibis table of the course table's input columns (``coursetable``); a column that is not there is
    unknown for everybody; other columns are carried through. A value that a fact cannot have, or a date after the
    as-of date, is unknown and counted in ``invalid_facts``. ``as_of`` overrides the column ``as_of``.
    Raises RygradError when there is no as-of date, or a column has a name that is written.
    """
    return _Stages(pathway, courses, as_of).decided()


@dataclass
class _Stages:
    pathway: Pathway
    courses: Expr
    as_of: date | None

    def decided(self) -> Expr:
        """All stages, and of the working columns none."""
        table = self._facts()
        table = self._alarms(table)
        table = self._scope(table)
        table = self._groups(table)
        table = self._course(table)
        raised = (f"_raised_{name}" for name in self.pathway.alarms)
        return table.drop(*(name for name in (*_WORKING, *raised) if name in table.columns))

    def _facts(self) -> Expr:
        """Missing columns as unknown; when each date's span is over; where the 6–8 weeks stand."""
        table, given = self.courses, set(self.courses.columns)
        if self.as_of is None and "as_of" not in given:
            raise RygradError("no_date", {"da": "kolonnen as_of mangler.", "en": "the column as_of is missing."})
        self.has_spans = any(name.endswith(LATEST_SUFFIX) for name in given)
        self.has_clarified = "clarified_alarms" in given
        self._refuse_taken_names(given)
        missing = {c.name: ibis.null(c.type) for c in input_columns(self.pathway) if c.name not in given}
        if self.as_of is not None:
            missing["as_of"] = ibis.literal(self.as_of)
        table = table.mutate(**missing) if missing else table
        table = table.mutate(**self._checked(table, given))
        return table.mutate(_over=self._over(table, self.pathway.duration), **self._window(table))

    def _refuse_taken_names(self, given: set[str]) -> None:
        """Working columns and outputs must not overwrite a column that somebody brought."""
        taken = sorted(given & ({c.name for c in output_columns(self.pathway)} | set(_WORKING)))
        if taken:
            names = ", ".join(taken)
            raise RygradError(
                "taken_column", {"da": f"omdøb kolonnerne: {names}.", "en": f"rename the columns: {names}."}
            )

    def _checked(self, table: Expr, given: set[str]) -> dict[str, Expr]:
        """Values that a fact cannot have become unknown, and are counted: never read as an answer."""
        checks = ((n, _possible(table, self.pathway.facts[n], n)) for n in self.pathway.facts if n in given)
        fine: dict[str, Expr] = {name: check for name, check in checks if check is not None}
        wrong = [(~check).fill_null(False).cast("int8") for check in fine.values()]
        kept = {name: _kept(table, name, check) for name, check in fine.items()}
        return {**kept, "invalid_facts": reduce(lambda a, b: a + b, wrong, ibis.literal(0, "int8")).cast("int8")}

    def _span(self, table: Expr, name: str) -> tuple[Expr, Expr]:
        first = table[name]
        return first, (table[name + LATEST_SUFFIX].coalesce(first) if self.has_spans else first)

    def _over(self, table: Expr, leaf: Over) -> Expr:
        earliest, latest = self._span(table, leaf.fact)
        over = table.as_of >= _first_day_over(earliest, leaf.months)
        if not self.has_spans:
            return over
        return ibis.cases(
            (table[leaf.fact + LATEST_SUFFIX].isnull(), over),
            (table.as_of >= _first_day_over(latest, leaf.months), True),
            (~over, False),
            else_=ibis.null("boolean"),
        )

    def _start(self, table: Expr, names: tuple[str, ...]) -> tuple[Expr, Expr]:
        """The first of these dates that is known: its earliest and its latest day."""
        spans = [self._span(table, name) for name in names]
        first = ibis.coalesce(*(earliest for earliest, _ in spans))
        last = ibis.cases(*((earliest.notnull(), latest) for earliest, latest in spans), else_=ibis.null("date"))
        return first, (last if self.has_spans else first)

    def _window(self, table: Expr) -> dict[str, Expr]:
        rule, done_by = self.pathway.reassessment.window, self.pathway.reassessment.done_by
        start, done = self._start(table, rule.after), self._span(table, done_by)
        ends, dones = (start, done) if self.has_spans else (start[:1], done[:1])
        corners = [self._window_state(table, rule, first, day) for first in ends for day in dones]
        return {
            "_window_state": self._one_state(table, corners),
            "_window_from": _plus_days(start[0], rule.first_day),
            "_window_to": _plus_days(start[1], rule.last_day),
        }

    def _one_state(self, table: Expr, corners: list[Expr]) -> Expr:
        """The state that every corner of the spans gives; where all dates are exact there is one corner."""
        if not self.has_spans:
            return corners[0]
        dates = (*self.pathway.reassessment.window.after, self.pathway.reassessment.done_by)
        exact = reduce(and_, (table[name + LATEST_SUFFIX].isnull() for name in dates))
        same = reduce(and_, (corner == corners[0] for corner in corners[1:]))
        return ibis.cases((exact, corners[0]), (same, corners[0]), else_="ask")

    def _window_state(self, table: Expr, rule: DayWindow, start: Expr, done: Expr) -> Expr:
        return ibis.cases(
            (start.isnull(), "not_started"),
            (table.as_of.isnull(), "ask"),
            (done >= _plus_days(start, rule.first_day), "done"),
            (table.as_of < _plus_days(start, rule.first_day), "not_due"),
            (table.as_of <= _plus_days(start, rule.last_day), "due"),
            else_="overdue",
        )

    def _alarms(self, table: Expr) -> Expr:
        """Each alarm as it is, and as it counts: a clarified sign counts as absent (R19)."""
        alarms = self.pathway.alarms.values()
        seen = {f"alarm_{a.id}": _known_true(self._holds(table, a.rule.criterion)) for a in alarms}
        raised = (
            {f"_raised_{a.id}": self._raised(table, a, seen[f"alarm_{a.id}"]) for a in alarms}
            if self.has_clarified
            else {}
        )
        unknown = [table[name].isnull().cast("int8") for name in self.pathway.must_be_asked]
        return table.mutate(**seen, **raised, alarm_signs_not_asked=reduce(lambda a, b: a + b, unknown).cast("int8"))

    def _raised(self, table: Expr, alarm: Alarm, seen: Expr) -> Expr:
        counted = _known_true(self._holds(table, alarm.rule.criterion, self._counting(table)))
        return ibis.ifelse(table["clarified_alarms"].isnull(), seen, counted)

    def _counting(self, table: Expr) -> Facts:
        clarified = table["clarified_alarms"]

        def counts(name: str) -> Expr:
            value = table[name]
            waived = _known_true(clarified.contains(name)) & value.notnull()
            if name in self.pathway.exclusions:
                waived &= ~_known_true(self._holds(table, self.pathway.exclusions[name].outside.criterion))
            absent = self.pathway.facts[name].absent
            return ibis.ifelse(waived, _typed(self.pathway, name, absent), value)

        return counts

    def _scope(self, table: Expr) -> Expr:
        """Urgency, then scope, in the order of the reading."""
        prefix = "_raised_" if self.has_clarified else "alarm_"
        by_level: dict[str, Expr] = {}
        for alarm in self.pathway.alarms.values():
            raised = table[prefix + alarm.id]
            by_level[alarm.urgency.id] = by_level[alarm.urgency.id] | raised if alarm.urgency.id in by_level else raised
        table = table.mutate(
            urgency=ibis.cases(
                *((by_level[level], level) for level in self.pathway.urgencies if level in by_level), else_="none"
            )
        )
        covered = self._holds(table, self.pathway.covers.criterion)
        exclusions = self.pathway.exclusions.values()
        confirmed = reduce(or_, (_known_true(self._holds(table, e.outside.criterion)) for e in exclusions))
        suspected = reduce(or_, (self._suspected(table, e.fact) for e in exclusions))
        holding = table.urgency.isin([u.id for u in self.pathway.urgencies.values() if u.holds])
        unknown = reduce(or_, (table[e.fact].isnull() for e in exclusions), covered.isnull())
        scope = ibis.cases(
            (_known_true(~covered) | confirmed, "outside"),
            (holding | suspected, "hold"),
            (unknown, "ask"),
            else_="inside",
        )
        return table.mutate(scope=scope).mutate(
            provisional=lambda t: t.scope == "ask", _withheld=lambda t: t.scope.isin(["outside", "hold"])
        )

    def _suspected(self, table: Expr, fact: str) -> Expr:
        suspected = _known_true(self._holds(table, self.pathway.exclusions[fact].hold.criterion))
        if not self.has_clarified:
            return suspected
        return suspected & ~_known_true(table["clarified_alarms"].contains(fact))

    def _groups(self, table: Expr) -> Expr:
        """The possible groups, the group when there is one, and what does not fit its bullets."""
        inside = table.scope != "outside"
        groups = self.pathway.groups.values()
        table = table.mutate(
            **{f"possible_{g.id}": inside & ~_known_false(self._holds(table, g.rule.criterion)) for g in groups},
            **{
                f"mismatch_{n.id}": inside & _known_true(self._holds(table, n.rule.criterion))
                for n in self.pathway.mismatches
            },
            **{
                f"contradiction_{n.id}": _known_true(self._holds(table, n.rule.criterion))
                for n in self.pathway.contradictions
            },
            over_3_months_from=self._over_from(table),
        )
        count = reduce(lambda a, b: a + b, (table[f"possible_{g.id}"].cast("int8") for g in groups))
        return table.mutate(
            group=ibis.cases(
                (count != 1, ibis.null("string")),
                *((table[f"possible_{g.id}"], g.id) for g in groups),
                else_=ibis.null("string"),
            )
        )

    def _over_from(self, table: Expr) -> Expr:
        duration = self.pathway.duration
        earliest, latest = self._span(table, duration.fact)
        first = _first_day_over(earliest, duration.months)
        return ibis.ifelse(earliest == latest, first, ibis.null("date")) if self.has_spans else first

    def _course(self, table: Expr) -> Expr:
        """Window, return and efforts: worked out for each possible group, ``ask`` where they differ."""
        table = table.mutate(
            _no_effect=_known_true(self._holds(table, self.pathway.no_effect.criterion)),
            _returned=_known_true(self._holds(table, self.pathway.return_done.criterion)),
        )
        efforts = {f"effort_{name}": self._effort(table, name) for name in self.pathway.words["efforts"]}
        table = table.mutate(reassessment_state=self._reassessment(table), return_to_gp=self._return(table), **efforts)
        shown = ~table.reassessment_state.isin(["none", "not_started", "withheld"])
        return table.mutate(
            reassessment_from=ibis.ifelse(shown, table._window_from, ibis.null("date")),
            reassessment_to=ibis.ifelse(shown, table._window_to, ibis.null("date")),
        )

    def _any_possible(self, table: Expr, names: list[str]) -> Expr:
        return reduce(or_, (table[f"possible_{name}"] for name in names), ibis.literal(False))

    def _agreed(self, table: Expr, states: dict[str, tuple[Any, Expr]]) -> Expr:
        """``states``: for each group a key that equal states share, and the state."""
        kinds: dict[Any, tuple[list[str], Expr]] = {}
        for group, (key, state) in states.items():
            kinds.setdefault(key, ([], state))[0].append(group)
        possible = [(self._any_possible(table, names), state) for names, state in kinds.values()]
        first = ibis.cases(*possible, else_=ibis.null("string"))
        same = reduce(and_, (~among | (state == first) for among, state in possible))
        return ibis.cases((table._withheld, "withheld"), (same, first), else_="ask")

    def _reassessment(self, table: Expr) -> Expr:
        none, listed = (False, ibis.literal("none")), (True, table._window_state)
        return self._agreed(table, {g.id: listed if g.reassessment else none for g in self.pathway.groups.values()})

    def _return(self, table: Expr) -> Expr:
        none = (False, ibis.literal("not_listed"))
        listed = (True, ibis.cases((~table._no_effect, "not_yet"), (table._returned, "done"), else_="due"))
        return self._agreed(table, {g.id: listed if g.return_to_gp else none for g in self.pathway.groups.values()})

    def _effort(self, table: Expr, name: str) -> Expr:
        efforts = {g.id: g.efforts.get(name) for g in self.pathway.groups.values()}
        return self._agreed(table, {group: self._effort_state(table, effort) for group, effort in efforts.items()})

    def _effort_state(self, table: Expr, effort: Effort | None) -> tuple[Any, Expr]:
        if effort is None:
            return "not_listed", ibis.literal("not_listed")
        if effort.already_done is None:
            return "listed", ibis.ifelse(table._no_effect, "open", "not_yet")
        done = self._holds(table, effort.already_done.criterion)
        state = ibis.cases((~table._no_effect, "not_yet"), (done, "already_done"), (~done, "open"), else_="ask")
        return effort.already_done.criterion, state

    def _holds(self, table: Expr, criterion: Criterion, facts: Facts | None = None) -> Expr:
        """The criterion as an expression; ``facts`` says where a fact's value is read, by default its column."""
        facts = facts or table.__getitem__
        match criterion:
            case AllOf(parts):
                return reduce(and_, (self._holds(table, part, facts) for part in parts))
            case AnyOf(parts):
                return reduce(or_, (self._holds(table, part, facts) for part in parts))
            case Not(part):
                return ~self._holds(table, part, facts)
            case Is(fact, values):
                return _is(facts(fact), values)
            case AtLeast(fact, limit):
                return facts(fact) >= limit
            case AtMost(fact, limit):
                return facts(fact) <= limit
            case Over():
                staged = criterion == self.pathway.duration and "_over" in table.columns
                return table._over if staged else self._over(table, criterion)
            case DayWindow():
                return self._in_window(table, criterion)
            case known:
                return facts(known.fact).notnull()

    def _in_window(self, table: Expr, leaf: DayWindow) -> Expr:
        first, last = self._start(table, leaf.after)
        return ibis.cases(
            (
                (table.as_of >= _plus_days(last, leaf.first_day)) & (table.as_of <= _plus_days(first, leaf.last_day)),
                True,
            ),
            (
                (table.as_of < _plus_days(first, leaf.first_day)) | (table.as_of > _plus_days(last, leaf.last_day)),
                False,
            ),
            else_=ibis.null("boolean"),
        )


def with_truth(pathway: Pathway, courses: Expr, criterion: Criterion) -> Expr:
    """The courses with one more column ``holds``: whether a criterion holds, null for unknown."""
    stages = _Stages(pathway, courses, None)
    table = stages._facts()
    return table.mutate(holds=stages._holds(table, criterion))


def _known_true(truth: Expr) -> Expr:
    return truth.fill_null(False)


def _known_false(truth: Expr) -> Expr:
    return (~truth).fill_null(False)


def _is(value: Expr, values: tuple[Any, ...]) -> Expr:
    if value.type().is_boolean():
        return reduce(or_, (value if wanted == "yes" else ~value for wanted in values))
    return value == values[0] if len(values) == 1 else value.isin(list(values))


def _typed(pathway: Pathway, name: str, value: Any) -> Expr:
    return ibis.literal(value == "yes") if pathway.facts[name].kind == "yes_no" else ibis.literal(value)


def _possible(table: Expr, fact: FactDefinition, name: str) -> Expr | None:
    """Whether a row's value is one the fact can have; None where the column's type already says so.

    A row without its day keeps its dates: whether they lie ahead cannot be said.
    """
    if fact.kind == "choice":
        return table[name].isin(list(fact.values))
    if fact.kind == "number":
        return table[name].between(fact.minimum, fact.maximum)
    return (table[name] <= table.as_of).fill_null(True) if fact.kind == "date" else None


def _kept(table: Expr, name: str, check: Expr) -> Expr:
    return ibis.ifelse(check, table[name], ibis.null(table[name].type()))


def _first_day_over(day: Expr, months: int) -> Expr:
    return (day.cast("timestamp") + ibis.interval(months=months) + ibis.interval(days=1)).cast("date")


def _plus_days(day: Expr, days: int) -> Expr:
    """Through a timestamp: Ibis takes date + days for a date already, and some engines do not."""
    return (day.cast("timestamp") + ibis.interval(days=days)).cast("date")
