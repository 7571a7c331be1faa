"""Two records of one person: linked, and unlinked again, as entries in the person's own stream."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from rygrad.record import access, acts, clocks
from rygrad.record.actor import Actor
from rygrad.record.acts import NAMES, written
from rygrad.record.chain import ENTRY_COLUMNS, extend, head
from rygrad.record.contents import activation, programme
from rygrad.record.fold import fold
from rygrad.record.identity import same_person
from rygrad.record.journal import Receipt, check_key, entries_of, new_entry, next_instant
from rygrad.record.models import Course, Entry, Person
from rygrad.record.refusals import KeyReused, NotFound, Refused
from rygrad.record.storage import writing
from rygrad.record.wording import check_words, storable


def link_persons(
    actor: Actor, person: str, act: acts.PersonsLinked | acts.PersonsUnlinked, *, key: str, at: datetime | None = None
) -> Receipt:
    """Link ``act.other`` to a person, or undo it. The courses stay as they are; both are seen as one citizen's.

    NotFound unless the actor has a care relationship with a course of both. Refused when there is nothing to do, or
    when both have an open course: one of them must end first.
    """
    check_key(key)
    storable(person, act.other)
    with writing():
        earlier = Entry.objects.filter(actor=actor.id, key=key).first()
        if earlier and (earlier.stream, earlier.type, earlier.body) != (person, NAMES[type(act)], written(act)):
            raise KeyReused
        if earlier:
            return Receipt(earlier.stream, earlier.version, (earlier.id,), again=True)
        current = activation()
        last = head("journal")
        instant = next_instant(at or clocks.now(), last, current)
        for one in (person, act.other):
            _must_treat(actor, one, NAMES[type(act)], instant)
        check_words(programme(current.content_id).pathway, act, clocks.local_day(instant))
        _must_make_sense(person, act)
        row = new_entry(
            actor,
            act,
            stream=person,
            version=Entry.objects.filter(stream=person).count() + 1,
            key=key,
            valid_on=clocks.local_day(instant),
            at=instant,
            purpose="care",
            content=current.content_id,
        )
        extend(last, [row], ENTRY_COLUMNS, instant)
        Entry.objects.bulk_create([row])
        project_link(person, act)
        return Receipt(person, row.version, (row.id,))


def project_link(person: str, act: acts.Act) -> None:
    """The link on the persons' rows: the other one points at the person, or neither at the other any more."""
    if isinstance(act, acts.PersonsLinked):
        Person.objects.filter(id=act.other).update(linked_to=person)
    elif isinstance(act, acts.PersonsUnlinked):
        Person.objects.filter(id=act.other, linked_to=person).update(linked_to=None)
        Person.objects.filter(id=person, linked_to=act.other).update(linked_to=None)


def _must_treat(actor: Actor, person: str, action: str, instant: datetime) -> None:
    day, people = clocks.local_day(instant), same_person(person)
    courses: Sequence[Course] = list(Course.objects.filter(person_id__in=people))
    for course in courses:
        stands = access.standing(actor, people, fold(entries_of(course.id), frozenset()), day)
        if access.may(actor, action, stands.relations):
            return
    raise NotFound


def _must_make_sense(person: str, act: acts.PersonsLinked | acts.PersonsUnlinked) -> None:
    linked = act.other in same_person(person)
    pairs = Person.objects.filter(Q(id=act.other, linked_to=person) | Q(id=person, linked_to=act.other))
    if isinstance(act, acts.PersonsUnlinked) and linked and not pairs.exists():
        raise Refused("not_directly", "de to er koblet gennem en tredje.", "the two are linked through a third.")
    if not linked and Person.objects.filter(id=act.other).exclude(linked_to=None).exists():
        raise Refused(
            "linked_elsewhere", "den anden er koblet; kobl fra dens side.", "the other is linked; link from its side."
        )
    if person == act.other or linked == isinstance(act, acts.PersonsLinked):
        raise Refused("nothing_to_link", "det er allerede sådan.", "that is so already.")
    both = same_person(person) | same_person(act.other)
    if not linked and Course.objects.filter(person_id__in=both, ended_on=None).count() > 1:
        raise Refused(
            "two_open_courses", "begge har et åbent forløb; afslut det ene.", "both have an open course; end one."
        )
