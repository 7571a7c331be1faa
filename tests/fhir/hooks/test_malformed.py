"""Whatever is sent, the answer is JSON that says what is wrong, and never a fault of ours."""

import copy
import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rygrad.fhir.hooks.offered import SERVICES
from tests.fhir.hooks.calls import PATIENT, SELECT, SIGN, START, ask
from tests.fhir.hooks.calls import given as call_of
from tests.fhir.hooks.test_understood import JSON

pytestmark = pytest.mark.usefixtures("demo")


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert set(body["message"]) == {"da", "en"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.long
@pytest.mark.parametrize(
    "body", ["", "{", "[]", "7", "null", '"x"', b"\xff\xfe", "[" * 200_000, '{"a":' * 100_000, "{'a': 1}", "NaN"]
)
def test_what_is_no_call_is_refused(body: Any) -> None:
    refused(ask(PATIENT, body), 400, "json")


@pytest.mark.long
def test_too_much_is_refused() -> None:
    refused(ask(PATIENT, b" " * 2_700_000), 413, "too_large")


@pytest.mark.long
def test_a_service_or_a_method_that_is_not_there() -> None:
    refused(ask("rygrad-medication-prescribe", {}), 404, "not_found")
    client = Client(SERVER_NAME="localhost")
    wrong = client.get(f"/cds-services/{PATIENT}")
    refused(wrong, 405, "method")
    assert wrong.headers["Allow"] == "POST"
    refused(client.post("/cds-services", "{}", content_type="application/json"), 405, "method")
    refused(client.delete(f"/cds-services/{PATIENT}/feedback"), 405, "method")
    assert client.head("/cds-services").status_code == 200


@pytest.mark.long
@pytest.mark.parametrize("value", [None, "order-sign", 7, []])
def test_the_hook_must_be_the_services_own(value: Any) -> None:
    refused(ask(PATIENT, call_of(PATIENT, "foerste") | {"hook": value}), 400, "hook")


@pytest.mark.long
@pytest.mark.parametrize("value", [None, "", "x", 7, {}])
def test_the_instance_must_be_a_uuid(value: Any) -> None:
    refused(ask(PATIENT, call_of(PATIENT, "foerste") | {"hookInstance": value}), 400, "hook_instance")


@pytest.mark.long
@pytest.mark.parametrize(
    ("service", "field", "value"),
    [
        *((PATIENT, "patientId", value) for value in (None, "", 7, "a b", "Patient/1", "x" * 65, "æ")),
        *((PATIENT, "userId", value) for value in (None, "", 7, "Practitioner", "Device/1", "Practitioner/a b")),
        *((START, "encounterId", value) for value in (None, "", 7, [])),
        (PATIENT, "encounterId", 7),
        *((SIGN, "draftOrders", value) for value in (None, [], {}, {"resourceType": "List"})),
        *((SELECT, "selections", value) for value in (None, "ServiceRequest/1", ["ServiceRequest/other"], [7], [[]])),
    ],
)
def test_the_context_must_say_what_the_hook_wants(service: str, field: str, value: Any) -> None:
    call = call_of(service, "foerste")
    call["context"][field] = value
    refused(ask(service, call), 400, "context")
    if value is None:
        del call["context"][field]
        refused(ask(service, call), 400, "context")


@pytest.mark.long
@pytest.mark.parametrize("value", [None, [], "x"])
def test_a_context_is_an_object(value: Any) -> None:
    refused(ask(PATIENT, call_of(PATIENT, "foerste") | {"context": value}), 400, "context")


@pytest.mark.long
@pytest.mark.parametrize("value", [[1], "x", 7])
def test_a_prefetch_is_an_object(value: Any) -> None:
    refused(ask(PATIENT, call_of(PATIENT, "foerste") | {"prefetch": value}), 400, "context")


@pytest.mark.long
@pytest.mark.parametrize("change", [{"subject": {"reference": "Patient/another"}}, {"id": "a b"}, {"id": 7}])
def test_an_order_for_another_citizen_or_without_a_proper_id_is_refused(change: dict[str, Any]) -> None:
    call = call_of(SIGN, "foerste")
    call["context"]["draftOrders"]["entry"][0]["resource"] |= change
    refused(ask(SIGN, call), 400, "context")


@pytest.mark.long
def test_no_error_says_what_stood_in_the_call() -> None:
    secret = "010180-1234 Dina"
    for service in SERVICES:
        for path in (("context", "patientId"), ("context", "userId"), ("hook",), ("hookInstance",)):
            call = call_of(service, "foerste")
            inner = call
            for name in path[:-1]:
                inner = inner[name]
            inner[path[-1]] = secret
            answer = ask(service, call)
            assert answer.status_code == 400
            assert "Dina" not in answer.content.decode()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        found += _paths(one, (*path, name))
    return found


@pytest.mark.long
@given(st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_call_with_anything_in_any_place_is_answered_or_refused(data: st.DataObject) -> None:
    service = data.draw(st.sampled_from([PATIENT, START, SELECT, SIGN]))
    call = copy.deepcopy(call_of(service, data.draw(st.sampled_from(["foerste", "mr-udfoert", "alarm"]))))
    for path in data.draw(st.lists(st.sampled_from(_paths(call)), min_size=1, max_size=3)):
        inner = call
        try:
            for name in path[:-1]:
                inner = inner[name]
            inner[path[-1]] = data.draw(JSON)
        except (KeyError, IndexError, TypeError):
            continue
    answer = ask(service, json.dumps(call))
    assert answer.status_code in (200, 400)
    body = answer.json()
    if answer.status_code == 200:
        assert all(0 < len(card["summary"]) < 140 for card in body["cards"])
    else:
        assert set(body["message"]) == {"da", "en"}
