"""Two people at the same course: nothing is overwritten unseen, nothing counts twice, a slip is undone, and the way back
leads to the row one came from."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.core import signing
from django.test import override_settings
from playwright.sync_api import Request, expect

from tests.browser import tasks
from tests.browser.conftest import SatDown
from tests.browser.person import Person
from tests.browser.server import KEY, Server

TEXT = "Borgeren har ringet: smerterne er flyttet til venstre ben."


def of_type(site: Server, name: str, kind: str) -> list[Any]:
    """Every entry of a kind in a citizen's course."""
    return [entry for entry in site.entries(site.made.situations.course(name)) if entry.type == kind]


def writes_to_gp(person: Person, name: str, text: str) -> None:
    """Opens the course and types a message, without sending it."""
    person.opens(person.server.course(name))
    field = person.page.locator("#m-text")
    person.unfolds(field)
    person.types(field, text)


def sends_message(person: Person) -> None:
    """Presses the button under the message."""
    person.clicks(person.page.locator("#m-text").locator("xpath=ancestor::form").get_by_role("button"))


def test_the_second_sees_what_was_written_in_between_and_can_send_again(writing: Server, sits_down: SatDown) -> None:
    anna, bo = sits_down("anna", writing), sits_down("bo", writing)
    writes_to_gp(anna, "Effie Effekt", TEXT)
    bo.opens(writing.course("Effie Effekt"))
    bo.types(bo.page.locator("#visit-note"), "Bedre end sidst")
    bo.clicks(bo.button("Besøg", exact=True))
    sends_message(anna)
    anna.sees("Skrevet i mellemtiden")
    anna.sees("Bo Demofys")
    assert of_type(writing, "Effie Effekt", "message_to_gp") == []
    assert anna.page.locator("main textarea").input_value() == TEXT
    anna.clicks(anna.button("Send igen"))
    assert [entry.act.text for entry in of_type(writing, "Effie Effekt", "message_to_gp")] == [TEXT]
    assert [entry.act.note for entry in of_type(writing, "Effie Effekt", "visit")][1:] == ["Bedre end sidst"]


@pytest.mark.long
def test_a_letter_edited_by_hand_survives_what_another_wrote(writing: Server, sits_down: SatDown) -> None:
    anna, bo = sits_down("anna", writing), sits_down("bo", writing)
    bo.opens(writing.course("Rita Returneres") + "/tilbage")
    bo.ticks(bo.page.get_by_role("group", name="MR").get_by_label("Behov", exact=True))
    bo.ticks(bo.page.get_by_role("group", name="De øvrige").get_by_role("radio").nth(1))
    bo.waits_for_letter()
    letter = bo.page.locator("#letter-body")
    bo.types(letter, f"{letter.input_value()}\n{TEXT}")
    writes_to_gp(anna, "Rita Returneres", "Jeg har talt med borgeren.")
    sends_message(anna)
    bo.clicks(bo.button("Send til egen læge"))
    bo.sees("Skrevet i mellemtiden")
    assert of_type(writing, "Rita Returneres", "returned_to_gp") == []
    assert any(TEXT in field.input_value() for field in bo.page.locator("main textarea").all())
    bo.clicks(bo.button("Send igen"))
    if bo.page.locator("#letter-body").count():
        assert TEXT in bo.page.locator("#letter-body").input_value()
        bo.clicks(bo.button("Send til egen læge"))
    sent = of_type(writing, "Rita Returneres", "returned_to_gp")
    assert len(sent) == 1
    assert TEXT in sent[0].act.letter


def test_the_same_row_chosen_by_two_is_stored_once(writing: Server, sits_down: SatDown) -> None:
    first, second = sits_down("bo", writing), sits_down("bo", writing)
    first.chooses_at_once(first.row("Effie Effekt").get_by_label("Udfald"), "effect")
    second.chooses_at_once(second.row("Effie Effekt").get_by_label("Udfald"), "no_effect")
    assert [entry.act.effect for entry in of_type(writing, "Effie Effekt", "effect_judged")] == ["effect"]
    assert "findes ikke" not in second.page.locator("h1").inner_text()


def test_a_double_click_counts_once(writing: Server, sits_down: SatDown) -> None:
    bo = sits_down("bo", writing)
    bo.opens(writing.course("Effie Effekt"))
    before = len(of_type(writing, "Effie Effekt", "visit"))
    bo.button("Besøg", exact=True).dblclick()
    expect(bo.page.locator(".receipt[role=status]").first).to_be_visible()
    assert len(of_type(writing, "Effie Effekt", "visit")) == before + 1


