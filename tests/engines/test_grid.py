"""The same equality over whole grids and over citizens nobody thought of: longer, and apart."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rygrad.pathway.pathway import Pathway
from tests.engines.test_equal import DAY, assert_equal
from tests.properties.citizens import PATHWAY, citizens
from tests.spaces import COURSE, SCOPE, STANDPOINTS, points


@given(st.lists(citizens(), min_size=40, max_size=80))
@settings(max_examples=12, deadline=None)
def test_citizens_nobody_thought_of(some: list[tuple[dict[str, Any], date]]) -> None:
    assert_equal(PATHWAY, some)


def test_the_whole_grid_of_the_course_in_every_scope(pathway: Pathway) -> None:
    assert_equal(pathway, [(base | known, DAY) for base in STANDPOINTS for known in points(COURSE)])


def test_the_whole_grid_of_the_scope(pathway: Pathway) -> None:
    assert_equal(pathway, [(known, DAY) for known in points(SCOPE)])


def test_the_window_agrees_on_every_start_day_of_2020_to_2040(pathway: Pathway) -> None:
    first, last = date(2020, 1, 1), date(2040, 12, 31)
    starts = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, 3)]
    facts = {"onset_on": "2010-01-01", "complex_surroundings": "yes"}
    some = [({**facts, "first_treatment_on": s}, s + timedelta(days=n)) for s in starts for n in (41, 42, 56, 57)]
    assert_equal(pathway, some)
