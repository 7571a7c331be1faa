"""Pseudo-random numbers for a million courses at once, and days as whole numbers.

Each number is a hash of the seed, the row's index and the name of what is drawn (splitmix64): the same on any machine,
with any number of threads, and however the rows are cut into parts. Nothing here is kept between two draws.
"""

from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int32]
"""Days since 1970-01-01, or since the course was opened; NEVER for what does not happen."""
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]

NEVER = np.int32(1 << 28)
_STEP = np.uint64(0x9E3779B97F4A7C15)


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of splitmix64 (Steele, Lea, Flood 2014; constants by Stafford)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@lru_cache(maxsize=1024)
def _salt(what: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(what.encode(), digest_size=8).digest(), "big"))


class Dice:
    """The dice of some rows. What is drawn depends on seed, row and name alone, never on the order of drawing."""

    def __init__(self, seed: int, rows: Codes) -> None:
        start = _mixed(np.array([seed % (1 << 64)], dtype=np.uint64))
        self._state = _mixed(rows.astype(np.uint64) * _STEP + start)

    def bits(self, what: str) -> NDArray[np.uint64]:
        """64 bits for each row."""
        return _mixed(self._state + _salt(what))

    def u(self, what: str) -> Numbers:
        """A number from 0 up to 1 for each row."""
        return (self.bits(what) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def chance(self, what: str, p: Any) -> Flags:
        """True with this probability (one, or one for each row)."""
        return np.asarray(self.u(what) < p)

    def day(self, what: str, low: Any, high: Any) -> Days:
        """A whole number from ``low`` to ``high``, both included (each one, or one for each row)."""
        span = np.maximum(np.asarray(high, dtype=np.int64) - np.asarray(low, dtype=np.int64), 0) + 1
        return np.asarray(low + np.floor(self.u(what) * span), dtype=np.int32)

    def pick(self, what: str, shares: Any) -> Codes:
        """A position in ``shares``, by their size."""
        edges = np.cumsum(np.asarray(shares, dtype=np.float64))
        return np.searchsorted(edges[:-1] / edges[-1], self.u(what), side="right").astype(np.int64)

    def normal(self, what: str, mean: float, deviation: float) -> Numbers:
        """From a normal distribution (Box–Muller)."""
        radius = np.sqrt(-2.0 * np.log(1.0 - self.u(what + ".radius")))
        return np.asarray(mean + deviation * radius * np.cos(2.0 * np.pi * self.u(what + ".angle")))


def later(days: Days, more: Any) -> Days:
    """So many days later; what never happens stays so."""
    return np.where(days < NEVER, days + more, NEVER).astype(np.int32)


def first_over(days: Days, months: int) -> Days:
    """The first day that is over so many calendar months after, as ``decision.dates.first_day_over`` says it."""
    found = days.astype("datetime64[D]")
    month = found.astype("datetime64[M]")
    in_month = (found - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.timedelta64(months, "M")
    first = target.astype("datetime64[D]").astype(np.int64)
    length = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - first
    return np.asarray(first + np.minimum(in_month, length - 1) + 1, dtype=np.int32)


def month_number(days: Days) -> Codes:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def month_start(months: Codes) -> Days:
    """The first day of a month given as months since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64).astype(np.int32)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()
