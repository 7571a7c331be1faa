"""`rygrad record …`: verify, rebuild, backup, restore, export, doctor."""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.pathway.errors import RygradError

record = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help=say(
        "Den fælles journal: efterprøv, genopbyg, sikkerhedskopiér, gendan, udlever, undersøg.",
        "The shared record: verify, rebuild, back up, restore, export, examine.",
    ),
)
application.app.add_typer(record, name="record")

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="DATABASE_URL",
        help=say(
            "sqlite:///fil.sqlite3 eller postgresql://bruger@vært/navn.",
            "sqlite:///file.sqlite3 or postgresql://user@host/name.",
        ),
    ),
]


def open_record(database: str | None, pathway: str = "rygsmerter", *, must_exist: bool = True) -> None:
    """Django ready and the packaged content in force if none is. RygradError when there is no record to open."""
    from rygrad.site.database import DEFAULT_DATABASE
    from rygrad.site.start import start

    url = database or DEFAULT_DATABASE
    file = Path(url.removeprefix("sqlite:///"))
    if must_exist and url.startswith("sqlite:///") and not file.is_file():
        raise RygradError(
            "no_record",
            {"da": "her er ingen journal.", "en": "there is no record here."},
            {
                "da": "Lav en med rygrad record create, eller sæt --database.",
                "en": "Make one with rygrad record create, or set --database.",
            },
            source=str(file),
        )
    start(url)
    if must_exist:
        from rygrad.record.activation import begin
        from rygrad.record.contents import content_files

        begin(content_files(pathway))


@record.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


def _progress(what: str) -> Callable[[int], None]:
    """Tell how far it is on stderr, when somebody is looking."""

    def tell(done: int) -> None:
        if os.isatty(2):
            typer.echo(f"\r{what}: {done}", nl=False, err=True)

    return tell


@record.command(help=say("Lav en tom journal med det installerede indhold.", "Make an empty record with the content."))
def create(
    database: Database = None, pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN
) -> None:
    """The tables, the triggers, and the first content in force."""
    open_record(database, pathway, must_exist=False)
    from rygrad.record.activation import begin
    from rygrad.record.contents import content_files

    begin(content_files(pathway))
    typer.echo(say("Journalen er klar.", "The record is ready."))


@record.command(
    help=say(
        "Efterprøv begge kæder led for led, og genafgør hver gemt afgørelse; slutter med 4, når noget er galt.",
        "Verify both chains link by link, and replay every stored decision; exits with 4 when something is wrong.",
    )
)
def verify(
    database: Database = None,
    newest: Annotated[bool, typer.Option("--newest", help=say("Kun den nyeste del.", "Only the newest part."))] = False,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """One line for each problem; names sequence numbers, never data."""
    open_record(database)
    from rygrad.record import verify as checks

    found = checks.verify(newest=newest, progress=_progress(say("indførsler", "entries")))
    for problem in found.problems:
        typer.echo(problem)
    typer.echo(
        say(
            f"{found.entries} indførsler, {found.looks} opslag, {found.decisions} afgørelser: "
            f"{len(found.problems)} fejl. Kædens ende: {found.head}",
            f"{found.entries} entries, {found.looks} looks, {found.decisions} decisions: "
            f"{len(found.problems)} problems. Head of the chain: {found.head}",
        ),
        err=bool(found.problems),
    )
    if found.problems:
        raise typer.Exit(application.CONTENT)


@record.command(
    help=say("Genopbyg lister og relationer af journalen.", "Rebuild lists and relations from the journal.")
)
def rebuild(database: Database = None, lang: application.Lang = application.SPOKEN) -> None:
    """Every projection, with its history."""
    open_record(database)
    from rygrad.record import rebuild as anew

    done = anew.rebuild(_progress(say("forløb", "courses")))
    typer.echo(say(f"{done} forløb genopbygget.", f"{done} courses rebuilt."))


@record.command(
    help=say("Skriv en sikkerhedskopi, mens andre arbejder videre.", "Write a backup while others work on.")
)
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("Den nye fil (.gz).", "The new file (.gz)."))],
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Readable by either database."""
    open_record(database)
    from rygrad.record import backup as copies

    counts = copies.backup(file, _progress(say("rækker", "rows")))
    typer.echo(
        say(
            f"{counts['Entry']} indførsler og {counts['Look']} opslag skrevet til {file}.",
            f"{counts['Entry']} entries and {counts['Look']} looks written to {file}.",
        )
    )


@record.command(help=say("Gendan en sikkerhedskopi i en tom journal.", "Restore a backup into an empty record."))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, help=say("Kopien.", "The backup."))],
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Read, rebuilt and verified; exits with 4 when something is not as it was."""
    open_record(database, must_exist=False)
    from rygrad.record import backup as copies

    found = copies.restore(file, _progress(say("rækker", "rows")))
    for problem in found.problems:
        typer.echo(problem)
    typer.echo(
        say(
            f"{found.entries} indførsler og {found.looks} opslag gendannet og efterprøvet: {len(found.problems)} fejl.",
            f"{found.entries} entries and {found.looks} looks restored and verified: {len(found.problems)} problems.",
        )
    )
    if found.problems:
        raise typer.Exit(application.CONTENT)


@record.command(
    help=say(
        "Udlever alt om én borger: JSON og en side til print. Opslaget står i borgerens log.",
        "Export everything about one citizen: JSON and a page to print. The look stands in the citizen's log.",
    )
)
def export(
    identifier: Annotated[str, typer.Argument(metavar="ID", help=say("Fx demo-1.", "For example demo-1."))],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help=say("Ny mappe.", "A new folder."))],
    system: Annotated[str, typer.Option("--system", help="demo, cpr, ecpr …")] = "demo",
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Two files; never over something that is there."""
    open_record(database)
    from rygrad.record.export import everything, printable
    from rygrad.record.people import citizen_actor, person_of

    citizen = citizen_actor(person_of(system, identifier, date.today()))  # noqa: DTZ011  (a local day is meant)
    found = everything(citizen, channel="cli")
    out.mkdir(parents=True, exist_ok=False)
    (out / "citizen.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (out / "citizen.html").write_text(printable(found, language()), "utf-8")
    typer.echo(say(f"Skrevet til {out}.", f"Written to {out}."))


@record.command(
    help=say("Undersøg journalen: database, kæder, indhold.", "Examine the record: database, chains, content.")
)
def doctor(
    database: Database = None, pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN
) -> None:
    """One line per finding; exits with 4 when one is not fine."""
    open_record(database, pathway)
    from rygrad.record.condition import examine

    findings = examine(pathway)
    for finding in findings:
        mark = {True: "✓", False: "✗", None: "–"}[finding.is_fine]
        typer.echo(f"{mark} {finding.words.text(language())}")
    if any(finding.is_fine is False for finding in findings):
        raise typer.Exit(application.CONTENT)
