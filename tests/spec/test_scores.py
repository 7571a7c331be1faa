"""Scores support the verdict on effect: 30 % or the minimal important change, and nothing without a baseline."""

from datetime import date
from typing import Any

import pytest

from rygrad.decision.facts import InvalidFacts, Score, read_facts
from rygrad.decision.scores import changes, judge
from rygrad.pathway.pathway import Pathway

DAY = date(2026, 3, 2)


JUDGED = [
    ("nrs_pain", 7, 5, "improved"), ("nrs_pain", 7, 6, "unchanged"), ("nrs_pain", 3, 2, "improved"),
    ("nrs_pain", 5, 7, "worse"), ("nrs_pain", 5, 5, "unchanged"), ("nrs_pain", 0, 1, "unchanged"), ("nrs_pain", 0, 2, "worse"),
    ("rmdq", 20, 15, "improved"), ("rmdq", 20, 16, "unchanged"), ("rmdq", 10, 7, "improved"), ("rmdq", 10, 15, "worse"),
    ("psfs", 3, 5, "improved"), ("psfs", 7, 5, "worse"), ("psfs", 8, 9, "unchanged"),
    ("nrs_pain", 2, 1.4, "improved"), ("nrs_pain", 2, 1.404, "unchanged"), ("psfs", 2, 2.6, "improved"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after", "expected"), JUDGED)
def test_a_change_counts_from_30_per_cent_or_the_important_change(
    name: str, before: float, after: float, expected: str, pathway: Pathway
) -> None:
    assert judge(pathway.facts[name], Score(before), Score(after)) == expected


def test_forms_with_23_and_24_items_are_compared_in_per_cent(pathway: Pathway) -> None:
    assert judge(pathway.facts["rmdq"], Score(23, items=23), Score(24, items=24)) == "unchanged"
    assert judge(pathway.facts["rmdq"], Score(20, items=24), Score(14, items=23)) == "improved"


def test_both_lengths_of_a_form_are_read(pathway: Pathway) -> None:
    given = [{"value": 20, "items": 24}, {"value": 18, "items": 23}]
    assert read_facts(pathway, {"rmdq": given}, DAY)["rmdq"] == (Score(20, None, 24), Score(18, None, 23))
    with pytest.raises(InvalidFacts, match="items among 23, 24"):
        read_facts(pathway, {"rmdq": {"value": 18, "items": 22}}, DAY)


def test_without_a_baseline_or_for_other_facts_it_cannot_be_judged(pathway: Pathway) -> None:
    assert judge(pathway.facts["nrs_pain"], None, Score(3)) == "cannot_be_judged"
    assert judge(pathway.facts["age_years"], Score(3), Score(3)) == "cannot_be_judged"


def test_the_first_and_the_last_dated_score_are_compared(pathway: Pathway) -> None:
    facts: dict[str, Any] = {
        "nrs_pain": [
            {"value": 4, "on": "2026-02-20"},
            {"value": 8, "on": "2026-01-01"},
            {"value": 1},
            {"value": 9, "on": "2026-02-01"},
        ],
        "rmdq": 12,
        "psfs": [{"value": 4, "on": "2026-02-20"}, {"value": 8, "on": "2026-02-20"}],
    }
    found = changes(pathway, read_facts(pathway, facts, DAY))
    assert changes(pathway, read_facts(pathway, {"age_years": 50}, DAY)) == {}
    assert found == {"nrs_pain": "improved", "rmdq": "cannot_be_judged", "psfs": "cannot_be_judged"}


def test_more_points_than_items_are_refused(pathway: Pathway) -> None:
    with pytest.raises(InvalidFacts, match="points as items"):
        read_facts(pathway, {"rmdq": {"value": 24, "items": 23}}, DAY)
