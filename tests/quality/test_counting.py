"""One expression over a whole table counts as the slow evaluator does, row by row."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rygrad.pathway.errors import RygradError
from rygrad.quality.counting import PARENTS, Count, Period, count, missing_columns
from rygrad.quality.definitions import LEVELS, Indicators
from rygrad.quality.rows import KINDS, status
from tests.quality.invented import rows_at_random, write_region, write_table

pytestmark = pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")

Tables = dict[str, list[dict[str, Any]]]


def by_hand(definitions: Indicators, tables: Tables) -> dict[tuple[Any, ...], dict[str, int]]:
    """What ``count`` should find, by the slow evaluator."""
    found: dict[tuple[Any, ...], Counter[str]] = {}
    for indicator in definitions.all.values():
        for row in tables[indicator.table]:
            kind = status(definitions, indicator, row)
            for level in LEVELS if kind else ():
                parent = row[PARENTS[level]] if level in PARENTS else None
                for month in (row[indicator.month_of].replace(day=1), None):
                    found.setdefault((indicator.id, level, parent, row[level], month), Counter())[str(kind)] += 1
    return {key: {kind: numbers[kind] for kind in KINDS} for key, numbers in found.items()}


def counted(found: list[Count]) -> dict[tuple[Any, ...], dict[str, int]]:
    made = {tuple(one[:5]): dict(zip(KINDS, one[5:], strict=True)) for one in found}
    assert len(made) == len(found), "each group once"
    return made


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 300), st.floats(0, 0.6))
def test_it_counts_as_the_slow_evaluator_does(
    definitions: Indicators, tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int, unknown: float
) -> None:
    folder = tmp_path_factory.mktemp("region")
    tables = {table: rows_at_random(definitions, table, rows, seed, unknown) for table in ("courses", "referrals")}
    for table, made in tables.items():
        write_table(definitions, folder, table, made)
    assert counted(count(definitions, folder)) == by_hand(definitions, tables)


def test_random_rows_reach_every_indicator_and_every_kind(definitions: Indicators) -> None:
    """Otherwise equality would prove little."""
    tables = {table: rows_at_random(definitions, table, 3000, 1) for table in ("courses", "referrals")}
    for indicator in definitions.all.values():
        kinds = {status(definitions, indicator, row) for row in tables[indicator.table]}
        assert {None, "yes", "no"} <= kinds, indicator.id
        assert ("excluded" in kinds) == (indicator.excluded is not None), indicator.id


@pytest.mark.long
def test_parts_in_folders_count_as_one_file(definitions: Indicators, tmp_path: Path) -> None:
    write_region(definitions, tmp_path / "one", 300)
    for table in ("courses", "referrals"):
        whole = pq.read_table(tmp_path / "one" / f"{table}.parquet")
        for n, part in enumerate((whole.slice(0, 70), whole.slice(70))):
            path = tmp_path / "parts" / table / f"year=202{n}" / "part-0001.parquet"
            path.parent.mkdir(parents=True)
            pq.write_table(part, path)
    assert counted(count(definitions, tmp_path / "one")) == counted(count(definitions, tmp_path / "parts"))


def test_a_column_that_is_not_there_is_unknown_for_everybody_and_named(definitions: Indicators, tmp_path: Path) -> None:
    write_region(definitions, tmp_path, 200)
    path = tmp_path / "courses.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["safety_asked_first"]), path)
    assert missing_columns(definitions, tmp_path) == {"courses": ["safety_asked_first"]}
    found = [one for one in count(definitions, tmp_path) if one.indicator == "Q1"]
    assert found and all(one.yes == one.no == 0 < one.unknown for one in found)


def test_a_period_is_whole_months_of_each_indicators_own_day(definitions: Indicators, tmp_path: Path) -> None:
    tables = write_region(definitions, tmp_path, 300)
    first, last = date(2026, 4, 1), date(2026, 5, 1)
    found = count(definitions, tmp_path, Period(first, last))
    assert {one.month for one in found} == {first, last, None}
    whole = sum(sum(one[5:]) for one in found if (one.indicator, one.level, one.month) == ("Q1", "region", None))
    assert whole == sum(row["opened_on"] is not None and row["opened_on"].month in (4, 5) for row in tables["courses"])
    assert {one.month for one in count(definitions, tmp_path, Period(first=last)) if one.month} == {
        last,
        *(date(2026, m, 1) for m in (6, 7, 8)),
    }


def test_a_folder_without_the_table_says_how_one_is_made(definitions: Indicators, tmp_path: Path) -> None:
    with pytest.raises(RygradError) as refused:
        count(definitions, tmp_path)
    assert "rygrad synth" in refused.value.text("en")
