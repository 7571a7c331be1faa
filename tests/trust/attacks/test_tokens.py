"""Attacks on signed tokens in one list: for each, what proves it at the token endpoint, at CDS Hooks, and at the broker.

What no test proved is proved here.
"""

import ast
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.test import Client

from tests.fhir.conftest import system
from tests.fhir.test_oauth_attacks import by_hand, good_claims
from tests.fhir.tokens import EVERYTHING, System, bearer, post, refused
from tests.figures import write_figures
from tests.record.cast import Cast

__all__ = ["system"]

ROOT = Path(__file__).resolve().parents[3]
_OAUTH, _HOOKS, _OIDC, _HERE = (
    "tests/fhir/test_oauth_attacks.py", "tests/fhir/hooks/test_signed_calls.py", "tests/web/test_oidc.py",
    "tests/trust/attacks/test_tokens.py",
)  # fmt: skip
# attack: the tests that prove it, each in its file.
PROVED: dict[str, dict[str, str]] = {
    "no signature (alg none)": {_OAUTH: "test_only_two_algorithms_sign", _HOOKS: "test_alg_none_is_refused", _OIDC: "test_a_token_that_is_not_in_order_logs_nobody_in"},
    "the public key as a shared secret": {_OAUTH: "test_the_public_key_is_no_shared_secret", _HOOKS: "test_the_public_key_is_no_shared_secret"},
    "another algorithm": {_OAUTH: "test_only_two_algorithms_sign", _HOOKS: "test_only_the_two_algorithms_of_the_standard_are_taken"},
    "another audience": {_OAUTH: "test_a_claim_that_is_wrong_or_missing_is_refused", _HOOKS: "test_another_audience_is_refused", _OIDC: "test_a_token_that_is_not_in_order_logs_nobody_in"},
    "another issuer": {_OAUTH: "test_a_claim_that_is_wrong_or_missing_is_refused", _HOOKS: "test_an_issuer_off_the_list_is_refused_and_nothing_is_fetched"},
    "replay": {_OAUTH: "test_an_assertion_counts_once", _HOOKS: "test_a_good_call_is_answered_and_counts_once", _OIDC: "test_a_used_answer_does_not_log_in_again"},
    "expired, too early, too long": {_OAUTH: "test_an_assertion_lasts_five_minutes_at_most", _HOOKS: "test_it_is_refused_before_and_after_its_time_with_a_little_skew"},
    "keys from an address in the token (jku, x5u)": {_OAUTH: "test_a_key_that_the_token_brings_along_is_not_used", _HOOKS: "test_keys_are_never_fetched_from_an_address_in_the_token"},
    "a key in the token (jwk, x5c)": {_OAUTH: "test_a_key_that_the_token_brings_along_is_not_used", _HOOKS: "test_a_key_in_the_token_itself_is_not_believed"},
    "another's signature": {_OAUTH: "test_a_stranger_learns_nothing_and_waits_for_one_signature_check", _HOOKS: "test_somebody_elses_signature_does_not_fit"},
    "a weak key": {_HOOKS: "test_keys_of_another_use_curve_algorithm_or_size_are_not_taken"},
    "a claim left out or of another form": {_OAUTH: "test_a_claim_that_is_wrong_or_missing_is_refused", _HOOKS: "test_every_claim_of_the_standard_must_be_there"},
    "deep and odd JSON": {_OAUTH: "test_deep_and_odd_json_is_refused_as_any_other"},
    "a key server that leads elsewhere": {_HOOKS: "test_keys_come_over_http_and_nothing_leads_elsewhere"},
    "another's subject": {"tests/fhir/test_oauth.py": "test_a_foreign_subject_and_one_that_is_not_there_are_refused_in_the_same_words"},
    "an access token altered": {"tests/fhir/test_oauth.py": "test_a_token_that_was_changed_or_made_elsewhere_is_nobodys"},
    "an injected key id": {_HERE: "test_a_key_id_is_a_name_and_nothing_else"},
    "oversized": {_HERE: "test_a_token_without_end_is_refused", _HOOKS: "test_no_token_or_rubbish_is_refused"},
    "one kind of token for another": {_HERE: "test_one_kind_of_token_is_not_taken_for_another"},
    "a critical header, an encrypted or unencoded token": {_HERE: "test_a_head_that_asks_for_more_is_refused"},
    "a claim twice": {_HERE: "test_a_claim_that_stands_twice_is_the_one_that_is_checked"},
    "a signature of zeros": {_HERE: "test_a_signature_of_zeros_fits_nothing"},
}  # fmt: skip


