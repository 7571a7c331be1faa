"""Who must wait after wrong passwords: one stranger, many strangers at one name, one stranger at many names.

A browser in which a name has logged in before is counted by itself, and what strangers do never hits it; so nobody
locks out the one whose name it is, from wherever the strangers come. A stranger is counted by name and address, by name
over all places that name has never logged in from, and by address over all names.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Q, Sum
from django.http import HttpRequest

from rygrad.record import clocks
from rygrad.web.attempts import address_of, name_of
from rygrad.web.known import DAYS, known_browser

AT_ONE_NAME = 10
"""Wrong ones from places where that name has never logged in."""

FROM_ONE_ADDRESS = 30
"""Wrong ones over all names: more than a morning in a large house makes, since a right one takes its own back."""

_STRANGER = ""

Credentials = Mapping[str, Any] | None


class Lockout(AxesDatabaseHandler):
    """How axes counts and decides. What it calls the user agent is the known browser's mark; empty for a stranger."""

    def is_locked(self, request: HttpRequest, credentials: Credentials = None) -> bool:
        """Whether this attempt must wait; what was typed is then not looked at."""
        _recognise(request, str((credentials or {}).get("username") or ""))
        return super().is_locked(request, credentials) or _is_crowded(request, credentials)

    def user_login_failed(
        self, sender: Any, credentials: Mapping[str, Any], request: HttpRequest | None = None, **more: Any
    ) -> None:
        """Count it."""
        _recognise(request, str(credentials.get("username") or ""))
        super().user_login_failed(sender, credentials, request, **more)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
        """Note where, and take back what this browser did wrong before."""
        _recognise(request, user.get_username())
        super().user_logged_in(sender, request, user, **more)


def _recognise(request: Any, name: str) -> None:
    if request is not None:
        request.axes_user_agent = known_browser(request, name)


def _is_crowded(request: Any, credentials: Credentials) -> bool:
    """Too many at this name or from this address; for a known browser only what it did itself, from any address."""
    name, browser, address = name_of(request, credentials), request.axes_user_agent, address_of(request)
    if browser:
        return _wrong(request, Q(username=name, user_agent=browser)) >= settings.AXES_FAILURE_LIMIT
    if address and _wrong(request, Q(ip_address=address, user_agent=_STRANGER)) >= FROM_ONE_ADDRESS:
        return True
    if _wrong(request, Q(username=name, user_agent=_STRANGER)) < AT_ONE_NAME:
        return False
    return address not in _addresses_of(str((credentials or {}).get("username") or ""))


def _wrong(request: HttpRequest, where: Q) -> int:
    attempts = AccessAttempt.objects.filter(where, attempt_time__gte=get_cool_off_threshold(request))
    return attempts.aggregate(wrong=Sum("failures_since_start"))["wrong"] or 0


def _addresses_of(name: str) -> list[str]:
    """Where this name has logged in from within the days that a browser is known."""
    since = clocks.now() - timedelta(days=DAYS)
    rows = AccessLog.objects.filter(username=name, attempt_time__gte=since, ip_address__isnull=False)
    return list(rows.values_list("ip_address", flat=True).distinct())
