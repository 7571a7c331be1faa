"""Every command's help as JSON on standard output, by one process: `python -m docs.commands_help`."""

import json

import typer.main
from typer.testing import CliRunner

from rygrad.cli import commands

_WIDTH = 78


def _paths(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    for name, part in getattr(command, "commands", {}).items():
        found += _paths(part, (*path, name))
    return found


def helps() -> dict[str, str]:
    """The help of ``rygrad``, and of each command under it, by its words."""
    runner, found = CliRunner(), {}
    for path in _paths(typer.main.get_command(commands.app)):
        shown = runner.invoke(
            commands.app, [*path, "--help"], prog_name="rygrad", terminal_width=_WIDTH, catch_exceptions=False
        )
        found[" ".join(path)] = shown.output.rstrip()
    return found


if __name__ == "__main__":
    print(json.dumps(helps()))
