"""Moves from month to month: counted right, and small ones not shown nor to be worked out."""

import random
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rygrad.quality.counting import Period
from rygrad.quality.flow import Flow, Move, flows, published
from tests.quality.attacker import Equation, Name, witness
from tests.quality.invented import write_months

pytestmark = pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")
NOWHERE = ""
M1, M2, M3, M5 = (date(2026, n, 1) for n in (1, 2, 3, 5))


def test_it_counts_who_moved_and_nobody_who_stayed_is_new_or_ended(tmp_path: Path) -> None:
    write_months(
        tmp_path,
        [
            ("stays", "0259", M1, "recurrent", "practice"),
            ("stays", "0259", M2, "recurrent", "practice"),
            ("moves", "0259", M1, None, "practice"),
            ("moves", "0259", M2, "recurrent", "practice"),
            ("moves", "0259", M3, "recurrent", "clinic"),
            ("away a month", "0265", M3, "recurrent", "clinic"),
            ("away a month", "0265", M5, "long_lasting", "clinic"),
        ],
    )
    found = flows(tmp_path, small=1)
    assert Flow(M2, "0259", "group", None, "recurrent", 1) in found
    assert Flow(M3, "0259", "kind", "practice", "clinic", 1) in found
    assert Flow(None, None, "group", None, "recurrent", 1) in found
    assert {(one.by, one.source, one.target) for one in found} == {
        ("group", None, "recurrent"),
        ("kind", "practice", "clinic"),
    }
    assert {one.month for one in flows(tmp_path, small=1, period=Period(M3, M3))} == {M3, None}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 200))
def test_a_hidden_move_stays_ambiguous(seed: int, courses: int) -> None:
    dice = random.Random(seed)
    counted: dict[tuple[str, date], int] = defaultdict(int)
    for _ in range(courses):
        counted[dice.choice(["0259", "0265", "0316", NOWHERE]), dice.choice([M1, M2, M3])] += 1
    found = published(Move(month, place or None, "group", "a", "b", n) for (place, month), n in counted.items())
    values, system = _sums(counted)
    shown = {(one.municipality, one.month) for one in found if one.courses is not None}
    assert all(one.courses == values[one.municipality, one.month] for one in found if one.courses is not None)
    hidden = values.keys() - shown
    for name in hidden:
        assert not 0 < values[name] < 5 or witness(system, values, hidden, name), (name, values)
    assert {name for name, count in values.items() if 0 < count < 5} <= hidden


def _sums(counted: dict[tuple[str, date], int]) -> tuple[dict[Name, int], list[Equation]]:
    """Every count of a place (None: all) in a month (None: the whole period), and how they add up."""
    values: dict[Name, int] = defaultdict(int)
    for (place, month), count in counted.items():
        for name in ((place, month), (place, None), (None, month), (None, None)):
            values[name] += count
    sums: dict[Name, list[tuple[Name, int]]] = defaultdict(list)
    for name in values:
        place, month = name
        sums["places", month].append((name, -1 if place is None else 1))
        sums["months", place].append((name, -1 if month is None else 1))
    return dict(values), [Equation(tuple(terms)) for terms in sums.values()]
