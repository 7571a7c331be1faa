"""What happens at the doors, in the process's log: who came in or did not, by keyed marks; no name, address or text.

The same name or address has the same mark while the secret key is the same, so that lines can be held together.
"""

import logging
from collections.abc import Mapping
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from rygrad.record.actor import Actor
from rygrad.web.attempts import address_of, hashed

log = logging.getLogger("rygrad.security")
_MARK = 12


def keep_watch() -> None:
    """From now on every login, failed login, lock-out and logout is one line."""
    for signal, heard in (
        (user_logged_in, _came_in),
        (user_login_failed, _failed),
        (user_logged_out, _left),
        (user_locked_out, _locked),
    ):
        signal.connect(heard, dispatch_uid=f"rygrad.security {heard.__name__}", weak=False)


def note(what: str, request: HttpRequest | None, name: str = "") -> None:
    """One line: what happened, to which name, from where; both as marks."""
    address = address_of(request) if request is not None else None
    log.info("%s who=%s from=%s", what, _mark(name), _mark(address or ""))


def note_refusal(request: HttpRequest, actor: Actor | None, status: int, code: str) -> None:
    """What was sent cannot be taken, or somebody known asked for what is not theirs or not there (never which)."""
    page = request.resolver_match.url_name if request.resolver_match else "-"
    note(f"refused {status} {code} {page}", request, actor.id if actor else "")


def _came_in(request: HttpRequest, user: Any, **_: Any) -> None:
    way = str(getattr(user, "backend", "")).rpartition(".")[2]
    note(f"login {way}", request, user.get_username())


def _failed(credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if not getattr(request, "axes_locked_out", False):
        note("login failed", request, str(credentials.get("username") or ""))


def _left(request: HttpRequest, user: Any, **_: Any) -> None:
    note("logout", request, user.get_username() if user else "")


def _locked(request: HttpRequest, **_: Any) -> None:
    credentials = getattr(request, "axes_credentials", None) or {}
    note("login locked", request, str(credentials.get("username") or ""))


def _mark(text: str) -> str:
    return hashed(text)[:_MARK] if text else "-"
