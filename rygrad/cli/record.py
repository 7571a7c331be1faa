"""`rygrad record …`: verify, rebuild, backup, restore, export, doctor."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.doctor import line
from rygrad.cli.language import language, say
from rygrad.cli.localday import local_day
from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase

record = application.group(
    "record",
    say(
        "Den fælles journal: kontrollér, genopbyg, sikkerhedskopiér, gendan, udlever, undersøg.",
        "The shared record: verify, rebuild, back up, restore, export, examine.",
    ),
)

_SQLITE = b"SQLite format 3\0"  # as every such file begins

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


def open_record(database: str | None) -> None:
    """A record that is there, ready to read and write. RygradError when there is none; nothing is ever made of another
    database."""
    from rygrad.site.start import is_record, start

    url, file = _address(database)
    if file is not None and not file.is_file():
        raise _no_record(str(file))
    start(url, migrate=False)
    if not is_record():
        raise _no_record(str(file) if file else None)
    start(url)
    from rygrad.record.models import Activation

    if not Activation.objects.exists():
        raise _no_record(str(file) if file else None)


def make_record(database: str | None) -> None:
    """The tables of a new record, where there may be none yet. A new file is its owner's alone."""
    from rygrad.site.start import start

    url, file = _address(database)
    start(url, migrate=False)
    if file is not None and not file.exists():
        file.touch(mode=0o600)
    start(url)


def _address(database: str | None) -> tuple[str, Path | None]:
    """The database's URL, and its file if it is one. RygradError when what is there is another kind of file."""
    from rygrad.site.database import DEFAULT_DATABASE, sqlite_file

    url = database or DEFAULT_DATABASE
    file = sqlite_file(url)
    if file is not None and file.is_file():
        with file.open("rb") as opened:
            begins = opened.read(len(_SQLITE))
        if begins not in (b"", _SQLITE):
            raise RygradError(
                "no_record",
                {"da": "filen er ingen journal, eller den er ødelagt.", "en": "the file is no record, or is damaged."},
                {"da": "Se adressen (--database).", "en": "See the address (--database)."},
                source=str(file),
            )
    return url, file


def _no_record(source: str | None) -> RygradError:
    return RygradError(
        "no_record",
        {"da": "her er ingen journal.", "en": "there is no record here."},
        {
            "da": "Lav en med rygrad record create, gendan en med restore, eller sæt --database.",
            "en": "Make one with rygrad record create, restore one with restore, or set --database.",
        },
        source=source,
    )


@record.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


def _tell_problems(problems: list[Phrase]) -> None:
    for problem in problems:
        typer.echo(problem.text(language()))


def progress(what: str) -> Callable[[int], None]:
    """What tells how far it is on stderr, when somebody is looking."""

    def tell(done: int) -> None:
        if os.isatty(2):
            typer.echo(f"\r{what}: {done}", nl=False, err=True)

    return tell


@record.command(help=say("Lav en tom journal med det installerede indhold.", "Make an empty record with the content."))
def create(
    database: Database = None, pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN
) -> None:
    """The tables, the triggers, and the first content in force."""
    from rygrad.pathway.read import load_pathway

    load_pathway(pathway)  # said before anything is made
    make_record(database)
    from rygrad.record.activation import begin
    from rygrad.record.contents import content_files
    from rygrad.record.models import Activation

    was_there, place = Activation.objects.exists(), _place()
    begin(content_files(pathway))
    if was_there:
        typer.echo(
            say(
                f"Her var allerede en journal: {place}. Intet i den er ændret.",
                f"There was a record here already: {place}. Nothing in it was changed.",
            )
        )
    else:
        typer.echo(say(f"Journalen er klar: {place}", f"The record is ready: {place}"))


def _place() -> str:
    """Where the record at hand is: the file, or the database's name and server; never a password."""
    from django.db import connection

    name, host = str(connection.settings_dict["NAME"]), connection.settings_dict["HOST"]
    if connection.vendor == "sqlite":
        return str(Path(name).absolute())
    return f"{name} ({connection.vendor} {host})" if host else f"{name} ({connection.vendor})"


