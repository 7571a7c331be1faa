"""Walking the site as somebody: from link to link, a few pages of each address, and every form met on the way."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

from tests.trust.attacks.fields import Form, read
from tests.trust.attacks.standing import text_of

_NOT_FOLLOWED = ("logout", "demo", "oidc_authentication_init")


@dataclass
class Walk:
    """What somebody met: the pages by address, and each kind of form once with the page it stood on."""

    pages: dict[str, int] = field(default_factory=dict)
    forms: dict[tuple[str, str, tuple[str, ...]], tuple[str, Form]] = field(default_factory=dict)


def name_of(address: str) -> str:
    """The name of the route that an address of ours has; empty for none."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def _nothing(at: str, answer: Any, text: str) -> None:
    """Nobody looks."""


def walked(client: Any, starts: Sequence[str], most: int = 2, look: Callable[[str, Any, str], None] = _nothing) -> Walk:
    """From these pages to every page that links lead to; at most ``most`` of each route with the same parameters.

    ``look`` is shown the address, the answer and its text.
    """
    found, waiting, times = Walk(), list(starts), Counter[tuple[str, str]]()
    while waiting:
        at = waiting.pop(0)
        if at in found.pages:
            continue
        answer = client.get(at)
        found.pages[at] = answer.status_code
        if answer.status_code in (301, 302):
            waiting.append(urljoin(at, answer.headers["Location"]))
        text = text_of(answer)
        look(at, answer, text)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        forms, links = read(text)
        _keep(found, at, forms)
        waiting += [one for one in _ours(at, links) if _is_new(one, times, most)]
    return found


def _keep(found: Walk, at: str, forms: list[Form]) -> None:
    for form in forms:
        form.action = urljoin(at, form.action or at)
        kind = (name_of(form.action), form.method, tuple(sorted(form.names)))
        found.forms.setdefault(kind, (at, form))


def _ours(at: str, links: list[str]) -> list[str]:
    whole = (urljoin(at, link).partition("#")[0] for link in links)
    return list(dict.fromkeys(one for one in whole if one.startswith("/") and not one.startswith("//")))


def _is_new(address: str, times: Counter[tuple[str, str]], most: int) -> bool:
    parts = urlsplit(address)
    kind = (name_of(address), "&".join(sorted(one.partition("=")[0] for one in parts.query.split("&"))))
    if not kind[0] or kind[0] in _NOT_FOLLOWED:
        return False
    times[kind] += 1
    return times[kind] <= most
