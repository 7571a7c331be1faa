"""Which courses an organisation is in today, and where an entry or a person leads: ids alone, for doors to open."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef

from rygrad.record import access
from rygrad.record.actor import Actor
from rygrad.record.dated import in_force
from rygrad.record.identity import same_person
from rygrad.record.models import CareRelationship, Course, Entry, Identifier, Person, Sharing
from rygrad.record.refusals import NotFound
from rygrad.record.wording import storable


def courses_within(
    actor: Actor, day: date, after: str = "", size: int = 100, *, with_referral: bool = False
) -> list[str]:
    """The next courses, by id, that the actor's organisation has a care relationship to that day.

    ``with_referral``: only those on which somebody was ever referred. NotFound to those who may see no course by their
    organisation. Nothing is said about them but that they are there: the door then opens each, checks and logs.
    """
    if not (actor.organisation and access.may(actor, "see_plan", frozenset({"care"}))):
        raise NotFound
    storable(after)
    rows = CareRelationship.objects.filter(in_force(day), organisation_id=actor.organisation, course_id__gt=after)
    if with_referral:
        rows = rows.filter(course_id__in=CareRelationship.objects.filter(basis="referral").values("course_id"))
    return list(rows.order_by("course_id").values_list("course_id", flat=True).distinct()[:size])


def is_near(actor: Actor, course: str) -> bool:
    """Whether this actor has, or ever had, anything to do with the course; the door then judges what, and when.

    To everybody else it takes the same one question to find nothing, whether the course is there or not.
    """
    if actor.role == "citizen":
        return Course.objects.filter(id=course, person_id__in=same_person(actor.person or "")).exists()
    if actor.role == "relative":
        return Sharing.objects.filter(course_id=course, relative_id=actor.person).exists()
    return CareRelationship.objects.filter(course_id=course, organisation_id=actor.organisation).exists()


def courses_of(person: str) -> list[str]:
    """The courses of this person, and of those linked as the same, the oldest first; none of somebody unknown."""
    storable(person)
    if not Person.objects.filter(id=person).exists():
        return []
    return list(
        Course.objects.filter(person_id__in=same_person(person))
        .order_by("opened_at", "id")
        .values_list("id", flat=True)
    )


def courses_near(actor: Actor, person: str) -> list[str]:
    """Of this person's courses those that the actor's organisation has, or ever had, anything to do with; oldest first.

    The same questions, and as long, whether the person is there or not.
    """
    storable(person)
    near = CareRelationship.objects.filter(
        organisation_id=actor.organisation, course__person_id__in=same_person(person)
    )
    rows = near.order_by("course__opened_at", "course_id").values_list("course_id", flat=True)
    return list(dict.fromkeys(rows))


def course_of_entry(actor: Actor, entry: str) -> str:
    """The course an entry is on, where the actor's organisation has, or ever had, anything to do with it; else empty.

    One question, that finds nothing of an entry that is not there, and of one that is not theirs.
    """
    storable(entry)
    near = CareRelationship.objects.filter(course_id=OuterRef("stream"), organisation_id=actor.organisation)
    return Entry.objects.filter(Exists(near), id=entry).values_list("stream", flat=True).first() or ""


def identifiers_of(person: str, day: date) -> tuple[tuple[str, str], ...]:
    """System and value of the identifiers in force that day, the newest last."""
    rows = Identifier.objects.filter(in_force(day), person_id=person).order_by("valid_from", "pk")
    return tuple(rows.values_list("system", "value"))


def first_of_each_person(courses: list[str]) -> Iterator[str]:
    """Of these courses, one for each person: the newest."""
    rows = Course.objects.filter(id__in=courses).order_by("-opened_at", "id").values_list("id", "person_id")
    seen: set[str] = set()
    for course, person in rows:
        if person not in seen:
            seen.add(person)
            yield course
