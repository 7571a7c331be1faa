"""`rygrad demo`: a region of invented citizens in a temporary record, the site on it, and one ready link per role."""

import os
import socket
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.cli.localday import local_day

ACTORS = ("anna", "bo", "freja")
# Who has a link, in the order they meet the citizen.
USERS = ("anna", "bo", "kirsten", "hanne", "rasmus", "freja", "gustav", "mette")
_ROWS = 12
_PORTS = range(8000, 8020)


@application.app.command(
    help=say(
        "Start en demo-region: opfundne borgere, hjemmesiden, og et klar link til hver rolle.",
        "Start a demo region: invented citizens, the site, and one ready link for each role.",
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
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help=say("Port (0: en ledig).", "Port (0: a free one)."))
    ] = 0,
    lists: Annotated[
        bool,
        typer.Option("--lists", help=say("Vis kun tre arbejdslister her.", "Only show three worklists here.")),
    ] = False,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """A SQLite file in a new temporary folder; the site answers on this machine only."""
    day = as_of.date() if as_of else local_day()
    file = Path(tempfile.mkdtemp(prefix="rygrad-demo-")) / "demo.sqlite3"
    os.environ["RYGRAD_DEMO"] = "1"
    os.environ["RYGRAD_INDICATORS"] = str(file.with_name("indicators"))
    from rygrad.cli.record import make_record

    make_record(f"sqlite:///{file}")
    _fill(pathway, courses, seed, day)
    if not lists:
        _measure(file, pathway)
        _serve(file, port or _free_port())
        return
    from rygrad.cli import screen

    out = screen.console()
    for user in ACTORS:
        _show_list(out, user, day)
    typer.echo(_next_steps(file))


def _measure(file: Path, pathway: str) -> None:
    """The indicators of this record, for the region's pages; without the extra `region` those say what is missing."""
    from rygrad.pathway.errors import RygradError
    from rygrad.quality.output import Job, write
    from rygrad.quality.read import load_indicators
    from rygrad.record.columns import export_columns

    data = file.with_name("data")
    try:
        export_columns(data)
        write(load_indicators(pathway), Job(data, file.with_name("indicators"), datetime.now(UTC)))
    except RygradError as lacking:
        typer.echo(lacking.text(language()), err=True)


def _free_port() -> int:
    """The first of the usual ports that nobody uses."""
    for port in _PORTS:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) != 0:
                return port
    return 0


def _serve(file: Path, port: int) -> None:
    from rygrad.site.server import serve

    serve("127.0.0.1", port, ready=lambda address: typer.echo(_links(file, address)))


def _links(file: Path, address: str) -> str:
    from rygrad.record import people
    from rygrad.record.people import organisation_name
    from rygrad.web.login import demo_link
    from rygrad.web.pages import role_word

    today = local_day()
    lines = [say("Alle borgere er opfundne. Klar:", "All citizens are invented. Ready:"), ""]
    for user in USERS:
        actor = people.professional_actor(user, today)
        place = organisation_name(actor.organisation or "", today)
        lines += [f"{role_word(actor.role)}: {actor.name}, {place}", f"  {address}{demo_link(user)}"]
    lines += _links_of_persons(address, today)
    lines += [
        say("systemer (FHIR, CDS Hooks): prøv et kort", "systems (FHIR, CDS Hooks): try a card"),
        f"  {address}/integration",
        say("et token til FHIR-serveren, som Anna:", "a token for the FHIR server, as Anna:"),
        f"  {_token_call(file, address)}",
        "",
        say(f"Journalen: sqlite:///{file}", f"The record: sqlite:///{file}"),
        say("Stop med Ctrl+C.", "Stop with Ctrl+C."),
    ]
    return "\n".join(lines)


def _token_call(file: Path, address: str) -> str:
    """A system of Anna's practice, with its key beside the record; the command that prints the call for a token."""
    import json

    from rygrad.fhir.api import clients
    from rygrad.fhir.api.keys import new_pair
    from rygrad.record import people
    from rygrad.web.accounts import OPERATOR

    anna = people.professional_actor("anna", local_day())
    private, public = new_pair()
    scopes = "system/*.rs user/*.crus"
    client = clients.register(OPERATOR, "Demo EPJ", anna.organisation or "", "anna", json.dumps(public), scopes)
    key = file.with_name("demo-epj.private.jwk")
    key.touch(mode=0o600)
    key.write_text(json.dumps(private), "utf-8")
    asked = f"--key {key} --subject anna --scopes '{scopes}'"
    return f"RYGRAD_ADDRESS={address} .venv/bin/rygrad client token {client} {asked}"


def _links_of_persons(address: str, today: date) -> list[str]:
    """The citizen's link and the relative's, and what needs no login."""
    from rygrad.cli.region import share_with_a_relative
    from rygrad.record.models import Person
    from rygrad.web.login import demo_link_of_person

    citizen, relative = share_with_a_relative(today)
    found = []
    for person, role in ((citizen, say("borger", "citizen")), (relative, say("pårørende", "relative"))):
        found += [f"{role}: {Person.objects.get(id=person).name}", f"  {address}{demo_link_of_person(person)}"]
    return [
        *found,
        say("alle, uden login: programmet", "everybody, no login: the programme"),
        f"  {address}/programmet",
    ]


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
