"""Checks that need no profile: every code, extension and reference, wherever it stands in a resource."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fhir.validator.conformance import Judge, issues_of, referred_type
from tests.fhir.validator.medplum import Issue
from tests.fhir.validator.profiles import DANISH, structures
from tests.fhir.validator.terminology import Terminology
from tests.fhir.validator.tree import Found, tree_of

_PUBLISHED = ("http://hl7.org/fhir/", DANISH)
_ANY = {"Element", "Resource", "DomainResource"}


def objects(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object in a value with its path, but not those of resources inside it: they are judged by themselves."""
    if isinstance(value, Mapping):
        yield path, value
        for key, inner in value.items():
            yield from objects(inner, f"{path}.{key}") if not _is_resource(inner) else ()
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from objects(inner, f"{path}[{at}]") if not _is_resource(inner) else ()


def _is_resource(value: Any) -> bool:
    return isinstance(value, Mapping) and "resourceType" in value


def resources_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """A resource and all resources inside it: contained ones, a Bundle's entries, parameters."""
    if _is_resource(value):
        yield value
    if isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from resources_in(inner)


def codes(resource: Mapping[str, Any], terminology: Terminology) -> Iterator[Issue]:
    """Codes, and identifiers made of codes, that their own code system does not have."""
    for path, one in objects(resource, resource["resourceType"]):
        code = one.get("code", one.get("value"))
        system = one.get("system")
        if isinstance(system, str) and isinstance(code, str) and terminology.is_code(system, code) is False:
            yield Issue(path, f"{system} has no {code}")


def extensions(judge: Judge) -> Iterator[Issue]:
    """Extensions under a published address that are not published, are in the wrong resource or have the wrong content."""
    kind = judge.resource["resourceType"]
    for path, one in objects(judge.resource, kind):
        url = one.get("url")
        if not isinstance(url, str) or not url.startswith(_PUBLISHED) or "xtension[" not in path.rpartition(".")[2]:
            continue
        tree = tree_of(url)
        if tree is None or structures()[url]["type"] != "Extension":
            yield Issue(path, f"no extension {url} is published in R4 or the Danish package")
            continue
        yield from issues_of(judge, tree, Found(path, one))
        if path.count(".") == 1 and not _allowed_in(kind, structures()[url]):
            yield Issue(path, f"the extension {url} is not for {kind}")


def _allowed_in(kind: str, extension: Mapping[str, Any]) -> bool:
    places = {one["expression"] for one in extension.get("context", ()) if one["type"] == "element"}
    return not places or bool(places & (_ANY | {kind}))


def known_addresses(resources: Sequence[Mapping[str, Any]]) -> set[str]:
    """``Type/id``, and a Bundle entry's ``fullUrl``, of every resource given or inside one that is."""
    found = {f"{one['resourceType']}/{one['id']}" for one in resources_in(list(resources)) if "id" in one}
    bundles = [one for one in resources_in(list(resources)) if one["resourceType"] == "Bundle"]
    return found | {entry["fullUrl"] for bundle in bundles for entry in bundle.get("entry", ()) if "fullUrl" in entry}


def references(resource: Mapping[str, Any], known: set[str] | None) -> Iterator[Issue]:
    """References to what is not contained, or (with the known addresses) not given; and what is contained for nothing."""
    contained = {f"#{one.get('id')}" for one in resource.get("contained", ())}
    for path, one in objects(resource, resource["resourceType"]):
        address = one.get("reference")
        if not isinstance(address, str):
            continue
        if address.startswith("#"):
            if address not in contained | {"#"}:
                yield Issue(path, f"{address} is not contained")
        elif known is not None and not _is_elsewhere(address) and address.partition("/_history")[0] not in known:
            yield Issue(path, f"{address} is not among the resources")
        if "type" in one and referred_type({"reference": address}) not in (None, one["type"]):
            yield Issue(path, f"{address} is no {one['type']}")
    text = json.dumps(resource, ensure_ascii=False)
    # dom-3, which Medplum leaves out; a contained value set is named by a canonical, so any mention counts.
    for unused in sorted(one for one in contained if f'"{one}"' not in text):
        yield Issue(f"{resource['resourceType']}.contained", f"{unused} is contained and nothing refers to it")


def _is_elsewhere(address: str) -> bool:
    return address.startswith(("http://", "https://", "urn:oid:"))
