"""Raw counts of every indicator, level, unit and month: one Ibis expression per table. Not for showing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import gettempdir
from typing import Any, NamedTuple

from rygrad.pathway.errors import RygradError
from rygrad.quality.definitions import LEVELS, Indicator, Indicators
from rygrad.quality.rows import KINDS

Expr = Any
# Which level a unit's counts are part of: clinics of a profession, municipalities of a region.
PARENTS = {"clinic": "profession", "municipality": "region"}
MEMORY = "2GB"


class Count(NamedTuple):
    """One group of rows. ``unit`` or ``parent`` None: unknown in the table. ``month`` None: the whole period."""

    indicator: str
    level: str
    parent: str | None
    unit: str | None
    month: date | None
    yes: int
    no: int
    unknown: int
    excluded: int


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day of one month to the last of another; None is open."""

    first: date | None = None
    last: date | None = None


def count(
    definitions: Indicators,
    folder: Path,
    period: Period | None = None,
    said: Callable[[str], object] = lambda text: None,
) -> list[Count]:
    """Every group with at least one row, by month and for the whole period.

    ``folder`` holds the region's tables, each a file or a folder of parts. A column that a table lacks is unknown for
    everybody and named to ``said``. RygradError when there is no such table, or the extra ``region`` is missing.
    """
    connection = connected()
    found: list[Count] = []
    for table in ("courses", "referrals"):
        if indicators := definitions.of(table):
            said(table)
            expression = grouped(definitions, indicators, read_table(connection, definitions, folder, table))
            found += _counts(_within(connection.to_pyarrow(expression).to_pylist(), period or Period()))
    return found


def connected() -> Any:
    """DuckDB in this process, its memory bounded; it writes aside what does not fit."""
    try:
        import ibis

        return ibis.duckdb.connect(
            memory_limit=MEMORY,
            temp_directory=str(Path(gettempdir()) / "rygrad-indicators"),
            autoinstall_known_extensions=False,
        )
    except ImportError as error:
        raise RygradError(
            "no_region",
            {"da": "indikatorer kræver Ibis og DuckDB.", "en": "indicators need Ibis and DuckDB."},
            {"da": "Installér: pip install 'rygrad[region]'.", "en": "Install: pip install 'rygrad[region]'."},
        ) from error


def read_table(connection: Any, definitions: Indicators, folder: Path, name: str) -> Expr:
    """One of the region's tables with every column a rule may read, in its type."""
    import ibis

    table = parquet(connection, folder, name)
    given = set(table.columns)
    columns = definitions.columns[name].values()
    return table.select(
        **{c.name: table[c.name].cast(c.type) if c.name in given else ibis.null(c.type) for c in columns}
    )


def parquet(connection: Any, folder: Path, name: str) -> Expr:
    """One of the region's tables as it stands. RygradError when it is missing, or is no Parquet."""
    from duckdb import Error

    path = source_of(folder, name)
    try:
        return connection.read_parquet(path)
    except Error as problem:
        raise RygradError(
            "unreadable",
            {"da": f"tabellen {name} kan ikke læses.", "en": f"the table {name} cannot be read."},
            {"da": "Den skal være Parquet, og dens dele have de samme kolonner.",
             "en": "It must be Parquet, and its parts have the same columns."},
            source=path,
        ) from problem  # fmt: skip


def source_of(folder: Path, name: str) -> str:
    """The path of a table for DuckDB: ``courses.parquet``, or every part under ``courses/``."""
    file, parts = folder / f"{name}.parquet", folder / name
    if file.is_file():
        return str(file)
    if parts.is_dir() and any(parts.rglob("*.parquet")):
        return str(parts / "**" / "*.parquet")
    raise RygradError(
        "no_table",
        {"da": f"her er ingen tabel {name} (Parquet).", "en": f"there is no table {name} (Parquet) here."},
        {"da": "Lav den med `rygrad record export-columns` eller `rygrad synth`.",
         "en": "Make it with `rygrad record export-columns` or `rygrad synth`."},
        source=str(folder),
    )  # fmt: skip


def missing_columns(definitions: Indicators, folder: Path) -> dict[str, list[str]]:
    """The columns that the indicators read and the tables do not have, by table."""
    connection, missing = connected(), {}
    for name in ("courses", "referrals"):
        given = set(parquet(connection, folder, name).columns)
        needed = {c for one in definitions.of(name) for c in one.columns()}
        missing[name] = sorted(needed - given)
    return {name: columns for name, columns in missing.items() if columns}


def grouped(definitions: Indicators, indicators: list[Indicator], table: Expr) -> Expr:
    """Rows (level, parent, unit, month, indicator, yes, no, unknown, excluded), as one expression.

    Each level is grouped once per day that places rows in a month, for all indicators of that day together.
    """
    import ibis

    from rygrad.quality.compiled import status

    kept = table.select(
        *LEVELS,
        *sorted({one.month_of for one in indicators}),
        **{f"_{one.id}": status(definitions, one, table) for one in indicators},
    )
    by_day: dict[str, list[Indicator]] = defaultdict(list)
    for one in indicators:
        by_day[one.month_of].append(one)
    return ibis.union(*(_level(kept, level, day, of) for day, of in by_day.items() for level in LEVELS))


def _level(table: Expr, level: str, day: str, indicators: list[Indicator]) -> Expr:
    import ibis

    parent = PARENTS.get(level)
    rows = table.filter(table[day].notnull())
    keys = {
        "level": ibis.literal(level),
        "parent": rows[parent] if parent else ibis.null("string"),
        "unit": rows[level],
        "month": rows[day].truncate("M"),
    }
    sums = {
        f"{one.id}_{kind}": (rows[f"_{one.id}"] == number).sum()
        for one in indicators
        for number, kind in enumerate(KINDS)
    }
    made = rows.group_by(**keys).aggregate(**sums)
    counts = ibis.array(
        [
            ibis.struct({"indicator": one.id, **{k: made[f"{one.id}_{k}"].fill_null(0) for k in KINDS}})
            for one in indicators
        ]
    )
    return made.select(*keys, counted=counts.unnest()).unpack("counted")


def _within(rows: Iterable[dict[str, Any]], period: Period) -> Iterator[dict[str, Any]]:
    for row in rows:
        early = period.first and row["month"] < period.first
        late = period.last and row["month"] > period.last
        if not (early or late) and any(row[kind] for kind in KINDS):
            yield row


def _counts(rows: Iterable[dict[str, Any]]) -> Iterator[Count]:
    """The groups by month, and their sums over the period."""
    whole: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        key = (row["indicator"], row["level"], row["parent"], row["unit"])
        numbers = [row[kind] for kind in KINDS]
        whole[key] = [a + b for a, b in zip(whole[key], numbers, strict=True)]
        yield Count(*key, row["month"], *numbers)
    for key, numbers in whole.items():
        yield Count(*key, None, *numbers)
