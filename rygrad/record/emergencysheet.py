"""The open courses of an organisation for a sheet of paper: who, where in the programme, what is next, who holds."""

from dataclasses import dataclass
from datetime import date, datetime

from rygrad.pathway.pathway import Pathway
from rygrad.record import clocks
from rygrad.record.accesslog import Seen, log
from rygrad.record.actor import CLINICIANS, Actor
from rygrad.record.alphabet import danish_order
from rygrad.record.chain import present
from rygrad.record.contents import active
from rygrad.record.dated import in_force
from rygrad.record.directory import LocalOffer, offers
from rygrad.record.glance import glances
from rygrad.record.lookagain import LookAgain, look_again
from rygrad.record.models import CareRelationship
from rygrad.record.refusals import NotFound


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One open course on the sheet; ``state`` and ``group`` are ids, empty for who does not see every part."""

    name: str
    number: str
    born_on: date | None
    state: str
    group: str
    again: LookAgain | None
    holder: str


def open_plans(actor: Actor, *, channel: str = "api", at: datetime | None = None) -> list[SheetRow]:
    """Every open course that this organisation has a care relationship with today, by name; each is a logged look.

    NotFound for those who are no clinicians.
    """
    if actor.role not in CLINICIANS or not actor.organisation:
        raise NotFound
    day = clocks.local_day(present(at))
    related = CareRelationship.objects.filter(
        in_force(day), organisation_id=actor.organisation, course__ended_on=None
    ).select_related("course__person")
    courses = {row.course_id: row.course for row in related}
    seen = glances(actor, courses, at=at)
    log(actor, [Seen(courses[c].person_id, c, "sheet") for c in seen], "sheet", channel=channel, at=at)
    pathway, rows = active().pathway, []
    for course, glance in seen.items():
        row, file = courses[course], glance.file
        again = look_again(pathway, file, day) if file else None
        state, group = (row.state, row.group or "") if file else ("", "")
        person = row.person
        rows.append(SheetRow(person.name, glance.number, person.born_on, state, group, again, glance.holder_name))
    return sorted(rows, key=lambda row: danish_order(row.name))


def phones(pathway: Pathway, day: date) -> list[LocalOffer]:
    """What is offered that day and can be called, in the programme's order of efforts."""
    return [one for effort in pathway.words["efforts"] for one in offers(effort, day) if one.phone]
