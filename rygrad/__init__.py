"""Rygrad makes a published care programme for people with back problems run.

``load_pathway`` reads the content; ``decide`` says what follows for one citizen on one day, and why.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rygrad.decision.decide import decide
    from rygrad.pathway.read import load_pathway

__all__ = ["decide", "load_pathway"]

_HOMES = {"decide": "rygrad.decision.decide", "load_pathway": "rygrad.pathway.read"}


def __getattr__(name: str) -> Any:
    """Imported on first use, so that a room can be imported without the rooms above it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rygrad' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
