"""What entries tell of a course for the region's tables: days, first and last answers, the unit that treats."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rygrad.record import acts
from rygrad.record.act import Act
from rygrad.record.coursefile import CourseFile, Recorded

_TREATING = (acts.TreatmentStarted, acts.Visit, acts.TreatmentEnded)


def days_of(standing: Sequence[Recorded], kind: type[Act], **where: Any) -> list[date]:
    """The days of the entries of a kind whose body says so, the first first."""
    return sorted(
        entry.valid_on
        for entry in standing
        if isinstance(entry.act, kind) and all(getattr(entry.act, name) == value for name, value in where.items())
    )


def answers_of(standing: Sequence[Recorded], fact: str) -> list[tuple[date, Any]]:
    """Every answer to a question with its day, in the order they are true of."""
    said = [
        (e.valid_on, e.act.facts[fact])
        for e in standing
        if isinstance(e.act, acts.FactsRecorded)
        if fact in e.act.facts
    ]
    return sorted(said, key=lambda one: one[0])


def first_and_last(dated: Sequence[tuple[date, Any]]) -> tuple[Any, Any]:
    """The first value, and the last one of a later day: None for what there is not."""
    ordered = sorted(dated, key=lambda one: one[0])
    if not ordered:
        return None, None
    return ordered[0][1], ordered[-1][1] if ordered[-1][0] > ordered[0][0] else None


def clinic_on(standing: Sequence[Recorded], file: CourseFile, day: date) -> str:
    """The unit that treated last by that day; where nobody had, the one that holds the course."""
    treated = [e for e in standing if isinstance(e.act, _TREATING) and e.organisation and e.valid_on <= day]
    last = max(treated, key=lambda entry: (entry.valid_on, entry.seq), default=None)
    return (last.organisation if last else None) or file.holder


def told(standing: Sequence[Recorded], file: CourseFile, clinic: str, about: str) -> bool | None:
    """Whether this unit told own GP; None where it is own GP, or where it may have been told before the course came."""
    if clinic == file.own_gp:
        return None
    if (clinic, about) in file.told_gp:
        return True
    return None if any(isinstance(entry.act, acts.HistoryReceived) for entry in standing) else False
