"""`rygrad record retention`, `rygrad record erase`: what is past its time, and a course that leaves by law."""

from datetime import timedelta
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.language import say
from rygrad.cli.localday import local_day
from rygrad.cli.record import Database, open_record, record
from rygrad.pathway.errors import RygradError

_ADVICE_DAYS = 3653


@record.command(
    help=say(
        "List de afsluttede forløb, hvis opbevaringstid er forbi; intet slettes uden erase.",
        "List the ended courses whose time is over; nothing is deleted without erase.",
    )
)
def retention(
    tidy: Annotated[
        bool,
        typer.Option(
            "--tidy",
            help=say(
                "Ryd op i udløbne sessioner, loginforsøg, brugte beskeder og ti år gamle råd.",
                "Drop expired sessions, login attempts, used messages, and advice of ten years ago.",
            ),
        ),
    ] = False,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """One line each with tabs between: course, ended, last entry, years kept, over since. No name and no number."""
    open_record(database)
    from rygrad.record.retention import past_their_time

    found = list(past_their_time(local_day()))
    for one in found:
        typer.echo(f"{one.course}\t{one.ended_on}\t{one.last_on}\t{one.years}\t{one.over_on}")
    typer.echo(
        say(
            f"{len(found)} forløb er over tiden. Slet et med: rygrad record erase FORLØB --basis GRUNDLAG",
            f"{len(found)} courses are past their time. Erase one with: rygrad record erase COURSE --basis BASIS",
        ),
        err=True,
    )
    if tidy:
        gone = _tidied()
        typer.echo(say(f"Det udløbne er fjernet: {gone} rækker.", f"What has expired is gone: {gone} rows."), err=True)


def _tidied() -> int:
    """Drop what has expired in the pages' and the neighbours' tables; how many rows."""
    from rygrad.fhir.models import Advice, Feedback, UsedAssertion
    from rygrad.record import clocks
    from rygrad.record.storage import writing
    from rygrad.web.attempts import tidy

    now = clocks.now()
    long_ago = now - timedelta(days=_ADVICE_DAYS)
    with writing():
        rows = (
            UsedAssertion.objects.filter(expires_at__lt=now),
            Feedback.objects.filter(advice__at__lt=long_ago),
            Advice.objects.filter(at__lt=long_ago),
        )
        gone: int = tidy(now) + sum(found.delete()[0] for found in rows)
        return gone


@record.command(
    help=say(
        "Slet et afsluttet forløb efter loven: indholdet bliver til hashværdier, og kæden holder stadig.",
        "Erase an ended course by law: what it says becomes hashes, and the chain still holds.",
    )
)
def erase(
    course: Annotated[str, typer.Argument(metavar="COURSE", help=say("Forløbets id.", "The course's id."))],
    basis: Annotated[
        str, typer.Option("--basis", help=say("På hvilket grundlag; intet navn.", "On which basis; no name."))
    ],
    by_order: Annotated[
        bool,
        typer.Option(
            "--by-order",
            help=say(
                "Før tiden er forbi: kun efter påbud fra myndighed eller domstol.",
                "Before its time is over: only by order of an authority or a court.",
            ),
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("Spørg ikke.", "Do not ask."))] = False,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """It cannot be undone; backups from before still hold it, until they too are deleted."""
    open_record(database)
    from rygrad.record import erasure
    from rygrad.record.refusals import NotFound
    from rygrad.record.storage import writing
    from rygrad.web.accounts import OPERATOR
    from rygrad.web.persons import forget

    if not yes and not _agreed(say(f"Slet {course} for altid? [j/N]", f"Erase {course} for ever? [y/N]")):
        typer.echo(say("Intet er slettet.", "Nothing was erased."), err=True)
        raise typer.Exit(1)
    with writing():
        try:
            done = erasure.erase(OPERATOR, course, basis, by_order=by_order)
        except NotFound:
            raise _no_course() from None
        for person in done.persons:
            forget(person)
    typer.echo(
        say(
            f"{done.entries} indførsler er slettet, og {len(done.persons)} personer, om hvem intet andet er gemt.",
            f"{done.entries} entries are erased, and {len(done.persons)} persons of whom nothing else is kept.",
        )
    )


def _agreed(question: str) -> bool:
    """Whether the answer is yes; none is no."""
    try:
        answer = str(typer.prompt(question, default="", show_default=False))
    except typer.Abort:
        typer.echo()
        return False
    return answer.strip().lower() in ("j", "ja", "y", "yes")


def _no_course() -> RygradError:
    return RygradError(
        "no_course",
        {"da": "forløbet findes ikke, eller det er slettet.", "en": "the course is not there, or has been erased."},
        {
            "da": "rygrad record retention lister dem, hvis tid er forbi.",
            "en": "rygrad record retention lists those whose time is over.",
        },
    )
