"""Tokens for systems: SMART Backend Services. A signed assertion in, a token for five minutes out; no secrets.

A token acts as a professional at the system's organisation: the one the assertion names as its subject, else the one
who answers for the system, and then it is marked that nobody is at the keyboard. It is only a signed note of who asked:
that the system, its keys and the membership are in force is looked up at every request. There is nothing to guess here,
so nobody is locked out; what is refused is logged by its kind.

https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html, RFC 6749, RFC 7523
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner, b62_decode
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from rygrad.fhir.api import clients, scopes
from rygrad.fhir.api.keys import B2B, fingerprint, key_for
from rygrad.fhir.api.scopes import Scopes
from rygrad.fhir.models import ApiClient
from rygrad.fhir.signed import ALGORITHMS, SKEW, NotTrusted, expiry, used_once, verified
from rygrad.pathway.errors import RygradError
from rygrad.record.actor import Actor

PATH = "/oauth/token"
SECONDS = 300
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = "application/x-www-form-urlencoded"
_GRANT = "client_credentials"


class _Signer(TimestampSigner):
    """One that believes nothing signed later than now: the clock has gone back, and it would last too long."""

    def unsign(self, value: str, max_age: Any = None) -> str:
        """As Django's; SignatureExpired for what is from later as well as for what is too old."""
        _, _, stamp = Signer.unsign(self, value).rpartition(self.sep)
        if b62_decode(stamp) > time.time() + SKEW.total_seconds():
            raise SignatureExpired("signed later than now")
        return super().unsign(value, max_age)


# The default separator, a colon, may not stand in a bearer token (RFC 6750).
_SIGNER = _Signer(salt="rygrad.fhir.api.oauth", sep=".")
_NOT_KNOWN = "The client could not be authenticated."
_NOT_THE_SUBJECT = "The subject may not act for this client."
# What is told before the signature was found to fit tells nothing about who is registered.
_SAID = {
    "token_unreadable": "The assertion cannot be read as a JWT.",
    "token_algorithm": "The assertion must be signed with ES384 or RS384.",
    "token_claims": "The assertion must hold iss, sub, aud, exp and jti.",
    "token_audience": "aud must be exactly the address of the token endpoint.",
    "token_expired": "The assertion has expired.",
    "token_too_long": "exp may be five minutes ahead at most.",
    "token_early": "The assertion was issued in the future.",
    "token_used": "The assertion was used before (jti).",
}

