"""T14 over the whole input space: no excluded citizen gets a plan, and no blank hides an alarm.

What can matter for exclusion, hold and alarms are the facts that their rules read, and ``clarified_alarms``: 22 of all
facts. That no other fact can is checked, not assumed (the last tests). Alarm rules that share no fact cannot touch each
other, so the signs fall apart into islands, each walked to its end with every way of clarifying it; scope and
exclusions are walked to the end beside every single alarm; and all islands together, each without its signs, with each
of its urgencies, or blank.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, combinations, islice, product
from typing import Any

import pytest

from rygrad.decision.decision import Decision
from rygrad.decision.many import ManyDecisions
from rygrad.decision.reference import truth
from rygrad.decision.safety import assess_safety
from rygrad.decision.truth import TRUE
from rygrad.pathway.pathway import Alarm, Pathway, Urgency
from tests.engines.columnar import decided_rows, from_decision, from_row, table_of
from tests.figures import write_figures
from tests.people import AS_OF, INGA_GROUP_3, NO_ALARM_SIGNS
from tests.spaces import SCOPE, STANDPOINTS, points

DAY = date.fromisoformat(AS_OF)
CHUNK = 50_000
COURSE = {name: value for name, value in INGA_GROUP_3.items() if name not in {*NO_ALARM_SIGNS, *SCOPE}}
Facts = dict[str, Any]


def support(pathway: Pathway) -> tuple[str, ...]:
    """The facts that exclusion, hold and alarms read."""
    rules = [pathway.covers, *(rule for e in pathway.exclusions.values() for rule in (e.outside, e.hold))]
    rules += [alarm.rule for alarm in pathway.alarms.values()]
    return (*dict.fromkeys(name for rule in rules for name in rule.facts), "clarified_alarms")


def options(pathway: Pathway, name: str) -> tuple[Any, ...]:
    """Every value of a fact, and unknown."""
    fact = pathway.facts[name]
    if fact.kind == "number":
        return (None, *range(int(fact.minimum or 0), int(fact.maximum or 0) + 1))
    return (None, *fact.values)


def islands(pathway: Pathway) -> list[tuple[str, ...]]:
    """The alarm signs (without the exclusions, which are walked with the scope), apart where no rule reads two of them."""
    found: list[set[str]] = []
    for alarm in pathway.alarms.values():
        names = set(alarm.rule.facts) - set(pathway.exclusions)
        touching = [island for island in found if island & names]
        found = [island for island in found if island not in touching]
        found += [names.union(*touching)] if names else []
    return [tuple(name for name in pathway.facts if name in island) for island in found]


def clarified(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Every set of these that a clinician may have clarified."""
    listed = list(names)
    return chain.from_iterable(combinations(listed, n) for n in range(len(listed) + 1))


def with_clarified(facts: Facts, names: Sequence[str]) -> Facts:
    """The facts with a clarification, where there is one."""
    return {**facts, "clarified_alarms": list(names)} if names else facts


def island_points(pathway: Pathway, island: tuple[str, ...]) -> Iterator[Facts]:
    """Every citizen of an island: each sign unknown or any value, each clarified or not."""
    for known in points({name: options(pathway, name) for name in island}):
        for names in clarified(island):
            yield with_clarified(known, names)


