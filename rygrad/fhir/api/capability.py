"""The CapabilityStatement: exactly what works, read from the table of types."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rygrad.decision.decision import ENGINE
from rygrad.fhir.api.kinds import KINDS, Kind
from rygrad.fhir.api.oauth import token_address
from rygrad.fhir.api.search import COMMON
from rygrad.fhir.api.serve import JSON, address, answer, endpoint
from rygrad.fhir.language import language_of
from rygrad.fhir.names import CANONICAL, FHIR_VERSION, profile
from rygrad.pathway.words import Phrase
from rygrad.record.words import FOOTER

PUBLISHED = "2026-11-28"
_SMART = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_WRITES = Phrase(
    "Skriv: send If-Match med forløbets version (ETag fra EpisodeOfCare), og If-None-Exist: identifier=system|værdi "
    "eller Idempotency-Key, så et gentaget kald tæller én gang. Søgning uden patient går gennem egen enheds forløb.",
    "To write: send If-Match with the version of the course (ETag of EpisodeOfCare), and If-None-Exist: "
    "identifier=system|value or Idempotency-Key, so that a retry counts once. A search that names no patient walks "
    "through the courses of one's own unit.",
)


@endpoint("GET", "HEAD", public=True)
def metadata(request: HttpRequest) -> HttpResponse:
    """What this server does; public."""
    return answer(statement(address(request), language_of(request)), request)


def statement(base: str, language: str = "da") -> dict[str, Any]:
    """The CapabilityStatement of a server at this address."""
    name, _, version = ENGINE.partition(" ")
    return {
        "resourceType": "CapabilityStatement",
        "id": "rygrad",
        "url": f"{CANONICAL}/CapabilityStatement/rygrad",
        "name": "Rygrad",
        "title": "Rygrad",
        "status": "draft",
        "experimental": bool(settings.DEMO),
        "date": PUBLISHED,
        "description": FOOTER.text(language),
        "kind": "instance",
        "software": {"name": name, "version": version},
        "implementation": {"description": "Rygrad", "url": base},
        "fhirVersion": FHIR_VERSION,
        "format": [JSON, "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": _WRITES.text(language),
                "security": {
                    "extension": [{"url": _OAUTH, "extension": [{"url": "token", "valueUri": token_address()}]}],
                    "service": [{"coding": [{"system": _SMART, "code": "SMART-on-FHIR"}]}],
                    "description": f"{base}/.well-known/smart-configuration",
                },
                "resource": [_resource(kind) for kind in KINDS.values()],
                "operation": [
                    {"name": "export", "definition": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"}
                ],
            }
        ],
    }


def _resource(kind: Kind) -> dict[str, Any]:
    does = ["read", "search-type"]
    does += ["vread", "history-instance"] if kind.has_history else []
    does += sorted(kind.writes)
    params = [
        {"name": name, "type": param.kind}
        | ({"documentation": "Only by POST [type]/_search."} if param.is_personal else {})
        for name, param in (kind.params | COMMON).items()
    ]
    told: dict[str, Any] = {
        "type": kind.name,
        "interaction": [{"code": code} for code in does],
        "versioning": "versioned" if kind.has_history else "no-version",
        "conditionalCreate": "create" in kind.writes,
        "searchInclude": [f"{kind.name}:{name}" for name, param in kind.params.items() if param.target],
        "searchParam": params,
    }
    if "update" in kind.writes:
        told["versioning"] = "versioned-update"
    if kind.profile:
        told["supportedProfile"] = [profile(kind.profile)]
    if not told["searchInclude"]:
        del told["searchInclude"]
    return told | _OPERATIONS.get(kind.name, {})


_OPERATIONS = {
    "Patient": {
        "operation": [
            {"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"}
        ]
    },
    "PlanDefinition": {
        "operation": [{"name": "apply", "definition": "http://hl7.org/fhir/OperationDefinition/PlanDefinition-apply"}]
    },
}
