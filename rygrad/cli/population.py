"""`rygrad population run`: a region decided, or the difference that a content version would make to it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.decision.decide import as_of_day
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway

if TYPE_CHECKING:
    from rygrad.quality.population import Finished, How, Outcome, Population

Format = Literal["table", "json", "csv"]

Source = Annotated[
    Path,
    typer.Argument(
        metavar="IN",
        help=say(
            "Fil eller mappe (også partitioneret): kolonnerne i docs/reference/course-table.md.",
            "File or folder (also partitioned): the columns of docs/reference/course-table.md.",
        ),
    ),
]
Out = Annotated[
    Path | None,
    typer.Argument(
        metavar="OUT",
        help=say(
            "Ny mappe; med --compare-content en ny fil, ellers skærmen.",
            "A new folder; with --compare-content a new file, else the screen.",
        ),
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="ÅÅÅÅ-MM-DD",
        help=say("Opgørelsesdato; ellers kolonnen as_of.", "The as-of date; else the column as_of."),
    ),
]
EngineName = Annotated[
    Literal["duckdb", "spark"],
    typer.Option(help=say("duckdb, eller spark (udvidelsen »spark«).", "duckdb, or spark (the extra “spark”).")),
]
Master = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help=say(
            "Sparks master: local[2], spark://vært:7077, yarn …",
            "Spark's master: local[2], spark://host:7077, yarn …",
        ),
    ),
]
Memory = Annotated[
    str,
    typer.Option(metavar="1GB", help=say("Hukommelse, som motoren må bruge.", "Memory that the engine may use.")),
]
Fresh = Annotated[
    bool,
    typer.Option("--fresh", help=say("Begynd forfra, også på færdige dele.", "Start anew, also on finished parts.")),
]
Compared = Annotated[
    tuple[str, str] | None,
    typer.Option(
        metavar="OLD NEW",
        help=say(
            "Skriv ingen afgørelser, men hvem en ny udgave af indholdet flytter (navne eller mapper).",
            "Write no decisions, but whom a new version of the content moves (names or folders).",
        ),
    ),
]
Output = Annotated[
    Format,
    typer.Option("--format", help=say("Forskellens form: table, json, csv.", "The difference as table, json, csv.")),
]

population = application.group(
    "population",
    say(
        "En region: alle forløb afgjort på én gang, efter de samme regler.",
        "A region: every course decided at once, by the same rules.",
    ),
)


@population.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


@population.command(
    help=say(
        "Afgør hvert forløb i en Parquet- eller CSV-fil eller en mappe af dem, og skriv Parquet; afviste værdier står "
        "i OUT/_rejects (slutter med 3). Afbrudt? Kør det igen: færdige dele springes over.",
        "Decide every course of a Parquet or CSV file, or a folder of them, and write Parquet; values not accepted "
        "stand in OUT/_rejects (exits with 3). Stopped? Run it again: finished parts are skipped.",
    )
)
def run(
    source: Source,
    out: Out = None,
    as_of: AsOf = None,
    engine: EngineName = "duckdb",
    master: Master = "local[*]",
    memory: Memory = "1GB",
    fresh: Fresh = False,
    compare_content: Compared = None,
    output: Output = "table",
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """One part after the other; nothing is said of any one citizen."""
    from rygrad.quality.population import How

    day, how = (as_of_day(as_of) if as_of else None), How(engine, master, memory, fresh)
    if compare_content:
        _compare(source, out, day, how, compare_content, output)
        return
    if out is None:
        raise typer.BadParameter(say("angiv OUT, en ny mappe", "give OUT, a new folder"))
    _run(load_pathway(pathway), source, out, day, how)


def _run(loaded: Pathway, source: Path, out: Path, day: date | None, how: "How") -> None:
    from rygrad.quality import population as work

    found = work.read_population(loaded, source, day)
    _say_missing(loaded, found)
    outcome = work.run(loaded, found, out, how, _say_finished)
    _say_outcome(outcome, out)
    if outcome.has_rejects:
        raise typer.Exit(application.REJECTED)


def _say_missing(loaded: Pathway, found: "Population") -> None:
    """What nobody has is said once; it is unknown, never no."""
    from rygrad.quality.population_parts import missing_columns

    missing = missing_columns(loaded, found.parts)
    if missing.everywhere:
        names = ", ".join(missing.everywhere)
        _tell(
            say(f"Ukendt for alle, for kolonnen mangler: {names}.", f"Unknown for everybody, no such column: {names}.")
        )
    for name, count in missing.somewhere.items():
        of = len(found.parts)
        _tell(say(f"{name} mangler i {count} af {of} dele.", f"{name} is missing in {count} of {of} parts."))
    for other, known in missing.alike.items():
        _tell(
            say(
                f"Kolonnen {other} læses ikke. Mente du {known}?",
                f"The column {other} is not read. Did you mean {known}?",
            )
        )


def _say_finished(part: "Finished") -> None:
    rate = part.rows / part.seconds if part.seconds else 0
    rejects = part.with_rejects + part.unparsed
    tail = say(f" · {_number(rejects)} afvist", f" · {_number(rejects)} rejected") if rejects else ""
    rows = say("rækker", "rows")
    _tell(f"[{part.number}/{part.parts}] {part.name}: {_number(part.rows)} {rows} · {_number(rate)}/s{tail}")


def _say_outcome(outcome: "Outcome", out: Path) -> None:
    from rygrad.quality.population_record import REJECTS

    if outcome.done_before:
        before, parts = outcome.done_before, outcome.done_before + outcome.done_now
        _tell(say(f"Færdige i forvejen: {before} af {parts}.", f"Finished already: {before} of {parts}."))
    rows, seconds = _number(outcome.rows), f"{outcome.seconds:.1f}"
    _tell(say(f"{rows} rækker i {out} ({seconds} s).", f"{rows} rows in {out} ({seconds} s)."))
    if outcome.with_rejects:
        count = _number(outcome.with_rejects)
        _tell(
            say(
                f"{count} rækker har værdier, som intet faktum kan have; de er afgjort med værdien ukendt.",
                f"{count} rows have values that no fact can have; they are decided with the value unknown.",
            )
        )
    if outcome.unparsed:
        count = _number(outcome.unparsed)
        _tell(
            say(
                f"{count} rækker kunne ikke læses og er ikke afgjort.",
                f"{count} rows could not be read and are not decided.",
            )
        )
    if outcome.has_rejects:
        _tell(say(f"Fil, række og kolonne: {out / REJECTS}", f"File, row and column: {out / REJECTS}"))


def _compare(
    source: Path, out: Path | None, day: date | None, how: "How", versions: tuple[str, str], output: Format
) -> None:
    from rygrad.cli import differing
    from rygrad.cli.assess import refuse_to_overwrite
    from rygrad.quality.population_compare import compare

    if out is not None:
        refuse_to_overwrite(out)
    old, new = (load_pathway(version) for version in versions)
    found = compare(old, new, source, day, how, lambda n, of: _tell(f"[{n}/{of}]"))
    if out is None:
        differing.show(found, output, old, new)
        return
    with out.open("w", encoding="utf-8") as file:
        differing.show(found, output, old, new, file)


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _number(count: float) -> str:
    grouped = f"{count:,.0f}"
    return grouped if language() == "en" else grouped.replace(",", ".")
