"""S9, the first page: what changed, and a tile for each indicator."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rygrad.pathway.errors import RygradError
from rygrad.quality.changed import changed
from rygrad.quality.indicators import Row
from rygrad.quality.table import Defined, IndicatorTable
from rygrad.record.contents import active
from rygrad.web.language import language, say, words
from rygrad.web.pages import READS_REGION, Asked, page, shown
from rygrad.web.region import seen
from rygrad.web.region.pictures import Spark, spark
from rygrad.web.region.read import run

COMMANDS = {
    "export": "rygrad record export-columns data",
    "compute": "rygrad indicators data out",
    "serve": "RYGRAD_INDICATORS=out rygrad serve",
    "invent": "rygrad synth --courses 100000 --seed 1 data",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """An indicator at a place: its number, how it has run, and what its words mean."""

    defined: Defined
    row: Row
    spark: Spark
    state: str
    is_signal: bool
    address: str


def region_page(
    request: Asked, template: str, table: IndicatorTable, place: seen.Place, **context: Any
) -> HttpResponse:
    """A page of the region, with what stands around each of them."""
    around = {"table": table, "here": place, "way": seen.way_to(request, table, place), "identity": _identity(table)}
    return shown(request, f"region/{template}", **around, **context)


def _identity(table: IndicatorTable) -> Any:
    """The programme the numbers were computed by, when it is the one in force; None for another."""
    identity = active().pathway.identity
    return identity if identity.sha256 == table.about.content_sha256 else None


def empty(request: HttpRequest, missing: RygradError) -> HttpResponse:
    """There is no table yet, or it cannot be read: how one is made."""
    said = " ".join(text[language()] for text in (missing.message, missing.hint) if text)
    return shown(request, "region/empty.html", problem=said, commands=COMMANDS)


@page(*READS_REGION)
def show(request: Asked) -> HttpResponse:
    """The tiles of one place; of the region without ``?kommune=`` or ``?klinik=``."""
    try:
        table = seen.table_for(request)
    except RygradError as missing:
        return empty(request, missing)
    place = seen.place_of(request, table)
    return region_page(
        request,
        "overview.html",
        table,
        place,
        parts=seen.parts(table, place),
        parts_are=seen.heading(place.below),
        own=seen.own(request, table, place),
        changed=[words(one) for one in changed(table, place.level, place.unit)],
        tiles=tiles(table, place),
    )


def tiles(table: IndicatorTable, place: seen.Place) -> list[Tile]:
    """One for each indicator that there are numbers of at this place."""
    found = ((name, table.whole(name, place.level, place.unit)) for name in table.indicators)
    return [_tile(table, place, table.definitions[name], row) for name, row in found if row is not None]


def _tile(table: IndicatorTable, place: seen.Place, defined: Defined, row: Row) -> Tile:
    found = run(table, defined.id, place.level, place.unit)
    title = f"{say('Måned for måned', 'Month by month')}: {words(defined.words)}. {found.said}"
    address = reverse("region_indicator", args=[defined.id]) + place.query
    return Tile(defined, row, spark(found.rows, title), found.said, found.is_signal, address)
