"""Writing: the same versions, keys and rules as the pages; what cannot be kept is refused aloud."""

from typing import Any

import pytest

from rygrad.fhir.names import code_system
from rygrad.fhir.observed import observation_of
from rygrad.fhir.resources.sheet import FIELDS
from rygrad.record import acts
from rygrad.record.contents import active
from rygrad.record.door import see_course
from rygrad.record.journal import entries_of
from rygrad.record.models import Entry, Look
from tests.fhir.api import Api, in_april, problem
from tests.fhir.validator.problems import problems_of
from tests.record.cast import EFFORTS_OF_GROUP_2, GROUP_2, Cast


@pytest.fixture(autouse=True)
def spring(monkeypatch: pytest.MonkeyPatch) -> None:
    in_april(monkeypatch)


def observation(record: Cast, name: str, value: Any, **more: Any) -> dict[str, Any]:
    subject = {"reference": f"Patient/{record.dina.id}"}
    said = observation_of(active().pathway, name, value)
    return {"resourceType": "Observation", "status": "final", "subject": subject, **said, **more}


def version(record: Cast) -> str:
    return f'W/"{see_course(record.anna, record.course).version}"'


def test_an_answer_is_recorded_and_read_back(record: Cast) -> None:
    record.open()
    api = Api(record.anna)
    sent = observation(record, "imaging_done", "no", effectiveDateTime="2026-03-01T12:00:00+01:00")
    answer = api.post("Observation", sent, If_Match=version(record))
    assert answer.status_code == 201, answer.content
    id = answer.headers["Location"].partition("/Observation/")[2].partition("/")[0]
    assert api.get(f"Observation/{id}").json() == answer.json()
    assert answer.json()["effectiveDateTime"] == "2026-03-01"
    assert answer.headers["ETag"] == version(record) == 'W/"2"'
    assert problems_of([answer.json()]) == []
    view = see_course(record.anna, record.course)
    assert view.file is not None and view.file.facts()["imaging_done"] == "no"
    assert view.entries[-1].actor == record.anna.id


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("paresis_grade", 4, "facts_recorded"),
        ("comorbidity", None, "facts_recorded"),
        ("onset_on", {"earliest": "2026-01-01", "latest": "2026-01-31"}, "facts_recorded"),
        ("pain_sites", ["neck", "lumbar"], "facts_recorded"),
        ("rmdq", {"value": 11, "items": 23}, "scores_recorded"),
        ("effect_of_physiotherapy", "no_effect", "effect_judged"),
        ("reassessed_on", "2026-04-01", "reassessed"),
    ],
)
def test_each_kind_of_observation_becomes_its_own_entry(record: Cast, name: str, value: Any, kind: str) -> None:
    record.open(acts.FactsRecorded(GROUP_2, "professional"))
    answer = Api(record.anna).post("Observation", observation(record, name, value), If_Match=version(record))
    assert answer.status_code == 201, answer.content
    last = entries_of(record.course)[-1]
    assert last.type == kind
    if name == "reassessed_on":
        assert last.valid_on.isoformat() == value


def test_a_write_without_a_version_or_with_an_old_one_is_refused(record: Cast) -> None:
    record.open(acts.FactsRecorded(GROUP_2, "professional"))
    api, sent = Api(record.anna), observation(record, "imaging_done", "no")
    missing, stale = api.post("Observation", sent), api.post("Observation", sent, If_Match='W/"1"')
    assert (missing.status_code, problem(missing)) == (428, "version_missing")
    assert (stale.status_code, problem(stale), stale.headers["ETag"]) == (412, "stale_version", version(record))
    assert api.post("Observation", sent, If_Match="*").status_code == 400
    assert len(entries_of(record.course)) == 2


