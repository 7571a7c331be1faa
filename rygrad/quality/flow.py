"""Moves between groups, and between kinds of units, from one month to the next; small counts hidden.

Only moves are told. Who stays, who is new and who has ended are not: with them, what flows into a group in one month is
what flows out of it in the next, and a hidden move could be worked out. So a move stands in two sums, over the
municipalities and over the months.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rygrad.quality.counting import Period, connected, parquet
from rygrad.quality.disclosure import SMALL, Cell, hidden

WAYS = {"group": "group", "kind": "holder_kind"}
"""By what the moves are told: the confirmed group, or the kind of the unit that holds the course."""
COLUMNS = (
    ("month", "date32"),
    ("municipality", "string"),
    ("by", "string"),
    ("source", "string"),
    ("target", "string"),
    ("courses", "int64"),
)
Expr = Any
_NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """So many courses moved from ``source`` to ``target``, by ``group`` or by ``kind``.

    ``month`` None: the whole period. ``municipality`` None: all. ``source`` or ``target`` None: no group, or no holder,
    that is known. ``courses`` None: not shown.
    """

    month: date | None
    municipality: str | None
    by: str
    source: str | None
    target: str | None
    courses: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """An uncontrolled count of moves; ``municipality`` None is one that is not known."""

    month: date
    municipality: str | None
    by: str
    source: str | None
    target: str | None
    courses: int


def flows(folder: Path, *, small: int = SMALL, period: Period | None = None) -> list[Flow]:
    """The moves of every month but the first, and of the whole period. RygradError where ``months`` is missing."""
    connection = connected()
    table = parquet(connection, folder, "months")
    found = [Move(**row) for row in connection.to_pyarrow(moves(table)).to_pylist()]
    chosen = period or Period()
    return published(
        (
            one
            for one in found
            if not (chosen.first and one.month < chosen.first) and not (chosen.last and one.month > chosen.last)
        ),
        small,
    )


def moves(table: Expr) -> Expr:
    """Rows (month, municipality, by, source, target, courses), uncontrolled, as one Ibis expression."""
    import ibis

    table = table.select("course", "municipality", *WAYS.values(), month=table.month.cast("date"))
    course = ibis.window(group_by="course", order_by="month")
    table = table.mutate(
        _follows=table.month.lag().over(course) == (table.month - ibis.interval(months=1)).cast("date"),
        **{f"_was_{by}": table[column].lag().over(course) for by, column in WAYS.items()},
    )
    parts = []
    for by, column in WAYS.items():
        changed = ~table[f"_was_{by}"].identical_to(table[column])
        part = table.filter(table._follows & changed)
        keys = {"source": part[f"_was_{by}"], "target": part[column]}
        counted = part.group_by("month", "municipality", **keys).aggregate(courses=part.count())
        parts.append(counted.mutate(by=ibis.literal(by)))
    return ibis.union(*parts)


def published(counted: Iterable[Move], small: int = SMALL) -> list[Flow]:
    """The moves as they may be shown, sorted: by municipality and for all, by month and for the whole period."""
    tables: dict[tuple[str, str | None, str | None], dict[tuple[str | None, date | None], int]]
    tables = defaultdict(lambda: defaultdict(int))
    for one in sorted(counted, key=_order):
        counts = tables[(one.by, one.source, one.target)]
        for place in (one.municipality or _NOWHERE, None):
            for month in (one.month, None):
                counts[(place, month)] += one.courses
    found = [
        Flow(month, place, *key, courses)
        for key, counts in tables.items()
        for place, month, courses in _shown(counts, small)
    ]
    return sorted(found, key=_order)


def _shown(
    counts: dict[tuple[str | None, date | None], int], small: int
) -> Iterable[tuple[str | None, date | None, int | None]]:
    cells = [
        Cell((("place", place), ("month", month)), (courses,), place != _NOWHERE)
        for (place, month), courses in counts.items()
    ]
    unshown = hidden(cells, small)
    for n, ((place, month), courses) in enumerate(counts.items()):
        if place != _NOWHERE:
            yield place, month, None if n in unshown else courses


def _order(flow: Flow | Move) -> tuple[Any, ...]:
    return flow.month or date.min, flow.municipality or "", flow.by, flow.source or "", flow.target or ""
