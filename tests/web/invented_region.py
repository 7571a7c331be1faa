"""An invented region's indicator table, small enough to read: what `rygrad indicators` would have written."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from rygrad.quality import flow, indicators, output
from rygrad.quality.definitions import Indicator
from rygrad.quality.indicators import Row
from rygrad.quality.limits import with_limits
from rygrad.quality.read import load_indicators

REGION, KOEGE = "DK-85", "0259"
MUNICIPALITIES = {
    "0259": "Køge",
    "0370": "Næstved",
    "0320": "Faxe",
    "0340": "Sorø",
    "0269": "Solrød",
}
MONTHS = tuple(date(2025 + n // 12, n % 12 + 1, 1) for n in range(20))
RATES = {"Q1": 0.9, "Q2": 0.7, "Q3": 0.8, "Q5": 0.2, "Q15": 0.85}
# From this month on, Q2 falls in Køge.
FALLS_FROM, FALLS_BY = date(2026, 4, 1), 0.35
SMALL = 5


@dataclass(frozen=True)
class Clinic:
    """A unit that treats, how many courses it has in a month, and where it lies."""

    id: str
    name: str
    municipality: str
    monthly: int = 30


def clinics(*more: Clinic) -> tuple[Clinic, ...]:
    """Two in each municipality, a very small one in Køge, and these."""
    many = [
        Clinic(f"o-inv-{code}-{n}", f"Opfundet Fysioterapi {n}, {name}", code)
        for code, name in MUNICIPALITIES.items()
        for n in (1, 2)
    ]
    return (*many, Clinic("o-inv-lille", "Opfundet Lille Klinik, Køge", KOEGE, 3), *more)


def rows(found: Sequence[Clinic]) -> list[Row]:
    """Every row of the table: clinics, and the municipalities and the region they add up to, by month and in all."""
    made: list[Row] = []
    for indicator in RATES:
        counted = {(one.id, month): _count(indicator, one, month) for one in found for month in MONTHS}
        levels = {
            "clinic": {one.id: [one.id] for one in found},
            "municipality": {code: [one.id for one in found if one.municipality == code] for code in MUNICIPALITIES},
            "region": {REGION: [one.id for one in found]},
            "profession": {"physiotherapist": [one.id for one in found]},
        }
        of = [row for level, units in levels.items() for row in _level(indicator, level, units, counted)]
        made += with_limits(of)
    return made


Counts = tuple[int, int, int, int]


def _count(indicator: str, clinic: Clinic, month: date) -> Counts:
    """Met, known, unknown, left out."""
    rng = Random(f"{indicator} {clinic.name} {month}")
    falls = indicator == "Q2" and clinic.municipality == KOEGE and month >= FALLS_FROM
    rate = RATES[indicator] - (FALLS_BY if falls else 0)
    known = clinic.monthly + rng.randrange(clinic.monthly // 3 + 1)
    return sum(rng.random() < rate for _ in range(known)), known, rng.randrange(0, 9), rng.randrange(0, 12)


def _level(
    indicator: str, level: str, units: dict[str, list[str]], counted: dict[tuple[str, date], Counts]
) -> Iterator[Row]:
    for unit, members in units.items():
        for month in (None, *MONTHS):
            own = [counted[one, each] for one in members for each in MONTHS if month in (None, each)]
            met, known, unknown, excluded = (sum(one[n] for one in own) for n in range(4))
            hidden = _is_small(met) or _is_small(known - met)
            yield Row(
                indicator, level, unit, month,
                numerator=None if hidden else met,
                denominator=None if hidden or _is_small(unknown) else known + unknown,
                excluded=None if _is_small(excluded) else excluded,
                unknown=None if _is_small(unknown) else unknown,
                known=None if hidden else known,
                rate=None if hidden else met / known,
                is_suppressed=hidden,
            )  # fmt: skip


def _is_small(count: int) -> bool:
    return 0 < count < SMALL


def moves() -> list[flow.Flow]:
    """Who moved in each month and in all, in the region and in each municipality; the small numbers are hidden."""
    between = {
        "group": (None, "first_time", "recurrent", "long_lasting", "complex_chronic"),
        "kind": (None, "gp_practice", "physiotherapy_clinic", "specialist_practice", "municipality"),
    }
    made = []
    for month in (None, *MONTHS[1:]):
        for place in (None, *MUNICIPALITIES):
            for by, names in between.items():
                rng, size = Random(f"{month} {place} {by}"), (20 if month else 300) * (1 if place else 5)
                made += [
                    flow.Flow(month, place, by, start, end, None if _is_small(n) else n)
                    for start in names
                    for end in names
                    if start != end and (n := rng.randrange(size) * rng.randrange(3))
                ]
    return made


def write(folder: Path, found: Sequence[Clinic]) -> Path:
    """The three files in this folder, as `rygrad indicators` writes them; the folder back."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in flow.COLUMNS])
    pq.write_table(pa.Table.from_pylist([_fields(one) for one in moves()], schema=schema), folder / output.FLOW)
    (folder / output.ABOUT).write_text(json.dumps(_about(found)), "utf-8")
    pq.write_table(indicators.as_table(rows(found)), folder / output.TABLE)
    return folder


def _fields(one: flow.Flow) -> dict[str, Any]:
    return {name: getattr(one, name) for name, _ in flow.COLUMNS}


def _about(found: Sequence[Clinic]) -> dict[str, Any]:
    defined = load_indicators()
    return {
        "generated_at": "2026-09-03T02:00:00+00:00",
        "known_until": "2026-08-31",
        "content_sha256": defined.pathway_sha256,
        "definitions_sha256": defined.sha256,
        "smallest_count_shown": SMALL,
        "period": {"from": None, "to": None},
        "settings": [],
        "indicators": [_told(one) for one in defined.all.values() if one.id in RATES],
        "units": [
            {"unit": one.id, "name": one.name, "kind": "physiotherapy_clinic", "municipality": one.municipality}
            | {"region": REGION}
            for one in found
        ],
    }


def _told(one: Indicator) -> dict[str, Any]:
    says = {"words": one.words, "definition": one.definition} | {
        name: population.says for name, population in one.populations().items()
    }
    return {
        "id": one.id,
        "excluded": None,
        **{name: {"da": phrase.da, "en": phrase.en} for name, phrase in says.items()},
        "direction": one.direction,
        "is_local": one.is_local,
        "places": [citation.quote for citation in one.citations],
        "settings": [],
    }
