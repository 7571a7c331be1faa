"""`rygrad export fhir` and `export course`: the programme as a FHIR package, and one course as a Bundle."""

import json
from pathlib import Path
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.application import CHECK
from rygrad.cli.language import language, say
from rygrad.cli.record import Database, open_record
from rygrad.pathway.errors import RygradError
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


def course(
    course: Annotated[str, typer.Argument(metavar="ID", help=say("Forløbets id.", "The course's id."))],
    as_fhir: Annotated[
        bool, typer.Option("--fhir", help=say("Som FHIR R4; den eneste form endnu.", "As FHIR R4; the only form yet."))
    ] = True,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """On standard output, for ``rygrad import fhir`` or another system."""
    open_record(database)
    from django.conf import settings

    from rygrad.fhir.api.opened import of_view
    from rygrad.fhir.bundle import bundle_of
    from rygrad.record.door import see_course
    from rygrad.record.models import Course
    from rygrad.record.people import citizen_actor

    row = Course.objects.filter(id=course).first()
    if row is None:
        raise RygradError("no_course", {"da": "forløbet findes ikke.", "en": "the course is not there."})
    reason = say("udleveret af driften", "handed out by the operator")
    view = see_course(citizen_actor(str(row.person_id)), course, channel="cli", what="export", reason=reason)
    bundle = bundle_of(of_view(view, language()), f"{settings.ADDRESS}/fhir")
    typer.echo(json.dumps(bundle, ensure_ascii=False, indent=1))
