"""Who may open what of the neighbours' addresses: a table written apart from the routes, every cell of it run."""

from typing import Any

import pytest
from django.test import Client

from rygrad.fhir.api.kinds import KINDS
from rygrad.fhir.urls import urlpatterns
from rygrad.record import acts
from tests.fhir.api import Api, in_april
from tests.record.cast import Cast

POLICIES = {
    "smart_configuration": "public",
    "oauth_token": "public",  # the assertion is checked inside
    "fhir_metadata": "public",
    "fhir_nowhere": "public",  # there is nothing there
    "fhir_export": "token",
    "fhir_export_status": "token",
    "fhir_export_file": "token",
    "fhir_everything": "token",
    "fhir_apply": "token",
    "fhir_type": "token",
    "fhir_search": "token",
    "fhir_instance": "token",
    "fhir_history": "token",
    "fhir_version": "token",
    "cds_discovery": "jwt",
    "cds_service": "jwt",
    "cds_feedback": "jwt",
    "integration": "public",
    "integration_example": "public",
}


@pytest.fixture(autouse=True)
def spring(monkeypatch: pytest.MonkeyPatch) -> None:
    in_april(monkeypatch)


def test_every_address_has_the_policy_that_is_written_here() -> None:
    assert {one.name: next(iter(one.callback.policy)) for one in urlpatterns} == POLICIES


def test_no_protected_address_answers_without_its_credentials(record: Cast) -> None:
    client = Client(SERVER_NAME="localhost")
    asked = {
        "fhir_export": "/fhir/$export",
        "fhir_export_status": "/fhir/$export-status/x",
        "fhir_export_file": "/fhir/$export-file/x/Patient.ndjson",
        "fhir_everything": f"/fhir/Patient/{record.dina.id}/$everything",
        "fhir_apply": "/fhir/PlanDefinition/rygsmerter/$apply",
        "fhir_type": "/fhir/Patient",
        "fhir_search": "/fhir/Patient/_search",
        "fhir_instance": f"/fhir/Patient/{record.dina.id}",
        "fhir_history": f"/fhir/Patient/{record.dina.id}/_history",
        "fhir_version": f"/fhir/Patient/{record.dina.id}/_history/1",
        "cds_discovery": "/cds-services",
        "cds_service": "/cds-services/rygrad-patient-view",
        "cds_feedback": "/cds-services/rygrad-patient-view/feedback",
    }
    assert set(asked) == {name for name, policy in POLICIES.items() if policy != "public"}
    for name, path in asked.items():
        for method in ("get", "post", "put", "delete"):
            answer = getattr(client, method)(path)
            assert answer.status_code in (401, 405), (name, method, answer.status_code)
        assert 401 in {getattr(client, method)(path).status_code for method in ("get", "post")}, name


# Written from what the roles are for: how each type looks to each of the cast on Dina's course, which is at Anna's, treated
# by Bo, referred to Hanne (surgeon) and Freja (municipality). yes: there · no: none there · 404: as if there were none · 403: not theirs.
_SEEN = """
                      anna bo  hanne freja carla gustav
Patient               yes  yes yes   yes   no    404
RelatedPerson         yes  yes yes   no    no    404
EpisodeOfCare         yes  yes yes   yes   no    404
CareTeam              yes  yes yes   yes   no    404
CarePlan              yes  yes yes   yes   no    404
Condition             yes  yes yes   no    no    404
Observation           yes  yes yes   yes   no    404
QuestionnaireResponse yes  yes yes   no    no    404
ServiceRequest        yes  yes yes   yes   no    404
Task                  yes  yes yes   yes   no    404
Communication         yes  yes yes   no    no    404
Provenance            yes  yes yes   yes   no    404
Organization          yes  yes yes   yes   yes   yes
Practitioner          yes  yes yes   yes   yes   yes
PractitionerRole      yes  yes yes   yes   yes   yes
AuditEvent            403  403 403   403   403   yes
PlanDefinition        yes  yes yes   yes   yes   yes
ActivityDefinition    yes  yes yes   yes   yes   yes
Library               yes  yes yes   yes   yes   yes
Questionnaire         yes  yes yes   yes   yes   yes
CodeSystem            yes  yes yes   yes   yes   yes
ValueSet              yes  yes yes   yes   yes   yes
"""
_HEAD, *_ROWS = [line.split() for line in _SEEN.strip().splitlines()]
SEEN = {row[0]: dict(zip(_HEAD, row[1:], strict=True)) for row in _ROWS}


@pytest.fixture
def everybody(record: Cast) -> Cast:
    record.referred()
    record.write(record.dina, acts.FactsRecorded({"radiation": "leg"}, "citizen"))
    record.write(record.anna, acts.MessageToGp("other", "Hej"))
    record.write(record.anna, acts.ReferralSent("r2", "labour_market_and_income", record.freja.organisation or "", "?"))
    record.write(record.dina, acts.AccessGranted(record.erik.id, "sharing", ("plan",), record.today.replace(year=2027)))
    Api(record.anna).get(f"EpisodeOfCare/{record.course}")  # so that somebody has looked
    return record


def test_every_type_is_in_the_table() -> None:
    assert set(SEEN) == set(KINDS)


@pytest.mark.parametrize("who", _HEAD)
def test_every_cell_of_the_table(who: str, everybody: Cast) -> None:
    api = Api(getattr(everybody, who))
    for name, cells in SEEN.items():
        answer = api.get(f"{name}?_count=100")
        assert _cell(answer) == cells[who], (name, who, answer.content[:300])
        if cells[who] == "yes":
            id = answer.json()["entry"][0]["resource"]["id"]
            assert api.get(f"{name}/{id}").status_code == 200


def _cell(answer: Any) -> str:
    if answer.status_code != 200:
        return str(answer.status_code)
    return "yes" if answer.json().get("entry") else "no"


def test_no_byte_of_another_citizen_is_in_any_answer(everybody: Cast) -> None:
    """Two citizens; Carla treats the other one. Nothing she can ask says anything of Dina."""
    from rygrad.record import people

    other = people.register_person("Olga Demosen", {"demo": "demo-77"}, is_invented=True)
    dinas = (everybody.dina.id, everybody.course, "Dina", "demo-1", "leg")
    everybody.open(acts.FactsRecorded({"work": "other"}, "professional"), by=everybody.carla, person=other)
    carla = Api(everybody.carla)
    for name in KINDS:
        for query in ("", f"?patient={dinas[0]}", f"?_id={dinas[1]}", f"?subject=Patient/{dinas[0]}"):
            answer = carla.get(f"{name}{query}")
            body = answer.content.decode()
            entries = [e for e in answer.json().get("entry", []) if e["search"]["mode"] == "match"]
            assert not any(f'"{word}"' in str(entries) or f"/{word}" in str(entries) for word in dinas), (name, query)
            assert "Dina" not in body
        assert carla.get(f"{name}/{dinas[1]}").status_code in (403, 404)
    assert carla.search("Patient", name="Dina").json().get("entry", []) == []
