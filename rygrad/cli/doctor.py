"""`rygrad doctor`: is everything in place, and what is still unsigned."""

import sys
from importlib.util import find_spec

import typer

from rygrad.cli import application
from rygrad.cli.content import all_problems
from rygrad.cli.language import say
from rygrad.decision.decision import ENGINE
from rygrad.pathway.cases import load_cases
from rygrad.pathway.read import load_pathway

_OLDEST_PYTHON = (3, 11)


@application.app.command(help=say("Tjek installation og indhold.", "Check the installation and the content."))
def doctor(pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN) -> None:
    """One line per check; exit 4 when the content is not fit to decide with."""
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


def line(fine: bool | None, text: str) -> None:
    """One finding: fine, not fine, or (None) worth knowing."""
    mark = {True: "✓", False: "✗", None: "–"}[fine]
    typer.echo(f"{mark} {text}")
