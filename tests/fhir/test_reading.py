"""Reading and searching: exactly what the door gives, to whom it gives it, and every look is logged."""

from typing import Any

import pytest

from rygrad.decision.decide import decide
from rygrad.fhir.api.kinds import KINDS, OF_A_COURSE
from rygrad.fhir.artefacts.extensions import EXTENSIONS
from rygrad.fhir.observed import FACTS, fact_of
from rygrad.record import acts, people
from rygrad.record.contents import active
from rygrad.record.door import see_access_log, see_course
from rygrad.record.models import Look
from tests.fhir.api import Api, in_april, problem
from tests.fhir.validator.problems import problems_of
from tests.record.cast import Cast


@pytest.fixture(autouse=True)
def spring(monkeypatch: pytest.MonkeyPatch) -> None:
    in_april(monkeypatch)


@pytest.fixture
def told(record: Cast) -> Cast:
    """Dina's course: returned, with a referral, scores, a message, a relative and an answer from home."""
    record.referred()
    record.write(record.dina, acts.FactsRecorded({"radiation": "leg"}, "citizen", ("comorbidity",)))
    record.write(record.anna, acts.ScoresRecorded("rmdq", 12, "citizen", 24), acts.MessageToGp("other", "Hej"))
    record.write(record.dina, acts.AccessGranted(record.erik.id, "sharing", ("plan",), record.today.replace(year=2027)))
    return record


def everything(api: Api, record: Cast) -> list[dict[str, Any]]:
    answer = api.get(f"Patient/{record.dina.id}/$everything")
    assert answer.status_code == 200, answer.content
    return [entry["resource"] for entry in answer.json()["entry"]]


def test_everything_of_a_citizen_is_valid_and_keeps_the_danish_profiles(told: Cast) -> None:
    resources = everything(Api(told.anna), told)
    assert {one["resourceType"] for one in resources} == {kind.name for kind in OF_A_COURSE}
    api = Api(told.anna)
    directory = [one for name in ("Organization", "Practitioner", "PractitionerRole") for one in api.found(name)]
    older = [api.get(reference).json() for reference in unresolved(resources)]
    assert [one["code"]["coding"][0]["code"] for one in older] == ["radiation"]
    assert problems_of([*resources, *directory, *older], resolve=True) == []


def unresolved(resources: list[dict[str, Any]]) -> list[str]:
    """Answers that no longer stand are in no search; what was recorded of them still points to them."""
    there = {f"{one['resourceType']}/{one['id']}" for one in resources}
    targets = [t["reference"] for one in resources if one["resourceType"] == "Provenance" for t in one["target"]]
    return [target for target in targets if target not in there]


def test_an_organisation_with_a_sor_code_keeps_the_danish_profile(record: Cast) -> None:
    people.register_organisation("gp_practice", "Demo Læge", sor_code="11111111111", ydernummer="123456")
    found = Api(record.anna).found("Organization?name=Demo%20L%C3%A6ge")
    assert found[0]["meta"]["profile"] == ["http://hl7.dk/fhir/core/StructureDefinition/dk-core-organization"]
    assert problems_of(found) == []


def test_the_statement_is_valid_and_lists_what_is_served(record: Cast) -> None:
    statement = Api(None).get("metadata").json()
    assert problems_of([statement]) == []
    assert {one["type"] for one in statement["rest"][0]["resource"]} == set(KINDS)


def test_every_listed_interaction_works(told: Cast) -> None:
    api = Api(told.anna)
    for one in Api(None).get("metadata").json()["rest"][0]["resource"]:
        name, does = one["type"], {interaction["code"] for interaction in one["interaction"]}
        if name == "AuditEvent":
            continue
        found = api.found(f"{name}?_count=2")
        assert found, name
        id = found[0]["id"]
        read = api.get(f"{name}/{id}")
        assert (read.status_code, read.json()) == (200, found[0]), name
        assert ("vread" in does) == (read.headers["ETag"] != 'W/"1"') or KINDS[name].home == "programme"
        if "history-instance" in does:
            bundle = api.get(f"{name}/{id}/_history").json()
            assert bundle["entry"][0]["resource"]["id"] == id
            assert problems_of([bundle]) == []
        for param in one["searchParam"]:
            if "documentation" not in param and param["type"] != "date":
                assert api.get(f"{name}?{param['name']}=Patient/x").status_code == 200, (name, param)


