"""The programme's own text with a sentence highlighted: where every "why?" ends."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rygrad.record.contents import active
from rygrad.web.pages import page

_LINES = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")


@page(public=True)
def source(request: HttpRequest) -> HttpResponse:
    """The source, line by line; the lines asked for are marked."""
    pathway = active().pathway
    asked = _LINES.fullmatch(request.GET.get("linjer", ""))
    first = int(asked[1]) if asked else 0
    last = int(asked[2] or asked[1]) if asked else -1
    lines = [(n, text, first <= n <= last) for n, text in enumerate(pathway.source.lines, start=1)]
    context = {
        "lines": lines,
        "first": first,
        "last": last,
        "identity": pathway.identity,
        "sha256": pathway.source.sha256,
    }
    response = render(request, "web/source.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
