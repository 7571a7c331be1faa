"""Asking the site as somebody, in this process: an answer without what is random by design, and nothing left written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.test.client import ClientHandler

from rygrad.record.actor import Actor
from rygrad.record.models import Entry, Professional
from rygrad.record.storage import writing
from rygrad.web import accounts, persons

_BACKEND = "django.contrib.auth.backends.ModelBackend"
# Random by design, and nothing else is left out of a comparison: the token against forged forms, the key that makes a
# form count once, the nonce of the content security policy, the ids of cookies and of advice (a UUID), the link by which a
# password is chosen, and what is signed with the second.
_RANDOM = (
    (re.compile(r'(name="(?:csrfmiddlewaretoken|key)" value=")[^"]*'), r"\1"),
    (re.compile(r'(nonce[-=]"?)[A-Za-z0-9+/=_-]+'), r"\1"),
    (re.compile(r"((?:csrftoken|sessionid|sidst)=)[^;]*"), r"\1"),
    (re.compile(r"(expires=)[^;]*"), r"\1"),
    (re.compile(r"(/ny-adgangskode/)[A-Za-z0-9._:=-]+"), r"\1"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "…"),
    (re.compile(r"(messages=[^:;]*)[^;]*"), r"\1"),
)


@dataclass(frozen=True)
class Heard:
    """Status, headers and body of an answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def is_not_found(self) -> bool:
        """It says that there is nothing."""
        return self.status == 404


def heard(answer: Any, *names: str) -> Heard:
    """The answer with what is random by design, and what was asked about (``names``), left out."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = [(name, value) for name, value in answer.headers.items() if name != "Content-Length"]
    headers += [("Set-Cookie", cookie.OutputString()) for cookie in answer.cookies.values()]
    plain = tuple(sorted((name, _plain(value, names)) for name, value in headers))
    return Heard(answer.status_code, plain, _plain(raw.decode("utf-8", "backslashreplace"), names))


def _plain(text: str, names: tuple[str, ...]) -> str:
    for name in filter(None, names):
        text = text.replace(name, "…")
    for pattern, kept in _RANDOM:
        text = pattern.sub(kept, text)
    return text


@lru_cache(maxsize=1)
def _site() -> ClientHandler:
    """Made once: the middleware looks through every static file when it is made."""
    return ClientHandler(enforce_csrf_checks=False)


def browser(actor: Actor | None) -> Client:
    """A browser where this actor is logged in; nobody for None. Forms need no token here: forging has its own tests."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.handler = _site()
    if actor is not None:
        client.force_login(_account(actor), backend=_BACKEND)
        client.get("/")  # the session says since when it lasts
    return client


def _account(actor: Actor) -> Any:
    if actor.person is not None:
        return persons.person_account(actor.person)
    user = Professional.objects.get(id=actor.id).user
    return get_user_model().objects.filter(username=user).first() or accounts.account(user)


class _Undone(Exception):
    """Takes back what was tried."""


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is not written afterwards."""
    try:
        with writing():
            yield
            raise _Undone
    except _Undone:
        pass


def entries() -> int:
    """How many entries the journal holds."""
    return Entry.objects.count()
