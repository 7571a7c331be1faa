"""The services in the demo, where they are open; a test of signed calls closes them."""

from typing import Any

import pytest


@pytest.fixture
def demo(record: Any, settings_of: Any) -> None:
    """A record with the content activated, and the services open."""
    settings_of(DEMO=True, CDS_ISSUERS="", ORDER_CODES="", ADDRESS="https://ryg.example")


@pytest.fixture
def settings_of() -> Any:
    """Sets settings for the length of a test."""
    from django.test import override_settings

    changed: list[Any] = []

    def change(**named: Any) -> None:
        changed.append(override_settings(**named))
        changed[-1].enable()

    yield change
    for one in reversed(changed):
        one.disable()
