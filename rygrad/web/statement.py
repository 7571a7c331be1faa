"""The accessibility statement, as Danish law asks of public sites."""

from django.http import HttpRequest, HttpResponse

from rygrad.web.pages import page
from rygrad.web.programme.pages import public


@page(public=True)
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the pages live up to, what they do not, and how to say that something is wrong."""
    return public(request, "accessibility.html")