def test_the_observations_decide_as_the_record_does(told: Cast) -> None:
    view = see_course(told.anna, told.course)
    facts: dict[str, Any] = {}
    for one in Api(told.anna).found(f"Observation?patient={told.dina.id}&_count=200&code={FACTS}%7C"):
        if one["code"]["coding"][0]["code"] in active().pathway.facts:
            name, value = fact_of(active().pathway, one)
            facts[name] = [*facts.get(name, []), value] if active().pathway.facts[name].kind == "scores" else value
    assert view.file is not None
    assert decide(active().pathway, facts, view.decision.as_of) == view.decision  # type: ignore[union-attr]
    assert facts["comorbidity"] is None


def test_a_stranger_does_not_learn_that_anything_is_there(told: Cast) -> None:
    ids = {one["resourceType"]: one["id"] for one in everything(Api(told.anna), told)}
    carla = Api(told.carla)
    for name, id in ids.items():
        there, not_there = carla.get(f"{name}/{id}"), carla.get(f"{name}/{id[:-1]}0")
        assert there.status_code == not_there.status_code == 404
        assert there.content == not_there.content
        assert carla.found(f"{name}?_id={id}") == carla.found(f"{name}?_count=5") == []
    assert carla.get(f"Patient/{told.dina.id}/$everything").status_code == 404
    assert carla.found(f"Observation?patient={told.dina.id}") == []
    assert carla.search("Patient", identifier="demo-1").json().get("entry", []) == []


@pytest.fixture
def municipality(told: Cast) -> list[dict[str, Any]]:
    """All that a municipality is given of a course that was referred to it."""
    told.write(told.anna, acts.GpDecided({"labour_market_and_income": acts.EffortDecision("accepted")}))
    told.write(told.anna, acts.ReferralSent("r2", "labour_market_and_income", told.freja.organisation or "", "Hjælp?"))
    return everything(Api(told.freja), told)


def test_the_municipality_reads_no_clinical_data_over_this_channel_either(municipality: list[dict[str, Any]]) -> None:
    names = {one["resourceType"] for one in municipality}
    assert "Condition" not in names and "QuestionnaireResponse" not in names
    codes = {one["code"]["coding"][0]["code"] for one in municipality if one["resourceType"] == "Observation"}
    assert codes <= {"work", "sick_leave", "effect_of_physiotherapy", "plan_confirmed_on", "first_treatment_on", "reassessed_on", "returned_to_gp_on", "need_assessed_on"}  # fmt: skip


def test_what_the_municipality_reads_is_valid(municipality: list[dict[str, Any]]) -> None:
    assert problems_of(municipality) == []


def test_access_that_is_revoked_ends_at_the_next_request(told: Cast) -> None:
    hanne = Api(told.hanne)
    assert hanne.get(f"EpisodeOfCare/{told.course}").status_code == 200
    told.write(told.dina, acts.AccessRevoked(told.hanne.organisation or "", "mig selv"))
    assert hanne.get(f"EpisodeOfCare/{told.course}").status_code == 404


def test_every_read_is_one_look_that_the_citizen_can_read(told: Cast) -> None:
    api, before = Api(told.anna), Look.objects.count()
    api.get(f"CarePlan/{told.course}")
    assert Look.objects.count() == before + 1
    assert Look.objects.latest("seq").channel == "fhir"
    assert see_access_log(told.dina)[1].actor == told.anna.name


def test_a_look_that_cannot_be_logged_is_not_answered(told: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **named: object) -> None:
        raise OSError("disk")

    api = Api(told.anna)
    monkeypatch.setattr("rygrad.record.door.log", broken)
    answer = api.get(f"CarePlan/{told.course}")
    assert (answer.status_code, problem(answer)) == (500, "bug")
    assert "disk" not in answer.content.decode()


def test_a_person_is_found_by_number_only_by_post(told: Cast) -> None:
    api = Api(told.anna)
    refused = api.get("Patient?identifier=demo-1")
    assert (refused.status_code, problem(refused)) == (405, "only_by_post")
    found = api.search("Patient", identifier="https://rygrad.example/fhir/identifier/demo|demo-1").json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [told.dina.id]
    assert "demo-1" not in found["link"][0]["url"]
    assert api.search("Patient", identifier="urn:oid:1.2.208.176.1.2|demo-1").json()["total"] == 0
    assert api.search("Patient", name="dina").json()["total"] == 1
    assert api.search("Patient", name="dina", birthdate="1980").json()["total"] == 0


def test_pages_hold_together_and_keep_the_criteria(told: Cast) -> None:
    api = Api(told.anna)
    whole = [one["id"] for one in api.found(f"Observation?patient={told.dina.id}&_count=200")]
    for start in (f"Observation?patient=Patient/{told.dina.id}&_count=7", "Observation?_count=7"):
        paged, url = [], start
        while url:
            answer = api.get(url).json()
            paged += [entry["resource"]["id"] for entry in answer["entry"]]
            links = {link["relation"]: link["url"] for link in answer["link"]}
            url = links.get("next", "").partition("/fhir/")[2]
            assert "_count=7" in links["self"]
        assert paged == whole


def test_a_walk_through_many_courses_misses_and_repeats_none(record: Cast) -> None:
    for number in range(9):
        person = people.register_person(f"Demo {number}", {"demo": f"demo-{number + 10}"}, is_invented=True)
        record.open(acts.FactsRecorded({"imaging_done": "no", "work": "other"}, "professional"), person=person)
    api = Api(record.anna)
    for count in (1, 2, 3, 5):
        paged: list[str] = []
        url = f"Observation?_count={count}"
        while url:
            answer = api.get(url).json()
            paged += [entry["resource"]["id"] for entry in answer.get("entry", [])]
            url = {link["relation"]: link["url"] for link in answer["link"]}.get("next", "").partition("/fhir/")[2]
        assert len(paged) == len(set(paged)) == 18


def test_search_by_code_date_and_status(told: Cast) -> None:
    api, of = Api(told.anna), f"Observation?patient={told.dina.id}"
    assert [o["code"]["coding"][0]["code"] for o in api.found(f"{of}&code={FACTS}|rmdq")] == ["rmdq"]
    assert api.found(f"{of}&code=http://loinc.org|rmdq") == []
    early = api.found(f"{of}&date=le2026-03-03&_count=200")
    late = api.found(f"{of}&date=gt2026-03-03&_count=200")
    assert len(early) + len(late) == len(api.found(f"{of}&_count=200"))
    assert api.found(f"{of}&_lastUpdated=gt2100") == []
    assert api.found(f"Task?patient={told.dina.id}&status=requested,accepted")[0]["status"] == "requested"
    assert api.get(f"{of}&_summary=count").json() == {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": f"http://localhost/fhir/{of}&_count=50&_summary=count"}],
        "total": len(api.found(f"{of}&_count=200")),
    }


def test_sorting_and_including_are_as_listed(told: Cast) -> None:
    api, of = Api(told.anna), f"Observation?patient={told.dina.id}&_count=200"
    days = [one["effectiveDateTime"] for one in api.found(f"{of}&_sort=date")]
    assert days == sorted(days) and len(set(days)) > 2
    assert [one["effectiveDateTime"] for one in api.found(f"{of}&_sort=-date")] == sorted(days, reverse=True)
    url = f"ServiceRequest?patient={told.dina.id}&_include=ServiceRequest:patient&_include=ServiceRequest:performer"
    assert [one["resourceType"] for one in api.found(url)] == ["ServiceRequest", "Patient", "Organization"]
    for bad in ("_sort=value", "_sort=date;drop", "_include=Observation:nothing", "_include=Patient:name"):
        assert api.get(f"{of}&{bad}").status_code == 400


def test_what_is_unknown_is_said_or_refused(told: Cast) -> None:
    api = Api(told.anna)
    lenient = api.get("Task?favourite=1").json()
    assert lenient["entry"][-1]["search"]["mode"] == "outcome"
    strict = api.get("Task?favourite=1", Prefer="handling=strict")
    assert (strict.status_code, problem(strict)) == (400, "unknown_parameter")
    for bad in ("status:exact=x", "status=", "patient=a_b", "_count=x", "_summary=data", "_cursor=%00"):
        assert api.get(f"Task?{bad}").status_code == 400, bad


def test_forms_of_answers_and_of_errors(told: Cast) -> None:
    api = Api(told.anna)
    assert api.get(f"EpisodeOfCare/{told.course}").headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert b"\n  " in api.get(f"EpisodeOfCare/{told.course}?_pretty=true").content
    for path, status in (
        ("EpisodeOfCare/x?_format=xml", 406),
        ("Encounter/x", 404),
        ("Observation/x/y/z", 404),
        ("", 404),
        ("$export", 400),
    ):
        answer = api.get(path)
        assert answer.status_code == status
        assert problem(answer)
    assert api.client.patch("/fhir/Task/x", headers=api.token).status_code == 405
    assert problem(api.client.patch("/fhir/Task/x", headers=api.token)) == "method"
    danish = api.get("Encounter/x", Accept_Language="da").json()["issue"][0]["details"]["text"]
    assert danish == "Findes ikke."


def test_nothing_is_answered_without_a_token(told: Cast) -> None:
    for path in (f"EpisodeOfCare/{told.course}", "Patient", "Organization", "PlanDefinition", "$export"):
        answer = Api(None).get(path)
        assert (answer.status_code, problem(answer)) == (401, "no_token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_scopes_hold_at_every_type(told: Cast) -> None:
    api = Api(told.anna, "user/Task.rs")
    assert api.get(f"Task?patient={told.dina.id}").status_code == 200
    for kind in KINDS.values():
        if kind.name != "Task":
            assert api.get(f"{kind.name}?_count=1").status_code == 403, kind.name
            assert api.get(f"{kind.name}/x").status_code == 403
            assert api.get(f"{kind.name}/x/_history").status_code in (403,)
    assert api.get(f"Patient/{told.dina.id}/$everything").status_code == 403
    included = api.found(f"Task?patient={told.dina.id}&_include=Task:patient")
    assert [one["resourceType"] for one in included] == ["Task"]


def test_history_shows_how_a_referral_and_an_answer_became_what_they_are(told: Cast) -> None:
    api, id = Api(told.anna), f"{told.course}.r1"
    told.write(told.hanne, acts.ReferralReceived("r1"))
    told.write(told.hanne, acts.ReferralRefused("r1", "Ikke relevant", "Fortsæt"))
    versions = [e["resource"]["status"] for e in api.get(f"Task/{id}/_history").json()["entry"]]
    assert versions == ["rejected", "received", "requested"]
    now = api.get(f"Task/{id}").json()
    assert now["statusReason"]["text"] == "Ikke relevant"
    assert now["output"][0]["valueString"] == "Fortsæt"
    before = api.get(f"Task/{id}/_history/{int(now['meta']['versionId']) - 1}").json()
    assert before["status"] == "received"
    assert api.get(f"Task/{id}/_history/999").status_code == 404


def test_an_unchanged_resource_is_not_sent_again(told: Cast) -> None:
    api = Api(told.anna)
    first = api.get(f"CarePlan/{told.course}")
    again = api.get(f"CarePlan/{told.course}", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_administrators_read_who_looked_and_no_name_of_a_citizen(told: Cast) -> None:
    Api(told.anna).get(f"CarePlan/{told.course}")
    page = Api(told.gustav).get("AuditEvent?_count=5")
    assert page.status_code == 200, page.content
    events = [entry["resource"] for entry in page.json()["entry"]]
    assert problems_of(events) == []
    assert "Dina" not in page.content.decode()
    assert Api(told.anna).get("AuditEvent").status_code == 403
    id = events[-1]["id"]
    assert Api(told.gustav).get(f"AuditEvent/{id}").json() == events[-1]
    assert Api(told.gustav).get(f"CarePlan/{told.course}").status_code == 404


def test_every_extension_of_ours_that_is_written_is_published(told: Cast) -> None:
    plan = Api(told.anna).get(f"PlanDefinition/rygsmerter/$apply?subject=Patient/{told.dina.id}").json()
    told.write(told.anna, acts.ReferralSent("r2", "imaging", told.hanne.organisation or "", "?", outside_programme="x"))
    resources = [*everything(Api(told.anna), told), plan]
    ours = "https://rygrad.example/fhir/StructureDefinition/"
    written = {
        (one["resourceType"], extension["url"].removeprefix(ours), next(n for n in extension if n != "url"))
        for one in resources
        for extension in one.get("extension", [])
        if extension["url"].startswith(ours)
    }
    published = {(on, one.name, f"value{one.value[0].upper()}{one.value[1:]}") for one in EXTENSIONS for on in one.on}
    assert written <= published
    assert {name for _, name, _ in published} - {name for _, name, _ in written} == {"outcome"}
