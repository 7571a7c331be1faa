"""Administration: organisations with their dated names, professionals, memberships and local offers.

Every function takes an administrator (NotAllowed to everybody else), and writes what it did with what it does.
Nothing dated is rewritten: the old row ends the day before the new one begins. Only what begins on that very day is
put right in place, and the change keeps what stood there.
"""

from copy import copy
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from rygrad.record import clocks, directory, people
from rygrad.record.actor import CLINICIANS, ROLES, Actor
from rygrad.record.changes import must_administer, write_change
from rygrad.record.dated import check_period, in_force
from rygrad.record.models import Membership, Offer, Organisation, OrganisationName, Professional
from rygrad.record.people import text
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.storage import writing
from rygrad.record.wording import storable

STAFF_ROLES = tuple(role for role in ROLES if role not in ("citizen", "relative"))
_OF_A_MUNICIPALITY = ("municipality", "employment_service")
_DAY = timedelta(days=1)


class Says(TypedDict, total=False):
    """What an offer says of itself, for those who refer to it."""

    takes: str
    preconditions: str
    does_not_take: str
    phone: str
    waiting_weeks: int | None
    waiting_checked_on: date | None


class OfferData(Says, total=False):
    """What may be another from a day on; ``owner`` and ``delivered_by`` are ids of organisations."""

    name: str
    owner: str
    delivered_by: str


def add_organisation(
    actor: Actor,
    kind: str,
    name: str,
    *,
    valid_from: date,
    sor_code: str | None = None,
    ydernummer: str | None = None,
    municipality_code: str | None = None,
    at: datetime | None = None,
) -> str:
    """A new organisation, called this from a day on; its id back. Refused when kind, name, a code or the day is wrong.

    What belongs to a municipality must say which: its offers are shown to that municipality's citizens.
    """
    must_administer(actor)
    check_period(valid_from, None)
    if kind in _OF_A_MUNICIPALITY and not municipality_code:
        raise Refused("code", "kommunekoden mangler (fire cifre).", "the municipality code is missing (four digits).")
    codes = {"sor_code": sor_code, "ydernummer": ydernummer, "municipality_code": municipality_code}
    with writing():
        made = people.register_organisation(kind, name, valid_from=valid_from, **codes)
        detail = {"kind": kind, "name": name, "valid_from": valid_from, **codes}
        write_change(actor, "organisation_added", made, detail, at=at)
    return made


def rename_organisation(
    actor: Actor, organisation: str, name: str, valid_from: date, *, at: datetime | None = None
) -> None:
    """Called this from a day on; the old name ends the day before. NotFound, Refused when it had no name that day."""
    must_administer(actor)
    with writing():
        _organisation(organisation)
        rows = OrganisationName.objects.filter(organisation_id=organisation)
        new, detail = _from_that_day(rows, valid_from, {"name": text(name)})
        new.save()
        write_change(actor, "organisation_renamed", organisation, detail, at=at)


def add_professional(
    actor: Actor,
    user: str,
    name: str,
    role: str,
    organisation: str,
    *,
    valid_from: date,
    authorisation: str | None = None,
    at: datetime | None = None,
) -> str:
    """A professional with a first membership; their id back. NotFound, Refused when role, name or user will not do."""
    must_administer(actor)
    check_period(valid_from, None)
    with writing():
        _check_role(role, organisation)
        made = people.register_professional(
            user, name, role, organisation, authorisation=authorisation, valid_from=valid_from
        )
        detail = {"name": name, "role": role, "organisation": organisation, "valid_from": valid_from}
        write_change(actor, "professional_added", user, {**detail, "authorisation": authorisation}, at=at)
    return made


def add_membership(
    actor: Actor,
    user: str,
    organisation: str,
    role: str,
    *,
    valid_from: date,
    valid_until: date | None = None,
    at: datetime | None = None,
) -> int:
    """A professional also works there, in one role, from a day (until a day); the membership's number back.

    NotFound; Refused when they are there already on one of the days.
    """
    must_administer(actor)
    with writing():
        _check_role(role, organisation)
        who = _professional(user)
        if who.id == actor.id:
            raise Refused(
                "oneself",
                "ingen giver sig selv adgang; bed en anden administrator.",
                "nobody gives themselves access; ask another administrator.",
            )
        there = Membership.objects.filter(professional=who, organisation_id=organisation)
        check_period(valid_from, valid_until, there.values_list("valid_from", "valid_until"))
        made = Membership.objects.create(
            professional=who, organisation_id=organisation, role=role, valid_from=valid_from, valid_until=valid_until
        )
        detail = {"organisation": organisation, "role": role, "valid_from": valid_from, "valid_until": valid_until}
        write_change(actor, "membership_added", user, detail, at=at)
    return made.pk


def end_membership(actor: Actor, membership: int, valid_until: date, *, at: datetime | None = None) -> None:
    """The last day of a membership. NotFound; Refused before it begins, after its end, or if nobody administers then.

    Access goes with it: from the day after, the professional is not of that organisation.
    """
    must_administer(actor)
    with writing():
        row = Membership.objects.filter(pk=membership).select_related("professional").first()
        if row is None:
            raise NotFound
        check_period(row.valid_from, valid_until)
        if row.valid_until is not None and valid_until >= row.valid_until:
            raise Refused(
                "already_ended",
                f"tilknytningen slutter allerede {row.valid_until}; vælg en tidligere dag, eller opret en ny.",
                f"the membership ends on {row.valid_until} already; choose an earlier day, or add a new one.",
            )
        others = Membership.objects.filter(in_force(valid_until + _DAY), role="administrator").exclude(pk=row.pk)
        if row.role == "administrator" and not others.exists():
            raise Refused(
                "last_administrator",
                "så er der ingen administrator; opret en anden først.",
                "then nobody administers; add another administrator first.",
            )
        before, row.valid_until = row.valid_until, valid_until
        row.save()
        detail = {"organisation": row.organisation_id, "role": row.role, "valid_from": row.valid_from}
        write_change(
            actor,
            "membership_ended",
            row.professional.user,
            {**detail, "valid_until": valid_until, "ended_before": before},
            at=at,
        )


