"""Somebody at a browser: what they click, choose and tick is counted; what they type is not."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.server import Server

_IN_VIEW = """element => {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= window.innerHeight;
}"""


@dataclass
class Person:
    """One user at one page. ``interactions`` counts; ``below_the_fold`` names what had to be scrolled to."""

    page: Page
    server: Server
    user: str
    has_scripts: bool = True
    interactions: int = 0
    below_the_fold: list[str] = field(default_factory=list)

    def opens(self, path: str) -> None:
        """Goes to an address of ours; the beginning of a task, so not counted."""
        self.page.goto(self.server.address + path)

    def link(self, name: str, **options: Any) -> Locator:
        """The link with this name."""
        return self.page.get_by_role("link", name=name, **options)

    def button(self, name: str, **options: Any) -> Locator:
        """The button with this name."""
        return self.page.get_by_role("button", name=name, **options)

    def row(self, citizen: str) -> Locator:
        """The rows of the worklist that are about this citizen."""
        return self.page.get_by_role("row").filter(has_text=citizen)

    def unfolds(self, what: Locator) -> None:
        """One click on what opens the fold around this, when it is folded away."""
        fold = self.page.locator("details", has=what)
        if fold.count() and not what.is_visible():
            self.presses(fold.first.locator("summary").first)

    def section(self, selector: str) -> Locator:
        """A part of the page."""
        return self.page.locator(selector)

    def clicks(self, what: Locator) -> None:
        """One click that leads to another page (or to the same one anew)."""
        self._counts(what)
        with self.page.expect_navigation():
            what.click()

    def presses(self, what: Locator) -> None:
        """One click that stays on the page."""
        self._counts(what)
        what.click()

    def ticks(self, what: Locator) -> None:
        """One box or radio button, as a person hits it: by its words."""
        self._counts(what)
        what.check(force=True)

    def chooses(self, what: Locator, value: str) -> None:
        """One choice in a list that waits for a button."""
        self._counts(what)
        what.select_option(value)

    def chooses_at_once(self, what: Locator, value: str) -> None:
        """One choice in a list that is stored with the choice; without scripts, with the button beside it."""
        self._counts(what)
        if not self.has_scripts:
            what.select_option(value)
            self.clicks(what.locator("xpath=ancestor::form").get_by_role("button"))
            return
        with self.page.expect_navigation():
            what.select_option(value)

    def types(self, what: Locator, text: str) -> None:
        """Free text: not counted."""
        what.fill(text)

    def waits_for_letter(self) -> None:
        """Until the letter follows the choices made."""
        expect(self.page.locator("form[data-preview][aria-busy]")).to_have_count(0)

    def sees(self, text: str) -> None:
        """The text stands on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    @property
    def receipt(self) -> str:
        """What the page says was stored."""
        return self.page.locator(".receipt[role=status]").first.inner_text()

    def _counts(self, what: Locator) -> None:
        self.interactions += 1
        expect(what).to_have_count(1)
        if not what.evaluate(_IN_VIEW):
            self.below_the_fold.append(what.inner_text() or what.get_attribute("name") or "?")
