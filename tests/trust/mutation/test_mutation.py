"""A change of the code of `pathway` and `decision` is caught by a test.

A mutator of our own: mutmut leaves decorated functions and tables at module level out, cosmic-ray writes into the source.
"""

import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.trust.mutation import outcome
from tests.trust.mutation.hunting import ROOT, Hunt, Tried, every_change
from tests.trust.mutation.operators import Changes

HERE = "tests/trust/mutation/test_mutation.py"
SOURCE = """
LIMIT = 3
def over(days, known):
    "A docstring."
    if known and days >= LIMIT:
        return "held back"
    for day in [d for d in days if d]:
        continue
    raise ValueError("a text for people")
"""


def test_each_kind_of_change_is_made_once_and_texts_are_left() -> None:
    made = [change.name for change in Changes(SOURCE, "source.py").all]
    assert len(made) == len(set(made))
    for name in (
        "module: 3 → 4",
        "over: known and days >= LIMIT → known or days >= LIMIT",
        "over: days >= LIMIT → days > LIMIT",
        "over: days >= LIMIT → days < LIMIT",
        "over: continue → break",
        "over: if d → no if",
        "over: raise ValueError('a text for people') → pass",
    ):
        assert name in made, name
    assert not [name for name in made if "XX" in name], "a docstring and texts are for people"


def test_a_change_is_put_in_and_taken_back() -> None:
    changes = Changes(SOURCE, "source.py")
    before = [change.name for change in changes.all]
    for change in changes.all:
        found: dict[str, Any] = {}
        exec(changes.compiled(change), found)  # noqa: S102  (our own source)
        assert found["LIMIT"] == (4 if change.name == "module: 3 → 4" else 3)
    assert [change.name for change in Changes(SOURCE, "source.py").all] == before


def test_every_explained_survivor_is_a_change_that_there_is() -> None:
    there_are = {tried.key for tried in outcome.every()}
    assert set(outcome.explained()) <= there_are


def _truths_hold(found: dict[str, Any]) -> bool:
    """The whole of three-valued logic, by its definition."""
    true, false, unknown = found["TRUE"], found["FALSE"], found["UNKNOWN"]
    order = [false, unknown, true]
    both, either = found["both"], found["either"]
    for parts in (*product(order, repeat=2), *product(order, repeat=3), ()):
        if both(parts) is not min(parts, key=order.index, default=true):
            return False
        if either(parts) is not max(parts, key=order.index, default=false):
            return False
    said = [found["truth_of"](value) for value in (True, False, None)]
    turned = [found["opposite"](one) for one in (true, false, unknown)]
    try:
        bool(unknown)
    except TypeError:
        return said == [true, false, unknown] and turned == [false, true, unknown] and bool(true) and not bool(false)
    return False


def test_the_logic_of_three_values_catches_every_change_of_it() -> None:
    found = {tried.key: _tried_on_the_logic(tried) for tried in every_change("decision/truth")}
    outcome.write(
        found,
        full=False,
        test=f"{HERE}::test_every_change_of_the_code_is_caught",
        says="single changes of the code of `decision` and `pathway`, each until a test fails (short: three-valued logic alone)",
        there_are=len(outcome.every()),
    )
    assert outcome.unexplained(found) == []


def _tried_on_the_logic(tried: Tried) -> str:
    found: dict[str, Any] = {"__name__": "changed"}
    try:
        exec(tried.code, found)  # noqa: S102  (our own source)
        return "survived" if _truths_hold(found) else "killed"
    except Exception:
        return "killed"


@pytest.mark.long
@pytest.mark.alone
def test_every_change_of_the_code_is_caught(tmp_path: Path) -> None:
    out = tmp_path / "outcomes"
    command = [sys.executable, "-m", "tests.trust.mutation.hunting", str(out), *outcome.MODULES]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    changes = outcome.every()
    found = outcome.settled(Hunt(out, outcome.MODULES).outcomes(), changes)
    write_full(found, len(changes))
    assert len(found) == len(changes), "all of them have been tried"
    assert outcome.share_caught(found) >= outcome.ENOUGH
    assert outcome.unexplained(found) == []


def write_full(found: outcome.Outcomes, there_are: int) -> None:
    """The figures of the full run."""
    outcome.write(
        found,
        full=True,
        test=f"{HERE}::test_every_change_of_the_code_is_caught",
        says="single changes of the code of `decision` and `pathway`, each until a test fails (short: three-valued logic alone)",
        there_are=there_are,
    )
