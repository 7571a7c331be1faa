"""`rygrad print …`: the leaflet, the pocket edition, the questionnaire, a plan, a letter, the emergency sheet."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.cli.localday import local_day
from rygrad.cli.record import Database, citizen_named, open_record
from rygrad.pathway.errors import RygradError
from rygrad.pathway.read import load_pathway

printing = application.group(
    "print",
    say(
        "Udskriv: pjece, lommeudgave, spørgeskema, plan, brev, nødark.",
        "Print: leaflet, pocket edition, questionnaire, plan, letter, emergency sheet.",
    ),
)
Out = Annotated[
    Path, typer.Option("--out", metavar="FILE", help=say("Filen, der skrives.", "The file that is written."))
]
AsHtml = Annotated[
    bool,
    typer.Option("--html", help=say("Siden i stedet for PDF; intet ekstra kræves.", "The page instead of a PDF.")),
]
Citizen = Annotated[str, typer.Argument(metavar="ID", help=say("Borgerens nummer, fx demo-1.", "Such as demo-1."))]
System = Annotated[str, typer.Option("--system", help="demo, cpr, ecpr …")]


@printing.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


def _write(out: Path, html: Callable[[], str], *, as_html: bool, is_private: bool = False) -> None:
    """Write the page or its PDF; never half a file, and a personal one for the owner's eyes only."""
    from rygrad.web.paper import press

    if not as_html and press.missing():
        raise press.CannotPrint(press.missing())
    made = html().encode() if as_html else press.pdf(html())
    if is_private:
        out.touch(mode=0o600)
    out.write_bytes(made)
    typer.echo(say(f"Skrevet til {out}.", f"Written to {out}."))


def _ready() -> None:
    from rygrad.site.start import start

    start(migrate=False)


@printing.command(
    help=say("Lommeudgaven, otte sider foldet af ét A4.", "The pocket edition: eight pages folded from one A4.")
)
def pocket(
    out: Out,
    pages: Annotated[
        bool, typer.Option("--pages", help=say("Siderne i læserækkefølge.", "The pages in reading order."))
    ] = False,
    as_html: AsHtml = False,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Made from the content: a new content version prints a new one."""
    _ready()
    from rygrad.web.paper import documents

    loaded = load_pathway(pathway)
    _write(out, lambda: documents.pocket(loaded, language(), is_imposed=not pages), as_html=as_html)


@printing.command(help=say("Borgerens pjece, A5 eller i stor skrift.", "The citizen's leaflet, A5 or in large print."))
def leaflet(
    out: Out,
    group: Annotated[
        str, typer.Option("--group", help=say("Gruppens id, fx recurrent.", "A group's id, such as recurrent."))
    ] = "",
    large: Annotated[bool, typer.Option("--large", help=say("Stor skrift, A4.", "Large print, A4."))] = False,
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help=say("Sidens adresse til QR-koden.", "For the QR code."))
    ] = "",
    as_html: AsHtml = False,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """For one group, or for all."""
    _ready()
    from rygrad.web.paper import documents

    loaded = load_pathway(pathway)
    if group and group not in loaded.groups:
        known = ", ".join(loaded.groups)
        raise RygradError("group", {"da": f"ukendt gruppe; der er {known}.", "en": f"unknown group; known: {known}."})
    _write(out, lambda: documents.leaflet(loaded, language(), group, is_large=large, address=address), as_html=as_html)


@printing.command(help=say("Spørgeskemaet før et besøg, tomt.", "The questions before a visit, blank."))
def questionnaire(
    out: Out,
    as_html: AsHtml = False,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """To fill in with a pen."""
    _ready()
    from rygrad.web.paper import documents

    loaded = load_pathway(pathway)
    _write(out, lambda: documents.questionnaire(loaded, language()), as_html=as_html)


def _own_course(actor: Any) -> str:
    from rygrad.record.citizenview import own_courses

    courses = own_courses(actor)
    if not courses:
        raise RygradError("no_course", {"da": "borgeren har intet forløb.", "en": "the citizen has no course."})
    return courses[0].course


@printing.command(
    help=say(
        "En borgers plan på én side. Opslaget står i borgerens log.",
        "A citizen's plan on one page. The look stands in the citizen's log.",
    )
)
def plan(
    citizen: Citizen,
    out: Out,
    system: System = "demo",
    as_html: AsHtml = False,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """The open course, or the last one."""
    open_record(database)
    from rygrad.record.door import see_course
    from rygrad.web.citizen.mine import everything
    from rygrad.web.paper import documents

    today = local_day()
    actor = citizen_named(system, citizen)
    view = see_course(actor, _own_course(actor), channel="cli", reason=_REASON)
    with _spoken():
        shown = everything(view, today)
    _write(out, lambda: documents.plan(shown, language(), today), as_html=as_html, is_private=True)


@printing.command(
    help=say(
        "Et sendt brev, det nyeste eller et bestemt. Opslaget står i borgerens log.",
        "A letter that was sent, the newest or a certain one. The look stands in the citizen's log.",
    )
)
def letter(
    citizen: Citizen,
    out: Out,
    entry: Annotated[str, typer.Option("--entry", metavar="ID", help=say("Indførslens id.", "The entry's id."))] = "",
    system: System = "demo",
    as_html: AsHtml = False,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """As it was sent, with its fingerprint."""
    open_record(database)
    from rygrad.record.door import see_course
    from rygrad.record.letters import frozen_letter
    from rygrad.web.paper import documents

    actor = citizen_named(system, citizen)
    view = see_course(actor, _own_course(actor), channel="cli", what="letter", reason=_REASON)
    letters = [one for one in view.entries if frozen_letter(one) and entry in ("", one.id)]
    if not letters:
        raise RygradError("no_letter", {"da": "der er intet sådant brev.", "en": "there is no such letter."})
    made = documents.letter(view, letters[-1], language())
    _write(out, lambda: made, as_html=as_html, is_private=True)


_REASON = "udskrevet af driften"


@printing.command(
    help=say(
        "Nødarket til når systemet er nede: programmet og en brugers steds åbne forløb.",
        "The emergency sheet for when the system is down: the programme and a place's open courses.",
    )
)
def emergency(
    user: Annotated[
        str, typer.Argument(metavar="USER", help=say("En kliniker på stedet, fx bo.", "A clinician there, such as bo."))
    ],
    out: Out,
    as_html: AsHtml = False,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Personal data on paper: each course on it is a look in the citizen's log."""
    open_record(database)
    from rygrad.record import people
    from rygrad.record.contents import active
    from rygrad.record.emergencysheet import open_plans
    from rygrad.record.refusals import NotFound
    from rygrad.web.paper import documents

    today = local_day()
    try:
        actor = people.professional_actor(user, today)
        rows = open_plans(actor, channel="cli")
    except NotFound:
        raise RygradError(
            "no_user", {"da": "ingen kliniker hedder det.", "en": "there is no such clinician."}
        ) from None
    place = people.organisation_name(actor.organisation or "", today)
    made = documents.emergency(active().pathway, place, rows, language(), today)
    _write(out, lambda: made, as_html=as_html, is_private=True)


def _spoken() -> Any:
    from django.utils import translation

    return translation.override(language())