def add_offer(
    actor: Actor,
    effort: str,
    name: str,
    owner: str,
    delivered_by: str,
    *,
    valid_from: date,
    valid_until: date | None = None,
    at: datetime | None = None,
    **says: Unpack[Says],
) -> str:
    """A new offer of an effort of the programme; its id back. Refused when a word, text, place or day will not do."""
    must_administer(actor)
    with writing():
        made = directory.register_offer(
            effort, name, owner, delivered_by, valid_from=valid_from, valid_until=valid_until, **says
        )
        detail = {"effort": effort, "name": name, "owner": owner, "delivered_by": delivered_by, **says}
        write_change(
            actor, "offer_added", made, {**detail, "valid_from": valid_from, "valid_until": valid_until}, at=at
        )
    return made


def replace_offer(
    actor: Actor, offer: str, valid_from: date, *, at: datetime | None = None, **data: Unpack[OfferData]
) -> None:
    """This is another from a day on, until what is planned after it; what is not named stays as it was.

    NotFound; Refused when it is not offered that day, nothing is new, or a text, place or day will not do.
    """
    must_administer(actor)
    renamed = {"owner": "owner_id", "delivered_by": "delivered_by_id"}
    with writing():
        rows = _offered(offer)
        new, detail = _from_that_day(rows, valid_from, {renamed.get(n, n): value for n, value in data.items()})
        text(new.name)
        directory.check_offer(new)
        new.save()
        write_change(actor, "offer_replaced", offer, detail, at=at)


def end_offer(actor: Actor, offer: str, valid_until: date, *, at: datetime | None = None) -> None:
    """The last day of an offer; what was planned after it, and has not begun, is dropped.

    NotFound; Refused when it is not offered that day, ends then already, or holds other data since.
    """
    must_administer(actor)
    today = clocks.local_day(at or clocks.now())
    with writing():
        rows = _offered(offer)
        row = _in_force(rows, valid_until)
        later = rows.filter(valid_from__gt=valid_until)
        begun = later.filter(valid_from__lte=today).order_by("-valid_from").first()
        if begun:
            raise Refused(
                "changed_since",
                f"tilbuddet er ændret siden; vælg en dag fra {begun.valid_from}.",
                f"the offer was changed since; choose a day from {begun.valid_from} on.",
            )
        if row.valid_until == valid_until and not later.exists():
            raise Refused("unchanged", "tilbuddet slutter allerede den dag.", "the offer ends on that day already.")
        dropped = list(later.order_by("valid_from").values_list("valid_from", flat=True))
        later.delete()
        before, row.valid_until = row.valid_until, valid_until
        row.save()
        detail = {"name": row.name, "valid_until": valid_until, "ended_before": before, "dropped_from": dropped}
        write_change(actor, "offer_ended", offer, detail, at=at)


def _from_that_day(rows: Any, day: date, data: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The row that holds this from the day on, to be checked and saved, and what is other than before."""
    check_period(day, None)
    row = _in_force(rows, day)
    changed = {name: value for name, value in data.items() if getattr(row, name) != value}
    if not changed:
        raise Refused("unchanged", "der er ikke ændret noget.", "nothing is other than it was.")
    detail = {"valid_from": day, "before": {name: getattr(row, name) for name in changed}, "after": changed}
    new = row
    if row.valid_from < day:
        new = copy(row)
        new.pk, new.valid_from, new._state.adding = None, day, True
        row.valid_until = day - _DAY
        row.save()
    for name, value in changed.items():
        setattr(new, name, value)
    return new, detail


def _in_force(rows: Any, day: date) -> Any:
    row = rows.filter(in_force(day)).order_by("-valid_from").first()
    if row is None:
        periods = rows.order_by("valid_from").values_list("valid_from", "valid_until")
        raise Refused(
            "not_in_force",
            "den dag gælder intet, der kan ændres.",
            "nothing is in force that day.",
            known="; ".join(f"{start} – {end or ''}".strip() for start, end in periods),
        )
    return row


def _organisation(organisation: str) -> str:
    storable(organisation)
    kind = Organisation.objects.filter(id=organisation).values_list("kind", flat=True).first()
    if kind is None:
        raise NotFound
    return str(kind)


def _professional(user: str) -> Professional:
    storable(user)
    found = Professional.objects.filter(user=user).first()
    if found is None:
        raise NotFound
    return found


def _offered(offer: str) -> Any:
    storable(offer)
    rows = Offer.objects.filter(offer=offer)
    if not rows.exists():
        raise NotFound
    return rows


def _check_role(role: str, organisation: str) -> None:
    kind = _organisation(organisation)
    known = [one for one in STAFF_ROLES if kind != "region" or one not in (*CLINICIANS, "municipal_worker")]
    if role not in known:
        raise Refused("role", "den rolle findes ikke dér.", "there is no such role there.", known=", ".join(known))
