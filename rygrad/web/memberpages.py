"""Who works at a unit: somebody new with a link to log in, somebody who is known, and the last day of either."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from rygrad.record import administration, rosters
from rygrad.record.administration import STAFF_ROLES
from rygrad.record.models import Organisation, Professional
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.rosters import Member
from rygrad.web import accounts
from rygrad.web.adminforms import Field, choice_field, day_field, day_of, day_or_none, form_page, today
from rygrad.web.language import say
from rygrad.web.pages import Asked, page, role_word
from rygrad.web.recording import text_of
from rygrad.web.unitpages import INVITATION, back_to, named

_PROPOSED = 500
_USUAL_ROLE = {
    "gp_practice": "general_practitioner",
    "physiotherapy_clinic": "physiotherapist",
    "chiropractic_clinic": "chiropractor",
    "specialist_practice": "specialist",
    "hospital_unit": "hospital_clinician",
    "municipality": "municipal_worker",
    "employment_service": "municipal_worker",
    "region": "administrator",
}


def _roles(organisation: str) -> list[tuple[str, str]]:
    """The roles one can have there, the usual one first."""
    kind = str(Organisation.objects.get(id=organisation).kind)
    own = ("administrator", "programme_manager") if kind == "region" else STAFF_ROLES
    ordered = sorted(own, key=lambda role: role != _USUAL_ROLE[kind])
    return [(role, role_word(role)) for role in ordered]


@page("administrator")
def add_professional(request: Asked, organisation: str) -> HttpResponse:
    """Somebody new who works there; the unit's page then shows a link to choose a password with."""
    name = named(request, organisation)
    roles = _roles(organisation)
    fields = [
        Field("name", say("Navn", "Name"), required=True),
        Field(
            "user",
            say("Brugernavn til login", "User name to log in with"),
            required=True,
            longest=accounts.LONGEST_NAME,
        ),
        choice_field("role", say("Rolle", "Role"), roles, roles[0][0]),
        Field("authorisation", say("Autorisations-id", "Authorisation id"), longest=40),
        day_field("valid_from", say("Fra den", "From"), today()),
    ]

    def act() -> HttpResponse:
        user = text_of(request, "user")
        if not accounts.is_name(user):
            raise Refused("user_name", "brugernavnet kan ikke bruges.", "the user name cannot be used.")
        administration.add_professional(
            request.actor,
            user,
            text_of(request, "name"),
            text_of(request, "role"),
            organisation,
            valid_from=day_of(request, "valid_from"),
            authorisation=text_of(request, "authorisation") or None,
        )
        messages.success(request, say("Medarbejderen er oprettet.", "The member is added."))
        return _invited(request, organisation, user)

    return form_page(
        request,
        fields,
        act,
        title=say(f"Ny medarbejder hos {name}", f"New member of {name}"),
        send=say("Opret, og lav et link til login", "Add, and make a link to log in"),
        back=back_to(organisation, name),
        notes=[
            say(
                "Er personen oprettet i forvejen ved en anden enhed, så tilføj en tilknytning i stedet.",
                "If the person is there already at another unit, add a membership instead.",
            )
        ],
    )


def _invited(request: Asked, organisation: str, user: str) -> HttpResponse:
    """Back to the unit's page, which shows the link once."""
    address = request.build_absolute_uri(accounts.invite(user, by=request.actor))
    request.session[INVITATION] = {"unit": organisation, "user": user, "address": address}
    return redirect("unit", organisation=organisation)


@page("administrator")
def invite(request: Asked, organisation: str) -> HttpResponse:
    """A new link for one of the unit's members: lost password, or the first link grown old."""
    user = text_of(request, "user")
    if request.method == "POST":
        if user not in {
            one.user for one in rosters.members(request.actor, organisation, today()) if one.when != "past"
        }:
            raise NotFound
        return _invited(request, organisation, user)
    return redirect("unit", organisation=organisation)


@page("administrator")
def add_membership(request: Asked, organisation: str) -> HttpResponse:
    """Somebody who is there already also works at this unit."""
    name = named(request, organisation)
    known = list(Professional.objects.order_by("name", "user").values_list("user", "name")[:_PROPOSED])
    roles = _roles(organisation)
    fields = [
        Field("user", say("Brugernavn", "User name"), "one_of", options=known, required=True),
        choice_field("role", say("Rolle her", "Role here"), roles, roles[0][0]),
        day_field("valid_from", say("Fra den", "From"), today()),
        day_field("valid_until", say("Til og med", "Until"), required=False),
    ]

    def act() -> HttpResponse:
        user = text_of(request, "user")
        if not Professional.objects.filter(user=user).exists():
            raise Refused("user", "ingen har det brugernavn.", "nobody has that user name.")
        administration.add_membership(
            request.actor,
            user,
            organisation,
            text_of(request, "role"),
            valid_from=day_of(request, "valid_from"),
            valid_until=day_or_none(text_of(request, "valid_until")),
        )
        messages.success(request, say("Tilknytningen er gemt.", "The membership is stored."))
        return redirect("unit", organisation=organisation)

    return form_page(
        request,
        fields,
        act,
        title=say(f"Tilknyt en medarbejder til {name}", f"Give {name} a member who is known"),
        send=say("Gem tilknytningen", "Store the membership"),
        back=back_to(organisation, name),
    )


@page("administrator")
def end_membership(request: Asked, organisation: str, membership: int) -> HttpResponse:
    """The last day of a membership; with it goes the access to the unit's citizens."""
    name = named(request, organisation)
    found = next(
        (one for one in rosters.members(request.actor, organisation, today()) if one.membership == membership), None
    )
    if found is None:
        raise NotFound
    last = max(today(), found.valid_from)

    def act() -> HttpResponse:
        administration.end_membership(request.actor, membership, day_of(request, "valid_until"))
        messages.success(request, say("Tilknytningen er afsluttet.", "The membership is ended."))
        return redirect("unit", organisation=organisation)

    return form_page(
        request,
        [day_field("valid_until", say("Sidste dag", "Last day"), last)],
        act,
        title=say(f"Afslut {found.name} hos {name}", f"End {found.name} at {name}"),
        send=say("Afslut tilknytningen", "End the membership"),
        back=back_to(organisation, name),
        notes=_ending_notes(found),
    )


def _ending_notes(member: Member) -> list[str]:
    return [
        f"{role_word(member.role)}, {say('bruger', 'user')} {member.user}.",
        say(
            "Adgangen til enhedens borgere ophører dagen efter. Det, der er skrevet, bliver stående.",
            "Access to the unit's citizens ends the day after. What was written stays.",
        ),
    ]