@record.command(
    help=say(
        "Kontrollér begge kæder led for led, og beregn hver gemt afgørelse igen; slutter med 4, når noget er galt.",
        "Verify both chains link by link, and replay every stored decision; exits with 4 when something is wrong.",
    )
)
def verify(
    database: Database = None,
    newest: Annotated[bool, typer.Option("--newest", help=say("Kun den nyeste del.", "Only the newest part."))] = False,
    expect: Annotated[
        str,
        typer.Option(
            metavar="HASH",
            help=say(
                "En ende, der blev gemt et andet sted; ikke med --newest.", "A head kept elsewhere; not with --newest."
            ),
        ),
    ] = "",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """One line for each problem; names sequence numbers, never data."""
    if newest and expect:
        raise RygradError(
            "expect_newest",
            {"da": "--expect leder i hele kæden.", "en": "--expect looks through the whole chain."},
            {"da": "Udelad --newest.", "en": "Leave --newest out."},
        )
    open_record(database)
    from rygrad.record import verify as checks

    found = checks.verify(newest=newest, passes=expect, progress=progress(say("indførsler", "entries")))
    if expect and not found.passed:
        found.problems.append(Phrase("kæden går ikke gennem den gemte ende", "the chain does not pass that head"))
    _tell_problems(found.problems)
    typer.echo(
        say(
            f"{found.entries} indførsler, {found.looks} opslag, {found.decisions} afgørelser: "
            f"{len(found.problems)} fejl.\nJournalens ende {found.head}\nLoggens ende {found.look_head}",
            f"{found.entries} entries, {found.looks} looks, {found.decisions} decisions: "
            f"{len(found.problems)} problems.\nHead of the journal {found.head}\nHead of the log {found.look_head}",
        ),
        err=bool(found.problems),
    )
    if found.problems:
        raise typer.Exit(application.CHECK)


@record.command(
    help=say("Genopbyg lister og relationer af journalen.", "Rebuild lists and relations (at a quiet hour).")
)
def rebuild(database: Database = None, lang: application.Lang = application.SPOKEN) -> None:
    """Every projection, with its history."""
    open_record(database)
    from rygrad.record import rebuild as anew

    done = anew.rebuild(progress(say("forløb", "courses")))
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

    counts = copies.backup(file, progress(say("rækker", "rows")))
    typer.echo(
        say(
            f"{counts['Entry']} indførsler og {counts['Look']} opslag skrevet til {file}.",
            f"{counts['Entry']} entries and {counts['Look']} looks written to {file}.",
        )
    )


@record.command(help=say("Gendan en sikkerhedskopi i en tom journal.", "Restore a backup into an empty record."))
def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=say("Kopien.", "The backup."))
    ],
    despite_problems: Annotated[
        bool,
        typer.Option(
            "--despite-problems",
            help=say(
                "Behold den, selv om kontrollen finder fejl: når ingen kopi er hel.",
                "Keep it although the check finds problems: where no backup is whole.",
            ),
        ),
    ] = False,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Read, rebuilt and verified; exits with 4 when something is not as it was. What fails leaves nothing behind.

    A server's database is left with its empty tables.
    """
    _, target = _address(database)
    is_new = target is not None and not target.exists()
    found = None
    try:
        make_record(database)
        from rygrad.record import backup as copies

        found = copies.restore(file, progress(say("rækker", "rows")), despite_problems=despite_problems)
    finally:
        if is_new and target is not None and (found is None or (found.problems and not despite_problems)):
            target.unlink(missing_ok=True)
            target.with_name(f"{target.name}-journal").unlink(missing_ok=True)
    _tell_problems(found.problems)
    if found.problems:
        kept = say(
            "Gendannet alligevel; ret fejlene, før nogen bruger den.", "Restored all the same; see to them first."
        )
        gone = say("Intet er gendannet; brug en anden kopi.", "Nothing was restored; use another one.")
        number = len(found.problems)
        typer.echo(
            say(f"Kopien er ikke, som den var: {number} fejl. ", f"The backup is not as it was: {number} problems. ")
            + (kept if despite_problems else gone),
            err=True,
        )
        raise typer.Exit(application.CHECK)
    typer.echo(
        say(
            f"{found.entries} indførsler, {found.looks} opslag gendannet og kontrolleret: 0 fejl.",
            f"{found.entries} entries and {found.looks} looks restored and verified: 0 problems.",
        )
    )


@record.command(
    help=say(
        "Udlever alt om én borger: JSON og en side til print. Opslaget står i borgerens log.",
        "Export everything about one citizen: JSON and a page to print. The look stands in the citizen's log.",
    )
)
def export(
    identifier: Annotated[
        str,
        typer.Argument(metavar="ID", help=say("Fx demo-1; - spørger om det.", "Such as demo-1; - asks for it.")),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help=say("Ny mappe.", "A new folder."))],
    system: Annotated[str, typer.Option("--system", help="demo, cpr, ecpr …")] = "demo",
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Two files; never over something that is there."""
    open_record(database)
    from rygrad.record.export import everything, printable

    citizen = citizen_named(system, identifier)
    out.mkdir(parents=True, exist_ok=False, mode=0o700)
    found = everything(citizen, channel="cli", reason=say("udleveret af driften", "handed out by the operator"))
    _write_private(out / "citizen.json", json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    _write_private(out / "citizen.html", printable(found, language()))
    typer.echo(say(f"Skrevet til {out}.", f"Written to {out}."))


def citizen_named(system: str, identifier: str) -> Any:
    """The citizen with this number, as who acts; ``-`` asks for it. RygradError when nobody has it."""
    from rygrad.record.people import citizen_actor, person_of
    from rygrad.record.refusals import NotFound

    identifier = typer.prompt("ID", hide_input=True) if identifier == "-" else identifier
    try:
        return citizen_actor(person_of(system, identifier, local_day()))
    except NotFound:
        raise RygradError("no_citizen", {"da": "borgeren findes ikke.", "en": "the citizen is not there."}) from None


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")


@record.command(
    help=say("Undersøg journalen: database, kæder, indhold.", "Examine the record: database, chains, content.")
)
def doctor(
    database: Database = None, pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN
) -> None:
    """One line per finding; exits with 4 when one is not fine."""
    open_record(database)
    from rygrad.record import sentinels
    from rygrad.record.condition import examine

    findings = [*examine(pathway), *sentinels.findings(sentinels.ask())]
    for finding in findings:
        line(finding.is_fine, finding.said.text(language()))
    if any(finding.is_fine is False for finding in findings):
        raise typer.Exit(application.CHECK)
