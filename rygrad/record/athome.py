"""What citizens have said themselves: the newest answer to each question, of which day, and in which entry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rygrad.record import acts
from rygrad.record.acts import Act
from rygrad.record.coursefile import CourseFile
from rygrad.record.door import CourseView
from rygrad.record.fold import as_they_stand
from rygrad.record.signs import weight

FELT = "effect_felt"


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One answer: ``value`` is None for "don't know"; ``is_alone`` when its entry says nothing else."""

    value: Any
    on: date
    entry: str
    is_alone: bool


def own_answers(view: CourseView) -> dict[str, OwnAnswer]:
    """By fact, score or ``effect_felt``; only what the citizen wrote, never what others asked or found."""
    found: dict[str, OwnAnswer] = {}
    for entry in as_they_stand(view.entries):
        if entry.role == "citizen":
            told = dict(_told(entry.act))
            found |= {name: OwnAnswer(v, entry.valid_on, entry.id, len(told) == 1) for name, v in told.items()}
    return found


def _told(act: Act) -> Iterator[tuple[str, Any]]:
    if isinstance(act, acts.FactsRecorded | acts.AlarmRaised):
        yield from act.facts.items()
    if isinstance(act, acts.FactsRecorded):
        yield from ((name, None) for name in act.not_known)
    if isinstance(act, acts.ScoresRecorded):
        yield act.instrument, act.value
    if isinstance(act, acts.EffectFelt):
        yield FELT, None if act.felt == "not_known" else act.felt


def stands_as_said(file: CourseFile, name: str) -> bool:
    """The citizen has said yes to this sign, and nobody has clarified it since."""
    return file.stands_raised(name) and file.facts_said[name].said_by == "citizen"


def said_of_sign(file: CourseFile, own: Mapping[str, OwnAnswer], name: str, today: date) -> str:
    """``yes``, ``no`` or ``?``; empty when it was not answered today: an old no says nothing of today.

    A yes stands until it is clarified; one that is clarified is asked anew.
    """
    if stands_as_said(file, name):
        return "yes"
    answer = own.get(name)
    if answer is None or answer.on != today:
        return ""
    if answer.value is None:
        return "?"
    return "" if weight(answer.value) > 0 else "no"
