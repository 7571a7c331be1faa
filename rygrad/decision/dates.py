"""Local dates and calendar arithmetic; the only place that does any for one citizen."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Interval(NamedTuple):
    """A date known only to lie from ``earliest`` to ``latest``; an exact date has both the same."""

    earliest: date
    latest: date

    @property
    def is_exact(self) -> bool:
        """One day, not a span."""
        return self.earliest == self.latest


def read_day(value: object) -> date | None:
    """A date, or ``YYYY-MM-DD``, between 1900 and 2199; None for anything else, such as 30 February."""
    day = _parsed(value) if type(value) is str else value
    return day if type(day) is date and EARLIEST <= day <= LATEST else None


@lru_cache(maxsize=65_536)
def _parsed(text: str) -> date | None:
    if _ISO_DAY.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


def add_months(day: date, months: int) -> date:
    """The same day some calendar months later, clamped to the month's end: 30 November + 3 = 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=65_536)
def first_day_over(day: date, months: int) -> date:
    """The first day that is over this many months after a day; exactly that many is not over (R2)."""
    return add_months(day, months) + timedelta(days=1)


def days_between(earlier: date, later: date) -> int:
    """Whole days from one date to another; negative when the second lies first."""
    return (later - earlier).days


def months_before(day: date, months: int) -> date:
    """A day this many calendar months earlier, clamped to the month's end."""
    return add_months(day, -months)
