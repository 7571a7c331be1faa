"""`rygrad examples`: a dozen invented citizens through the programme, on the screen."""

from pathlib import Path
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.assess import Rejects, assessed, default_day, refuse_to_overwrite
from rygrad.cli.language import language, say
from rygrad.pathway.read import content_folder, load_pathway

_EXPLAINED = "demo-07"
_ABOUT = "efforts.imaging"


@application.app.command(
    help=say(
        "Vis et dusin opfundne borgere gennem programmet.", "Show a dozen invented citizens through the programme."
    )
)
def examples(
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=say("Skriv de opfundne borgere til en fil.", "Write the invented citizens to a file.")
        ),
    ] = None,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """A table, one whole citizen, one explanation, and what to try next."""
    from rygrad.cli import screen
    from rygrad.decision.explanation import explain

    citizens = content_folder(pathway) / "examples" / "citizens.yaml"
    if write:
        refuse_to_overwrite(write)
        write.write_bytes(citizens.read_bytes())
        typer.echo(say(f"Skrevet til {write}.", f"Written to {write}."), err=True)
        return
    loaded, out = load_pathway(pathway), screen.console()
    decided = dict(assessed(loaded, [str(citizens)], default_day(None), Rejects(None)))
    out.print(
        say("Tolv opfundne borgere (demo-numre, intet CPR)", "Twelve invented citizens (demo numbers, no CPR)"),
        style="bold",
    )
    out.print(screen.row_header(out.width))
    for name, decision in decided.items():
        out.print(screen.row(loaded, name, decision, out.width), no_wrap=True)
    chosen = next(name for name in decided if name.startswith(_EXPLAINED))
    out.print()
    out.print(screen.full(loaded, chosen, decided[chosen]))
    out.print()
    out.print(say("Hvorfor er MR lukket?", "Why is MRI closed?"), style="bold")
    wanted = [e for e in explain(loaded, decided[chosen], language()) if e.why == _ABOUT]
    out.print(screen.tree(loaded, chosen, decided[chosen], wanted))
    out.print(_next_steps(chosen))


def _next_steps(chosen: str) -> str:
    lines = (
        (say("Prøv nu:", "Try next:"), ""),
        ("  .venv/bin/rygrad ask", say("svar på spørgsmål, se planen", "answer questions, see the plan")),
        (
            "  .venv/bin/rygrad examples --write borgere.yaml",
            say("få de tolv borgere som fil", "get the twelve citizens as a file"),
        ),
        ("  .venv/bin/rygrad assess borgere.yaml --format ndjson", say("afgørelser som data", "decisions as data")),
        (f"  .venv/bin/rygrad explain borgere.yaml --id '{chosen}' --about imaging", say("hvorfor", "why")),
        (
            "  .venv/bin/rygrad content show 3",
            say("gruppe 3 med programmets egne ord", "group 3 in the programme's own words"),
        ),
        (
            "  .venv/bin/rygrad content coverage",
            say("hver linje i kilden, og hvad der bærer den", "every line of the source, and what carries it"),
        ),
        (say("  … --lang en", "  … --lang da"), say("på engelsk", "in Danish")),
    )
    return "\n" + "\n".join(f"{command:<62} {meaning}".rstrip() for command, meaning in lines)
