"""The course of the scores as a small picture, with the same numbers as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from rygrad.decision import spoken
from rygrad.decision.facts import Score
from rygrad.decision.scores import judge
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.web.language import language, say

WIDTH, HEIGHT, LEFT, BOTTOM = 300, 84, 26, 8
_TOP, _RIGHT = 8, 12


@dataclass(frozen=True, slots=True)
class Dot:
    """One measurement: where it stands, and what it was."""

    x: float
    y: float
    value: str
    on: date


@dataclass(frozen=True, slots=True)
class Plot:
    """One score's course: its dots, its scale, and in words how it changed."""

    name: str
    unit: str
    dots: tuple[Dot, ...]
    line: str
    ticks: tuple[tuple[float, str], ...]
    change: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


_CHANGE = {
    "improved": ("Bedre", "Better"),
    "worse": ("Værre", "Worse"),
    "unchanged": ("Uændret", "Unchanged"),
    "cannot_be_judged": ("Kan ikke vurderes endnu", "Cannot be judged yet"),
}
_NAMES = {
    "nrs_pain": ("Smerte (NRS)", "Pain (NRS)"),
    "rmdq": ("Funktion (RMDQ)", "Function (RMDQ)"),
    "psfs": ("Egne aktiviteter (PSFS)", "Own activities (PSFS)"),
}


_TO_CITIZEN = {
    "nrs_pain": ("Dine smerter, 0 til 10", "Your pain, 0 to 10"),
    "rmdq": ("Det, ryggen gør svært, 0 til 24", "What your back makes hard, 0 to 24"),
    "psfs": ("Det, du vil kunne, 0 til 10", "What you want to be able to do, 0 to 10"),
}


def score_name(instrument: str) -> str:
    """What a score is called on a page."""
    return say(*_NAMES.get(instrument, (instrument, instrument)))


def plots(
    pathway: Pathway,
    scores: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    to: Literal["clinician", "citizen"] = "clinician",
) -> list[Plot]:
    """A plot for each score that was measured; to a citizen in plain words, from what to what and since when."""
    found = [(name, _plot(fact, scores[name])) for name, fact in pathway.facts.items() if scores.get(name)]
    return [plot for _, plot in found] if to == "clinician" else [_plain(name, plot) for name, plot in found]


def _plain(instrument: str, plot: Plot) -> Plot:
    first, last = plot.dots[0], plot.dots[-1]
    day = spoken.day(first.on, language(), with_year=False)
    if first.on == last.on:
        change = say(f"{last.value} den {day}", f"{last.value} on {day}")
    else:
        change = say(f"Fra {first.value} den {day} til {last.value}", f"From {first.value} on {day} to {last.value}")
    return replace(
        plot, name=say(*_TO_CITIZEN[instrument]) if instrument in _TO_CITIZEN else plot.name, unit="", change=change
    )


def _plot(fact: FactDefinition, measured: Sequence[Mapping[str, Any]]) -> Plot:
    rows = sorted(measured, key=lambda row: row["on"])
    first, days = rows[0]["on"], max((rows[-1]["on"] - rows[0]["on"]).days, 1)
    top = fact.maximum or max(row["value"] for row in rows) or 1
    wide, high = WIDTH - LEFT - _RIGHT, HEIGHT - BOTTOM - _TOP

    def y(value: float) -> float:
        return round(_TOP + high * (1 - value / top), 1)

    dots = tuple(
        Dot(round(LEFT + wide * (row["on"] - first).days / days, 1), y(row["value"]), _number(row["value"]), row["on"])
        for row in rows
    )
    changed = judge(fact, _score(rows[0]), _score(rows[-1])) if rows[0]["on"] != rows[-1]["on"] else "cannot_be_judged"
    return Plot(
        name=score_name(fact.id),
        unit=fact.unit.text(language()) if fact.unit else "",
        dots=dots,
        line=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        ticks=tuple((y(value), _number(value)) for value in (0, top / 2, top)),
        change=say(*_CHANGE[changed]),
    )


def _score(row: Mapping[str, Any]) -> Score:
    return Score(row["value"], row["on"], row["items"])


def _number(value: float) -> str:
    text = f"{value:g}"
    return text.replace(".", ",") if language() == "da" else text
