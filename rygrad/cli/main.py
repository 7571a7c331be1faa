"""`rygrad`: the entry point. Every error becomes one readable line and the right exit code."""

import signal
import sys
import traceback

import typer

from rygrad.cli import commands
from rygrad.cli.application import BUG, CONTENT, USAGE
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
        sys.exit(CONTENT if isinstance(error, ContentError) else USAGE)
    except OSError as error:
        where = error.filename or say("uddata", "the output")
        typer.echo(f"rygrad: {where}: {error.strerror}", err=True)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # the last net: a bug is said to be one
        traceback.print_exc()
        typer.echo(say("rygrad: det er en fejl i programmet.", "rygrad: this is a bug in the program."), err=True)
        sys.exit(BUG)
