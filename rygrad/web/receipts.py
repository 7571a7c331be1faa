"""The receipts shown at the top of the next page wait in a cookie that only this host can set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Receipts(CookieStorage):
    """Django's, under a name that says so."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"
