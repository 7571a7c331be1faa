"""Texts about a course as one actor writes them: who is who, and the course as it will be once they are recorded."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date

from rygrad.decision.decide import decide
from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, clocks, letters
from rygrad.record.actor import Actor
from rygrad.record.acts import NAMES
from rygrad.record.contents import active
from rygrad.record.coursefile import Recorded
from rygrad.record.door import CourseView
from rygrad.record.fold import add
from rygrad.record.journaltext import journal_text
from rygrad.record.letters import Letter
from rygrad.record.matter import Matter, Speech, Who
from rygrad.record.people import organisation_name

LEAVES_IN = "da"  # what leaves is read by Danish colleagues, whatever language its sender reads the pages in
_AFTER_ALL = 10**15


def age_on(born_on: date | None, day: date) -> int | None:
    """Whole years of age on a day; None when nobody knows when they were born."""
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def who(view: CourseView, actor: Actor | None = None, receiver: str = "") -> Who:
    """The names in a text about this course, written by this actor to this receiver."""
    today = clocks.local_day(clocks.now())
    place = organisation_name(actor.organisation, today) if actor and actor.organisation else ""
    age = age_on(view.born_on, today)
    return Who(
        today=today,
        sender=f"{actor.name}, {place}" if actor and place else "",
        receiver=receiver,
        citizen=view.name,
        identifier=view.number,
        age=age,
        places=view.names,
    )


def matter(view: CourseView, actor: Actor | None = None, receiver: str = "") -> Matter:
    """What a text about this course is made from; only for those who see all of it."""
    assert view.file is not None and view.decision is not None  # noqa: S101  (the page is theirs alone)
    return Matter(
        pathway=active().pathway,
        who=who(view, actor, receiver),
        language=LEAVES_IN,
        file=view.file,
        decision=view.decision,
    )


def journal_text_of(view: CourseView, pathway: Pathway, today: date) -> str:
    """At most six lines to paste in one's own record."""
    return journal_text(matter(view))


def ahead(view: CourseView, actor: Actor, new: Sequence[acts.Act]) -> CourseView:
    """The course as it will be once these acts are recorded: what a message sent together with them is about."""
    programme, now = active(), clocks.now()
    file, today = deepcopy(view.file), clocks.local_day(now)
    assert file is not None  # noqa: S101  (the caller sees all of it)
    for number, act in enumerate(new, start=1):
        seq = _AFTER_ALL + number
        by = (actor.id, actor.role, actor.organisation)
        add(file, Recorded(seq, "", view.version + number, NAMES[type(act)], act, today, now, *by, programme.sha256))
    return replace(view, file=file, decision=decide(programme.pathway, file.facts(), today))


def message_of(view: CourseView, about: str, actor: Actor, outcome: str = "") -> str:
    """The message to own GP on start, plan or end."""
    return letters.message_to_gp(about, matter(view, actor, view.names.get(view.own_gp, "")), outcome=outcome)


def message_to_show(actor: Actor, view: CourseView, about: str, new: Sequence[acts.Act], outcome: str = "") -> str:
    """The message to own GP about these acts, as a form shows it; empty when own GP is who acts, or knows already."""
    if view.own_gp == actor.organisation or view.file is None or outcome == "died":
        return ""
    if (actor.organisation, about) in view.file.told_gp and about != "plan":
        return ""
    return message_of(ahead(view, actor, new), about, actor, outcome)


def return_of(view: CourseView, actor: Actor, needs: Mapping[str, acts.Need], urgency: str, wish: str) -> Letter:
    """The return to own GP, as it will be sent."""
    return letters.return_letter(
        matter(view, actor, view.names.get(view.own_gp, "")), needs, urgency=urgency, wish=wish
    )


def speech(view: CourseView, actor: Actor) -> Speech:
    """What a text is made from that holds nothing clinical."""
    return Speech(pathway=active().pathway, who=who(view, actor), language=LEAVES_IN)
