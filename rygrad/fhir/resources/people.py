"""Patient, RelatedPerson, Practitioner, PractitionerRole, Organization. Pure."""

import re
from datetime import date

from rygrad.fhir.names import AUTHORISATION, CPR, DK, MUNICIPALITY, SOR, X_ECPR, YDERNUMMER, identifier_system, profile
from rygrad.fhir.resources.shown import Resource, Shown, days, meta, text, without_empty
from rygrad.record.coursefile import Relationship

_TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
_SOR_FORM = re.compile(r"[0-9]{11,}")
_AUTHORISATION_FORM = re.compile(r"[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z0-9]{5}")
_PROFESSIONS = f"{DK}/CodeSystem/DkCoreProfessionGroupCodes"
_PROFESSION_CODES = {
    "general_practitioner": ("7170", "Læge"),
    "specialist": ("7170", "Læge"),
    "physiotherapist": ("5151", "Fysioterapeut"),
    "chiropractor": ("5265", "Kiropraktor"),
}


def name_of(name: str) -> list[Resource]:
    """An official name: the last word is the family name."""
    *given, family = name.split() or [name]
    return [without_empty({"use": "official", "text": name, "family": family, "given": given})]


def identifier(system: str, value: str) -> Resource:
    """A person's identifier as Denmark writes it; one of another system under a name of ours."""
    if system == "cpr":
        return {"use": "official", "system": CPR, "value": value}
    if system == "ecpr" and value[6:7] in ("1", "7"):
        return {"use": "temp", "system": X_ECPR, "value": value}
    return {"use": "temp" if system == "ecpr" else "secondary", "system": identifier_system(system), "value": value}


def patient(shown: Shown) -> Resource:
    """The citizen. Invented ones carry the security label of test data."""
    view = shown.view
    label = {"security": [_TEST_DATA]} if view.is_invented else {}
    numbers = [identifier(*one) for one in shown.identifiers]
    return without_empty(
        {
            "resourceType": "Patient",
            "id": view.person,
            "meta": shown.meta("dk-core-patient") | label,
            "identifier": numbers or [{"system": identifier_system("person"), "value": view.person}],
            "active": True,
            "name": name_of(view.name),
            "birthDate": view.born_on.isoformat() if view.born_on else None,
            "address": _address(view.municipality_code),
            "generalPractitioner": [shown.place(view.own_gp)] if view.own_gp else [],
        }
    )


def _address(municipality: str | None) -> list[Resource]:
    if not municipality:
        return []
    code = {"coding": [{"system": MUNICIPALITY, "code": municipality}]}
    return [{"extension": [{"url": profile("dk-core-municipalityCodes"), "valueCodeableConcept": code}]}]


def related_persons(shown: Shown) -> list[Resource]:
    """Whom the citizen shares with, and until when."""
    return [_related_person(shown, share) for share in shown.view.sharings]


def _related_person(shown: Shown, share: Relationship) -> Resource:
    return without_empty(
        {
            "resourceType": "RelatedPerson",
            "id": f"{shown.view.course}.{share.to}",
            "meta": shown.meta("dk-core-related-person"),
            "active": share.holds_on(shown.today),
            "patient": shown.patient,
            "name": name_of(shown.view.names.get(share.to, share.to)),
            "period": days(share.valid_from, share.valid_until),
        }
    )


def organization(
    id: str, kind: str, name: str, *, sor: str | None, ydernummer: str | None, municipality: str | None
) -> Resource:
    """A unit. It keeps the Danish profile only when it has a SOR code: the profile wants one, and none is invented."""
    keeps = "dk-core-organization" if sor and _SOR_FORM.fullmatch(sor) else ""
    numbers = [
        {"use": "official", "system": SOR, "value": sor} if sor else None,
        {"system": YDERNUMMER, "value": ydernummer} if ydernummer else None,
        {"system": MUNICIPALITY, "value": municipality} if municipality and kind == "municipality" else None,
        {"use": "secondary", "system": identifier_system("organisation"), "value": id},
    ]
    return {
        "resourceType": "Organization",
        "id": id,
        "meta": meta("1", None, keeps),
        "identifier": [number for number in numbers if number],
        "active": True,
        "type": [text(kind.replace("_", " "))],
        "name": name,
    }


def practitioner(id: str, name: str, profession: str, authorisation: str | None) -> Resource:
    """A professional, with the authorisation when the national register's id is known and has its form."""
    return without_empty(
        {
            "resourceType": "Practitioner",
            "id": id,
            "meta": meta("1", None, "dk-core-practitioner"),
            "identifier": [{"use": "secondary", "system": identifier_system("professional"), "value": id}],
            "active": True,
            "name": name_of(name),
            "qualification": _qualification(profession, authorisation),
        }
    )


def _qualification(profession: str, authorisation: str | None) -> list[Resource]:
    if profession not in _PROFESSION_CODES or not authorisation or not _AUTHORISATION_FORM.fullmatch(authorisation):
        return []
    code, display = _PROFESSION_CODES[profession]
    return [
        {
            "identifier": [{"system": AUTHORISATION, "value": authorisation}],
            "code": {"coding": [{"system": _PROFESSIONS, "code": code, "display": display}], "text": display},
        }
    ]


def practitioner_role(
    id: str, professional: str, organisation: str, role: str, start: date, end: date | None, today: date
) -> Resource:
    """Where a professional works, in which role, from when until when."""
    return without_empty(
        {
            "resourceType": "PractitionerRole",
            "id": id,
            "meta": meta("1", None, "dk-core-practitioner-role"),
            "active": start <= today and (end is None or today <= end),
            "period": days(start, end),
            "practitioner": {"reference": f"Practitioner/{professional}"},
            "organization": {"reference": f"Organization/{organisation}"},
            "code": [text(role.replace("_", " "))],
        }
    )
