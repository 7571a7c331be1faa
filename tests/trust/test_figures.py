"""The figures of the proofs are what the batteries wrote down, each beside a test that exists."""

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
    assert figures.says and (figures.short or figures.full)
    assert not figures.full or {"on", "machine"} <= set(figures.full)
