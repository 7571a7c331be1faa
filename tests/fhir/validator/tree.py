"""A profile's snapshot as a tree: elements by name, and the slices of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from tests.fhir.validator.profiles import Definition, structures


@dataclass
class Node:
    """An element of a profile: its definition, what is inside it, and its slices."""

    definition: Definition
    children: dict[str, "Node"] = field(default_factory=dict)
    slices: dict[str, "Node"] = field(default_factory=dict)

    @property
    def profiles(self) -> list[str]:
        """The profiles of which the value must fit one; those of a reference's target are not among them."""
        return [bare for one in self.definition.get("type", ()) for bare in one.get("profile", ())]

    @property
    def specified(self) -> tuple[str, Any] | None:
        """``("fixed", value)`` or ``("pattern", value)``, if the value is given by the profile."""
        for key, value in self.definition.items():
            for kind in ("fixed", "pattern"):
                if key.startswith(kind):
                    return kind, value
        return None


class Found(NamedTuple):
    """A value in a resource, where it stands, and its type where the name of the property says it."""

    path: str
    value: Any
    kind: str = ""


@cache
def tree_of(url: str) -> Node | None:
    """The tree of a profile at hand; None for one that is not."""
    definition = structures().get(url)
    return None if definition is None else planted(definition)


def planted(definition: Definition) -> Node:
    """The tree of a structure definition with a snapshot."""
    elements = definition["snapshot"]["element"]
    root = Node(elements[0])
    for element in elements[1:]:
        *parents, last = element["id"].split(".")[1:]
        node = root
        for step in parents:
            node = _inside(node, step)
        name, _, of_slice = last.partition(":")
        if of_slice:
            node.children[name].slices[of_slice] = Node(element)
        else:
            node.children[name] = Node(element)
    return root


def _inside(node: Node, step: str) -> Node:
    name, _, of_slice = step.partition(":")
    child = node.children[name]
    return child.slices[of_slice] if of_slice else child


def values_at(parent: Mapping[str, Any], name: str, path: str) -> Iterator[Found]:
    """The values of a property; of a choice, ``value[x]``, whichever there is, with its type."""
    stem = name.removesuffix("[x]")
    for key in dict.fromkeys(key.removeprefix("_") for key in parent):
        kind = key[len(stem) :] if name != stem and key.startswith(stem) else ""
        if key == name or kind[:1].isupper():
            yield from _each(parent.get(key, parent.get(f"_{key}")), f"{path}.{key}", kind)


def _each(value: Any, path: str, kind: str) -> Iterator[Found]:
    if isinstance(value, list):
        yield from (Found(f"{path}[{at}]", one, kind) for at, one in enumerate(value))
    else:
        yield Found(path, value, kind)


def matches(kind: str, wanted: Any, value: Any) -> bool:
    """Whether a value is what is fixed, or holds at least what the pattern holds."""
    if kind == "fixed":
        return bool(value == wanted)
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(k in value and matches(kind, v, value[k]) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(value, list) and all(any(matches(kind, one, other) for other in value) for one in wanted)
    return bool(value == wanted)
