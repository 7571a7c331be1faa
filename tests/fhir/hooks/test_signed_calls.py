"""Whose calls are believed: every attack that trust.md names, and the way a good call goes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from rygrad.fhir import signed
from rygrad.fhir.hooks import trust
from rygrad.fhir.models import UsedAssertion
from rygrad.record import clocks
from tests.fhir.hooks.calls import PATIENT, SIGN, ask, given

ISSUER, KEYS = "https://ehr.example", "https://ehr.example/jwks.json"
ADDRESS = "https://ryg.example"
CALLED = f"{ADDRESS}/cds-services/{PATIENT}"


@cache
def elliptic(name: str) -> Any:
    """A key pair by a name, the same in all tests."""
    return ec.generate_private_key(ec.SECP256R1() if name == "small" else ec.SECP384R1())


@cache
def rsa_key(bits: int = 2048) -> Any:
    return rsa.generate_private_key(65_537, bits)


def jwk(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    algorithm = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, **more}


@pytest.fixture(autouse=True)
def fetches(record: Any, settings_of: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The site believes one issuer; each address that keys are fetched from is kept here."""
    settings_of(DEMO=False, CDS_ISSUERS=f"{ISSUER}={KEYS}", ADDRESS=ADDRESS)
    asked: list[str] = []
    sets: dict[str, Any] = {KEYS: {"keys": [jwk(elliptic("own"), "k1"), jwk(rsa_key(), "r1")]}}

    def fetched(address: str) -> Any:
        asked.append(address)
        return sets.get(address)

    monkeypatch.setattr(trust, "fetched", fetched)
    monkeypatch.setattr(trust, "_kept", {})
    return asked


