"""Tokens for systems: who gets one, for what, and when it ends."""

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import get_user_model
from django.core.signing import TimestampSigner, b62_encode
from django.test import Client, RequestFactory, override_settings
from jwt.algorithms import RSAAlgorithm

from rygrad.fhir.api import clients, scopes
from rygrad.fhir.api.keys import new_pair
from rygrad.fhir.api.kinds import KINDS
from rygrad.fhir.api.oauth import Caller, caller_of, token_address
from rygrad.record import clocks, people
from rygrad.record.models import Membership
from rygrad.web import accounts
from rygrad.web.accounts import OPERATOR
from tests.fhir.tokens import System, bearer, post, refused, registered
from tests.record.cast import Cast

BOTH = pytest.mark.parametrize("record", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)


def caller(answer: Any) -> Caller | None:
    """Who asks with the token of an answer."""
    return with_token(answer.json()["access_token"])


def with_token(token: str) -> Caller | None:
    return caller_of(RequestFactory().get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"}))


def colleague(c: Cast, user: str = "ane", **given: Any) -> str:
    """Somebody else at Anna's practice; their id."""
    return people.register_professional(user, "Ane Demo", "general_practitioner", c.anna.organisation or "", **given)


def end_membership(professional: str) -> None:
    yesterday = clocks.local_day(clocks.now()) - timedelta(days=1)
    Membership.objects.filter(professional_id=professional).update(valid_until=yesterday)


# What is announced


def test_the_configuration_says_what_works_and_no_more() -> None:
    answer = Client(SERVER_NAME="localhost").get("/fhir/.well-known/smart-configuration")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json() == {
        "token_endpoint": "http://localhost:8000/oauth/token",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES384", "RS384"],
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": ["system/*.crus", "user/*.crus"],
        "capabilities": ["client-confidential-asymmetric", "permission-user", "permission-v1", "permission-v2"],
    }
    assert Client(SERVER_NAME="localhost").post("/fhir/.well-known/smart-configuration").status_code == 405


@override_settings(ADDRESS="https://rygrad.example")
def test_the_endpoint_is_the_address_the_world_knows(system: System) -> None:
    said = (
        Client(SERVER_NAME="localhost")
        .get("/fhir/.well-known/smart-configuration", headers={"host": "localhost"})
        .json()
    )
    assert said["token_endpoint"] == token_address() == "https://rygrad.example/oauth/token"
    assert system.ask().status_code == 200
    refused(
        system.ask(client_assertion=system.assertion(aud="http://localhost:8000/oauth/token")), "invalid_client", 401
    )


# Who gets a token


@BOTH
def test_a_system_gets_a_token_that_acts_as_who_answers_for_it(record: Cast, system: System) -> None:
    answer = system.ask("system/Patient.rs system/Task.u")
    body = answer.json()
    assert answer.status_code == 200
    assert {name: body[name] for name in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "system/Patient.rs system/Task.u",
    }
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    found = caller(answer)
    assert found is not None
    assert (found.actor, found.client, found.is_system) == (record.anna, system.id, True)
    assert found.scopes.allow("Patient", "s")
    assert not found.scopes.allow("Task", "r")


def test_the_token_may_stand_in_a_header(system: System) -> None:
    token = system.ask().json()["access_token"]
    assert not set(token) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")


@BOTH
@pytest.mark.parametrize("subject", ["ane", "CBNH1"])
def test_a_system_may_say_who_acts(record: Cast, system: System, subject: str) -> None:
    ane = colleague(record, authorisation="CBNH1")
    answer = system.ask("user/*.rs", subject)
    assert answer.json()["scope"] == "user/*.rs"
    found = caller(answer)
    assert found is not None
    assert (found.actor.id, found.actor.organisation, found.is_system) == (ane, record.anna.organisation, False)


def test_other_extensions_say_nothing_of_who_acts(record: Cast, system: System) -> None:
    for extensions in ({}, {"other": {"subject_id": "bo"}}, {"hl7-b2b": {"version": "1", "purpose_of_use": ["x"]}}):
        found = caller(system.ask(client_assertion=system.assertion(extensions=extensions)))
        assert found is not None
        assert (found.actor, found.is_system) == (record.anna, True)


def test_an_rsa_key_does_too(record: Cast) -> None:
    key = rsa.generate_private_key(65_537, 2048)
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "rsa"}
    made = clients.register(
        OPERATOR, "RSA", record.anna.organisation or "", "anna", json.dumps({"keys": [public]}), "system/*.rs"
    )
    claims = {"iss": made, "sub": made, "aud": token_address(), "jti": "1", "exp": int(time.time()) + 60}
    good = jwt.encode(claims, key, algorithm="RS384", headers={"kid": "rsa"})
    assert post({"scope": "system/*.rs", "client_assertion": good}).status_code == 200
    weaker = jwt.encode(claims | {"jti": "2"}, key, algorithm="RS256", headers={"kid": "rsa"})
    refused(post({"scope": "system/*.rs", "client_assertion": weaker}), "invalid_client", 401)


@pytest.mark.parametrize("subject", ["bo", "nobody", "", "nul\0", "\ud800", "x" * 300, "u-1", "carla"])
@BOTH
def test_a_foreign_subject_and_one_that_is_not_there_are_refused_in_the_same_words(
    record: Cast,
    system: System,
    subject: str,
) -> None:
    said = {"hl7-b2b": {"version": "1", "subject_id": subject}}
    answer = system.ask(client_assertion=system.assertion(extensions=said))
    assert refused(answer, "invalid_grant", 400) == "The subject may not act for this client."


def test_a_subject_who_has_left_is_refused_in_those_words_too(record: Cast, system: System) -> None:
    ane = colleague(record)
    assert system.ask(subject="ane").status_code == 200
    end_membership(ane)
    assert refused(system.ask(subject="ane"), "invalid_grant", 400) == "The subject may not act for this client."


def test_a_subject_that_fits_two_is_nobody(record: Cast, system: System) -> None:
    colleague(record, "one", authorisation="CBNH1")
    colleague(record, "CBNH1")
    refused(system.ask(subject="CBNH1"), "invalid_grant", 400)
    assert system.ask(subject="one").status_code == 200


def test_a_subject_with_another_login_elsewhere_is_the_one_who_works_here(record: Cast, system: System) -> None:
    ane = colleague(record, authorisation="CBNH1")
    elsewhere = record.bo.organisation or ""
    people.register_professional("ane-bo", "Ane Demo", "physiotherapist", elsewhere, authorisation="CBNH1")
    found = caller(system.ask(subject="CBNH1"))
    assert found is not None
    assert found.actor.id == ane


@pytest.mark.parametrize(
    "extensions",
    [[], "x", 1, {"hl7-b2b": None}, {"hl7-b2b": []}, {"hl7-b2b": {"subject_id": "anna"}}]
    + [{"hl7-b2b": {"version": "1", "subject_id": wrong}} for wrong in (1, ["anna"], {})],
)
def test_an_extension_that_cannot_be_read_does_not_pass_for_none(system: System, extensions: Any) -> None:
    refused(system.ask(client_assertion=system.assertion(extensions=extensions)), "invalid_grant", 400)


def test_nobody_gets_a_token_where_the_one_who_answers_no_longer_works(record: Cast, system: System) -> None:
    end_membership(record.anna.id)
    refused(system.ask(), "invalid_grant", 400)


# What is granted


@pytest.mark.parametrize(
    ("asked", "registered_for", "subject", "granted"),
    [
        ("system/*.rs", "system/Patient.rs system/Task.ru", None, "system/Patient.rs system/Task.r"),
        ("system/Patient.crus", "system/*.rs", None, "system/Patient.rs"),
        ("system/Patient.read system/Task.write", "system/*.crus", None, "system/Patient.rs system/Task.cu"),
        ("system/*.*", "system/*.cruds", None, "system/*.crus"),
        ("system/Task.d system/Task.r", "system/*.cruds", None, "system/Task.r"),
        ("user/Task.r system/Task.r", "system/*.r user/*.r", None, "system/Task.r"),
        ("user/Task.r system/Task.r", "system/*.r user/*.r", "anna", "system/Task.r user/Task.r"),
        ("user/Task.r system/Task.r", "system/*.r", "anna", "system/Task.r"),
        ("openid fhirUser launch system/Task.r offline_access", "system/*.r", None, "system/Task.r"),
    ],
)
def test_it_grants_what_is_asked_for_and_registered(
    record: Cast,
    asked: str,
    registered_for: str,
    subject: str | None,
    granted: str,
) -> None:
    answer = registered(record.anna, registered_for).ask(asked, subject)
    assert answer.json()["scope"] == granted
    found = caller(answer)
    assert found is not None
    assert str(found.scopes) == granted


@pytest.mark.parametrize(
    "asked",
    [
        "",
        None,
        "system/Task.u",
        "user/Patient.r",
        "patient/Patient.r",
        "system/Patient.sr",
        "system/Patient.",
        "system/Patient.d",
        "system/Patient.r?gender=male",
        "system/patient.r",
        "system/Martian.r",
        "systém/Patient.r",
        "*",
    ],
)
def test_where_nothing_can_be_granted_it_says_so(record: Cast, asked: str | None) -> None:
    refused(registered(record.anna, "system/Patient.rs user/Patient.r").ask(asked), "invalid_scope", 400)


def test_what_can_be_asked_for_is_what_is_served() -> None:
    assert set(KINDS) == scopes.TYPES


def test_scopes_are_narrowed_never_widened() -> None:
    wide, narrow = scopes.parse("system/*.crus"), scopes.parse("system/Task.r user/Task.c")
    assert str(narrow.within(wide)) == str(wide.within(narrow)) == "system/Task.r"
    assert not scopes.parse("user/Task.r").within(wide)
    assert [letter for letter in "cruds" if wide.allow("Patient", letter)] == ["c", "r", "u", "s"]
    assert not scopes.Scopes().allow("Patient", "r")


def test_what_is_unknown_and_what_is_never_done_grants_nothing() -> None:
    assert not scopes.parse("system/*.cruds").allow("Patient", "d")
    assert scopes.unknown("system/Patient.d system/Task.r system/Martian.r launch") == [
        "system/Patient.d",
        "system/Martian.r",
        "launch",
    ]


# When it ends


def _ended(c: Cast, system: System) -> None:
    clients.end(OPERATOR, system.id)


def _other_keys(c: Cast, system: System) -> None:
    clients.replace_keys(OPERATOR, system.id, json.dumps(new_pair()[1]))


def _left(c: Cast, system: System) -> None:
    end_membership(c.anna.id)


def _moved(c: Cast, system: System) -> None:
    Membership.objects.filter(professional_id=c.anna.id).update(organisation_id=c.bo.organisation)


def _deactivated(c: Cast, system: System) -> None:
    accounts.deactivate("anna")


@BOTH
@pytest.mark.parametrize("subject", [None, "anna"])
@pytest.mark.parametrize("revoke", [_ended, _other_keys, _left, _moved, _deactivated])
def test_revoked_access_ends_at_the_next_request(
    record: Cast,
    system: System,
    revoke: Callable[[Cast, System], None],
    subject: str | None,
) -> None:
    answer = system.ask(subject=subject)
    assert caller(answer) is not None
    revoke(record, system)
    assert caller(answer) is None
    assert system.ask(subject=subject).status_code in (400, 401)


def test_a_professional_without_a_password_here_may_act(record: Cast, system: System) -> None:
    colleague(record)
    assert not get_user_model().objects.filter(username="ane").exists()
    assert caller(system.ask(subject="ane")) is not None


def test_a_token_lasts_five_minutes(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    for age, lasts in ((290, True), (301, False), (10_000, False)):
        with monkeypatch.context() as earlier:
            earlier.setattr(TimestampSigner, "timestamp", lambda _, age=age: b62_encode(int(time.time()) - age))
            answer = system.ask()
        assert (caller(answer) is not None) is lasts, age


def test_a_token_that_was_changed_or_made_elsewhere_is_nobodys(system: System) -> None:
    token = system.ask().json()["access_token"]
    payload, rest = token.split(".", 1)
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    wider = base64.urlsafe_b64encode(json.dumps(said | {"user": "bo"}).encode()).decode().rstrip("=")
    elsewhere = TimestampSigner(salt="another", sep=".").sign_object(said)
    other_key = TimestampSigner(key="x", salt="rygrad.fhir.api.oauth", sep=".").sign_object(said)
    for wrong in (
        f"{wider}.{rest}",
        elsewhere,
        other_key,
        token[:-1],
        token + "x",
        "",
        "a.b.c",
        "x",
        "é",
        "\0",
        ".",
        system.assertion(),
    ):
        assert with_token(wrong) is None, wrong
    assert with_token(token) is not None


def test_only_a_bearer_header_carries_a_token(record: Cast) -> None:
    header = bearer(record.anna)["Authorization"]
    token = header.removeprefix("Bearer ")
    asked = RequestFactory()
    assert caller_of(asked.get("/", headers={"Authorization": f"bearer {token}"})) is not None
    for wrong in (token, f"Basic {token}", f"Bearer{token}", f"Token {token}", ""):
        assert caller_of(asked.get("/", headers={"Authorization": wrong})) is None
    assert caller_of(asked.get("/", query_params={"access_token": token})) is None
    asked.cookies["sessionid"] = token
    assert caller_of(asked.get("/")) is None


def test_the_helper_for_other_tests_acts_as_whom_it_is_given(record: Cast) -> None:
    for at_keyboard in (True, False):
        found = caller_of(RequestFactory().get("/", headers=bearer(record.bo, at_keyboard=at_keyboard)))
        assert found is not None
        assert (found.actor, found.is_system) == (record.bo, not at_keyboard)
