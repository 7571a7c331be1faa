"""The indicator table as pages, commands and the report read it: one place, so a number is the same everywhere."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase
from rygrad.quality.definitions import LEVELS
from rygrad.quality.flow import Flow
from rygrad.quality.indicators import Row
from rygrad.quality.output import ABOUT, FLOW, TABLE
from rygrad.quality.places import MUNICIPALITIES, REGIONS, danish_order


class Which(Enum):
    """Which months are meant: every one of them."""

    EVERY = "every"


EVERY = Which.EVERY
WHOLE = None
"""The whole period, where a month could stand."""
PROFESSIONS = {
    "physiotherapist": Phrase("Fysioterapeut", "Physiotherapist"),
    "chiropractor": Phrase("Kiropraktor", "Chiropractor"),
    "general_practitioner": Phrase("Praktiserende læge", "General practitioner"),
    "specialist": Phrase("Speciallæge", "Specialist"),
    "hospital_clinician": Phrase("Sygehus", "Hospital"),
}
_CHILDREN = {"region": "municipality", "municipality": "clinic"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A region, municipality, clinic or profession. ``municipality`` and ``region``: where it lies, if known."""

    id: str
    name: str
    kind: str
    municipality: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A setting with the number that was used. ``is_local``: the programme does not give it."""

    id: str
    number: int
    unit: str
    words: Phrase
    is_local: bool


@dataclass(frozen=True, slots=True)
class Defined:
    """An indicator as it was computed: its words, its sentences of the programme (none: local), its settings."""

    id: str
    words: Phrase
    definition: Phrase
    numerator: Phrase
    denominator: Phrase
    excluded: Phrase | None
    direction: str
    is_local: bool
    places: tuple[str, ...]
    settings: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class About:
    """When and from what the table was computed, and the smallest count that is shown."""

    generated_at: datetime
    known_until: date | None
    content_sha256: str
    definitions_sha256: str
    small: int
    period_from: date | None
    period_to: date | None


class IndicatorTable:
    """All rows, by indicator, level and unit. Read whole; looking up takes no time that counts."""

    def __init__(self, rows: Iterable[Row], flow: Iterable[Flow], told: dict[str, Any]) -> None:
        self._rows: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            self._rows[(row.indicator, row.level)][row.unit].append(row)
        self._flow: dict[tuple[date | None, str | None, str], list[Flow]] = defaultdict(list)
        for one in flow:
            self._flow[(one.month, one.municipality, one.by)].append(one)
        self._listed = {unit["unit"]: unit for unit in told["units"]}
        self.about = _about(told)
        self.definitions: dict[str, Defined] = _definitions(told)

    @classmethod
    def load(cls, folder: str | Path) -> "IndicatorTable":
        """The output of `rygrad indicators`, from its folder. RygradError when it is not there or not whole."""
        folder = Path(folder)
        folder = folder.parent if folder.name == TABLE else folder
        try:
            import pyarrow.parquet as pq

            told = json.loads((folder / ABOUT).read_text("utf-8"))
            rows = map(Row._make, _records(pq.read_table(folder / TABLE)))
            return cls(rows, (Flow(*row) for row in _records(pq.read_table(folder / FLOW))), told)
        except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
            raise RygradError(
                "no_indicators",
                {"da": "her er ingen indikatorer, der kan læses.", "en": "there are no indicators here to read."},
                {"da": "Lav dem: rygrad indicators DATA MAPPE.", "en": "Make them: rygrad indicators DATA FOLDER."},
                source=str(folder),
            ) from error

    @property
    def indicators(self) -> list[str]:
        """The ids, in the programme's order."""
        return list(self.definitions)

    @property
    def size(self) -> tuple[int, int]:
        """How many rows there are, and how many of them are suppressed."""
        every = [row.is_suppressed for of in self._rows.values() for rows in of.values() for row in rows]
        return len(every), sum(every)

    @cached_property
    def months(self) -> list[date]:
        """Every month that has a row, oldest first."""
        every = (row.month for of in self._rows.values() for rows in of.values() for row in rows)
        return sorted({month for month in every if month})

    def rows(
        self, indicator: str, level: str, unit: str | None = None, month: date | Which | None = WHOLE
    ) -> list[Row]:
        """The rows of one level: units in alphabetical order, months in time's. One unit, one month, or ``EVERY``."""
        units = [unit] if unit is not None else [one.id for one in self.units(level)]
        of = self._rows.get((indicator, level), {})
        return [
            row
            for one in units
            for row in of.get(one, ())
            if (row.month is not None if month is EVERY else row.month == month)
        ]

    def series(self, indicator: str, level: str, unit: str) -> list[Row]:
        """A unit's months, oldest first."""
        return self.rows(indicator, level, unit, EVERY)

    def whole(self, indicator: str, level: str, unit: str) -> Row | None:
        """A unit's whole period; None when it has no row."""
        return next(iter(self.rows(indicator, level, unit)), None)

    def units(self, level: str) -> list[Unit]:
        """Every unit that has a row at this level, in the Danish alphabet's order of names; never by rate."""
        return self._units[level]

    def unit(self, level: str, unit: str) -> Unit:
        """A unit by its id; called by its id where the table does not know it."""
        return next((one for one in self.units(level) if one.id == unit), None) or self._named(level, unit)

    def children(self, level: str, unit: str) -> list[Unit]:
        """The municipalities of a region, or the clinics that lie in a municipality."""
        below = _CHILDREN.get(level)
        return [one for one in self.units(below) if getattr(one, level) == unit] if below else []

    def flow(self, month: date | None = WHOLE, municipality: str | None = None, by: str = "group") -> list[Flow]:
        """The moves of the whole period or one month, in all municipalities or one, by ``group`` or ``kind``."""
        return self._flow.get((month, municipality, by), [])

    @cached_property
    def _units(self) -> dict[str, list[Unit]]:
        found: dict[str, set[str]] = {level: set() for level in LEVELS}
        for (_, level), of in self._rows.items():
            found[level] |= of.keys()
        named = {level: [self._named(level, unit) for unit in units] for level, units in found.items()}
        return {
            level: sorted(units, key=lambda unit: (danish_order(unit.name), unit.id)) for level, units in named.items()
        }

    @cached_property
    def _region_of(self) -> dict[str, str]:
        lying = ((unit["municipality"], unit["region"]) for unit in self._listed.values())
        return {municipality: region for municipality, region in lying if municipality and region}

    def _named(self, level: str, unit: str) -> Unit:
        if level == "region":
            return Unit(unit, REGIONS.get(unit, unit), "region")
        if level == "municipality":
            only = {row for (_, of), units in self._rows.items() if of == "region" for row in units}
            region = self._region_of.get(unit) or (next(iter(only)) if len(only) == 1 else None)
            return Unit(unit, MUNICIPALITIES.get(unit, unit), "municipality", unit, region)
        if level == "profession":
            return Unit(unit, PROFESSIONS[unit].da if unit in PROFESSIONS else unit, "profession")
        told = self._listed.get(unit, {})
        return Unit(
            unit, told.get("name") or unit, told.get("kind") or "", told.get("municipality"), told.get("region")
        )


def _records(table: Any) -> Iterable[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _about(told: dict[str, Any]) -> About:
    period = told["period"]
    return About(
        datetime.fromisoformat(told["generated_at"]),
        _day(told["known_until"]),
        told["content_sha256"],
        told["definitions_sha256"],
        told["smallest_count_shown"],
        _day(period["from"]),
        _day(period["to"]),
    )


def _definitions(told: dict[str, Any]) -> dict[str, Defined]:
    chosen = {one["id"]: Chosen(**one | {"words": Phrase(**one["words"])}) for one in told["settings"]}
    found = {}
    for one in told["indicators"]:
        phrases = {key: Phrase(**one[key]) for key in ("words", "definition", "numerator", "denominator")}
        excluded = Phrase(**one["excluded"]) if one["excluded"] else None
        settings = tuple(chosen[name] for name in one["settings"])
        rest = {"places": tuple(one["places"]), "settings": settings, "excluded": excluded}
        found[one["id"]] = Defined(**one | phrases | rest)
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
