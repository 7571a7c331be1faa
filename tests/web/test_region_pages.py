"""S9 and S10: the region's numbers, each the table's own; whose places are seen by whom; nothing hidden is shown."""

import csv
import os
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from rygrad.quality.table import IndicatorTable
from rygrad.record import people
from rygrad.record.models import Organisation
from rygrad.web import accounts
from rygrad.web.language import COOKIE
from rygrad.web.region import read
from rygrad.web.region.pictures import NARROW, WIDE, Dot, control_chart, funnel, span, spark
from rygrad.web.region.river import Stream, river
from tests.record.cast import Cast
from tests.web import invented_region as invented
from tests.web.conftest import _hashed
from tests.web.visitor import Visitor, page_of

SMALL_CLINIC = "o-inv-lille"
HIDDEN = "vises ikke (små tal)"
ADDRESSES = ("/region", "/region/Q2", "/region/flow", "/region/rapport")
FILES = ("/region/csv", "/region/Q2/csv", "/region/flow/csv")


@pytest.fixture
def region(record: Cast, tmp_path: Path) -> Iterator[IndicatorTable]:
    """The invented table as the site's; Bo's clinic lies in Køge and is in it; Mette is a programme manager."""
    clinic = record.bo.organisation or ""
    for actor in (record.anna, record.bo):
        Organisation.objects.filter(id=actor.organisation).update(municipality_code=invented.KOEGE)
    owner = people.register_organisation("region", "Region Demo")
    people.register_professional("mette", "Mette Demoprogram", "programme_manager", owner)
    made = accounts.account("mette")
    made.password = _hashed()
    made.save()
    folder = invented.write(
        tmp_path / "out", invented.clinics(invented.Clinic(clinic, "Demo Fysioterapi", invented.KOEGE))
    )
    with override_settings(INDICATORS=str(folder)):
        yield IndicatorTable.load(folder)


Inside = Callable[[str], Visitor]


@pytest.fixture
def mette(region: IndicatorTable, inside: Inside) -> Visitor:
    """A programme manager at a browser."""
    return inside("mette")


