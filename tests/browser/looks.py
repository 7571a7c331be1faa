"""What the bar asks of a page: axe finds nothing, nothing is cut or scrolls sideways, the keyboard reaches everything."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

_AXE = Axe()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
ZOOMED = {"width": 640, "height": 400}
_USUAL_REM = 10

_UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
# Text that a person should see and does not: outside the window, or behind an edge. What is for screen readers only
# is a pixel wide, or far outside to the left.
_CUT = """() => {
  const wide = document.documentElement.clientWidth;
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || box.right < 0 || element.closest('.sr-only')) continue;
    const hasText = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const isField = ['INPUT', 'SELECT', 'TEXTAREA', 'BUTTON'].includes(element.tagName) && element.type !== 'hidden';
    if (!hasText && !isField) continue;
    const edges = getComputedStyle(element).overflowX !== 'visible' && element.tagName !== 'TEXTAREA' && !isField;
    const behind = edges && element.scrollWidth > element.clientWidth + 1;
    if (box.right > wide + 1 || box.left < -1 || behind) {
      found.push(element.tagName.toLowerCase() + '.' + element.className + ': ' + element.textContent.trim().slice(0, 50));
    }
  }
  return found.slice(0, 8);
}"""
_WIDTH = "[document.scrollingElement.scrollWidth, document.documentElement.clientWidth]"
# Where Tab should stop, in the order of the document; of a group of radio buttons at one of them.
_STOPS = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const seen = new Set();
  const stops = all.filter(element => {
    if (element.disabled || element.type === 'hidden' || !element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type !== 'radio') return true;
    const group = (element.form && [...document.forms].indexOf(element.form)) + '/' + element.name;
    const chosen = all.some(other => other.type === 'radio' && other.name === element.name && other.form === element.form && other.checked);
    if (chosen ? !element.checked : seen.has(group)) return false;
    seen.add(group);
    return true;
  });
  window.stops = stops;
  return stops.length;
}"""
_HERE = """() => {
  const at = document.activeElement;
  const number = window.stops.indexOf(at);
  const shows = element => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  };
  const labels = at.labels ? [...at.labels] : [];
  const marked = shows(at) || labels.some(label => ['::before', '::after'].some(part => {
    const style = getComputedStyle(label, part);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  }));
  const target = labels.length && at.getBoundingClientRect().width <= 1 ? labels[0] : at;
  const box = target.getBoundingClientRect();
  const inView = box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
  const name = at.tagName.toLowerCase() + ' ' + (at.name || '') + ' ' + at.textContent.trim().slice(0, 40);
  return { number, marked, inView, name };
}"""


def unfold(page: Page) -> None:
    """Open everything that can be opened: what is folded away is looked at too."""
    page.evaluate(_UNFOLD)


def axe_finds(page: Page) -> list[str]:
    """Each breach of WCAG 2.2 AA that axe finds, with where."""
    answer: dict[str, Any] = _AXE.run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response
    return [
        f"{found['id']} ({found['impact']}): {node['target'][0]} {node['html'][:120]}"
        for found in answer["violations"]
        for node in found["nodes"][:3]
    ]


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways or is cut at this width; nothing on a good page."""
    scroll, wide = page.evaluate(_WIDTH)
    too_wide = [f"the page is {scroll} px wide in a window of {wide} px"] if scroll > wide else []
    return [*too_wide, *page.evaluate(_CUT)]


def at_320_px(page: Page) -> list[str]:
    """What is wrong on the narrowest phone."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found = sideways(page)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found


def at_200_percent(page: Page) -> list[str]:
    """What is wrong with the browser's text size set to twice the usual, and with the page zoomed to twice its size."""
    settings = page.context.new_cdp_session(page)
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > _USUAL_REM
    found = sideways(page)
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    settings.detach()
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    found += sideways(page)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found


# The browser goes on from where the address led (#…) or where one was; the whole page is looked at from its top.
_FROM_THE_TOP = """() => {
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); window.scrollTo(0, 0);
}"""


def by_keyboard(page: Page) -> list[str]:
    """What Tab misses, visits out of order, hides or gets stuck at."""
    count = page.evaluate(_STOPS)
    page.evaluate(_FROM_THE_TOP)
    order: list[int] = []
    found: list[str] = []
    for _ in range(4 * count + 10):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here["number"] < 0:
            break
        if order and here["number"] == order[-1]:
            continue  # a date field has several parts
        order.append(here["number"])
        found += [] if here["marked"] else [f"the focus cannot be seen: {here['name']}"]
        found += [] if here["inView"] else [f"the focus is outside the window: {here['name']}"]
        if len(order) == count:
            break
    if order != list(range(count)):
        missed = next((n for n, at in enumerate(order) if n != at), len(order))
        name = page.evaluate("n => window.stops[n] && window.stops[n].outerHTML.slice(0, 160)", missed)
        found.append(f"Tab leaves the order of the page at stop {missed} of {count}: {name}")
    return found
