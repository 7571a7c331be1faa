"""One course as a Bundle: everything that is seen of it, and the units and professionals it names."""

from rygrad.fhir.api.kinds import OF_A_COURSE
from rygrad.fhir.api.match import elements
from rygrad.fhir.api.opened import directory
from rygrad.fhir.resources.shown import Resource, Shown

_NAMED = (
    *("managingOrganization", "generalPractitioner", "participant.member", "performer", "owner", "requester"),
    *("recipient", "sender", "agent.who", "agent.onBehalfOf", "author", "source"),
)


def bundle_of(shown: Shown, base: str) -> Resource:
    """A collection; ``base`` is the address of the FHIR server that the ids are of."""
    found = [one for kind in OF_A_COURSE for one in kind.of(shown)]
    named = {reference for one in found for reference in _references(one)}
    found += [
        one
        for name in ("Organization", "Practitioner")
        for one in directory(name, shown.language)
        if f"{name}/{one['id']}" in named
    ]
    entries = [{"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one} for one in found]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _references(resource: Resource) -> list[str]:
    found = [one for path in _NAMED for one in elements(resource, path)]
    return [str(one["reference"]) for one in found if isinstance(one, dict) and "reference" in one]
