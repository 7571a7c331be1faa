"""A writer's own ledger: what it is about to try, and what was acknowledged, each line on the disk before it goes on."""

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """``try`` with the course, or ``ack`` with the entry; ``at`` is a clock that all processes share."""

    word: str
    key: str
    about: str
    at: float


class Ledger:
    """A file of lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def mend(self) -> None:
        """After a kill: drop a line that was cut short. Only its writer does that."""
        whole = self.path.read_bytes().rpartition(b"\n")
        os.truncate(self.path, len(whole[0] + whole[1]))

    def write(self, word: str, key: str, about: str) -> None:
        """One line, synced."""
        with self.path.open("a") as file:
            file.write(f"{word} {key} {about} {time.monotonic()}\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[Line]:
        """All whole lines; a line that a kill cut short was never finished."""
        whole = self.path.read_text().rpartition("\n")[0]
        return [Line(word, key, about, float(at)) for word, key, about, at in map(str.split, whole.splitlines())]

    def acknowledged(self) -> dict[str, str]:
        """Which entry each key was acknowledged as."""
        return {line.key: line.about for line in self.lines() if line.word == "ack"}

    def unfinished(self) -> Line | None:
        """The attempt of which nobody knows whether it counted."""
        lines = self.lines()
        return lines[-1] if lines and lines[-1].word == "try" else None
