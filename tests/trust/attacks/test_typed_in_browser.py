"""The corpus typed into every form of every page in a real browser: nothing runs, nothing is loaded, no policy is broken."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page

from tests.browser.admin_states import ADMIN_STATES
from tests.browser.citizen_states import CITIZEN_STATES
from tests.browser.conftest import SatDown
from tests.browser.person import Person
from tests.browser.region_states import REGION_STATES
from tests.browser.server import Server
from tests.browser.states import STATES, State
from tests.browser.watch import Watch
from tests.figures import write_figures
from tests.trust.attacks.payloads import MARK, payloads
from tests.trust.attacks.walking import name_of

ALL: dict[str, State] = STATES | ADMIN_STATES | CITIZEN_STATES | REGION_STATES
TOGETHER = (
    ("script",), ("attribute", "template", "entity", "address"), ("sql", "path", "document"),
    ("formula", "direction", "invisible", "emoji"), ("control",),
)  # fmt: skip
_REFUSALS = {400, 401, 403, 404, 409, 410, 412, 413, 422, 428, 429}
_PATIENCE_MS = 4_000
_TEST = "tests/trust/attacks/test_typed_in_browser.py::test_nothing_that_is_typed_runs_in_a_browser"
_FORMS = """() => [...document.forms].map((form, index) => ({
  index, action: form.action, method: form.method,
  names: [...form.elements].filter(one => one.name).map(one => one.name),
  typed: [...form.elements].filter(one => one.name && (one.tagName === 'TEXTAREA' || /^(text|search|tel|email|url)$/.test(one.type))).length,
}))"""
_TYPE = """([index, text]) => {
  const form = document.forms[index];
  document.querySelectorAll('details').forEach(one => { one.open = true; });
  for (const one of form.elements) {
    if (!one.name || one.type === 'hidden' || one.readOnly) continue;
    if (one.tagName === 'TEXTAREA' || /^(text|search|tel|email|url)$/.test(one.type)) {
      one.removeAttribute('maxlength'); one.removeAttribute('pattern');
      one.value = text;
      one.dispatchEvent(new Event('input', {bubbles: true}));
    } else if (one.type === 'select-one' && !one.value) {
      one.selectedIndex = one.options.length - 1;
    } else if (one.type === 'radio' && !form.querySelector(`[name="${one.name}"]:checked`)) {
      one.checked = true;
    }
  }
}"""
_SEND = """index => {
  const form = document.forms[index];
  form.noValidate = true;
  const buttons = [...form.elements].filter(one => one.type === 'submit');
  form.requestSubmit(buttons.at(-1));
}"""
FEWEST_KINDS = 15
"""Half of the 29 kinds of forms with something to type in that the cast meets from link to link (cast_walks)."""
_RAN = f"window.{MARK} = () => {{ console.error('{MARK} ran'); }};"


def texts() -> list[str]:
    """The whole corpus but what is only large, a few kinds at a time."""
    return [" ".join(one.text for one in payloads() if one.kind in kinds) for kinds in TOGETHER]


def kind_of(form: dict[str, Any]) -> tuple[str, ...]:
    """Forms that lead to the same route in the same way with the same fields are of a kind."""
    return (name_of(form["action"]), form["method"], *sorted(set(form["names"])))


def too_little(met: int, sent: int, counts: Counter[str]) -> list[str]:
    """Why an attack says nothing: it met few forms, or most of what it met was never sent."""
    floors = {
        f"{met} kinds of forms met": met >= FEWEST_KINDS,
        f"{sent} of {met} kinds sent": 2 * sent >= met,
        f"{counts['forms sent']} forms sent": counts["forms sent"] >= max(met, counts["forms that were not sent"]),
    }
    return [says for says, is_enough in floors.items() if not is_enough]


class Attacker:
    """Goes through the pages, each user at a browser of their own, and types into each kind of form once per text."""

    def __init__(self, site: Server, sits_down: SatDown, watch: Watch) -> None:
        self.site, self.sits_down, self.watch = site, sits_down, watch
        self.persons: dict[str, Person] = {}
        self.met: set[tuple[str, ...]] = set()
        self.sent: set[tuple[str, ...]] = set()
        self.counts: Counter[str] = Counter()

    def person(self, user: str) -> Person:
        """Somebody at a browser that says aloud when a script of ours runs, or when another site is asked."""
        if user not in self.persons:
            person = self.sits_down(user or "anna", self.site)
            if not user:
                person.page.context.clear_cookies(name="sessionid")
            person.page.set_default_timeout(_PATIENCE_MS)
            person.page.context.add_init_script(_RAN)
            person.page.on("dialog", lambda one: self.watch.troubles.append(f"dialog: {one.message}"))
            person.page.context.on("request", lambda one: self._asked(one.url))
            self.persons[user] = person
        return self.persons[user]

    def _asked(self, url: str) -> None:
        self.counts["requests"] += 1
        if MARK in (urlsplit(url).hostname or ""):
            self.watch.troubles.append(f"another site was asked: {url[:80]}")

    def opens(self, state: State) -> Page | None:
        """The page in this state; None when what was done before has closed the way to it."""
        person = self.person(state.user)
        try:
            state.open(person)
        except (Error, AssertionError):
            self.counts["pages whose way was closed"] += 1
            return None
        return person.page

    def new_forms(self, page: Page) -> Iterator[dict[str, Any]]:
        """The kinds of forms that nobody has typed into yet."""
        for form in page.evaluate(_FORMS):
            kind = kind_of(form)
            if form["typed"] and kind not in self.met and kind[0] not in ("logout",):
                self.met.add(kind)
                self.counts["fields"] += form["typed"]
                yield form

    def attacks(self, state: State, form: dict[str, Any]) -> None:
        """Every text into all fields of one form, sent; the page that answers is looked at by the browser itself."""
        for text in texts():
            page = self.opens(state)
            try:
                if page is None or form["index"] >= page.evaluate("document.forms.length"):
                    self.counts["forms that were gone"] += 1
                    return
                page.evaluate(_TYPE, [form["index"], text])
                with page.expect_navigation():
                    page.evaluate(_SEND, form["index"])
                self.counts["forms sent"] += 1
                self.sent.add(kind_of(form))
            except Error:
                self.counts["forms that were not sent"] += 1

    def looks_again(self) -> None:
        """Every page once more, everything unfolded: what was stored is shown now."""
        for state in ALL.values():
            page = self.opens(state)
            if page is not None:
                page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
                self.counts["pages looked at again"] += 1
                self.counts["pages that show what was typed"] += MARK in page.content()


@pytest.mark.long
def test_nothing_that_is_typed_runs_in_a_browser(writing: Server, sits_down: SatDown, watch: Watch) -> None:
    watch.expected |= _REFUSALS
    attacker = Attacker(writing, sits_down, watch)
    for state in ALL.values():
        page = attacker.opens(state)
        for form in list(attacker.new_forms(page)) if page else ():
            attacker.attacks(state, form)
    attacker.looks_again()
    counts: dict[str, int | float | str] = {
        "payloads": sum(one.kind != "size" for one in payloads()),
        "kinds of forms": len(attacker.met),
        "kinds sent": len(attacker.sent),
    }
    counts |= {
        **dict(sorted(attacker.counts.items())),
        "ran, broke the policy, asked another site": len(watch.troubles),
    }
    says = "the corpus in every form of every page in Chromium, under the content policy"
    write_figures("attack-browser", promise="attacks", says=says, test=_TEST, counts=counts, full=True)
    assert watch.troubles == []
    assert too_little(len(attacker.met), len(attacker.sent), attacker.counts) == []
    assert attacker.counts["pages that show what was typed"] > 10


def test_an_attack_that_met_or_sent_too_little_is_none() -> None:
    assert too_little(30, 15, Counter({"forms sent": 75, "forms that were not sent": 75})) == []
    assert too_little(0, 0, Counter()) == ["0 kinds of forms met"]
    assert too_little(30, 14, Counter({"forms sent": 70})) == ["14 of 30 kinds sent"]
    assert too_little(30, 30, Counter({"forms sent": 29})) == ["29 forms sent"]
    assert too_little(30, 30, Counter({"forms sent": 70, "forms that were not sent": 71})) == ["70 forms sent"]


@pytest.mark.long
def test_the_browser_notices_what_would_run(writing: Server, sits_down: SatDown, watch: Watch) -> None:
    attacker = Attacker(writing, sits_down, watch)
    page = attacker.person("anna").page
    attacker.person("anna").opens("/liste")
    for text in ("<img src=x onerror=xq7()>", "<img src=//xq7.example/a.png>", "<a style='color:red'>x</a>"):
        before = len(watch.troubles)
        page.evaluate("text => { document.querySelector('main').innerHTML = text; }", text)
        page.wait_for_timeout(300)
        assert len(watch.troubles) > before, text
    watch.troubles.clear()
