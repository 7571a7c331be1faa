"""The tables of the logic hold on the reference evaluator, and unknown cannot be mistaken for an answer."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from rygrad.decision.facts import read_facts
from rygrad.decision.reference import next_facts, open_leaves, truth
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN, Truth, both, either, opposite, truth_of
from rygrad.pathway.criteria import as_data, facts_of, parse
from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Pathway
from tests.spec.truth_tables import TABLES, Table

AS_OF = date(2026, 3, 2)
SIGN = {TRUE: "T", FALSE: "F", UNKNOWN: "–"}


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.word)
def test_every_row_of_the_table_holds(table: Table, pathway: Pathway) -> None:
    for facts, expected in table.rows:
        assert SIGN[truth(table.criterion, read_facts(pathway, facts, AS_OF), AS_OF)] == expected, facts


def test_an_unknown_in_an_if_raises_and_says_what_to_write() -> None:
    with pytest.raises(TypeError, match="is not FALSE"):
        bool(UNKNOWN)
    assert TRUE
    assert not FALSE


def test_three_values_agree_with_every_way_of_filling_in_the_unknowns() -> None:
    """Kleene: a result is known exactly when all fill-ins of the unknowns agree."""
    for truths in product((TRUE, FALSE, UNKNOWN), repeat=3):
        choices = list(product(*[[t is TRUE] if t is not UNKNOWN else [True, False] for t in truths]))
        for combined, plain in ((both(truths), all), (either(truths), any)):
            found = {plain(choice) for choice in choices}
            assert combined is (truth_of(found.pop()) if len(found) == 1 else UNKNOWN)


@pytest.mark.parametrize(("given", "expected"), [(True, TRUE), (False, FALSE), (None, UNKNOWN)])
def test_an_answer_or_its_absence_becomes_a_truth(given: bool | None, expected: Truth) -> None:
    assert truth_of(given) is expected
    assert opposite(opposite(truth_of(given))) is expected


def test_what_keeps_a_rule_open_is_named(pathway: Pathway) -> None:
    rule = parse(
        {
            "all": [
                {"not": {"is": {"sick_leave": "yes"}}},
                {"any": [{"is": {"comorbidity": "yes"}}, {"known": "onset_on"}]},
            ]
        },
        "t",
    )
    facts: dict[str, Any] = {}
    assert [facts_of(leaf) for leaf in open_leaves(rule, facts, AS_OF)] == [("sick_leave",), ("comorbidity",)]
    assert next_facts(rule, facts, AS_OF) == ["sick_leave"]
    facts = {"sick_leave": "no"}
    assert next_facts(rule, facts, AS_OF) == ["comorbidity"]
    facts = {"sick_leave": "yes"}
    assert next_facts(rule, facts, AS_OF) == []
    assert open_leaves(rule, facts, AS_OF) == []
    assert next_facts(parse({"day_window": {"after": ["first_treatment_on"], "days": "1-2"}}, "t"), {}, AS_OF) == [
        "first_treatment_on"
    ]


@pytest.mark.parametrize(
    "node",
    [
        "is", {}, {"is": 1}, {"is": {"a": 1, "b": 2}}, {"sometimes": []}, {"all": []}, {"any": {}}, {"is": {"a": "b"}, "not": {}},
        {"day_window": {"after": ["a"]}}, {"day_window": {"after": ["a"], "days": "9-2"}},
    ],
)  # fmt: skip
def test_a_rule_outside_the_closed_vocabulary_is_refused(node: Any) -> None:
    with pytest.raises(ContentError):
        parse(node, "here")


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.word)
def test_a_rule_is_shown_as_it_stands_in_the_content(table: Table) -> None:
    assert parse(as_data(table.criterion), "again") == table.criterion
