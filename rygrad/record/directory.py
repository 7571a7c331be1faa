"""The local directory: where an effort is offered on a day, what the place takes and how long one waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rygrad.record.alphabet import danish_order
from rygrad.record.contents import active
from rygrad.record.dated import check_period, in_force
from rygrad.record.identity import new_id
from rygrad.record.models import Offer, Organisation
from rygrad.record.people import organisation_names, text
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.storage import writing
from rygrad.record.wording import storable

MUNICIPAL_EFFORTS = ("municipal_prevention", "employment", "labour_market_and_income")
"""What a citizen gets in their own municipality, and in no other."""
LONGEST_TEXT, MOST_WEEKS = 2_000, 260


@dataclass(frozen=True, slots=True)
class LocalOffer:
    """One offer as it is on a day. ``receiver`` is the organisation that delivers it: a referral is sent there.

    ``waiting_weeks`` is what one waited on ``waiting_checked_on``; both None when nobody has said.
    """

    offer: str
    effort: str
    name: str
    receiver: str
    receiver_name: str
    receiver_kind: str
    municipality_code: str | None
    owner: str
    owner_name: str
    takes: str
    preconditions: str
    does_not_take: str
    phone: str
    waiting_weeks: int | None
    waiting_checked_on: date | None
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Receiver:
    """An organisation that receives referrals to an effort."""

    organisation: str
    name: str
    kind: str
    municipality_code: str | None


def offers(effort: str, day: date, municipality_code: str | None = None) -> tuple[LocalOffer, ...]:
    """What is offered that day, by name; with the citizen's municipality, that municipality's own first.

    Of a municipal effort only the citizen's own municipality's, when it is known.
    """
    rows = Offer.objects.filter(in_force(day), effort=effort)
    if municipality_code and effort in MUNICIPAL_EFFORTS:
        rows = rows.filter(delivered_by__municipality_code=municipality_code)
    return tuple(
        sorted(
            as_of(rows.select_related("delivered_by"), day),
            key=lambda o: (
                municipality_code is not None and o.municipality_code != municipality_code,
                danish_order(o.name),
                o.offer,
            ),
        )
    )


def receivers(effort: str, day: date, municipality_code: str | None = None) -> tuple[Receiver, ...]:
    """The organisations that deliver those offers, each once, in the same order."""
    found = (
        Receiver(o.receiver, o.receiver_name, o.receiver_kind, o.municipality_code)
        for o in offers(effort, day, municipality_code)
    )
    return tuple(dict.fromkeys(found))


def offer(offer: str, day: date) -> LocalOffer:
    """One offer as it is that day; NotFound when it is not offered then."""
    found = as_of(Offer.objects.filter(in_force(day), offer=offer).select_related("delivered_by"), day)
    if not found:
        raise NotFound
    return found[0]


def register_offer(
    effort: str,
    name: str,
    owner: str,
    delivered_by: str,
    *,
    valid_from: date = date(1900, 1, 1),
    valid_until: date | None = None,
    takes: str = "",
    preconditions: str = "",
    does_not_take: str = "",
    phone: str = "",
    waiting_weeks: int | None = None,
    waiting_checked_on: date | None = None,
    offer: str | None = None,
) -> str:
    """A new offer of an effort of the programme, or another period of an ``offer`` there is; its id back.

    Refused when a word, text or date will not do, no such organisation is there, or two periods overlap.
    """
    row = Offer(
        offer=offer or new_id("t"),
        effort=effort,
        name=text(name),
        owner_id=owner,
        delivered_by_id=delivered_by,
        valid_from=valid_from,
        valid_until=valid_until,
        takes=takes,
        preconditions=preconditions,
        does_not_take=does_not_take,
        phone=phone,
        waiting_weeks=waiting_weeks,
        waiting_checked_on=waiting_checked_on,
    )
    with writing():
        check_offer(row)
        row.save(force_insert=True)
    return row.offer


def check_offer(row: Offer) -> None:
    """Refused when a row about to be stored says what cannot be, or holds on a day that another of its offer holds."""
    efforts = active().pathway.words["efforts"]
    if row.effort not in efforts:
        raise Refused("effort", "ukendt indsats.", "unknown effort.", known=", ".join(efforts))
    texts = (row.takes, row.preconditions, row.does_not_take, row.phone)
    storable(*texts)
    if any(len(one) > LONGEST_TEXT for one in texts):
        raise Refused("too_long", "teksten er for lang.", "the text is too long.", known=f"{LONGEST_TEXT}")
    if row.waiting_weeks is not None and not (0 <= row.waiting_weeks <= MOST_WEEKS and row.waiting_checked_on):
        raise Refused(
            "waiting",
            f"ventetid er 0–{MOST_WEEKS} uger og har en dato, den er set efter.",
            f"a waiting time is 0–{MOST_WEEKS} weeks, and has the day it was checked.",
        )
    kinds = dict(Organisation.objects.filter(id__in=(row.owner_id, row.delivered_by_id)).values_list("id", "kind"))
    if kinds.get(row.delivered_by_id) == "region" or not {row.owner_id, row.delivered_by_id} <= set(kinds):
        raise Refused(
            "receiver",
            "ejer og udfører skal være enheder, der findes; en region udfører ikke selv.",
            "owner and deliverer must be organisations that exist; a region delivers nothing itself.",
        )
    others = Offer.objects.filter(offer=row.offer).exclude(pk=row.pk)
    check_period(row.valid_from, row.valid_until, others.values_list("valid_from", "valid_until"))


def check_offered(offer: str, effort: str, receiver: str, day: date) -> None:
    """Refused unless this receiver delivers this offer of this effort that day; the hint names those it does."""
    theirs = Offer.objects.filter(in_force(day), effort=effort, delivered_by_id=receiver)
    known = sorted(theirs.values_list("offer", flat=True))
    if offer not in known:
        raise Refused(
            "offer",
            "tilbuddet er ikke et, I giver til den indsats den dag.",
            "the offer is not one you give for that effort that day.",
            known=", ".join(known),
        )


def as_of(rows: Iterable[Offer], day: date) -> list[LocalOffer]:
    """These rows, fetched with ``delivered_by``, with what the organisations are called that day."""
    rows = list(rows)
    names = organisation_names((id for row in rows for id in (row.delivered_by_id, row.owner_id)), day)
    return [_as_of(row, names) for row in rows]


def _as_of(row: Any, names: dict[str, str]) -> LocalOffer:
    return LocalOffer(
        offer=row.offer,
        effort=row.effort,
        name=row.name,
        receiver=row.delivered_by_id,
        receiver_name=names.get(row.delivered_by_id, row.delivered_by_id),
        receiver_kind=row.delivered_by.kind,
        municipality_code=row.delivered_by.municipality_code,
        owner=row.owner_id,
        owner_name=names.get(row.owner_id, row.owner_id),
        takes=row.takes,
        preconditions=row.preconditions,
        does_not_take=row.does_not_take,
        phone=row.phone,
        waiting_weeks=row.waiting_weeks,
        waiting_checked_on=row.waiting_checked_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
