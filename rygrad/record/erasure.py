"""``erase``: an ended course leaves the record by law. Its bodies give way to their hashes, and the chain still holds.

With the last course of all who are linked as one citizen they leave too, and what their own streams say. What stays:
that there were entries, of which type, when, and by whom; and a line in the log of changes with the basis.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.chain import erased
from rygrad.record.changes import must_administer, write_change
from rygrad.record.identity import same_person
from rygrad.record.models import CareRelationship, Course, Entry, Identifier, Person, Sharing, Task
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.retention import kept
from rygrad.record.storage import writing
from rygrad.record.wording import storable

DONE = "course_erased"
DONE_OF_PERSON = "person_erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: how many entries, and the persons of whom nothing else is kept and who are gone too."""

    entries: int
    persons: tuple[str, ...]


def erase(actor: Actor, course: str, basis: str, *, by_order: bool = False, at: datetime | None = None) -> Erased:
    """Erase one ended course, on this basis; ``by_order`` (of an authority or a court) before its time is over too.

    NotAllowed to all but administrators, NotFound, Refused while it is open, before its time, or without a basis.
    """
    must_administer(actor)
    storable(course, basis)
    if not basis.strip():
        raise Refused("basis", "grundlaget mangler.", "the basis is missing.")
    _leave_no_trace_in_the_file()
    with writing():
        row = Course.objects.filter(id=course).first()
        if row is None:
            raise NotFound
        over_on = _over_on(row, by_order, clocks.local_day(at or clocks.now()))
        relatives = set(Sharing.objects.filter(course=row).values_list("relative_id", flat=True))
        entries = _erase_stream(course)
        for model in (Task, CareRelationship, Sharing):
            model.objects.filter(course=row).delete()
        row.delete()
        detail = {"basis": basis.strip(), "entries": entries, **({"kept_until": over_on} if by_order else {})}
        write_change(actor, DONE, course, detail, at=at)
        persons = _of_whom_nothing_is_kept({row.person_id, *relatives})
        for person in persons:
            if own := _erase_stream(person):
                write_change(actor, DONE_OF_PERSON, person, {"basis": basis.strip(), "entries": own}, at=at)
                entries += own
        Person.objects.filter(id__in=persons).update(linked_to=None)
        Identifier.objects.filter(person_id__in=persons).delete()
        Person.objects.filter(id__in=persons).delete()
    return Erased(entries, persons)


def _erase_stream(stream: str) -> int:
    """Every body of a course, or of a person's own stream, gives way to its hash; how many there were."""
    entries = list(Entry.objects.filter(stream=stream))
    for entry in entries:
        Entry.objects.filter(seq=entry.seq).update(body=erased(entry.body, entry.salt), salt="")
    return len(entries)


def _over_on(row: Course, by_order: bool, day: date) -> date:
    """The first day it need not be kept; Refused when that is still to come, and nobody ordered it."""
    found = kept(row)
    if found is None:
        raise Refused("course_open", "forløbet er åbent; afslut det først.", "the course is open; end it first.")
    if not by_order and found.over_on > day:
        raise Refused(
            "too_early",
            f"forløbet skal opbevares til {found.over_on}.",
            f"the course must be kept until {found.over_on}.",
            hint={
                "da": "Kun efter påbud fra myndighed eller domstol (--by-order).",
                "en": "Only by order of an authority or a court (--by-order).",
            },
        )
    return found.over_on


def _of_whom_nothing_is_kept(persons: Iterable[str]) -> tuple[str, ...]:
    """Those of them, each with all who are linked as the same, who have no course and with whom none is shared."""
    gone: set[str] = set()
    for people in map(same_person, persons):
        courses, shared = Course.objects.filter(person_id__in=people), Sharing.objects.filter(relative_id__in=people)
        if not courses.exists() and not shared.exists():
            gone |= people
    return tuple(sorted(gone))


def _leave_no_trace_in_the_file() -> None:
    """SQLite overwrites what it lets go of. PostgreSQL leaves it to VACUUM."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
