"""`rygrad content activate`: what a new version would change, and then two named persons put it in force."""

from pathlib import Path
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.content import content
from rygrad.cli.language import say
from rygrad.cli.record import Database, open_record

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

    found = activation.preview(_files(version))
    _show(found)
    if not (by or also_by):
        typer.echo(
            say("Intet er ændret. Sæt i kraft med --by og --also-by.", "Nothing is changed. Use --by and --also-by.")
        )
        return
    done = activation.activate(found.sha256, by, also_by)
    typer.echo(
        say(
            f"I kraft fra {done.at:%Y-%m-%d %H:%M} UTC ved {done.by} og {done.also_by}. "
            f"{len(found.changed)} forløb står på den ansvarliges liste.",
            f"In force from {done.at:%Y-%m-%d %H:%M} UTC by {done.by} and {done.also_by}. "
            f"{len(found.changed)} courses stand on their holder's list.",
        )
    )


def _files(version: str) -> dict[str, bytes]:
    from rygrad.pathway.errors import RygradError
    from rygrad.record import activation, contents

    try:
        return contents.content_files(version)
    except RygradError:
        if Path(version).exists() or "/" in version:
            raise
        return contents.files_of(activation.version_named(version))


def _show(found: object) -> None:
    from rygrad.record.activation import Preview

    assert isinstance(found, Preview)  # noqa: S101
    typer.echo(f"{found.version} · {found.sha256[:12]}")
    typer.echo(
        say(
            f"{len(found.places)} steder er ændret; det rammer {len(found.changed)} af {found.open_courses} forløb.",
            f"{len(found.places)} places differ; that concerns {len(found.changed)} of {found.open_courses} courses.",
        )
    )
    for place in found.places[:_SHOWN]:
        typer.echo(f"  {place.where}: {place.before} → {place.after}")
    if len(found.places) > _SHOWN:
        typer.echo(f"  … {len(found.places) - _SHOWN} (rygrad content diff)")
    for move, count in found.moves.most_common():
        conclusion, was, will_be = move
        typer.echo(f"  {count:6}  {conclusion}: {was} → {will_be}   {found.because.get(move, '')}".rstrip())
