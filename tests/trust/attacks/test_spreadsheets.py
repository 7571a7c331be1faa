"""No table that leaves the house holds a formula: whatever was typed, or came in a file, is text in a spreadsheet too."""

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings

import rygrad
from rygrad.cli import differing
from rygrad.pathway.pathway import Pathway
from rygrad.quality.cells import harmless
from rygrad.quality.population_compare import Difference, Move
from rygrad.quality.written import as_csv
from rygrad.record.models import OrganisationName, Person, Professional
from tests.figures import write_figures
from tests.interfaces.command import rygrad as command
from tests.record.cast import Cast
from tests.trust.attacks.cast_walks import house
from tests.trust.attacks.payloads import payloads
from tests.trust.attacks.standing import text_of
from tests.web import invented_region

BEGINS = tuple("=+-@\t\r\n\0＝＋－＠")
FORMULAS = (*(one.text for one in payloads() if one.kind == "formula"), "\t=1+1", "＝1+1", "-1+1", "\r=1+1")
_TEST = "tests/trust/attacks/test_spreadsheets.py::test_a_formula_in_a_name_is_text_in_the_lists_that_are_handed_out"


def cells(text: str, delimiter: str = ";") -> list[str]:
    """Every cell of a table, as a spreadsheet reads it."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return [cell for row in rows for cell in row]


def formulas(found: list[str]) -> list[str]:
    """The cells that a spreadsheet would compute; a plain number is none."""
    return [cell for cell in found if cell.startswith(BEGINS) and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def test_every_module_that_writes_csv_makes_its_cells_harmless() -> None:
    root = Path(rygrad.__file__).parent
    found = {path: path.read_text("utf-8") for path in root.rglob("*.py")}
    writers = {
        path.relative_to(root).as_posix()
        for path, text in found.items()
        if "csv.writer(" in text or "FORMAT csv" in text
    }
    careless = [name for name in writers if "harmless" not in found[root / name]]
    assert len(writers) >= 6
    assert careless == []


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_its_apostrophe_and_a_word_does_not(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert [harmless(one) for one in ("Dina", "1-2", "", "a=1")] == ["Dina", "1-2", "", "a=1"]


def test_a_formula_in_a_name_is_text_in_the_lists_that_are_handed_out(record: Cast) -> None:
    made, tables, bad, kept = house(record), 0, [], 0
    for text in FORMULAS:
        Person.objects.update(name=text)
        OrganisationName.objects.update(name=text)
        Professional.objects.update(name=text)
        for user, at in (("anna", "/liste/csv"), ("bo", "/liste/csv"), ("gustav", "/administration/adgang/log.csv")):
            found = cells(text_of(made.client(user).get(at)))
            tables += 1
            bad += formulas(found)
            kept += found.count(f"'{text}")
    counts: dict[str, int | float | str] = {
        "formulas": len(FORMULAS),
        "tables": tables,
        "cells that would be computed": len(bad),
    }
    says = "formulas as names, in every table that is handed out"
    write_figures("attack-spreadsheets", promise="attacks", says=says, test=_TEST, counts=counts, full=False)
    assert bad == []
    assert kept > tables


def test_a_formula_in_a_file_of_the_region_is_text_in_its_table(tmp_path: Path, pathway: Pathway) -> None:
    file = tmp_path / "indicators.parquet"
    pq.write_table(pa.table({"unit": list(FORMULAS), "rate": [-0.5] * len(FORMULAS)}), file)
    found = cells("\n".join(as_csv(file)), ",")
    assert formulas(found) == []
    assert found.count("-0.5") == len(FORMULAS), "a number stays a number"
    out = io.StringIO()
    differing.show(_moved(), "csv", pathway, pathway, out)
    assert formulas(cells(out.getvalue(), ",")) == []
    assert "'=1+1" in out.getvalue()


def _moved() -> Difference:
    move = Move("=1+1", "@a", "+b")
    return Difference(10, 10, 0, {move: 10}, {"=1+1": (10, 10)}, {move: {"=1+1": 10}})


@pytest.mark.long
def test_the_regions_files_hold_no_formula(record: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = house(record)
    named = [invented_region.Clinic(f"o-f-{n}", text, invented_region.KOEGE) for n, text in enumerate(FORMULAS)]
    invented_region.write(tmp_path, invented_region.clinics(*named))
    monkeypatch.setattr(settings, "INDICATORS", str(tmp_path))
    seen = 0
    for at in (
        "/region/csv",
        "/region/Q2/csv?tabel=steder&kommune=0259",
        "/region/Q2/csv?tabel=forskelle&kommune=0259",
        "/region/flow/csv",
    ):
        answer: Any = made.client("gustav").get(at)
        found = cells(text_of(answer))
        assert answer.status_code == 200
        assert formulas(found) == [], at
        seen += sum(cell.startswith("'") for cell in found)
    assert seen


@pytest.mark.long
def test_a_file_named_as_a_formula_is_text_among_the_rejects(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "=1+1.csv").write_text("id,spinal_fracture\n1,rubbish\n2,absent\n", "utf-8")
    ran = command("population", "run", tmp_path / "in", tmp_path / "out", "--as-of", "2026-11-01")
    rejected = [path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.csv")]
    assert rejected, ran.err
    assert all(formulas(cells(text, ",")) == [] for text in rejected)
    assert any("'=1+1.csv" in text for text in rejected)
