"""The exported plans, applied to citizens: what the reference decides is proposed, and what is unknown is asked."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision
from rygrad.decision.facts import read_facts
from rygrad.decision.reference import truth
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN, either, opposite
from rygrad.fhir.artefacts.cql import RULES, conditions, libraries
from rygrad.fhir.artefacts.plans import plans
from rygrad.pathway.cases import Case
from rygrad.pathway.pathway import Pathway
from tests.fhir.artefacts.cql.conclusions import by_reference
from tests.fhir.artefacts.cql.engine import run, said
from tests.fhir.artefacts.plan import Part, actions, applied, asked, codes, expressions

NOBODY: tuple[dict[str, Any], date] = ({}, date(2026, 3, 2))
EVERY = 12
"""The engine runs every twelfth citizen here; test_cql.py runs them all, definition by definition."""


@dataclass(frozen=True)
class Applied:
    """What the reference decides for a citizen, what is found of each definition, and the actions that then apply."""

    decision: Decision
    found: dict[str, Any]
    actions: list[Part]

    @property
    def done(self) -> list[Part]:
        """The actions that do more than ask."""
        return [one for one in self.actions if not one["id"].endswith(".ask")]


@pytest.fixture(scope="module")
def made(pathway: Pathway) -> list[Part]:
    return plans(pathway)


@pytest.fixture(scope="module")
def given(cases: list[Case]) -> list[tuple[dict[str, Any], date]]:
    """Somebody of whom nothing is known, and every case."""
    return [NOBODY, *((dict(case.given), case.as_of) for case in cases)]


@pytest.fixture(scope="module")
def citizens(pathway: Pathway, given: list[tuple[dict[str, Any], date]], made: list[Part]) -> list[Applied]:
    applies = []
    for facts, as_of in given:
        found = by_reference(pathway, facts, as_of) | _two_more(pathway, facts, as_of)
        decision = decide(pathway, facts, as_of, with_reasons=False)
        applies.append(Applied(decision, found, list(applied(made, made[0], found))))
    return applies


def _two_more(pathway: Pathway, facts: dict[str, Any], as_of: date) -> dict[str, Any]:
    """No effect, and outside: the conditions that are rules of the content and no conclusion of the decision."""
    known = read_facts(pathway, facts, as_of)
    ruled_out = [truth(one.outside.criterion, known, as_of) for one in pathway.exclusions.values()]
    outside = either([opposite(truth(pathway.covers.criterion, known, as_of)), *ruled_out])
    found = {"no effect": truth(pathway.no_effect.criterion, known, as_of), "scope is outside": outside}
    answers = {TRUE: True, FALSE: False, UNKNOWN: None}
    return {name: answers[one] for name, one in found.items()} | {
        f"{name} is unknown": one is UNKNOWN for name, one in found.items()
    }


def test_the_plans_propose_what_the_reference_decides(citizens: list[Applied]) -> None:
    for one in citizens:
        decision, done = one.decision, one.done
        group = decision.group if decision.scope in ("inside", "ask") else None
        steps = {"reassessment"} if group and decision.reassessment["state"] in ("due", "overdue") else set()
        efforts = {name for name, state in decision.efforts.items() if state == "open"} if group else set()
        assert codes(done, "alarms") == {a["id"] for a in decision.alarms if not a.get("clarified")}
        assert codes(done, "groups") == ({group} if group else set())
        assert codes(done, "information") == set(decision.information)
        assert codes(done, "interventions") == {*decision.interventions} - {"reassessment"} | steps
        assert codes(done, "efforts") == efforts
        assert codes(done, "entries") == ({"returned_to_gp"} if group and decision.return_to_gp == "due" else set())


def test_while_it_is_open_who_is_covered_that_is_asked(citizens: list[Applied]) -> None:
    for one in citizens:
        asks = "scope.outside.ask" in {action["id"] for action in one.actions}
        assert asks if one.decision.provisional else not asks or one.decision.scope == "hold"


def test_among_them_everything_is_proposed_to_somebody(pathway: Pathway, citizens: list[Applied]) -> None:
    """Equality over citizens to whom nothing is offered would prove nothing."""
    for kind in ("efforts", "information", "interventions"):
        assert {name for one in citizens for name in codes(one.done, kind)} == set(pathway.words[kind])
    assert {name for one in citizens for name in codes(one.done, "groups")} == set(pathway.groups)
    assert any(codes(one.done, "entries") for one in citizens)


def test_a_plan_with_one_condition_exchanged_is_noticed(made: list[Part], citizens: list[Applied]) -> None:
    spoiled = copy.deepcopy(made)
    (scan,) = [a for a in actions(spoiled[3]) if a["id"] == "efforts.imaging"]
    scan["condition"][0]["expression"]["expression"] = "effort back_unit is open"
    offered = [codes(list(applied(spoiled, spoiled[0], one.found)), "efforts") for one in citizens]
    assert offered != [codes(one.actions, "efforts") for one in citizens]


@pytest.mark.long
def test_with_what_the_engines_found_the_same_actions_apply(
    pathway: Pathway, given: list[tuple[dict[str, Any], date]], made: list[Part], citizens: list[Applied]
) -> None:
    ran = run(libraries(pathway), RULES, [(said(pathway, *one), one[1]) for one in given[::EVERY]])
    for one, found in zip(citizens[::EVERY], ran.found, strict=True):
        assert [a["id"] for a in applied(made, made[0], found)] == [a["id"] for a in one.actions]


def test_of_a_citizen_about_whom_nothing_is_known_only_questions_come(
    pathway: Pathway, citizens: list[Applied]
) -> None:
    nobody = citizens[0]
    assert nobody.actions and nobody.done == []
    wanted = {*pathway.covers.facts, *pathway.exclusions, *pathway.alarm_facts}
    assert wanted | {name for group in pathway.groups.values() for name in group.rule.facts} == asked(nobody.actions)


def test_an_action_on_an_unknown_condition_has_the_one_that_asks_beside_it(
    pathway: Pathway, made: list[Part], citizens: list[Applied]
) -> None:
    """An engine drops the first on null; the other asks for exactly the facts that decide."""
    facts = {one.definition: set(one.facts) for one in conditions(pathway).values()}
    met = 0
    for siblings in _lists(made):
        for name in {name for action in siblings for name in expressions(action) if name in facts}:
            beside = [one for one in siblings if expressions(one) == [f"{name} is unknown"]]
            assert len(beside) == 1 and asked(beside) == facts[name] != set(), name
            unknown = [one for one in citizens if one.found[name] is None]
            assert all(one.found[f"{name} is unknown"] is True for one in unknown), name
            met += len(unknown)
    assert met > 1000


def _lists(plans: list[Part]) -> list[list[Part]]:
    """Every list of actions that stand beside each other."""
    found = [one["action"] for one in plans]
    for listed in found:
        found.extend(action["action"] for action in listed if "action" in action)
    return found
