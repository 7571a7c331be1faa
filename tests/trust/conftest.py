"""Records of their own for the proofs: importing the fixture makes Django ready, and points it at no database."""

from collections.abc import Iterator

import pytest

from tests.record.conftest import databases
from tests.record.databases import Databases

__all__ = ["database", "databases"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh record; on PostgreSQL too in the long battery."""
    with databases.fresh(request.param) as url:
        yield url
