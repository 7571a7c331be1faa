"""The documents as pages to print, and as PDF with ``?format=pdf`` where that is installed."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rygrad.record import citizenview, clocks, people
from rygrad.record.actor import CLINICIANS
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.record.emergencysheet import open_plans
from rygrad.record.refusals import NotFound
from rygrad.web.citizen.mine import everything
from rygrad.web.language import language, say
from rygrad.web.pages import WORKERS, Asked, page
from rygrad.web.paper import documents, press
from rygrad.web.triage import letter_of


def _answer(request: HttpRequest, html: str, name: str, *, is_public: bool = False) -> HttpResponse:
    """The page, or the PDF of it where that can be made; personal ones are kept by nobody."""
    wants_pdf = request.GET.get("format") == "pdf"
    if wants_pdf and not press.missing():
        response = HttpResponse(press.pdf(html), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    else:
        response = HttpResponse(_with_note(html) if wants_pdf else html)
    response.headers["Cache-Control"] = "public, max-age=300" if is_public else "no-store"
    response.headers["Vary"] = "Cookie"
    return response


def _with_note(html: str) -> str:
    """The page, with a line on the screen alone: there is no PDF here."""
    said = say(
        "PDF er ikke installeret her. Udskriv siden fra browseren.",
        "PDF is not installed here. Print the page from the browser.",
    )
    return html.replace("<main>", f'<main><p class="on-screen">{said}</p>', 1)


@page(public=True)
def leaflet(request: HttpRequest) -> HttpResponse:
    """The citizen's leaflet: ``?gruppe=`` for one group, ``?stor=1`` in large print."""
    pathway, group = active().pathway, request.GET.get("gruppe", "")
    if group and group not in pathway.groups:
        raise NotFound
    address = request.build_absolute_uri(reverse("mine")) if not press.missing() else ""
    large = request.GET.get("stor") == "1"
    html = documents.leaflet(pathway, language(), group, is_large=large, address=address)
    return _answer(request, html, "pjece", is_public=True)


@page(public=True)
def pocket(request: HttpRequest) -> HttpResponse:
    """The pocket edition to fold; ``?sider=1`` in the order it is read."""
    html = documents.pocket(active().pathway, language(), is_imposed=request.GET.get("sider") != "1")
    return _answer(request, html, "lommeudgave", is_public=True)


@page(public=True)
def questionnaire(request: HttpRequest) -> HttpResponse:
    """The blank questions before a visit."""
    return _answer(request, documents.questionnaire(active().pathway, language()), "spoergeskema", is_public=True)


@page("citizen")
def my_plan(request: Asked) -> HttpResponse:
    """The citizen's own plan on one page."""
    courses = citizenview.own_courses(request.actor)
    return _plan(request, see_course(request.actor, courses[0].course, channel="web", what="course"))


@page(*WORKERS)
def plan(request: Asked, course: str) -> HttpResponse:
    """The plan on one page, for the citizen without a screen."""
    return _plan(request, see_course(request.actor, course, channel="web", what="course"))


def _plan(request: HttpRequest, view: CourseView) -> HttpResponse:
    today = clocks.local_day(clocks.now())
    return _answer(request, documents.plan(everything(view, today), language(), today), "plan")


@page(*WORKERS)
def letter(request: Asked, course: str, entry: str) -> HttpResponse:
    """A letter as it was sent."""
    return _answer(request, documents.letter(*letter_of(request, course, entry), language()), "brev")


@page(*CLINICIANS)
def emergency(request: Asked) -> HttpResponse:
    """The programme on a page, and this clinic's open plans: to lie ready on paper."""
    today = clocks.local_day(clocks.now())
    place = people.organisation_name(request.actor.organisation or "", today)
    rows = open_plans(request.actor, channel="web")
    return _answer(request, documents.emergency(active().pathway, place, rows, language(), today), "noedark")