@dataclass
class Oracle:
    """What must hold, worked out from the rules by filling in what is unknown, not from the engine's three values."""

    pathway: Pathway
    decisions: int = 0
    by_columns: int = 0
    excluded: int = 0
    with_a_plan: list[Facts] = field(default_factory=list)
    wrong_scope: list[Facts] = field(default_factory=list)
    hidden: list[Facts] = field(default_factory=list)
    not_asked: list[Facts] = field(default_factory=list)
    otherwise: list[Facts] = field(default_factory=list)
    remembered: dict[tuple[Any, ...], str] = field(default_factory=dict)

    def judge(self, facts: Facts, decision: Decision) -> None:
        self.decisions += 1
        counted = self._counting(facts)
        states = {alarm.id: self._filled(alarm, counted) for alarm in self.pathway.alarms.values()}
        raised = [alarm.urgency for alarm in self.pathway.alarms.values() if states[alarm.id] == "always"]
        most = min(raised, key=lambda urgency: urgency.rank, default=None)
        if decision.urgency != (most.id if most else "none") or not self._shows_all(facts, decision):
            self.hidden.append(facts)
        if decision.scope != self._scope(facts, raised):
            self.wrong_scope.append(facts)
        if decision.scope in ("outside", "hold"):
            self.excluded += 1
            if _has_a_plan(decision):
                self.with_a_plan.append(facts)
        if not self._asks(facts, counted, states, most, decision):
            self.not_asked.append(facts)

    def _counting(self, facts: Facts) -> Facts:
        """A sign that was there and is clarified reads as absent, but no confirmed exclusion does (R19)."""
        absent = {
            name: self.pathway.facts[name].absent
            for name in facts.get("clarified_alarms", ())
            if name in facts and facts[name] != "confirmed"
        }
        return {**facts, **absent}

    def _filled(self, alarm: Alarm, facts: Facts) -> str:
        """Whether every way of filling in the unknown facts raises the alarm, none does, or some."""
        names = alarm.rule.facts
        key = (alarm.id, *(facts.get(name) for name in names))
        if key not in self.remembered:
            spans = [(facts[n],) if n in facts else options(self.pathway, n)[1:] for n in names]
            fillings = [dict(zip(names, values, strict=True)) for values in product(*spans)]
            found = {truth(alarm.rule.criterion, filling, DAY) is TRUE for filling in fillings}
            self.remembered[key] = "some" if len(found) == 2 else "always" if True in found else "never"
        return self.remembered[key]

    def _shows_all(self, facts: Facts, decision: Decision) -> bool:
        """Every alarm that the facts raise is shown, clarified or not, and no other."""
        shown = {alarm["id"] for alarm in decision.alarms}
        return shown == {a.id for a in self.pathway.alarms.values() if self._filled(a, facts) == "always"}

    def _scope(self, facts: Facts, raised: list[Urgency]) -> str:
        states = {name: facts.get(name) for name in self.pathway.exclusions}
        cleared = facts.get("clarified_alarms", ())
        if facts.get("back_triggered_pain") == "no" or "confirmed" in states.values():
            return "outside"
        if any(state == "suspected" and name not in cleared for name, state in states.items()):
            return "hold"
        if any(urgency.holds for urgency in raised):
            return "hold"
        return "ask" if None in (facts.get("back_triggered_pain"), *states.values()) else "inside"

    def _asks(
        self, facts: Facts, counted: Facts, states: dict[str, str], most: Urgency | None, decision: Decision
    ) -> bool:
        """A blank sign that must be asked is listed, and one that could raise more than is raised is asked for."""
        asked, listed = {question.fact for question in decision.ask}, set(decision.alarm_signs_not_asked)
        if listed != {name for name in self.pathway.must_be_asked if name not in facts}:
            return False
        rank = most.rank if most else len(self.pathway.urgencies)
        open_ones = (a for a in self.pathway.alarms.values() if states[a.id] == "some" and a.urgency.holds)
        return all(
            asked & {name for name in alarm.rule.facts if name not in counted}
            for alarm in open_ones
            if alarm.urgency.rank < rank
        )

    @property
    def counts(self) -> dict[str, int | float | str]:
        return {
            "decisions": self.decisions,
            "of citizens excluded or held back": self.excluded,
            "excluded or held back with a plan": len(self.with_a_plan),
            "scope not as the programme says": len(self.wrong_scope),
            "alarms hidden or invented": len(self.hidden),
            "blank signs neither listed nor asked for": len(self.not_asked),
        } | (
            {"decided by columns too": self.by_columns, "columns that decide otherwise": len(self.otherwise)}
            if self.by_columns
            else {}
        )

    def assert_all_is_well(self) -> None:
        for what in ("with_a_plan", "wrong_scope", "hidden", "not_asked", "otherwise"):
            assert not getattr(self, what)[:3], what


