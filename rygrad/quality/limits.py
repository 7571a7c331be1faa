"""Limits of the charts, and what a series says.

p-chart with limits for each month's own number: centre ± 3 √(centre (1 − centre) / n), never below 0 or above 1
(D. C. Montgomery, Introduction to Statistical Quality Control, the chapter on attributes). The funnel of one period is
the same formula over units instead of months (D. J. Spiegelhalter, Funnel plots for comparing institutional
performance, Statistics in Medicine 24, 2005: the normal approximation, at three standard errors, about 99.8 %). Both
are drawn from shown numbers alone, so that no limit gives a hidden one away.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

from rygrad.pathway.words import Phrase

if TYPE_CHECKING:
    from rygrad.quality.indicators import Row

SIGMAS = 3
RUN = 8
"""So many months in a row on one side of the centre are a signal (Western Electric's fourth rule)."""
FEWEST = 12
"""With fewer months than this, limits are drawn, and nothing is said of them."""


def limits(centre: float, n: int) -> tuple[float, float]:
    """The lower and upper limit of a proportion of ``n`` around a centre."""
    width = SIGMAS * sqrt(centre * (1 - centre) / n)
    return max(0.0, centre - width), min(1.0, centre + width)


def centre_of(rows: Iterable["Row"]) -> float | None:
    """The proportion over all rows that are shown; None when there is none."""
    shown = [(row.numerator, row.known) for row in rows if row.rate is not None]
    known = sum(n or 0 for _, n in shown)
    return sum(yes or 0 for yes, _ in shown) / known if known else None


def with_limits(rows: Sequence["Row"]) -> list["Row"]:
    """One indicator's rows with limits: a unit's months around its own centre, units around their level's."""
    series: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        series[(row.level, row.unit) if row.month else (row.level, "")].append(row)
    centres = {key: centre_of(of) for key, of in series.items()}
    return [_limited(row, centres[(row.level, row.unit) if row.month else (row.level, "")]) for row in rows]


def _limited(row: "Row", centre: float | None) -> "Row":
    if row.rate is None or centre is None or not row.known:
        return row
    lower, upper = limits(centre, row.known)
    return row._replace(centre=centre, lower=lower, upper=upper)


@dataclass(frozen=True, slots=True)
class Signal:
    """What a series says: ``too_few``, ``steady``, ``beyond_above``, ``beyond_below``, ``run_above``, ``run_below``.

    ``month`` is the newest month that says so.
    """

    state: str
    month: date | None = None


def signals(series: Sequence["Row"]) -> Signal:
    """What the shown months say, oldest first; the newest month that signals counts, a point before a run."""
    shown = [row for row in series if row.rate is not None and row.centre is not None]
    if len(shown) < FEWEST:
        return Signal("too_few")
    for end in range(len(shown), 0, -1):
        if state := _beyond(shown[end - 1]) or _run(shown[max(0, end - RUN) : end]):
            return Signal(state, shown[end - 1].month)
    return Signal("steady")


def _beyond(row: "Row") -> str:
    if row.rate is None or row.lower is None or row.upper is None:
        return ""
    return "beyond_above" if row.rate > row.upper else "beyond_below" if row.rate < row.lower else ""


def _run(rows: Sequence["Row"]) -> str:
    sides = {(row.rate or 0) - (row.centre or 0) for row in rows}
    if len(rows) < RUN:
        return ""
    return "run_above" if min(sides) > 0 else "run_below" if max(sides) < 0 else ""


_STATES = {
    "too_few": Phrase("For få måneder til at sige noget", "Too few months to say anything"),
    "steady": Phrase("Stabil: kun tilfældig variation", "Steady: chance variation only"),
    "beyond_above": Phrase("Signal: over øvre grænse", "Signal: above the upper limit"),
    "beyond_below": Phrase("Signal: under nedre grænse", "Signal: below the lower limit"),
    "run_above": Phrase(f"Signal: {RUN} måneder i træk over midten", f"Signal: {RUN} months in a row above the centre"),
    "run_below": Phrase(
        f"Signal: {RUN} måneder i træk under midten", f"Signal: {RUN} months in a row below the centre"
    ),
}
_WAYS = {
    True: Phrase("den ønskede vej", "the desired way"),
    False: Phrase("den uønskede vej", "the undesired way"),
}


def state_words(found: Signal, direction: str = "none") -> Phrase:
    """The state in words, with which way it is where the indicator has a direction. Never a rank."""
    said = _STATES[found.state]
    side = found.state.partition("_")[2]
    if direction == "none" or side not in ("above", "below"):
        return said
    way = _WAYS[(side == "above") == (direction == "higher")]
    return Phrase(f"{said.da} ({way.da})", f"{said.en} ({way.en})")
