"""The audit: who has looked, and why somebody may. No citizen's name, number or data; and itself written down."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rygrad.pathway.words import Phrase
from rygrad.record import access, clocks
from rygrad.record.actor import Actor
from rygrad.record.changes import check_size, must_administer, write_change
from rygrad.record.contents import active
from rygrad.record.dated import check_period
from rygrad.record.fold import fold
from rygrad.record.identity import same_person
from rygrad.record.journal import entries_of
from rygrad.record.models import Course, Look, Organisation, Professional
from rygrad.record.people import organisation_names, professional_actors, text
from rygrad.record.refusals import NotFound
from rygrad.record.wording import storable

_NO_STANDING = access.Standing(frozenset(), frozenset(), ())


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look. ``person`` and ``course`` are opaque ids; ``name`` is empty when a citizen or relative looked."""

    seq: int
    at: datetime
    actor: str
    name: str
    role: str
    organisation: str | None
    organisation_name: str
    person: str
    course: str | None
    what: str
    basis: str
    reason: str | None
    channel: str


@dataclass(frozen=True, slots=True)
class LookPage:
    """The newest first; ``following`` is what to ask ``after`` for the next page, None at the end."""

    rows: tuple[LookRow, ...]
    following: int | None


def looks(
    actor: Actor,
    user: str | None = None,
    organisation: str | None = None,
    since: date | None = None,
    until: date | None = None,
    after: int | None = None,
    size: int = 50,
    *,
    at: datetime | None = None,
) -> LookPage:
    """Who looked, from ``since`` until ``until`` (local days, included), by one professional or from one organisation.

    The viewing is written first. NotAllowed but to administrators, NotFound for an unknown user or organisation,
    Refused when the days or the size are impossible.
    """
    must_administer(actor)
    check_size(size)
    storable(user, organisation)
    check_period(since or date(1900, 1, 1), until)
    rows = Look.objects.order_by("-seq")
    if user:
        rows = rows.filter(actor=_professional(user).id)
    if organisation:
        if not Organisation.objects.filter(id=organisation).exists():
            raise NotFound
        rows = rows.filter(organisation=organisation)
    if since:
        rows = rows.filter(at__gte=clocks.end_of_day(since - timedelta(days=1)))
    if until:
        rows = rows.filter(at__lt=clocks.end_of_day(until))
    if after is not None:
        rows = rows.filter(seq__lt=after)
    asked = {"user": user, "organisation": organisation, "since": since, "until": until, "after": after}
    write_change(actor, "audit_viewed", user or organisation or "", asked, at=at)
    found = list(rows[: size + 1])
    return LookPage(_rows(found[:size]), found[size - 1].seq if len(found) > size else None)


def _professional(user: str) -> Professional:
    found = Professional.objects.filter(user=user).first()
    if found is None:
        raise NotFound
    return found


def _rows(found: list[Look]) -> tuple[LookRow, ...]:
    names = dict(Professional.objects.filter(id__in={look.actor for look in found}).values_list("id", "name"))
    days = {clocks.local_day(look.at) for look in found}
    places = {day: organisation_names({look.organisation for look in found if look.organisation}, day) for day in days}
    return tuple(_row(look, names, places[clocks.local_day(look.at)]) for look in found)


def _row(look: Look, names: dict[str, str], places: dict[str, str]) -> LookRow:
    place = look.organisation or ""
    return LookRow(
        look.seq,
        look.at,
        look.actor,
        names.get(look.actor, ""),
        look.role,
        look.organisation,
        places.get(place, place),
        look.person,
        look.course,
        look.what,
        look.basis,
        look.reason,
        look.channel,
    )


def explain(actor: Actor, user: str, course: str, day: date, *, at: datetime | None = None) -> Phrase:
    """In words: why this user may, or may not, see that course that day. That it was asked is written.

    A course that does not exist answers like one without access. NotAllowed but to administrators; NotFound for an
    unknown user.
    """
    must_administer(actor)
    storable(user, course)
    who = _professional(user)
    write_change(actor, "access_explained", user, {"course": text(course), "day": day}, at=at)
    actors = professional_actors(user, day) or [Actor(who.id, who.name, who.profession)]
    for one in actors:
        stands = _standing(one, course, day)
        if access.sees(one, stands):
            return access.why_may(one, stands)
    return access.why_may(actors[0], _NO_STANDING)


def _standing(actor: Actor, course: str, day: date) -> access.Standing:
    """As the door would find it; a course that began later, or is not there, has no relations."""
    row = Course.objects.filter(id=course).first()
    if row is None:
        return _NO_STANDING
    file = fold(entries_of(course), active().signs, on=day)
    return access.standing(actor, same_person(row.person_id), file, day)
