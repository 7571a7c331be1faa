"""The bar: on every page in every state, in both languages, axe finds nothing, nothing is cut or scrolls sideways on a
phone or with large text, and the keyboard alone reaches everything in the order of the page."""

from collections.abc import Callable, Collection
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.browser.admin_states import ADMIN_STATES
from tests.browser.citizen_states import CITIZEN_STATES
from tests.browser.conftest import Opened, SatDown
from tests.browser.person import Person
from tests.browser.region_states import REGION_STATES
from tests.browser.server import Server
from tests.browser.states import STATES as CLINICAL_STATES

STATES = CLINICAL_STATES | ADMIN_STATES | CITIZEN_STATES | REGION_STATES
Show = Callable[[str, str], Page]
_ALL = list(STATES)
_CORE = [name for name, state in STATES.items() if state.is_core]
_FEW = ("worklist of a GP", "course: back at own GP", "citizen: my course")


def _mostly_long(kept: Collection[str]) -> list[Any]:
    """Every state in the long battery; these in every run."""
    return [name if name in kept else pytest.param(name, marks=pytest.mark.long) for name in _ALL]


@pytest.fixture(scope="package")
def sessions() -> dict[str, Any]:
    """Who has logged in at the shared server already: many pages are looked at by few people."""
    return {}


@pytest.fixture
def shown(reading: Server, sits_down: SatDown, opened: Opened, sessions: dict[str, Any]) -> Show:
    """Opens a page in a state, as the one who sees it, in a language."""

    def show(name: str, lang: str) -> Page:
        state = STATES[name]
        if state.user and state.user not in sessions:
            sessions[state.user] = sits_down(state.user, reading).page.context.storage_state()
        options = {"storage_state": sessions[state.user]} if state.user else {}
        person = Person(opened(reading, lang, **options), reading, state.user)
        state.open(person)
        return person.page

    return show


@pytest.mark.parametrize("name", _mostly_long(_CORE))
def test_axe_finds_nothing_nothing_is_cut_and_the_keyboard_reaches_it_all(name: str, shown: Show) -> None:
    page = shown(name, "da")
    assert page.locator("html").get_attribute("lang") == "da"
    looks.unfold(page)
    assert looks.axe_finds(page) == []
    assert looks.by_keyboard(page) == []
    assert looks.at_320_px(page) == []
    assert looks.at_200_percent(page) == []


@pytest.mark.parametrize("name", _mostly_long(_FEW))
def test_the_same_in_english(name: str, shown: Show) -> None:
    page = shown(name, "en")
    assert page.locator("html").get_attribute("lang") == "en"
    looks.unfold(page)
    assert looks.axe_finds(page) == []
    assert looks.by_keyboard(page) == []
    assert looks.at_320_px(page) == []
    assert looks.at_200_percent(page) == []


@pytest.mark.parametrize("name", _mostly_long(()))
def test_axe_finds_nothing_on_a_phone_with_everything_folded(name: str, shown: Show) -> None:
    page = shown(name, "da")
    page.set_viewport_size(looks.PHONE)  # type: ignore[arg-type]
    assert looks.axe_finds(page) == []


def test_a_receipt_with_its_undo_is_accessible(writing: Server, sits_down: SatDown) -> None:
    bo = sits_down("bo", writing)
    bo.opens(writing.course("Effie Effekt"))
    bo.clicks(bo.button("Besøg", exact=True))
    expect(bo.button("Fortryd")).to_be_visible()
    assert looks.axe_finds(bo.page) == []
    assert looks.at_320_px(bo.page) == []
    assert looks.by_keyboard(bo.page) == []


def test_the_warning_before_the_session_ends_is_accessible(reading: Server, sits_down: SatDown) -> None:
    bo = sits_down("bo", reading)
    bo.page.locator("#session-warning").evaluate("warning => { warning.hidden = false; }")
    assert looks.axe_finds(bo.page) == []
    assert looks.at_320_px(bo.page) == []


_FAULTS = {
    "axe": "field => field.previousElementSibling.remove()",
    "cut": "field => { field.style.minWidth = '900px'; }",
    "keyboard": "field => { field.tabIndex = 5; }",
    "focus": "field => { field.style.setProperty('outline', 'none', 'important'); field.style.boxShadow = 'none'; }",
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_each_check_finds_the_fault_it_is_there_for(fault: str, reading: Server, opened: Opened) -> None:
    page = opened(reading)
    page.goto(f"{reading.address}/log-ind")
    checks = {"axe": looks.axe_finds, "cut": looks.at_320_px, "keyboard": looks.by_keyboard, "focus": looks.by_keyboard}
    assert checks[fault](page) == []
    page.locator("#username").evaluate(_FAULTS[fault])
    assert checks[fault](page)


def test_text_that_does_not_follow_the_readers_size_is_found(reading: Server, opened: Opened) -> None:
    page = opened(reading)
    page.goto(f"{reading.address}/log-ind")
    assert looks.at_200_percent(page) == []
    page.locator("h1").evaluate("heading => { heading.style.width = '70rem'; heading.style.minWidth = '70rem'; }")
    assert looks.at_200_percent(page)
