"""S8, who has looked: when, who, from where, why, in words; and everything that is recorded about me."""

import json

from django.http import HttpResponse
from django.templatetags.static import static
from django.utils.html import format_html

from rygrad.record import clocks
from rygrad.record.door import LookLine, see_access_log
from rygrad.record.export import everything, printable
from rygrad.record.words import LOOK_WORDS
from rygrad.web.language import language, say, words
from rygrad.web.pages import Asked, page, role_word, shown
from rygrad.web.recording import number_of

SIZE = 50
_WHY = {
    "holder": ("har eller har haft ansvaret", "is or was accountable"),
    "own_gp": ("er din egen læge", "is your own doctor"),
    "referral": ("har fået en henvisning om dig", "has a referral about you"),
    "consent": ("har dit samtykke", "has your consent"),
    "emergency": ("brugte nødadgang", "used emergency access"),
    "sharing": ("du deler med", "you share with"),
    "self": ("dig selv", "yourself"),
    "care": ("er med i dit forløb", "is part of your course"),
    "sheet": ("er med i dit forløb", "is part of your course"),
    "start": ("skulle åbne et forløb", "was to open a course"),
}


@page("citizen")
def my_looks(request: Asked) -> HttpResponse:
    """The newest first, fifty a page; one's own looks only when asked for."""
    with_own = request.GET.get("mine") == "1"
    place, after = request.GET.get("enhed", ""), number_of(request.GET.get("fra", "")) or 0
    everyone = see_access_log(request.actor, channel="web")
    rows = [one for one in everyone if with_own or one.role != "citizen"]
    places = sorted({one.organisation for one in everyone if one.organisation})
    if place:
        rows = [one for one in rows if one.organisation == place]
    return shown(
        request,
        "citizen/looks.html",
        looks=[_line(one) for one in rows[after : after + SIZE]],
        seen_from=places,
        chosen=place,
        with_own=with_own,
        own=sum(one.role == "citizen" for one in everyone),
        following=after + SIZE if len(rows) > after + SIZE else None,
        newer=max(after - SIZE, 0) if after else None,
    )


def _line(look: LookLine) -> dict[str, object]:
    return {
        "at": look.at,
        "who": look.actor,
        "role": role_word(look.role),
        "place": look.organisation or "",
        "what": words(LOOK_WORDS[look.what]),
        "why": ", ".join(say(*_WHY[basis]) for basis in look.basis.split() if basis in _WHY),
        "reason": look.reason or "",
    }


@page("citizen")
def my_data(request: Asked) -> HttpResponse:
    """What it is, and the two ways to get it."""
    return shown(request, "citizen/mydata.html")


@page("citizen")
def my_data_file(request: Asked) -> HttpResponse:
    """Everything that is recorded about the citizen, as a file for another system."""
    text = json.dumps(everything(request.actor, channel="web"), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="mine-data-{_today()}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@page("citizen")
def my_data_page(request: Asked) -> HttpResponse:
    """The same as a page to print."""
    style = format_html('<link rel="stylesheet" href="{}">', static("web/mydata.css"))  # the site allows no other
    response = HttpResponse(printable(everything(request.actor, channel="web"), language(), style=style))
    response.headers["Cache-Control"] = "no-store"
    return response


def _today() -> str:
    return clocks.local_day(clocks.now()).isoformat()
