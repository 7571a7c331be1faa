"""What all tests share: the pathway and its cases."""

import pytest

from rygrad.pathway.cases import Case, load_cases
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway


@pytest.fixture(scope="session")
def pathway() -> Pathway:
    return load_pathway()


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    return load_cases("rygsmerter")
