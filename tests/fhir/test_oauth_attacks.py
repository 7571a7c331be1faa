"""Tokens for systems: what never gets one."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from rygrad.fhir.api import clients
from rygrad.fhir.api.keys import new_pair
from rygrad.fhir.api.oauth import PATH, token_address
from rygrad.fhir.models import ApiClient
from rygrad.record.refusals import StorageFull
from rygrad.web.accounts import OPERATOR
from tests.fhir.tokens import EVERYTHING, System, pair, post, refused, registered
from tests.record.cast import Cast

BOTH = pytest.mark.parametrize("record", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
FORM = "application/x-www-form-urlencoded"


def by_hand(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    signed = b".".join(parts)
    return (signed + b"." + base64.urlsafe_b64encode(sign(signed)).rstrip(b"=")).decode()


def good_claims(system: System, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": system.id, "sub": system.id, "aud": token_address(), "jti": f"{now}-x", "exp": now + 60}
    return claims | changed


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "HS384", "ES256", "PS384", "", None, ["ES384"], 1])
def test_only_two_algorithms_sign(system: System, algorithm: Any) -> None:
    header = {"alg": algorithm, "typ": "JWT", "kid": system.private["kid"]}
    refused(
        post({"scope": EVERYTHING, "client_assertion": by_hand(header, good_claims(system), lambda _: b"")}),
        "invalid_client",
        401,
    )


def test_the_public_key_is_no_shared_secret(system: System) -> None:
    key: Any = jwt.PyJWK(pair()[1]["keys"][0], algorithm="ES384").key
    secrets = [
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(pair()[1]["keys"][0]).encode(),
        ApiClient.objects.get().keys.encode(),
        b"",
    ]
    for secret in secrets:
        for name, digest in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384), ("ES384", hashlib.sha384)):
            forged = by_hand(
                {"alg": name, "kid": system.private["kid"]},
                good_claims(system),
                lambda text, secret=secret, digest=digest: hmac.new(secret, text, digest).digest(),
            )
            refused(post({"scope": EVERYTHING, "client_assertion": forged}), "invalid_client", 401)


def test_a_key_that_the_token_brings_along_is_not_used(system: System) -> None:
    private, public = new_pair()
    key = jwt.PyJWK(private, algorithm="ES384")
    headers = {"kid": system.private["kid"], "jwk": public["keys"][0], "jku": "https://ond.example/jwks"}
    forged = jwt.encode(good_claims(system), key, algorithm="ES384", headers=headers)
    refused(post({"scope": EVERYTHING, "client_assertion": forged}), "invalid_client", 401)


def in_minutes(minutes: float) -> int:
    return int(time.time() + 60 * minutes)


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"aud": "http://localhost:8000/oauth/token/"},
    {"aud": "http://localhost:8000"},
    {"aud": "http://ond.example/oauth/token"},
    {"aud": ["http://localhost:8000/oauth/token", "http://ond.example"]},
    {"aud": None},
    {"aud": 1},
    {"exp": None},
    {"exp": -1},
    {"exp": "soon"},
    {"exp": []},
    {"exp": 1e300},
    {"exp": float("inf")},
    {"jti": None},
    {"jti": ""},
    {"jti": 7},
    {"jti": "x" * 300},
    {"jti": "nul\0"},
    {"jti": "\ud800"},
    {"sub": None},
    {"sub": "s-another"},
    {"sub": ["x"]},
    {"iss": "s-another"},
    {"iss": "nul\0"},
    {"iss": "\ud800"},
    {"iss": ""},
    {"nbf": 4e9},
    {"iat": 4e9},
    {"iat": "now"},
]


@BOTH
def test_a_claim_that_is_wrong_or_missing_is_refused(system: System) -> None:
    for wrong in WRONG_CLAIMS:
        refused(system.ask(client_assertion=system.assertion(**wrong)), "invalid_client", 401)
    assert system.ask().status_code == 200


def test_an_assertion_lasts_five_minutes_at_most(system: System) -> None:
    assert system.ask(client_assertion=system.assertion(exp=in_minutes(5))).status_code == 200
    for late in (6, 60, 60 * 24 * 365):
        answer = system.ask(client_assertion=system.assertion(exp=in_minutes(late)))
        assert "five minutes" in refused(answer, "invalid_client", 401)
    answer = system.ask(client_assertion=system.assertion(exp=in_minutes(-1)))
    assert "expired" in refused(answer, "invalid_client", 401)


@BOTH
def test_an_assertion_counts_once(record: Cast, system: System) -> None:
    used, other = system.assertion(jti="once"), registered(record.bo)
    assert system.ask(client_assertion=used).status_code == 200
    assert "before" in refused(system.ask(client_assertion=used), "invalid_client", 401)
    refused(system.ask(client_assertion=system.assertion(jti="once")), "invalid_client", 401)
    assert other.ask(client_assertion=other.assertion(jti="once")).status_code == 200, "ids are each system's own"


def test_what_was_refused_for_its_signature_does_not_use_up_the_id(system: System) -> None:
    good = system.assertion()
    refused(system.ask(client_assertion=good[:-4] + "AAAA"), "invalid_client", 401)
    assert system.ask(client_assertion=good).status_code == 200


def strangers(c: Cast, system: System) -> dict[str, str]:
    """Assertions of who is not registered, or not with that key."""
    ended = registered(c.anna)
    clients.end(OPERATOR, ended.id)
    private, _ = new_pair()
    unknown = System("s-unknown", private)
    rsa_key = rsa.generate_private_key(65_537, 2048)
    return {
        "unknown client": unknown.assertion(),
        "wrong signature": System(system.id, {**private, "kid": system.private["kid"]}).assertion(),
        "unknown key": system.assertion(kid="another"),
        "no key named": by_hand({"alg": "ES384"}, good_claims(system), lambda _: b"x" * 96),
        "ended client": ended.assertion(),
        "another's key kind": jwt.encode(
            good_claims(system), rsa_key, algorithm="RS384", headers={"kid": system.private["kid"]}
        ),
    }


def test_a_stranger_learns_nothing_and_waits_for_one_signature_check(
    record: Cast,
    system: System,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks: list[str] = []
    for kind in (ECAlgorithm, RSAAlgorithm):
        verify = kind.verify
        monkeypatch.setattr(kind, "verify", lambda *a, verify=verify: checks.append("") or verify(*a))
    for name, assertion in strangers(record, system).items():
        checks.clear()
        answer = system.ask(client_assertion=assertion)
        assert refused(answer, "invalid_client", 401) == "The client could not be authenticated.", name
        assert len(checks) == 1, name


def test_what_is_refused_is_logged_by_its_kind_alone(system: System, caplog: pytest.LogCaptureFixture) -> None:
    system.ask(client_assertion=System("s-hemmelig", system.private).assertion())
    system.ask(client_assertion=system.assertion("hemmelig"))
    system.ask("hemmelig")
    assert "hemmelig" not in caplog.text
    assert [one.getMessage() for one in caplog.records if one.name == "rygrad.fhir"] == [
        "token refused: token_signature",
        f"token refused: subject, {system.id}",
        f"token refused: scope, {system.id}",
    ]


@pytest.mark.parametrize("name", ["grant_type", "scope", "client_assertion", "client_assertion_type", "other"])
def test_no_parameter_comes_twice(system: System, name: str) -> None:
    assertion = system.assertion()
    given = {"scope": EVERYTHING, "client_assertion": assertion, "other": "x", name: ["x", "y"]}
    refused(post(given), "invalid_request", 400)


@pytest.mark.parametrize(
    ("sent", "error", "status"),
    [
        ({"grant_type": None}, "invalid_request", 400),
        ({"grant_type": ""}, "invalid_request", 400),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type", 400),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"client_assertion": None}, "invalid_client", 401),
        ({"client_assertion": "x"}, "invalid_client", 401),
        ({"client_assertion": "a.b.c"}, "invalid_client", 401),
        ({"client_assertion": "é.€.ø"}, "invalid_client", 401),
        ({"client_assertion_type": None}, "invalid_client", 401),
        ({"client_assertion_type": "saml2-bearer"}, "invalid_client", 401),
        ({"client_secret": "x"}, "invalid_request", 400),
        ({"client_secret": ""}, "invalid_request", 400),
        ({"client_id": "s-another"}, "invalid_client", 401),
    ],
)
def test_a_request_that_will_not_do_says_why(system: System, sent: dict[str, Any], error: str, status: int) -> None:
    refused(system.ask(**sent), error, status)


def test_the_client_may_be_named_and_unknown_parameters_are_ignored(system: System) -> None:
    assert system.ask(client_id=system.id, resource="x").status_code == 200
    refused(
        post({"scope": EVERYTHING, "client_assertion": system.assertion()}, Authorization="Basic eDp5"),
        "invalid_request",
        400,
    )


def test_only_a_form_in_the_body_of_a_post_is_read(system: System) -> None:
    form = {
        "grant_type": "client_credentials",
        "scope": EVERYTHING,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": system.assertion(),
    }
    browser = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    for method in (browser.get, browser.put, browser.delete, browser.patch):
        answer = method(PATH)
        refused(answer, "invalid_request", 405)
        assert answer.headers["Allow"] == "POST"
    refused(browser.post(PATH, form), "invalid_request", 400)  # multipart
    refused(browser.post(PATH, json.dumps(form), content_type="application/json"), "invalid_request", 400)
    refused(browser.post(PATH, b"", content_type=FORM, query_params=form), "invalid_request", 400)
    refused(browser.post(PATH, urlencode(form), content_type=FORM, query_params={"x": "1"}), "invalid_request", 400)
    refused(browser.post(PATH, b"a=1", content_type=f"{FORM}; charset=utf-16"), "invalid_request", 400)
    refused(browser.post(PATH, b"&".join(b"a%d=1" % n for n in range(2000)), content_type=FORM), "invalid_request", 400)
    refused(browser.post(PATH, b"a" * 3_000_000, content_type=FORM), "invalid_request", 400)
    refused(browser.post(PATH, b"\xff\x00=%00%ff%u&&;=", content_type=FORM), "invalid_request", 400)
    refused(browser.post(PATH, b"", content_type=FORM), "invalid_request", 400)
    assert browser.post(PATH, urlencode(form), content_type=FORM).status_code == 200


@pytest.mark.parametrize("part", [0, 1])
def test_deep_and_odd_json_is_refused_as_any_other(system: System, part: int) -> None:
    for text in (
        b"[" * 9_000,
        b'{"a":' * 2_000,
        b"null",
        b"\xff",
        b'"x"',
        b"{}",
        b"9" * 5_000,
        b'{"exp":' + b"9" * 5_000 + b"}",
    ):
        parts = system.assertion().split(".")
        parts[part] = base64.urlsafe_b64encode(text).rstrip(b"=").decode()
        refused(system.ask(client_assertion=".".join(parts)), "invalid_client", 401)
    refused(system.ask(client_assertion="a" * 100_000), "invalid_client", 401)


def test_a_full_disk_is_said_in_the_same_shape(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> bool:
        raise StorageFull

    monkeypatch.setattr("rygrad.fhir.api.oauth.used_once", full)
    refused(system.ask(), "temporarily_unavailable", 507)
