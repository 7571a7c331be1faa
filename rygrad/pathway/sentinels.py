"""Sentinel citizens: invented, with the answers pinned, to be asked of the deployed programme again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rygrad.pathway.errors import ContentError
from rygrad.pathway.node import Node
from rygrad.pathway.words import Phrase

FILE = "sentinels.yaml"


@dataclass(frozen=True, slots=True)
class Sentinel:
    """One invented citizen on one day, and what was answered when the content was checked.

    ``answers`` by conclusion, for people; ``digest`` of the decision, its reasons, cards and explanations.
    """

    id: str
    title: Phrase
    as_of: date
    given: Mapping[str, Any]
    answers: Mapping[str, str]
    digest: str


def read_sentinels(data: Any) -> tuple[Sentinel, ...]:
    """The sentinels of sentinels.yaml; ContentError for a malformed or doubled one."""
    top = Node(data, FILE)
    found = tuple(_sentinel(node) for node in top.nodes("sentinels"))
    top.finish()
    names = [sentinel.id for sentinel in found]
    if len(set(names)) < len(names):
        raise ContentError(FILE, "to kontrolborgere har samme id", "two sentinels have the same id")
    return found


def _sentinel(node: Node) -> Sentinel:
    answers = node.node("answers").data
    found = Sentinel(
        id=node.take("id"),
        title=node.phrase("title"),
        as_of=node.take("as_of"),
        given=node.node("given").data,
        answers={str(name): str(value) for name, value in answers.items()},
        digest=str(node.take("digest")),
    )
    node.finish()
    return found
