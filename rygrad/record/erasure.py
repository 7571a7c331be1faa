"""``erase``: an ended course leaves the record by law. Its bodies give way to their hashes, and the chain still holds.

What stays: that there were entries, of which type, when, and by whom; and a line in the log of changes with the basis.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.chain import erased
from rygrad.record.changes import must_administer, write_change
from rygrad.record.models import CareRelationship, Course, Entry, Identifier, Person, Sharing, Task
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.retention import kept
from rygrad.record.storage import writing
from rygrad.record.wording import storable

DONE = "course_erased"


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
        entries = list(Entry.objects.filter(stream=course))
        for entry in entries:
            Entry.objects.filter(seq=entry.seq).update(body=erased(entry.body))
        for model in (Task, CareRelationship, Sharing):
            model.objects.filter(course=row).delete()
        row.delete()
        persons = tuple(one for one in sorted({row.person_id, *relatives}) if _forgotten(one))
        detail = {"basis": basis.strip(), "entries": len(entries), **({"kept_until": over_on} if by_order else {})}
        write_change(actor, DONE, course, detail, at=at)
    return Erased(len(entries), persons)


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


def _forgotten(person: str) -> bool:
    """Drop a person of whom nothing else is kept; whether that was so."""
    row = Person.objects.filter(id=person, linked_to=None).first()
    named = (Course.objects.filter(person_id=person), Person.objects.filter(linked_to_id=person))
    shared = (Sharing.objects.filter(relative_id=person), Entry.objects.filter(stream=person))
    if row is None or any(rows.exists() for rows in (*named, *shared)):
        return False
    Identifier.objects.filter(person=row).delete()
    row.delete()
    return True


def _leave_no_trace_in_the_file() -> None:
    """SQLite overwrites what it lets go of. PostgreSQL leaves it to VACUUM."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
