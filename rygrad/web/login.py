"""Login with a password, the demo's ready links, and a session that ends without taking typed text with it."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.record import clocks, people
from rygrad.record.models import Membership
from rygrad.record.refusals import NotFound
from rygrad.web import attempts, known
from rygrad.web.accounts import account, is_name
from rygrad.web.carried import carried_of, give_back, sent
from rygrad.web.language import COOKIE, LANGUAGES, say
from rygrad.web.pages import SIGNED_IN, Asked, actor_of, page, shown
from rygrad.web.persons import AS, is_person, person_account, person_actor
from rygrad.web.recording import back_of

_DEMO_SALT = "demo-login"
_DEMO_DAYS = 1
_PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105
_LOOPBACK = ("127.0.0.1", "::1")
# Who was last logged in on this browser, and where: opaque ids, signed.
_LAST = "sidst"
_LAST_COOKIE = f"{settings.COOKIE_PREFIX}sidst"
_LAST_DAYS = 30
_FIRST_PAGE = {
    "administrator": "administration",
    "citizen": "mine",
    "relative": "shared_with_me",
    "programme_manager": "region",
}


def demo_link(user: str) -> str:
    """The address that logs this user of the demo region in, for a day."""
    return reverse("demo", args=[signing.dumps(user, salt=_DEMO_SALT)])


def demo_link_of_person(person: str) -> str:
    """The same for a citizen or relative of the demo region, by the person's id."""
    return reverse("demo", args=[signing.dumps({"person": person}, salt=_DEMO_SALT)])


@page(public=True)
def demo(request: HttpRequest, token: str) -> HttpResponse:
    """A ready link of the demo: only in demo mode, only from this machine."""
    came_through = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if not settings.DEMO or came_through or request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        raise NotFound
    try:
        user = signing.loads(token, salt=_DEMO_SALT, max_age=_DEMO_DAYS * 86_400)
    except signing.BadSignature:
        raise NotFound from None
    if isinstance(user, dict):
        return enter(request, person_account(user["person"]), backend=_PASSWORD_BACKEND)
    people.professional_actor(user, clocks.local_day(clocks.now()))
    return enter(request, account(user), backend=_PASSWORD_BACKEND)


@page(public=True)
def home(request: HttpRequest) -> HttpResponse:
    """To the first page of whoever is logged in."""
    actor = actor_of(request)
    if actor is None:
        return redirect(settings.LOGIN_URL)
    return redirect(_FIRST_PAGE.get(actor.role, "worklist"))


