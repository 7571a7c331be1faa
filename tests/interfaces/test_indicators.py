"""`rygrad indicators IN OUT`: files, screen and report hold the same numbers; what is wrong is said with a way on."""

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rygrad.pathway.read import content_folder
from rygrad.quality.definitions import Indicators
from rygrad.quality.output import ABOUT, FLOW, TABLE
from rygrad.quality.read import load_indicators
from rygrad.quality.spoken import percent
from tests.interfaces.command import RYGRAD, rygrad
from tests.quality.invented import write_region


@pytest.fixture(scope="module")
def definitions() -> Indicators:
    return load_indicators()


@pytest.fixture(scope="module")
def data(definitions: Indicators, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_region(definitions, folder, 1200)
    return folder


@pytest.fixture(scope="module")
def out(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "new"
    ran = rygrad("indicators", data, folder, "--report", "html", "--format", "csv")
    assert ran.code == 0, ran.err
    (folder.parent / "screen.csv").write_text(ran.out)
    assert "15 indikatorer" in ran.err and "vises ikke" in ran.err
    assert "warning" not in ran.err.lower()
    return folder


def test_screen_file_and_report_hold_the_same_numbers(data: Path, out: Path, tmp_path: Path) -> None:
    rows = pq.read_table(out / TABLE).to_pylist()
    screen = list(csv.DictReader(io.StringIO((out.parent / "screen.csv").read_text())))
    assert [_text(row) for row in rows] == screen
    ran = rygrad("indicators", data, tmp_path / "again", "--format", "json")
    found: list[dict[str, Any]] = json.loads(ran.out)
    assert [{k: str(v) if k == "month" and v else v for k, v in row.items()} for row in rows] == found
    page = (out / "report.html").read_text("utf-8")
    regions = [row for row in rows if row["level"] == "region" and row["rate"] is not None]
    assert len(regions) > 20
    for row in regions:
        shown = '<span class="number">' if row["month"] is None else "<td[^>]*>"
        assert re.search(f"{shown}{percent(row['rate'], 'da')}", page), row


def _text(row: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}


@pytest.mark.long
def test_the_same_tables_give_the_same_bytes_on_the_screen_too(data: Path, out: Path) -> None:
    before = (out / TABLE).read_bytes()
    command = [RYGRAD, "indicators", data, out, "--format", "parquet"]
    ran = subprocess.run(command, capture_output=True, check=True)
    assert ran.stdout == before == (out / TABLE).read_bytes()


def test_the_folder_holds_the_table_the_moves_and_what_they_are(out: Path) -> None:
    assert {TABLE, FLOW, ABOUT} <= {path.name for path in out.iterdir()}
    told = json.loads((out / ABOUT).read_text("utf-8"))
    assert told["known_until"] == "2026-10-31" and told["smallest_count_shown"] == 5
    assert len(told["indicators"]) == 15


def test_no_small_count_is_written_anywhere(out: Path) -> None:
    for row in pq.read_table(out / TABLE).to_pylist():
        for name in ("numerator", "denominator", "known", "unknown", "excluded"):
            assert row[name] is None or row[name] == 0 or row[name] > 4
        assert row["numerator"] is None or row["known"] - row["numerator"] not in (1, 2, 3, 4)


@pytest.mark.long
def test_threshold_period_and_limit_are_chosen(data: Path, tmp_path: Path) -> None:
    ran = rygrad(
        "indicators",
        data,
        tmp_path / "a",
        "--period",
        "2026-04..2026-05",
        "--limit",
        "return_days=30",
        RYGRAD_SMALL="12",
    )
    assert ran.code == 0, ran.err
    told = json.loads((tmp_path / "a" / ABOUT).read_text("utf-8"))
    assert told["smallest_count_shown"] == 12
    assert told["period"] == {"from": "2026-04-01", "to": "2026-05-01"}
    assert {s["id"]: s["number"] for s in told["settings"]}["return_days"] == 30
    rows = pq.read_table(tmp_path / "a" / TABLE).to_pylist()
    assert {row["month"] and row["month"].month for row in rows} == {None, 4, 5}
    assert all(row["numerator"] in (None, 0) or row["numerator"] > 11 for row in rows)


@pytest.mark.long
def test_a_pdf_in_english_of_one_clinic(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    ran = rygrad("indicators", data, tmp_path / "a", "--report", "pdf", "--of", "clinic:clinic-2", "--lang", "en")
    assert ran.code == 0, ran.err
    assert (tmp_path / "a" / "report.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--period", "2026"], "2026-01..2026-06"),
        (["--period", "2026-13..2026-14"], "2026-01..2026-06"),
        (["--period", "2026-05..2026-04"], "2026-01..2026-06"),
        (["--limit", "return_days"], "NAVN=TAL"),
        (["--limit", "reassessed_to=60"], "return_days"),
        (["--small", "0"], "--small"),
        (["--format", "xml"], "--format"),
        (["--report", "html", "--of", "clinic:nowhere"], "ingen tal"),
    ],
)  # fmt: skip
@pytest.mark.long
def test_what_cannot_be_done_is_said_with_what_can(data: Path, tmp_path: Path, options: list[str], told: str) -> None:
    ran = rygrad("indicators", data, tmp_path / "a", *options)
    assert ran.code == 2
    assert told in re.sub(r"\x1b\[[0-9;]*m", "", ran.err)
    assert "Traceback" not in ran.err


@pytest.mark.long
def test_a_folder_that_is_not_there_or_taken_is_said(data: Path, tmp_path: Path) -> None:
    ran = rygrad("indicators", tmp_path / "nowhere", tmp_path / "a")
    assert ran.code == 2 and "rygrad synth" in ran.err and not (tmp_path / "a").exists()
    (tmp_path / "letter.txt").write_text("mine")
    ran = rygrad("indicators", data, tmp_path, "--lang", "en")
    assert ran.code == 2 and "something else is here" in ran.err
    (data / "broken").mkdir()
    (data / "broken" / "courses.parquet").write_bytes(b"no parquet")
    ran = rygrad("indicators", data / "broken", tmp_path / "a", "--lang", "en")
    assert ran.code == 2 and "cannot be read" in ran.err


@pytest.mark.long
def test_a_table_that_lacks_a_column_is_said_once(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "data", ignore=shutil.ignore_patterns("broken"))
    path = tmp_path / "data" / "courses.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["retired", "radiation"]), path)
    ran = rygrad("indicators", tmp_path / "data", tmp_path / "a", "--lang", "en")
    assert ran.code == 0
    assert "courses lacks columns, unknown for everybody: radiation, retired." in ran.err


@pytest.mark.long
def test_the_content_check_reads_the_indicators_too(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(content_folder(), tmp_path / "copy"))
    file = copy / "indicators.yaml"
    file.write_text(file.read_text("utf-8").replace("rule: {known: opened_on}", "rule: {not: {known: alarm}}"), "utf-8")
    ran = rygrad("content", "check", "--pathway", copy, "--lang", "en")
    assert ran.code == 4
    assert "Q1.denominator: the denominator is true when nothing is known" in ran.out
