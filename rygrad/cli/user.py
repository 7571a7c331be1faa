"""`rygrad user …`: who may log in with a password."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.cli.localday import local_day
from rygrad.cli.record import Database, open_record
from rygrad.pathway.errors import RygradError

user = application.group(
    "user",
    say(
        "Brugere med adgangskode: opret, ny adgangskode, spær, list.",
        "Users with a password: add, new password, deactivate, list.",
    ),
)

Name = Annotated[str, typer.Argument(metavar="USER", help=say("Brugernavnet.", "The user name."))]
Ask = Annotated[
    bool,
    typer.Option(
        "--ask",
        help=say("Tast adgangskoden her, skjult, to gange.", "Type the password here, hidden, twice."),
    ),
]


@user.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


@user.command(
    help=say(
        "Giv en medarbejder login, og udskriv et link til at vælge adgangskode (virker én gang, i et døgn). "
        "Er medarbejderen ny, oprettes den med --name, --role og --organisation eller --region.",
        "Give a professional a login, and print a link to choose a password (works once, for a day). "
        "Somebody new is registered with --name, --role and --organisation or --region.",
    )
)
def add(
    username: Name,
    name: Annotated[str, typer.Option("--name", help=say("Navn.", "Name."))] = "",
    role: Annotated[str, typer.Option("--role", help=say("Rolle.", "Role."))] = "administrator",
    organisation: Annotated[
        str,
        typer.Option("--organisation", metavar="ID", help=say("Enhedens id eller SOR-kode.", "Its id or SOR code.")),
    ] = "",
    region: Annotated[
        str,
        typer.Option(
            "--region",
            help=say(
                "Navnet på den region, der driver systemet; oprettes, hvis den mangler.",
                "The name of the region that runs the system; made when it is missing.",
            ),
        ),
    ] = "",
    ask: Ask = False,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """The first administrator begins here."""
    open_record(database)
    from rygrad.record.models import Professional

    if not Professional.objects.filter(user=username).exists():
        _register(username, name, role, organisation, region)
    _invite(username, ask)


def _register(username: str, name: str, role: str, organisation: str, region: str) -> None:
    from django.db.models import Q

    from rygrad.record import people
    from rygrad.record.administration import add_professional
    from rygrad.record.models import Organisation, OrganisationName
    from rygrad.record.storage import writing
    from rygrad.web.accounts import OPERATOR, is_name

    if not name or not (organisation or region) or not is_name(username):
        raise RygradError(
            "new_user",
            {"da": "medarbejderen findes ikke.", "en": "the professional is not there."},
            {
                "da": "Opret med --name NAVN og --organisation ID (eller --region NAVN til den første administrator).",
                "en": "Register with --name NAME and --organisation ID (or --region NAME for the first administrator).",
            },
        )
    today = local_day()
    with writing():
        if region:
            known = OrganisationName.objects.filter(name=region, organisation__kind="region").first()
            place = known.organisation_id if known else people.register_organisation("region", region, valid_from=today)
        else:
            found = Organisation.objects.filter(Q(sor_code=organisation) | Q(id=organisation)).first()
            if found is None:
                raise RygradError(
                    "no_organisation", {"da": "enheden findes ikke.", "en": "there is no such organisation."}
                )
            place = found.id
        add_professional(OPERATOR, username, name, role, place, valid_from=today)


@user.command(
    help=say(
        "Udskriv et link til at vælge en ny adgangskode; åbner en spærret bruger igen.",
        "Print a link to choose a new password; opens a deactivated user again.",
    )
)
def password(
    username: Name, ask: Ask = False, database: Database = None, lang: application.Lang = application.SPOKEN
) -> None:
    """The old one works until the new one is chosen."""
    open_record(database)
    _invite(username, ask)


def _invite(username: str, ask: bool) -> None:
    from django.conf import settings
    from django.utils import translation

    from rygrad.web.accounts import account, choose_password, invite

    if not ask and not os.environ.get("RYGRAD_SECRET_KEY"):
        raise RygradError(
            "secret_key",
            {
                "da": "linket kan kun læses af en server med samme nøgle.",
                "en": "only a server with the same key can read the link.",
            },
            {
                "da": "Sæt RYGRAD_SECRET_KEY som hos serveren, eller brug --ask.",
                "en": "Set RYGRAD_SECRET_KEY as the server has it, or use --ask.",
            },
        )
    prompt = say("Adgangskode", "Password")
    typed = typer.prompt(prompt, hide_input=True, confirmation_prompt=True) if ask else ""
    with _somebody(), translation.override(language()):
        link = invite(username)
        if ask:
            choose_password(account(username), typed)
    if ask:
        typer.echo(say("Adgangskoden er gemt.", "The password is stored."))
        return
    site = (*settings.CSRF_TRUSTED_ORIGINS, "http://localhost:8000")[0]
    typer.echo(say("Virker én gang, i et døgn:", "Works once, for a day:"))
    typer.echo(f"{site}{link}")


@contextmanager
def _somebody() -> Iterator[None]:
    """What is not found here is a user."""
    from rygrad.record.refusals import NotFound

    try:
        yield
    except NotFound:
        raise RygradError(
            "no_user",
            {"da": "brugeren findes ikke.", "en": "the user is not there."},
            {"da": "Se rygrad user list.", "en": "See rygrad user list."},
        ) from None


@user.command(
    help=say(
        "Spær en bruger: intet login, og hver åben session slutter.",
        "Deactivate a user: no login, and every open session ends.",
    )
)
def deactivate(username: Name, database: Database = None, lang: application.Lang = application.SPOKEN) -> None:
    """The memberships, and what the user has written, stay."""
    open_record(database)
    from rygrad.web.accounts import deactivate as close

    with _somebody():
        close(username)
    typer.echo(say(f"{username} er spærret.", f"{username} is deactivated."))


_STATES = {
    "none": ("intet login", "no login"),
    "invited": ("ingen adgangskode", "no password"),
    "active": ("adgangskode", "password"),
    "deactivated": ("spærret", "deactivated"),
}


@user.command("list", help=say("Alle medarbejdere og deres login.", "Every professional and their login."))
def listed(database: Database = None, lang: application.Lang = application.SPOKEN) -> None:
    """One line each, by name, with tabs between."""
    open_record(database)
    from rygrad.web.accounts import accounts

    for row in accounts():
        typer.echo(f"{row.user}\t{row.name}\t{say(*_STATES[row.state])}")