@pytest.mark.long
def test_a_form_sent_again_counts_once(writing: Server, sits_down: SatDown) -> None:
    bo = sits_down("bo", writing)
    sent: list[Request] = []
    bo.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    bo.opens(writing.course("Effie Effekt"))
    before = len(of_type(writing, "Effie Effekt", "visit"))
    bo.clicks(bo.button("Besøg", exact=True))
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": writing.address}
    again = bo.page.context.request.post(sent[0].url, data=sent[0].post_data or "", headers=headers)
    assert again.ok
    assert len(of_type(writing, "Effie Effekt", "visit")) == before + 1


def test_undo_within_a_minute_strikes_and_the_journey_shows_it(writing: Server, sits_down: SatDown) -> None:
    bo = sits_down("bo", writing)
    bo.opens(writing.course("Effie Effekt"))
    bo.clicks(bo.button("Besøg", exact=True))
    recorded = of_type(writing, "Effie Effekt", "visit")[-1]
    bo.clicks(bo.button("Fortryd"))
    bo.sees("Fortrudt")
    assert of_type(writing, "Effie Effekt", "correction")[-1].act.corrects == recorded.id
    struck = bo.page.locator(f"#e-{recorded.id}")
    assert "slettet" in (struck.text_content() or "")
    assert struck.locator(".strike").count() == 0
    assert "Fortrudt med det samme" in (bo.page.locator("#forloeb").text_content() or "")


@pytest.mark.parametrize("seconds", [61, pytest.param(3600, marks=pytest.mark.long)])
def test_after_a_minute_it_is_too_late_to_undo(writing: Server, sits_down: SatDown, seconds: int) -> None:
    bo = sits_down("bo", writing)
    bo.opens(writing.course("Effie Effekt"))
    bo.clicks(bo.button("Besøg", exact=True))
    token = bo.page.locator("form.undo input[name=undo]")
    with override_settings(SECRET_KEY=KEY):
        signed = signing.loads(token.input_value(), salt="undo")
        with patch("django.core.signing.time.time", return_value=_now() - seconds):
            old = signing.dumps(signed, salt="undo")
    token.evaluate("(field, old) => { field.value = old; }", old)
    bo.clicks(bo.button("Fortryd"))
    bo.sees("for sent")
    assert of_type(writing, "Effie Effekt", "correction") == []


def _now() -> float:
    from time import time

    return time()


def test_the_way_back_leads_to_the_row_one_came_from(reading: Server, sits_down: SatDown) -> None:
    anna = sits_down("anna", reading)
    row = anna.page.locator("table.worklist tbody tr").last
    anchor = row.get_attribute("id")
    assert anchor
    anna.clicks(row.get_by_role("link").last)
    anna.clicks(anna.page.get_by_role("link", name="Til listen").first)
    assert anna.page.url == f"{reading.address}/liste#{anchor}"
    expect(anna.page.locator(f"[id='{anchor}']")).to_be_in_viewport()


@pytest.mark.long
def test_the_browsers_own_back_leads_there_too(reading: Server, sits_down: SatDown) -> None:
    anna = sits_down("anna", reading)
    row = anna.page.locator("table.worklist tbody tr").last
    anchor = row.get_attribute("id")
    anna.clicks(row.get_by_role("link").first)
    anna.page.go_back()
    expect(anna.page.locator(f"[id='{anchor}']")).to_be_in_viewport()


def test_after_an_outcome_on_the_row_the_list_is_where_it_was(writing: Server, sits_down: SatDown) -> None:
    freja = sits_down("freja", writing)
    row = freja.row("Kommunal Igang")
    anchor = row.get_attribute("id")
    tasks.sets_work_status(freja, "Kommunal Igang")
    assert re.search(rf"/liste#{anchor}$", freja.page.url)
    expect(freja.row("Kommunal Igang")).to_be_in_viewport()


@pytest.mark.long
def test_a_second_tab_that_changed_the_language_changes_nothing_else(writing: Server, sits_down: SatDown) -> None:
    bo = sits_down("bo", writing)
    writes_to_gp(bo, "Effie Effekt", TEXT)
    other = bo.page.context.new_page()
    other.goto(writing.address + "/liste")
    with other.expect_navigation():
        other.get_by_role("button", name="English").click()
    sends_message(bo)
    assert bo.page.locator("html").get_attribute("lang") == "en"
    assert [entry.act.text for entry in of_type(writing, "Effie Effekt", "message_to_gp")] == [TEXT]
