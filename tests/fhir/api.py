"""Asking the FHIR server as a system does, with no more than HTTP."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from rygrad.record import clocks
from rygrad.record.actor import Actor
from tests.fhir.tokens import EVERYTHING, bearer

HEADERS = {"Accept": "application/fhir+json", "Accept-Language": "en"}


def in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    """The courses of the cast are followed in April 2026; what is signed keeps the real time."""
    for signing in ("rygrad.fhir.signed.clocks", "rygrad.fhir.api.keys.clocks"):
        monkeypatch.setattr(signing, SimpleNamespace(now=clocks.now))
    monkeypatch.setattr(clocks, "now", lambda: datetime(2026, 4, 20, 8, 0, tzinfo=UTC))


class Api:
    """One system's way to the server; ``None`` as actor: without a token."""

    def __init__(self, actor: Actor | None, scopes: str = EVERYTHING, *, at_keyboard: bool = True) -> None:
        self.token = bearer(actor, scopes, at_keyboard=at_keyboard) if actor else {}
        self.client = Client(SERVER_NAME="localhost", raise_request_exception=False)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/fhir/{path}", headers=HEADERS | self.token | _named(headers))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self._send(self.client.post, path, body, headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self._send(self.client.put, path, body, headers)

    def search(self, name: str, /, **criteria: str) -> Any:
        """By POST, with the criteria in the body."""
        form = "application/x-www-form-urlencoded"
        sent = HEADERS | self.token
        return self.client.post(f"/fhir/{name}/_search", urlencode(criteria), content_type=form, headers=sent)

    def found(self, path: str) -> list[dict[str, Any]]:
        """The resources a search by GET finds, on its first page."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return [entry["resource"] for entry in answer.json().get("entry", [])]

    def _send(self, method: Any, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        sent = HEADERS | self.token | _named(headers)
        return method(f"/fhir/{path}", data, content_type="application/fhir+json", headers=sent)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def problem(answer: Any) -> str:
    """The code of an OperationOutcome; whatever is refused is one."""
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome", body
    assert body["issue"][0]["details"]["text"]
    return str(body["issue"][0]["details"]["coding"][0]["code"])
