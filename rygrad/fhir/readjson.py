"""JSON from another system, read strictly: what two readers could understand differently is refused."""

import json
from typing import Any

import msgspec


class NotJson(ValueError):
    """It is no JSON, nested beyond what is sensible, or a name stands twice in the same object."""


def decoded(data: bytes) -> Any:
    """What the bytes say; NotJson when two readers could disagree about it."""
    try:
        found = msgspec.json.decode(data)
        json.loads(data, object_pairs_hook=_once)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise NotJson from problem
    return found


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Nothing is kept of the second reading: it only looks for a name that stands twice."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError
