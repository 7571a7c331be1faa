"""The cast in a fresh record, and a system of Anna's practice."""

import pytest

from tests.web.conftest import databases, inside, person, record, visit

__all__ = ["databases", "inside", "person", "record", "system", "visit"]

from tests.fhir.tokens import System, registered
from tests.record.cast import Cast


@pytest.fixture
def system(record: Cast) -> System:
    """A system at Anna's practice, which Anna answers for."""
    return registered(record.anna)
