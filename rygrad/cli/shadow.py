"""`rygrad content shadow`: a new version beside the old one on an invented region, before anybody puts it in force."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rygrad.cli import application
from rygrad.cli.content import content
from rygrad.cli.language import language, say
from rygrad.cli.synth import Courses, Seed, check_region, progress
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway

if TYPE_CHECKING:
    from rygrad.quality.shadow import Shadow

New = Annotated[
    str,
    typer.Argument(metavar="NEW", help=say("Den nye udgave: navn eller mappe.", "The new version: name or folder.")),
]
Output = Annotated[Literal["table", "json"], typer.Option("--format", help=say("table eller json.", "table or json."))]


@content.command(
    help=say(
        "Skyggekørsel: hvem flytter en ny udgave i en opfunden region, fra hvad til hvad. Slutter med 4, når de to "
        "motorer er uenige.",
        "Shadow run: whom a new version moves in an invented region, from what to what. Exits with 4 when the two "
        "engines differ.",
    )
)
def shadow(
    new: New,
    courses: Courses = 100_000,
    seed: Seed = 1,
    output: Output = "table",
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """``--pathway`` is the version it is compared with. Nothing is put in force, and no record is read."""
    check_region()
    from rygrad.quality.shadow import needs_another
    from rygrad.quality.shadow import shadow as run

    old, proposed = load_pathway(pathway), load_pathway(new)
    needs_another(old, proposed)
    from rygrad.simulation.synth import Wanted, write
    from rygrad.simulation.synthsize import KNOWN_UNTIL

    with TemporaryDirectory(prefix="rygrad-") as folder:
        region = Path(folder) / "region"
        write(old, Wanted(courses, seed), region, progress(courses, say("forløb", "courses")))
        found = run(old, proposed, region / "courses", KNOWN_UNTIL, _tell)
    if output == "json":
        typer.echo(json.dumps(as_data(found, old, proposed), ensure_ascii=False, indent=2))
    else:
        _show(found, old, proposed)
    if found.otherwise:
        raise typer.Exit(application.CHECK)


def _tell(done: int, of: int) -> None:
    typer.echo(say(f"afgjort: del {done}/{of}", f"decided: part {done}/{of}"), err=True)


def as_data(found: "Shadow", old: Pathway, new: Pathway) -> dict[str, Any]:
    """The shadow run as JSON."""
    from rygrad.quality.shadow import in_order

    return {
        "old": {"version": old.identity.version, "sha256": old.identity.sha256},
        "new": {"version": new.identity.version, "sha256": new.identity.sha256},
        "courses": found.courses,
        "moved": found.moved,
        "checked_by_reference": found.checked,
        "decided_otherwise_by_reference": found.otherwise,
        "moves": [
            {
                "conclusion": move.conclusion,
                "was": move.was,
                "will_be": move.will_be,
                "courses": count,
                "examples": found.examples[move],
            }
            for move, count in in_order(found, old, new)
        ],
    }


def _show(found: "Shadow", old: Pathway, new: Pathway) -> None:
    from rygrad.cli import screen
    from rygrad.cli.differing import heading, title, word
    from rygrad.quality.shadow import in_order

    names = " → ".join(f"{p.identity.version} ({p.identity.sha256[:12]})" for p in (old, new))
    typer.echo(f"{old.identity.id} {names}")
    moved, courses = _number(found.moved), _number(found.courses)
    typer.echo(
        say(
            f"{moved} af {courses} opfundne forløb får en anden afgørelse.",
            f"{moved} of {courses} invented courses are decided otherwise.",
        )
    )
    words = (("Afgørelse", "Conclusion"), ("Var", "Was"), ("Bliver", "Will be"), ("Forløb", "Courses"))
    table = heading(*(say(*pair) for pair in words), say("For eksempel", "For example"))
    for move, count in in_order(found, old, new):
        was, will_be = (word(new, move.conclusion, state) for state in (move.was, move.will_be))
        table.add_row(title(new, move), was, will_be, _number(count), ", ".join(found.examples[move]))
    if found.moves:
        screen.console().print(table)
    checked, otherwise = _number(found.checked), _number(found.otherwise)
    typer.echo(
        say(
            f"Referencemotoren har afgjort {checked} af dem igen; {otherwise} blev noget andet.",
            f"The reference engine has decided {checked} of them again; {otherwise} came out otherwise.",
        )
    )


def _number(count: int) -> str:
    grouped = f"{count:,}"
    return grouped if language() == "en" else grouped.replace(",", ".")
