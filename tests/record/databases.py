"""Databases for tests: a SQLite file or a PostgreSQL database, copied from a template in milliseconds."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from django.db import connections

from rygrad.record import activation, contents
from rygrad.site import database, start


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


class Databases:
    """Fresh databases from templates."""

    def __init__(self, folder: Path, server: Postgres) -> None:
        self.folder, self.server = folder, server
        self.numbers = count(1)
        self.templates: set[str] = set()

    @contextmanager
    def fresh(self, engine: str) -> Iterator[str]:
        """A database of its own, reached by this process's default connection."""
        if engine not in self.templates:
            self._make_template(engine)
        name = f"test{next(self.numbers)}"
        url = self._copy(engine, name)
        self.use(url)
        try:
            yield url
        finally:
            self.release()
            self._drop(engine, name)

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """A database with tables and nothing else, not even content; the caller turns back with ``use``."""
        name = f"test{next(self.numbers)}"
        if engine == "sqlite":
            url = f"sqlite:///{self.folder}/{name}.sqlite3"
        else:
            self.server.start()
            self._maintain(f"CREATE DATABASE {name}")
            url = self.server.url(name)
        self.use(url)
        start.start()
        try:
            yield url
        finally:
            self.release()
            self._drop(engine, name)

    def use(self, url: str) -> None:
        """Point this process at a database."""
        self.release()
        connections.settings["default"] = connections.configure_settings({"default": database.database(url)})["default"]
        os.environ["DATABASE_URL"] = url

    def release(self) -> None:
        """Let go of the database; contents are remembered by their hash and hold no connection."""
        connections["default"].close()
        del connections["default"]

    def _make_template(self, engine: str) -> None:
        if engine == "sqlite":
            url = f"sqlite:///{self.folder}/template.sqlite3"
        else:
            self.server.start()
            self._maintain("CREATE DATABASE template")
            url = self.server.url("template")
        self.use(url)
        start.start()
        activation.begin(contents.content_files("rygsmerter"), at=datetime(2020, 1, 1, tzinfo=UTC))
        self.release()
        self.templates.add(engine)

    def _copy(self, engine: str, name: str) -> str:
        if engine == "sqlite":
            path = self.folder / f"{name}.sqlite3"
            shutil.copy(self.folder / "template.sqlite3", path)
            return f"sqlite:///{path}"
        self._maintain(f"CREATE DATABASE {name} TEMPLATE template")
        return self.server.url(name)

    def _drop(self, engine: str, name: str) -> None:
        if engine == "sqlite":
            for path in self.folder.glob(f"{name}.sqlite3*"):
                path.unlink()
        else:
            self._maintain(f"DROP DATABASE {name} WITH (FORCE)")

    def _maintain(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]
