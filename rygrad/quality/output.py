"""What `rygrad indicators` writes: the indicator table, the moves, the units, and what they are, in one folder."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase
from rygrad.quality.counting import Period, connected, missing_columns, parquet
from rygrad.quality.definitions import Indicator, Indicators
from rygrad.quality.disclosure import SMALL
from rygrad.quality.flow import COLUMNS, Flow, flows
from rygrad.quality.indicators import compute

TABLE, FLOW, ABOUT = "indicators.parquet", "flow.parquet", "indicators.json"


@dataclass(frozen=True)
class Job:
    """From where to where, for which period, and the smallest count that is shown."""

    source: Path
    out: Path
    generated_at: datetime
    period: Period = field(default_factory=Period)
    small: int = SMALL


def write(definitions: Indicators, job: Job, said: Callable[[str], object] = lambda text: None) -> dict[str, list[str]]:
    """Computes and writes the three files; the columns that the tables lack come back, by table.

    ``said`` is told what is being worked on. RygradError when a table is missing, or OUT holds something else.
    """
    _refuse_others(job.out)
    missing = missing_columns(definitions, job.source)
    table = compute(definitions, job.source, small=job.small, period=job.period, said=said)
    said("flow")
    moved = flows(job.source, small=job.small, period=job.period) if has_table(job.source, "months") else []
    job.out.mkdir(parents=True, exist_ok=True)
    _write_parquet(job.out / FLOW, _flow_table(moved))
    about = json.dumps(_about(definitions, job), ensure_ascii=False, indent=2)
    _replace(job.out / ABOUT, lambda path: path.write_text(about + "\n", "utf-8"))
    _write_parquet(job.out / TABLE, table)
    return missing


def has_table(folder: Path, name: str) -> bool:
    """Whether the folder has this table of the region."""
    return (folder / f"{name}.parquet").is_file() or any((folder / name).rglob("*.parquet"))


def _refuse_others(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir() or (any(out.iterdir()) and not (out / ABOUT).is_file()):
        raise RygradError(
            "taken",
            {"da": "her ligger noget andet; intet er skrevet.", "en": "something else is here; nothing was written."},
            {"da": "Vælg en ny mappe, eller en tidligere udgave af indikatorerne.",
             "en": "Choose a new folder, or an earlier version of the indicators."},
            source=str(out),
        )  # fmt: skip


def _replace(path: Path, write_to: Callable[[Path], object]) -> None:
    """Whole or not at all: whoever reads meanwhile has the old file or the new one."""
    unfinished = path.with_name(path.name + ".unfinished")
    write_to(unfinished)
    unfinished.replace(path)


def _write_parquet(path: Path, table: Any) -> None:
    import pyarrow.parquet as pq

    _replace(path, lambda unfinished: pq.write_table(table, unfinished, compression="zstd"))


def _flow_table(found: Iterable[Flow]) -> Any:
    import pyarrow as pa

    kept = list(found)
    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in COLUMNS])
    return pa.table({name: [getattr(one, name) for one in kept] for name, _ in COLUMNS}, schema=schema)


def _about(definitions: Indicators, job: Job) -> dict[str, Any]:
    period = job.period
    return {
        "generated_at": job.generated_at.isoformat(timespec="seconds"),
        "known_until": _day(known_until(job.source)),
        "content_sha256": definitions.pathway_sha256,
        "definitions_sha256": definitions.sha256,
        "smallest_count_shown": job.small,
        "period": {"from": _day(period.first), "to": _day(period.last)},
        "settings": [
            {"id": s.id, "number": s.number, "unit": s.unit, "words": _both(s.words), "is_local": s.is_local}
            for s in definitions.settings.values()
        ],
        "indicators": [_defined(definitions, one) for one in definitions.all.values()],
        "units": units(job.source),
    }


def _defined(definitions: Indicators, one: Indicator) -> dict[str, Any]:
    says = {name: _both(definitions.said(population.says)) for name, population in one.populations().items()}
    return {
        "id": one.id,
        "words": _both(one.words),
        "definition": _both(definitions.said(one.definition)),
        "numerator": says["numerator"],
        "denominator": says["denominator"],
        "excluded": says.get("excluded"),
        "direction": one.direction,
        "is_local": one.is_local,
        "places": [f"»{c.quote}« ({c.statement}, {c.place})" for c in one.citations],
        "settings": list(one.settings),
    }


def _both(phrase: Phrase) -> dict[str, str]:
    return {"da": phrase.da, "en": phrase.en}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def known_until(folder: Path) -> date | None:
    """The day the course table tells of."""
    table = parquet(connected(), folder, "courses")
    found = table.known_until.max().cast("date").to_pyarrow().as_py()
    return found if found is None or isinstance(found, date) else None


def units(folder: Path) -> list[dict[str, str | None]]:
    """Every unit of the region's table of units, by name; empty where there is no such table."""
    if not has_table(folder, "units"):
        return []
    table = parquet(connected(), folder, "units")
    found = table.to_pyarrow().select(["unit", "name", "kind", "municipality", "region"]).to_pylist()
    return sorted(found, key=lambda unit: str(unit["name"]))
