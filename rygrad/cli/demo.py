"""`rygrad demo`: a region of invented citizens in a temporary record, and what three actors are to do today."""

import os
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say

ACTORS = ("anna", "bo", "freja")
_ROWS = 12


@application.app.command(
    help=say(
        "Vis en demo-region: opfundne borgere, og hvad tre aktører skal i dag.",
        "Show a demo region: invented citizens, and what three actors are to do today.",
    )
)
def demo(
    courses: Annotated[int, typer.Option("--courses", min=1, max=100_000, help=say("Antal.", "How many."))] = 200,
    seed: Annotated[
        int, typer.Option("--seed", help=say("Frø: samme frø, samme region.", "Same seed, same region."))
    ] = 1,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help=say("Dato (i dag).", "Day (today)."))
    ] = None,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """A SQLite file in a new temporary folder; the commands to look further stand under the lists."""
    day = as_of.date() if as_of else date.today()  # noqa: DTZ011  (a local day is meant)
    file = Path(tempfile.mkdtemp(prefix="rygrad-demo-")) / "demo.sqlite3"
    from rygrad.cli.record import make_record

    make_record(f"sqlite:///{file}")
    _fill(pathway, courses, seed, day)
    from rygrad.cli import screen

    out = screen.console()
    for user in ACTORS:
        _show_list(out, user, day)
    typer.echo(_next_steps(file))


def _fill(pathway: str, courses: int, seed: int, day: date) -> None:
    from rygrad.cli.region import load
    from rygrad.pathway.read import load_pathway
    from rygrad.simulation.region import region

    made = region(load_pathway(pathway), courses, seed, day)
    total = sum(write.at <= datetime.now(UTC) for write in made.writes)

    def tell(done: int) -> None:
        if os.isatty(2):
            typer.echo(
                f"\r{say('Opfinder en region', 'Inventing a region')}: {done}/{total}", nl=done == total, err=True
            )

    load(made, pathway, tell)


def _show_list(out: Any, user: str, day: date) -> None:
    from rich.table import Table
    from rich.text import Text

    from rygrad.decision import spoken
    from rygrad.record import people, worklist

    actor = people.professional_actor(user, day)
    place = people.organisation_name(actor.organisation or "", day)
    page = worklist.worklist(actor, day, size=_ROWS, channel="cli")
    total = sum(worklist.counts(actor, day).values())
    title = say(f"{actor.name}, {place}: {total} på listen", f"{actor.name}, {place}: {total} on the list")
    table = Table(title=Text(title, style="bold"), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in (say("borger", "citizen"), "demo-nr.", say("hvorfor", "why"), say("siden", "since")):
        table.add_column(heading, header_style="dim")
    for row in page.rows:
        table.add_row(row.name, _number(row.person), row.words(language()), spoken.day(row.since_on, language()))
    out.print(table)
    if total > len(page.rows):
        out.print(Text(say(f"… og {total - len(page.rows)} mere", f"… and {total - len(page.rows)} more"), style="dim"))
    out.print()


def _number(person: str) -> str:
    from rygrad.record.models import Identifier

    return str(Identifier.objects.get(person_id=person, system="demo").value)


def _next_steps(file: Path) -> str:
    where = f"--database sqlite:///{file}"
    lines = (
        (f"rygrad record verify {where}", say("hver kæde, hver afgørelse", "every chain, every decision")),
        (f"rygrad record doctor {where}", say("hvordan journalen har det", "how the record is")),
        (f"rygrad record export demo-1 --out demo-1 {where}", say("alt om én borger", "everything about one citizen")),
        ("rygrad examples", say("tolv borgere og deres afgørelser", "twelve citizens and their decisions")),
    )
    head = say("Alle borgere er opfundne. Prøv nu:", "All citizens are invented. Try next:")
    return "\n".join([head, *(f"  .venv/bin/{command}\n      {meaning}" for command, meaning in lines)])
