"""`rygrad indicators IN OUT`: the programme's indicators from the region's tables, small counts hidden."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.pathway.errors import RygradError

if TYPE_CHECKING:
    from rygrad.quality.counting import Period
    from rygrad.quality.table import IndicatorTable


Source = Annotated[
    Path,
    typer.Argument(
        metavar="IN",
        help=say(
            "Mappen fra `record export-columns` eller `synth`.", "The folder of `record export-columns` or `synth`."
        ),
    ),
]
Out = Annotated[
    Path,
    typer.Argument(
        metavar="OUT", help=say("En ny mappe, eller en tidligere udgave.", "A new folder, or an earlier version.")
    ),
]
Months = Annotated[
    str | None,
    typer.Option(metavar="FROM..TO", help=say("Måneder, fx 2026-01..2026-06.", "Months, such as 2026-01..2026-06.")),
]
Small = Annotated[
    int,
    typer.Option(min=1, envvar="RYGRAD_SMALL", help=say("Det mindste antal, der vises.", "Smallest count shown.")),
]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=N", help=say("En lokal grænse, fx return_days=10.", "A local limit, such as return_days=10.")
    ),
]
Screen = Annotated[
    Literal["json", "csv", "parquet"] | None,
    typer.Option("--format", help=say("Skriv også tabellen på skærmen.", "Write the table to the screen as well.")),
]
Report = Annotated[
    Literal["html", "pdf"] | None,
    typer.Option(help=say("Skriv også en rapport i OUT.", "Write a report in OUT as well.")),
]
Of = Annotated[
    str,
    typer.Option(
        metavar="LEVEL[:ID]",
        help=say("Rapportens enhed, fx municipality:0259.", "The report's unit, such as municipality:0259."),
    ),
]


@application.app.command(
    help=say(
        "Regn indikatorerne ud fra regionens tabeller. Små antal vises ikke. OUT får indicators.parquet, "
        "flow.parquet og indicators.json; siden /region viser dem (RYGRAD_INDICATORS=OUT).",
        "Compute the indicators from the region's tables. Small counts are not shown. OUT gets indicators.parquet, "
        "flow.parquet and indicators.json; the page /region shows them (RYGRAD_INDICATORS=OUT).",
    )
)
def indicators(
    source: Source,
    out: Out,
    period: Months = None,
    small: Small = 5,
    limit: Limits = None,
    output: Screen = None,
    report: Report = None,
    of: Of = "region",
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Writes whole files or none; the same numbers stand in every form."""
    from rygrad.quality.output import Job, write
    from rygrad.quality.read import load_indicators
    from rygrad.quality.table import IndicatorTable

    chosen = load_indicators(pathway).with_numbers(dict(map(_limit, limit or [])))
    job = Job(source, out, datetime.now(UTC), _period(period), small)
    _say_missing(write(chosen, job, _progress()))
    written = IndicatorTable.load(out)
    if report:
        _write_report(written, out, report, of)
    if output:
        _to_screen(out, output)
    _told(written, out)


def _say_missing(missing: dict[str, list[str]]) -> None:
    for table, columns in missing.items():
        names = ", ".join(columns)
        typer.echo(
            say(f"{table} mangler kolonner, ukendte for alle: {names}.",
                f"{table} lacks columns, unknown for everybody: {names}."),
            err=True,
        )  # fmt: skip


def _limit(given: str) -> tuple[str, int]:
    name, _, number = given.partition("=")
    if not number.isdecimal():
        raise RygradError(
            "bad_limit",
            {"da": "en grænse skrives NAVN=TAL.", "en": "a limit is written NAME=NUMBER."},
            source=given,
        )
    return name, int(number)


def _period(given: str | None) -> "Period":
    from rygrad.quality.counting import Period

    if given is None:
        return Period()
    first, _, last = given.partition("..")
    try:
        months = [date.fromisoformat(f"{month}-01") if month else None for month in (first, last)]
    except ValueError:
        months = []
    if ".." not in given or not months or (months[0] and months[1] and months[0] > months[1]):
        raise RygradError(
            "bad_period",
            {"da": "en periode skrives 2026-01..2026-06; en ende kan være tom.",
             "en": "a period is written 2026-01..2026-06; either end may be left out."},
            source=given,
        )  # fmt: skip
    return Period(*months)


def _progress() -> Callable[[str], object]:
    """What is being worked on, on one line of the terminal; nothing when nobody watches."""
    if not sys.stderr.isatty():
        return lambda text: None
    return lambda text: typer.echo(f"\r\x1b[K{text} …", err=True, nl=False)


def _write_report(table: "IndicatorTable", out: Path, form: str, of: str) -> None:
    from rygrad.quality import report

    level, _, unit = of.partition(":")
    page = report.html(table, language(), level, unit or None)
    path = out / f"report.{form}"
    path.write_bytes(report.pdf(page) if form == "pdf" else page.encode())
    typer.echo(say(f"Rapport: {path}", f"Report: {path}"), err=True)


def _to_screen(out: Path, form: str) -> None:
    """The table as it was written: read back from the file, so it cannot differ."""
    from rygrad.quality.output import TABLE
    from rygrad.quality.written import as_csv, as_json

    if form == "parquet":
        sys.stdout.buffer.write((out / TABLE).read_bytes())
        return
    for line in (as_csv if form == "csv" else as_json)(out / TABLE):
        typer.echo(line)


def _told(table: "IndicatorTable", out: Path) -> None:
    rows, hidden = table.size
    typer.echo(
        say(f"{len(table.indicators)} indikatorer, {rows} rækker, {hidden} vises ikke: {out}",
            f"{len(table.indicators)} indicators, {rows} rows, {hidden} not shown: {out}"),
        err=True,
    )  # fmt: skip
