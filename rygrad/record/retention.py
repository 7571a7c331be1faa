"""How long an ended course is kept, and which are past their time. What is done with those: ``erasure``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rygrad.decision.dates import add_months
from rygrad.record import clocks
from rygrad.record.models import Course, Entry

# Years after the last entry, by who wrote in it: the longest counts. No lawyer has read it.
YEARS = {
    "general_practitioner": 10,
    "specialist": 10,
    "hospital_clinician": 10,
    "chiropractor": 10,
    "physiotherapist": 5,
    "municipal_worker": 5,
}
_OTHERS = 5
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """An ended course: the day of its last entry, the years it is kept after that, and the first day it need not be."""

    course: str
    ended_on: date
    last_on: date
    years: int
    over_on: date


def kept(course: Course) -> Kept | None:
    """How long this course is kept; None while it is open."""
    rows = list(Entry.objects.filter(stream=course.id).values_list("role", "recorded_at"))
    if course.ended_on is None or not rows:
        return None
    last = max(clocks.local_day(at) for _, at in rows)
    years = max(YEARS.get(role, _OTHERS) for role, _ in rows)
    return Kept(course.id, course.ended_on, last, years, add_months(last, years * _MONTHS))


def past_their_time(day: date) -> Iterator[Kept]:
    """Every ended course whose time is over on this day, by its end."""
    earliest = add_months(day, -_MONTHS * min(YEARS.values()))
    for course in Course.objects.filter(ended_on__lte=earliest).order_by("ended_on", "id").iterator(chunk_size=1000):
        found = kept(course)
        if found and found.over_on <= day:
            yield found
