"""What a citizen is told about the own course: only what a clinician has confirmed, never a decision's own words."""

from dataclasses import dataclass
from datetime import date

from rygrad.pathway.pathway import Pathway
from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.acts import InformationGiven
from rygrad.record.coursefile import CourseFile
from rygrad.record.door import CourseView
from rygrad.record.fold import as_they_stand
from rygrad.record.identity import same_person
from rygrad.record.models import Course, Sharing
from rygrad.record.refusals import NotFound


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """One of the citizen's own courses."""

    course: str
    opened_on: date
    ended_on: date | None


def own_courses(actor: Actor) -> list[OwnCourse]:
    """The citizen's courses: an open one first, then the newest. NotFound for anybody but a citizen."""
    if actor.role != "citizen" or actor.person is None:
        raise NotFound
    rows = Course.objects.filter(person_id__in=same_person(actor.person)).order_by("-opened_at")
    found = [OwnCourse(row.id, clocks.local_day(row.opened_at), row.ended_on) for row in rows]
    return sorted(found, key=lambda one: one.ended_on is not None)


def shared_before(actor: Actor, course: str, day: date) -> dict[str, str]:
    """The relatives, id to name, with whom a course of the citizen's was shared, and this one is not today.

    NotFound for anybody but a citizen.
    """
    if actor.role != "citizen" or actor.person is None:
        raise NotFound
    rows = Sharing.objects.filter(course__person_id__in=same_person(actor.person)).select_related("relative")
    now = {row.relative_id for row in rows if row.course_id == course and row.valid_from <= day <= row.valid_until}
    return {row.relative_id: row.relative.name for row in rows if row.relative_id not in now}


@dataclass(frozen=True, slots=True)
class Told:
    """One item of information: when and by whom it was given, and when the citizen said it was read."""

    item: str
    given_on: date | None
    given_by: str
    read_on: date | None


def told(pathway: Pathway, view: CourseView) -> list[Told]:
    """The information of the confirmed group, and what was given besides."""
    file = view.file
    if file is None:
        return []
    group = pathway.groups.get(view.group or "")
    wanted = [item.id for item in group.information] if group else []
    givers = _givers(view)
    return [
        Told(item, file.information.get(item), givers.get(item, ""), file.information_read.get(item))
        for item in dict.fromkeys((*wanted, *file.information))
    ]


def _givers(view: CourseView) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in as_they_stand(view.entries):
        if isinstance(entry.act, InformationGiven):
            who, place = view.names.get(entry.actor, ""), view.names.get(entry.organisation or "", "")
            for item in entry.act.items:
                found.setdefault(item, ", ".join(filter(None, (who, place))))
    return found


def raised_signs(file: CourseFile | None) -> list[str]:
    """The alarm signs that stand and are not clarified: the call card is open then."""
    if file is None:
        return []
    return [name for name in sorted(file.signs) if file.stands_raised(name)]
