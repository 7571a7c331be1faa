"""`rygrad content activate`: what a new version would change, and then two named persons put it in force."""

from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.content import all_problems, content
from rygrad.cli.language import language, say
from rygrad.cli.record import Database, open_record
from rygrad.pathway.cases import load_cases
from rygrad.pathway.read import load_pathway

_SHOWN = 30


@content.command(
    help=say(
        "Vis, hvad en ny version ændrer i de åbne forløb; med to navne sættes den i kraft.",
        "Show what a new version changes in the open courses; with two names it comes into force.",
    )
)
def activate(
    version: Annotated[
        str,
        typer.Argument(
            metavar="VERSION",
            help=say("Indholdets navn, mappe (./mappe) eller hash.", "The content's name, folder (./folder) or hash."),
        ),
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=say("Første navn.", "The first name."))] = "",
    also_by: Annotated[str, typer.Option("--also-by", metavar="NAME", help=say("Andet navn.", "The second."))] = "",
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Always the differences first; without names nothing is changed."""
    open_record(database)
    from rygrad.record import activation

    found = activation.preview(_checked_files(version))
    _show(found)
    if not (by or also_by):
        typer.echo(
            say("Intet er sat i kraft. Gør det med --by og --also-by.", "Nothing is in force. Use --by and --also-by.")
        )
        return
    done = activation.activate(found.sha256, by, also_by)
    typer.echo(
        say(
            f"Sat i kraft {done.at:%Y-%m-%d %H:%M} UTC af {done.by} og {done.also_by}. "
            f"{len(found.changed)} forløb står på den ansvarliges liste.",
            f"In force since {done.at:%Y-%m-%d %H:%M} UTC by {done.by} and {done.also_by}. "
            f"{len(found.changed)} courses stand on their holder's list.",
        )
    )


def _checked_files(version: str) -> dict[str, bytes]:
    """The content of a folder, which must pass the content check; or one that the record has had before."""
    from rygrad.record import activation, contents
    from rygrad.record.refusals import NotFound

    try:
        return contents.files_of(activation.version_named(version))
    except NotFound:
        pass
    problems = all_problems(load_pathway(version), load_cases(version), version)
    if problems:
        for problem in problems[:_SHOWN]:
            typer.echo(problem.text(language()), err=True)
        raise typer.Exit(application.CHECK)
    return contents.content_files(version)


def _show(found: object) -> None:
    from rygrad.record.activation import Preview

    assert isinstance(found, Preview)  # noqa: S101
    typer.echo(f"{found.version} · {found.sha256[:12]}")
    typer.echo(
        say(
            f"{len(found.places)} steder ændret; berører {len(found.changed)} af {found.open_courses} åbne forløb.",
            f"{len(found.places)} places differ; concerns {len(found.changed)} of {found.open_courses} open courses.",
        )
    )
    for course in found.undecidable:
        typer.echo(say(f"  {course}: har svar, som indholdet ikke kender", f"  {course}: has answers unknown to it"))
    for place in found.places[:_SHOWN]:
        typer.echo(f"  {place.where}: {place.before} → {place.after}")
    if len(found.places) > _SHOWN:
        typer.echo(f"  … {len(found.places) - _SHOWN} (rygrad content diff)")
    for move, count in found.moves.most_common():
        conclusion, was, will_be = move
        change = f"{was} → {will_be}" if was else say("vinduet flytter", "the window moves")
        typer.echo(f"  {count:6}  {conclusion}: {change}   {found.because.get(move, '')}".rstrip())
