"""All combinations of the scope facts and the course facts: reference and columns, 2.2 million citizens."""

from collections import Counter
from datetime import date
from itertools import islice
from typing import Any

import pytest

from rygrad.decision.many import ManyDecisions
from rygrad.pathway.pathway import Pathway
from tests.engines.columnar import decided_rows, from_decision, from_row, table_of
from tests.figures import write_figures
from tests.spaces import COURSE, SCOPE, THE_DAY, points

CHUNK = 100_000
SPACE = SCOPE | {name: options for name, options in COURSE.items() if name != "effect_of_chiropractic"}


@pytest.mark.long
def test_every_combination_is_decided_alike_and_nobody_outside_has_a_plan(pathway: Pathway) -> None:
    many, walk, day = ManyDecisions(pathway), points(SPACE), date.fromisoformat(THE_DAY)
    counts, wrong = Counter[str](), list[dict[str, Any]]()
    while chunk := list(islice(walk, CHUNK)):
        rows = decided_rows(pathway, table_of(pathway, [(known, day) for known in chunk]))
        for known, row in zip(chunk, rows, strict=True):
            decision = many.decide(known, day)
            differs = from_row(pathway, row) != from_decision(decision)
            unsound = not _is_sound(known, decision)
            counts.update(citizens=1, differs=differs, unsound=unsound, excluded=decision.scope in ("outside", "hold"))
            wrong += [known] if differs or unsound else []
    _write(counts)
    assert wrong[:3] == []
    assert counts["citizens"] == 3 * 4**4 * 4 * 3**3 * 3 * 3 * 3


def _write(counts: Counter[str]) -> None:
    write_figures(
        "whole-space",
        promise="T14",
        says="every combination of the facts of scope and course, by the reference and by columns",
        test="tests/long/test_whole_space.py::test_every_combination_is_decided_alike_and_nobody_outside_has_a_plan",
        counts={
            "citizens": counts["citizens"],
            "excluded or held back": counts["excluded"],
            "of them with a plan": counts["unsound"],
            "decided otherwise by columns": counts["differs"],
        },
        full=True,
    )


def _is_sound(known: dict[str, Any], decision: Any) -> bool:
    if decision.scope in ("outside", "hold"):
        listed = decision.actors or decision.interventions or decision.information
        return not listed and set(decision.efforts.values()) == {"withheld"}
    return bool(known) or decision.group is None
