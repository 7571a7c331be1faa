"""S10: how courses move between the groups, and between the kinds of those who hold them."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse

from rygrad.pathway.errors import RygradError
from rygrad.quality.table import IndicatorTable
from rygrad.record.contents import active
from rygrad.record.refusals import NotFound
from rygrad.web.adminwords import KIND_WORDS
from rygrad.web.language import say, words
from rygrad.web.pages import READS_REGION, Asked, page
from rygrad.web.region import river, seen
from rygrad.web.region.indicator import month_choices, period_of
from rygrad.web.region.overview import empty, region_page

BY = ("group", "kind")


@dataclass(frozen=True, slots=True)
class Flow:
    """One picture, twice drawn, with its table: from, to, how many (None: too few to be shown)."""

    id: str
    heading: str
    rivers: tuple[river.River, ...]
    rows: tuple[tuple[str, str, int | None], ...]


@page(*READS_REGION)
def show(request: Asked) -> HttpResponse:
    """Both pictures, of the region or with ``?kommune=`` of a municipality."""
    try:
        table = seen.table_for(request)
    except RygradError as missing:
        return empty(request, missing)
    place = place_of(request, table)
    month = period_of(request, table)
    return region_page(
        request,
        "flow.html",
        table,
        place,
        parts=seen.parts(table, seen.way_to(request, table, place)[0]),
        months=month_choices(table.months[1:], month),
        flows=[flow_of(table, by, place, month) for by in BY],
    )


def place_of(request: Asked, table: IndicatorTable) -> seen.Place:
    """The region or the municipality an address means; NotFound for a clinic, whose flow is too small to tell of."""
    place = seen.place_of(request, table)
    if place.level == "clinic":
        raise NotFound
    return place


def flow_of(table: IndicatorTable, by: str, place: seen.Place, month: date | None) -> Flow:
    """The moves between groups (``group``) or kinds of units (``kind``) at a place, in a month or the whole period."""
    municipality = place.unit if place.level == "municipality" else None
    names = _names(by)
    order = {name: n for n, name in enumerate(names)}
    found = (
        river.Stream(one.source or "", one.target or "", one.courses) for one in table.flow(month, municipality, by)
    )
    streams = sorted(found, key=lambda one: (order[one.start], order[one.end]))
    heading = (
        say("Mellem programmets grupper", "Between the programme's groups")
        if by == "group"
        else say("Mellem slags aktører", "Between kinds of actors")
    )
    said = say("Båndenes bredde er antal forløb. Tabellen siger det samme.",
               "A band's width is the number of courses. The table says the same.")  # fmt: skip
    rivers = tuple(
        river.river(streams, names, id=f"{by}-{width}", title=f"{heading}, {place.name}", said=said, width=width)
        for width in (river.WIDE, river.NARROW)
    )
    return Flow(by, heading, rivers, tuple((names[one.start], names[one.end], one.courses) for one in streams))


def _names(by: str) -> dict[str, str]:
    """What is said of each place of the flow, in the order it is drawn in."""
    if by == "kind":
        between = {kind: words(told).capitalize() for kind, told in KIND_WORDS.items()}
        unknown = say("Ingen har det", "Nobody has it")
    else:
        groups = active().pathway.groups.items()
        between = {name: f"{one.number}. {words(one.words.clinician)}" for name, one in groups}
        unknown = say("Ingen gruppe bekræftet", "No group confirmed")
    return {"": unknown, **between}
