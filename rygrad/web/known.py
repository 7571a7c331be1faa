"""Browsers in which somebody has logged in before: in them the one whose name it is gets in while strangers guess.

A signed cookie holds a mark of each of the last names, bound to the password of that time; it opens nothing by itself.
The idea: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from rygrad.web.attempts import hashed

COOKIE = f"{settings.COOKIE_PREFIX}kendt"
DAYS = 30
MOST = 10
"""A computer of a clinic is used by several."""

_SALT = "rygrad.web.known"
_MARK = 16


def remember(request: HttpRequest, user: Any, response: HttpResponse) -> None:
    """This browser is from now on one in which this user has logged in."""
    browser, names = _kept(request)
    mine = {_mark(user.get_username()): _bound(user)}
    others = {name: bound for name, bound in names.items() if name not in mine}
    kept = dict([*mine.items(), *others.items()][:MOST])
    text, age = signing.dumps([browser or secrets.token_hex(8), kept], salt=_SALT), DAYS * 86_400
    response.set_cookie(COOKIE, text, max_age=age, httponly=True, samesite="Lax", secure=settings.IS_HTTPS)


def known_browser(request: HttpRequest, name: str) -> str:
    """A mark of this browser, when this name has logged in here and has the same password still; else empty."""
    browser, names = _kept(request)
    bound = names.get(_mark(name))
    user = get_user_model().objects.filter(username=name).first() if bound else None
    if user is None or not constant_time_compare(bound, _bound(user)):
        return ""
    return hashed(browser)


def _kept(request: HttpRequest) -> tuple[str, dict[str, str]]:
    try:
        browser, names = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=DAYS * 86_400)
    except signing.BadSignature:
        return "", {}
    return browser, names


def _mark(name: str) -> str:
    return hashed(name)[:_MARK]


def _bound(user: Any) -> str:
    return user.get_session_auth_hash()[:_MARK]
