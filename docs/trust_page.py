"""The page of what the record promises, with the figures that the batteries wrote down."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIGURES = HERE / "figures"
PAGE = HERE / "reference" / "trust.md"

PROMISES = {
    "T1": "An acknowledged entry survives `kill -9`, and the server is ready again in under 2 seconds",
    "T2": "An acknowledged entry survives a power cut",
    "T3": "A full disk or an I/O error at any write leaves no half entry, and is said aloud",
    "T4": "A changed or rotted entry is found",
    "T5": "Nobody overwrites anybody unseen",
    "T6": "A retried submit counts once",
    "T7": "Who may see what holds everywhere",
    "T8": "Revoked access ends at the next request",
    "T9": "Every look is logged before the answer leaves, and the citizen can read it",
    "T10": "SQLite and PostgreSQL behave alike",
    "T11": "A backup restores",
    "T12": "Any stored decision replays to the same bytes",
    "T13": "Bad input never makes a 5xx, never hangs, never loses text",
    "T14": "No excluded citizen gets a plan, no blank hides an alarm",
    "attacks": "An attack from the list gets nothing",
    "rules": "A changed rule is found by a case",
    "soak": "A day's mixed load ends as it began",
}

LEAD = """# What the record promises, and what the proofs found

<!-- Written by the batteries themselves; do not edit. -->

`make test` runs the short, deterministic share of each battery, `make test-long` the full counts; each writes here what it
counted, before it judges it. A full count is of the day and machine it names, and stands until the battery runs again. An
empty cell has not been run. Seconds are of shared machines and say an order of size, no more: they are counted and never
judged by a test, so whether T1's 2 seconds are kept is read from its figures.
"""


@dataclass(frozen=True)
class Figures:
    """What one battery found: in the short run, and in the full one with its day and machine."""

    name: str
    promise: str
    says: str
    test: str
    short: dict[str, Any] = field(default_factory=dict)
    full: dict[str, Any] = field(default_factory=dict)


def batteries() -> list[Figures]:
    """All that have written something, by promise."""
    found = [Figures(path.stem, **json.loads(path.read_text("utf-8"))) for path in sorted(FIGURES.glob("*.json"))]
    return sorted(found, key=lambda figures: (list(PROMISES).index(figures.promise), figures.name))


def trust(_: object = None) -> str:
    """The page, from the figures' files."""
    found, parts = batteries(), [LEAD]
    for promise, says in PROMISES.items():
        rows = [_row(figures) for figures in found if figures.promise == promise]
        if rows:
            head = "| battery | short run | full run | test |\n|---|---|---|---|"
            title = f"{promise} · {says}" if promise.startswith("T") else says
            parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(figures: Figures) -> str:
    return f"| {figures.says} | {_counted(figures.short)} | {_counted(figures.full)} | `{figures.test}` |"


def _counted(counts: dict[str, Any]) -> str:
    return "<br>".join(f"{word}: {_number(number)}" for word, number in counts.items())


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
