"""A Node process that is asked line by line; it ends with the tests."""

import atexit
import subprocess
from pathlib import Path


def started(script: Path) -> "subprocess.Popen[str]":
    """The script running, with its standard input and output to write to and read from."""
    command = ["node", str(script)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    atexit.register(_ended, process)
    return process


def _ended(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()
