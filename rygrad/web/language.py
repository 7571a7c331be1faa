"""Danish first, English second: which of the two a person reads, and saying it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from rygrad.pathway.words import Phrase

COOKIE = f"{settings.COOKIE_PREFIX}sprog"
LANGUAGES = ("da", "en")


def language() -> str:
    """``da`` or ``en``: what this request is answered in."""
    return "en" if translation.get_language() == "en" else "da"


def say(da: str, en: str) -> str:
    """The one of the two that is read."""
    return en if language() == "en" else da


def words(phrase: Phrase) -> str:
    """A phrase in the language that is read."""
    return phrase.text(language())


class ChosenLanguage:
    """Middleware: the language of the reader's cookie; Danish without one."""

    def __init__(self, following: Callable[[HttpRequest], HttpResponse]) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer in that language."""
        chosen = request.COOKIES.get(COOKIE)
        with translation.override(chosen if chosen in LANGUAGES else LANGUAGES[0]):
            response = self.following(request)
        response.headers.setdefault("Content-Language", chosen if chosen in LANGUAGES else LANGUAGES[0])
        return response
