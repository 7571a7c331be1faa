"""Databases for tests: a SQLite file or a PostgreSQL database, copied from a template in milliseconds."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from django.db import connections

from rygrad.record import activation, contents
from rygrad.site import database, start
from tests.record.postgres import Postgres


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
