"""What administrators change and look at, one line each, written in the transaction that does it; never rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from rygrad.pathway.words import Phrase
from rygrad.record import access, clocks
from rygrad.record.actor import Actor
from rygrad.record.models import Change, Professional
from rygrad.record.refusals import Refused
from rygrad.record.steps import NotAllowed
from rygrad.record.storage import writing

CHANGE_WORDS: dict[str, Phrase] = {
    "organisation_added": Phrase("Enhed oprettet", "Organisation added"),
    "organisation_renamed": Phrase("Enhed har fået nyt navn", "Organisation renamed"),
    "professional_added": Phrase("Medarbejder oprettet", "Professional added"),
    "membership_added": Phrase("Tilknytning oprettet", "Membership added"),
    "membership_ended": Phrase("Tilknytning afsluttet", "Membership ended"),
    "offer_added": Phrase("Tilbud oprettet", "Offer added"),
    "offer_replaced": Phrase("Tilbud ændret", "Offer changed"),
    "offer_ended": Phrase("Tilbud afsluttet", "Offer ended"),
    "account_invited": Phrase("Bruger inviteret til at vælge adgangskode", "User invited to choose a password"),
    "account_deactivated": Phrase("Bruger spærret", "User deactivated"),
    "password_chosen": Phrase("Adgangskode valgt", "Password chosen"),
    "registered_at_login": Phrase("Tilknyttet ved login gennem broker", "Registered at login through the broker"),
    "client_added": Phrase("System tilsluttet", "System connected"),
    "client_keys_replaced": Phrase("System har fået nye nøgler", "System has new keys"),
    "client_ended": Phrase("System afsluttet", "System disconnected"),
    "audit_viewed": Phrase("Adgangsloggen set", "Access log viewed"),
    "access_explained": Phrase("Adgang forklaret", "Access explained"),
    "course_erased": Phrase("Forløb slettet efter loven", "Course erased by law"),
    "person_erased": Phrase("Persons egne indførsler slettet efter loven", "A person's own entries erased by law"),
    "columns_exported": Phrase("Regionens tabeller udtrukket", "The region's tables exported"),
}
LARGEST_PAGE = 500
_WRITE = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Who did what, about which organisation, user or offer (its id), with the detail as plain data."""

    seq: int
    at: datetime
    actor: str
    name: str
    what: str
    about: str
    detail: dict[str, Any]

    def words(self, language: str) -> str:
        """What was done, in ``da`` or ``en``."""
        return CHANGE_WORDS[self.what].text(language)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """The newest first; ``following`` is what to ask ``after`` for the next page, None at the end."""

    rows: tuple[ChangeLine, ...]
    following: int | None


def must_administer(actor: Actor) -> None:
    """Nothing to an administrator; NotAllowed to everybody else."""
    if not access.may(actor, "administer", frozenset({"any"})):
        raise NotAllowed


def write_change(actor: Actor, what: str, about: str, detail: Mapping[str, Any], *, at: datetime | None = None) -> None:
    """One durable line, in the transaction at hand. What it tells of must not stand when this raises."""
    if what not in CHANGE_WORDS:
        raise ValueError(what)
    with writing():
        last = Change.objects.order_by("-seq").first()
        instant = at or clocks.now()
        Change(
            seq=last.seq + 1 if last else 1,
            at=max(instant, last.at) if last else instant,
            actor=actor.id,
            what=what,
            about=about,
            detail=_WRITE.encode(detail).decode(),
        ).save(force_insert=True)


def changes(actor: Actor, after: int | None = None, size: int = 50) -> ChangePage:
    """A page of what was done. NotAllowed to everybody but administrators; Refused when the size is impossible."""
    must_administer(actor)
    check_size(size)
    rows = Change.objects.order_by("-seq")
    found = list((rows.filter(seq__lt=after) if after is not None else rows)[: size + 1])
    names = dict(Professional.objects.filter(id__in={row.actor for row in found}).values_list("id", "name"))
    lines = [
        ChangeLine(
            row.seq,
            row.at,
            row.actor,
            names.get(row.actor, row.actor),
            row.what,
            row.about,
            msgspec.json.decode(row.detail),
        )
        for row in found[:size]
    ]
    return ChangePage(tuple(lines), lines[-1].seq if len(found) > size else None)


def check_size(size: int) -> None:
    """Refused when a page cannot have this many rows."""
    if not 1 <= size <= LARGEST_PAGE:
        known = f"1–{LARGEST_PAGE}"
        raise Refused("page", "siden kan ikke have så mange linjer.", "a page cannot have as many lines.", known=known)