def token(key: Any = None, algorithm: str = "ES384", header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A good token of now; a claim given as None is left out."""
    now = datetime.now(UTC)
    good = {"iss": ISSUER, "aud": CALLED, "iat": now, "exp": now + timedelta(minutes=4), "jti": str(uuid4())}
    said = {name: value for name, value in (good | claims).items() if value is not None}
    return jwt.encode(said, key or elliptic("own"), algorithm=algorithm, headers={"kid": "k1", **(header or {})})


def call(bearer: str | None, service: str = PATIENT) -> Any:
    headers = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
    return ask(service, given(service, "foerste"), **headers)


def refused(answer: Any, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (401, code), body
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert set(body["message"]) == {"da", "en"}


def test_a_good_call_is_answered_and_counts_once() -> None:
    good = token()
    assert call(good).status_code == 200
    refused(call(good), "token_used")
    assert UsedAssertion.objects.count() == 1


def test_rs384_is_good_too_with_or_without_an_address_of_its_key() -> None:
    assert call(token(rsa_key(), "RS384", {"kid": "r1", "jku": KEYS})).status_code == 200
    assert call(token(rsa_key(), "RS384", {"kid": "r1"})).status_code == 200


def test_the_discovery_and_the_feedback_want_a_token_for_their_own_address() -> None:
    client = Client(SERVER_NAME="localhost")
    refused(client.get("/cds-services"), "token_missing")
    found = client.get("/cds-services", headers={"authorization": f"Bearer {token(aud=f'{ADDRESS}/cds-services')}"})
    assert found.status_code == 200
    refused(ask(f"{PATIENT}/feedback", {"feedback": []}, authorization=f"Bearer {token()}"), "token_audience")
    for_it = token(aud=f"{CALLED}/feedback")
    assert ask(f"{PATIENT}/feedback", {"feedback": []}, authorization=f"Bearer {for_it}").status_code == 400


@pytest.mark.parametrize("bearer", [None, "", "x", "a.b.c", "é", "x" * 20_000])
def test_no_token_or_rubbish_is_refused(bearer: str | None) -> None:
    answer = call(bearer)
    assert answer.status_code == 401
    assert answer.json()["code"] in ("token_missing", "token_unreadable")


def test_another_scheme_is_no_token() -> None:
    refused(ask(PATIENT, {}, authorization=f"Basic {token()}"), "token_missing")


def test_alg_none_is_refused() -> None:
    good = jwt.decode(token(), options={"verify_signature": False})
    refused(call(jwt.encode(good, None, algorithm="none", headers={"kid": "k1"})), "token_algorithm")


@pytest.mark.parametrize("algorithm", ["HS256", "HS384"])
def test_the_public_key_is_no_shared_secret(algorithm: str) -> None:
    public = rsa_key().public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = {"alg": algorithm, "typ": "JWT", "kid": "r1"}
    said = jwt.decode(token(), options={"verify_signature": False})
    parts = [jwt.utils.base64url_encode(json.dumps(part).encode()) for part in (head, said)]
    signature = jwt.algorithms.get_default_algorithms()[algorithm].sign(b".".join(parts), pem)
    forged = b".".join([*parts, jwt.utils.base64url_encode(signature)]).decode()
    refused(call(forged), "token_algorithm")


@pytest.mark.parametrize("algorithm", ["RS256", "PS384"])
def test_only_the_two_algorithms_of_the_standard_are_taken(algorithm: str) -> None:
    refused(call(token(rsa_key(), algorithm, {"kid": "r1"})), "token_algorithm")


def test_a_key_is_used_with_its_own_algorithm_only() -> None:
    refused(call(token(rsa_key(), "RS384", {"kid": "k1"})), "token_key")
    refused(call(token(header={"kid": "r1"})), "token_key")


def test_somebody_elses_signature_does_not_fit() -> None:
    refused(call(token(elliptic("other"))), "token_signature")
    head, _, signature = token().split(".")
    other = token(sub="somebody").split(".")[1]
    refused(call(f"{head}.{other}.{signature}"), "token_signature")


@pytest.mark.parametrize(
    "audience",
    [
        ADDRESS, f"{ADDRESS}/cds-services", f"{CALLED}/", CALLED.upper(), f"{ADDRESS}/cds-services/{SIGN}",
        "https://other.example/cds-services/rygrad-patient-view", [CALLED, "https://other.example"], [], [7], 7,
    ],
)  # fmt: skip
def test_another_audience_is_refused(audience: Any) -> None:
    answer = call(token(aud=audience))
    assert answer.status_code == 401
    assert answer.json()["code"] in ("token_audience", "token_claims")


def test_the_audience_may_be_a_list_of_just_this_address() -> None:
    assert call(token(aud=[CALLED])).status_code == 200


def test_an_issuer_off_the_list_is_refused_and_nothing_is_fetched(fetches: list[str]) -> None:
    for issuer in ("https://evil.example", f"{ISSUER}/", "", None, "x" * 300):
        answer = call(token(iss=issuer))
        assert (answer.status_code, answer.json()["code"]) in ((401, "token_issuer"), (401, "token_claims"))
    assert fetches == []


def test_keys_are_never_fetched_from_an_address_in_the_token(fetches: list[str]) -> None:
    for address in ("https://evil.example/jwks.json", f"{KEYS}#", "http://ehr.example/jwks.json", 7, None):
        refused(call(token(elliptic("other"), header={"jku": address})), "token_key")
    assert set(fetches) <= {KEYS}


def test_a_key_in_the_token_itself_is_not_believed() -> None:
    own = jwk(elliptic("other"), "k1")
    refused(call(token(elliptic("other"), header={"jwk": own, "x5c": ["MIIB"]})), "token_signature")


def test_it_is_refused_before_and_after_its_time_with_a_little_skew() -> None:
    now = datetime.now(UTC)
    refused(call(token(exp=now - timedelta(seconds=40))), "token_expired")
    assert call(token(exp=now - timedelta(seconds=15))).status_code == 200
    refused(call(token(iat=now + timedelta(seconds=60))), "token_early")
    assert call(token(iat=now + timedelta(seconds=15))).status_code == 200
    refused(call(token(nbf=now + timedelta(seconds=60))), "token_early")
    refused(call(token(exp=now + timedelta(minutes=7))), "token_too_long")
    refused(call(token(exp=10**300)), "token_too_long")


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "jti"])
def test_every_claim_of_the_standard_must_be_there(claim: str) -> None:
    refused(call(token(**{claim: None})), "token_claims")


@pytest.mark.parametrize("jti", ["", " \n", "x" * 256, "\0", "\ud800"])
def test_an_id_that_cannot_be_kept_is_refused(jti: str) -> None:
    refused(call(token(jti=jti)), "token_claims")


def test_an_id_counts_once_for_each_issuer(settings_of: Any) -> None:
    other = "https://another.example"
    settings_of(CDS_ISSUERS=f"{ISSUER}={KEYS},{other}={KEYS}")
    assert call(token(jti="same")).status_code == 200
    assert call(token(jti="same", iss=other)).status_code == 200
    refused(call(token(jti="same")), "token_used")


def test_used_ids_are_forgotten_some_days_after_their_token_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clocks.now()
    assert signed.used_once("a", "1", now + timedelta(minutes=1))
    assert not signed.used_once("a", "1", now + timedelta(minutes=1))
    monkeypatch.setattr(clocks, "now", lambda: now + timedelta(minutes=1) + signed.SKEW)
    assert not signed.used_once("a", "1", now + timedelta(minutes=1))
    monkeypatch.setattr(clocks, "now", lambda: now + timedelta(minutes=1) + signed.REMEMBERED)
    assert not signed.used_once("a", "1", now + timedelta(minutes=1))
    monkeypatch.setattr(clocks, "now", lambda: now + timedelta(minutes=1, seconds=1) + signed.REMEMBERED)
    assert signed.used_once("a", "2", now + timedelta(minutes=9))
    assert UsedAssertion.objects.count() == 1


def test_a_refused_token_is_not_used_up() -> None:
    early = token(aud=ADDRESS)
    refused(call(early), "token_audience")
    assert UsedAssertion.objects.count() == 0


def test_keys_are_kept_and_fetched_once_more_for_a_new_one(fetches: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [1000.0]
    monkeypatch.setattr(trust.time, "monotonic", lambda: seconds[0])
    for _ in range(3):
        assert call(token()).status_code == 200
    assert fetches == [KEYS]
    for _ in range(3):
        refused(call(token(header={"kid": "new"})), "token_key")
    assert fetches == [KEYS]
    seconds[0] += 61
    refused(call(token(header={"kid": "new"})), "token_key")
    refused(call(token(header={"kid": "new"})), "token_key")
    assert fetches == [KEYS] * 2
    seconds[0] += 3601
    assert call(token()).status_code == 200
    assert fetches == [KEYS] * 3


def test_an_hour_without_an_answer_and_the_old_keys_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [1000.0]
    monkeypatch.setattr(trust.time, "monotonic", lambda: seconds[0])
    assert call(token()).status_code == 200
    monkeypatch.setattr(trust, "fetched", lambda address: None)
    seconds[0] += 1800
    refused(call(token(header={"kid": "new"})), "token_key")
    assert call(token()).status_code == 200
    seconds[0] += 1801
    refused(call(token()), "token_key")


@pytest.mark.parametrize(
    "keys",
    [
        None, [], {}, {"keys": None}, {"keys": ["x"]}, {"keys": [{"kid": "k1", "kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [{"kid": "k1", "kty": "EC", "crv": "P-384"}]},
        {"keys": [{"kid": "k1", "kty": "EC", "crv": "P-384", "x": "AA", "y": 7}]},
    ],
)  # fmt: skip
def test_a_key_set_that_is_no_key_set_believes_nobody(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "fetched", lambda address: keys)
    refused(call(token()), "token_key")


def test_keys_of_another_use_curve_algorithm_or_size_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def only(key: Any, **more: Any) -> None:
        monkeypatch.setattr(trust, "_kept", {})
        monkeypatch.setattr(trust, "fetched", lambda address: {"keys": [jwk(key, "k1", **more)]})

    only(elliptic("own"), use="enc")
    refused(call(token()), "token_key")
    only(elliptic("own"), alg="ES256")
    refused(call(token()), "token_key")
    only(elliptic("small"))
    refused(call(token(elliptic("own"))), "token_key")
    only(rsa_key(1024))
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        weak = token(rsa_key(1024), "RS384")
    refused(call(weak), "token_key")
    monkeypatch.setattr(trust, "fetched", lambda address: {"keys": [jwk(elliptic("own"), "k1")] * 2})
    monkeypatch.setattr(trust, "_kept", {})
    refused(call(token()), "token_key")


def test_without_the_setting_it_answers_in_the_demo_only(settings_of: Any) -> None:
    settings_of(CDS_ISSUERS="", DEMO=False)
    answer = call(None)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_set_up")
    assert "RYGRAD_CDS_ISSUERS" in answer.json()["hint"]["en"]
    assert Client(SERVER_NAME="localhost").get("/cds-services").status_code == 401
    settings_of(CDS_ISSUERS="", DEMO=True)
    assert call(None).status_code == 200
    settings_of(CDS_ISSUERS=f"{ISSUER}={KEYS}", DEMO=True)
    refused(call(None), "token_missing")


@pytest.mark.parametrize("setting", ["https://ehr.example", f"{ISSUER}=http://ehr.example/jwks", "=https://x", "a=b"])
def test_a_list_that_cannot_be_read_closes_the_services(setting: str, settings_of: Any) -> None:
    settings_of(CDS_ISSUERS=setting)
    answer = call(token())
    assert (answer.status_code, answer.json()["code"]) == (503, "not_set_up")


class _Keys(BaseHTTPRequestHandler):
    answers: ClassVar[dict[str, tuple[int, bytes]]] = {}

    def do_GET(self) -> None:  # the name the server calls
        status, body = self.answers[self.path]
        self.send_response(status)
        self.send_header("Location", "/keys")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Not in the tests' output."""


@pytest.fixture
def server() -> Iterator[str]:
    """A server of keys: good ones, a redirect, too much, and no JSON."""
    good = json.dumps({"keys": [jwk(elliptic("own"), "k1")]}).encode()
    _Keys.answers = {
        "/keys": (200, good),
        "/moved": (302, b""),
        "/large": (200, b" " * 262_145),
        "/text": (200, b"<html>"),
        "/deep": (200, b"[" * 100_000),
        "/error": (500, good),
    }
    listening = HTTPServer(("127.0.0.1", 0), _Keys)
    Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    listening.server_close()


def test_keys_come_over_http_and_nothing_leads_elsewhere(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert trust.fetched(f"{server}/keys")["keys"][0]["kid"] == "k1"
    for bad in ("moved", "large", "text", "deep", "error"):
        assert trust.fetched(f"{server}/{bad}") is None, bad
    assert trust.fetched("http://127.0.0.1:9/keys") is None
