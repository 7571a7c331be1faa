"""The figures of the proofs are what the batteries wrote down, each beside a test that exists."""

import re
from pathlib import Path

import pytest

from docs.trust_page import Figures, batteries

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("figures", batteries(), ids=lambda figures: figures.name)
def test_the_battery_behind_a_figure_exists(figures: Figures) -> None:
    file, name = figures.test.split("::")
    assert f"def {name}(" in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("figures", batteries(), ids=lambda figures: figures.name)
def test_a_figure_names_its_day_and_machine(figures: Figures) -> None:
    assert figures.says
    assert not figures.full or {"on", "machine"} <= set(figures.full)


def test_every_battery_has_its_row_also_before_it_has_run() -> None:
    """A name with a part that is filled in later stands for all its rows, of which there is one at least."""
    there, named = {figures.name for figures in batteries()}, set[str]()
    for file in (ROOT / "tests").rglob("*.py"):
        named |= set(re.findall(r'write_figures\(\s*f?"([^"]+)"', file.read_text("utf-8")))
    assert len(named) > 40
    for name in named:
        pattern = re.sub(r"\\\{.*?\\\}", ".+", re.escape(name))
        assert any(re.fullmatch(pattern, one) for one in there), f"write an empty docs/figures/{name}.json"


@pytest.mark.parametrize("figures", batteries(), ids=lambda figures: figures.name)
def test_a_short_column_is_not_written_by_a_test_of_the_long_battery(figures: Figures) -> None:
    """A long test may be the one that is named; then the short counts come from another call, which says so."""
    file, name = figures.test.split("::")
    text = (ROOT / file).read_text("utf-8")
    is_long = re.search(rf"@pytest\.mark\.long\n(?:@.*\n)*def {name}\(", text)
    assert not (figures.short and is_long) or "full=False" in text
