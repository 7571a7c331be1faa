"""Rows that hold from a day and until a day (included), or with no end: names, memberships, offers, relationships."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from rygrad.decision.dates import read_day
from rygrad.record.refusals import Refused

Period = tuple[date, date | None]


def in_force(day: date) -> Q:
    """What picks the rows in force that day."""
    return Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))


def check_period(valid_from: date, valid_until: date | None, others: Iterable[Period] = ()) -> None:
    """Refused when a day is not possible, the end lies before the beginning, or the days are another period's too.

    The hint says which days are taken.
    """
    if read_day(valid_from) is None or (valid_until is not None and read_day(valid_until) is None):
        raise Refused("impossible_day", "datoen er ikke mulig.", "the date is not possible.", known="1900–2199")
    if valid_until is not None and valid_until < valid_from:
        raise Refused(
            "period",
            "slutdatoen ligger før startdatoen; vælg en senere slutdato.",
            "the last day lies before the first; choose a later last day.",
        )
    for start, end in others:
        if (valid_until is None or start <= valid_until) and (end is None or valid_from <= end):
            raise _overlaps(start, end)


def _overlaps(start: date, end: date | None) -> Refused:
    return Refused(
        "overlap",
        "perioden overlapper en, der er i forvejen.",
        "the period overlaps one that is there already.",
        hint={
            "da": f"Optaget fra {start}{f' til og med {end}' if end else ''}: vælg andre dage, eller afslut den først.",
            "en": f"Taken from {start}{f' until {end}' if end else ''}: choose other days, or end that one first.",
        },
    )
