"""`rygrad explain`: conclusion → rule → facts → the programme's sentence, as a tree."""

from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.assess import AsOf, Rejects, assessed, default_day
from rygrad.cli.language import language, say
from rygrad.pathway.errors import RygradError
from rygrad.pathway.read import load_pathway

_BRIEF = (
    "scope",
    "exclusions",
    "alarms",
    "urgency",
    "group",
    "mismatches",
    "contradictions",
    "reassessment",
    "return_to_gp",
    "efforts",
)


@application.app.command(
    help=say(
        "Forklar afgørelsen: for hver konklusion regel, fakta og programmets egen sætning.",
        "Explain the decision: for each conclusion rule, facts and the programme's own sentence.",
    )
)
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE | -", help=say("Borgerens fil.", "The citizen's file."))],
    about: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=say(
                "Kun denne konklusion, fx imaging, group, return_to_gp.",
                "Only this conclusion, e.g. imaging, group, return_to_gp.",
            ),
        ),
    ] = None,
    citizen: Annotated[
        str | None,
        typer.Option(
            "--id", metavar="ID", help=say("Kun borgere, hvis id rummer dette.", "Only citizens whose id holds this.")
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help=say(
                "Også aktører, information og udelukkede grupper.", "Also actors, information and ruled-out groups."
            ),
        ),
    ] = False,
    as_of: AsOf = None,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Print one tree per citizen."""
    from rygrad.cli import screen
    from rygrad.decision.explanation import explain as explained

    loaded, rejects = load_pathway(pathway), Rejects(None)
    seen, shown, known = 0, 0, set[str]()
    for name, decision in assessed(loaded, [file], default_day(as_of), rejects):
        if citizen is not None and citizen.lower() not in str(name).lower():
            continue
        seen += 1
        known |= set(decision.reasons)
        wanted = [e for e in explained(loaded, decision, language()) if _wanted(e.why, about, everything=everything)]
        if wanted:
            shown += 1
            screen.console().print(screen.tree(loaded, name, decision, wanted))
    if rejects.count and not seen:
        raise typer.Exit(application.REJECTED)
    if not seen:
        da, en = "ingen borger i filen med det id.", "no citizen in the file with that id."
        raise RygradError("no_citizen", {"da": da, "en": en}, source=file)
    if not shown:
        raise _no_conclusion(sorted(known))
    if rejects.count:
        raise typer.Exit(application.REJECTED)


def _wanted(why: str, about: str | None, *, everything: bool) -> bool:
    section, _, name = why.partition(".")
    if about:
        return about in (why, section, name)
    return everything or section in _BRIEF


def _no_conclusion(known: list[str]) -> RygradError:
    names = ", ".join(dict.fromkeys(why.rpartition(".")[2] for why in known))
    return RygradError(
        "no_conclusion",
        {"da": "afgørelsen har ikke den konklusion.", "en": "the decision has no such conclusion."},
        {"da": f"Den har: {names}.", "en": f"It has: {names}."},
    )
