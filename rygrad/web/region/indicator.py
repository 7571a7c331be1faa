"""One indicator: its control chart, the places it is made up of beside each other, and a funnel for one period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.http import HttpResponse

from rygrad.pathway.errors import RygradError
from rygrad.quality.indicators import Row
from rygrad.quality.limits import centre_of, limits
from rygrad.quality.pictures import is_beyond
from rygrad.quality.table import IndicatorTable
from rygrad.record.actor import ROLES
from rygrad.record.alphabet import danish_order
from rygrad.record.refusals import NotFound
from rygrad.web.language import say, words
from rygrad.web.pages import READS_REGION, Asked, page, role_word
from rygrad.web.region import pictures, seen
from rygrad.web.region.numbers import month_words, percent, rate
from rygrad.web.region.overview import empty, region_page
from rygrad.web.region.read import Run, run

_SMALL_HIGH = 150


@dataclass(frozen=True, slots=True)
class Part:
    """A place among its neighbours: its whole period, its chart, how it has run in words."""

    place: seen.Place
    row: Row
    chart: pictures.Chart
    state: str
    is_signal: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """Places of one level in one period: the funnel twice drawn, its rows with a note, and who lies outside."""

    charts: tuple[pictures.Chart, ...]
    rows: tuple[tuple[str, Row, str], ...]
    said: str


@page(*READS_REGION)
def show(request: Asked, indicator: str) -> HttpResponse:
    """An indicator at one place. ``?periode=2026-03`` is the funnel's month; without, the whole period."""
    try:
        table = seen.table_for(request)
    except RygradError as missing:
        return empty(request, missing)
    place, row = found_at(request, table, indicator)
    here, found = run(table, indicator, place.level, place.unit), seen.parts(table, place)
    month = period_of(request, table)
    name = words(table.definitions[indicator].words)
    return region_page(
        request,
        "indicator.html",
        table,
        place,
        defined=table.definitions[indicator],
        row=row,
        run=here,
        series=series_rows(here),
        charts=_charts(name, place, here),
        parts=_parts(table, indicator, found),
        parts_are=seen.heading(place.below),
        spread=spread(table, indicator, found, month),
        months=month_choices(table.months, month),
        professions=_professions(table, indicator) if place.level == "region" else [],
    )


def found_at(request: Asked, table: IndicatorTable, indicator: str) -> tuple[seen.Place, Row]:
    """The place an address means, and the indicator's whole period there. NotFound for what is not there."""
    place = seen.place_of(request, table)
    row = table.whole(indicator, place.level, place.unit) if indicator in table.definitions else None
    if row is None:
        raise NotFound
    return place, row


def period_of(request: Asked, table: IndicatorTable) -> date | None:
    """The month an address asks for; None for the whole period. NotFound for a month there is not."""
    wanted = request.GET.get("periode", "")
    found = next((one for one in table.months if f"{one:%Y-%m}" == wanted), None)
    if wanted and found is None:
        raise NotFound
    return found


def month_choices(months: Sequence[date], chosen: date | None) -> list[tuple[str, str, bool]]:
    """The months to choose between, the newest first: value, words, whether it is the chosen one."""
    return [(f"{one:%Y-%m}", month_words(one), one == chosen) for one in reversed(months)]


def note(row: Row) -> str:
    """Whether a rate lies inside its limits, in words; nothing where there is none."""
    if row.rate is None or row.lower is None:
        return ""
    if is_beyond(row):
        return say("uden for grænserne", "outside the limits")
    return say("inden for grænserne", "within the limits")


def series_rows(found: Run) -> list[tuple[str, Row, str]]:
    """The control chart as rows: month, numbers, note."""
    return [(month_words(row.month), row, note(row)) for row in found.rows if row.month]


def _charts(name: str, place: seen.Place, found: Run) -> tuple[pictures.Chart, ...]:
    title = f"{name}, {place.name}"
    said = f"{say('Kontrolkort måned for måned', 'Control chart month by month')}. {found.said}."
    return tuple(
        pictures.control_chart(found.rows, id=f"run-{width}", title=title, said=said, width=width)
        for width in (pictures.WIDE, pictures.NARROW)
    )


