"""The same expression on Apache Spark: equal to DuckDB row by row. Skipped, and said, where PySpark is not installed."""

import importlib.util
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from rygrad.pathway.cases import Case
from rygrad.pathway.pathway import Pathway
from tests.interfaces.command import rygrad
from tests.quality.regions import as_text, some_citizens, table, write_csv, write_parquet

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="PySpark or Java is not installed: pip install 'rygrad[spark]'",
)
LOCAL = ("--engine", "spark", "--master", "local[2]", "--memory", "2GB")


def assert_equal(one: Path, other: Path, rows: int) -> None:
    """All columns of all rows, whatever their order: nothing is on one side alone."""
    con = duckdb.connect()
    for name, out in (("a", one), ("b", other)):
        con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{out}/**/*.parquet', hive_partitioning=true)")
    assert con.execute("SELECT count(*), count(DISTINCT n) FROM a").fetchone() == (rows, rows)
    columns = [{row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()} for name in "ab"]
    assert columns[0] == columns[1]
    names = ", ".join(f'"{name}"' for name in sorted(columns[0]))
    for first, second in (("a", "b"), ("b", "a")):
        alone = f"SELECT {names} FROM {first} EXCEPT ALL SELECT {names} FROM {second}"  # noqa: S608  (ours)
        assert con.execute(alone).fetchall() == []


def test_a_thousand_citizens_are_decided_alike_from_parquet_and_csv(
    pathway: Pathway, cases: list[Case], tmp_path: Path
) -> None:
    citizens = [(dict(case.given), case.as_of) for case in cases] + some_citizens(pathway, 1_000)
    courses, source = table(pathway, citizens), tmp_path / "in"
    write_parquet(courses.slice(0, 600), source / "municipality=0259" / "odd [1].parquet")
    bad = as_text(pathway, courses.slice(600)).to_pylist()
    bad[0]["paresis_grade"], bad[1]["onset_on"], bad[2]["clarified_alarms"] = "4.5", "2026-02-30", "nothing_known"
    write_csv(courses_of(bad), source / "municipality=0101" / "b.csv")
    for out, options in (("duckdb", ()), ("spark", LOCAL)):
        done = rygrad("population", "run", source, tmp_path / out, *options)
        assert done.code == 3, done.err
    assert_equal(tmp_path / "duckdb", tmp_path / "spark", len(citizens))
    rejects = [tmp_path / out / "_rejects" / "municipality=0101" / "b.csv" for out in ("duckdb", "spark")]
    assert rejects[0].read_bytes() == rejects[1].read_bytes()
    again = rygrad("population", "run", source, tmp_path / "spark", "--lang", "en")
    assert "Finished already: 2 of 2." in again.err, "either engine's parts are as good"


def courses_of(rows: list[dict[str, str | None]]) -> pa.Table:
    """A table of text."""
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in rows[0]]))


@pytest.mark.long
def test_a_million_citizens_are_decided_alike(pathway: Pathway, tmp_path: Path) -> None:
    from benchmarks.citizens import write_courses

    write_courses(pathway, tmp_path / "courses.parquet", 1_000_000)
    numbered = f"SELECT row_number() OVER () AS n, * FROM '{tmp_path}/courses.parquet'"  # noqa: S608  (ours)
    duckdb.sql(f"COPY ({numbered}) TO '{tmp_path}/in.parquet' (FORMAT parquet)")
    for out, options in (("duckdb", ()), ("spark", LOCAL)):
        assert rygrad("population", "run", tmp_path / "in.parquet", tmp_path / out, *options).code == 0
    assert_equal(tmp_path / "duckdb", tmp_path / "spark", 1_000_000)
