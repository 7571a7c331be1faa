"""`rygrad record export-columns`: the region's tables, for indicators and for runs over a whole population."""

from pathlib import Path
from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.language import say
from rygrad.cli.record import Database, open_record, progress, record
from rygrad.decision.dates import read_day
from rygrad.pathway.errors import RygradError


@record.command(
    "export-columns",
    help=say(
        "Skriv regionens tabeller (Parquet): forløb, henvisninger, måneder, enheder. Borgere og forløb får nye id'er "
        "i hver udtrækning; tabellerne er pseudonyme, ikke anonyme.",
        "Write the region's tables (Parquet): courses, referrals, months, units. Citizens and courses have new ids in "
        "each export; the tables are pseudonymous, not anonymous.",
    ),
)
def export_columns(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=say("Ny mappe.", "A new folder."))],
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE",
            help=say(
                "Til og med denne dag (ÅÅÅÅ-MM-DD); ellers i dag.", "Until this day, included (YYYY-MM-DD); else today."
            ),
        ),
    ] = None,
    database: Database = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Four files in a new folder that only its owner may open; a line in the log of changes."""
    day = None if until is None else read_day(until)
    if until is not None and day is None:
        raise RygradError(
            "impossible_day",
            {"da": "--until skal være en mulig dato.", "en": "--until must be a possible date."},
            {"da": "Skriv den som 2026-11-30.", "en": "Write it as 2026-11-30."},
        )
    open_record(database)
    from rygrad.record.columns import export_columns as write

    rows = write(out, until=day, progress=progress(say("forløb", "courses")))
    typer.echo(
        say(
            f"{rows['courses']} forløb, {rows['referrals']} henvisninger, {rows['months']} måneder og "
            f"{rows['units']} enheder skrevet til {out}.\nPseudonyme, ikke anonyme: pas på dem som på journalen.",
            f"{rows['courses']} courses, {rows['referrals']} referrals, {rows['months']} months and "
            f"{rows['units']} units written to {out}.\nPseudonymous, not anonymous: keep them as you keep the record.",
        )
    )
