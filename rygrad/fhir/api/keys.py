"""The keys that systems sign with: which may be registered, which one a token was signed with, and new ones to try.

A key is a JSON Web Key: EC on P-384 for ES384, or RSA of at least 2048 bits for RS384. We hold public keys only.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any, NoReturn

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from rygrad.fhir.signed import Key, chosen
from rygrad.record import clocks
from rygrad.record.refusals import Refused

B2B = "hl7-b2b"
_ALGORITHM = {"EC": "ES384", "RSA": "RS384"}
_PUBLIC = ("kty", "kid", "crv", "x", "y", "n", "e")
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA_BITS = range(2048, 8193)
_LONGEST_TEXT, _MOST_KEYS, _LONGEST_ID = 65_536, 10, 255
_LASTS = timedelta(minutes=4)


def checked(text: str) -> str:
    """A JSON Web Key Set as it is stored: the public parts that are used, in a fixed order, each with its ``alg``.

    Refused when it cannot be read, holds a private or symmetric key, or a key that does not fit or is named twice.
    """
    keys = _read(text).get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= _MOST_KEYS:
        _refuse("der skal være en til ti nøgler i «keys».", "there must be one to ten keys in «keys».")
    found = [_checked(key) for key in keys]
    if len({key["kid"] for key in found}) < len(found):
        _refuse("to nøgler har samme kid.", "two keys have the same kid.")
    return json.dumps({"keys": found}, sort_keys=True, separators=(",", ":"))


def _read(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if len(text) <= _LONGEST_TEXT else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        _refuse("det er ikke et JSON Web Key Set.", "it is not a JSON Web Key Set.")
    return found


def _checked(key: Any) -> dict[str, str]:
    if not isinstance(key, dict):
        _refuse("en nøgle kan ikke læses.", "a key cannot be read.")
    if not _PRIVATE.isdisjoint(key) or key.get("kty") == "oct":
        raise Refused(
            "private_key",
            "der er en hemmelig nøgle i filen; den er ikke gemt.",
            "there is a secret key in the file; it was not stored.",
            hint={
                "da": "Den er nu set af andre: lav et nyt par, og giv kun den offentlige nøgle fra jer.",
                "en": "Others have seen it now: make a new pair, and give away the public key alone.",
            },
        )
    name, algorithm = key.get("kid"), _ALGORITHM.get(str(key.get("kty")))
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_ID or not name.isprintable():
        _refuse("en nøgle har ingen kid.", "a key has no kid.")
    if algorithm is None or key.get("alg", algorithm) != algorithm or key.get("use", "sig") != "sig" or not _fits(key):
        _refuse(f"nøglen {name} kan ikke bruges.", f"the key {name} cannot be used.")
    return {part: key[part] for part in _PUBLIC if part in key} | {"alg": algorithm, "use": "sig"}


def _fits(key: Mapping[str, Any]) -> bool:
    """The right curve, or enough bits, and numbers that make a key."""
    if key["kty"] == "EC" and key.get("crv") != "P-384":
        return False
    try:
        made: Any = jwt.PyJWK(dict(key), algorithm=_ALGORITHM[key["kty"]]).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return False
    return key["kty"] == "EC" or made.key_size in _RSA_BITS


def _refuse(da: str, en: str) -> NoReturn:
    raise Refused("keys", da, en, known="EC P-384 (ES384), RSA ≥ 2048 bit (RS384)")


def names(stored: str) -> list[str]:
    """The ``kid`` of each key of a set that ``checked`` returned."""
    return [key["kid"] for key in json.loads(stored)["keys"]]


def fingerprint(stored: str) -> str:
    """A short mark of a stored set: another when the keys are."""
    return hashlib.sha256(stored.encode()).hexdigest()[:16]


def key_for(stored: str | None, header: Mapping[str, Any]) -> Key:
    """The key of a stored set that a token's header names; else nobody's, which no signature fits.

    So that a signature is checked either way, and the time an answer takes does not tell who is registered.
    """
    algorithm = header["alg"]
    found = chosen(json.loads(stored), header.get("kid")) if stored else None
    return found if found and found["alg"] == algorithm else _nobodys(algorithm)


@cache
def _nobodys(algorithm: str) -> Key:
    if algorithm == "ES384":
        return ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True)
    return RSAAlgorithm.to_jwk(rsa.generate_private_key(65_537, 2048).public_key(), as_dict=True)


def new_pair() -> tuple[dict[str, str], dict[str, Any]]:
    """A new ES384 key to try with: the private key, and the public key as a set to register."""
    made = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()), as_dict=True)
    private = {**made, "kid": secrets.token_hex(8), "alg": "ES384", "use": "sig"}
    return private, {"keys": [{name: value for name, value in private.items() if name not in _PRIVATE}]}


def signed_assertion(client: str, private: Mapping[str, Any], audience: str, subject: str | None = None) -> str:
    """What a client sends to get a token: good once, for four minutes; Refused when the key cannot sign.

    ``subject`` is who acts, as the B2B extension says it: https://hl7.org/fhir/us/udap-security/STU1/b2b.html
    """
    claims: dict[str, Any] = {
        "iss": client,
        "sub": client,
        "aud": audience,
        "jti": secrets.token_urlsafe(16),
        "exp": clocks.now() + _LASTS,
    }
    if subject:
        claims["extensions"] = {B2B: {"version": "1", "subject_id": subject}}
    algorithm = _ALGORITHM.get(str(private.get("kty")), "")
    try:
        key = jwt.PyJWK(dict(private), algorithm=algorithm)
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": private["kid"]})
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError):
        _refuse("filen er ikke en privat nøgle (JWK med kid).", "the file is no private key (JWK with kid).")
