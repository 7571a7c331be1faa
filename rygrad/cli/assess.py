"""`rygrad assess`: citizens in, decisions out, one record at a time."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import IO, Annotated, Any, Literal

import msgspec
import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.cli.localday import local_day
from rygrad.cli.records import Record, Rejected, checked, read_file
from rygrad.decision.decide import as_of_day, decide
from rygrad.decision.decision import Decision
from rygrad.decision.many import ManyDecisions
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway

Format = Literal["table", "json", "ndjson"]
Assessed = tuple[Any, Decision]
_SHOWN_REJECTS = 20
_FLUSH_AT = 1 << 16
_encode = msgspec.json.Encoder().encode

Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE … | -]",
        help=say(
            "NDJSON (strømmes), JSON eller YAML; - er standardinput. Én borger: {id, as_of (valgfri), facts}.",
            "NDJSON (streamed), JSON or YAML; - is standard input. One citizen: {id, as_of (optional), facts}.",
        ),
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="ÅÅÅÅ-MM-DD",
        help=say(
            "Dato for borgere uden egen as_of; ellers i dag (dansk tid).",
            "Date for citizens without an as_of of their own; today (Danish time) otherwise.",
        ),
    ),
]


@application.app.command(
    help=say(
        "Afgør for én eller mange borgere: dækning, alarmtegn, gruppe, plan, 6–8 uger, tilbage til egen læge m.m.",
        "Decide for one or many citizens: coverage, alarms, group, plan, 6–8 weeks, return to own GP, efforts.",
    )
)
def assess(
    files: Files = None,
    as_of: AsOf = None,
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            help=say(
                "table til skærmen, json som én liste, ndjson med én linje pr. borger.",
                "table for eyes, json as one list, ndjson with one line per citizen.",
            ),
        ),
    ] = "table",
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=say(
                "Skriv afviste borgere hertil (NDJSON) med årsag og original tekst.",
                "Write rejected citizens here (NDJSON) with reason and original text.",
            ),
        ),
    ] = None,
    no_reasons: Annotated[
        bool, typer.Option("--no-reasons", help=say("Uden begrundelser (hurtigere).", "Without reasons (faster)."))
    ] = False,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Read, decide and write as a stream: with NDJSON, memory does not grow with the input."""
    if not files and sys.stdin.isatty():
        raise typer.BadParameter(say("angiv en fil, eller - for standardinput", "give a file, or - for standard input"))
    loaded = load_pathway(pathway)
    with ExitStack() as stack:
        kept = stack.enter_context(_opened_rejects(rejects, files or [])) if rejects else None
        turned_away = Rejects(kept)
        reasons_for = 0 if no_reasons else 1 if output == "table" else None
        decisions = assessed(loaded, files or ["-"], default_day(as_of), turned_away, reasons_for=reasons_for)
        _WRITERS[output](loaded, progressing(decisions))
        turned_away.summary()
    if turned_away.count:
        raise typer.Exit(application.REJECTED)


def _opened_rejects(rejects: Path, files: list[str]) -> IO[bytes]:
    if rejects.exists() and any(name != "-" and Path(name).exists() and rejects.samefile(name) for name in files):
        raise RygradError(
            "same_file",
            {"da": "--rejects er selv en af inputfilerne.", "en": "--rejects is itself one of the input files."},
            source=str(rejects),
        )
    return rejects.open("wb")


def refuse_to_overwrite(file: Path) -> None:
    """RygradError when the file is already there: nobody's work is written over."""
    if file.exists():
        raise RygradError(
            "exists", {"da": "filen findes allerede.", "en": "the file is already there."}, source=str(file)
        )


def default_day(given: str | None) -> date:
    """The as-of date of the option, or today's local date."""
    return as_of_day(given) if given is not None else local_day()


