"""`rygrad synth`: a synthetic region of any size as the region's tables, or as full journals in a new record."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.language import say
from rygrad.cli.record import Database
from rygrad.pathway.errors import RygradError
from rygrad.pathway.read import load_pathway
from rygrad.simulation.synthsize import KNOWN_UNTIL, MOST, Dirt

if TYPE_CHECKING:
    from rygrad.simulation.synth import Wanted

MOST_JOURNALS = 100_000
_DIRT = Dirt()


def _share(da: str, en: str) -> Any:
    return typer.Option(min=0.0, max=0.5, metavar="0–0.5", help=say(da, en))


Out = Annotated[
    Path | None, typer.Argument(metavar="OUT", help=say("En ny eller tom mappe.", "A new or empty folder."))
]
Courses = Annotated[int, typer.Option("--courses", min=1, max=MOST, help=say("Antal forløb.", "How many courses."))]
Seed = Annotated[int, typer.Option("--seed", help=say("Frø: samme frø, samme region.", "Same seed, same region."))]
AsOf = Annotated[
    datetime,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        show_default=KNOWN_UNTIL.isoformat(),
        help=say("Dagen, der fortælles om.", "The day it tells of."),
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        metavar="Q:KOMMUNE:ÅÅÅÅ-MM:±X",
        help=say(
            "Plant en ændring fra en måned, fx Q2:0259:2026-03:-0.2 (* er alle kommuner). Kan gentages.",
            "Plant a change from a month on, as in Q2:0259:2026-03:-0.2 (* is every municipality). Repeatable.",
        ),
    ),
]
Missing = Annotated[float, _share("Andel manglende værdier.", "Share of missing values.")]
Late = Annotated[float, _share("Andel forløb med sene indførsler.", "Share of courses entered late.")]
LostLetters = Annotated[float, _share("Andel tabte breve til egen læge.", "Share of letters to own GP lost.")]
Duplicates = Annotated[float, _share("Andel forløb, der står to gange.", "Share of courses that stand there twice.")]
Journals = Annotated[
    bool,
    typer.Option(
        "--journals",
        help=say(
            f"Fulde journaler i en ny journal (--database) i stedet, højst {MOST_JOURNALS} forløb.",
            f"Full journals in a new record (--database) instead, {MOST_JOURNALS} courses at most.",
        ),
    ),
]


@application.app.command(
    help=say(
        "Lav en syntetisk region af opfundne forløb som regionens tabeller (Parquet), med kendt sandhed i truth.json.",
        "Make a synthetic region of invented courses as the region's tables (Parquet), with known truth in truth.json.",
    )
)
def synth(
    out: Out = None,
    courses: Courses = 100_000,
    seed: Seed = 1,
    as_of: AsOf = datetime(KNOWN_UNTIL.year, KNOWN_UNTIL.month, KNOWN_UNTIL.day),  # noqa: DTZ001  (a local day)
    change: Changes = None,
    missing: Missing = _DIRT.missing,
    late: Late = _DIRT.late,
    lost_letters: LostLetters = _DIRT.lost_letters,
    duplicates: Duplicates = _DIRT.duplicates,
    journals: Journals = False,
    database: Database = None,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """A pure function of seed, size and the options; every citizen is invented."""
    check_region()
    from rygrad.simulation.synth import Wanted, write
    from rygrad.simulation.synthrates import read_change

    changes = tuple(read_change(text) for text in change or ())
    wanted = Wanted(courses, seed, as_of.date(), changes, Dirt(missing, late, lost_letters, duplicates))
    if journals:
        _only_of_tables(out, wanted)
        _write_journals(wanted, pathway, database)
        return
    if out is None:
        raise RygradError(
            "no_folder",
            {"da": "hvor skal tabellerne hen?", "en": "where shall the tables go?"},
            {"da": "Skriv en ny mappe: rygrad synth MAPPE", "en": "Name a new folder: rygrad synth FOLDER"},
        )
    rows = write(load_pathway(pathway), wanted, out, progress(courses, say("forløb", "courses")))["rows"]
    typer.echo(
        say(
            f"{out}: {rows['courses']} forløb, {rows['referrals']} henvisninger, {rows['months']} forløbsmåneder. "
            "Alle er opfundne; sandheden står i truth.json.",
            f"{out}: {rows['courses']} courses, {rows['referrals']} referrals, {rows['months']} course-months. "
            "All are invented; the truth is in truth.json.",
        )
    )


def check_region() -> None:
    """RygradError when the extra ``region`` is not installed."""
    try:
        import numpy  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        raise RygradError(
            "no_region_extra",
            {"da": "her mangler udvidelsen region.", "en": "the extra region is not installed."},
            {"da": "Installér: pip install 'rygrad[region]'", "en": "Install it: pip install 'rygrad[region]'"},
        ) from None


def progress(total: int, what: str) -> Callable[[int], None]:
    """What tells on stderr how many of all there are: in place on a terminal, else a line for each part."""

    def tell(done: int) -> None:
        start, is_last = ("\r" if os.isatty(2) else ""), done >= total
        typer.echo(f"{start}{what}: {done}/{total}", nl=is_last or not start, err=True)

    return tell


def _only_of_tables(out: Path | None, wanted: "Wanted") -> None:
    """What the journals have no part in is refused, not left out silently."""
    if wanted.courses > MOST_JOURNALS:
        raise RygradError(
            "too_many",
            {"da": f"højst {MOST_JOURNALS} journaler.", "en": f"{MOST_JOURNALS} journals at most."},
            {
                "da": "Tabellerne kan være større: udelad --journals.",
                "en": "Tables may be larger: leave out --journals.",
            },
        )
    if out is not None or wanted.changes or wanted.dirt != _DIRT:
        raise RygradError(
            "only_of_tables",
            {
                "da": "mappe, --change og andele hører til tabellerne, ikke til --journals.",
                "en": "folder, --change and shares belong to the tables, not to --journals.",
            },
            {
                "da": "Lav journalerne, og udlæs deres tabeller med rygrad record export-columns.",
                "en": "Make the journals, then write their tables with rygrad record export-columns.",
            },
        )


def _write_journals(wanted: "Wanted", pathway: str, database: str | None) -> None:
    """The stories of the demo region, through the record's own door, into a record that was not there before."""
    loaded = load_pathway(pathway)
    _new_record(database)
    from rygrad.cli.region import load
    from rygrad.simulation.region import region

    made = region(loaded, wanted.courses, wanted.seed, wanted.known_until)
    due = sum(write.at <= datetime.now(UTC) for write in made.writes)
    count = load(made, pathway, progress(due, say("skrivninger", "writes")))
    typer.echo(
        say(
            f"{wanted.courses} journaler, {count} skrivninger. Alle er opfundne.",
            f"{wanted.courses} journals, {count} writes. All are invented.",
        )
    )


def _new_record(database: str | None) -> None:
    from rygrad.site.database import DEFAULT_DATABASE, sqlite_file
    from rygrad.site.start import is_record, start

    url = database or DEFAULT_DATABASE
    file = sqlite_file(url)
    if file is None:
        start(url, migrate=False)
    if file.exists() if file is not None else is_record():
        raise RygradError(
            "record_is_there",
            {
                "da": "her er noget i forvejen. Intet er skrevet.",
                "en": "something is here already. Nothing is written.",
            },
            {"da": "Vælg en ny --database.", "en": "Choose a new --database."},
            source=str(file) if file is not None else None,
        )
    start(url)
