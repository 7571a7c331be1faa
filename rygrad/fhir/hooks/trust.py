"""Whose calls are believed: a signed token from a listed issuer, by a key from the one address that is its own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from django.conf import settings
from django.http import HttpRequest
from urllib3.exceptions import HTTPError

from rygrad.fhir.hooks.addresses import absolute
from rygrad.fhir.signed import Key, NotTrusted, chosen, expiry, used_once, verified
from rygrad.pathway.errors import RygradError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_KEPT_SECONDS, _ASKED_AGAIN_AFTER, _WAIT_SECONDS = 3600, 60, 3
_LARGEST = 262_144


class NotSetUp(RygradError):
    """The services are closed, or their setting cannot be read (401, 503)."""

    def __init__(self, status: int) -> None:
        super().__init__(
            "not_set_up",
            {"da": "tjenesterne er ikke sat op på dette sted.", "en": "the services are not set up at this site."},
            {
                "da": "Sæt RYGRAD_CDS_ISSUERS til udsteder=nøgleadresse (https), komma imellem.",
                "en": "Set RYGRAD_CDS_ISSUERS to issuer=key-address (https), commas between.",
            },
        )
        self.status = status


@dataclass(frozen=True, slots=True)
class _Kept:
    """An issuer's keys, when they came, and when they were last asked for (seconds of this process's clock)."""

    keys: Any
    came: float
    asked: float


_NEVER = _Kept(None, float("-inf"), float("-inf"))
_kept: dict[str, _Kept] = {}
_lock = Lock()


def check(request: HttpRequest) -> None:
    """Returns when the caller may ask; NotTrusted or NotSetUp otherwise. A token is used up by this."""
    if not settings.CDS_ISSUERS:
        if settings.DEMO:
            return
        raise NotSetUp(401)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotTrusted("token_missing")
    listed = issuers(settings.CDS_ISSUERS)

    def key_of(header: Mapping[str, Any], issuer: str) -> Key | None:
        return _key(header, listed[issuer])

    claims = verified(token.strip(), key_of=key_of, issuers=listed, audience=absolute(request.path))
    if not used_once(claims["iss"], claims["jti"], expiry(claims)):
        raise NotTrusted("token_used")


@lru_cache(maxsize=8)
def issuers(setting: str) -> dict[str, str]:
    """Each issuer with the address of its keys; NotSetUp when the setting is not so, or an address is not encrypted."""
    found = {}
    for part in filter(None, (part.strip() for part in setting.split(","))):
        issuer, mark, rest = part.rpartition("=http")
        address = f"http{rest}"
        parts = urlsplit(address)
        if not (issuer and mark and (parts.scheme == "https" or parts.hostname in _LOOPBACK)):
            raise NotSetUp(503)
        found[issuer] = address
    return found


def _key(header: Mapping[str, Any], address: str) -> Key | None:
    """The key from the issuer's own address; an address in the token is only ever compared with it."""
    if header.get("jku", address) != address:
        return None
    with _lock:
        kept, now = _kept.get(address, _NEVER), time.monotonic()
        found = chosen(kept.keys, header.get("kid")) if now - kept.came < _KEPT_SECONDS else None
        if found is None and now - kept.asked > _ASKED_AGAIN_AFTER:
            keys = fetched(address)
            kept = replace(kept, asked=now) if keys is None else _Kept(keys, now, now)
            _kept[address] = kept
            found = chosen(keys, header.get("kid"))
    return found


def fetched(address: str) -> Any:
    """The key set at an address of the list; None when it does not answer. Nothing leads anywhere else."""
    try:
        with requests.get(address, timeout=_WAIT_SECONDS, allow_redirects=False, stream=True) as answer:
            body = answer.raw.read(_LARGEST + 1, decode_content=True)
            is_whole = answer.status_code == requests.codes.ok and len(body) <= _LARGEST
            return msgspec.json.decode(body) if is_whole else None
    except (requests.RequestException, HTTPError, msgspec.DecodeError, ValueError, RecursionError):
        return None
