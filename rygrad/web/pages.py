"""What every page shares: who may open it, who is acting, what stands around it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rygrad.record import clocks, people
from rygrad.record.actor import CLINICIANS, Actor
from rygrad.record.models import Membership
from rygrad.record.refusals import NotFound
from rygrad.record.words import FOOTER
from rygrad.web.language import language, say

TREATS = ("physiotherapist", "chiropractor")
WORKERS = (*CLINICIANS, "municipal_worker")
PERSONS = ("citizen", "relative")
READS_REGION = (*WORKERS, "administrator", "programme_manager")
SIGNED_IN = (*READS_REGION, *PERSONS)
_KEPT_ALIVE_EVERY = 60

View = Callable[..., HttpResponse]


class Asked(HttpRequest):
    """A request that a known actor makes."""

    actor: Actor


def page(*roles: str, public: bool = False, posts: bool = False) -> Callable[[View], View]:
    """A page for these roles, or for everybody. What is not said to be for a role is not there for it.

    ``posts``: only a form leads here; whoever opens the address is led back to the page the form is on. The view's
    ``policy`` holds the roles; a test refuses an address without one.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: Asked, *given: Any, **named: Any) -> HttpResponse:
            actor = actor_of(request)
            request.actor = actor  # type: ignore[assignment]
            if not public and actor is None:
                return _ask_who(request)
            if actor is not None and not public and actor.role not in roles:
                raise NotFound
            if actor is not None and not public and request.POST.get("by", "") not in ("", mark_of(actor)):
                return not_yours(request)
            if posts and request.method != "POST":
                return redirect("course", named["course"]) if "course" in named else redirect("home")
            if posts or request.method == "POST":
                from rygrad.web.recording import was_recorded

                again = was_recorded(request) if actor is not None and not public else None
                if again is not None:
                    return again
            return view(request, *given, **named)

        guarded.policy = frozenset(("public",) if public else roles)  # type: ignore[attr-defined]
        return guarded

    return guard


def mark_of(actor: Actor) -> str:
    """Who a form belongs to, and at which place they act: another's form, or one from another place, is not sent."""
    return f"{actor.id}|{actor.organisation or ''}"


def actor_of(request: HttpRequest) -> Actor | None:
    """Who is logged in: the professional they are today, at the place they chose, or a citizen or relative.

    None for nobody.
    """
    user: Any = request.user
    if not user.is_authenticated or not user.is_active:
        return None
    if not _keep_alive(request):
        return None
    today = clocks.local_day(clocks.now())
    try:
        return people.professional_actor(user.get_username(), today, request.session.get("organisation"))
    except NotFound:
        from rygrad.web.persons import person_actor

        return person_actor(request, user)


def _keep_alive(request: HttpRequest) -> bool:
    """The session lasts from the last request; written down once a minute, for a write is not free.

    It ends some hours after login, however busy it is; and when it was seen later than now: the clock has gone back,
    and nobody can say how long it has lasted.
    """
    now = int(clocks.now().timestamp())
    is_from_later = request.session.get("seen", 0) - now > _KEPT_ALIVE_EVERY
    if is_from_later or now - request.session.get("since", now) > settings.LONGEST_SESSION:
        logout(request)
        return False
    if now - request.session.get("seen", 0) > _KEPT_ALIVE_EVERY:
        request.session["seen"] = now
    return True


def _ask_who(request: HttpRequest) -> HttpResponse:
    """To the login, and back; what was posted is carried along."""
    if request.method == "POST":
        from rygrad.web.login import carry

        return carry(request)
    return redirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")


def not_yours(request: HttpRequest) -> HttpResponse:
    """A form that somebody else typed before the user was changed is neither stored nor shown."""
    message = say(
        "Formularen er skrevet af en anden bruger, og den er ikke gemt.",
        "The form was written by another user, and it is not stored.",
    )
    hint = say("Åbn siden igen som dig selv.", "Open the page again as yourself.")
    problem = {"code": "another_user", "message": message, "hint": hint}
    return shown(request, "refused.html", status=403, problem=problem)


def around(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows."""
    actor: Actor | None = getattr(request, "actor", None)
    today = clocks.local_day(clocks.now())
    found = {
        "actor": actor,
        "is_worker": actor is not None and actor.role in WORKERS,
        "reads_region": actor is not None and actor.role in READS_REGION,
        "by": mark_of(actor) if actor else "",
        "lang": language(),
        "today": today,
        "demo": settings.DEMO,
        "footer": FOOTER,
        "session_seconds": settings.SESSION_COOKIE_AGE,
    }
    if actor and actor.organisation:
        found["place"] = people.organisation_name(actor.organisation, today)
        places = request.session.get("places")
        found["places"] = [one for one in _places(actor, today) if places is None or one[0] in places]
    return found


def _places(actor: Actor, today: Any) -> list[tuple[str, str]]:
    rows = Membership.objects.filter(professional_id=actor.id, valid_from__lte=today)
    current = [row.organisation_id for row in rows if row.valid_until is None or row.valid_until >= today]
    return [(one, people.organisation_name(one, today)) for one in current] if len(current) > 1 else []


def shown(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of personal data: never kept by browser or proxy."""
    response = render(request, f"web/{template}", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def role_word(role: str) -> str:
    """What a role is called."""
    known = {
        "general_practitioner": say("praktiserende læge", "general practitioner"),
        "physiotherapist": say("fysioterapeut", "physiotherapist"),
        "chiropractor": say("kiropraktor", "chiropractor"),
        "specialist": say("speciallæge", "specialist"),
        "hospital_clinician": say("sygehuskliniker", "hospital clinician"),
        "municipal_worker": say("kommunal medarbejder", "municipal worker"),
        "administrator": say("administrator", "administrator"),
        "programme_manager": say("programansvarlig", "programme manager"),
        "citizen": say("borger", "citizen"),
        "relative": say("pårørende", "relative"),
    }
    return known[role]
