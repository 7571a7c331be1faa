"""Days and instants of the record: local dates, working days, and the local limits that no programme gives."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_SUNDAY_OR_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Days the pocket edition does not give. Each is local, and shown as such."""

    treatment_starts_within_days: int = 14
    no_news_after_days: int = 84
    triage_within_working_days: int = 5
    booking_within_working_days: int = 10
    answer_within_working_days: int = 10
    access_after_end_days: int = 30
    emergency_access_days: int = 1


LIMITS = Limits()


def now() -> datetime:
    """This instant, UTC. The record's only clock."""
    return datetime.now(UTC)


def not_before(newest: datetime | None) -> datetime:
    """Now, and never before what was recorded newest: a clock that has gone back gives no access back."""
    return max(now(), newest) if newest else now()


def local_day(instant: datetime) -> date:
    """The date in Copenhagen at this instant."""
    return instant.astimezone(COPENHAGEN).date()


@lru_cache(maxsize=512)
def _holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("DK", years=year, categories=("public", "optional")))


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a Danish holiday, nor a day many places are closed (1 May, 5 June, 24 and 31 December)."""
    return day.weekday() < _SUNDAY_OR_SATURDAY and day not in _holidays(day.year)


@lru_cache(maxsize=65_536)
def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after a day."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def end_of_day(day: date) -> datetime:
    """The first instant after a local day, UTC: 23 or 25 hours after its start when summer time changes."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=COPENHAGEN).astimezone(UTC)
