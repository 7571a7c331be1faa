"""The case book's cases: given a citizen on a day, then these conclusions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rygrad.pathway.errors import ContentError
from rygrad.pathway.node import Node, load_yaml
from rygrad.pathway.read import content_folder
from rygrad.pathway.words import Phrase


@dataclass(frozen=True, slots=True)
class Case:
    """One invented or retold citizen. ``then`` maps paths of the decision to the expected value.

    ``given`` are all facts; ``sets`` names the shared sets among them and ``own`` are the citizen's own.
    """

    id: str
    file: str
    title: Phrase
    as_of: date
    given: Mapping[str, Any]
    sets: tuple[str, ...]
    own: Mapping[str, Any]
    then: Mapping[str, Any]
    source: str | None
    note: Phrase | None


def load_cases(name_or_folder: str | Path) -> list[Case]:
    """All cases of a content folder, in file order; ContentError for a malformed or doubled one."""
    folder = content_folder(name_or_folder) / "cases"
    files = sorted(folder.glob("*.yaml"))
    sets = load_sets(name_or_folder)
    cases = [
        _case(Node(data, f"cases/{file.name}[{position}]"), sets, file.name)
        for file in files
        if file.name != "sets.yaml"
        for position, data in enumerate(_load(file))
    ]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise ContentError(case.id, "to tilfælde har samme id", "two cases have the same id")
        seen.add(case.id)
    return cases


def load_sets(name_or_folder: str | Path) -> dict[str, dict[str, Any]]:
    """The named sets of facts that cases share; empty when there are none."""
    path = content_folder(name_or_folder) / "cases" / "sets.yaml"
    return _load(path) if path.is_file() else {}


def _load(path: Path) -> Any:
    return load_yaml(path.read_bytes(), f"cases/{path.name}")


def _case(node: Node, sets: Mapping[str, Mapping[str, Any]], file: str) -> Case:
    given: dict[str, Any] = {}
    names, own = node.names("sets"), node.take("given", None) or {}
    for name in names:
        if name not in sets:
            raise ContentError(node.where, f"ukendt sæt: {name}", f"unknown set: {name}")
        given |= sets[name]
    found = Case(
        id=node.take("id"),
        file=file,
        title=node.phrase("title"),
        as_of=node.take("as_of"),
        given=given | own,
        sets=names,
        own=own,
        then=node.take("then"),
        source=node.take("source", None),
        note=node.phrase("note") if "note" in node.data else None,
    )
    node.finish()
    return found
