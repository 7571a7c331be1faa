"""The table as it is read: the numbers that were computed, names, order, and what the pages and the report say of them."""

import re
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rygrad.pathway.errors import RygradError
from rygrad.quality import report
from rygrad.quality.changed import changed
from rygrad.quality.definitions import Indicators
from rygrad.quality.indicators import COLUMNS, Row, as_table, compute
from rygrad.quality.limits import with_limits
from rygrad.quality.output import ABOUT, FLOW, TABLE, Job, write
from rygrad.quality.spoken import percent, whole
from rygrad.quality.table import EVERY, IndicatorTable
from tests.quality.invented import write_months, write_region

pytestmark = pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(definitions: Indicators, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region of 1,500 invented courses, with units and months."""
    folder = tmp_path_factory.mktemp("data")
    write_region(definitions, folder, 1500)
    rows = [(f"clinic-{n}", "physiotherapy", name, town, "DK-85") for n, (name, town) in enumerate((("Åbo", "0259"), ("Ærø", "0259"), ("Zoo", "0265"), ("Aaby", "0259"), ("Bo", "0316")), start=1)]  # fmt: skip
    names = ("unit", "kind", "name", "municipality", "region")
    pq.write_table(pa.table({n: [row[i] for row in rows] for i, n in enumerate(names)}), folder / "units.parquet")
    write_months(folder, [(f"c{n}", "0259", date(2026, m, 1), group, "practice") for n in range(9) for m, group in ((3, None), (4, "recurrent"))])  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def out(definitions: Indicators, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "new"
    with pytest.warns(DeprecationWarning):
        assert write(definitions, Job(data, folder, NOW)) == {}
    return folder


@pytest.fixture(scope="module")
def table(out: Path) -> IndicatorTable:
    return IndicatorTable.load(out)


@pytest.mark.long
def test_what_is_read_is_what_was_computed(
    definitions: Indicators, data: Path, out: Path, table: IndicatorTable
) -> None:
    computed = compute(definitions, data)
    assert computed.equals(pq.read_table(out / TABLE))
    assert computed.column_names == [name for name, _ in COLUMNS]
    read = [
        row
        for name in table.indicators
        for level in definitions.all[name].levels
        for row in table.rows(name, level, month=EVERY) + table.rows(name, level)
    ]
    assert len(read) == computed.num_rows == table.size[0]
    assert as_table(sorted(read, key=str)).num_rows == len({tuple(row) for row in read})


def test_a_row_holds_together(table: IndicatorTable) -> None:
    for name in table.indicators:
        for row in table.rows(name, "region") + table.series(name, "region", "DK-85"):
            if row.rate is not None:
                assert row.numerator is not None and row.known
                assert row.rate == row.numerator / row.known
                assert not row.is_suppressed
                assert row.denominator is None or row.unknown == row.denominator - row.known
            for count in (row.numerator, row.denominator, row.known, row.unknown, row.excluded):
                assert count is None or count == 0 or count > 4


def test_units_stand_in_the_danish_alphabet_with_their_names(table: IndicatorTable) -> None:
    assert [unit.name for unit in table.units("clinic")] == ["Bo", "Zoo", "Ærø", "Åbo", "Aaby"]
    assert [unit.name for unit in table.units("municipality")] == ["Holbæk", "Køge", "Roskilde"]
    assert [unit.name for unit in table.units("region")] == ["Region Sjælland"]
    assert [unit.name for unit in table.children("municipality", "0259")] == ["Ærø", "Åbo", "Aaby"]
    assert len(table.children("region", "DK-85")) == 3
    assert table.unit("clinic", "elsewhere").name == "elsewhere"


def test_it_says_from_when_and_what_it_is(definitions: Indicators, table: IndicatorTable) -> None:
    about = table.about
    assert (about.generated_at, about.known_until, about.small) == (NOW, date(2026, 10, 31), 5)
    assert about.content_sha256 == definitions.pathway_sha256
    assert about.definitions_sha256 == definitions.sha256
    q3 = table.definitions["Q3"]
    assert q3.words == definitions.all["Q3"].words
    assert [(one.id, one.number, one.is_local) for one in q3.settings] == [("return_days", 7, True)]
    assert "G2-R" in q3.places[0] and not q3.is_local
    assert table.definitions["Q5"].is_local
    assert [(one.source, one.target, one.courses) for one in table.flow()] == [(None, "recurrent", 9)]


def test_it_is_written_over_an_earlier_one_and_over_nothing_else(
    definitions: Indicators, data: Path, out: Path, tmp_path: Path
) -> None:
    before = pq.read_table(out / TABLE)
    write(definitions, Job(data, out, NOW))
    assert pq.read_table(out / TABLE).equals(before)
    assert {path.name for path in out.iterdir()} == {TABLE, FLOW, ABOUT}
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(RygradError, match="something else is here"):
        write(definitions, Job(data, tmp_path, NOW))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_without_a_table_says_how_one_is_made(tmp_path: Path) -> None:
    with pytest.raises(RygradError) as refused:
        IndicatorTable.load(tmp_path)
    assert "rygrad indicators" in refused.value.text("da")


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_report_holds_the_tables_own_numbers_and_loads_nothing(table: IndicatorTable, language: str) -> None:
    page = report.html(table, language)
    for name in table.indicators:
        row = table.whole(name, "region", "DK-85")
        assert row is not None
        assert (
            f'<span class="number">{percent(row.rate, language)}</span> ({whole(row.numerator, language)} / {whole(row.known, language)})'
            in page
        )
        for month in table.series(name, "region", "DK-85"):
            assert month.rate is None or re.search(f"<td[^>]*>{percent(month.rate, language)}", page)
        assert table.definitions[name].definition.text(language) in page
    without_icon = page.replace(' rel="icon" href="data:,"', "")  # else a browser asks for one
    assert not re.search(r"(?:src|href)=|url\(|https?:|<script|style=", without_icon)
    pictures = re.findall(r"<svg.*?</svg>", page)
    assert len(pictures) >= 2 * len(table.indicators) - 2
    assert all("<title>" in one and "<desc>" in one and 'role="img"' in one for one in pictures)
    assert page.count("<table>") >= len(pictures), "each picture has a table twin"


def test_the_report_of_a_clinic_and_of_nobody(table: IndicatorTable) -> None:
    assert "Ærø" in report.html(table, "da", "clinic", "clinic-2")
    with pytest.raises(RygradError, match="has no numbers"):
        report.html(table, "da", "clinic", "clinic-99")


@pytest.mark.long
def test_the_report_is_a_tagged_pdf(table: IndicatorTable) -> None:
    pytest.importorskip("weasyprint")
    made = report.pdf(report.html(table, "da", "clinic", "clinic-5"))
    streams = re.findall(rb"stream\n(.*?)\nendstream", made, flags=re.DOTALL)
    plain = b"".join(zlib.decompress(one) if one[:1] == b"x" else one for one in streams)
    assert made.startswith(b"%PDF-") and b"pdfuaid:part" in plain and b"/StructTreeRoot" in plain


def test_what_changed_is_said_from_the_table_alone() -> None:
    def months(name: str, *numerators: int) -> list[Row]:
        return with_limits([Row(name, "region", "DK-85", date(2025, n, 1), count, 50, 0, 0, 50, count / 50, False) for n, count in enumerate(numerators, start=1)])  # fmt: skip

    rows = []
    for name, counts in (("Q1", [25, 26] * 5 + [25, 2]), ("Q2", [25, 26] * 6), ("Q3", [25])):
        rows += months(name, *counts)
    told = {"units": [], "settings": [], "generated_at": NOW.isoformat(), "known_until": None, "content_sha256": "", "definitions_sha256": "", "smallest_count_shown": 5, "period": {"from": None, "to": None}}  # fmt: skip
    words = {name: {"da": f"navn {name}", "en": f"name {name}"} for name in ("Q1", "Q2", "Q3")}
    told["indicators"] = [{"id": name, **dict.fromkeys(("words", "definition", "numerator", "denominator"), said), "excluded": None, "direction": "higher", "is_local": True, "places": [], "settings": []} for name, said in words.items()]  # fmt: skip
    sentences = changed(IndicatorTable(rows, [], told), "region", "DK-85")
    assert [one.da for one in sentences] == [
        "navn Q1: 4,0 % i december 2025, mod 50,0 % i november 2025. Signal: under nedre grænse (den uønskede vej).",
        "Intet nyt signal i den nyeste måned: navn Q2.",
        "For få tal, der kan vises: navn Q3.",
    ]
    assert sentences[0].en.startswith("name Q1: 4.0% in December 2025, against 50.0% in November 2025.")
