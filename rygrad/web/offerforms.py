"""What an administrator writes about a local offer: a new one, another from a day on, and its last day."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.record import administration
from rygrad.record.contents import active
from rygrad.record.directory import LONGEST_TEXT, LocalOffer
from rygrad.record.refusals import Refused
from rygrad.web.adminforms import Field, choice_field, day_field, day_of, day_or_none, form_page, number_or_none, today
from rygrad.web.adminwords import effort_word
from rygrad.web.language import say
from rygrad.web.offerpages import periods_of, shown_of
from rygrad.web.pages import Asked, page
from rygrad.web.recording import text_of
from rygrad.web.unitpages import known_units

_TEXTS = ("name", "takes", "preconditions", "does_not_take", "phone")


@page("administrator")
def add_offer(request: Asked) -> HttpResponse:
    """A new offer, and on to its page."""
    places = known_units(today())
    fields = [
        choice_field(
            "effort", say("Indsats", "Effort"), [(one, effort_word(one)) for one in active().pathway.words["efforts"]]
        ),
        *_fields(None, places, request.GET.get("enhed", "")),
        day_field("valid_from", say("Fra den", "From"), today()),
        day_field("valid_until", say("Til og med", "Until"), required=False),
    ]

    def act() -> HttpResponse:
        data = _data(request)
        if data["waiting_weeks"] is not None and data["waiting_checked_on"] is None:
            data["waiting_checked_on"] = today()
        made = administration.add_offer(
            request.actor,
            text_of(request, "effort"),
            data.pop("name"),
            data.pop("owner"),
            data.pop("delivered_by"),
            valid_from=day_of(request, "valid_from"),
            valid_until=day_or_none(text_of(request, "valid_until")),
            **data,
        )
        messages.success(request, say("Tilbuddet er oprettet.", "The offer is added."))
        return redirect("local_offer", offer=made)

    return form_page(
        request,
        fields,
        act,
        title=say("Nyt tilbud", "New offer"),
        send=say("Opret tilbuddet", "Add the offer"),
        back=(reverse("local_offers"), say("Tilbud", "Offers")),
    )


def _fields(row: LocalOffer | None, places: list[tuple[str, str]], place: str = "") -> list[Field]:
    """What an offer says of itself, as fields with what it says now."""
    weeks = "" if row is None or row.waiting_weeks is None else str(row.waiting_weeks)
    given = {name: getattr(row, name) if row else "" for name in _TEXTS}
    return [
        Field("name", say("Navn", "Name"), value=given["name"], required=True),
        choice_field("owner", say("Ejer", "Owner"), places, row.owner if row else place),
        choice_field(
            "delivered_by",
            say("Udfører, som får henvisningerne", "Delivered by, who gets the referrals"),
            places,
            row.receiver if row else place,
        ),
        Field("takes", say("Tager imod", "Takes"), "area", given["takes"], longest=LONGEST_TEXT),
        Field(
            "preconditions",
            say("Forudsætninger", "Preconditions"),
            "area",
            given["preconditions"],
            longest=LONGEST_TEXT,
        ),
        Field(
            "does_not_take",
            say("Tager ikke imod", "Does not take"),
            "area",
            given["does_not_take"],
            longest=LONGEST_TEXT,
        ),
        Field("phone", say("Telefon", "Phone"), value=given["phone"], longest=60),
        Field(
            "waiting_weeks",
            say("Ventetid i uger", "Waiting time in weeks"),
            "number",
            weeks,
            say("Lad feltet stå tomt, når ventetiden er ukendt.", "Leave it empty when the waiting time is not known."),
        ),
        day_field(
            "waiting_checked_on",
            say("Ventetid set efter den", "Waiting time checked on"),
            row.waiting_checked_on if row else None,
            hint=say(
                "Skriver du en ny ventetid, sættes dagen til i dag.", "With a new waiting time the day becomes today."
            ),
            required=False,
        ),
    ]


def _data(request: Asked) -> dict[str, Any]:
    """What a form says of an offer."""
    return {
        **{name: text_of(request, name) for name in (*_TEXTS, "owner", "delivered_by")},
        "waiting_weeks": number_or_none(text_of(request, "waiting_weeks")),
        "waiting_checked_on": day_or_none(text_of(request, "waiting_checked_on")),
    }


@page("administrator")
def change_offer(request: Asked, offer: str) -> HttpResponse:
    """Another from a day on; what was not changed in the form stays as it is on that day."""
    day, periods = today(), periods_of(offer)
    row = shown_of(periods, day)
    fields = [
        *_fields(row, known_units(day)),
        day_field("valid_from", say("Ændringen gælder fra den", "The change holds from"), max(day, row.valid_from)),
    ]

    def act() -> HttpResponse:
        new = _changed(row, _data(request))
        if not new:
            raise Refused("unchanged", "der er ikke ændret noget.", "nothing is other than it was.")
        administration.replace_offer(request.actor, offer, day_of(request, "valid_from"), **new)
        messages.success(request, say("Ændringen er gemt.", "The change is stored."))
        return redirect("local_offer", offer=offer)

    return form_page(
        request,
        fields,
        act,
        title=say(f"Ændr {row.name}", f"Change {row.name}"),
        send=say("Gem ændringen", "Store the change"),
        back=(reverse("local_offer", args=[offer]), row.name),
        notes=_changing_notes(periods, row),
    )


def _changed(row: LocalOffer, data: dict[str, Any]) -> Any:
    """What the form says otherwise than the period it was filled in with; a new waiting time was checked today."""
    was = {**{name: getattr(row, name) for name in data if name != "delivered_by"}, "delivered_by": row.receiver}
    new = {name: value for name, value in data.items() if value != was[name]}
    if new.get("waiting_weeks") is not None and "waiting_checked_on" not in new:
        new["waiting_checked_on"] = today()
    if "waiting_weeks" in new and new["waiting_weeks"] is None:
        new["waiting_checked_on"] = None
    return new


def _changing_notes(periods: Sequence[LocalOffer], row: LocalOffer) -> list[str]:
    notes = [
        say("Det, der gælder nu, bliver stående til og med dagen før.", "What holds now stays until the day before.")
    ]
    if any(one.valid_from > row.valid_from for one in periods):
        notes.append(
            say(
                "Der er planlagt en senere ændring. Den bliver stående; ret den ved at vælge dens dag.",
                "A later change is planned. It stays; put it right by choosing its day.",
            )
        )
    return notes


@page("administrator")
def end_offer(request: Asked, offer: str) -> HttpResponse:
    """The last day of an offer; what was planned after it is dropped, and that is said beforehand."""
    day, periods = today(), periods_of(offer)
    row = shown_of(periods, day)
    planned = any(one.valid_from > day for one in periods)
    notes = (
        [say("Planlagte ændringer efter den dag bortfalder.", "Planned changes after that day are dropped.")]
        if planned
        else []
    )

    def act() -> HttpResponse:
        administration.end_offer(request.actor, offer, day_of(request, "valid_until"))
        messages.success(request, say("Tilbuddet slutter den dag.", "The offer ends on that day."))
        return redirect("local_offer", offer=offer)

    return form_page(
        request,
        [day_field("valid_until", say("Sidste dag", "Last day"), max(day, row.valid_from))],
        act,
        title=say(f"Afslut {row.name}", f"End {row.name}"),
        send=say("Afslut tilbuddet", "End the offer"),
        back=(reverse("local_offer", args=[offer]), row.name),
        notes=notes,
    )
