"""Every line of the content that carries a rule or a value, changed: each value and each name on it, one at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # as the content itself is read
WORDS = ("da", "en")
SHOWN = ("title", "publisher", "where")
"""Texts of a source, said as they stand."""
_SWAPPED = {
    "all": "any",
    "any": "all",
    "at_least": "at_most",
    "at_most": "at_least",
    "outside": "hold",
    "hold": "outside",
}


@dataclass(frozen=True)
class Scalar:
    """One value, or one name of a field, in a file: its line, its path, and where its text stands."""

    line: int
    path: tuple[str, ...]
    text: str
    start: int
    end: int
    tag: str
    is_name: bool
    last_line: int


@dataclass(frozen=True)
class LineMutant:
    """A file with one thing changed on one line; ``field`` is the name of the field that has it."""

    file: str
    line: int
    field: str
    says: str
    data: bytes


def scalars(data: bytes) -> list[Scalar]:
    """Every scalar of a YAML file, in its order."""
    return list(_under(yaml.compose(data.decode(), Loader=_LOADER), ()))


def _under(node: Any, path: tuple[str, ...]) -> Iterator[Scalar]:
    if isinstance(node, yaml.ScalarNode):
        yield _scalar(node, path, is_name=False)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _under(part, (*path, "[]"))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield _scalar(key, (*path, key.value), is_name=True)
            yield from _under(value, (*path, key.value))


def _scalar(node: yaml.ScalarNode, path: tuple[str, ...], *, is_name: bool) -> Scalar:
    start, end = node.start_mark, node.end_mark
    return Scalar(
        start.line + 1, path, node.value, start.index, end.index, node.tag.rpartition(":")[2], is_name, end.line + 1
    )


def is_words(scalar: Scalar) -> bool:
    """A text for people, or the name that leads to one."""
    return (
        scalar.path[-1] in WORDS
        or "words" in scalar.path[-2:]
        or (scalar.path[-1] in SHOWN and "source" in "".join(scalar.path[:-1]))
    )


def carrying(found: list[Scalar], words: Callable[[Scalar], bool]) -> dict[int, list[Scalar]]:
    """The lines that carry a rule or a value, with what is on them; a name counts where its line has nothing else."""
    leads_to_words = {scalar.path[:-1] for scalar in found if words(scalar)}
    lines: dict[int, list[Scalar]] = {}
    for scalar in found:
        if not words(scalar) and not (scalar.is_name and scalar.path in leads_to_words):
            lines.setdefault(scalar.line, []).append(scalar)
    return lines


def line_mutants(file: str, data: bytes, lines: Mapping[int, list[Scalar]]) -> Iterator[LineMutant]:
    """Each line's values changed; its names where they are words of a rule, or where there is nothing else."""
    pools: dict[str, list[str]] = {}
    for on_line in lines.values():
        for scalar in on_line:
            pools.setdefault(_kind(scalar), []).append(scalar.text)
    text = data.decode()
    for line, on_line in lines.items():
        values = [s for s in on_line if not s.is_name or _is_of_a_rule(s)] or on_line[:1]
        for scalar in values:
            new = _other(scalar, pools[_kind(scalar)])
            changed = f"{text[: scalar.start]}{new}{text[scalar.end :]}"
            yield LineMutant(
                file, line, scalar.path[-1], f"{'.'.join(scalar.path)}: {scalar.text} → {new}", changed.encode()
            )


def _kind(scalar: Scalar) -> str:
    """Scalars of a kind stand in each other's place without the file being refused for its form."""
    parts = [part for part in scalar.path if part != "[]"]
    return f"name in {parts[-2]}" if scalar.is_name and len(parts) > 1 else f"value of {parts[-1]}"


def _is_of_a_rule(scalar: Scalar) -> bool:
    parents = [part for part in scalar.path[:-1] if part != "[]"]
    return scalar.path[-1] in _SWAPPED or bool(
        parents and parents[-1] in ("is", "over", "at_least", "at_most", "known")
    )


def _other(scalar: Scalar, pool: list[str]) -> str:
    if scalar.is_name and scalar.path[-1] in _SWAPPED:
        return _SWAPPED[scalar.path[-1]]
    if scalar.tag == "int":
        return str(int(scalar.text) + 1)
    if scalar.tag == "float":
        return str(float(scalar.text) + 1)
    if scalar.tag == "bool":
        return "no" if scalar.text in ("yes", "true") else "yes"
    if scalar.tag == "timestamp":
        return "2031-01-01"
    if scalar.tag == "null":
        return "Somebody"
    others = [text for text in dict.fromkeys(pool) if text != scalar.text and "\n" not in text]
    return (
        yaml.dump(others[0], allow_unicode=True, width=10_000).split("\n")[0]
        if others
        else f"x{scalar.text.split(' ')[0]}"
    )
