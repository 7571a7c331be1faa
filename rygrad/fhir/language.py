"""In which language a system is answered."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header


def language_of(request: HttpRequest) -> str:
    """``da`` or ``en``, whichever the caller would rather have; Danish when neither is named."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wanted = (name.partition("-")[0] for name, _ in asked)
    return next((name for name in wanted if name in ("da", "en")), "da")