def _has_a_plan(decision: Decision) -> bool:
    states = {*decision.efforts.values(), decision.return_to_gp, decision.reassessment["state"]}
    return bool(decision.actors or decision.interventions or decision.information) or states != {"withheld"}


def scope_points(*, full: bool) -> Iterator[Facts]:
    """Every answer to the scope's facts, each exclusion clarified or not (in short: none, one, or all of them)."""
    exclusions = list(SCOPE)[1:]
    sets = [names for names in clarified(exclusions) if full or len(names) in (0, 1, len(exclusions))]
    for known in points(SCOPE):
        yield from (with_clarified(known, names) for names in sets)


def _raising(pathway: Pathway, alarm: Alarm) -> Facts:
    """Signs that raise this alarm, the first that do."""
    spaces = {name: options(pathway, name)[1:] for name in alarm.rule.facts}
    return next(known for known in points(spaces) if truth(alarm.rule.criterion, known, DAY) is TRUE)


def scope_space(pathway: Pathway, *, full: bool) -> Iterator[Facts]:
    """Scope and exclusions, beside no alarm sign; in full beside each alarm, and beside blank signs."""
    besides: list[Facts] = [NO_ALARM_SIGNS]
    if full:
        signs = [a for a in pathway.alarms.values() if not set(a.rule.facts) & set(pathway.exclusions)]
        besides += [{}, *(NO_ALARM_SIGNS | _raising(pathway, alarm) for alarm in signs)]
    for beside in besides:
        yield from (COURSE | beside | known for known in scope_points(full=full))


def island_space(pathway: Pathway) -> Iterator[Facts]:
    """Each island to its end, in each of the four scopes; the other signs are absent."""
    for island in islands(pathway):
        for base in STANDPOINTS:
            rest = {name: value for name, value in base.items() if name not in island}
            yield from (COURSE | rest | known for known in island_points(pathway, island))


def together(pathway: Pathway) -> Iterator[Facts]:
    """All islands at once: each blank, without its signs, or with signs of each urgency that it can raise."""
    stands = []
    for island in islands(pathway):
        absent = {name: pathway.facts[name].absent for name in island}
        raised = {
            alarm.urgency.id: absent | _raising(pathway, alarm)
            for alarm in pathway.alarms.values()
            if set(alarm.rule.facts) <= set(island)
        }
        stands.append(({}, absent, *raised.values()))
    scope = {name: value for name, value in STANDPOINTS[0].items() if name in SCOPE}
    for chosen in product(*stands):
        yield {**COURSE, **scope, **dict(chain.from_iterable(part.items() for part in chosen))}


def _walk(pathway: Pathway, space: Iterator[Facts], *, columns: bool, oracle: Oracle | None = None) -> Oracle:
    oracle, many = oracle or Oracle(pathway), ManyDecisions(pathway)
    while chunk := list(islice(space, CHUNK)):
        rows = decided_rows(pathway, table_of(pathway, [(f, DAY) for f in chunk])) if columns else [None] * len(chunk)
        for facts, row in zip(chunk, rows, strict=True):
            decision = many.decide(facts, DAY)
            oracle.judge(facts, decision)
            oracle.by_columns += row is not None
            if row is not None and from_row(pathway, row) != from_decision(decision):
                oracle.otherwise.append(facts)
    return oracle


def _write(pathway: Pathway, oracle: Oracle, *, full: bool) -> None:
    matters = len(support(pathway))
    write_figures(
        "input-space",
        promise="T14",
        says="every answer, blank and clarification of the facts that exclusion and alarms read",
        test="tests/trust/decisions/test_input_space.py::test_nobody_excluded_has_a_plan_and_no_blank_hides_an_alarm",
        counts={"facts that can matter": matters, "facts that cannot": len(pathway.facts) - matters, **oracle.counts},
        full=full,
    )


