"""`rygrad`: the entry point. Every error becomes one readable line and the right exit code."""

import errno
import signal
import sys
import traceback

import typer

from rygrad.cli import commands
from rygrad.cli.application import BUG, CHECK, USAGE
from rygrad.cli.language import language, say
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.words import Phrase

_MAY_NOT = Phrase(
    "må ikke læses eller skrives. Se rettighederne, og hvem kommandoen køres som.",
    "may not be read or written. See the rights, and who runs the command.",
)
SYSTEM = {  # what the system itself says in English only
    errno.EEXIST: Phrase(
        "findes allerede, og der skrives ikke oven i. Vælg et andet navn.",
        "is there already, and is not written over. Choose another name.",
    ),
    errno.ENOENT: Phrase(
        "findes ikke. Se stien, og lav mappen, hvis den mangler.",
        "is not there. See the path, and make the folder if it is missing.",
    ),
    errno.EISDIR: Phrase("er en mappe. Her skal være en fil.", "is a folder. A file is meant."),
    errno.ENOTDIR: Phrase("stien går gennem noget, der ingen mappe er.", "the path goes through what is no folder."),
    errno.EACCES: _MAY_NOT,
    errno.EPERM: _MAY_NOT,
    errno.ENOSPC: Phrase("disken er fuld. Skaf plads, og prøv igen.", "the disk is full. Make room, and try again."),
}


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
        known = SYSTEM.get(error.errno or 0)
        typer.echo(f"rygrad: {where}: {known.text(language()) if known else error.strerror}", err=True)
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
