"""The validator finds what is wrong, and nothing in what is right: without this, its silence would prove nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rygrad.fhir.names import CPR, EPISODE_OF, SNOMED, YDERNUMMER, profile
from tests.fhir.validator import invented, problems, profiles
from tests.fhir.validator.medplum import judged
from tests.fhir.validator.problems import needs_danish_profiles, problems_of
from tests.fhir.validator.profiles import bundled
from tests.fhir.validator.terminology import published

Resource = dict[str, Any]
Change = Callable[[Resource], object]


def _plain(make: Callable[[], Resource]) -> Resource:
    """The resource without its claim: base R4 alone judges it."""
    return {key: part for key, part in make().items() if key != "meta"}


def _told(said: list[str], wanted: str) -> None:
    assert any(wanted in one for one in said), said


@needs_danish_profiles
def test_it_finds_nothing_wrong_with_what_is_right() -> None:
    assert problems_of(invented.everything(), resolve=True) == []


def test_it_finds_nothing_wrong_with_what_hl7_published() -> None:
    assert problems_of([*bundled("extension-definitions")[::40], *bundled("conceptmaps")[::10]]) == []


BY_R4: dict[str, tuple[Callable[[], Resource], Change, str]] = {
    "an unknown element": (invented.patient, lambda it: it.update(nickname="Bo"), "Patient.nickname"),
    "an unknown element inside": (
        invented.patient,
        lambda it: it["name"][0].update(last="Ærø"),
        "Patient.name[0].last",
    ),
    "a word for a yes or no": (invented.patient, lambda it: it.update(active="ja"), "Patient.active"),
    "one value where a list is": (invented.patient, lambda it: it.update(name={"family": "Ærø"}), "Patient.name"),
    "a day that never was": (invented.condition, lambda it: it.update(onsetDateTime="2026-02-30"), "onset"),
    "a code outside its value set": (invented.patient, lambda it: it.update(gender="mand"), "mand is not in"),
    "a status outside its value set": (
        invented.condition,
        lambda it: it["clinicalStatus"]["coding"][0].update(code="ongoing"),
        "ongoing is not in",
    ),
    "a status that is only text": (
        invented.condition,
        lambda it: it.update(clinicalStatus={"text": "i gang"}),
        "text without a code is not in",
    ),
    "a code that its system has not": (
        invented.condition,
        lambda it: it["clinicalStatus"]["coding"][0].update(code="ongoing"),
        "condition-clinical has no ongoing",
    ),
    "an order without intent": (invented.service_request, lambda it: it.pop("intent"), "ServiceRequest.intent"),
    "an observation without status": (invented.observation, lambda it: it.pop("status"), "Observation.status"),
    "two values": (invented.observation, lambda it: it.update(valueString="11"), "Conflicting choice"),
    "a rule of R4": (invented.observation, lambda it: it.update(dataAbsentReason={"text": "ukendt"}), "obs-6"),
    "a reference to another kind": (
        invented.condition,
        lambda it: it.update(subject={"reference": "Organization/1"}),
        'got "Organization"',
    ),
    "a reference that contradicts its type": (
        invented.condition,
        lambda it: it.update(subject={"reference": "Patient/1", "type": "Group"}),
        "Patient/1 is no Group",
    ),
    "a reference to nothing contained": (
        invented.condition,
        lambda it: it.update(subject={"reference": "#bo"}),
        "#bo is not contained",
    ),
    "something contained for nothing": (
        invented.condition,
        lambda it: it.update(contained=[{"resourceType": "Patient", "id": "bo"}]),
        "nothing refers to it",
    ),
    "something wrong in what is contained": (
        invented.condition,
        lambda it: it.update(contained=[{"resourceType": "Patient", "id": "bo", "nickname": "Bo"}]),
        "Patient/bo: Patient.nickname",
    ),
    "an extension that nobody published": (
        invented.condition,
        lambda it: it.update(extension=[{"url": EPISODE_OF + "s", "valueString": "1"}]),
        "no extension",
    ),
    "an extension in the wrong resource": (
        invented.patient,
        lambda it: it.update(extension=[{"url": EPISODE_OF, "valueReference": {"reference": "EpisodeOfCare/1"}}]),
        "is not for Patient",
    ),
    "an extension with another value": (
        invented.condition,
        lambda it: it.update(extension=[{"url": EPISODE_OF, "valueString": "1"}]),
        "value of type String is not allowed",
    ),
    "a type that R4 has not": (invented.patient, lambda it: it.update(resourceType="Citizen"), "Invalid resource type"),
    "no type at all": (invented.patient, lambda it: it.pop("resourceType"), "has no resourceType"),
}


@pytest.mark.parametrize("wrong", BY_R4)
def test_it_finds_by_base_r4(wrong: str) -> None:
    make, change, wanted = BY_R4[wrong]
    resource = _plain(make)
    assert problems_of([resource]) == []
    change(resource)
    _told(problems_of([resource]), wanted)


BY_PROFILE: dict[str, tuple[Callable[[], Resource], Change, str]] = {
    "an official name without family": (
        invented.patient,
        lambda it: it["name"][0].pop("family"),
        "name[0].family: 0 found",
    ),
    "two official names": (
        invented.patient,
        lambda it: it["name"].append({"use": "official", "family": "B"}),
        "name:official: 2",
    ),
    "a relative's official name without family": (
        invented.related_person,
        lambda it: it["name"][0].pop("family"),
        "family: 0",
    ),
    "a citizen without identifier": (invented.patient, lambda it: it.pop("identifier"), "Patient.identifier"),
    "a CPR number of 13 digits": (
        invented.patient,
        lambda it: it["identifier"][0].update(value="2902010000123"),
        "longer than 10",
    ),
    "a CPR number of day 32": (
        invented.patient,
        lambda it: it["identifier"][0].update(value="3201010000"),
        "value: cpr:",
    ),
    "a CPR number with a hyphen": (
        invented.patient,
        lambda it: it["identifier"][0].update(value="290201-0000"),
        "value: cpr:",
    ),
    "a CPR number that is not official": (
        invented.patient,
        lambda it: it["identifier"][0].update(use="usual"),
        "fixed value 'official'",
    ),
    "two CPR numbers": (
        invented.patient,
        lambda it: it["identifier"].append({"use": "official", "system": CPR, "value": "2902010001"}),
        "identifier:cpr: 2 found, 0..1",
    ),
    "a replacement number with its letters elsewhere": (
        invented.patient,
        lambda it: it["identifier"].append(
            {"use": "temp", "system": "urn:oid:1.2.208.176.1.6.1.1", "value": "290201AB10"}
        ),
        "value: x-ecpr:",
    ),
    "a local replacement number, told by its value set": (
        invented.patient,
        lambda it: it["identifier"].append({"use": "temp", "system": _local(), "value": "290201AB10"}),
        "value: d-ecpr:",
    ),
    "an own doctor's SOR code that is short": (
        invented.patient,
        lambda it: it.update(
            generalPractitioner=[{"identifier": {"use": "official", "system": _sor(), "value": "12"}}]
        ),
        "min-digits-sor",
    ),
    "a municipality that is none": (
        invented.patient,
        lambda it: it.update(address=[{"extension": [_municipality("9999")]}]),
        "dk-core-municipality-codes has no 9999",
    ),
    "an organisation without identifier": (
        invented.organization,
        lambda it: it.pop("identifier"),
        "Organization.identifier",
    ),
    "an organisation with a ydernummer alone": (
        invented.organization,
        lambda it: it.update(identifier=[{"system": YDERNUMMER, "value": "000001"}]),
        "dk-core-organization-mandatory-identifier",
    ),
    "a SOR code that is short": (
        invented.organization,
        lambda it: it["identifier"][0].update(value="123"),
        "min-digits-sor",
    ),
    "a SOR code without a value": (
        invented.organization,
        lambda it: it["identifier"][0].pop("value"),
        "identifier[0].value: 0 found",
    ),
    "a GLN's check digit": (
        invented.organization,
        lambda it: it["identifier"][1].update(value="5790000000006"),
        "gln-modulus-10",
    ),
    "a GLN that is short": (
        invented.organization,
        lambda it: it["identifier"][1].update(value="579000000000"),
        "gln-length",
    ),
    "an authorisation with a vowel": (
        invented.practitioner,
        lambda it: it["qualification"][0]["identifier"][0].update(value="0AXYZ"),
        "authorization-id-format",
    ),
    "two codes of one system": (
        invented.condition,
        lambda it: it["code"]["coding"].append({**it["code"]["coding"][0], "code": "L86"}),
        "code.coding:ICPC2code: 2 found",
    ),
    "a quantity without unit": (
        invented.observation,
        lambda it: it.update(valueQuantity={"value": 11}),
        "dk-core-observation-mandatory-units",
    ),
    "a quantity of another system of units": (
        invented.observation,
        lambda it: it["valueQuantity"].update(system="urn:enheder"),
        "valueQuantity.system: is not the pattern value",
    ),
    "an observation of nobody": (invented.observation, lambda it: it.pop("subject"), "Observation.subject"),
    "an observation's SNOMED coding without code": (
        invented.observation,
        lambda it: it["code"]["coding"].append({"system": SNOMED, "display": "?"}),
        "coding[1].code: 0 found",
    ),
    "an urgent order": (invented.service_request, lambda it: it.update(priority="urgent"), "urgent is not in"),
    "an order without intent": (invented.service_request, lambda it: it.pop("intent"), "ServiceRequest.intent"),
    "an order about a group": (
        invented.service_request,
        lambda it: it.update(subject={"reference": "Group/1"}),
        "refers to Group, not to Patient",
    ),
    "a claim to another type's profile": (
        invented.condition,
        lambda it: it["meta"].update(profile=[profile("dk-core-patient")]),
        "is a profile of Patient",
    ),
    "a claim to a profile that nobody published": (
        invented.condition,
        lambda it: it["meta"].update(profile=[profile("dk-core-conditions")]),
        "is not published",
    ),
}


def _sor() -> str:
    return str(invented.organization()["identifier"][0]["system"])


def _local() -> str:
    return min(published().systems["http://hl7.dk/fhir/core/CodeSystem/dk-core-d-ecpr-codes"])


def _municipality(code: str) -> Resource:
    system = "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes"
    return {
        "url": profile("dk-core-municipalityCodes"),
        "valueCodeableConcept": {"coding": [{"system": system, "code": code}]},
    }


@needs_danish_profiles
@pytest.mark.parametrize("wrong", BY_PROFILE)
def test_it_finds_by_the_danish_profiles(wrong: str) -> None:
    make, change, wanted = BY_PROFILE[wrong]
    resource = make()
    change(resource)
    _told(problems_of([resource]), wanted)


@needs_danish_profiles
def test_medplum_too_judges_by_the_profile() -> None:
    nobodys = invented.observation()
    del nobodys["subject"]
    by_r4, _ = judged(nobodys, [])
    by_profile, _ = judged(nobodys, [profiles.structures()[profile("dk-core-observation")]])
    assert [issue.path for issue in by_r4] == []
    assert [issue.path for issue in by_profile] == ["Observation.subject"]


@needs_danish_profiles
def test_it_judges_what_is_in_a_bundle_by_its_own_profile() -> None:
    spoiled = invented.patient()
    del spoiled["name"][0]["family"]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:uuid:1", "resource": spoiled}]}
    _told(problems_of([bundle]), "Patient/patient: Patient.name[0].family")
    assert problems_of([bundle], profiles=False) == []


def test_it_looks_for_what_is_referred_to_when_asked() -> None:
    alone = _plain(invented.condition)
    assert problems_of([alone]) == []
    _told(problems_of([alone], resolve=True), "Condition.subject: Patient/patient is not among the resources")


def test_a_reference_finds_a_bundle_entry_by_its_address() -> None:
    told, wrong = ({**_plain(invented.condition), "subject": {"reference": f"urn:uuid:{it}"}} for it in ("bo", "ib"))
    citizen = {"fullUrl": "urn:uuid:bo", "resource": {"resourceType": "Patient"}}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [citizen, {"fullUrl": "urn:uuid:c", "resource": told}],
    }
    assert problems_of([bundle], resolve=True) == []
    _told(problems_of([bundle, wrong], resolve=True), "urn:uuid:ib is not among the resources")


def test_a_code_system_among_the_resources_counts() -> None:
    ours: Resource = {"resourceType": "CodeSystem", "url": "https://x.example/c", "status": "active"}
    ours |= {"content": "complete", "concept": [{"code": "L84"}]}
    coded = _plain(invented.condition)
    coded["code"] = {"coding": [{"system": "https://x.example/c", "code": "L85"}]}
    assert problems_of([coded]) == []
    _told(problems_of([coded, ours]), "https://x.example/c has no L85")


def test_without_the_danish_profiles_it_says_that_it_skipped_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "danish_folder", lambda: None)
    monkeypatch.setattr(problems, "structures", dict)
    monkeypatch.setattr(problems, "tree_of", lambda _: None)
    with pytest.raises(pytest.skip.Exception, match="the Danish profiles were not checked"):
        problems_of([invented.patient()])
    wrong = invented.patient()
    wrong["nickname"] = "Bo"
    _told(problems_of([wrong]), "Patient.nickname")


def test_a_folder_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RYGRAD_DK_CORE", str(tmp_path / "nowhere"))
    with pytest.raises(RuntimeError, match="names no folder"):
        profiles.danish_folder()
