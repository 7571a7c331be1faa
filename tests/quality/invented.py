"""Invented rows of the region's tables: at random for the properties, and written as Parquet as an export would."""

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rygrad.decision.coursetable import Column
from rygrad.quality.definitions import Indicators

ARROW = {
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "int8": pa.int8(),
    "int16": pa.int16(),
    "float64": pa.float64(),
    "array<string>": pa.list_(pa.string()),
}
WORDS = {
    "region": ["DK-85"],
    "municipality": ["0259", "0265", "0316"],
    "clinic": ["clinic-1", "clinic-2", "clinic-3", "clinic-4", "clinic-5"],
    "group": ["first_time", "recurrent", "long_lasting", "complex_chronic"],
    "outcome": ["managing_alone", "moved_to_other_care", "other"],
    "radiation": ["none", "leg"],
    "effort": ["back_unit", "surgical_assessment", "pain_clinic", "imaging"],
}
PROFESSION_OF = {
    "clinic-1": "general_practitioner",
    "clinic-2": "physiotherapist",
    "clinic-3": "physiotherapist",
    "clinic-4": "chiropractor",
    "clinic-5": "hospital_clinician",
}
KNOWN_UNTIL = date(2026, 10, 31)
_FIRST = date(2026, 3, 1)


def rows_at_random(
    definitions: Indicators, table: str, count: int, seed: int, unknown: float = 0.2
) -> list[dict[str, Any]]:
    """So many rows; each value is unknown with this probability. Clinics keep their profession."""
    dice = random.Random(seed)
    columns = list(definitions.columns[table].values())
    made = []
    for _ in range(count):
        row = {c.name: None if dice.random() < unknown else _value(c, dice) for c in columns}
        row["profession"] = PROFESSION_OF.get(row["clinic"] or "")
        row["region"], row["known_until"] = "DK-85", KNOWN_UNTIL
        made.append(row)
    return made


def _value(column: Column, dice: random.Random) -> Any:
    if column.type == "boolean":
        return dice.random() < 0.6
    if column.type == "date":
        return _FIRST + timedelta(days=dice.randrange(160))
    if column.type == "string":
        return dice.choice(WORDS.get(column.name, ["x"]))
    if column.type == "array<string>":
        return []
    return float(dice.randrange(11)) if column.type == "float64" else dice.randrange(8)


def write_table(definitions: Indicators, folder: Path, table: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    """One of the region's tables with these rows, in its own types."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = definitions.columns[table].values()
    schema = pa.schema([(c.name, ARROW[c.type]) for c in columns])
    data = {c.name: [row.get(c.name) for row in rows] for c in columns}
    path = folder / f"{table}.parquet"
    pq.write_table(pa.table(data, schema=schema), path)
    return path


def write_region(
    definitions: Indicators, folder: Path, count: int = 400, seed: int = 1
) -> dict[str, list[dict[str, Any]]]:
    """``courses`` and ``referrals`` at random, in a folder; the rows come back by table."""
    written = {}
    for table, number in (("courses", count), ("referrals", count // 2)):
        written[table] = rows_at_random(definitions, table, number, seed)
        write_table(definitions, folder, table, written[table])
    return written


def write_months(folder: Path, rows: Iterable[tuple[str, str | None, date, str | None, str | None]]) -> None:
    """``months`` with (course, municipality, month, group, kind of holder)."""
    names = ("course", "municipality", "month", "group", "holder_kind")
    kept = list(rows)
    schema = pa.schema([(name, pa.date32() if name == "month" else pa.string()) for name in names])
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table({n: [r[i] for r in kept] for i, n in enumerate(names)}, schema=schema), folder / "months.parquet"
    )
