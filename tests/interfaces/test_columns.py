"""`rygrad record export-columns`, as an operator would run it."""

import re
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.interfaces.command import rygrad


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo region's record, once."""
    shown = rygrad(
        "demo", "--lists", "--courses", "40", "--as-of", "2026-11-24", TMPDIR=str(tmp_path_factory.mktemp("demo"))
    )
    found = re.search(r"--database sqlite:///(\S+)", shown.out)
    assert found, shown.err
    return Path(found[1])


def test_it_writes_four_tables_and_says_what_they_are(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = rygrad("record", "export-columns", out, "--until", "2026-11-24", "--database", f"sqlite:///{database}")
    assert ran.code == 0, ran.err
    assert ran.err == "", "progress is for a terminal"
    assert sorted(file.name for file in out.iterdir()) == [
        "courses.parquet",
        "months.parquet",
        "referrals.parquet",
        "units.parquet",
    ]
    rows = {file.stem: pq.read_metadata(file).num_rows for file in out.iterdir()}
    assert rows["courses"] == 40
    assert (
        f"40 forløb, {rows['referrals']} henvisninger, {rows['months']} måneder og {rows['units']} enheder" in ran.out
    )
    assert "Pseudonyme, ikke anonyme" in ran.out
    assert out.stat().st_mode & 0o777 == 0o700


@pytest.mark.long
def test_it_leaves_one_line_in_the_log_of_changes_and_none_in_a_citizens(database: Path, tmp_path: Path) -> None:
    count = "SELECT count(*) FROM record_change WHERE what = 'columns_exported'", "SELECT count(*) FROM record_look"
    with sqlite3.connect(database) as connection:
        before = [connection.execute(one).fetchone()[0] for one in count]
        ran = rygrad("record", "export-columns", tmp_path / "out", "--database", f"sqlite:///{database}")
        after = [connection.execute(one).fetchone()[0] for one in count]
    connection.close()
    assert ran.code == 0, ran.err
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 0]


@pytest.mark.long
def test_it_never_writes_over_something(database: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("hej")
    ran = rygrad("record", "export-columns", tmp_path, "--database", f"sqlite:///{database}", "--lang", "en")
    assert (ran.code, "the folder is there already" in ran.err) == (2, True)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("until", "said"),
    [("2026-02-30", "mulig dato"), ("i går", "Skriv den som 2026-11-30"), ("2199-01-01", "ligger i fremtiden")],
)
def test_it_says_what_is_wrong_with_a_day(until: str, said: str, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = rygrad("record", "export-columns", out, "--until", until, "--database", f"sqlite:///{database}")
    assert (ran.code, said in ran.err, out.exists()) == (2, True, False), ran.err


@pytest.mark.long
def test_it_needs_a_record(tmp_path: Path) -> None:
    ran = rygrad("record", "export-columns", tmp_path / "out", "--database", f"sqlite:///{tmp_path}/none.sqlite3")
    assert (ran.code, "rygrad record create" in ran.err) == (2, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_it_says_what_to_install_when_pyarrow_is_missing(database: Path, tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "pyarrow.py").write_text("raise ImportError('hidden')")
    out = tmp_path / "out"
    ran = rygrad(
        "record", "export-columns", out, "--database", f"sqlite:///{database}", PYTHONPATH=str(tmp_path / "hidden")
    )
    assert (ran.code, "pip install 'rygrad[region]'" in ran.err, out.exists()) == (2, True, False), ran.err
