"""The record's texts, dressed for a page: who is who in a letter about this course."""

from collections.abc import Mapping
from datetime import date

from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, clocks, letters
from rygrad.record.actor import Actor
from rygrad.record.contents import active
from rygrad.record.door import CourseView
from rygrad.record.journaltext import journal_text
from rygrad.record.letters import Letter
from rygrad.record.matter import Matter, Speech, Who
from rygrad.record.people import organisation_name
from rygrad.web.language import language


def who(view: CourseView, actor: Actor | None = None, receiver: str = "") -> Who:
    """The names in a text about this course, written by this actor to this receiver."""
    today = clocks.local_day(clocks.now())
    place = organisation_name(actor.organisation, today) if actor and actor.organisation else ""
    age = (
        today.year - view.born_on.year - ((today.month, today.day) < (view.born_on.month, view.born_on.day))
        if view.born_on
        else None
    )
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
        language=language(),
        file=view.file,
        decision=view.decision,
    )


def journal_text_of(view: CourseView, pathway: Pathway, today: date) -> str:
    """At most six lines to paste in one's own record."""
    return journal_text(matter(view))


def message_of(view: CourseView, about: str, actor: Actor, outcome: str = "") -> str:
    """The message to own GP on start, plan or end."""
    return letters.message_to_gp(about, matter(view, actor, view.names.get(view.own_gp, "")), outcome=outcome)


def return_of(view: CourseView, actor: Actor, needs: Mapping[str, acts.Need], urgency: str, wish: str) -> Letter:
    """The return to own GP, as it will be sent."""
    return letters.return_letter(
        matter(view, actor, view.names.get(view.own_gp, "")), needs, urgency=urgency, wish=wish
    )


def speech(view: CourseView, actor: Actor) -> Speech:
    """What a text is made from that holds nothing clinical."""
    return Speech(pathway=active().pathway, who=who(view, actor), language=language())
