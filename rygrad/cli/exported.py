"""`rygrad export fhir DIR`: the programme as a FHIR package, and whether one is still true to the content."""

from pathlib import Path
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.application import CHECK
from rygrad.cli.language import say
from rygrad.pathway.read import load_pathway

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", help=say("En tom mappe, eller en tidligere eksport.", "An empty folder, or an earlier export.")
    ),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help=say(
            "Skriv intet: slut med kode 4, når mappen ikke svarer til indholdet.",
            "Write nothing: exit code 4 when the folder is not true to the content.",
        ),
    ),
]


def fhir(
    folder: Folder,
    check: Check = False,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """PlanDefinitions, activities, CQL, questionnaires and vocabularies, as a folder and as one installable file."""
    from rygrad.fhir.artefacts import folder as kept
    from rygrad.fhir.artefacts.package import files

    made = files(load_pathway(pathway))
    if not check:
        kept.write(folder, made)
        typer.echo(say(f"{len(made)} filer skrevet til {folder}.", f"{len(made)} files written to {folder}."))
        return
    for name in (found := kept.stale(folder, made)):
        typer.echo(name)
    if found:
        typer.echo(say("Forældet: eksportér igen.", "Stale: export again."), err=True)
        raise typer.Exit(CHECK)
    typer.echo(say("Mappen svarer til indholdet.", "The folder is true to the content."))
