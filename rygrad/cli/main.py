"""`rygrad`: the entry point. Every error becomes one readable line and the right exit code."""

import signal
import sys
import traceback

import typer

from rygrad.cli import commands
from rygrad.cli.application import BUG, CHECK, USAGE
from rygrad.cli.language import language, say
from rygrad.pathway.errors import ContentError, RygradError


def run() -> None:
    """Run the command of this process's arguments; a bug shows its traceback and says that it is one."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as other filters do: end quietly when nobody reads on
    try:
        commands.app()
    except RygradError as error:
        typer.echo(f"rygrad: {error.text(language())}", err=True)
        sys.exit(CHECK if isinstance(error, ContentError) else USAGE)
    except OSError as error:
        where = error.filename or say("uddata", "the output")
        typer.echo(f"rygrad: {where}: {error.strerror}", err=True)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as problem:  # the last net: a bug is said to be one
        if _is_of_database(problem):
            typer.echo(say("rygrad: databasen kan ikke læses.", "rygrad: the database cannot be read."), err=True)
            sys.exit(CHECK)
        traceback.print_exc()
        typer.echo(say("rygrad: det er en fejl i programmet.", "rygrad: this is a bug in the program."), err=True)
        sys.exit(BUG)


def _is_of_database(problem: Exception) -> bool:
    """An error of the database itself, of a command that uses one; without importing Django for those that do not."""
    django_db = sys.modules.get("django.db")
    return django_db is not None and isinstance(problem, django_db.DatabaseError)
