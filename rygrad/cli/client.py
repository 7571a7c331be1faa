"""`rygrad client …`: which other systems may ask through FHIR, and with which keys."""

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.cli.record import Database, open_record
from rygrad.pathway.errors import RygradError

client = application.group(
    "client",
    say(
        "Andre systemer, der må spørge gennem FHIR: registrér, list, nye nøgler, afslut, prøv.",
        "Other systems that may ask through FHIR: register, list, new keys, end, try.",
    ),
)

Id = Annotated[str, typer.Argument(metavar="ID", help=say("Systemets id.", "The system's id."))]
Keys = Annotated[Path, typer.Option("--keys", help=say("Dets offentlige nøgler (JWKS).", "Its public keys (JWKS)."))]


@client.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


@client.command(
    help=say(
        "Registrér et system for én enhed; en medarbejder dér svarer for det. Udskriver dets id.",
        "Register a system for one organisation; a professional there answers for it. Prints its id.",
    )
)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=say("Systemets navn.", "The system's name."))],
    organisation: Annotated[
        str,
        typer.Option("--organisation", metavar="ID", help=say("Enhedens id eller SOR-kode.", "Its id or SOR code.")),
    ],
    user: Annotated[
        str,
        typer.Option("--user", help=say("Brugernavnet på den, der svarer for det.", "Who answers for it: user name.")),
    ],
    keys: Keys,
    scopes: Annotated[
        str,
        typer.Option("--scopes", help=say("Det højst tilladte, fx «system/*.rs».", "The most, e.g. «system/*.rs».")),
    ],
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """What it may ask for is at most these scopes, and what the acting professional may."""
    text = _text(keys)
    open_record(database)
    from rygrad.fhir.api import clients
    from rygrad.web.accounts import OPERATOR

    typer.echo(clients.register(OPERATOR, name, _organisation(organisation), user, text, scopes))


def _organisation(wanted: str) -> str:
    from django.db.models import Q

    from rygrad.record.models import Organisation
    from rygrad.record.wording import storable

    storable(wanted)
    found = Organisation.objects.filter(Q(sor_code=wanted) | Q(id=wanted)).first()
    if found is None:
        raise RygradError("no_organisation", {"da": "enheden findes ikke.", "en": "there is no such organisation."})
    return str(found.id)


@client.command("list", help=say("Alle systemer, også afsluttede.", "Every system, ended ones too."))
def listed(database: Database = None, lang: application.Lang = application.SPOKEN) -> None:
    """One line each, by name, with tabs between."""
    open_record(database)
    from rygrad.fhir.api import clients
    from rygrad.record import clocks, people
    from rygrad.web.accounts import OPERATOR

    found = clients.clients(OPERATOR)
    places = people.organisation_names((one.organisation for one in found), clocks.local_day(clocks.now()))
    for one in found:
        state = say("afsluttet", "ended") if one.ended_at else say("i kraft", "in force")
        place = places.get(one.organisation, one.organisation)
        typer.echo("\t".join((one.id, one.name, place, one.user, one.scopes, " ".join(one.keys), state)))


