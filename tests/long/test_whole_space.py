"""All combinations of the scope facts and the course facts: reference and columns, 2.2 million citizens."""

from datetime import date
from itertools import islice
from typing import Any

import pytest

from rygrad.decision.many import ManyDecisions
from rygrad.pathway.pathway import Pathway
from tests.engines.columnar import decided_rows, from_decision, from_row, table_of
from tests.spaces import COURSE, SCOPE, THE_DAY, points

CHUNK = 100_000
SPACE = SCOPE | {name: options for name, options in COURSE.items() if name != "effect_of_chiropractic"}


@pytest.mark.long
def test_every_combination_is_decided_alike_and_nobody_outside_has_a_plan(pathway: Pathway) -> None:
    many, walk, day = ManyDecisions(pathway), points(SPACE), date.fromisoformat(THE_DAY)
    count = 0
    while chunk := list(islice(walk, CHUNK)):
        rows = decided_rows(pathway, table_of(pathway, [(known, day) for known in chunk]))
        for known, row in zip(chunk, rows, strict=True):
            decision = many.decide(known, day)
            assert from_row(pathway, row) == from_decision(decision), known
            _assert_sound(known, decision)
        count += len(chunk)
    assert count == 3 * 4**4 * 4 * 3**3 * 3 * 3 * 3


def _assert_sound(known: dict[str, Any], decision: Any) -> None:
    if decision.scope in ("outside", "hold"):
        assert not (decision.actors or decision.interventions or decision.information), known
        assert set(decision.efforts.values()) == {"withheld"}, known
    if not known:
        assert decision.group is None