def _rows(answer: Any) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def _da(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def _whole(number: int | None) -> str:
    return f"{number:,}".replace(",", ".")


def test_it_is_where_a_programme_manager_begins(mette: Visitor) -> None:
    assert mette.get("/").headers["Location"] == "/region"
    page = page_of(mette, "/region")
    assert 'href="/region" aria-current="page"' in page
    assert 'href="/liste"' not in page


def test_each_tile_holds_the_tables_own_numbers(mette: Visitor, region: IndicatorTable) -> None:
    tiles = re.findall(r'<li class="tile.*?</li>', page_of(mette, "/region"))
    assert len(tiles) == len(invented.RATES)
    for name, tile in zip(region.indicators, tiles, strict=True):
        row = region.whole(name, "region", invented.REGION)
        assert row and row.rate is not None
        assert region.definitions[name].words.da in tile
        assert f"<p>{region.definitions[name].definition.da}</p>" in tile
        assert f'<p class="rate">{_da(row.rate)}</p>' in tile
        for number in (row.numerator, row.known, row.unknown, row.excluded):
            assert f"<dd>{_whole(number)}</dd>" in tile


def test_a_tile_says_how_it_has_run_and_since_when(mette: Visitor) -> None:
    tile = next(t for t in re.findall(r'<li class="tile.*?</li>', page_of(mette, "/region?kommune=0259")) if "Q2" in t)
    assert "signal" in tile
    assert "under nedre grænse" in tile
    assert "august 2026" in tile


def test_what_changed_stands_above_the_numbers(mette: Visitor) -> None:
    page = page_of(mette, "/region")
    assert page.index("Hvad er ændret siden sidste måned") < page.index('class="tiles"')
    assert page.index("31. august 2026") < page.index('class="tiles"')


def test_the_control_chart_its_table_and_its_file_are_the_same_numbers(mette: Visitor, region: IndicatorTable) -> None:
    page = page_of(mette, "/region/Q2")
    series = region.series("Q2", "region", invented.REGION)
    found = _rows(mette.get("/region/Q2/csv?tabel=udvikling"))
    assert len(found) == len(series) == len(invented.MONTHS)
    for row, cells in zip(series, found, strict=True):
        assert row.rate is not None
        assert cells["opfyldt"] == str(row.numerator)
        assert float(cells["andel"].replace(",", ".")) == pytest.approx(row.rate, abs=1e-6)
        assert (
            f'<td data-title="Andel">{_da(row.rate)}</td><td data-title="Opfyldt">{_whole(row.numerator)}</td>' in page
        )


def test_the_places_stand_in_alphabetical_order_and_are_never_ranked(mette: Visitor) -> None:
    page = page_of(mette, "/region/Q2")
    names = re.findall(r'<h3><a href="/region/Q2\?kommune=\d+">(.*?)</a></h3>', page)
    assert names == ["Faxe", "Køge", "Næstved", "Solrød", "Sorø"]
    assert [row["sted"] for row in _rows(mette.get("/region/Q2/csv?tabel=forskelle"))] == names


def test_it_says_who_lies_outside_the_funnel(mette: Visitor) -> None:
    said = re.search(r'<p class="differs"><strong>(.*?)</strong>', page_of(mette, "/region/Q2"))
    assert said and "Køge" in said[1] and "Solrød" not in said[1]
    notes = {row["sted"]: row["bemærk"] for row in _rows(mette.get("/region/Q2/csv?tabel=forskelle"))}
    assert notes["Køge"] == "uden for grænserne"
    assert notes["Solrød"] == "inden for grænserne"


def test_the_funnel_is_of_the_period_that_is_chosen(mette: Visitor, region: IndicatorTable) -> None:
    before, after = (
        {row["sted"]: row for row in _rows(mette.get(f"/region/Q2/csv?tabel=forskelle&periode={month}"))}
        for month in ("2025-03", "2026-08")
    )
    assert before["Køge"]["bemærk"] == "inden for grænserne"
    assert after["Køge"]["bemærk"] == "uden for grænserne"
    row = region.rows("Q2", "municipality", invented.KOEGE, invented.MONTHS[-1])[0]
    assert after["Køge"]["opfyldt"] == str(row.numerator)
    assert "(august 2026)" in page_of(mette, "/region/Q2?periode=2026-08")
    for month in ("1999-01", "i-går"):
        assert mette.get(f"/region/Q2?periode={month}").status_code == 404


def test_one_goes_from_the_region_to_a_clinic_and_back(mette: Visitor) -> None:
    assert '<a href="/region?kommune=0259">Køge</a>' in page_of(mette, "/region")
    assert f'<a href="/region?klinik={SMALL_CLINIC}">' in page_of(mette, "/region?kommune=0259")
    way = re.search(r'<nav class="way".*?</nav>', page_of(mette, f"/region?klinik={SMALL_CLINIC}"))
    assert way and '<a href="/region">' in way[0] and '<a href="/region?kommune=0259">' in way[0]


@pytest.mark.parametrize("more", ["kommune=9999", "klinik=o-findes-ikke", "region=DK-99"])
def test_a_place_that_is_not_there_is_not_found(mette: Visitor, more: str) -> None:
    for address in (*ADDRESSES, *FILES):
        assert mette.get(f"{address}?{more}").status_code == 404, address


def test_what_is_not_there_is_not_found(mette: Visitor) -> None:
    for address in ("/region/Q99", "/region/Q99/csv", "/region/Q2/csv?tabel=x", "/region/flow/csv?tabel=x"):
        assert mette.get(address).status_code == 404, address
    assert mette.get(f"/region/flow?klinik={SMALL_CLINIC}").status_code == 404


def test_a_hidden_number_is_said_to_be_hidden_and_never_stands_there(mette: Visitor, region: IndicatorTable) -> None:
    hidden = [row for row in region.series("Q1", "clinic", SMALL_CLINIC) if row.is_suppressed]
    assert len(hidden) > 10, "a clinic so small hides most of its months"
    page = page_of(mette, f"/region/Q1?klinik={SMALL_CLINIC}")
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', page)
    told = [row for row in rows if f'<td data-title="Andel">{HIDDEN}</td>' in row]
    assert len(told) == len(hidden)
    for row in told:
        numbers = re.findall(r'data-title="(?:Andel|Opfyldt|Talt med)">(.*?)</td>', row)
        assert numbers == [HIDDEN] * 3
        assert '<td data-title="Grænser">–</td>' in row
    cells = [row for row in _rows(mette.get(f"/region/Q1/csv?klinik={SMALL_CLINIC}")) if row["opfyldt"] == HIDDEN]
    assert len(cells) == len(hidden)
    assert {(row["talt med"], row["nævner"], row["andel"]) for row in cells} == {(HIDDEN, HIDDEN, "")}


def test_a_count_that_is_hidden_by_itself_is_said_so(mette: Visitor, region: IndicatorTable) -> None:
    row = next(r for r in region.series("Q1", "clinic", "o-inv-0370-1") if r.unknown is None and not r.is_suppressed)
    cells = {one["måned"]: one for one in _rows(mette.get("/region/Q1/csv?klinik=o-inv-0370-1"))}[f"{row.month:%Y-%m}"]
    assert (cells["ukendt"], cells["nævner"], cells["opfyldt"]) == (HIDDEN, HIDDEN, str(row.numerator))


def test_the_flow_its_table_and_its_file_are_the_same_numbers(mette: Visitor, region: IndicatorTable) -> None:
    page = page_of(mette, "/region/flow")
    for by in ("group", "kind"):
        found = _rows(mette.get(f"/region/flow/csv?tabel={by}"))
        told = sorted(str(one.courses or HIDDEN) for one in region.flow(by=by))
        assert sorted(row["forløb"] for row in found) == told
        for row in found:
            number = row["forløb"] if row["forløb"] == HIDDEN else _whole(int(row["forløb"]))
            assert f'<tr><th scope="row">{row["fra"]}</th><td>{row["til"]}</td><td>{number}</td></tr>' in page
    month = _rows(mette.get("/region/flow/csv?tabel=group&kommune=0259&periode=2026-03"))
    assert len(month) == len(region.flow(invented.MONTHS[14], invented.KOEGE, "group"))
    assert HIDDEN in {row["forløb"] for row in month}


def test_who_treats_sees_the_region_their_municipality_and_their_own_unit(
    region: IndicatorTable, inside: Inside, record: Cast
) -> None:
    bo, own = inside("bo"), record.bo.organisation
    assert f'<a href="/region?klinik={own}">' in page_of(bo, "/region")
    for more in ("", "?kommune=0259", f"?klinik={own}"):
        for address in ("/region", "/region/Q2", "/region/csv", "/region/Q2/csv"):
            assert bo.get(address + more).status_code == 200, address + more
    for more in ("?kommune=0370", f"?klinik={SMALL_CLINIC}", "?klinik=o-findes-ikke"):
        for address in (*ADDRESSES, *FILES):
            assert bo.get(address + more).status_code == 404, address + more


def test_who_treats_is_shown_no_other_place_beside_their_own(region: IndicatorTable, inside: Inside) -> None:
    bo = inside("bo")
    for address in ("/region", "/region/Q2", "/region/flow", "/region?kommune=0259", "/region/Q2?kommune=0259"):
        page = page_of(bo, address)
        assert not [name for name in ("Faxe", "Næstved", "Opfundet") if name in page], address
    for kind in ("forskelle", "steder"):
        assert {row["sted"] for row in _rows(bo.get(f"/region/Q2/csv?tabel={kind}"))} == {"Køge"}
        found = _rows(bo.get(f"/region/Q2/csv?tabel={kind}&kommune=0259"))
        assert {row["sted"] for row in found} == {"Demo Fysioterapi"}


def test_an_administrator_sees_every_level(region: IndicatorTable, inside: Inside) -> None:
    gustav = inside("gustav")
    for more in ("", "?kommune=0370", f"?klinik={SMALL_CLINIC}"):
        assert gustav.get(f"/region/Q2{more}").status_code == 200


def test_a_citizen_or_a_relative_sees_none_of_it_and_a_stranger_is_asked_to_log_in(
    region: IndicatorTable, person: Callable[[str], Visitor], visit: Callable[..., Visitor], record: Cast
) -> None:
    record.open()
    dina, erik = person(record.dina.id), person(record.erik.id)
    for address in (*ADDRESSES, *FILES):
        assert dina.get(address).status_code == erik.get(address).status_code == 404, address
        assert visit().get(address).headers["Location"].startswith("/log-ind")


@pytest.mark.long
def test_a_programme_manager_sees_no_person(mette: Visitor, record: Cast) -> None:
    record.grouped()
    seen, left = set[str](), ["/region"]
    while left:
        address = left.pop()
        seen.add(address)
        answer = mette.get(address, follow=True)
        assert answer.status_code == 200, address
        text = answer.content.decode("utf-8", "replace")
        found = [word for word in ("Dina", "Demosen", "demo-1", record.dina.id, record.course) if word in text]
        assert found == [], address
        links = {link.partition("#")[0].replace("&amp;", "&") for link in re.findall(r'href="(/region[^"]*)"', text)}
        left += [link for link in sorted(links - seen - set(left)) if "pdf" not in link]
    assert len(seen) > 20


@pytest.mark.long
@pytest.mark.parametrize("name", ["worklist", "worklist_csv", "find", "bulk", "administration", "units", "look_log", "mine",
                                  "questions", "shared_with_me", "print_emergency"])  # fmt: skip
def test_what_is_about_persons_is_not_there_for_a_programme_manager(mette: Visitor, name: str) -> None:
    assert mette.get(reverse(name)).status_code == 404


def test_nor_is_a_course(mette: Visitor, record: Cast) -> None:
    record.grouped()
    for name in ("course", "start", "plan", "access", "return", "offers", "print_plan"):
        assert mette.get(reverse(name, args=[record.course])).status_code == 404, name


def test_every_picture_has_a_title_a_description_and_a_name_of_its_own(mette: Visitor) -> None:
    for address in ("/region", "/region/Q2", "/region/flow"):
        page = page_of(mette, address)
        pictures = re.findall(r"<svg .*?</svg>", page)
        assert pictures
        for picture in pictures:
            assert 'role="img"' in picture and "<title" in picture and "<desc" in picture
        names = re.findall(r'\sid="([^"]+)"', page)
        assert len(names) == len(set(names)), address
        assert " style=" not in page


def test_the_same_numbers_give_the_same_page(mette: Visitor) -> None:
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    for address in ("/region", "/region/Q2", "/region/flow"):
        assert token.sub("", page_of(mette, address)) == token.sub("", page_of(mette, address))


def test_it_is_said_in_english_too(mette: Visitor, region: IndicatorTable) -> None:
    row = region.whole("Q2", "region", invented.REGION)
    assert row
    assert row.rate
    mette.cookies[COOKIE] = "en"
    page = page_of(mette, "/region/Q2")
    assert "Month by month" in page
    assert f"{100 * row.rate:.1f}%" in page
    shown = re.sub(r"<title.*?</title>|<[^>]*>|»[^«]*«", " ", page)
    assert not re.findall(r"\b(Måned|Opfyldt|Kommuner|Grænser|vises|talt)\b", shown)
    assert _rows(mette.get("/region/Q2/csv"))[0]["share"].startswith("0.")


@pytest.mark.long
def test_the_report_is_a_page_and_a_pdf_in_one_click(mette: Visitor, region: IndicatorTable) -> None:
    assert 'href="/region/rapport?format=pdf"' in page_of(mette, "/region")
    row = region.whole("Q2", "region", invented.REGION)
    assert row and row.rate
    assert _da(row.rate) in mette.get("/region/rapport").content.decode().replace("\u00a0", " ")
    pdf = mette.get("/region/rapport?format=pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


def test_the_table_is_read_once_until_it_is_written_anew(
    mette: Visitor, region: IndicatorTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read._loaded.cache_clear()
    loads: list[str] = []
    load = IndicatorTable.load

    def counted(folder: str) -> IndicatorTable:
        loads.append(folder)
        return load(folder)

    monkeypatch.setattr(IndicatorTable, "load", counted)
    for address in ("/region", "/region/Q2", "/region"):
        page_of(mette, address)
    assert len(loads) == 1
    file = tmp_path / "out" / "indicators.parquet"
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1))
    page_of(mette, "/region")
    assert len(loads) == 2


@pytest.mark.parametrize("folder", ["", "/findes/ikke"])
def test_without_a_table_it_says_how_one_is_made(mette: Visitor, folder: str) -> None:
    with override_settings(INDICATORS=folder):
        for address in ("/region", "/region/Q2", "/region/flow"):
            page = page_of(mette, address)
            assert "rygrad record export-columns" in page and "RYGRAD_INDICATORS" in page
            assert "/findes" not in page
        for address in (*FILES, "/region/rapport"):
            assert mette.get(address).status_code in (404, 422), address


def test_an_unfinished_table_is_no_table(mette: Visitor, tmp_path: Path) -> None:
    (tmp_path / "out" / "indicators.parquet").write_bytes(b"PAR1 half of a file")
    assert "rygrad indicators" in page_of(mette, "/region")


def test_an_axis_holds_what_is_drawn_and_no_more_than_all() -> None:
    rows = [row for row in invented.rows(invented.clinics()) if row.level == "clinic" and row.indicator == "Q1"]
    low, high, step = span(rows)
    assert 0 <= low < high <= 1
    assert (high - low) / step <= 6
    assert span([]) == (0.0, 1.0, 0.2)


def test_pictures_of_nothing_are_drawn_too() -> None:
    hidden = [row for row in invented.rows(invented.clinics()) if row.unit == SMALL_CLINIC and row.rate is None]
    chart = control_chart(hidden, id="x", title="t", said="s", width=NARROW)
    assert (chart.marks, chart.curve) == ((), "")
    assert len(chart.gaps) == len(hidden)
    assert spark([], "t").last is None
    assert control_chart([], id="x", title="t", said="s").across == ()
    assert funnel([Dot("a", hidden[0], False)], 0.5, lambda n: (0.4, 0.6), id="x", title="t", said="s").marks == ()
    assert river([Stream("a", "b", None)], {"a": "A", "b": "B"}, id="x", title="t", said="s").bands == ()


def test_a_bands_width_is_its_number_and_ends_meet_their_boxes() -> None:
    streams = [Stream("a", "b", 100), Stream("a", "c", 300), Stream("b", "c", 200)]
    made = river(streams, {"a": "A", "b": "B", "c": "C"}, id="x", title="t", said="s", width=WIDE)
    left = {box.name: box.height for box in made.boxes if box.anchor == "start"}
    right = {box.name: box.height for box in made.boxes if box.anchor == "end"}
    assert left["A"] == pytest.approx(2 * left["B"], abs=0.2)
    assert right["C"] == pytest.approx(5 * right["B"], abs=0.5)
    assert sum(left.values()) == pytest.approx(sum(right.values()), abs=0.5)
    assert [band.said for band in made.bands] == ["A → B: 100", "A → C: 300", "B → C: 200"]