log = logging.getLogger("rygrad.fhir")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks with a token: as whom (``actor``), through which system, and for what.

    ``is_system``: nobody is at the keyboard; the actor is who answers for the system.
    """

    actor: Actor
    client: str
    scopes: Scopes
    is_system: bool


class _Refused(Exception):
    """An answer of RFC 6749, section 5.2; ``why`` is for the log and holds nothing that was sent."""

    def __init__(self, error: str, says: str, why: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.says, self.why, self.status = error, says, why or error, status


def token_address() -> str:
    """The token endpoint as the world knows it: what ``aud`` must be, to the letter."""
    return f"{settings.ADDRESS}{PATH}"


def smart_configuration(request: HttpRequest) -> HttpResponse:
    """What systems must know to get a token; public."""
    if request.method not in ("GET", "HEAD"):
        return _only("GET, HEAD")
    return JsonResponse(
        {
            "token_endpoint": token_address(),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "grant_types_supported": [_GRANT],
            "scopes_supported": list(scopes.SUPPORTED),
            "capabilities": ["client-confidential-asymmetric", "permission-user", "permission-v1", "permission-v2"],
        }
    )


def token(request: HttpRequest) -> HttpResponse:
    """A token for a system that proves who it is; else one of the errors of RFC 6749 with what is wrong."""
    if request.method != "POST":
        return _only("POST")
    try:
        return _answer(200, _granted(_parameters(request)))
    except _Refused as problem:
        log.warning("token refused: %s", problem.why)
        return _answer(problem.status, {"error": problem.error, "error_description": problem.says})
    except RygradError as problem:
        status = getattr(problem, "status", 500)
        return _answer(status, {"error": "temporarily_unavailable", "error_description": problem.message["en"]})


def caller_of(request: HttpRequest) -> Caller | None:
    """Who asks, by the bearer token of the request. None without one, or when it is not, or no longer, good:

    five minutes have passed, or the system has ended or has other keys, or the membership is no longer in force.
    """
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    try:
        said = _SIGNER.unsign_object(sent.strip(), max_age=SECONDS)
    except BadSignature:
        return None
    client = clients.in_force(said["client"])
    if client is None or said["keys"] != fingerprint(client.keys):
        return None
    actor = clients.actor_of(client, said["user"])
    return Caller(actor, client.id, scopes.parse(said["scopes"]), said["is_system"]) if actor else None


def _parameters(request: HttpRequest) -> dict[str, str]:
    """What the form sent, each name once; what was sent empty counts as left out."""
    if request.content_type != _FORM or request.META.get("QUERY_STRING"):
        raise _Refused("invalid_request", f"Send the parameters in the body, as {_FORM}.")
    try:
        form = request.POST
    except (BadRequest, SuspiciousOperation, UnreadablePostError):
        raise _Refused("invalid_request", "The body cannot be read.") from None
    if any(len(values) > 1 for _, values in form.lists()):
        raise _Refused("invalid_request", "A parameter was sent more than once.")
    if "client_secret" in form or "Authorization" in request.headers:
        raise _Refused("invalid_request", "The one way to authenticate is private_key_jwt.")
    return {name: value for name, value in form.items() if value}


def _granted(given: dict[str, str]) -> dict[str, Any]:
    if "grant_type" not in given:
        raise _Refused("invalid_request", "grant_type is missing.")
    if given["grant_type"] != _GRANT:
        raise _Refused("unsupported_grant_type", f"The one grant_type is {_GRANT}.")
    client, claims = _authenticated(given)
    subject = _subject(claims)
    user = client.user if subject is None else clients.login_of(client, subject)
    if user is None or clients.actor_of(client, user) is None:
        raise _Refused("invalid_grant", _NOT_THE_SUBJECT, f"subject, {client.id}")
    granted = _scopes(given.get("scope", ""), client, is_system=subject is None)
    return {
        "access_token": _SIGNER.sign_object(
            {
                "client": client.id,
                "keys": fingerprint(client.keys),
                "user": user,
                "is_system": subject is None,
                "scopes": str(granted),
            }
        ),
        "token_type": "Bearer",
        "expires_in": SECONDS,
        "scope": str(granted),
    }


class _Anyone:
    """Every issuer may try: whether it is registered is found out by its key, in the same time for all."""

    def __contains__(self, issuer: object) -> bool:
        return True


def _authenticated(given: dict[str, str]) -> tuple[ApiClient, dict[str, Any]]:
    """The system that signed, and its claims; the assertion is used up."""
    if given.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in given:
        raise _Refused("invalid_client", f"A client_assertion of type {ASSERTION_TYPE} is missing.", status=401)
    found: dict[str, ApiClient | None] = {}

    def key_of(header: Any, issuer: str) -> Any:
        found[issuer] = client = clients.in_force(issuer)
        return key_for(client.keys if client else None, header)

    try:
        claims = verified(
            given["client_assertion"], key_of=key_of, issuers=_Anyone(), audience=token_address(), also=("sub",)
        )
        client = found[claims["iss"]]
        if client is None or claims["sub"] != client.id or given.get("client_id", client.id) != client.id:
            raise NotTrusted("token_issuer")
        if not used_once(client.id, claims["jti"], expiry(claims)):
            raise NotTrusted("token_used")
    except NotTrusted as problem:
        says = _SAID.get(problem.code, _NOT_KNOWN)
        raise _Refused("invalid_client", says, problem.code, status=401) from problem
    return client, claims


def _subject(claims: dict[str, Any]) -> str | None:
    """Who acts, as the B2B extension says it; None when nobody does."""
    extensions = claims.get("extensions", {})
    if isinstance(extensions, dict) and B2B not in extensions:
        return None
    business = extensions[B2B] if isinstance(extensions, dict) else None
    if not isinstance(business, dict) or business.get("version") != "1":
        raise _Refused("invalid_grant", f"The extension {B2B} must be an object of version 1.")
    subject = business.get("subject_id")
    if subject is not None and not isinstance(subject, str):
        raise _Refused("invalid_grant", _NOT_THE_SUBJECT)
    return subject


def _scopes(asked: str, client: ApiClient, *, is_system: bool) -> Scopes:
    granted = scopes.parse(asked).within(scopes.parse(client.scopes))
    if is_system:
        granted = granted.of_system()
    if not granted:
        raise _Refused("invalid_scope", "Nothing of scope can be granted.", f"scope, {client.id}")
    return granted


def _only(methods: str) -> HttpResponse:
    answer = _answer(405, {"error": "invalid_request", "error_description": f"Allowed: {methods}."})
    answer.headers["Allow"] = methods
    return answer


def _answer(status: int, body: dict[str, Any]) -> HttpResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


for _view in (smart_configuration, token):  # neither knows a session, so no other site's form can use one
    _view.policy = frozenset({"public"})  # type: ignore[attr-defined]
    _view.csrf_exempt = True  # type: ignore[attr-defined]
