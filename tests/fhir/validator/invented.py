"""Invented resources that fit the Danish profiles, for spoiling: everything in them is right until a test changes it."""

from typing import Any

from rygrad.fhir.names import AUTHORISATION, CPR, ICPC2, SNOMED, SOR, UCUM, YDERNUMMER, code_system, profile

_GLN = "http://www.gs1.org/gln"
_DAY = "2026-03-02"


def _of(kind: str, named: str, **parts: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": kind.lower(), "meta": {"profile": [profile(named)]}, **parts}


def _to(kind: str) -> dict[str, str]:
    return {"reference": f"{kind}/{kind.lower()}"}


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def patient() -> dict[str, Any]:
    """A citizen with a number of the right form that is nobody's: 29 February 1901 never was."""
    return _of(
        "Patient",
        "dk-core-patient",
        identifier=[{"use": "official", "system": CPR, "value": "2902010000"}],
        name=[{"use": "official", "family": "Ærø", "given": ["Bo"]}],
        gender="male",
        managingOrganization=_to("Organization"),
    )


def organization() -> dict[str, Any]:
    """A clinic with SOR code, GLN and ydernummer."""
    return _of(
        "Organization",
        "dk-core-organization",
        name="Klinikken ved Åen",
        identifier=[
            {"use": "official", "system": SOR, "value": "10000000000001"},
            {"use": "official", "system": _GLN, "value": "5790000000005"},
            {"system": YDERNUMMER, "value": "000001"},
        ],
    )


def practitioner() -> dict[str, Any]:
    """A physiotherapist with an authorisation."""
    profession = "http://hl7.dk/fhir/core/CodeSystem/DkCoreProfessionGroupCodes"
    authorised = {"identifier": [{"system": AUTHORISATION, "value": "0BXYZ"}], "code": _coded(profession, "5151")}
    return _of("Practitioner", "dk-core-practitioner", name=[{"family": "Øst"}], qualification=[authorised])


def related_person() -> dict[str, Any]:
    """A relative."""
    named = [{"use": "official", "family": "Ærø"}]
    return _of("RelatedPerson", "dk-core-related-person", patient=_to("Patient"), name=named)


def condition() -> dict[str, Any]:
    """Back syndrome without radiating pain, ICPC-2 L84."""
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return _of(
        "Condition",
        "dk-core-condition",
        clinicalStatus=_coded(clinical, "active"),
        code=_coded(ICPC2, "L84"),
        subject=_to("Patient"),
        onsetDateTime=_DAY,
    )


def observation() -> dict[str, Any]:
    """A score with its unit."""
    return _of(
        "Observation",
        "dk-core-observation",
        status="final",
        code=_coded(code_system("facts"), "rmdq"),
        subject=_to("Patient"),
        effectiveDateTime=_DAY,
        valueQuantity={"value": 11, "unit": "point", "system": UCUM, "code": "{score}"},
    )


def service_request() -> dict[str, Any]:
    """A referral to rheumatology."""
    return _of(
        "ServiceRequest",
        "dk-core-person-servicerequest",
        status="active",
        intent="order",
        priority="asap",
        category=[_coded(SNOMED, "394810000")],
        code={"text": "Vurdering"},
        subject=_to("Patient"),
        reasonCode=[_coded(ICPC2, "L84")],
        reasonReference=[_to("Condition")],
    )


def everything() -> list[dict[str, Any]]:
    """One of each, whose references find each other."""
    makers = (patient, organization, practitioner, related_person, condition, observation, service_request)
    return [make() for make in makers]
