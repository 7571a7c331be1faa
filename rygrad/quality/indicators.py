"""``compute``: from the region's tables to the indicator table, with small counts hidden and limits drawn."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from rygrad.quality.counting import PARENTS, Count, Period, count
from rygrad.quality.definitions import Indicator, Indicators
from rygrad.quality.disclosure import SMALL, Cell, Merged, hidden
from rygrad.quality.limits import with_limits

COLUMNS = (
    ("indicator", "string"),
    ("level", "string"),
    ("unit", "string"),
    ("month", "date32"),
    ("numerator", "int64"),
    ("denominator", "int64"),
    ("excluded", "int64"),
    ("unknown", "int64"),
    ("known", "int64"),
    ("rate", "float64"),
    ("is_suppressed", "bool_"),
    ("centre", "float64"),
    ("lower", "float64"),
    ("upper", "float64"),
)
Key = tuple[str, str | None, date | None]
Numbers = tuple[int, int, int, int]


class Row(NamedTuple):
    """One line of the indicator table. None: not shown (or no rate, where nobody is known).

    ``known`` is what the rate is of: the denominator without the unknown. ``is_suppressed``: numerator, known and rate
    are not shown; ``unknown`` and ``excluded`` may be hidden by themselves, and ``denominator`` with either.
    """

    indicator: str
    level: str
    unit: str
    month: date | None
    numerator: int | None
    denominator: int | None
    excluded: int | None
    unknown: int | None
    known: int | None
    rate: float | None
    is_suppressed: bool
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None


def compute(
    definitions: Indicators,
    folder: Path,
    *,
    small: int = SMALL,
    period: Period | None = None,
    said: Callable[[str], object] = lambda text: None,
) -> Any:
    """The indicator table as a pyarrow Table (``COLUMNS``), sorted by indicator, level, unit and month.

    ``small`` is the smallest count that is shown. ``said`` is told what is being worked on.
    Raises RygradError where a table or the extra ``region`` is missing.
    """
    by_indicator: dict[str, list[Count]] = defaultdict(list)
    for one in count(definitions, folder, period, said):
        by_indicator[one.indicator].append(one)
    rows: list[Row] = []
    for indicator in definitions.all.values():
        said(indicator.id)
        rows += with_limits(published(indicator, by_indicator[indicator.id], small))
    return as_table(rows)


def as_table(rows: Iterable[Row]) -> Any:
    """Rows as a pyarrow Table of ``COLUMNS``."""
    import pyarrow as pa

    kept = list(rows)
    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in COLUMNS])
    return pa.table({name: [getattr(row, name) for row in kept] for name, _ in COLUMNS}, schema=schema)


def published(indicator: Indicator, counts: Iterable[Count], small: int = SMALL) -> list[Row]:
    """The rows of one indicator as they may be shown, still without limits."""
    cells, keys = network(indicator, counts)
    families = (slice(0, 2), slice(2, 3), slice(3, 4))
    rate, unknown, excluded = (
        hidden([Cell(c.ends, c.counts[family], c.is_published) for c in cells], small) for family in families
    )
    rows = [
        _row(indicator.id, keys[n], cell.counts, n in rate, n in unknown, n in excluded)
        for n, cell in enumerate(cells)
        if cell.is_published
    ]
    return sorted(rows, key=lambda row: (row.level, row.unit, row.month or date.min))


def network(indicator: Indicator, counts: Iterable[Count]) -> tuple[list[Cell], list[Key]]:
    """Every count of an indicator with the two sums it stands in, and its level, unit and month.

    Clinics add up to professions and municipalities to regions, month by month; both add up to all courses of the
    month, which nobody is shown; and for each clinic and municipality the months add up to the period. In one order
    whatever the order of the counts: two runs that hid differently could be compared.
    """
    listed = sorted(counts, key=_order)
    cells: list[Cell] = []
    keys: list[Key] = []
    for leaf, above in PARENTS.items():
        below = [one for one in listed if one.level == leaf]
        groups = Merged((one.parent, _leaf(one)) for one in below)
        sums: dict[tuple[Hashable, Hashable, date | None], Numbers] = {}
        for one in below:
            _add(sums, (groups.of(one.parent), _leaf(one), one.month), one)
        for (group, unit, month), numbers in sums.items():
            shown = isinstance(unit, str) and leaf in indicator.levels
            cells.append(Cell(((leaf, unit), (above, group, month)), numbers, shown))
            keys.append((leaf, unit if isinstance(unit, str) else None, month))
        for one in (one for one in listed if one.level == above):
            shown = one.unit is not None and above in indicator.levels
            ends = ((above, groups.of(one.unit), one.month), (above, "all", one.month))
            cells.append(Cell(ends, _numbers(one), shown))
            keys.append((above, one.unit, one.month))
    totals: dict[tuple[Hashable, Hashable, date | None], Numbers] = {}
    for one in (one for one in listed if one.level == "region"):
        _add(totals, ("", "", one.month), one)
    for (_, _, month), numbers in totals.items():
        cells.append(Cell(tuple((above, "all", month) for above in PARENTS.values()), numbers, False))  # type: ignore[arg-type]
        keys.append(("all", None, month))
    return cells, keys


def _order(one: Count) -> tuple[str, str, str, date]:
    return one.level, one.parent or "", one.unit or "", one.month or date.min


def _leaf(one: Count) -> Hashable:
    """A clinic or municipality; those unknown are one for each unit above."""
    return one.unit if one.unit is not None else (one.parent, None)


def _numbers(one: Count) -> Numbers:
    return one.yes, one.no, one.unknown, one.excluded


def _add(sums: dict[tuple[Hashable, Hashable, date | None], Numbers], key: Any, one: Count) -> None:
    a, b, c, d = sums.get(key, (0, 0, 0, 0))
    sums[key] = (a + one.yes, b + one.no, c + one.unknown, d + one.excluded)


def _row(indicator: str, key: Key, counts: tuple[int, ...], rate: bool, unknown: bool, excluded: bool) -> Row:
    level, unit, month = key
    yes, no, not_known, left_out = counts
    known = yes + no
    return Row(
        indicator,
        level,
        unit or "",
        month,
        numerator=None if rate else yes,
        denominator=None if rate or unknown else known + not_known,
        excluded=None if excluded else left_out,
        unknown=None if unknown else not_known,
        known=None if rate else known,
        rate=None if rate or not known else yes / known,
        is_suppressed=rate,
    )
