"""`rygrad serve`: the site on a record that is there."""

from typing import Annotated

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.cli.record import Database, open_record


@application.app.command(
    help=say("Start hjemmesiden på en journal, der findes.", "Start the site on a record that is there.")
)
def serve(
    database: Database = None,
    host: Annotated[
        str, typer.Option("--host", help=say("Adresse, der lyttes på.", "The address to listen on."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help=say("Port (0: en ledig).", "Port (0: a free one)."))
    ] = 8000,
    threads: Annotated[int, typer.Option("--threads", min=1, max=64, help=say("Tråde.", "Threads."))] = 8,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Checks the newest part of the record first; answers until it is stopped."""
    open_record(database)
    from rygrad.record.verify import verify
    from rygrad.site.server import serve as answer

    problems = verify(newest=True, replay=False).problems
    for problem in problems:
        typer.echo(problem.text(language()), err=True)
    if problems:
        raise typer.Exit(application.CHECK)
    answer(host, port, threads=threads, ready=lambda address: typer.echo(f"Rygrad: {address}"))
