"""Every test of the record runs on SQLite and on PostgreSQL, each time in a fresh database made from a template."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["DATABASE_URL"] = "sqlite:///nothing/at/all"  # nothing is ever written outside the test's own database
from rygrad.site.start import start

start(migrate=False)  # models can only be imported when Django is ready
from tests.memory import memory  # noqa: E402
from tests.record.databases import Databases  # noqa: E402
from tests.record.postgres import Postgres  # noqa: E402

# On PostgreSQL too in every run; the other files' PostgreSQL half runs in the long battery.
ON_BOTH = frozenset(
    {"test_journal", "test_access", "test_steps", "test_alike", "test_kill", "test_broken_disk", "test_racing"}
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the PostgreSQL half of the record's less central files as long."""
    for item in items:
        given = getattr(item, "callspec", None)
        name = item.path.stem
        if (
            item.path.parent.name == "record"
            and given
            and "postgresql" in given.params.values()
            and name not in ON_BOTH
        ):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The templates, made once: tables, triggers and the packaged content."""
    folder = Path(tempfile.mkdtemp(prefix="rygrad-test-", dir=memory()))
    server = Postgres(folder / "postgresql")
    try:
        yield Databases(folder, server)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh database with the packaged content in force; its URL."""
    with databases.fresh(request.param) as url:
        yield url


@pytest.fixture
def sqlite(databases: Databases) -> Iterator[Path]:
    """A fresh SQLite record; its file. For what only concerns the embedded database."""
    with databases.fresh("sqlite") as url:
        yield Path(url.removeprefix("sqlite:///"))