def test_nobody_excluded_has_a_plan_and_no_blank_hides_an_alarm(pathway: Pathway) -> None:
    oracle = _walk(pathway, chain(scope_space(pathway, full=False), island_space(pathway)), columns=False)
    _write(pathway, oracle, full=False)
    oracle.assert_all_is_well()


@pytest.mark.long
def test_nobody_excluded_has_a_plan_and_no_blank_hides_an_alarm_in_the_whole_space(pathway: Pathway) -> None:
    oracle = _walk(pathway, chain(scope_space(pathway, full=True), island_space(pathway)), columns=True)
    _walk(pathway, together(pathway), columns=False, oracle=oracle)
    _write(pathway, oracle, full=True)
    oracle.assert_all_is_well()


def test_the_islands_hold_every_sign_once(pathway: Pathway) -> None:
    names = [name for island in islands(pathway) for name in island]
    assert sorted((*names, *pathway.exclusions)) == sorted(pathway.alarm_facts)
    for alarm in pathway.alarms.values():
        signs = set(alarm.rule.facts) - set(pathway.exclusions)
        assert sum(bool(signs & set(island)) for island in islands(pathway)) <= 1, alarm.id


@pytest.mark.parametrize("planted", ["plan", "scope", "alarm", "question"])
def test_the_oracle_finds_a_planted_fault(planted: str, pathway: Pathway) -> None:
    from dataclasses import replace

    facts = COURSE | STANDPOINTS[2]
    decision = ManyDecisions(pathway).decide(facts, DAY)
    wrong = {
        "plan": replace(decision, actors=("general_practitioner",)),
        "scope": replace(decision, scope="inside"),
        "alarm": replace(decision, alarms=[], urgency="none"),
        "question": replace(decision, alarm_signs_not_asked=("saddle_numbness",)),
    }
    oracle = Oracle(pathway)
    oracle.judge(facts, wrong[planted])
    with pytest.raises(AssertionError):
        oracle.assert_all_is_well()


def _others(pathway: Pathway, base: Facts) -> Iterator[Facts]:
    """The citizen with each fact that should not matter unknown, and with each value of it."""
    for name, fact in pathway.facts.items():
        if name in support(pathway):
            continue
        yield {key: value for key, value in base.items() if key != name}
        values: Iterable[Any] = fact.values
        if fact.kind in ("number", "scores"):
            values = (fact.minimum, fact.maximum)
        if fact.kind == "date":
            values = ("1950-01-01", AS_OF, {"earliest": "2025-06-01", "latest": AS_OF})
        yield from ({**base, name: [value] if fact.kind == "several" else value} for value in values)


def _nothing_else_matters(pathway: Pathway, bases: Iterable[Facts]) -> int:
    many, tried = ManyDecisions(pathway), 0
    for base in bases:
        scope = many.decide(base, DAY)
        for other in _others(pathway, base):
            tried += 1
            found = many.decide(other, DAY)
            same = ("scope", "urgency", "alarms", "exclusions", "alarm_signs_not_asked")
            assert all(getattr(found, name) == getattr(scope, name) for name in same), other
            assert found.scope in ("inside", "ask") or not _has_a_plan(found), other
    return tried


def test_no_other_fact_matters_for_the_four_scopes(pathway: Pathway) -> None:
    assert _nothing_else_matters(pathway, [COURSE | base for base in STANDPOINTS]) > 200


@pytest.mark.long
def test_no_other_fact_matters_for_any_scope(pathway: Pathway) -> None:
    assert _nothing_else_matters(pathway, scope_space(pathway, full=False)) > 100_000


def test_safety_reads_the_facts_that_can_matter_and_no_other(pathway: Pathway) -> None:
    class Noting(dict[str, Any]):
        """Facts that note which of them are looked at."""

        def get(self, name: str, default: Any = None) -> Any:
            looked_at.add(name)
            return super().get(name, default)

        def __contains__(self, name: object) -> bool:
            looked_at.add(str(name))
            return super().__contains__(name)

    looked_at: set[str] = set()
    for base in STANDPOINTS:
        assess_safety(pathway, Noting(base), DAY)
    assert looked_at == set(support(pathway))
