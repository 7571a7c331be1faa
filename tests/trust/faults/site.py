"""`rygrad serve` on a record, on one port, started and killed by its own process number as often as one likes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

RYGRAD = Path(sys.executable).with_name("rygrad")
ROOT = Path(__file__).parents[3]
KEY = "a key for the tests of faults only"
_PATIENCE = 60.0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Site:
    """The server of a record: where it answers, and how long each start took until a page came, in seconds."""

    url: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: int = 0
    ready_after: list[float] = field(default_factory=list)
    ready_after_cold: list[float] = field(default_factory=list)
    processor_cold: list[float] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    _warm: "subprocess.Popen[str] | None" = None
    _cold: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """As the world knows it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / "server.txt"

    def environment(self) -> dict[str, str]:
        """A demo of its own, whose sessions and tokens outlive its process."""
        own = {"RYGRAD_DEMO": "1", "RYGRAD_SECRET_KEY": KEY, "RYGRAD_ADDRESS": self.address, "PYTHONUNBUFFERED": "1"}
        return {**os.environ, **own, "DATABASE_URL": self.url, **self.settings}

    def start(self, *, cold: bool = False) -> None:
        """Start the command and wait for a page: in a new process, or ``cold`` with everything that takes."""
        began = time.monotonic()
        self.process = self._started() if cold else self._forked()
        self.wait()
        (self.ready_after_cold if cold else self.ready_after).append(time.monotonic() - began)
        if cold:
            self.processor_cold.append(_processor_seconds(self.process))

    def kill(self) -> None:
        """``kill -9``, and wait until it is gone."""
        os.kill(self.process, signal.SIGKILL)
        if self._cold is not None:
            self._cold.wait()
            self._cold = None
        while _is_there(self.process):
            time.sleep(0.001)
        self.process = 0

    def wait(self) -> None:
        """Until a page is answered with 200."""
        until = time.monotonic() + _PATIENCE
        while not self._answers():
            assert time.monotonic() < until, self.log.read_text("utf-8")[-2_000:]
            time.sleep(0.005)

    def stop(self) -> None:
        """No server, and nobody who could start one."""
        if self.process:
            self.kill()
        if self._warm is not None and self._warm.stdin and self._warm.stdout:
            self._warm.stdin.close()
            self._warm.wait(timeout=10)
            self._warm.stdout.close()

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/log-ind")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _started(self) -> int:
        with self.log.open("ab") as out:
            command = [RYGRAD, "serve", "--port", str(self.port)]
            self._cold = subprocess.Popen(
                command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        return self._cold.pid

    def _forked(self) -> int:
        if self._warm is None:
            command = [sys.executable, "-m", "tests.trust.faults.starter"]
            pipe = subprocess.PIPE
            self._warm = subprocess.Popen(command, cwd=ROOT, env=self.environment(), stdin=pipe, stdout=pipe, text=True)
        assert self._warm.stdin and self._warm.stdout
        self._warm.stdin.write(f"{self.port}\t{self.log}\n")
        self._warm.stdin.flush()
        return int(self._warm.stdout.readline())


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _processor_seconds(process: int) -> float:
    """What it has used of any processor; a busy machine does not make it more."""
    after_name = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def site_of(url: str, folder: Path, **settings: str) -> Iterator[Site]:
    """A site that is not started yet; whatever happens, it is ended."""
    site = Site(url, folder, settings=settings)
    try:
        yield site
    finally:
        site.stop()
