"""`rygrad doctor`: is everything in place, and what is still unsigned."""

import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.content import all_problems
from rygrad.cli.language import language, say
from rygrad.decision.decision import ENGINE
from rygrad.decision.many import ManyDecisions
from rygrad.decision.sentinels import changed_sentinels, told
from rygrad.pathway.cases import load_cases
from rygrad.pathway.read import load_pathway

_OLDEST_PYTHON = (3, 11)


Sentinels = Annotated[
    bool,
    typer.Option(
        "--sentinels",
        help=say(
            "Spørg kun kontrolborgerne: indholdet i kraft (--database), ellers det installerede; 4 ved et andet svar",
            "Ask the sentinel citizens only: the content in force (--database), else the installed one; 4 on a change",
        ),
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="DATABASE_URL",
        help=say("Journalen, hvis indhold spørges.", "The record whose content is asked."),
    ),
]


@application.app.command(help=say("Tjek installation og indhold.", "Check the installation and the content."))
def doctor(
    sentinels: Sentinels = False,
    database: Database = None,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """One line per check; exit 4 when the content is not fit to decide with."""
    if sentinels:
        _ask_sentinels(database, pathway)
        return
    loaded = load_pathway(pathway)
    problems = all_problems(loaded, load_cases(pathway), pathway)
    unsigned = sum(reading.signed_by is None for reading in loaded.readings.values())
    unread = sum(source.read_on is None for source in loaded.safety_sources.values())
    python = ".".join(map(str, sys.version_info[:3]))
    line(sys.version_info >= _OLDEST_PYTHON, f"Python {python}")
    line(True, f"{ENGINE}")
    line(True, f"{loaded.identity.id} {loaded.identity.version} · {loaded.identity.sha256[:12]}")
    line(True, say("kildeteksten er den låste", "the source text is the pinned one"))
    line(not problems, say(f"indholdstjek: {len(problems)} fejl", f"content check: {len(problems)} problems"))
    line(
        bool(find_spec("ibis") and find_spec("duckdb")),
        say("kolonnemotor (Ibis, DuckDB)", "columnar engine (Ibis, DuckDB)"),
    )
    line(
        None,
        say(
            f"{unsigned} læsninger er ikke underskrevet af en kliniker",
            f"{unsigned} readings not signed by a clinician",
        ),
    )
    line(
        None,
        say(
            f"{unread} kilder i sikkerhedslaget er ikke læst endnu",
            f"{unread} sources of the safety layer still to be read",
        ),
    )
    if problems:
        raise typer.Exit(application.CHECK)


def _ask_sentinels(database: str | None, pathway: str) -> None:
    """As the deployed programme decides, where a record is named; as the installed content does, where none is."""
    if database:
        from rygrad.cli.record import open_record

        open_record(database)
        from rygrad.record.contents import active
        from rygrad.record.sentinels import ask

        loaded, changed = active().pathway, ask().changed
    else:
        loaded = load_pathway(pathway)
        changed = tuple(changed_sentinels(loaded, ManyDecisions(loaded).decide))
    identity, asked = loaded.identity, len(loaded.sentinels)
    line(True, f"{identity.id} {identity.version} · {identity.sha256[:12]}")
    for said in told(changed):
        line(False, said.text(language()))
    line(
        bool(asked and not changed),
        say(
            f"{asked} kontrolborgere spurgt, {len(changed)} får et andet svar",
            f"{asked} sentinel citizens asked, {len(changed)} answered otherwise",
        ),
    )
    if changed or not asked:
        raise typer.Exit(application.CHECK)


def line(fine: bool | None, text: str) -> None:
    """One finding: fine, not fine, or (None) worth knowing."""
    mark = {True: "✓", False: "✗", None: "–"}[fine]
    typer.echo(f"{mark} {text}")
