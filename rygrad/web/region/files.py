"""The region's numbers as files: CSV of each table, and the report as a page or as PDF in one click."""

import csv
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import StringIO

from django.http import HttpResponse

from rygrad.quality.cells import harmless
from rygrad.quality.indicators import Row
from rygrad.quality.report import html
from rygrad.quality.table import IndicatorTable
from rygrad.record.refusals import NotFound
from rygrad.web.language import language, say
from rygrad.web.pages import READS_REGION, Asked, page
from rygrad.web.paper import press
from rygrad.web.region import flow, seen
from rygrad.web.region.indicator import compared, found_at, note, period_of
from rygrad.web.region.numbers import not_shown
from rygrad.web.region.overview import tiles as tiles_of
from rygrad.web.region.read import run

_COUNTS = ("numerator", "known", "denominator", "unknown", "excluded")
_SHARES = ("rate", "lower", "centre", "upper")
_Line = Sequence[object]


def _file(name: str, lines: Iterable[_Line]) -> HttpResponse:
    """A file that a Danish or English spreadsheet opens as it is."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([_cell(one) for one in line])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="rygrad-{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6f}".replace(".", say(",", "."))
    return harmless(str(value))


def _heads() -> list[str]:
    return [
        say("indikator", "indicator"), say("sted", "place"), say("måned", "month"),
        say("opfyldt", "met"), say("talt med", "counted"), say("nævner", "denominator"), say("ukendt", "unknown"),
        say("udeladt", "left out"), say("andel", "share"), say("nedre grænse", "lower limit"),
        say("midte", "centre"), say("øvre grænse", "upper limit"), say("bemærk", "note"),
    ]  # fmt: skip


def _cells(row: Row, place: str) -> list[object]:
    counts = [_or_words(getattr(row, name)) for name in _COUNTS]
    shares = [_or_nothing(getattr(row, name)) for name in _SHARES]
    month = f"{row.month:%Y-%m}" if row.month else say("hele perioden", "the whole period")
    return [row.indicator, place, month, *counts, *shares, note(row)]


def _or_words(count: int | None) -> object:
    return not_shown() if count is None else count


def _or_nothing(share: float | None) -> object:
    return "" if share is None else share


@page(*READS_REGION)
def tiles(request: Asked) -> HttpResponse:
    """Every indicator of one place, whole period."""
    table = seen.table_for(request)
    place = seen.place_of(request, table)
    return _file("region", [_heads(), *(_cells(tile.row, place.name) for tile in tiles_of(table, place))])


@page(*READS_REGION)
def rows(request: Asked, indicator: str) -> HttpResponse:
    """One indicator: ``?tabel=udvikling`` by month, ``forskelle`` its parts in a period, ``steder`` those by month."""
    table = seen.table_for(request)
    place, _ = found_at(request, table, indicator)
    kind = request.GET.get("tabel", "udvikling")
    return _file(f"{indicator}-{kind}", [_heads(), *_lines(request, table, indicator, place, kind)])


def _lines(request: Asked, table: IndicatorTable, indicator: str, place: seen.Place, kind: str) -> list[_Line]:
    found = seen.parts(table, place)
    if kind == "udvikling":
        return [_cells(row, place.name) for row in run(table, indicator, place.level, place.unit).rows]
    if kind == "steder":
        return [_cells(row, one.name) for one in found for row in run(table, indicator, one.level, one.unit).rows]
    if kind == "forskelle":
        month = period_of(request, table)
        return [_cells(row, one.name) for one, row in compared(table, indicator, found, month)]
    raise NotFound


@page(*READS_REGION)
def streams(request: Asked) -> HttpResponse:
    """The flow, ``?tabel=group`` or ``?tabel=kind``."""
    by = request.GET.get("tabel", "group")
    if by not in flow.BY:
        raise NotFound
    table = seen.table_for(request)
    found = flow.flow_of(table, by, flow.place_of(request, table), period_of(request, table))
    heads = [say("fra", "from"), say("til", "to"), say("forløb", "courses")]
    return _file(f"flow-{by}", [heads, *([start, end, _or_words(n)] for start, end, n in found.rows)])


@page(*READS_REGION)
def report(request: Asked) -> HttpResponse:
    """The report of one place to read and print; with ``?format=pdf`` as PDF where that is installed."""
    table = seen.table_for(request)
    place = seen.place_of(request, table)
    made = html(table, language(), place.level, place.unit)
    wants_pdf = request.GET.get("format") == "pdf"
    if wants_pdf and not press.missing():
        response = HttpResponse(press.pdf(made), content_type="application/pdf")
        response.headers["Content-Disposition"] = 'inline; filename="rygrad-rapport.pdf"'
        return response
    response = HttpResponse(made)
    response._csp_update = {"style-src": [_own_style(made)]}
    return response


def _own_style(made: str) -> str:
    """What the content policy is told of the report's one style sheet, which it carries with it: its fingerprint."""
    style = made.partition("<style>")[2].partition("</style>")[0]
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
