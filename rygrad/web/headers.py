"""What every answer says to the browser beside the content's own policy, and which requests are not answered at all."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

OF_PAGES = ("GET", "HEAD", "POST")
OF_SYSTEMS = ("/fhir", "/oauth/", "/cds-services")
"""Addresses that programs call: never led on from a plain address to an encrypted one, for nobody would notice."""

# Nothing here needs a device; copying to the clipboard is the one thing the script asks for, and it stays allowed.
SENSORS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def guards() -> dict[str, str]:
    """The headers of every answer, whoever makes it."""
    return {"Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": SENSORS, "Cache-Control": "no-store"}


class Headers:
    """Middleware around all others: an answer that none of them saw to the end has its headers too."""

    def __init__(self, following: Callable[[HttpRequest], HttpResponse]) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; what does not say that it may be kept is kept by nobody."""
        response = self.following(request)
        for name, value in guards().items():
            response.headers.setdefault(name, value)
        return response


class Refusals:
    """Middleware: methods no page has, and programs that call without encryption where it is asked for."""

    def __init__(self, following: Callable[[HttpRequest], HttpResponse]) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or why there is none."""
        is_of_systems = request.path.startswith(OF_SYSTEMS)
        if not is_of_systems and request.method not in OF_PAGES:  # systems are told by their own addresses
            return _said(405, "This method is not used here.", Allow=", ".join(OF_PAGES))
        if settings.IS_HTTPS and not request.is_secure() and is_of_systems:
            return _said(
                403, "Call this address by https. What was sent came unencrypted: hold it for known to others."
            )
        return self.following(request)


def _said(status: int, text: str, **headers: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
