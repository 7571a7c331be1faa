"""Login through an OpenID broker: authorization code with PKCE, state and nonce; the token is checked in full here.

The library makes the request and fetches the token. It checks neither issuer nor audience, so ``verify_token`` is ours.
"""

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn
from urllib.parse import urlsplit

import jwt
import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import import_from_settings
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from rygrad.pathway.errors import RygradError
from rygrad.record import clocks
from rygrad.web.accounts import account
from rygrad.web.broker import BrokerRefused, places_of
from rygrad.web.carried import FIELD, LARGEST_IN_SESSION, carried_of
from rygrad.web.language import language, say
from rygrad.web.login import enter, login_page
from rygrad.web.pages import page, shown

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
_PATH = "rygrad.web.oidc.Broker"
_USUAL = {"use": "sig"}  # what a key is for when it does not say
_REQUIRED = ["iss", "aud", "sub", "exp", "iat", "nonce"]
_LEEWAY = 60
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SETTINGS = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
}


class BrokerSilent(RygradError):
    """The broker does not answer, or answers what cannot be read (503)."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "broker_silent",
            {"da": "login-tjenesten svarer ikke.", "en": "the login service does not answer."},
            {
                "da": "Prøv igen om lidt, eller log ind med adgangskode.",
                "en": "Try again in a while, or log in with a password.",
            },
        )


def endpoint(name: str) -> str:
    """The broker's address for this: as it is set, else as the broker's own document says. BrokerSilent."""
    address = settings.OIDC_ENDPOINTS[name] or _discovered().get(name, "")
    if not address and name != "userinfo_endpoint":
        raise BrokerSilent
    return _safe(address) if address else ""


@cache
def _discovered() -> dict[str, str]:
    """The broker's document about itself, read at first use. One that names another issuer is not believed."""
    if all(settings.OIDC_ENDPOINTS[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
        return {}
    found = _fetched(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != settings.OIDC_ISSUER:
        raise BrokerSilent
    return {name: found[name] for name in settings.OIDC_ENDPOINTS if isinstance(found.get(name), str)}


def _fetched(address: str, **headers: str) -> dict[str, Any]:
    try:
        answer = requests.get(_safe(address), headers=headers, timeout=settings.OIDC_TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError):
        raise BrokerSilent from None
    if not isinstance(found, dict):
        raise BrokerSilent
    return found


def _safe(address: str) -> str:
    """The address itself when it is encrypted, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise BrokerSilent
    return address


def setting(name: str, *default: Any) -> Any:
    """A setting as the library asks for it; the broker's addresses are found out when they are needed."""
    return endpoint(_SETTINGS[name]) if name in _SETTINGS else import_from_settings(name, *default)


class Broker(OIDCAuthenticationBackend):
    """The authentication backend: from a code to a professional and the organisations they may act for."""

    get_settings = staticmethod(setting)

    def __init__(self) -> None:
        """Nothing of the broker's is read until somebody comes from it."""
        self.UserModel = get_user_model()

    def authenticate(self, request: HttpRequest, *, nonce: str, code_verifier: str, code: str, back_to: str) -> Any:
        """The account of whom the broker knows. BrokerRefused or BrokerSilent; never merely nobody."""
        claims = self.verify_token(self._id_token(code, code_verifier, back_to), nonce=nonce)
        said = {**self._userinfo(claims["sub"]), **claims}
        user, places = places_of(said, clocks.local_day(clocks.now()))
        found = account(user)
        if not found.is_active:
            raise BrokerRefused(
                "deactivated",
                "din adgang er spærret.",
                "your access is deactivated.",
                hint={"da": "Bed administrator om hjælp.", "en": "Ask the administrator for help."},
            )
        found.places = places
        return found

    def _id_token(self, code: str, code_verifier: str, back_to: str) -> str:
        self.OIDC_OP_TOKEN_ENDPOINT = endpoint("token_endpoint")
        asked = {
            "client_id": settings.OIDC_RP_CLIENT_ID,
            "client_secret": settings.OIDC_RP_CLIENT_SECRET,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": code_verifier,
        }
        try:
            answer = self.get_token(asked)
        except requests.HTTPError:
            _distrust()
        except (requests.RequestException, ValueError):
            raise BrokerSilent from None
        token = answer.get("id_token") if isinstance(answer, dict) else None
        self.access_token = answer.get("access_token") if isinstance(answer, dict) else None
        return token if isinstance(token, str) else _distrust()

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The claims of a token that this issuer signed for us, now, for this very login. BrokerRefused otherwise."""
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in ALGORITHMS:
                _distrust()
            claims: dict[str, Any] = jwt.decode(
                token,
                self.retrieve_matching_jwk(token),
                algorithms=[algorithm],
                audience=settings.OIDC_RP_CLIENT_ID,
                issuer=settings.OIDC_ISSUER,
                leeway=_LEEWAY,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError:
            _distrust()
        if not secrets.compare_digest(str(claims["nonce"]).encode(), str(kwargs.get("nonce") or "").encode()):
            _distrust()
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else settings.OIDC_RP_CLIENT_ID) != settings.OIDC_RP_CLIENT_ID:
            _distrust()
        if settings.OIDC_ACR and claims.get("acr") not in settings.OIDC_ACR:
            raise BrokerRefused(
                "assurance",
                "du er logget ind på et lavere sikringsniveau, end der kræves.",
                "you logged in at a lower level of assurance than is required.",
                hint={"da": "Log ind med et stærkere login-middel.", "en": "Log in with a stronger means."},
            )
        return claims

    def retrieve_matching_jwk(self, token: str) -> jwt.PyJWK:
        """The one key of the broker's that the token names, of the kind its algorithm needs. BrokerRefused."""
        header = jwt.get_unverified_header(token)
        name, algorithm = header.get("kid"), header["alg"]
        wanted = {"kid": name, "kty": ALGORITHMS[algorithm], "use": "sig", "alg": algorithm}
        keys = _fetched(endpoint("jwks_uri")).get("keys")
        for key in keys if name and isinstance(keys, list) else ():
            if isinstance(key, dict) and {**_USUAL, "alg": algorithm, **key}.items() >= wanted.items():
                return jwt.PyJWK(key, algorithm=algorithm)
        return _distrust()

    def _userinfo(self, subject: str) -> Mapping[str, Any]:
        """What the broker says beside the token; nothing unless it is about the same subject."""
        address = endpoint("userinfo_endpoint")
        if not address or not self.access_token:
            return {}
        found = _fetched(address, Authorization=f"Bearer {self.access_token}")
        return found if found.get("sub") == subject else _distrust()


def _distrust() -> NoReturn:
    raise BrokerRefused(
        "token",
        "svaret fra login-tjenesten kunne ikke godkendes, og du er ikke logget ind.",
        "the answer of the login service could not be verified, and you are not logged in.",
        hint={"da": "Begynd forfra her.", "en": "Begin again here."},
    )


class _Away(OIDCAuthenticationRequestView):
    get_settings = staticmethod(setting)

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        return {"acr_values": " ".join(settings.OIDC_ACR)} if settings.OIDC_ACR else {}


@page(public=True)
def go(request: HttpRequest) -> HttpResponse:
    """To the broker; what was typed before the session was lost waits in the session meanwhile."""
    try:
        away = _Away().get(request)
    except RygradError as problem:
        return _refused(request, problem)
    kept = carried_of(request)
    if request.method != "POST" or kept is None:
        return away
    if len(kept.text) > LARGEST_IN_SESSION:
        wrong = say(
            "Det, du har skrevet, er for langt til at vente her. Kopiér det først, eller log ind med adgangskode.",
            "What you have written is too long to wait here. Copy it first, or log in with a password.",
        )
        return login_page(request, wrong=wrong, status=413)
    request.session[FIELD] = kept.text
    # A form may not lead to another site, so the last step is the reader's or the browser's.
    return shown(request, "away.html", address=away.url)


@page(public=True)
def come_back(request: HttpRequest) -> HttpResponse:
    """From the broker, with a code that is good once, for the login that this browser began."""
    begun = _begun(request)
    code = request.GET.get("code", "")
    try:
        if begun is None or not code:
            _distrust()
        user = Broker().authenticate(
            request,
            nonce=begun["nonce"],
            code_verifier=begun["code_verifier"],
            code=code,
            back_to=request.build_absolute_uri(request.path),
        )
    except RygradError as problem:
        return _refused(request, problem)
    back = request.session.pop("oidc_login_next", None) or ""
    return enter(request, user, places=user.places, back=back, backend=_PATH)


def _begun(request: HttpRequest) -> dict[str, str] | None:
    """What was kept when this state was made; stored as used before anything else is done."""
    states = request.session.get("oidc_states", {})
    found: dict[str, str] | None = states.pop(request.GET.get("state", ""), None)
    if found is not None:
        request.session["oidc_states"] = states
        request.session.save()
    return found


def _refused(request: HttpRequest, problem: RygradError) -> HttpResponse:
    message, hint = problem.message[language()], (problem.hint or {}).get(language(), "")
    wrong = f"{message[:1].upper()}{message[1:]} {hint}".strip()
    return login_page(request, wrong=wrong, status=getattr(problem, "status", 403))
