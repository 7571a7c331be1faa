"""When it is looked at together whether the treatment helps: the 6–8 weeks, as clinicians recorded them."""

from dataclasses import dataclass
from datetime import date

from rygrad.decision.course import reassessment_state, window
from rygrad.decision.facts import read_facts
from rygrad.pathway.pathway import Pathway
from rygrad.record.coursefile import CourseFile


@dataclass(frozen=True, slots=True)
class LookAgain:
    """The first and last day of the window, and where it stands (``not_due``, ``due``, ``overdue``, ``done``)."""

    first: date
    last: date
    state: str


def look_again(pathway: Pathway, file: CourseFile, today: date) -> LookAgain | None:
    """The window after the first treatment or the plan; None before either, or where the confirmed group has none."""
    group = pathway.groups.get(file.group or "")
    if group is None or group.reassessment is None:
        return None
    names = (*pathway.reassessment.window.after, pathway.reassessment.done_by)
    told = {name: value for name, value in file.facts().items() if name in names}
    facts = read_facts(pathway, told, today)
    found = window(pathway, facts)
    if found is None:
        return None
    return LookAgain(found.earliest, found.latest, reassessment_state(pathway, facts, today))
