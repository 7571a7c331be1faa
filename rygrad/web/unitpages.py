"""Units: the list, one unit with its names and members over time, and everything that can be changed about it."""

from collections import Counter
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.record import administration, people, rosters
from rygrad.record.actor import ORGANISATION_KINDS
from rygrad.record.dated import in_force
from rygrad.record.models import Membership, Organisation
from rygrad.record.rosters import Member
from rygrad.web import accounts
from rygrad.web.adminforms import Field, choice_field, day_field, day_of, form_page, today
from rygrad.web.adminwords import WHEN_WORDS, kind_word
from rygrad.web.language import say, words
from rygrad.web.pages import Asked, page, role_word, shown
from rygrad.web.recording import text_of

_SHOWN = 100
INVITATION = "invitation"


@page("administrator")
def units(request: Asked) -> HttpResponse:
    """The units whose name or code has these words in it, of one kind or of all."""
    day, typed, kind = today(), request.GET.get("soeg", "")[:200], request.GET.get("slags", "")
    found = rosters.organisations(request.actor, day, typed, kind if kind in ORGANISATION_KINDS else None)
    count = Counter(Membership.objects.filter(in_force(day)).values_list("organisation_id", flat=True))
    without = request.GET.get("uden") == "1"
    lines = [(one, kind_word(one.kind), count[one.id]) for one in found if not (without and count[one.id])]
    shown_lines = lines if request.GET.get("alle") == "1" else lines[:_SHOWN]
    return shown(
        request,
        "admin/units.html",
        lines=shown_lines,
        total=len(lines),
        hidden=len(lines) - len(shown_lines),
        typed=typed,
        kind=kind,
        without=without,
        kinds=[(one, kind_word(one)) for one in ORGANISATION_KINDS],
    )


@page("administrator")
def unit(request: Asked, organisation: str) -> HttpResponse:
    """One unit: what it has been called, who works there, and what it offers. A new invitation is shown once."""
    day = today()
    names = rosters.names(request.actor, organisation)
    members = rosters.members(request.actor, organisation, day)
    login = {one.user: one.state for one in accounts.accounts()}
    invitation = request.session.pop(INVITATION, None)
    row = Organisation.objects.get(id=organisation)
    return shown(
        request,
        "admin/unit.html",
        unit=row,
        kind=kind_word(row.kind),
        name=people.organisation_name(organisation, day),
        names=names,
        members=[(one, role_word(one.role), words(WHEN_WORDS[one.when]), _login_word(login, one)) for one in members],
        offers=rosters.offers_of(request.actor, organisation, day),
        invitation=invitation if invitation and invitation["unit"] == organisation else None,
    )


def _login_word(states: dict[str, str], member: Member) -> str:
    known = {
        "none": say("ikke inviteret", "not invited"),
        "invited": say("inviteret", "invited"),
        "active": say("kan logge ind", "can log in"),
        "deactivated": say("spærret", "deactivated"),
    }
    return known[states.get(member.user, "none")]


@page("administrator")
def add_unit(request: Asked) -> HttpResponse:
    """A new unit, and on to its page."""
    fields = [
        choice_field("kind", say("Slags", "Kind"), [(one, kind_word(one)) for one in ORGANISATION_KINDS]),
        Field("name", say("Navn", "Name"), required=True),
        day_field("valid_from", say("Fra den", "From"), today()),
        Field(
            "municipality_code",
            say("Kommunekode", "Municipality code"),
            hint=say("Fire cifre.", "Four digits."),
            longest=4,
        ),
        Field("sor_code", say("SOR-kode", "SOR code"), longest=18),
        Field("ydernummer", say("Ydernummer", "Ydernummer"), hint=say("Seks cifre.", "Six digits."), longest=6),
    ]

    def act() -> HttpResponse:
        made = administration.add_organisation(
            request.actor,
            text_of(request, "kind"),
            text_of(request, "name"),
            valid_from=day_of(request, "valid_from"),
            sor_code=text_of(request, "sor_code") or None,
            ydernummer=text_of(request, "ydernummer") or None,
            municipality_code=text_of(request, "municipality_code") or None,
        )
        messages.success(request, say("Enheden er oprettet.", "The unit is added."))
        return redirect("unit", organisation=made)

    return form_page(
        request,
        fields,
        act,
        title=say("Ny enhed", "New unit"),
        send=say("Opret enheden", "Add the unit"),
        back=(reverse("units"), say("Enheder", "Units")),
    )


@page("administrator")
def rename_unit(request: Asked, organisation: str) -> HttpResponse:
    """Another name from a day on; the old one ends the day before."""
    name = named(request, organisation)

    def act() -> HttpResponse:
        day = day_of(request, "valid_from")
        administration.rename_organisation(request.actor, organisation, text_of(request, "name"), day)
        messages.success(request, say("Det nye navn er gemt.", "The new name is stored."))
        return redirect("unit", organisation=organisation)

    return form_page(
        request,
        [
            Field("name", say("Nyt navn", "New name"), value=name, required=True),
            day_field("valid_from", say("Fra den", "From"), today()),
        ],
        act,
        title=say(f"Nyt navn til {name}", f"A new name for {name}"),
        send=say("Gem navnet", "Store the name"),
        back=back_to(organisation, name),
        notes=[
            say(
                "Det gamle navn gælder til og med dagen før og bliver stående.",
                "The old name holds until the day before, and stays readable.",
            )
        ],
    )


def named(request: Asked, organisation: str) -> str:
    """What the unit is called today; NotFound when there is none."""
    rosters.names(request.actor, organisation)
    return people.organisation_name(organisation, today())


def back_to(organisation: str, name: str) -> tuple[str, str]:
    """The way back to a unit's page: its address, and its name."""
    return reverse("unit", args=[organisation]), name


def known_units(day: date) -> list[tuple[str, str]]:
    """Every unit with its name that day, for a form to choose from."""
    return [pair for kind in ORGANISATION_KINDS for pair in people.organisations_of(kind, day)]
