"""A PostgreSQL server of our own for tests and benchmarks, in a folder, reached by a socket; nothing is installed."""

import getpass
import shutil
import subprocess
from pathlib import Path


def server_program(name: str) -> str:
    """The newest installed server's ``initdb`` or ``pg_ctl``."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[4]))
    program = str(found[-1]) if found else shutil.which(name)
    assert program, f"{name} is missing: see system-packages.txt"
    return program


class Postgres:
    """A server of our own in a folder, reached by a socket; started when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started = False

    def run(self, *command: str) -> None:
        """As user ``postgres`` when we are root: the server refuses root."""
        root = getpass.getuser() == "root"
        full = ["runuser", "-u", "postgres", "--", *command] if root else list(command)
        done = subprocess.run(full, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stderr + done.stdout

    def start(self) -> None:
        """Once."""
        if self.started:
            return
        self.started = True
        self.folder.mkdir()
        if getpass.getuser() == "root":
            self.folder.parent.chmod(0o755)
            shutil.chown(self.folder, "postgres")
        data, sockets = str(self.folder / "data"), str(self.folder)
        self.run(server_program("initdb"), "-D", data, "-U", "rygrad", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -k {sockets} -c max_connections=40 -c autovacuum=off"
        log = str(self.folder / "log")
        self.run(server_program("pg_ctl"), "-D", data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """If it was started."""
        if self.started:
            self.run(server_program("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        """How to reach a database of this server."""
        return f"postgresql://rygrad@{str(self.folder).replace('/', '%2F')}/{name}"