@pytest.mark.parametrize("header", ["If_None_Exist", "Idempotency_Key"])
def test_a_retry_counts_once_and_the_same_key_with_other_content_is_refused(record: Cast, header: str) -> None:
    record.open()
    api, key = Api(record.anna), {header: "identifier=urn:demo|42"}
    first = api.post("Observation", observation(record, "imaging_done", "no"), If_Match=version(record), **key)
    again = api.post("Observation", observation(record, "imaging_done", "no"), If_Match='W/"1"', **key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    other = api.post("Observation", observation(record, "imaging_done", "yes"), If_Match=version(record), **key)
    if header == "Idempotency_Key":
        assert (other.status_code, problem(other)) == (422, "key_reused")
    else:
        assert (other.status_code, other.json()) == (200, first.json())
    assert len(entries_of(record.course)) == 2


def test_another_systems_key_is_another_key(record: Cast) -> None:
    record.open()
    for n in (1, 2):
        sent = observation(record, "imaging_done", "no")
        answer = Api(record.anna).post("Observation", sent, If_Match=f'W/"{n}"', Idempotency_Key="k")
        assert answer.status_code == 201


def test_what_is_not_kept_is_named_and_left_out_only_when_the_sender_says_so(record: Cast) -> None:
    record.open()
    api = Api(record.anna)
    sent = observation(record, "imaging_done", "no", bodySite={"text": "lænd"}, method={"text": "spurgt"})
    refused = api.post("Observation", sent, If_Match=version(record))
    assert (refused.status_code, problem(refused)) == (422, "not_kept")
    assert "bodySite, method" in refused.json()["issue"][0]["details"]["text"]
    lenient = api.post("Observation", sent, If_Match=version(record), Prefer="handling=lenient")
    assert lenient.status_code == 201
    assert lenient.json()["issue"][0]["severity"] == "warning"
    hidden = sent | {"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}
    assert api.post("Observation", hidden, If_Match=version(record), Prefer="handling=lenient").status_code == 422


def test_what_cannot_be_understood_is_never_read_as_no(record: Cast) -> None:
    record.open()
    api = Api(record.anna)
    for change in (
        {"code": {"coding": [{"system": "http://loinc.org", "code": "1"}]}},
        {"valueBoolean": "nej"},
        {"status": "preliminary"},
        {"effectiveDateTime": "2026-13-01"},
        {"subject": {"reference": "Group/1"}},
        {"valueBoolean": None},
        {"resourceType": "Task"},
    ):
        answer = api.post("Observation", observation(record, "imaging_done", "no") | change, If_Match=version(record))
        assert answer.status_code in (400, 422), change
        assert problem(answer)
    assert len(entries_of(record.course)) == 1
    for body in ("{", "[]", '"x"', "[" * 100_000, b"\xff\xfe", '{"resourceType": "Observation"}'):
        assert api.post("Observation", body, If_Match=version(record)).status_code == 400


def test_the_rules_of_the_record_hold(record: Cast) -> None:
    record.open()
    future = observation(record, "imaging_done", "no", effectiveDateTime="2100-01-01")
    answer = Api(record.anna).post("Observation", future, If_Match=version(record))
    assert (answer.status_code, problem(answer)) == (422, "in_the_future")
    derived = observation(record, "plan_confirmed_on", "2026-03-02")
    answer = Api(record.anna).post("Observation", derived, If_Match=version(record))
    assert (answer.status_code, problem(answer)) == (422, "unknown_word")
    assert Api(record.carla).post("Observation", derived, If_Match=version(record)).status_code == 404
    read_only = Api(record.anna, "user/Observation.rs").post("Observation", future, If_Match=version(record))
    assert (read_only.status_code, problem(read_only)) == (403, "scope")


def test_a_form_answered_at_home_is_recorded_as_the_citizens_words(record: Cast) -> None:
    record.open()
    answers = code_system("answers")
    absent = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    item = [
        {"linkId": "saddle_numbness", "answer": [{"valueCoding": {"system": answers, "code": "saddle_numbness.no"}}]},
        {"linkId": "imaging_done", "answer": [{"valueCoding": {"system": absent, "code": "asked-unknown"}}]},
        {"linkId": "onset_on", "answer": [{"valueDate": "2026-02-10"}]},
        {"linkId": "nrs_pain", "answer": [{"valueInteger": 6}]},
        {"linkId": "work"},
        {"linkId": "group", "item": [{"linkId": "previous_cancer", "answer": [{"valueBoolean": False}]}]},
    ]
    sent = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": item}
    who = {"subject": {"reference": f"Patient/{record.dina.id}"}, "source": {"reference": f"Patient/{record.dina.id}"}}
    answer = Api(record.anna).post("QuestionnaireResponse", sent | who, If_Match=version(record))
    assert answer.status_code == 201, answer.content
    told = entries_of(record.course)[1].act
    assert told == acts.FactsRecorded(
        {"saddle_numbness": "no", "onset_on": "2026-02-10", "previous_cancer": "no"}, "citizen", ("imaging_done",)
    )
    assert entries_of(record.course)[2].act == acts.ScoresRecorded("nrs_pain", 6, "citizen")
    unknown = sent | who | {"item": [{"linkId": "shoe_size", "answer": [{"valueInteger": 43}]}]}
    assert (
        problem(Api(record.anna).post("QuestionnaireResponse", unknown, If_Match=version(record))) == "not_understood"
    )


def referral(record: Cast, effort: str = "surgical_assessment", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{record.dina.id}"},
        "code": {"coding": [{"system": code_system("efforts"), "code": effort}]},
        "performer": [{"reference": f"Organization/{record.hanne.organisation}"}],
        "priority": "asap",
        "note": [{"text": "Kirurgisk vurdering?"}],
        **more,
    }


def test_a_referral_closes_its_loop_between_two_systems(record: Cast) -> None:
    record.returned()
    gp, surgeon = Api(record.anna), Api(record.hanne)
    sent = gp.post("ServiceRequest", referral(record), If_Match=version(record), Idempotency_Key="1")
    assert sent.status_code == 201, sent.content
    again = gp.post("ServiceRequest", referral(record), If_Match=version(record), Idempotency_Key="1")
    assert (again.status_code, again.json()["id"]) == (200, sent.json()["id"])
    other = gp.post("ServiceRequest", referral(record, "imaging"), If_Match=version(record), Idempotency_Key="1")
    assert problem(other) == "key_reused"
    assert sent.json()["priority"] == "asap"
    assert problems_of([sent.json()]) == []
    letter = gp.get(sent.json()["supportingInfo"][1]["reference"]).json()["payload"][0]["contentString"]
    assert "Kirurgisk vurdering?" in letter
    assert [e.type for e in entries_of(record.course)][-2:] == ["gp_decided", "referral_sent"]

    task = surgeon.found(f"Task?patient={record.dina.id}")[0]
    for change, status in (
        ({"status": "received"}, "received"),
        ({"status": "accepted"}, "accepted"),
        ({"status": "in-progress", "executionPeriod": {"start": "2026-04-20"}}, "in-progress"),
        ({"status": "completed", "output": [output("answer", "Ingen operation.")]}, "completed"),
    ):
        answer = surgeon.put(f"Task/{task['id']}", task | change, If_Match=task_version(surgeon, task))
        assert (answer.status_code, answer.json().get("status")) == (200, status), answer.content
        assert problems_of([answer.json()]) == []
    read = gp.get(f"Task/{task['id']}").json()
    assert read["output"][0]["valueString"] == "Ingen operation."
    reply = gp.get(read["output"][1]["valueReference"]["reference"]).json()
    assert reply["payload"][0]["contentString"] == "Ingen operation."
    assert reply["recipient"][0]["reference"] == f"Organization/{record.anna.organisation}"


def test_the_referral_sheet_is_filled_and_what_nobody_answered_is_said(record: Cast) -> None:
    record.referred()
    (sent,) = Api(record.hanne).found(f"ServiceRequest?patient={record.dina.id}")
    (sheet,) = sent["contained"]
    told = {item["linkId"]: item["answer"][0] for item in sheet["item"]}
    assert set(told) == set(FIELDS)
    assert told["question"] == {"valueString": "Vurdering ønskes"}
    assert told["citizen"] == {"valueString": "Dina Demosen"}
    assert "no effect" in told["history"]["valueString"]
    assert told["need"] == {"valueString": "needed."}
    assert told["allergies"]["valueCoding"]["code"] == "unknown"


def output(kind: str, text: str) -> dict[str, Any]:
    return {"type": {"coding": [{"system": code_system("outputs"), "code": kind}]}, "valueString": text}


def task_version(api: Api, task: dict[str, Any]) -> str:
    return str(api.get(f"Task/{task['id']}").headers["ETag"])


def test_a_refusal_has_a_reason_and_an_alternative(record: Cast) -> None:
    record.referred()
    api, id = Api(record.hanne), f"{record.course}.r1"
    task = api.get(f"Task/{id}").json() | {"status": "rejected", "statusReason": {"text": "Ingen udfald"}}
    without = api.put(f"Task/{id}", task, If_Match=task_version(api, task))
    assert (without.status_code, problem(without)) == (422, "missing")
    whole = task | {"output": [output("alternative", "Fortsæt træning")]}
    key = {"Idempotency_Key": "no"}
    first = api.put(f"Task/{id}", whole, If_Match=task_version(api, task), **key)
    again = api.put(f"Task/{id}", whole, If_Match=task_version(api, task), **key)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["statusReason"]["text"] == "Ingen udfald"
    assert api.put(f"Task/{id}", whole, If_Match='W/"1"').status_code in (412, 422)
    nothing = Api(record.anna).put(f"Task/{id}", task | {"status": "draft"}, If_Match=version(record))
    assert problem(nothing) == "nothing_new"


def test_only_the_receiver_moves_a_referral(record: Cast) -> None:
    record.referred()
    id = f"{record.course}.r1"
    task = Api(record.anna).get(f"Task/{id}").json() | {"status": "accepted"}
    answer = Api(record.bo).put(f"Task/{id}", task, If_Match=version(record))
    assert (answer.status_code, problem(answer)) == (403, "not_allowed")
    assert Api(record.carla).put(f"Task/{id}", task, If_Match=version(record)).status_code == 404


def test_an_effort_that_is_not_open_needs_a_reason(record: Cast) -> None:
    record.grouped()
    api = Api(record.anna)
    refused = api.post("ServiceRequest", referral(record), If_Match=version(record))
    assert (refused.status_code, problem(refused)) == (422, "effort_not_open")
    outside = {"url": "https://rygrad.example/fhir/StructureDefinition/outside-programme", "valueString": "Stærk uro"}
    sent = api.post("ServiceRequest", referral(record, extension=[outside]), If_Match=version(record))
    assert sent.status_code == 201, sent.content
    assert outside in sent.json()["extension"]
    for change in ({"priority": "urgent"}, {"performer": []}, {"code": {"text": "scan"}}, {"status": "draft"}):
        assert api.post("ServiceRequest", referral(record) | change, If_Match=version(record)).status_code == 422


def test_a_return_with_its_assessment_of_need_over_the_api(record: Cast) -> None:
    record.without_effect()
    efforts, needs = code_system("efforts"), code_system("needs")
    parts = [
        {
            "code": {"coding": [{"system": efforts, "code": effort}]},
            "valueCodeableConcept": {"coding": [{"system": needs, "code": "needed"}]},
        }
        for effort in EFFORTS_OF_GROUP_2
    ]
    code = {"coding": [{"system": code_system("facts"), "code": "assessment_of_need"}]}
    subject = {"reference": f"Patient/{record.dina.id}"}
    sent = {"resourceType": "Observation", "status": "final", "code": code, "subject": subject, "component": parts}
    few = Api(record.bo).post("Observation", sent | {"component": parts[:1]}, If_Match=version(record))
    assert (few.status_code, problem(few)) == (422, "need_missing")
    alone = Api(record.bo, at_keyboard=False).post("Observation", sent, If_Match=version(record))
    assert (alone.status_code, problem(alone)) == (403, "needs_clinician")
    answer = Api(record.bo).post("Observation", sent, If_Match=version(record))
    assert answer.status_code == 201, answer.content
    assert see_course(record.anna, record.course).state == "returned"
    letters = Api(record.anna).found(f"Communication?patient={record.dina.id}")
    assert "Vurdering af behov" in letters[0]["payload"][0]["contentString"]
    assert letters[0]["recipient"][0]["reference"] == f"Organization/{record.anna.organisation}"


def test_a_message_to_own_gp_arrives_whole(record: Cast) -> None:
    record.grouped()
    text = "Æ ø å 🙂\n  anden linje\t" + "x" * 20_000
    body = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": f"Patient/{record.dina.id}"},
        "topic": {"coding": [{"system": code_system("messages"), "code": "plan"}]},
        "payload": [{"contentString": text}],
    }
    answer = Api(record.bo).post("Communication", body, If_Match=version(record))
    assert answer.status_code == 201, answer.content
    assert Api(record.anna).get(f"Communication/{answer.json()['id']}").json()["payload"][0]["contentString"] == text
    too_long = body | {"payload": [{"contentString": "x" * 200_000}]}
    refused = Api(record.bo).post("Communication", too_long, If_Match=version(record))
    assert (refused.status_code, problem(refused)) == (422, "too_long")
    nul = body | {"payload": [{"contentString": "a\u0000b"}]}
    assert problem(Api(record.bo).post("Communication", nul, If_Match=version(record))) == "not_storable"


def test_apply_previews_and_only_a_clinician_confirms(record: Cast) -> None:
    record.open(acts.FactsRecorded(GROUP_2, "professional"))
    api, url = Api(record.anna), f"PlanDefinition/rygsmerter/$apply?subject=Patient/{record.dina.id}"
    before, looks = Entry.objects.count(), Look.objects.count()
    preview = api.get(url)
    assert Look.objects.count() == looks + 1
    assert preview.status_code == 200, preview.content
    assert problems_of([preview.json()]) == []
    assert (preview.json()["status"], preview.json()["intent"]) == ("draft", "proposal")
    actions = {one["id"]: one for one in preview.json()["contained"][0]["action"]}
    assert actions["return-to-gp"]["documentation"][0]["display"]
    assert Entry.objects.count() == before
    sent = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "subject", "valueString": f"Patient/{record.dina.id}"},
            {"name": "group", "valueCode": "recurrent"},
            {"name": "reason", "valueString": "Aftalt med borgeren"},
            {"name": "intervention", "valueCode": "physiotherapy_and_chiropractic"},
        ],
    }
    alone = Api(record.anna, at_keyboard=False).post("PlanDefinition/rygsmerter/$apply", sent, If_Match=version(record))
    assert (alone.status_code, problem(alone)) == (403, "needs_clinician")
    stale = api.post("PlanDefinition/rygsmerter/$apply", sent, If_Match='W/"1"')
    assert stale.status_code == 412
    done = api.post("PlanDefinition/rygsmerter/$apply", sent, If_Match=preview.headers["ETag"])
    assert done.status_code == 200, done.content
    assert done.json()["intent"] == "plan"
    assert [e.type for e in entries_of(record.course)][-2:] == ["group_confirmed", "plan_confirmed"]
    assert see_course(record.anna, record.course).group == "recurrent"


def test_apply_of_a_group_that_is_ruled_out_proposes_nothing(record: Cast) -> None:
    record.open(acts.FactsRecorded({**GROUP_2, "onset_on": "2026-02-20"}, "professional"))
    api = Api(record.anna)
    preview = api.get(f"PlanDefinition/complex-chronic/$apply?subject=Patient/{record.dina.id}").json()
    assert "contained" not in preview and preview["note"]
    assert api.get("PlanDefinition/complex-chronic/$apply?subject=Patient/nobody").status_code == 404
    assert api.get("PlanDefinition/other/$apply?subject=Patient/nobody").status_code == 404
    assert (
        Api(record.carla).get(f"PlanDefinition/rygsmerter/$apply?subject=Patient/{record.dina.id}").status_code == 404
    )
