"""S11: the page for integrators shows every card of the eight, its calls can be copied, and nothing is kept."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from rygrad.fhir.hooks.offered import SERVICES
from rygrad.fhir.hooks.patients import INVENTED
from rygrad.fhir.models import Advice
from tests.fhir.hooks.calls import PATIENT, SIGN, ask, cards, given
from tests.web.visitor import Visitor, page_of, posted

pytestmark = pytest.mark.usefixtures("demo")


def shown(citizen: str, service: str, effort: str = "imaging") -> str:
    answer = posted(Visitor(), "/integration", "/integration#svar", citizen=citizen, service=service, effort=effort)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_page_names_the_addresses_by_the_sites_own_name() -> None:
    page = page_of(Visitor(), "/integration")
    for path in ("/fhir", "/fhir/metadata", "/fhir/.well-known/smart-configuration", "/oauth/token", "/cds-services"):
        assert f"https://ryg.example{path}<" in page
    assert all(one.given in page for one in INVENTED.values())


@pytest.mark.parametrize("citizen", INVENTED)
def test_the_sandbox_shows_the_cards_that_the_service_gives_and_keeps_nothing(citizen: str) -> None:
    for service in SERVICES:
        page = shown(citizen, service)
        assert Advice.objects.count() == 0
        for card in cards(service, given(service, citizen, "imaging")):
            assert card["summary"].replace("'", "&#x27;") in page
        Advice.objects.all().delete()


def test_a_service_with_nothing_to_say_says_so() -> None:
    assert "Ingen kort" in shown("laenge", SIGN, "pain_clinic")


def test_rubbish_in_the_form_shows_the_one_that_shows_most() -> None:
    page = shown("nobody", "nothing", "x")
    assert "Billeddiagnostik/MR: Allerede udført." in page


def test_the_form_is_guarded_against_forgery() -> None:
    assert Visitor().post("/integration", {"citizen": "alarm"}).status_code == 403


def test_the_page_is_in_english_too() -> None:
    visitor = Visitor()
    visitor.cookies["sprog"] = "en"
    page = page_of(visitor, "/integration")
    assert "Eight invented citizens" in page
    assert "Alarm sign: numbness of the saddle area" in page


@pytest.mark.parametrize("service", SERVICES)
def test_every_example_can_be_sent_on_as_it_is(service: str) -> None:
    for citizen in INVENTED:
        example = Client(SERVER_NAME="localhost").get(f"/integration/{citizen}/{service}.json")
        assert example.headers["Content-Type"] == "application/json"
        assert ask(service, example.content).status_code == 200


def test_an_example_can_order_any_effort_and_no_other_thing() -> None:
    client = Client(SERVER_NAME="localhost")
    other = client.get(f"/integration/laenge/{SIGN}.json?effort=pain_clinic").content
    assert (
        json.loads(other)["context"]["draftOrders"]["entry"][0]["resource"]["code"]["coding"][0]["code"]
        == "pain_clinic"
    )
    for path in (f"laenge/{SIGN}.json?effort=x", f"nobody/{SIGN}.json", "laenge/nothing.json"):
        assert client.get(f"/integration/{path}").status_code == 404


def test_the_calls_on_the_page_lead_to_addresses_that_answer(settings_of: Any) -> None:
    page = page_of(Visitor(), "/integration")
    paths = set(re.findall(r"curl -s https://ryg\.example(\S+?)(?= |<)", page))
    assert len(paths) == 10
    client = Client(SERVER_NAME="localhost")
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == (405 if path.count("/") == 2 and "cds" in path else 200), path
    assert "Demoens beslutningsstøtte er åben" in page
    settings_of(DEMO=False)
    assert "kræver et signeret kald" in page_of(Visitor(), "/integration")


def test_each_route_names_its_policy() -> None:
    from rygrad.fhir.hooks.urls import addresses

    policies = {one.name: one.callback.policy for one in addresses}
    assert policies == {
        "cds_discovery": {"jwt"},
        "cds_service": {"jwt"},
        "cds_feedback": {"jwt"},
        "integration": {"public"},
        "integration_example": {"public"},
    }
    assert PATIENT in SERVICES
