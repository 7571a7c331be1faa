"""The indicators of the programme, read once."""

import pytest

from rygrad.pathway.pathway import Pathway
from rygrad.quality.definitions import Indicators
from rygrad.quality.read import load_indicators


@pytest.fixture(scope="session")
def definitions(pathway: Pathway) -> Indicators:
    return load_indicators(pathway=pathway)
