"""The application that the commands register with, the options they share, and the exit codes.

0 fine · 1 a bug · 2 usage · 3 some records rejected · 4 a check of content or record failed.
"""

import sys
from typing import Annotated

import typer

from rygrad.cli.language import LANGUAGES, choose, say

SPOKEN = choose(sys.argv[1:])

OK, BUG, USAGE, REJECTED, CHECK = 0, 1, 2, 3, 4

WHAT_IT_IS_NOT = say(
    "Ikke CE-mærket, ikke et journalsystem, ikke til rigtige patienter uden organisationens egen godkendelse; "
    "indholdet er ikke underskrevet af en kliniker.",
    "Not CE-marked, not a medical record system, not for real patients without the organisation's own approval; "
    "the content is not signed by a clinician.",
)

app = typer.Typer(
    name="rygrad",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=say(
        "Forløbsprogrammet for patienter med rygproblemer: hvem er omfattet, hvilken gruppe, hvad nu, og hvorfor.",
        "The care programme for people with back problems: who is covered, which group, what now, and why.",
    ),
    epilog=WHAT_IT_IS_NOT,
)


def group(name: str, says: str) -> typer.Typer:
    """A group of commands under this name, in the manner of all of them; its help says what the product is not."""
    found = typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=WHAT_IT_IS_NOT, help=says)
    app.add_typer(found, name=name)
    return found


def _known_language(value: str) -> str:
    if value not in LANGUAGES:
        raise typer.BadParameter(say("vælg da eller en", "choose da or en"))
    return value


Lang = Annotated[
    str,
    typer.Option(
        "--lang", metavar="da|en", callback=_known_language, help=say("Sprog: da eller en.", "Language: da or en.")
    ),
]
Pathway = Annotated[
    str,
    typer.Option(
        "--pathway", metavar="NAME", help=say("Forløbsprogram: navn eller mappe.", "Care programme: name or folder.")
    ),
]


def _version(value: bool) -> None:
    if value:
        from rygrad.decision.decision import ENGINE

        typer.echo(ENGINE)
        raise typer.Exit


@app.callback()
def top(
    lang: Lang = SPOKEN,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("Vis version.", "Show the version."))
    ] = False,
) -> None:
    """The options before the command."""
