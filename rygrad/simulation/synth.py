"""A synthetic region of any size, straight to the region's tables: a pure function of seed and size.

What is planted is written beside it in ``truth.json``, last of all: a folder with it is complete.
"""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.simulation.synthrates import Change
from rygrad.simulation.synthsize import KNOWN_UNTIL, MOST, Dirt

PART = 250_000
TRUTH = "truth.json"
_LATE_AT_MOST = 21
_YEARS = (2000, 2100)


@dataclass(frozen=True)
class Wanted:
    """Which region: how many courses, which seed, the day it tells of, what changes, how dirty."""

    courses: int
    seed: int = 1
    known_until: date = KNOWN_UNTIL
    changes: tuple[Change, ...] = ()
    dirt: Dirt = field(default_factory=Dirt)


def write(
    pathway: Pathway, wanted: Wanted, folder: Path, said: Callable[[int], None] = lambda _: None, part: int = PART
) -> dict[str, Any]:
    """The four tables in a new (or empty) folder, in parts of so many courses, and the truth; the truth back.

    ``said`` is told how many courses there are after each part. RygradError, with nothing written, when the folder
    holds something or the size is none.
    """
    _check(wanted, folder)
    import pyarrow.parquet as pq

    from rygrad.simulation import synthtable
    from rygrad.simulation.synthrates import Rates

    rates = Rates(wanted.changes)
    plan = synthtable.Plan(pathway, wanted.seed, wanted.known_until, rates, wanted.dirt)
    for name in ("courses", "referrals", "months"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    pq.write_table(synthtable.units(), folder / "units.parquet")
    rows = {"courses": 0, "referrals": 0, "months": 0}
    # One part is written while the next is made; never more than two are in memory.
    with ThreadPoolExecutor(max_workers=1) as writer:
        parts: list[Future[None]] = []
        for number, first in enumerate(range(0, wanted.courses, part), start=1):
            made = synthtable.part(plan, first, min(part, wanted.courses - first))
            for name, table in made.items():
                rows[name] += table.num_rows
            if parts:
                parts.pop().result()
                said(first)
            parts.append(writer.submit(_write_part, folder, number, made))
        parts.pop().result()
    said(wanted.courses)
    truth = {**_about(wanted), "rows": rows, "indicators": rates.truth(wanted.dirt)}
    (folder / TRUTH).write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return truth


def _write_part(folder: Path, number: int, made: dict[str, Any]) -> None:
    """Words are Arrow dictionaries in memory; without Arrow's own schema every reader finds plain strings."""
    import pyarrow.parquet as pq

    for name, table in made.items():
        file = folder / name / f"part-{number:04}.parquet"
        pq.write_table(table, file, compression="snappy", store_schema=False)


def _about(wanted: Wanted) -> dict[str, Any]:
    """What the tables are, and from which day on late entries may be missing."""
    return {
        "says": "Invented courses. The case mix follows published primary-care consulters; they are not Danish.",
        "courses": wanted.courses,
        "seed": wanted.seed,
        "known_until": wanted.known_until.isoformat(),
        "settled_until": (wanted.known_until - timedelta(days=_LATE_AT_MOST)).isoformat(),
        "dirt": asdict(wanted.dirt),
        "changes": [change.text for change in wanted.changes],
    }


def _check(wanted: Wanted, folder: Path) -> None:
    if not 1 <= wanted.courses <= MOST:
        raise RygradError("courses", {"da": f"antallet er 1–{MOST}.", "en": f"the number of courses is 1–{MOST}."})
    if not _YEARS[0] <= wanted.known_until.year <= _YEARS[1]:
        years = "–".join(map(str, _YEARS))
        raise RygradError("day", {"da": f"dagen ligger i {years}.", "en": f"the day lies in {years}."})
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RygradError(
            "not_empty",
            {
                "da": "her ligger noget i forvejen. Intet er skrevet.",
                "en": "something is here already. Nothing is written.",
            },
            {"da": "Vælg en ny mappe.", "en": "Choose a new folder."},
            source=str(folder),
        )
