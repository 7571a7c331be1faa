"""`rygrad import fhir PATH`: courses from the bundles of another system, with a report; nothing is lost."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.application import REJECTED
from rygrad.cli.language import language, say
from rygrad.cli.record import Database, open_record
from rygrad.pathway.errors import RygradError

imported = application.group(
    "import",
    say("Data fra andre systemer.", "Data from other systems."),
)
_FORMS = (".json", ".ndjson")


@imported.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


@imported.command(
    help=say(
        "Forløb fra et andet systems FHIR-filer (JSON, NDJSON eller en mappe). Svar registreres på deres dag, resten "
        "som forhistorie; gruppe, plan og henvisninger bekræftes her. Det, der ikke bruges, skrives i rejects-filen.",
        "Courses from another system's FHIR files (JSON, NDJSON or a folder). Answers are recorded on their day, the "
        "rest as history; group, plan and referrals are confirmed here. What is not used goes to the rejects file.",
    )
)
def fhir(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help=say("Fil eller mappe.", "A file or a folder."), exists=True)
    ],
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="USER",
            help=say("Klinikeren, hvis enhed får ansvaret.", "The clinician whose unit becomes the holder."),
        ),
    ],
    rejects: Annotated[
        Path, typer.Option("--rejects", metavar="FILE", help=say("Ny fil (NDJSON).", "A new file (NDJSON)."))
    ],
    source: Annotated[
        str,
        typer.Option("--source", help=say("Hvilket system det kom fra.", "Which system it came from.")),
    ] = "FHIR",
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Exits with 3 when a citizen, or a line, could not be taken."""
    open_record(database)
    from rygrad.fhir.arriving import by_citizen, receive

    actor = _clinician(by)
    if rejects.exists():
        raise RygradError("file_exists", {"da": f"{rejects} findes.", "en": f"{rejects} is there."})
    counted: Counter[str] = Counter()
    with rejects.open("x", encoding="utf-8") as lost:
        rejects.chmod(0o600)
        unreadable: list[Mapping[str, Any]] = []
        citizens, nobody = by_citizen(_resources(path, unreadable))
        for line in unreadable:
            _write(lost, line)
        counted["lines"] = len(unreadable)
        for one in nobody:
            _write(lost, {"why": one.why.text(language()), "resource": one.resource})
        counted["resources"] = len(nobody)
        for number, citizen in enumerate(citizens, start=1):
            arrived = receive(actor, citizen, source)
            counted["again" if arrived.again else "courses" if arrived.course else "citizens"] += 1
            if arrived.problem:
                for resource in citizen.resources:
                    _write(lost, {"why": arrived.problem.text(language()), "resource": resource})
            for one in arrived.not_used:
                _write(lost, {"why": one.why.text(language()), "course": arrived.course, "resource": one.resource})
                counted["resources"] += 1
            if number % 100 == 0 and sys.stderr.isatty():
                typer.echo(f"\r{number}/{len(citizens)}", nl=False, err=True)
    _report(counted, rejects)
    if counted["citizens"] or counted["lines"]:
        raise typer.Exit(REJECTED)


def _clinician(user: str) -> Any:
    from rygrad.record import clocks
    from rygrad.record.actor import CLINICIANS
    from rygrad.record.people import professional_actors

    for actor in professional_actors(user, clocks.local_day(clocks.now())):
        if actor.role in CLINICIANS:
            return actor
    raise RygradError(
        "no_clinician",
        {"da": "--by er ingen kliniker her i dag.", "en": "--by is no clinician here today."},
        {"da": "Se rygrad user list.", "en": "See rygrad user list."},
    )


def _resources(path: Path, unreadable: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every resource of the files; a line or a file that cannot be read goes among the unreadable, whole."""
    from rygrad.fhir.readjson import NotJson, decoded

    files = sorted(f for f in path.rglob("*") if f.suffix in _FORMS and f.is_file()) if path.is_dir() else [path]
    for file in files:
        if path.is_dir() and not file.resolve().is_relative_to(path.resolve()):
            why = say("er en henvisning ud af mappen, og er ikke læst", "is a link out of the folder, and was not read")
            unreadable.append({"why": why, "file": file.name})
            continue
        data = file.read_bytes()
        for number, piece in enumerate(data.splitlines() if file.suffix == ".ndjson" else [data], start=1):
            if not piece.strip():
                continue
            try:
                found = decoded(piece)
            except NotJson:
                found = None
            if isinstance(found, dict):
                yield found
            else:
                why = say("er ikke en FHIR-ressource i JSON", "is no FHIR resource in JSON")
                text = piece.decode(errors="surrogateescape").encode(errors="backslashreplace").decode()
                unreadable.append({"why": why, "file": file.name, "line": number, "text": text})


def _write(lost: Any, line: Mapping[str, Any]) -> None:
    lost.write(json.dumps(line, ensure_ascii=False) + "\n")


def _report(counted: Counter[str], rejects: Path) -> None:
    lines = [
        say(f"{counted['courses']} forløb oprettet.", f"{counted['courses']} courses made."),
        say(f"{counted['again']} var her i forvejen.", f"{counted['again']} were here already."),
        say(
            f"{counted['citizens']} borgere blev ikke taget ind.",
            f"{counted['citizens']} citizens were not taken in.",
        ),
        say(f"{counted['lines']} linjer kunne ikke læses.", f"{counted['lines']} lines could not be read."),
        say(
            f"{counted['resources']} ressourcer blev ikke (helt) brugt; de står i {rejects} med årsag.",
            f"{counted['resources']} resources were not (wholly) used; they stand in {rejects} with the reason.",
        ),
    ]
    typer.echo("\n".join(lines))
