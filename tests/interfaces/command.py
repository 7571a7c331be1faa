"""Runs the installed `rygrad` as a person would: another process, its own folder, pipes."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

RYGRAD = Path(sys.executable).with_name("rygrad")


@dataclass(frozen=True)
class Ran:
    """What came back."""

    code: int
    out: str
    err: str

    @property
    def flat(self) -> str:
        """The output without frames and line breaks, for finding a sentence that was wrapped."""
        return " ".join(self.out.replace("│", " ").split())


def rygrad(*arguments: str | Path, stdin: str | bytes = "", cwd: Path | None = None, **environment: str) -> Ran:
    """`rygrad ARGUMENTS` with this standard input; plain environment plus the given variables."""
    plain = {k: v for k, v in os.environ.items() if k not in ("RYGRAD_LANG", "NO_COLOR", "FORCE_COLOR")}
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [RYGRAD, *map(str, arguments)], input=data, capture_output=True, cwd=cwd, env=plain | environment, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