def _tests_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_attack_of_the_list_is_proved_by_tests_that_exist() -> None:
    named = [(file, name) for proofs in PROVED.values() for file, name in proofs.items()]
    missing = [f"{file}::{name}" for file, name in named if name not in _tests_of(file)]
    counts: dict[str, int | float | str] = {
        "attacks": len(PROVED),
        "proofs": len(named),
        "proofs that are missing": len(missing),
    }
    test = f"{_HERE}::test_every_attack_of_the_list_is_proved_by_tests_that_exist"
    write_figures(
        "attack-tokens",
        promise="attacks",
        says="attacks on signed tokens, each with the tests that prove it",
        test=test,
        counts=counts,
        full=False,
    )
    assert missing == []


_KEY_IDS = (
    "../../../../dev/null", "/etc/passwd", "' OR '1'='1", "x' UNION SELECT 'AA", "https://xq7.example/jwks.json", "a\0b", "|id",
    "k" * 5_000, "", "\ud800",
)  # fmt: skip


def _made(signature: bytes) -> Callable[[bytes], bytes]:
    """Signs anything with the same bytes."""
    return lambda _: signature


def test_a_key_id_is_a_name_and_nothing_else(system: System) -> None:
    odd: list[Any] = [*_KEY_IDS, 7, None, ["x"], {"kid": "x"}, True]
    for kid in odd:
        for signature in (b"\0" * 96, b"\0" * 32):
            forged = by_hand({"alg": "ES384", "kid": kid}, good_claims(system), _made(signature))
            refused(post({"scope": EVERYTHING, "client_assertion": forged}), "invalid_client", 401)


def test_a_token_without_end_is_refused(system: System) -> None:
    for size in (20_000, 1_000_000):
        large = system.assertion(jti=f"j{size}", more="x" * size)
        assert post({"scope": EVERYTHING, "client_assertion": large}).status_code in (400, 401)
    answer = Client(SERVER_NAME="localhost").get("/fhir/Patient", headers={"authorization": f"Bearer {'x.' * 30_000}"})
    assert answer.status_code == 401


def test_one_kind_of_token_is_not_taken_for_another(system: System, record: Cast) -> None:
    client, access = Client(SERVER_NAME="localhost"), bearer(record.anna)["Authorization"].removeprefix("Bearer ")
    refused(post({"scope": EVERYTHING, "client_assertion": access}), "invalid_client", 401)
    for path in ("/fhir/Patient", "/cds-services"):
        assert client.get(path, headers={"authorization": f"Bearer {system.assertion()}"}).status_code == 401
    assert client.get("/cds-services", headers={"authorization": f"Bearer {access}"}).status_code == 401


@pytest.mark.parametrize("more", [{"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"enc": "A256GCM", "alg": "dir"}, {"zip": "DEF", "crit": ["zip"]}])  # fmt: skip
def test_a_head_that_asks_for_more_is_refused(system: System, more: dict[str, Any]) -> None:
    key = jwt.PyJWK(system.private, algorithm="ES384").key
    head = {"alg": "ES384", "kid": system.private["kid"], **more}
    sign = jwt.get_algorithm_by_name("ES384").sign
    forged = by_hand(head, good_claims(system), lambda text: sign(text, key))
    refused(post({"scope": EVERYTHING, "client_assertion": forged}), "invalid_client", 401)
    refused(post({"scope": EVERYTHING, "client_assertion": f"{forged}.AA.AA"}), "invalid_client", 401)


def test_a_claim_that_stands_twice_is_the_one_that_is_checked(system: System) -> None:
    key = jwt.PyJWK(system.private, algorithm="ES384").key
    claims = json.dumps(good_claims(system))
    for twice in (
        claims[:-1] + ', "aud": "https://xq7.example"}',
        claims[:-1] + ', "exp": 1}',
        claims[:-1] + ', "sub": "s-another"}',
    ):
        signed = b".".join(
            base64.urlsafe_b64encode(part).rstrip(b"=")
            for part in (json.dumps({"alg": "ES384", "kid": system.private["kid"]}).encode(), twice.encode())
        )
        signature = base64.urlsafe_b64encode(jwt.get_algorithm_by_name("ES384").sign(signed, key)).rstrip(b"=")
        refused(
            post({"scope": EVERYTHING, "client_assertion": (signed + b"." + signature).decode()}), "invalid_client", 401
        )


def test_a_signature_of_zeros_fits_nothing(system: System) -> None:
    for signature in (b"\0" * 96, b"\0" * 48, b"", b"\0\x01" * 48, b"\xff" * 96):
        forged = by_hand({"alg": "ES384", "kid": system.private["kid"]}, good_claims(system), _made(signature))
        refused(post({"scope": EVERYTHING, "client_assertion": forged}), "invalid_client", 401)
