"""A clock for the whole program that goes where a test sends it, back as well."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest
from django.core import signing
from django.utils import timezone

from rygrad.fhir.api import oauth
from rygrad.record import clocks

JUMPS = tuple(
    timedelta(seconds=seconds) for seconds in (-86_400, -3_600, -3_600, -90, -1, 0, 0, 1, 90, 3_600, 3_600, 90_000)
)


class Clock:
    """What the record, the sessions and the signatures take for the time."""

    def __init__(self, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = at
        self.before: Callable[[], None] = lambda: None
        monkeypatch.setattr(clocks, "now", self.now)
        monkeypatch.setattr(timezone, "now", self.now)
        for module in (signing, oauth):
            monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: self.now().timestamp()))

    def now(self) -> datetime:
        """The time, after whatever happens to the clock just before it is read."""
        self.before()
        return self.at

    def go(self, **by: float) -> None:
        """Forth, or back."""
        self.at += timedelta(**by)

    def jump_about(self, chance: Random) -> list[timedelta]:
        """From now on the clock jumps each time it is read; what it did is noted in the list."""
        jumps: list[timedelta] = []

        def jump() -> None:
            jumps.append(chance.choice(JUMPS))
            self.at += jumps[-1]

        self.before = jump
        return jumps