class Rejects:
    """Counts, keeps and says what was rejected. Never a citizen's value on the screen: place and reason only."""

    def __init__(self, kept: IO[bytes] | None) -> None:
        self.kept = kept
        self.count = 0

    def add(self, rejected: Rejected) -> None:
        """Keep one in the file, and say the first ones on stderr."""
        self.count += 1
        if self.kept:
            self.kept.write(_encode(rejected.as_data()) + b"\n")
        if self.count <= _SHOWN_REJECTS:
            typer.echo(f"{rejected.place}: {rejected.error.text(language())}", err=True)

    def summary(self) -> None:
        """How many there were, and where they are."""
        if self.count:
            where = (
                say(" Se afvisningsfilen.", " See the rejects file.")
                if self.kept
                else say(" Gem dem med --rejects.", " Keep them with --rejects.")
            )
            typer.echo(say(f"{self.count} afvist.", f"{self.count} rejected.") + where, err=True)


def assessed(
    pathway: Pathway, files: list[str], day: date, rejects: Rejects, *, reasons_for: int | None = None
) -> Iterator[Assessed]:
    """Each citizen's id and decision, in input order; what cannot be decided goes to ``rejects``.

    ``reasons_for``: how many citizens, from the first, are decided with reasons; None for all.
    """
    many, decided = ManyDecisions(pathway), 0
    for name in files:
        for record in read_file(name):
            if isinstance(record, Rejected):
                rejects.add(record)
                continue
            with_reasons = reasons_for is None or decided < reasons_for
            found = _decided(pathway, many, record, day, rejects, with_reasons=with_reasons)
            if found:
                decided += 1
                yield found


def _decided(
    pathway: Pathway, many: ManyDecisions, record: Record, day: date, rejects: Rejects, *, with_reasons: bool
) -> Assessed | None:
    name = record.data.get("id") if type(record.data) is dict else None
    try:
        name, own, facts = checked(record)
        when = day if own is None else as_of_day(own)
        return name, (decide(pathway, facts, when) if with_reasons else many.decide(facts, when))
    except RygradError as error:
        rejects.add(Rejected(record.place, name, error, record.text))
        return None


def progressing(decisions: Iterator[Assessed]) -> Iterator[Assessed]:
    """The same, with a line of progress on stderr once a second when somebody is looking."""
    watched = sys.stderr.isatty() and not sys.stdout.isatty()
    started = last = monotonic()
    for count, decided in enumerate(decisions, start=1):
        yield decided
        if watched and count % 1000 == 0 and monotonic() - last > 1:
            last = monotonic()
            rate = count / (last - started)
            typer.echo(f"\r{count:,} {say('borgere', 'citizens')} · {rate:,.0f}/s ", err=True, nl=False)
    if watched and last > started:
        typer.echo("", err=True)


def as_bytes(name: Any, decision: Decision) -> bytes:
    """``{"id": …}`` and the decision, as one JSON object."""
    return b'{"id":' + _encode(name) + b"," + _encode(decision)[1:]


def _write_ndjson(pathway: Pathway, decisions: Iterator[Assessed]) -> None:
    out, buffer = sys.stdout.buffer, bytearray()
    for name, decision in decisions:
        buffer += as_bytes(name, decision)
        buffer += b"\n"
        if len(buffer) > _FLUSH_AT:
            out.write(buffer)
            buffer.clear()
    out.write(buffer)
    out.flush()


def _write_json(pathway: Pathway, decisions: Iterator[Assessed]) -> None:
    out, separator = sys.stdout.buffer, b"[\n"
    for name, decision in decisions:
        out.write(separator + msgspec.json.format(as_bytes(name, decision), indent=2))
        separator = b",\n"
    out.write(b"\n]\n" if separator == b",\n" else b"[]\n")
    out.flush()


def _write_table(pathway: Pathway, decisions: Iterator[Assessed]) -> None:
    """One citizen: everything. Several: a line each, written as they come."""
    from rygrad.cli import screen

    first = next(decisions, None)
    if first is None:
        typer.echo(say("Ingen borgere.", "No citizens."), err=True)
        return
    out, second = screen.console(), next(decisions, None)
    if second is None:
        out.print(screen.full(pathway, *first))
        return
    out.print(screen.row_header(out.width))
    for name, decision in chain((first, second), decisions):
        out.print(screen.row(pathway, name, decision, out.width), no_wrap=True)


_WRITERS: dict[Format, Callable[[Pathway, Iterator[Assessed]], None]] = {
    "ndjson": _write_ndjson,
    "json": _write_json,
    "table": _write_table,
}
