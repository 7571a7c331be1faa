"""What all tests share: the pathway and its cases."""

from collections.abc import Generator

import pytest

from docs.safety_page import proofs
from rygrad.pathway.cases import Case, load_cases
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from tests.proved import failed_when_skipped


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What proves a control of a hazard may not be skipped."""
    return failed_when_skipped((yield), proofs())


@pytest.fixture(scope="session")
def pathway() -> Pathway:
    return load_pathway()


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    return load_cases("rygsmerter")
