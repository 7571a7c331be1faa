"""The lists administrators work on: organisations, what they have been called, who works there, what they offer."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Q

from rygrad.record.actor import Actor
from rygrad.record.alphabet import danish_order
from rygrad.record.changes import must_administer
from rygrad.record.directory import LocalOffer, as_of
from rygrad.record.models import Membership, Offer, Organisation, OrganisationName
from rygrad.record.people import organisation_names
from rygrad.record.refusals import NotFound
from rygrad.record.wording import storable

When = Literal["now", "coming", "past"]
_ORDER = ("now", "coming", "past")


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation, called what it is called that day (its id when it has no name then)."""

    id: str
    name: str
    kind: str
    municipality_code: str | None
    sor_code: str | None
    ydernummer: str | None


@dataclass(frozen=True, slots=True)
class NameLine:
    """What an organisation was, is or will be called."""

    name: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Member:
    """A membership, by its number: who works (worked, will work) there, in which role."""

    membership: int
    user: str
    name: str
    role: str
    authorisation: str | None
    valid_from: date
    valid_until: date | None
    when: When


def organisations(actor: Actor, day: date, words: str = "", kind: str | None = None) -> tuple[OrganisationLine, ...]:
    """Those of a kind whose name, id or code has all the words in it, by name. NotAllowed but to administrators."""
    must_administer(actor)
    rows = list(Organisation.objects.filter(kind=kind) if kind else Organisation.objects.all())
    names = organisation_names((row.id for row in rows), day)
    lines = (
        OrganisationLine(
            row.id, names.get(row.id, row.id), row.kind, row.municipality_code, row.sor_code, row.ydernummer
        )
        for row in rows
    )
    wanted = words.casefold().split()
    found = [line for line in lines if all(word in _searched(line) for word in wanted)]
    return tuple(sorted(found, key=lambda line: (danish_order(line.name), line.id)))


def _searched(line: OrganisationLine) -> str:
    return " ".join(
        filter(None, (line.name, line.id, line.municipality_code, line.sor_code, line.ydernummer))
    ).casefold()


def names(actor: Actor, organisation: str) -> tuple[NameLine, ...]:
    """Every name of an organisation, the oldest first. NotFound; NotAllowed but to administrators."""
    must_administer(actor)
    _must_be_there(organisation)
    rows = OrganisationName.objects.filter(organisation_id=organisation).order_by("valid_from", "pk")
    return tuple(NameLine(row.name, row.valid_from, row.valid_until) for row in rows)


def members(actor: Actor, organisation: str, day: date) -> tuple[Member, ...]:
    """Everybody who has worked or will work there: those of that day first, by name. NotFound, NotAllowed."""
    must_administer(actor)
    _must_be_there(organisation)
    rows = Membership.objects.filter(organisation_id=organisation).select_related("professional")
    found = [_member(row, day) for row in rows]
    return tuple(sorted(found, key=lambda m: (_ORDER.index(m.when), danish_order(m.name), m.valid_from, m.membership)))


def _member(row: Membership, day: date) -> Member:
    coming = day < row.valid_from
    past = row.valid_until is not None and row.valid_until < day
    return Member(
        row.pk,
        row.professional.user,
        row.professional.name,
        row.role,
        row.professional.authorisation,
        row.valid_from,
        row.valid_until,
        "coming" if coming else "past" if past else "now",
    )


def offers_of(actor: Actor, organisation: str, day: date) -> tuple[LocalOffer, ...]:
    """Every period of every offer it owns or delivers, past and planned too, by name. NotFound, NotAllowed."""
    must_administer(actor)
    _must_be_there(organisation)
    rows = Offer.objects.filter(Q(owner_id=organisation) | Q(delivered_by_id=organisation))
    found = as_of(rows.select_related("delivered_by"), day)
    return tuple(sorted(found, key=lambda offer: (danish_order(offer.name), offer.offer, offer.valid_from)))


def _must_be_there(organisation: str) -> None:
    storable(organisation)
    if not Organisation.objects.filter(id=organisation).exists():
        raise NotFound
