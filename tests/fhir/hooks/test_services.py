"""The services: a card says the state, why, and what can be done; what is missing is said and nothing is guessed."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.test import Client

from rygrad.decision.advice import advise
from rygrad.decision.decide import decide
from rygrad.fhir.hooks import cards as composing
from rygrad.fhir.hooks.asked import asked
from rygrad.fhir.hooks.cards import LIMIT, Composer
from rygrad.fhir.hooks.offered import SERVICES
from rygrad.fhir.hooks.patients import INVENTED
from rygrad.fhir.models import Advice
from rygrad.fhir.names import CANONICAL, ICPC2
from rygrad.fhir.observed import observation_of
from rygrad.fhir.understood import Understood
from rygrad.pathway.cases import Case
from rygrad.pathway.pathway import Pathway
from rygrad.record.refusals import StorageFull
from tests.fhir.hooks.calls import PATIENT, SELECT, SIGN, START, ask, cards, content, given, today
from tests.fhir.validator.problems import problems_of
from tests.versions import PACKAGED

pytestmark = pytest.mark.usefixtures("demo")


def about(found: list[dict[str, Any]], word: str) -> dict[str, Any]:
    """The one card whose summary begins so."""
    (only,) = (one for one in found if one["summary"].startswith(word))
    return only


def test_the_discovery_names_each_service_with_its_hook_and_what_it_wants() -> None:
    answer = Client(SERVER_NAME="localhost").get("/cds-services")
    services = answer.json()["services"]
    assert [one["hook"] for one in services] == ["patient-view", "encounter-start", "order-select", "order-sign"]
    assert [one["id"] for one in services] == list(SERVICES)
    for one in services:
        assert set(one) == {"id", "hook", "title", "description", "prefetch"}
        assert one["prefetch"]["facts"].endswith(f"&code={CANONICAL}/CodeSystem/facts|")
    assert answer.headers["Cache-Control"] == "no-store"
    english = Client(SERVER_NAME="localhost").get("/cds-services", headers={"accept-language": "en-GB,da;q=0.5"})
    assert english.json()["services"][0]["title"].startswith("The back-pain course")


EXPECTED = {
    "foerste": [("info", "Gruppe 1:")],
    "gentagne": [("warning", "Nu: Revurdering mellem"), ("info", "Gruppe 2:")],
    "laenge": [("info", "Gruppe 3:"), ("info", "Åbne indsatser (8): Billeddiagnostik/MR")],
    "mr-udfoert": [("info", "Gruppe 3:"), ("info", "Åbne indsatser (7): Rygenheden")],
    "kompleks": [
        ("warning", "Tilbage til egen læge: Nu."),
        ("info", "Gruppe 4:"),
        ("info", "Åbne indsatser (4): Smerteklinik"),
    ],
    "alarm": [("critical", "Afventer: Plan og indsatser holdes tilbage"), ("info", "Gruppe 3:")],
    "udenfor": [("info", "Ikke omfattet af forløbsprogrammet: brud på rygsøjlen")],
    "ukendt": [("info", "Mangler: 20 svar, først:")],
}


@pytest.mark.parametrize("citizen", INVENTED)
def test_each_of_the_eight_gets_the_cards_of_the_situation(citizen: str) -> None:
    found = cards(PATIENT, given(PATIENT, citizen))
    assert len(found) == len(EXPECTED[citizen])
    for card, (indicator, summary) in zip(found, EXPECTED[citizen], strict=True):
        assert (card["indicator"], card["summary"][: len(summary)]) == (indicator, summary)


def test_every_card_follows_the_standard_and_has_a_way_back() -> None:
    for service in SERVICES:
        for citizen in INVENTED:
            for card in cards(service, given(service, citizen)):
                assert UUID(card["uuid"])
                assert 0 < len(card["summary"]) < LIMIT
                assert card["indicator"] in ("info", "warning", "critical")
                assert card["source"]["label"] == f"Forløbsprogram for patienter med rygproblemer {PACKAGED}"
                assert all(one["display"] and one["code"] and one["system"] for one in card["overrideReasons"])
                for link in (card["source"], *card["links"]):
                    assert link["url"].startswith("https://ryg.example/")
                assert {link["type"] for link in card["links"]} == {"absolute"}
                assert ("suggestions" in card) is ("selectionBehavior" in card)
                for suggestion in card.get("suggestions", ()):
                    assert UUID(suggestion["uuid"])
                    assert suggestion["label"]
                    assert suggestion["actions"]


def test_the_links_lead_to_pages_that_are_there(pathway: Pathway) -> None:
    urls = {card["source"]["url"] for citizen in INVENTED for card in cards(PATIENT, given(PATIENT, citizen))}
    urls |= {card["source"]["url"] for citizen in INVENTED for card in cards(SIGN, given(SIGN, citizen))}
    assert len(urls) > 8
    for url in urls:
        path, _, anchor = url.removeprefix("https://ryg.example").partition("#")
        answer = Client(SERVER_NAME="localhost").get(path)
        assert answer.status_code == 200, url
        assert not anchor or f'id="{anchor}"' in answer.content.decode(), url


def test_a_course_of_ours_is_linked_to_and_another_episode_is_not() -> None:
    call = given(PATIENT, "foerste")
    assert cards(PATIENT, call)[0]["links"][1]["url"] == "https://ryg.example/find"
    ours = {
        "resourceType": "EpisodeOfCare",
        "id": "k3f9",
        "status": "active",
        "patient": {"reference": "Patient/foerste"},
    }
    ours["extension"] = [{"url": f"{CANONICAL}/StructureDefinition/course-state", "valueCoding": {"code": "open"}}]
    call["prefetch"]["courses"] = {"resourceType": "Bundle", "entry": [{"resource": ours}]}
    assert cards(PATIENT, call)[0]["links"][1]["url"] == "https://ryg.example/forloeb/k3f9"
    for change in ({"status": "finished"}, {"extension": []}, {"patient": {"reference": "Patient/another"}}):
        call["prefetch"]["courses"]["entry"] = [{"resource": ours | change}]
        assert cards(PATIENT, call)[0]["links"][1]["url"] == "https://ryg.example/find"


def test_before_an_mri_that_is_already_done_a_card_says_so_and_why() -> None:
    (card,) = cards(SIGN, given(SIGN, "mr-udfoert"))
    assert card["indicator"] == "warning"
    assert card["summary"].startswith("Billeddiagnostik/MR: Allerede udført. Lukket: den er udført i dette forløb")
    assert "»Billeddiagnostik/MR hvis ikke tidligere udført« (G3-R1, pixi.txt:231-233)" in card["detail"]
    assert "Er billeddiagnostik/MR udført i dette forløb, samme region? ja" in card["detail"]
    (action,) = card["suggestions"][0]["actions"]
    assert (action["type"], action["resourceId"]) == ("delete", "ServiceRequest/bestilling-1")
    kept = Advice.objects.get(id=card["uuid"])
    assert (kept.service, kept.about, kept.state) == (SIGN, "efforts.imaging", "already_done")
    assert kept.content_sha256 == content().identity.sha256


@pytest.mark.parametrize(
    ("citizen", "effort", "indicators", "says"),
    [
        ("foerste", "imaging", ["warning"], "Billeddiagnostik/MR: Ikke nævnt."),
        ("gentagne", "imaging", ["warning"], "Billeddiagnostik/MR: Endnu ikke."),
        ("laenge", "imaging", [], ""),
        ("laenge", "pain_clinic", [], ""),
        ("kompleks", "imaging", ["warning"], "Billeddiagnostik/MR: Ikke nævnt."),
        ("alarm", "imaging", ["critical", "warning"], "Afventer:"),
        ("udenfor", "imaging", ["warning", "info"], "Billeddiagnostik/MR: Ikke omfattet."),
        ("ukendt", "imaging", ["warning", "info"], "Billeddiagnostik/MR: Mangler svar."),
    ],
)
@pytest.mark.parametrize("service", [SELECT, SIGN])
def test_an_order_that_is_not_open_gets_its_state_said_and_an_open_one_is_left_alone(
    service: str, citizen: str, effort: str, indicators: list[str], says: str
) -> None:
    found = cards(service, given(service, citizen, effort))
    assert [one["indicator"] for one in found] == indicators
    assert not found or found[0]["summary"].startswith(says)


def test_an_open_effort_that_was_done_before_is_mentioned(pathway: Pathway) -> None:
    call = given(SIGN, "gentagne")
    for fact, value in (("imaging_done", "yes"), ("effect_of_physiotherapy", "no_effect")):
        call["prefetch"]["facts"]["entry"].append({"resource": _observation(pathway, fact, value, "gentagne")})
    (card,) = cards(SIGN, call)
    assert (card["indicator"], card["summary"][:40]) == ("info", "Billeddiagnostik/MR: Åben (udført før). ")
    assert "suggestions" not in card


def _observation(pathway: Pathway, fact: str, value: Any, citizen: str, days_ago: int = 0) -> dict[str, Any]:
    told = {"resourceType": "Observation", "id": f"x-{days_ago}", "status": "final"}
    told |= {"effectiveDateTime": (today() - timedelta(days=days_ago)).isoformat()}
    return told | {"subject": {"reference": f"Patient/{citizen}"}} | observation_of(pathway, fact, value)


def test_an_order_for_something_else_gets_no_card() -> None:
    call = given(SIGN, "ukendt")
    order = call["context"]["draftOrders"]["entry"][0]["resource"]
    order["code"] = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    assert cards(SIGN, call) == []
    order["category"] = [{"coding": [{"system": "http://snomed.info/sct", "code": "394914008"}]}]
    assert cards(SIGN, call)[0]["summary"].startswith("Billeddiagnostik/MR")


def test_only_the_selected_orders_are_looked_at() -> None:
    call = given(SELECT, "foerste")
    call["context"]["selections"] = []
    assert cards(SELECT, call) == []


def test_orders_that_are_no_orders_get_no_card() -> None:
    for change in ({"status": "revoked"}, {"status": "entered-in-error"}, {"doNotPerform": True}):
        call = given(SIGN, "foerste")
        call["context"]["draftOrders"]["entry"][0]["resource"] |= change
        assert cards(SIGN, call) == []


def test_two_orders_for_the_same_effort_get_one_card_that_removes_both() -> None:
    call = given(SIGN, "foerste")
    entries = call["context"]["draftOrders"]["entry"]
    entries.append({"resource": {**entries[0]["resource"], "id": "bestilling-2"}})
    entries.append({"resource": {name: value for name, value in entries[0]["resource"].items() if name != "id"}})
    (card,) = cards(SIGN, call)
    assert [one["resourceId"] for one in card["suggestions"][0]["actions"]] == [
        "ServiceRequest/bestilling-1",
        "ServiceRequest/bestilling-2",
    ]


@pytest.mark.parametrize("part", ["patient", "facts", "answers", "conditions"])
@pytest.mark.parametrize("kind", ["absent", "failed", "paged", "unreadable"])
def test_a_part_that_did_not_come_is_said_on_a_card(part: str, kind: str) -> None:
    call = given(PATIENT, "foerste")
    fails = {
        "failed": {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]},
        "paged": {**call["prefetch"][part], "link": [{"relation": "next", "url": "https://ehr.example/2"}]},
        "unreadable": "Patient/foerste",
    }
    if kind == "absent":
        del call["prefetch"][part]
    else:
        call["prefetch"][part] = fails[kind]
    card = about(cards(PATIENT, call), "Mangler: data fra jeres system (1)")
    words = {"absent": "ikke sendt", "failed": "ikke hentes", "paged": "første side", "unreadable": "ikke læses"}[kind]
    assert f"`{part}`" in card["detail"]
    assert words in card["detail"]


def test_without_any_prefetch_nothing_is_concluded() -> None:
    call = given(PATIENT, "alarm")
    for nothing in ({}, None):
        call["prefetch"] = nothing
        (card,) = cards(PATIENT, call)
        assert card["summary"].startswith("Mangler: data fra jeres system (4); 20 svar")
        (task,) = (action["resource"] for action in card["suggestions"][0]["actions"])
        assert len(task["input"]) == 20
        assert task["for"] == {"reference": "Patient/alarm"}


def test_null_says_that_there_is_nothing_and_is_no_failure() -> None:
    call = given(PATIENT, "foerste")
    call["prefetch"]["answers"] = call["prefetch"]["conditions"] = None
    assert [one["summary"][:9] for one in cards(PATIENT, call)] == ["Gruppe 1:"]


def test_data_about_another_citizen_are_not_used_and_said() -> None:
    call = given(PATIENT, "foerste")
    call["prefetch"]["facts"] = given(PATIENT, "alarm")["prefetch"]["facts"]
    found = cards(PATIENT, call)
    assert [one["indicator"] for one in found] == ["info"]
    assert "handler om en anden borger" in found[0]["detail"]


def test_a_code_nobody_mapped_is_visible_and_no_no() -> None:
    call = given(PATIENT, "ukendt")
    other = {"resourceType": "Condition", "id": "c7", "code": {"coding": [{"system": ICPC2, "code": "L99"}]}}
    call["prefetch"]["conditions"]["entry"] = [{"resource": other}]
    (card,) = cards(PATIENT, call)
    assert "`Condition/c7` koden L99 siger ikke, om smerten er rygudløst" in card["detail"]


def test_old_answers_are_said_to_be_old(pathway: Pathway) -> None:
    call = given(SIGN, "mr-udfoert")
    entries = call["prefetch"]["facts"]["entry"]
    for entry in entries:
        if entry["resource"]["code"]["coding"][0]["code"] == "saddle_numbness":
            entry["resource"] = _observation(pathway, "saddle_numbness", "no", "mr-udfoert", days_ago=8)
    card = about(cards(SIGN, call), "Mangler:")
    assert "for gammelt til at tælle" in card["detail"]
    assert "Nedsat følesans i ridebukseområdet?" in card["detail"]


def test_an_old_alarm_sign_still_holds_the_plan_back(pathway: Pathway) -> None:
    call = given(PATIENT, "foerste")
    entries = call["prefetch"]["facts"]["entry"]
    entries[:] = [one for one in entries if "saddle" not in one["resource"]["code"]["coding"][0]["code"]]
    entries.append({"resource": _observation(pathway, "saddle_numbness", "yes", "foerste", days_ago=90)})
    found = cards(PATIENT, call)
    assert found[0]["indicator"] == "critical"
    assert "tegnet tæller stadig" in about(found, "Mangler:")["detail"]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_summary_over_the_whole_case_book_is_under_140(
    pathway: Pathway, cases: list[Case], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "effort_of", lambda order: order["effort"])
    call = asked(SERVICES[PATIENT], given(PATIENT, "ukendt"))
    seen = set()
    for case in cases:
        decision = decide(pathway, case.given, case.as_of)
        orders = tuple({"effort": name, "id": "o"} for name in decision.efforts)
        composer = Composer(pathway, _with_orders(call, orders), Understood(), decision, language)
        everything = [composer._advice(one.why, "info") for one in advise(pathway, decision, language)]
        for told in (*everything, *composer.all(), *composer._orders()):
            assert 0 < len(told.card["summary"]) < LIMIT, (case.id, told.card["summary"])
            seen.add((told.about, told.state))
    assert len(seen) > 60


def _with_orders(call: Any, orders: Any) -> Any:
    from dataclasses import replace

    return replace(call, orders=orders)


@pytest.mark.long
def test_the_suggested_resources_pass_a_validator_nobody_here_wrote() -> None:
    found = [
        action["resource"] | {"id": "forslag"}
        for service in SERVICES
        for citizen in INVENTED
        for card in cards(service, given(service, citizen))
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
        if action["type"] == "create"
    ]
    assert {one["resourceType"] for one in found} == {"ServiceRequest", "Task"}
    assert problems_of(found) == []


def test_the_eight_citizens_pass_it_too() -> None:
    assert problems_of([one for citizen in INVENTED for one in _sent(citizen)]) == []


def _sent(citizen: str) -> Iterator[dict[str, Any]]:
    for part in given(PATIENT, citizen)["prefetch"].values():
        yield from (entry["resource"] for entry in part["entry"]) if part["resourceType"] == "Bundle" else (part,)


def test_a_card_says_nothing_of_whom_to_the_table_of_advice() -> None:
    cards(PATIENT, given(PATIENT, "alarm"))
    kept = [value for row in Advice.objects.values() for value in row.values()]
    assert not any("alarm" in str(value) or "Asta" in str(value) for value in kept)


def test_advice_that_cannot_be_kept_is_given_all_the_same_without_an_id(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("rygrad.fhir").addHandler(caplog.handler)
    with patch("rygrad.fhir.hooks.services.writing", side_effect=StorageFull()):
        found = cards(PATIENT, given(PATIENT, "alarm"))
    logging.getLogger("rygrad.fhir").removeHandler(caplog.handler)
    assert found[0]["indicator"] == "critical"
    assert "uuid" not in found[0]
    assert "advice not kept: storage_full" in caplog.text


def test_it_answers_before_any_content_was_activated(monkeypatch: pytest.MonkeyPatch) -> None:
    from rygrad.fhir.hooks import services
    from rygrad.record.refusals import NotFound

    def nothing() -> Any:
        raise NotFound

    monkeypatch.setattr(services.contents, "active", nothing)
    assert cards(PATIENT, given(PATIENT, "foerste"))[0]["summary"].startswith("Gruppe 1")


def test_english_is_given_to_whoever_would_rather_have_it() -> None:
    for wanted, word in (
        ("en", "Group 1"),
        ("fr, en;q=0.8, da;q=0.1", "Group 1"),
        ("fr", "Gruppe 1"),
        ("", "Gruppe 1"),
    ):
        assert cards(PATIENT, given(PATIENT, "foerste"), wanted)[0]["summary"].startswith(word)


def test_the_meeting_is_told_what_to_settle_and_no_more() -> None:
    assert cards(START, given(START, "foerste")) == []
    assert [one["indicator"] for one in cards(START, given(START, "alarm"))] == ["critical"]
    assert [one["indicator"] for one in cards(START, given(START, "gentagne"))] == ["warning"]


def test_a_site_names_its_own_codes_and_a_wrong_list_is_said(settings_of: Any) -> None:
    call = given(SIGN, "foerste")
    order = call["context"]["draftOrders"]["entry"][0]["resource"]
    order["code"] = {"coding": [{"system": "urn:oid:1.2.3", "code": "MR01"}]}
    assert cards(SIGN, call) == []
    settings_of(ORDER_CODES="urn:oid:1.2.3|MR01=imaging, urn:oid:1.2.3|KIR=surgical_assessment")
    assert cards(SIGN, call)[0]["summary"].startswith("Billeddiagnostik/MR: Ikke nævnt")
    settings_of(ORDER_CODES="MR01=imaging")
    answer = ask(SIGN, call)
    assert answer.status_code == 503
    assert "RYGRAD_ORDER_CODES" in json.dumps(answer.json())
