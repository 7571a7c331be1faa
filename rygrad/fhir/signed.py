"""What other systems sign: a JSON Web Token is checked once, in one place, for CDS Hooks and for client assertions.

PyJWT checks the signature; here stands what may have signed, for whom, for how long, and that it counts once.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from rygrad.fhir.models import UsedAssertion
from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase
from rygrad.record import clocks
from rygrad.record.storage import writing

ALGORITHMS = ("ES384", "RS384")
"""Nothing symmetric and never ``none``: a public key may not pass for a shared secret."""

SKEW = timedelta(seconds=30)
LONGEST = timedelta(minutes=5)
REMEMBERED = timedelta(days=2)
"""How long the id of an expired token is kept: a clock that goes forth and back again makes no used token new."""

_LONGEST_TOKEN = 16_384
_LONGEST_WORD = 255
_CLAIMS = ("iss", "aud", "exp", "jti")
_KINDS = {"ES384": ("EC", "P-384"), "RS384": ("RSA", None)}

Key = Mapping[str, Any]
KeyOf = Callable[[Mapping[str, Any], str], Key | None]
"""From a token's header and the issuer it claims to its public key (a JWK); None when there is none to believe."""

_WHY = {
    "token_missing": Phrase(
        "der er intet signeret token (Authorization: Bearer).",
        "there is no signed token (Authorization: Bearer).",
    ),
    "token_unreadable": Phrase("tokenet kan ikke læses som en JWT.", "the token cannot be read as a JWT."),
    "token_algorithm": Phrase("algoritmen skal være ES384 eller RS384.", "the algorithm must be ES384 or RS384."),
    "token_key": Phrase("nøglen er ikke kendt for denne udsteder.", "the key is not known for this issuer."),
    "token_signature": Phrase("signaturen passer ikke.", "the signature does not fit."),
    "token_audience": Phrase(
        "aud er ikke præcis den adresse, der blev kaldt.",
        "aud is not exactly the address that was called.",
    ),
    "token_issuer": Phrase("udstederen (iss) er ikke på listen.", "the issuer (iss) is not on the list."),
    "token_expired": Phrase("tokenet er udløbet (exp).", "the token has expired (exp)."),
    "token_too_long": Phrase(
        "tokenet gælder for længe; højst fem minutter.",
        "the token lasts too long; five minutes at most.",
    ),
    "token_early": Phrase(
        "tokenet er udstedt i fremtiden (iat, nbf).",
        "the token was issued in the future (iat, nbf).",
    ),
    "token_claims": Phrase(
        "et krævet udsagn mangler (iss, aud, exp, jti …).",
        "a required claim is missing (iss, aud, exp, jti …).",
    ),
    "token_used": Phrase("tokenet er brugt før (jti).", "the token was used before (jti)."),
}
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (jwt.InvalidAlgorithmError, "token_algorithm"),
    (jwt.InvalidSignatureError, "token_signature"),
    (jwt.InvalidAudienceError, "token_audience"),
    (jwt.InvalidIssuerError, "token_issuer"),
    (jwt.ExpiredSignatureError, "token_expired"),
    (jwt.ImmatureSignatureError, "token_early"),
    (jwt.MissingRequiredClaimError, "token_claims"),
    (jwt.InvalidKeyError, "token_key"),
)


class NotTrusted(RygradError):
    """A signed message that is not believed (401). ``code`` says which check failed, never what stood in it."""

    status = 401

    def __init__(self, code: str) -> None:
        said = _WHY[code]
        super().__init__(code, {"da": said.da, "en": said.en})


def verified(
    token: str,
    *,
    key_of: KeyOf,
    issuers: Container[str],
    audience: str,
    also: Sequence[str] = ("iat",),
) -> dict[str, Any]:
    """The claims of a token that may be believed. It is not yet said to be new: ask ``used_once``.

    ``audience`` must be its only one, to the letter; ``exp`` at most five minutes ahead; the claims in ``also`` must be
    there beside iss, aud, exp and jti. NotTrusted otherwise.
    """
    header, issuer = _unverified(token)
    if header.get("alg") not in ALGORITHMS:
        raise NotTrusted("token_algorithm")
    if issuer not in issuers:
        raise NotTrusted("token_issuer")
    claims = _decoded(token, _public_key(key_of(header, issuer), header["alg"]), issuer, audience, also)
    if claims["aud"] not in (audience, [audience]):
        raise NotTrusted("token_audience")
    if not _is_word(claims["jti"]):
        raise NotTrusted("token_claims")
    if expiry(claims) > clocks.now() + LONGEST + SKEW:
        raise NotTrusted("token_too_long")
    return claims


def expiry(claims: Mapping[str, Any]) -> datetime:
    """When a token that is believed ends, UTC; beyond the calendar counts as its last day."""
    try:
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)


def used_once(issuer: str, jti: str, expires_at: datetime) -> bool:
    """Whether this token's id is new from this issuer; from now on it is not. Long expired ones are forgotten."""
    with writing():
        UsedAssertion.objects.filter(expires_at__lt=clocks.now() - REMEMBERED).delete()
        if UsedAssertion.objects.filter(issuer=issuer, jti=jti).exists():
            return False
        UsedAssertion.objects.create(issuer=issuer, jti=jti, expires_at=expires_at)
        return True


def chosen(key_set: Any, kid: object) -> Key | None:
    """The one key of a JSON Web Key Set with this id; None when there is none, or more than one."""
    keys = key_set.get("keys") if isinstance(key_set, Mapping) else None
    found = (
        [one for one in keys if isinstance(one, Mapping) and one.get("kid") == kid] if isinstance(keys, list) else []
    )
    return found[0] if isinstance(kid, str) and len(found) == 1 else None


def _unverified(token: str) -> tuple[dict[str, Any], str]:
    """The header, and the issuer the token claims; nothing of it is believed yet."""
    try:
        if len(token) > _LONGEST_TOKEN:
            raise NotTrusted("token_unreadable")
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as problem:
        raise NotTrusted("token_unreadable") from problem
    issuer = claims.get("iss")
    if not _is_word(issuer):
        raise NotTrusted("token_claims")
    return header, str(issuer)


def _public_key(key: Key | None, algorithm: str) -> jwt.PyJWK:
    """The key, when it is of the kind that the algorithm wants."""
    kind, curve = _KINDS[algorithm]
    if key is None or key.get("kty") != kind or (curve and key.get("crv") != curve):
        raise NotTrusted("token_key")
    if key.get("alg", algorithm) != algorithm or key.get("use", "sig") != "sig":
        raise NotTrusted("token_key")
    try:
        return jwt.PyJWK(dict(key), algorithm=algorithm)
    except (jwt.PyJWTError, ValueError, TypeError) as problem:
        raise NotTrusted("token_key") from problem


def _decoded(token: str, key: jwt.PyJWK, issuer: str, audience: str, also: Sequence[str]) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=audience,
            issuer=issuer,
            leeway=SKEW,
            options={"require": [*_CLAIMS, *also], "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as problem:
        code = next((code for kind, code in _CODES if isinstance(problem, kind)), "token_unreadable")
        raise NotTrusted(code) from problem


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_WORD and value.isprintable()
