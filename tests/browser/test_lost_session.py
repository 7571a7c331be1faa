"""The session ends while somebody writes: nothing typed is lost, and nobody else sees it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, expect

from tests.browser.conftest import SatDown
from tests.browser.person import Person
from tests.browser.server import PASSWORD, Server
from tests.browser.test_two_browsers import of_type, sends_message, writes_to_gp
from tests.browser.watch import Watch

TEXT = "Ringet til borgeren, som er i bedring.\nNy tid om to uger, og »hjemmeøvelser« hver dag."


Loses = Callable[[Person], None]


@pytest.fixture
def loses_the_session(watch: Watch) -> Loses:
    """As after half an hour's silence. A preview on its way when the session ends is refused too, and only a log-in is missing."""

    def lose(person: Person) -> None:
        watch.expected.add(401)
        person.page.context.clear_cookies(name="sessionid")

    return lose


def logs_in(person: Person, user: str) -> None:
    """With the password, on the page that asks for it."""
    person.types(person.page.locator("#username"), user)
    person.types(person.page.locator("#password"), PASSWORD)
    person.clicks(person.button("Log ind", exact=True))


def test_a_message_to_own_gp_is_there_after_login_and_can_be_sent(
    writing: Server, sits_down: SatDown, loses_the_session: Loses
) -> None:
    bo = sits_down("bo", writing)
    writes_to_gp(bo, "Effie Effekt", TEXT)
    loses_the_session(bo)
    sends_message(bo)
    bo.sees("Din tekst er her stadig")
    assert of_type(writing, "Effie Effekt", "message_to_gp") == []
    logs_in(bo, "bo")
    assert bo.page.locator("main textarea").input_value() == TEXT
    assert of_type(writing, "Effie Effekt", "message_to_gp") == []
    bo.clicks(bo.button("Send igen"))
    assert [entry.act.text for entry in of_type(writing, "Effie Effekt", "message_to_gp")] == [TEXT]


def test_a_letter_edited_by_hand_is_there_after_login_and_can_be_sent(
    writing: Server, sits_down: SatDown, loses_the_session: Loses
) -> None:
    bo = sits_down("bo", writing)
    bo.opens(writing.course("Rita Returneres") + "/tilbage")
    bo.ticks(bo.page.get_by_role("group", name="MR").get_by_label("Behov", exact=True))
    bo.ticks(bo.page.get_by_role("group", name="De øvrige").get_by_role("radio").first)
    bo.waits_for_letter()
    letter = bo.page.locator("#letter-body")
    bo.types(letter, f"{letter.input_value()}\n{TEXT}")
    loses_the_session(bo)
    bo.clicks(bo.button("Send til egen læge"))
    logs_in(bo, "bo")
    assert any(TEXT in field.input_value() for field in bo.page.locator("main textarea").all())
    bo.clicks(bo.button("Send igen"))
    sent = of_type(writing, "Rita Returneres", "returned_to_gp")
    assert len(sent) == 1
    assert TEXT in sent[0].act.letter
    assert [name for name, need in sent[0].act.needs.items() if need.need == "needed"] == ["imaging"]


def test_choices_made_before_are_kept_too(writing: Server, sits_down: SatDown, loses_the_session: Loses) -> None:
    bo = sits_down("bo", writing)
    bo.opens(writing.course("Effie Effekt") + "/plan")
    bo.types(bo.page.locator("textarea").first, "Gå på arbejde igen\nSove om natten")
    chosen = bo.page.locator("input[name=intervention]:checked").count()
    loses_the_session(bo)
    bo.clicks(bo.button("Bekræft planen"))
    logs_in(bo, "bo")
    bo.clicks(bo.button("Send igen"))
    bo.clicks(bo.button("Bekræft planen"))  # the message to own GP follows the goals, and is shown first
    plan = of_type(writing, "Effie Effekt", "plan_confirmed")[-1].act
    assert len(plan.interventions) == chosen > 0
    assert ("Gå på arbejde igen", "Sove om natten") in plan.goals.values()


def test_a_wrong_password_loses_nothing(writing: Server, sits_down: SatDown, loses_the_session: Loses) -> None:
    bo = sits_down("bo", writing)
    writes_to_gp(bo, "Effie Effekt", TEXT)
    loses_the_session(bo)
    sends_message(bo)
    bo.types(bo.page.locator("#username"), "bo")
    bo.types(bo.page.locator("#password"), "et-forkert-kodeord")
    bo.clicks(bo.button("Log ind", exact=True))
    logs_in(bo, "bo")
    assert bo.page.locator("main textarea").input_value() == TEXT


def test_another_user_who_logs_in_does_not_see_it(
    writing: Server, sits_down: SatDown, loses_the_session: Loses
) -> None:
    bo = sits_down("bo", writing)
    sent: list[Request] = []
    bo.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    writes_to_gp(bo, "Effie Effekt", TEXT)
    loses_the_session(bo)
    sends_message(bo)
    logs_in(bo, "kirsten")
    expect(bo.page.locator("body")).not_to_contain_text("hjemmeøvelser")
    assert "hjemmeøvelser" not in bo.page.content()
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    for form in sent[:2]:  # as the browser does on "back" and "send the form again"
        again = bo.page.context.request.post(form.url, data=form.post_data or "", headers=headers)
        assert "hjemmeøvelser" not in again.text()
    assert of_type(writing, "Effie Effekt", "message_to_gp") == []


def test_a_choice_on_a_row_after_the_session_is_carried_out_after_login(
    writing: Server, sits_down: SatDown, loses_the_session: Loses
) -> None:
    bo = sits_down("bo", writing)
    loses_the_session(bo)
    bo.chooses_at_once(bo.row("Effie Effekt").get_by_label("Udfald"), "effect")
    logs_in(bo, "bo")
    assert of_type(writing, "Effie Effekt", "effect_judged") == []
    bo.clicks(bo.button("Send igen"))
    assert [entry.act.effect for entry in of_type(writing, "Effie Effekt", "effect_judged")] == ["effect"]


def test_the_warning_comes_before_the_end_and_the_session_goes_on(writing: Server, sits_down: SatDown) -> None:
    bo = sits_down("bo", writing)
    bo.page.clock.install()
    bo.opens(writing.course("Effie Effekt"))
    warning = bo.page.locator("#session-warning")
    expect(warning).to_be_hidden()
    bo.page.clock.fast_forward("28:30")
    expect(warning).to_be_visible()
    bo.presses(bo.button("Bliv logget ind"))
    expect(warning).to_be_hidden()
    bo.page.clock.fast_forward("27:00")
    expect(warning).to_be_hidden()
    bo.page.clock.fast_forward("01:30")
    expect(warning).to_be_visible()