@page(public=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """The login page. After a lost session it holds what was typed, and gives it back to be sent."""
    if request.method != "POST" or "username" not in request.POST:
        return login_page(request)
    name = request.POST["username"].strip()
    # A name that cannot be anybody's takes the way of every wrong name, and the same time.
    user = authenticate(request, username=name if is_name(name) else "", password=request.POST.get("password", ""))
    if user is None:
        wrong = say("Brugernavn eller adgangskode er forkert.", "The user name or password is wrong.")
        return login_page(request, wrong=wrong, status=401)
    if settings.OIDC_ONLY and not is_person(user):
        elsewhere = say("Log ind med din organisation.", "Log in with your organisation.")
        return login_page(request, wrong=elsewhere, status=403)
    return enter(request, user, back=back_of(request))


def enter(
    request: HttpRequest,
    user: Any,
    *,
    places: list[str] | None = None,
    back: str = "",
    backend: str | None = None,
) -> HttpResponse:
    """Log in who has shown who they are, in a session of its own; on to what they were doing.

    ``places`` are the organisations they may act for; without, every one they belong to today.
    """
    for name in ("organisation", "places", AS):
        request.session.pop(name, None)
    now = clocks.now()
    person = person_actor(request, user)
    actors = [person] if person else people.professional_actors(user.get_username(), clocks.local_day(now))
    actors = [one for one in actors if places is None or one.organisation in places]
    if not actors:
        nowhere = say(
            "Du er ikke tilknyttet en enhed i dag. Bed administrator om at oprette tilknytningen.",
            "You belong to no organisation today. Ask the administrator to add the membership.",
        )
        return login_page(request, wrong=nowhere, status=403)
    kept, last = carried_of(request), _last(request)
    actor = next((one for one in actors if [one.id, one.organisation] == last), actors[0])
    login(request, user, backend=backend)
    request.session["since"] = request.session["seen"] = int(now.timestamp())
    request.session["organisation"] = actor.organisation
    if places is not None:
        request.session["places"] = places
    attempts.tidy(now)
    response = give_back(request, kept, actor) if kept else redirect(back or "home")
    known.remember(request, user, response)
    return _remember(response, actor.id, actor.organisation)


def _last(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(_LAST_COOKIE, ""), salt=_LAST, max_age=_LAST_DAYS * 86_400)
    except signing.BadSignature:
        return ["", ""]
    return list(found)


def _remember(response: HttpResponse, *who: str | None) -> HttpResponse:
    text, age = signing.dumps(who, salt=_LAST), _LAST_DAYS * 86_400
    response.set_cookie(_LAST_COOKIE, text, max_age=age, httponly=True, samesite="Lax", secure=settings.IS_HTTPS)
    return response


def login_page(request: HttpRequest, *, wrong: str = "", status: int = 200, carried: Any = None) -> HttpResponse:
    """The login page, with what was typed before the session was lost."""
    back = back_of(request) or back_of(request, "next")
    kept, actor = carried or carried_of(request), actor_of(request)
    if kept and actor and kept.by not in ("", actor.id):
        kept = None
    return shown(request, "login.html", status=status, wrong=wrong, back=back, carried=kept, oidc=settings.OIDC)


def carry(request: HttpRequest) -> HttpResponse:
    """The login page instead of an answer to a form: what the form held comes along, and nothing was stored."""
    wrong = say(
        "Du var logget ud. Din tekst er her stadig: log ind, og send den.",
        "You were logged out. Your text is still here: log in, and send it.",
    )
    return login_page(request, wrong=wrong, status=401, carried=sent(request, _last(request)[0]))


@page(public=True)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Log out: the session is gone from the server too."""
    if request.method == "POST":
        logout(request)
    return redirect(settings.LOGIN_URL)


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """After too many wrong passwords: who has logged in from this browser before need not wait for what others did."""
    wrong = say(
        "For mange forkerte forsøg. Vent et kvarter, eller bed administrator om en ny adgangskode.",
        "Too many wrong attempts. Wait a quarter of an hour, or ask the administrator for a new password.",
    )
    return login_page(request, wrong=wrong, status=429)


@page(*SIGNED_IN)
def still_here(request: Asked) -> HttpResponse:
    """Keeps the session alive while somebody writes."""
    request.session["seen"] = int(clocks.now().timestamp())
    return HttpResponse(status=204)


@page(*SIGNED_IN)
def change_place(request: Asked) -> HttpResponse:
    """Act at another of one's own organisations; after login through a broker, at one that the broker named."""
    wanted = request.POST.get("organisation", "")
    today = clocks.local_day(clocks.now())
    if not Membership.objects.filter(professional_id=request.actor.id, organisation_id=wanted).exists():
        raise NotFound
    if wanted not in request.session.get("places", [wanted]):
        raise NotFound
    people.professional_actor(request.user.get_username(), today, wanted)
    request.session["organisation"] = wanted
    return _remember(redirect("home"), request.actor.id, wanted)


@page(public=True)
def choose_language(request: HttpRequest) -> HttpResponse:
    """Danish or English from now on, and back to the same page."""
    response = redirect(back_of(request) or "home")
    chosen = request.POST.get("lang")
    if chosen in LANGUAGES:
        response.set_cookie(COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="Lax", secure=settings.IS_HTTPS)
    return response