@client.command(
    help=say(
        "Erstat et systems nøgler: adgang, det fik med de gamle, slutter ved næste kald.",
        "Replace a system's keys: access it got with the old ones ends at its next request.",
    )
)
def keys(
    id: Id,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("De nye (JWKS).", "The new ones (JWKS)."))],
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Public keys only."""
    text = _text(file)
    open_record(database)
    from rygrad.fhir.api import clients
    from rygrad.web.accounts import OPERATOR

    with _some_system():
        clients.replace_keys(OPERATOR, id, text)
    typer.echo(say("Nøglerne er erstattet.", "The keys are replaced."))


@client.command(
    help=say("Afslut et system: ingen adgang fra næste kald.", "End a system: no access from its next request.")
)
def end(id: Id, database: Database = None, lang: application.Lang = application.SPOKEN) -> None:
    """What it has written stays."""
    open_record(database)
    from rygrad.fhir.api import clients
    from rygrad.web.accounts import OPERATOR

    with _some_system():
        clients.end(OPERATOR, id)
    typer.echo(say(f"{id} er afsluttet.", f"{id} is ended."))


@client.command(
    help=say(
        "Hvad der blev af kort vist i andre systemer: givet, fulgt, tilsidesat og hvorfor. Intet om nogen borger.",
        "What became of cards shown in other systems: given, followed, overridden and why. Nothing about any citizen.",
    )
)
def cards(
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help=say("Kun givet fra den dag.", "Given from that day only.")),
    ] = None,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """One line a kind of card, with tabs between, those overridden most often first."""
    open_record(database)
    from rygrad.fhir.hooks.heeded import heeded

    found = heeded(since.date() if since else None)
    if not found:
        typer.echo(say("Ingen kort er givet.", "No card has been given."))
        return
    head = say(
        "tjeneste|kort om|tilstand|givet|fulgt|tilsidesat|% af besvarede|hvorfor",
        "service|card about|state|given|followed|overridden|% of those answered|why",
    )
    typer.echo(head.replace("|", "\t"))
    for one in found:
        share = "–" if one.overridden_per_cent is None else str(one.overridden_per_cent)
        why = ", ".join(f"{_reason(code)} ({number})" for code, number in one.reasons.most_common())
        counts = map(str, (one.given, one.accepted, one.overridden))
        typer.echo("\t".join((one.service, one.about, one.state, *counts, share, why)))


def _reason(code: str) -> str:
    """A reason of our own list in words; anybody else's as it was named."""
    from rygrad.fhir.words import OVERRIDE_REASONS

    if not code:
        return say("uden grund", "no reason named")
    return OVERRIDE_REASONS[code].text(language()) if code in OVERRIDE_REASONS else code


@contextmanager
def _some_system() -> Iterator[None]:
    """What is not found here is a system."""
    from rygrad.record.refusals import NotFound

    try:
        yield
    except NotFound:
        raise RygradError(
            "no_client",
            {"da": "systemet findes ikke, eller er afsluttet.", "en": "the system is not there, or has ended."},
            {"da": "Se rygrad client list.", "en": "See rygrad client list."},
        ) from None


@client.command(
    help=say(
        "Lav et nøglepar at prøve med: OUT.private.jwk (hemmelig) og OUT.jwks.json (til add og keys).",
        "Make a pair of keys to try with: OUT.private.jwk (secret) and OUT.jwks.json (for add and keys).",
    )
)
def key(
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help=say("Begyndelsen på de to filers navne.", "How both names begin.")),
    ],
    lang: application.Lang = application.SPOKEN,
) -> None:
    """No file is overwritten; the private one is its owner's alone."""
    _begin()
    from rygrad.fhir.api.keys import new_pair

    private, public = new_pair()
    for data, ending, mode in ((private, "private.jwk", 0o600), (public, "jwks.json", 0o644)):
        file = out.with_name(f"{out.name}.{ending}")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as opened:
            json.dump(data, opened)
        typer.echo(file)


@client.command(
    help=say(
        "Udskriv en underskrevet anmodning om adgang, og et curl-kald, der bruger den (én gang, i fire minutter).",
        "Print a signed request for access, and a curl call that uses it (once, for four minutes).",
    )
)
def token(
    id: Id,
    private: Annotated[
        Path, typer.Option("--key", metavar="FILE", help=say("Den hemmelige nøgle (JWK).", "The secret key (JWK)."))
    ],
    subject: Annotated[
        str, typer.Option("--subject", help=say("Hvem der handler: brugernavn.", "Who acts: user name."))
    ] = "",
    scopes: Annotated[str, typer.Option("--scopes", help=say("Det ønskede.", "What is asked for."))] = "system/*.rs",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Reads the key and stores nothing; needs no record. The address is the setting's."""
    secret = _read(private)
    _begin()
    from rygrad.fhir.api.keys import signed_assertion
    from rygrad.fhir.api.oauth import ASSERTION_TYPE, token_address

    assertion = signed_assertion(id, secret, token_address(), subject or None)
    typer.echo(f"{assertion}\n")
    scope = shlex.quote(f"scope={scopes}")
    typer.echo(
        f"curl -sS {token_address()} -d grant_type=client_credentials --data-urlencode {scope} "
        f"-d client_assertion_type={ASSERTION_TYPE} -d client_assertion={assertion}"
    )


def _begin() -> None:
    from rygrad.site.start import start

    start(migrate=False)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise _unreadable(file) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(file))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _unreadable(file)
    return found


def _unreadable(file: Path) -> RygradError:
    return RygradError("key_file", {"da": "filen er ikke JSON.", "en": "the file is not JSON."}, source=str(file))
