"""`rygrad synth`."""

import json
from pathlib import Path

import duckdb
import pytest

from rygrad.pathway.pathway import Pathway
from rygrad.simulation.synth import Wanted, write
from tests.interfaces.command import rygrad

TABLES = {"courses", "referrals", "months", "units.parquet", "truth.json"}


def courses(folder: Path) -> int:
    (found,) = duckdb.sql(f"SELECT count(*) FROM read_parquet('{folder}/courses/*.parquet')").fetchall()  # noqa: S608
    return int(found[0])


def test_it_writes_the_tables_and_the_truth_in_both_languages(tmp_path: Path) -> None:
    for language, says, progress in (("da", "Alle er opfundne", "forløb"), ("en", "All are invented", "courses")):
        out = tmp_path / language
        done = rygrad("synth", out, "--courses", "500", "--seed", "3", "--lang", language)
        assert (done.code, done.err) == (0, f"{progress}: 500/500\n")
        assert says in done.out and done.out.startswith(f"{out}: 500 ")
        assert {one.name for one in out.iterdir()} == TABLES
        assert courses(out) == 500


@pytest.mark.long
def test_another_process_writes_the_same_bytes(tmp_path: Path, pathway: Pathway) -> None:
    assert rygrad("synth", tmp_path / "theirs", "--courses", "400", "--seed", "5").code == 0
    write(pathway, Wanted(400, seed=5), tmp_path / "ours")
    made = {p.relative_to(tmp_path / "ours"): p.read_bytes() for p in (tmp_path / "ours").rglob("*") if p.is_file()}
    assert made == {
        p.relative_to(tmp_path / "theirs"): p.read_bytes() for p in (tmp_path / "theirs").rglob("*") if p.is_file()
    }


@pytest.mark.long
def test_it_takes_changes_shares_and_the_day(tmp_path: Path) -> None:
    out = tmp_path / "out"
    chosen = ("--change", "Q2:0259:2025-03:-0.2", "--change", "Q5:*:2025-01:0.05", "--missing", "0", "--late", "0.1")
    done = rygrad("synth", out, "--courses", "300", "--as-of", "2025-12-31", *chosen, "--lost-letters", "0", "--duplicates", "0")  # fmt: skip
    assert done.code == 0
    truth = json.loads((out / "truth.json").read_text())
    assert truth["known_until"] == "2025-12-31"
    assert truth["changes"] == ["Q2:0259:2025-03:-0.2", "Q5:*:2025-01:+0.05"]
    assert truth["dirt"] == {"missing": 0.0, "late": 0.1, "lost_letters": 0.0, "duplicates": 0.0}


@pytest.mark.long
def test_it_writes_nothing_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "dagbog.txt").write_text("min")
    for language, says in (("da", "Vælg en ny mappe"), ("en", "Choose a new folder")):
        done = rygrad("synth", tmp_path, "--courses", "10", "--lang", language)
        assert (done.code, done.out) == (2, "") and says in done.err
    assert [one.name for one in tmp_path.iterdir()] == ["dagbog.txt"]
    out = tmp_path / "out"
    assert rygrad("synth", out, "--courses", "10").code == 0
    assert rygrad("synth", out, "--courses", "20").code == 2, "not even over an earlier one"
    assert courses(out) == 10


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--courses", "10"), "Name a new folder"),
        (("OUT", "--courses", "0"), "Invalid value for '--courses'"),
        (("OUT", "--missing", "0.6"), "Invalid value for '--missing'"),
        (("OUT", "--as-of", "1850-01-01"), "the day lies in 2000–2100"),
        (("OUT", "--change", "Q99:0259:2026-03:0.1"), "the indicator is Q1–Q15"),
        (("OUT", "--change", "Q2:0101:2026-03:0.1"), "0259 Køge"),
        (("OUT", "--journals"), "rygrad record export-columns"),
        (("--journals", "--change", "Q2:0259:2026-03:0.1"), "rygrad record export-columns"),
        (("--journals", "--courses", "100001"), "leave out --journals"),
    ],
)
@pytest.mark.long
def test_what_it_cannot_do_is_said_with_what_to_do_instead(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = rygrad("synth", *arguments, "--lang", "en", cwd=tmp_path, COLUMNS="200")
    assert done.code == 2
    assert says in " ".join(done.err.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_it_makes_full_journals_that_the_record_can_verify(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/region.sqlite3"
    made = rygrad("synth", "--journals", "--courses", "30", "--seed", "2", "--database", database, "--lang", "en")
    assert made.code == 0 and made.out.startswith("30 journals, ") and "All are invented" in made.out
    assert rygrad("record", "verify", "--database", database).code == 0
    again = rygrad("synth", "--journals", "--courses", "30", "--database", database, "--lang", "en")
    assert (again.code, again.out) == (2, "") and "Choose a new --database" in again.err