def _parts(table: IndicatorTable, indicator: str, found: Sequence[seen.Place]) -> list[Part]:
    """Beside each other on one axis, in alphabetical order; never ranked."""
    runs = [(place, run(table, indicator, place.level, place.unit)) for place in found]
    scale = [row for _, one in runs for row in one.rows]
    wholes = ((place, one, table.whole(indicator, place.level, place.unit)) for place, one in runs)
    return [_part(place, one, row, scale) for place, one, row in wholes if row and not _is_empty(row)]


def _is_empty(row: Row) -> bool:
    """Whether nobody is counted there, known or unknown: the indicator is not about such places."""
    return row.known == 0 and row.unknown == 0


def _part(place: seen.Place, found: Run, row: Row, scale: Sequence[Row]) -> Part:
    chart = pictures.control_chart(
        found.rows, id=f"part-{place.unit}", title=place.name, said=found.said,
        width=pictures.SMALL, height=_SMALL_HIGH, scale=scale,
    )  # fmt: skip
    return Part(place, row, chart, found.said, found.is_signal)


def spread(table: IndicatorTable, indicator: str, found: Sequence[seen.Place], month: date | None) -> Spread | None:
    """The funnel of these places in one period; None where there is nothing to compare."""
    centre = centre_of(table.rows(indicator, found[0].level, None, month)) if found else None
    if centre is None:
        return None
    there = compared(table, indicator, found, month)
    dots = [pictures.Dot(place.name, row, is_beyond(row)) for place, row in there]
    said = _spread_words(dots, month)
    title = f"{words(table.definitions[indicator].words)}, {_period_words(month)}"
    charts = tuple(
        pictures.funnel(
            dots, centre, partial(limits, centre), id=f"spread-{width}", title=title, said=said, width=width
        )
        for width in (pictures.WIDE, pictures.NARROW)
    )
    told = tuple((place.name, row, note(row)) for place, row in there)
    return Spread(charts, told, f"{say('Fælles niveau', 'Common level')}: {percent(centre)}. {said}")


def compared(
    table: IndicatorTable, indicator: str, found: Sequence[seen.Place], month: date | None
) -> list[tuple[seen.Place, Row]]:
    """The places' rows of a month or of the whole period, with limits around the level of all places like them."""
    if not found:
        return []
    there = {row.unit: row for row in table.rows(indicator, found[0].level, None, month)}
    centre = centre_of(there.values())
    return [(place, _around(there[place.unit], centre)) for place in found if place.unit in there]


def _around(row: Row, centre: float | None) -> Row:
    if centre is None or not row.known:
        return row._replace(centre=None, lower=None, upper=None)
    lower, upper = limits(centre, row.known)
    return row._replace(centre=centre, lower=lower, upper=upper)


def _period_words(month: date | None) -> str:
    return month_words(month) if month else say("hele perioden", "the whole period")


def _spread_words(dots: Sequence[pictures.Dot], month: date | None) -> str:
    """Who lies outside; of one place alone, how it lies, since the others are not seen."""
    period, outside = _period_words(month), [dot.name for dot in dots if dot.is_outside]
    if len(dots) == 1 and not outside:
        return f"{dots[0].name} ({period}): {note(dots[0].row) or rate(dots[0].row)}."
    if not outside:
        return say(f"Ingen ligger uden for grænserne ({period}).", f"None lies outside the limits ({period}).")
    names = "; ".join(outside)
    return say(f"Uden for grænserne ({period}): {names}.", f"Outside the limits ({period}): {names}.")


def _professions(table: IndicatorTable, indicator: str) -> list[tuple[str, Row, str]]:
    """A row for each profession, in alphabetical order of its name."""
    rows = [
        (role_word(row.unit) if row.unit in ROLES else row.unit, row) for row in table.rows(indicator, "profession")
    ]
    return [(name, row, note(row)) for name, row in sorted(rows, key=lambda one: danish_order(one[0]))]
