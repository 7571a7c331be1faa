"""The corpus of what is typed into fields: data, in ``payloads.yaml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

MARK = "xq7"
"""Stands in every payload that would run, load or lead somewhere; never as anything else than text."""


@dataclass(frozen=True)
class Payload:
    """One text, and what kind of attack it is."""

    kind: str
    text: str

    @property
    def name(self) -> str:
        """For the reader of a failure."""
        return f"{self.kind}: {self.text[:40]!r}"


@cache
def payloads() -> tuple[Payload, ...]:
    """All of them, in the order of the file."""
    given = yaml.safe_load(Path(__file__).with_name("payloads.yaml").read_text("utf-8"))
    return tuple(Payload(one["kind"], _grown(one["text"], one.get("as", 0))) for one in given)


def _grown(text: str, size: int) -> str:
    """The text over and over, up to this many bytes of UTF-8."""
    return text * (size // len(text.encode())) if size else text
