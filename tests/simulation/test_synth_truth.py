"""The synthetic region's known truth: every planted rate is found again by the indicators, and a change by its chart."""

import json
from dataclasses import asdict
from datetime import date
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from rygrad.decision.regiontable import course_columns
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.quality.counting import Count, count
from rygrad.quality.indicators import Row, published
from rygrad.quality.limits import signals, with_limits
from rygrad.quality.read import load_indicators
from rygrad.simulation.places import MUNICIPALITIES
from rygrad.simulation.synth import Wanted, write
from rygrad.simulation.synthdice import day_number
from rygrad.simulation.synthrates import ELSEWHERE, PLANTED, Change, Rates, read_change
from rygrad.simulation.synthsize import Dirt

# Ibis itself still asks DuckDB in the old way.
pytestmark = pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")

COURSES = 80_000
FALLS = Change("Q2", "0259", date(2026, 3, 1), -0.2)
RISES = Change("Q15", None, date(2026, 1, 1), 0.1)


@pytest.fixture(scope="module")
def region(pathway: Pathway, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synth") / "region"
    write(pathway, Wanted(COURSES, seed=7), folder, part=30_000)
    return folder


@pytest.fixture(scope="module")
def changed(pathway: Pathway, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synth") / "changed"
    write(pathway, Wanted(COURSES, seed=7, changes=(FALLS, RISES)), folder)
    return folder


@pytest.fixture(scope="module")
def counts(region: Path) -> list[Count]:
    return count(load_indicators(), region)


@pytest.fixture(scope="module")
def changed_counts(changed: Path) -> list[Count]:
    return count(load_indicators(), changed)


def standard_errors(one: Count, expected: float) -> float:
    n = one.yes + one.no
    return (one.yes / n - expected) / sqrt(expected * (1 - expected) / n)


def whole(counts: list[Count], indicator: str, level: str) -> dict[str, Count]:
    found = (c for c in counts if (c.indicator, c.level, c.month) == (indicator, level, None))
    return {c.unit: c for c in found if c.unit}


@pytest.mark.long
@pytest.mark.parametrize("indicator", PLANTED)
def test_the_planted_rate_is_found_again(counts: list[Count], region: Path, pathway: Pathway, indicator: str) -> None:
    if indicator == "Q13" and "opioids_over_12_weeks" not in {c.name for c in course_columns(pathway)}:
        pytest.skip("the region's tables do not describe opioids_over_12_weeks")
    truth = json.loads((region / "truth.json").read_text())["indicators"][indicator]
    (everybody,) = whole(counts, indicator, "region").values()
    assert abs(standard_errors(everybody, truth["expected_in_the_region"])) < 3.5
    by_municipality = whole(counts, indicator, "municipality")
    assert set(by_municipality) == {code for _, code in MUNICIPALITIES}
    far = {}
    for code, one in by_municipality.items():
        expected = truth["elsewhere"].get(code, truth)["expected"]
        far[code] = standard_errors(one, expected)
    assert max(map(abs, far.values())) < 4, far
    assert sum(z * z for z in far.values()) < 40, "chi-squared of 17: 1 in 1,000"


@pytest.mark.long
def test_the_truth_names_every_indicator_and_what_was_planted_elsewhere(changed: Path) -> None:
    truth = json.loads((changed / "truth.json").read_text())
    assert list(truth["indicators"]) == list(load_indicators().all)
    assert truth["changes"] == ["Q2:0259:2026-03:-0.2", "Q15:*:2026-01:+0.1"]
    assert truth["indicators"]["Q2"]["changes"] == [{"municipality": "0259", "from": "2026-03", "by": -0.2, "expected_by": -0.2}]  # fmt: skip
    assert truth["indicators"]["Q2"]["elsewhere"]["0360"] == {"planted": 0.48, "expected": 0.48}
    assert truth["indicators"]["Q3"]["expected"] == round(0.74 * 0.97, 6)
    assert (truth["courses"], truth["known_until"], truth["settled_until"]) == (COURSES, "2026-10-31", "2026-10-10")


@pytest.mark.long
def test_the_indicators_limits_are_those_that_were_planted_for() -> None:
    defined = load_indicators()
    limits = {name: setting.number for name, setting in defined.settings.items()}
    assert (limits["return_days"], limits["early_imaging_days"], limits["quiet_days"]) == (7, 28, 90)
    assert (limits["answer_days"], limits["adequate_visits"], limits["several_groups"]) == (28, 5, 2)
    months = {name: indicator.month_of for name, indicator in defined.all.items()}
    assert {name: month_of for name, (_, month_of, _) in PLANTED.items()} == months


def charts(counts: list[Count], indicator: str) -> dict[str, list[Row]]:
    """The control chart of each municipality and of the region, with nothing hidden."""
    chosen = [c for c in counts if c.indicator == indicator and c.level in ("region", "municipality")]
    shown = with_limits(published(load_indicators().all[indicator], chosen, small=1))
    return {unit: [row for row in shown if row.unit == unit and row.month] for unit in {row.unit for row in shown}}


@pytest.mark.long
def test_a_control_chart_sees_the_planted_change_and_none_where_none_was(
    counts: list[Count], changed_counts: list[Count]
) -> None:
    before, after = charts(counts, "Q2"), charts(changed_counts, "Q2")
    assert signals(before["0259"]).state == "steady"
    found = signals(after["0259"])
    assert found.state in ("beyond_below", "run_below") and found.month and found.month >= FALLS.month
    others = [code for _, code in MUNICIPALITIES if code != "0259"]
    assert all(after[code] == before[code] for code in others)
    assert sum(signals(before[code]).state != "steady" for code in others) < 6, "chance alone gives a few"
    assert signals(charts(counts, "Q15")["DK-85"]).state == "steady"
    assert signals(charts(changed_counts, "Q15")["DK-85"]).state in ("beyond_above", "run_above")


@pytest.mark.long
def test_a_planted_change_has_its_size_in_its_place_from_its_month_on(
    counts: list[Count], changed_counts: list[Count]
) -> None:
    def rate(found: list[Count], unit: str, late: bool) -> tuple[int, int]:
        months = [c for c in found if (c.indicator, c.level, c.unit) == ("Q2", "municipality", unit) and c.month]
        held = [c for c in months if c.month and (c.month >= FALLS.month) == late]
        return sum(c.yes for c in held), sum(c.yes + c.no for c in held)

    assert rate(changed_counts, "0259", late=False) == rate(counts, "0259", late=False)
    assert rate(changed_counts, "0370", late=True) == rate(counts, "0370", late=True)
    yes, n = rate(changed_counts, "0259", late=True)
    assert abs(yes / n - (PLANTED["Q2"][0] + FALLS.by)) < 4 * sqrt(0.24 / n)


@pytest.mark.long
def test_a_rate_stays_a_rate() -> None:
    here, day = np.array([0]), np.array([day_number(date(2026, 6, 1))], dtype=np.int32)
    assert Rates((Change("Q5", None, date(2026, 1, 1), -0.9),)).of("Q5", here, day)[0] == 0.01
    assert Rates((Change("Q5", None, date(2026, 7, 1), -0.9),)).of("Q5", here, day)[0] == PLANTED["Q5"][0]


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    ["", "Q2", "Q16:0259:2026-03:-0.2", "Q2:0101:2026-03:-0.2", "Q2:0259:2026-13:-0.2", "Q2:0259:2026-00:0.1", "Q2:0259:0000-01:0.1", "Q2:0259:2026-03:-1", "Q2:0259:2026-03:nan", "Q2:0259:2026-03:0.1\n"],
)  # fmt: skip
def test_what_is_no_change_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(RygradError) as refused:
        read_change(text)
    assert "--change Q2:0259:2026-03:-0.2" in refused.value.text("da")


@pytest.mark.long
def test_a_change_is_read_as_it_is_written() -> None:
    assert read_change("Q2:0259:2026-03:-0.2") == FALLS
    assert read_change(RISES.text) == RISES


@pytest.mark.long
def test_the_documentation_says_the_rates_that_are_planted_and_how_dirty_it_is() -> None:
    text = (Path(__file__).parents[2] / "docs/reference/synthetic-region.md").read_text("utf-8")
    towns = {code: town for town, code in MUNICIPALITIES}
    rows = {line.split()[1]: [cell.strip() for cell in line.split("|")[2:5]] for line in text.splitlines() if line.startswith("| Q")}  # fmt: skip
    assert rows == {
        name: [
            f"{planted:g}",
            ", ".join(f"{towns[code]} {rate:g}" for (of, code), rate in ELSEWHERE.items() if of == name),
            f"`{month_of}`",
        ]
        for name, (planted, month_of, _) in PLANTED.items()
    }
    for option, rate in asdict(Dirt()).items():
        assert f"| `--{option.replace('_', '-')}` | {rate:g} |" in text
