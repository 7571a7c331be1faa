"""The numbers the pages show: the one table that `rygrad indicators` wrote, read once for each time it is written."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from rygrad.pathway.errors import RygradError
from rygrad.quality.indicators import Row
from rygrad.quality.limits import signals, state_words
from rygrad.quality.table import IndicatorTable
from rygrad.web.language import words
from rygrad.web.region.numbers import month_words

FILES = ("indicators.parquet", "indicators.json", "flow.parquet", "units.parquet")


class NoTable(RygradError):
    """No folder with numbers is set (404 for what only shows numbers)."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            "no_indicators",
            {"da": "Der er ingen tal at vise endnu.", "en": "There are no numbers to show yet."},
            {"da": "RYGRAD_INDICATORS er ikke sat.", "en": "RYGRAD_INDICATORS is not set."},
        )


def table_of_the_site() -> IndicatorTable:
    """The site's table as it was last written. RygradError when there is none, or it cannot be read."""
    if not settings.INDICATORS:
        raise NoTable
    folder = Path(settings.INDICATORS)
    return _loaded(str(folder), tuple(_stamp(folder / name) for name in FILES))


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _loaded(folder: str, stamps: tuple[tuple[int, int], ...]) -> IndicatorTable:
    return IndicatorTable.load(folder)


@dataclass(frozen=True, slots=True)
class Run:
    """An indicator at a place month by month, and how it has run in words."""

    rows: tuple[Row, ...]
    said: str
    is_signal: bool


def run(table: IndicatorTable, indicator: str, level: str, unit: str) -> Run:
    """The series of an indicator at a place, judged as a control chart is; the month of the newest signal is said."""
    rows = tuple(table.series(indicator, level, unit))
    found = signals(rows)
    said = words(state_words(found, table.definitions[indicator].direction))
    since = f", {month_words(found.month)}" if found.month else ""
    return Run(rows, said + since, found.state not in ("steady", "too_few"))
