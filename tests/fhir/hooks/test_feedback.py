"""What became of a card is stored beside the advice, and counts once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from rygrad.fhir.hooks.heeded import heeded
from rygrad.fhir.models import Advice, Feedback
from rygrad.record import clocks
from tests.fhir.hooks.calls import PATIENT, SIGN, ask, cards, given

pytestmark = pytest.mark.usefixtures("demo")
AT = "2026-03-02T10:00:00+01:00"


def send(*told: dict[str, Any], service: str = SIGN) -> Any:
    return ask(f"{service}/feedback", {"feedback": list(told)})


def card() -> dict[str, Any]:
    return cards(SIGN, given(SIGN, "mr-udfoert"))[0]


def overridden(uuid: str, **more: Any) -> dict[str, Any]:
    return {"card": uuid, "outcome": "overridden", "outcomeTimestamp": AT, **more}


def test_an_override_is_kept_with_reason_and_comment() -> None:
    given_card = card()
    reason = given_card["overrideReasons"][0]
    comment = "Nyt udfald i går: tab af dorsalfleksion. æøå 🦴 \u202e"
    answer = send(overridden(given_card["uuid"], overrideReason={"reason": reason, "userComment": comment}))
    assert (answer.status_code, answer.json()) == (200, {})
    kept = Feedback.objects.get()
    assert (kept.outcome, kept.comment) == ("overridden", comment)
    assert kept.reason.endswith("override-reasons|new-deficits")
    assert kept.advice == Advice.objects.get(id=given_card["uuid"])


def test_an_acceptance_names_the_suggestions_that_were_taken() -> None:
    given_card = card()
    taken = given_card["suggestions"][0]["uuid"]
    told = {
        "card": given_card["uuid"],
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": taken}],
        "outcomeTimestamp": AT,
    }
    assert send(told).status_code == 200
    assert Feedback.objects.get().accepted_suggestions == taken


def test_the_same_feedback_counts_once_and_a_later_one_again() -> None:
    uuid = card()["uuid"]
    for _ in range(3):
        assert send(overridden(uuid), overridden(uuid)).status_code == 200
    assert Feedback.objects.count() == 1
    assert send(overridden(uuid, outcomeTimestamp="2026-03-02T10:05:00Z")).status_code == 200
    assert Feedback.objects.count() == 2


def test_a_card_nobody_gave_is_not_found_and_then_nothing_is_stored() -> None:
    uuid = card()["uuid"]
    answer = send(overridden(uuid), overridden(str(uuid4())))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert send(overridden(uuid), service=PATIENT).status_code == 404
    assert send(overridden(uuid), service="unknown").status_code == 404
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"card": None}, {"card": 7}, {"card": "x"}, {"outcome": "ignored"}, {"outcome": None}, {"outcome": []},
        {"outcomeTimestamp": None}, {"outcomeTimestamp": "2026-03-02"}, {"outcomeTimestamp": "2026-03-02T10:00:00"},
        {"overrideReason": "x"}, {"overrideReason": {"reason": "x"}}, {"overrideReason": {"reason": {}}},
        {"overrideReason": {"userComment": 7}}, {"overrideReason": {"userComment": "x" * 4001}},
        {"overrideReason": {"userComment": "a\0b"}}, {"overrideReason": {"reason": {"code": "x" * 500}}},
        {"acceptedSuggestions": "x"}, {"acceptedSuggestions": ["x"]}, {"acceptedSuggestions": [{"id": "x"}]},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_whole(change: dict[str, Any]) -> None:
    answer = send(overridden(card()["uuid"]) | change)
    assert (answer.status_code, answer.json()["code"]) == (400, "feedback")
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize("body", [{}, [], None, {"feedback": {}}, {"feedback": []}, {"feedback": ["x"]}])
def test_a_call_without_feedback_is_refused(body: Any) -> None:
    assert ask(f"{SIGN}/feedback", body).status_code == 400


def test_more_than_a_hundred_at_once_is_refused() -> None:
    assert send(*[overridden(str(uuid4()))] * 101).status_code == 400


def test_how_often_cards_are_followed_and_overridden_is_counted_by_the_newest_word_on_each() -> None:
    assert heeded() == []
    uuids = [card()["uuid"] for _ in range(4)]
    reason = {"reason": card()["overrideReasons"][0]}
    kind = Advice.objects.get(id=uuids[0])
    assert send(overridden(uuids[0], overrideReason=reason), overridden(uuids[1])).status_code == 200
    for uuid, at in ((uuids[2], AT), (uuids[1], "2026-03-02T11:00:00+01:00")):
        assert send({"card": uuid, "outcome": "accepted", "outcomeTimestamp": at}).status_code == 200
    (found,) = (one for one in heeded() if (one.about, one.state) == (kind.about, kind.state))
    assert (found.service, found.given, found.accepted, found.overridden) == (SIGN, 5, 2, 1)
    assert (found.overridden_per_cent, dict(found.reasons)) == (33, {"new-deficits": 1})
    assert heeded()[0] == found, "what is overridden most often comes first"
    today = clocks.local_day(kind.at)
    assert found in heeded(today)
    assert heeded(today + timedelta(days=1)) == []
    assert all(one.overridden_per_cent is None for one in heeded() if one != found)
