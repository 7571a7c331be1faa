"""Writers in other processes, killed at random and started again."""

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.record.faults.ledger import Ledger

ROOT = Path(__file__).parents[3]
_PATIENCE = 30.0


@dataclass
class Writer:
    """One of them: its process now, and how much it had acknowledged when that process started."""

    name: str
    ledger: Ledger
    process: subprocess.Popen[bytes]
    acknowledged_before: int = 0

    def has_written(self) -> bool:
        """Whether this process has had an entry acknowledged."""
        assert self.process.poll() is None, f"{self.name} ended by itself"
        return len(self.ledger.acknowledged()) > self.acknowledged_before


@dataclass
class Crew:
    """The writers, and what was seen of their kills."""

    url: str
    folder: Path
    user: str
    writers: list[Writer] = field(default_factory=list)
    killed_at: list[tuple[Writer, float]] = field(default_factory=list)
    half_way: int = 0

    def start(self, number: int) -> None:
        """So many of them."""
        for one in range(number):
            name = f"w{one}"
            self.writers.append(Writer(name, Ledger(self.folder / f"{name}.ledger"), self._process(name)))

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.record.faults.writer", self.url, str(self.folder), name, self.user]
        return subprocess.Popen(command, cwd=ROOT)

    def kill(self, writers: list[Writer]) -> None:
        """At once, in the middle of whatever they do; then start them again."""
        for writer in writers:
            writer.process.kill()
            self.killed_at.append((writer, time.monotonic()))
        for writer in writers:
            writer.process.wait()
        self.half_way += len(writers) == len(self.writers) and self._a_journal_is_left()
        for writer in writers:
            writer.acknowledged_before = len(writer.ledger.acknowledged())
            writer.process = self._process(writer.name)

    def _a_journal_is_left(self) -> bool:
        """SQLite only: a commit was cut short, and the next who comes must undo it."""
        journal = Path(self.url.removeprefix("sqlite:///") + "-journal")
        return journal.exists() and journal.stat().st_size > 0

    def stop(self) -> None:
        """Let all come back, and finish what they are at."""
        self.wait_for(self.writers)
        (self.folder / "stop").touch()
        for writer in self.writers:
            assert writer.process.wait(_PATIENCE) == 0

    def wait_for(self, writers: list[Writer]) -> None:
        """Until each of them is writing again."""
        deadline = time.monotonic() + _PATIENCE
        while not all(writer.has_written() for writer in writers):
            assert time.monotonic() < deadline, "a writer did not come back"
            time.sleep(0.005)

    def end(self) -> None:
        """Whatever happened."""
        for writer in self.writers:
            writer.process.kill()
            writer.process.wait()

    def ready_again_after(self) -> list[float]:
        """Seconds from each kill to the killed writer's next acknowledged entry, the start of its process included."""
        found = []
        for writer, killed in self.killed_at:
            later = [line.at for line in writer.ledger.lines() if line.word == "ack" and line.at > killed]
            found.append(min(later) - killed)
        return found


def kill_at_random(crew: Crew, chance: Random, kills: int) -> None:
    """Each time one of them or all, when all who are to be killed are writing again."""
    while len(crew.killed_at) < kills:
        everybody = chance.random() < 0.3
        victims = list(crew.writers) if everybody else [chance.choice(crew.writers)]
        crew.wait_for(victims)
        time.sleep(chance.random() * 0.1)
        crew.kill(victims)
