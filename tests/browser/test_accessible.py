"""The bar: on every page in every state, in both languages, axe finds nothing, nothing is cut or scrolls sideways on a
phone or with large text, and the keyboard alone reaches everything in the order of the page."""

import pytest

from tests.browser import looks
from tests.browser.conftest import Opened, SatDown
from tests.browser.person import Person
from tests.browser.server import Server
from tests.browser.states import STATES, State

_ALL = list(STATES)
_CORE = [name for name, state in STATES.items() if state.is_core]
_REST = [name for name in _ALL if name not in _CORE]
_IN_FULL = [*_CORE, *(pytest.param(name, marks=pytest.mark.long) for name in _REST)]


@pytest.fixture
def shown(reading: Server, sits_down: SatDown, opened: Opened) -> "Show":
    """Opens a page in a state."""
    return Show(reading, sits_down, opened)


class Show:
    """Opens a page in a state, as the one who sees it, in a language."""

    def __init__(self, reading: Server, sits_down: SatDown, opened: Opened) -> None:
        self.reading, self.sits_down, self.opened = reading, sits_down, opened

    def __call__(self, state: State, lang: str) -> Person:
        """The person at the page."""
        if state.user:
            person = self.sits_down(state.user, self.reading, lang)
        else:
            person = Person(self.opened(self.reading, lang), self.reading, "")
        state.open(person)
        return person


@pytest.mark.parametrize("name", _ALL)
def test_axe_finds_nothing_and_nothing_is_cut(name: str, shown: Show) -> None:
    page = shown(STATES[name], "da").page
    assert page.locator("html").get_attribute("lang") == "da"
    looks.unfold(page)
    assert looks.axe_finds(page) == []
    assert looks.at_320_px(page) == []
    assert looks.at_200_percent(page) == []


@pytest.mark.parametrize("name", _IN_FULL)
def test_the_same_in_english(name: str, shown: Show) -> None:
    page = shown(STATES[name], "en").page
    assert page.locator("html").get_attribute("lang") == "en"
    looks.unfold(page)
    assert looks.axe_finds(page) == []
    assert looks.at_320_px(page) == []
    assert looks.at_200_percent(page) == []


@pytest.mark.parametrize("name", _IN_FULL)
def test_the_keyboard_alone_reaches_everything_in_order(name: str, shown: Show) -> None:
    page = shown(STATES[name], "da").page
    looks.unfold(page)
    assert looks.by_keyboard(page) == []


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.long) for name in _ALL])
def test_axe_finds_nothing_on_a_phone_with_everything_folded(name: str, shown: Show) -> None:
    page = shown(STATES[name], "da").page
    page.set_viewport_size(looks.PHONE)  # type: ignore[arg-type]
    assert looks.axe_finds(page) == []
