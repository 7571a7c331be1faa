"""Which slice of a profile a value belongs to, by the slicing's discriminators."""

from collections.abc import Iterator, Mapping

from tests.fhir.validator.terminology import Terminology
from tests.fhir.validator.tree import Found, Node, matches, tree_of, values_at


def slice_of(node: Node, found: Found, terminology: Terminology) -> Node | None:
    """The slice of this element that the value belongs to; None when to none.

    Raises NotImplementedError for a kind of discriminator that no profile in use has: better loud than unchecked.
    """
    discriminators = node.definition["slicing"].get("discriminator", [])
    for candidate in node.slices.values():
        if discriminators and all(_agrees(one, candidate, found, terminology) for one in discriminators):
            return candidate
    return None


def _agrees(discriminator: Mapping[str, str], candidate: Node, found: Found, terminology: Terminology) -> bool:
    kind, path = discriminator["type"], discriminator["path"]
    if kind == "type" and path == "$this":
        return found.kind.lower() in {one["code"].lower() for one in candidate.definition["type"]}
    if kind not in ("value", "pattern"):
        raise NotImplementedError(f"slices by {kind} of {path} are not checked: {candidate.definition['id']}")
    if path == "url" and candidate.profiles:
        return isinstance(found.value, Mapping) and found.value.get("url") in candidate.profiles
    steps = [] if path == "$this" else path.split(".")
    return any(_fits(node, one, terminology) for node in _ends(candidate, steps) for one in _values(found, steps))


def _fits(node: Node, found: Found, terminology: Terminology) -> bool:
    if node.specified:
        return matches(*node.specified, found.value)
    binding = node.definition.get("binding", {})
    # A slice may be told by its value set: the systems of the local replacement numbers are one.
    return binding.get("strength") == "required" and terminology.holds(binding["valueSet"], None, found.value) is True


def _ends(node: Node, steps: list[str]) -> Iterator[Node]:
    """The elements at the end of the path, going on in the profile of the type where the element's own tree ends."""
    if not steps:
        yield node
        return
    for start in (node, *filter(None, map(tree_of, node.profiles))):
        if steps[0] in start.children:
            yield from _ends(start.children[steps[0]], steps[1:])


def _values(found: Found, steps: list[str]) -> Iterator[Found]:
    if not steps:
        yield found
    elif isinstance(found.value, Mapping):
        for one in values_at(found.value, steps[0], found.path):
            yield from _values(one, steps[1:])
