"""The one way in: ``problems_of(resources)`` says what is wrong with FHIR R4 resources, by base R4 and their profiles.

Medplum judges by base R4 and by each profile of ``meta.profile``; fhirpathpy runs the profiles' own rules; slices,
patterns, required value sets, codes, extensions and references are held against the published JSON. No network.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.fhir.validator.conformance import Judge, issues_of
from tests.fhir.validator.medplum import Bound, Issue, judged
from tests.fhir.validator.profiles import DANISH, SKIPPED, danish_folder, structures
from tests.fhir.validator.terminology import Terminology, published
from tests.fhir.validator.tree import Found, tree_of
from tests.fhir.validator.walking import codes, extensions, known_addresses, references, resources_in

needs_danish_profiles = pytest.mark.skipif(danish_folder() is None, reason=SKIPPED)
"""For a test that has nothing to say without the Danish profiles."""


def problems_of(resources: Sequence[Mapping[str, Any]], profiles: bool = True, resolve: bool = False) -> list[str]:
    """What is wrong, each ``"Type/id: path: what"``; an empty list when nothing is.

    ``profiles``: hold each resource against what its ``meta.profile`` claims. ``resolve``: every relative or urn:uuid
    reference has its resource among those given (contained ones are always looked for). Value sets and code systems
    among the resources count as published. Resources inside others (Bundle, contained) are judged by their own claims too.
    Skips the test, with the reason, when base R4 finds nothing and the Danish profiles that are claimed are not at hand.
    """
    every = list(resources_in(list(resources)))
    terminology = published().with_(every)
    known = known_addresses(resources) if resolve else None
    found = [f"?: number {at}: has no resourceType" for at, one in enumerate(resources) if "resourceType" not in one]
    inside = {id(part) for one in every for part in one.get("contained", ())}  # what contains them is asked for them
    for one in every:
        issues = [*_issues(one, terminology, profiles), *(() if id(one) in inside else references(one, known))]
        found += [f"{_name(one)}: {issue.path}: {issue.what}" for issue in issues]
    if not found and profiles and danish_folder() is None and any(_danish(one) for one in every):
        pytest.skip(SKIPPED)
    return list(dict.fromkeys(found))


def _name(resource: Mapping[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource.get('id', '?')}"


def _claims(resource: Mapping[str, Any]) -> list[str]:
    return [claim.partition("|")[0] for claim in resource.get("meta", {}).get("profile", ())]


def _danish(resource: Mapping[str, Any]) -> bool:
    return any(claim.startswith(DANISH) for claim in _claims(resource))


def _issues(resource: Mapping[str, Any], terminology: Terminology, profiles: bool) -> Iterator[Issue]:
    judge = Judge(resource, terminology)
    claims = _claims(resource) if profiles else []
    said, bound = judged(resource, [structures()[claim] for claim in claims if claim in structures()])
    yield from (issue for issue in said if not (_about_an_absolute_reference(issue) or _wants_any_resource(issue)))
    yield from _unbound(bound, terminology)
    yield from codes(resource, terminology)
    yield from extensions(judge)
    for claim in claims:
        yield from _by(claim, judge)


def _about_an_absolute_reference(issue: Issue) -> bool:
    """Medplum takes what stands before the first slash for a type: ``https:`` or a urn."""
    return issue.what.startswith(('Invalid reference: got "http', 'Invalid reference: got "urn:'))


def _wants_any_resource(issue: Issue) -> bool:
    """Medplum takes ``Resource|4.0.1``, which a profile may ask for, for a kind of its own."""
    return issue.what.startswith("Invalid reference: got") and "StructureDefinition/Resource|" in issue.what


def _unbound(bound: Sequence[Bound], terminology: Terminology) -> Iterator[Issue]:
    for one in bound:
        refused = terminology.refused(one.value_set, one.value)
        if refused:
            yield Issue(one.path, f"{refused} is not in {one.value_set}")


def _by(claim: str, judge: Judge) -> Iterator[Issue]:
    kind = judge.resource["resourceType"]
    tree = tree_of(claim)
    if tree is not None and structures()[claim]["type"] == kind:
        yield from issues_of(judge, tree, Found(kind, judge.resource))
    elif tree is not None:
        yield Issue(f"{kind}.meta.profile", f"{claim} is a profile of {structures()[claim]['type']}")
    elif danish_folder() is not None or not claim.startswith(DANISH):
        yield Issue(f"{kind}.meta.profile", f"{claim} is not published in R4 or the Danish package")
