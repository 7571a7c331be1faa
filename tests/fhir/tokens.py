"""Systems that ask for tokens, as a test needs them."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jwt
from django.test import Client

from rygrad.fhir.api import clients
from rygrad.fhir.api.keys import new_pair, signed_assertion
from rygrad.fhir.api.oauth import ASSERTION_TYPE, PATH, token_address
from rygrad.record.actor import Actor
from rygrad.record.models import Professional
from rygrad.web.accounts import OPERATOR

EVERYTHING = "system/*.crus user/*.crus"


@dataclass(frozen=True)
class System:
    """A registered system with its secret key."""

    id: str
    private: dict[str, str]

    def assertion(self, subject: str | None = None, *, kid: str | None = None, **claims: Any) -> str:
        """What it signs; a claim that is given as None is left out."""
        good = signed_assertion(self.id, self.private, token_address(), subject)
        said = jwt.decode(good, options={"verify_signature": False}) | claims
        key = jwt.PyJWK(self.private, algorithm="ES384")
        headers = {"kid": kid or self.private["kid"]}
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, key, algorithm="ES384", headers=headers)

    def ask(self, scope: str | None = EVERYTHING, subject: str | None = None, **sent: Any) -> Any:
        """The token endpoint's answer."""
        return post({"scope": scope, "client_assertion": self.assertion(subject), **sent})


def post(sent: dict[str, Any], **headers: Any) -> Any:
    """The token endpoint's answer to a form."""
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, **sent}
    body = "&".join(encoded for name, value in form.items() for encoded in _encoded(name, value))
    return Client(SERVER_NAME="localhost").post(
        PATH, body, content_type="application/x-www-form-urlencoded", headers=headers
    )


def _encoded(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    return [urlencode({name: one}) for one in (value if isinstance(value, list) else [value])]


def refused(answer: Any, error: str, status: int) -> str:
    """An error of RFC 6749; its description."""
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error), body
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(body) == {"error", "error_description"}
    assert all(" " <= character <= "~" and character not in '"\\' for character in body["error_description"])
    return str(body["error_description"])


@cache
def pair() -> tuple[dict[str, str], dict[str, Any]]:
    """One pair of keys for all tests."""
    return new_pair()


def registered(who: Actor, scopes: str = EVERYTHING) -> System:
    """A system of somebody's organisation, which they answer for."""
    private, public = pair()
    user = Professional.objects.get(id=who.id).user
    made = clients.register(OPERATOR, "Demo EPJ", who.organisation or "", user, json.dumps(public), scopes)
    return System(made, private)


def bearer(who: Actor, scopes: str = EVERYTHING, *, at_keyboard: bool = True) -> dict[str, str]:
    """Headers of a request by a system where this professional acts, or answers for what the system does alone."""
    user = Professional.objects.get(id=who.id).user if at_keyboard else None
    answer = registered(who, scopes).ask(scopes, user)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
