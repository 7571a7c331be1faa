"""The database driver fails at a statement of our choice, through Django itself."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

_WRITES = ("BEGIN", "INSERT", "UPDATE", "DELETE", "COMMIT")
PROBLEMS: dict[tuple[str, str], Callable[[], Exception]] = {
    ("sqlite", "io"): lambda: sqlite3.OperationalError("disk I/O error"),
    ("sqlite", "full"): lambda: sqlite3.OperationalError("database or disk is full"),
    ("postgresql", "io"): lambda: psycopg.OperationalError("could not fsync file: Input/output error"),
    ("postgresql", "full"): lambda: psycopg.errors.DiskFull("could not extend file: No space left on device"),
}


@dataclass
class Failing:
    """Fails at statement number ``at``; ``for_good`` at that write and every later one. COMMIT counts as a statement."""

    kind: str
    at: int
    for_good: bool
    seen: int = 0
    hits: int = 0

    def strike(self, sql: str) -> None:
        """As the driver would fail, translated as Django translates it."""
        if self.for_good and not sql.startswith(_WRITES):
            return
        self.seen += 1
        if self.seen == self.at or (self.for_good and self.seen > self.at):
            self.hits += 1
            with connection.wrap_database_errors:
                raise PROBLEMS[connection.vendor, self.kind]()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.strike(sql)
        return execute(sql, params, many, context)


@contextmanager
def failing(fault: Failing) -> Iterator[Failing]:
    """The connection at hand, with this fault."""
    with at_commit(lambda commit: (fault.strike("COMMIT"), commit())), connection.execute_wrapper(fault):
        yield fault


@contextmanager
def at_commit(instead: Callable[[Callable[[], None]], Any]) -> Iterator[None]:
    """Something else, or something more, where the connection at hand commits."""
    commit = connection._commit
    connection._commit = lambda: instead(commit)
    try:
        yield
    finally:
        connection._commit = commit
