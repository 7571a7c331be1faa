"""The programme's own text with a sentence highlighted: where every "why?" ends."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse

from rygrad.record.contents import active
from rygrad.web.pages import page
from rygrad.web.programme import lines
from rygrad.web.programme.pages import public

_LINES = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")


@page(public=True)
def source(request: HttpRequest) -> HttpResponse:
    """The source, line by line; the lines asked for are marked."""
    pathway = active().pathway
    asked = _LINES.fullmatch(request.GET.get("linjer", ""))
    first = int(asked[1]) if asked else 0
    last = int(asked[2] or asked[1]) if asked else -1
    shown = [(n, text, first <= n <= last) for n, text in enumerate(pathway.source.lines, start=1)]
    context: dict[str, Any] = {
        "lines": shown,
        "first": first,
        "last": last,
        "sha256": pathway.source.sha256,
        "citing": lines.citing(pathway, first, last),
    }
    return public(request, "source.html", **context)
