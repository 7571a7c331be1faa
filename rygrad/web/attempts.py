"""Wrong passwords, and where they come from: the name as a keyed hash, and nothing of what was sent along.

What is typed as a name may be a password or the text of a patient, so none of it is kept.
"""

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models.signals import pre_save
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

KEPT_DAYS = 180


def name_of(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """What stands for a name that somebody tried: the same for the same name, and not the name."""
    given = credentials.get("username") if credentials else request.POST.get("username")
    return hashed(given or "")


def hashed(name: str) -> str:
    """A keyed mark of a text: the same for the same, and not the text."""
    return salted_hmac("rygrad.web.attempts", name, algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from: as the site's own proxy says, when it comes through that; None for a socket."""
    came_from = request.META.get("REMOTE_ADDR", "")
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    for address in (said, came_from) if settings.PROXY and came_from == settings.PROXY else (came_from,):
        try:
            return str(ipaddress.ip_address(address))
        except ValueError:
            continue
    return None


def forget(name: str) -> None:
    """Nobody is locked out from this name any more."""
    from axes.models import AccessAttempt

    AccessAttempt.objects.filter(username=hashed(name)).delete()


def tidy(now: datetime) -> int:
    """Drop attempts and sessions that are over, and logins of half a year ago; how many rows there were."""
    from axes.models import AccessAttempt, AccessLog
    from django.contrib.sessions.models import Session

    over = (
        AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME),
        AccessLog.objects.filter(attempt_time__lt=now - timedelta(days=KEPT_DAYS)),
        Session.objects.filter(expire_date__lt=now),
    )
    return sum(rows.delete()[0] for rows in over)


def keep_nothing_sent() -> None:
    """From now on an attempt is stored without the fields and the address line that came with it."""
    from axes.models import AccessAttempt

    pre_save.connect(_empty, sender=AccessAttempt, dispatch_uid="rygrad.web.attempts")


def _empty(instance: Any, **_: Any) -> None:
    instance.get_data = instance.post_data = ""
