"""A resource against a profile's own JSON: what Medplum does not see of it.

Slices and what is required in them, fixed values and patterns, required bindings, lengths, kinds of reference, and the
profile's own rules, which fhirpathpy runs. An unknown is no problem: codes of a system that is not at hand pass.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import fhirpathpy
from fhirpathpy.models import models

from tests.fhir.validator.medplum import Issue
from tests.fhir.validator.profiles import structures
from tests.fhir.validator.slicing import slice_of
from tests.fhir.validator.terminology import Terminology
from tests.fhir.validator.tree import Found, Node, matches, tree_of, values_at

_R4 = "http://hl7.org/fhir/StructureDefinition/"


class Judge(NamedTuple):
    """What is needed while one resource is gone through."""

    resource: Mapping[str, Any]
    terminology: Terminology


def issues_of(judge: Judge, tree: Node, found: Found) -> Iterator[Issue]:
    """What is wrong with a value by the tree of its profile, the deepest included."""
    yield from _itself(judge, tree, found)
    if isinstance(found.value, Mapping):
        for name, child in tree.children.items():
            yield from _property(judge, child, list(values_at(found.value, name, found.path)), f"{found.path}.{name}")


def _property(judge: Judge, node: Node, values: list[Found], path: str) -> Iterator[Issue]:
    yield from _counted(node, len(values), path)
    slicing = node.definition.get("slicing")
    belongs = [slice_of(node, found, judge.terminology) if slicing and node.slices else None for found in values]
    for found, of_slice in zip(values, belongs, strict=True):
        for one in (node, of_slice) if of_slice else (node,):
            yield from issues_of(judge, one, found)
        if slicing and slicing["rules"] == "closed" and not of_slice:
            yield Issue(found.path, "belongs to no slice, and others are not allowed")
    for name, one in node.slices.items():
        yield from _counted(one, sum(of_slice is one for of_slice in belongs), f"{path}:{name}")


def _counted(node: Node, count: int, path: str) -> Iterator[Issue]:
    least, most = node.definition.get("min", 0), node.definition.get("max", "*")
    if count < least or (most != "*" and count > int(most)):
        yield Issue(path, f"{count} found, {least}..{most} allowed")


def _itself(judge: Judge, node: Node, found: Found) -> Iterator[Issue]:
    value, definition = found.value, node.definition
    if node.specified and not matches(*node.specified, value):
        yield Issue(found.path, f"is not the {node.specified[0]} value {node.specified[1]!r}")
    if found.kind and found.kind.lower() not in {one["code"].lower() for one in definition.get("type", ())}:
        yield Issue(found.path, f"a value of type {found.kind} is not allowed")
    longest = definition.get("maxLength")
    if longest is not None and isinstance(value, str) and len(value) > longest:
        yield Issue(found.path, f"is longer than {longest} characters")
    yield from _bound(judge, definition, found)
    yield from _rules(judge, definition, found)
    yield from _reference(definition, found)
    yield from _by_type(judge, node, found)


def _bound(judge: Judge, definition: Mapping[str, Any], found: Found) -> Iterator[Issue]:
    binding = definition.get("binding", {})
    if binding.get("strength") == "required":
        refused = judge.terminology.refused(binding["valueSet"], found.value)
        if refused:
            yield Issue(found.path, f"{refused} is not in {binding['valueSet']}")


def _rules(judge: Judge, definition: Mapping[str, Any], found: Found) -> Iterator[Issue]:
    for rule in definition.get("constraint", ()):
        if rule["severity"] == "error" and not _of_r4(rule.get("source", "")) and not _holds(judge, rule, found):
            yield Issue(found.path, f"{rule['key']}: {rule['human']}")


def _of_r4(source: str) -> bool:
    """Whether a rule comes from a type of R4, and not from a profile, whose names begin with a small letter: Medplum's."""
    return source.startswith(_R4) and source[len(_R4) :][:1].isupper()


def _holds(judge: Judge, rule: Mapping[str, Any], found: Found) -> bool:
    context = {"resource": judge.resource, "rootResource": judge.resource}
    return bool(_compiled(rule["expression"])(found.value, context) == [True])


@cache
def _compiled(expression: str) -> Any:
    return fhirpathpy.compile(expression, models["r4"])


def _reference(definition: Mapping[str, Any], found: Found) -> Iterator[Issue]:
    kinds = {_type_of(to) for one in definition.get("type", ()) for to in one.get("targetProfile", ())}
    if not kinds or "Resource" in kinds or not isinstance(found.value, Mapping):
        return
    named = referred_type(found.value)
    if named and named not in kinds:
        yield Issue(found.path, f"refers to {named}, not to {' or '.join(sorted(kinds))}")


def _type_of(profile: str) -> str:
    known = structures().get(profile)
    return str(known["type"]) if known else profile.rpartition("/")[2].partition("|")[0]


def referred_type(reference: Mapping[str, Any]) -> str | None:
    """The type of resource that a reference names, by its address or its type; None when it does not say."""
    steps = str(reference.get("reference", "")).partition("/_history")[0].split("/")
    if len(steps) > 1 and steps[-2][:1].isupper():
        return steps[-2]
    return reference.get("type")


def _by_type(judge: Judge, node: Node, found: Found) -> Iterator[Issue]:
    """By the profile of the element's type; of several, one that fits is enough."""
    trees = [tree for tree in map(tree_of, node.profiles) if tree]
    if not trees or len(trees) < len(node.profiles):
        return
    judged = [list(issues_of(judge, tree, found)) for tree in trees]
    yield from min(judged, key=len)
