"""Which systems there are: who may register them, and with which keys."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from rygrad.fhir.api import clients
from rygrad.fhir.api.keys import checked, fingerprint, new_pair
from rygrad.fhir.models import ApiClient
from rygrad.record import changes
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.steps import NotAllowed
from rygrad.web.accounts import OPERATOR
from tests.fhir.tokens import EVERYTHING, System, pair
from tests.record.cast import Cast

BOTH = pytest.mark.parametrize("record", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)


def test_what_is_changed_is_a_line_in_the_change_log(record: Cast, system: System) -> None:
    clients.replace_keys(OPERATOR, system.id, json.dumps(new_pair()[1]))
    clients.end(OPERATOR, system.id)
    ended, replaced, added = changes.changes(OPERATOR).rows[:3]
    assert [line.what for line in (added, replaced, ended)] == ["client_added", "client_keys_replaced", "client_ended"]
    assert {line.about for line in (added, replaced, ended)} == {system.id}
    assert added.detail == {
        "name": "Demo EPJ",
        "organisation": record.anna.organisation,
        "user": "anna",
        "scopes": EVERYTHING,
        "keys": [system.private["kid"]],
    }
    assert replaced.detail["before"]["keys"] == [system.private["kid"]]


def test_only_an_administrator_changes_and_lists(record: Cast, system: System) -> None:
    for attempt in (
        lambda: clients.register(record.anna, "x", record.anna.organisation or "", "anna", "{}", "system/*.rs"),
        lambda: clients.replace_keys(record.anna, system.id, "{}"),
        lambda: clients.end(record.anna, system.id),
        lambda: clients.clients(record.anna),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    (only,) = clients.clients(record.gustav)
    assert (only.id, only.user, only.keys, only.ended_at) == (system.id, "anna", (system.private["kid"],), None)


def test_a_system_that_has_ended_stays_ended_and_listed(system: System) -> None:
    clients.end(OPERATOR, system.id)
    for attempt in (
        lambda: clients.end(OPERATOR, system.id),
        lambda: clients.end(OPERATOR, "s-unknown"),
        lambda: clients.replace_keys(OPERATOR, system.id, json.dumps(pair()[1])),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert clients.clients(OPERATOR)[0].ended_at is not None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"user": "bo"}, "answers_for"),
        ({"user": "nobody"}, "answers_for"),
        ({"user": "\ud800"}, "not_storable"),
        ({"scopes": ""}, "scopes"),
        ({"scopes": "system/*.rs patient/*.rs"}, "scopes"),
        ({"keys": "{}"}, "keys"),
    ],
)
def test_what_will_not_do_is_not_registered(record: Cast, changed: dict[str, str], code: str) -> None:
    good = {"name": "x", "user": "anna", "keys": json.dumps(pair()[1]), "scopes": "system/*.rs"} | changed
    with pytest.raises(Refused) as problem:
        clients.register(OPERATOR, organisation=record.anna.organisation or "", **good)
    assert problem.value.code == code
    assert not ApiClient.objects.exists()


def wrong_sets() -> dict[str, Any]:
    """Key sets that are refused."""
    good = pair()[1]["keys"][0]
    p256 = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    short = RSAAlgorithm.to_jwk(rsa.generate_private_key(65_537, 1024).public_key(), as_dict=True)  # noqa: S505  (it must be refused)
    return {
        "empty": {"keys": []},
        "a key alone": good,
        "no keys": {"keys": None},
        "not keys": {"keys": ["x"]},
        "too many": {"keys": [good | {"kid": str(n)} for n in range(11)]},
        "named twice": {"keys": [good, good]},
        "no name": {"keys": [{name: value for name, value in good.items() if name != "kid"}]},
        "odd name": {"keys": [good | {"kid": 1}]},
        "another curve": {"keys": [p256 | {"kid": "x"}]},
        "short": {"keys": [short | {"kid": "x"}]},
        "another algorithm": {"keys": [good | {"alg": "ES256"}]},
        "another use": {"keys": [good | {"use": "enc"}]},
        "off the curve": {"keys": [good | {"x": good["y"], "y": good["x"]}]},
        "odd numbers": {"keys": [good | {"x": 1}]},
        "no numbers": {"keys": [{"kty": "EC", "crv": "P-384", "kid": "x"}]},
        "another kind": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "x"}]},
        "odd kind": {"keys": [good | {"kty": ["EC"]}]},
        "odd RSA": {"keys": [{"kty": "RSA", "n": "AA", "e": "AA", "kid": "x"}]},
    }


def test_keys_that_will_not_do_are_refused() -> None:
    texts = {name: json.dumps(one) for name, one in wrong_sets().items()}
    for name, text in {**texts, "no JSON": "x", "deep": "[" * 9_000, "long": " " * 70_000, "list": "[]"}.items():
        with pytest.raises(Refused) as problem:
            checked(text)
        assert problem.value.code == "keys", name


def test_a_secret_key_is_refused_aloud() -> None:
    private = pair()[0]
    rsa_key = RSAAlgorithm.to_jwk(rsa.generate_private_key(65_537, 2048), as_dict=True)
    for secret in (
        private,
        rsa_key | {"kid": "x"},
        {"kty": "oct", "k": "AAAA", "kid": "x"},
        {"kty": "oct", "kid": "x"},
    ):
        with pytest.raises(Refused) as problem:
            checked(json.dumps({"keys": [pair()[1]["keys"][0], secret]}))
        assert problem.value.code == "private_key"
        assert private["d"] not in problem.value.text("da")


def test_of_a_key_only_what_is_used_is_kept() -> None:
    key = pair()[1]["keys"][0]
    stored = checked(json.dumps({"keys": [key | {"x5u": "https://ond.example", "note": "Hansen"}]}))
    assert json.loads(stored) == {"keys": [key]}
    assert fingerprint(stored) != fingerprint(checked(json.dumps(new_pair()[1])))
