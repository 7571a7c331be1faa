"""Finding a citizen by name or identifier among those one's own organisation treats."""

from dataclasses import dataclass
from datetime import datetime

from rygrad.record import access, clocks
from rygrad.record.accesslog import Seen, log
from rygrad.record.actor import Actor
from rygrad.record.chain import present
from rygrad.record.dated import in_force
from rygrad.record.models import CareRelationship, Identifier
from rygrad.record.refusals import NotFound
from rygrad.record.wording import storable

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One course of a citizen who was found."""

    course: str
    person: str
    name: str
    ended: bool


def search(actor: Actor, words: str, *, channel: str = "api", at: datetime | None = None) -> tuple[Found, ...]:
    """Courses whose citizen has this identifier, or a name with all these words; by name, at most 50.

    Only within the organisation's care relationships of today; each one shown is a look, and logged.
    """
    shown = _found(actor, words, at)
    log(actor, [Seen(one.person, one.course, "care") for one in shown], "search", channel=channel, at=at)
    return shown


def courses_found(actor: Actor, words: str, *, at: datetime | None = None) -> list[str]:
    """The same courses' ids alone, for the door to open and log."""
    return [one.course for one in _found(actor, words, at)]


def _found(actor: Actor, words: str, at: datetime | None) -> tuple[Found, ...]:
    if not (actor.organisation and access.may(actor, "see_plan", frozenset({"care"}))):
        raise NotFound
    storable(words)
    wanted = words.casefold().split()
    if not wanted:
        return ()
    today = clocks.local_day(present(at))
    within = CareRelationship.objects.filter(in_force(today), organisation_id=actor.organisation)
    every = within.values_list("course_id", "course__person_id", "course__person__name", "course__ended_on")
    named = Identifier.objects.filter(value__in=(words.strip(), words.strip().replace("-", "").upper()))
    rows = list(every.filter(course__person_id__in=named.values("person_id")))
    if not rows and not _is_number(wanted):
        rows = [row for row in every.iterator() if all(word in row[2].casefold() for word in wanted)]
    found = sorted(
        {Found(c, p, name, bool(ended)) for c, p, name, ended in rows}, key=lambda one: (one.ended, one.name)
    )
    return tuple(found[:MOST_FOUND])


def _is_number(wanted: list[str]) -> bool:
    """It is nobody's name. A number that somebody elsewhere has takes as long to miss as one that nobody has."""
    return len(wanted) == 1 and any(character.isdigit() for character in wanted[0])
