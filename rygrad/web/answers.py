"""What a page answers when it cannot do what was asked: one shape, nothing typed is lost, no personal data in logs."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

from rygrad.pathway.errors import RygradError
from rygrad.record.accesslog import one_answer
from rygrad.record.refusals import NotFound, StaleVersion
from rygrad.web.language import language, say
from rygrad.web.pages import actor_of, mark_of, not_yours, shown
from rygrad.web.securitylog import note_refusal

log = logging.getLogger("rygrad.web")
_NOTED = (400, 403, 404, 413, 422)
_GUARDS = ("csrfmiddlewaretoken", "version", "key", "by")
# Their forms hold a password, or what somebody else may have typed: never shown again as they were sent.
_LOGIN = ("login", "oidc_authentication_init")
_PASSWORDS = ("new_password", "change_password")


class Answers:
    """Middleware: an error of ours becomes a page with its status; a form that was sent is shown again."""

    def __init__(self, following: Callable[[HttpRequest], HttpResponse]) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; what is not said to be public is not kept by anybody."""
        with one_answer():
            response = self.following(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """The page for an error of ours; None for a bug, which Django answers."""
        if not isinstance(problem, RygradError):
            log.error("%s in %s", type(problem).__name__, way_to(problem))
            return None
        status = getattr(problem, "status", 422)
        if status in _NOTED:
            note_refusal(request, getattr(request, "actor", None), status, problem.code)
        if request.method == "POST":
            return kept(request, problem)
        return refused(request, problem)


def way_to(problem: Exception) -> str:
    """The way to the bug, innermost first; never the message, which may hold what somebody typed."""
    frames = traceback.extract_tb(problem.__traceback__)[-8:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def refused(request: HttpRequest, problem: RygradError) -> HttpResponse:
    """The page that says what is wrong and what to do."""
    return shown(request, "refused.html", status=getattr(problem, "status", 422), problem=_said(problem))


def kept(request: HttpRequest, problem: RygradError) -> HttpResponse:
    """The form as it was sent, to be looked at and sent again; after a stale version with what the others wrote."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    if page in _LOGIN:
        from rygrad.web.login import login_page

        said, status = _said(problem), getattr(problem, "status", 422)
        return login_page(request, wrong=f"{said['message']} {said['hint']}".strip(), status=status)
    if page in _PASSWORDS:
        return refused(request, problem)
    context: dict[str, Any] = {"problem": _said(problem), "fields": fields(request), "action": request.path}
    if isinstance(problem, StaleVersion):
        from rygrad.web.recording import written_since

        context |= written_since(request)
        context["version"] = problem.current
    return shown(request, "kept.html", status=getattr(problem, "status", 422), **context)


def fields(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Name, value and, of what somebody wrote, its heading, of everything a form sent but its guards."""
    found = [(name, value) for name in request.POST if name not in _GUARDS for value in request.POST.getlist(name)]
    return [(name, value, heading(name, value)) for name, value in found]


def heading(name: str, value: str) -> str:
    """What a text that somebody wrote is called; empty for a word that was chosen, or that only comes along."""
    if not any(character.isspace() for character in value.strip()):
        return ""
    known = {
        "note": say("Note", "Note"),
        "text": say("Besked", "Message"),
        "message": say("Besked", "Message"),
        "reason": say("Begrundelse", "Reason"),
        "why": say("Hvorfor", "Why"),
        "letter": say("Brev", "Letter"),
        "question": say("Spørgsmål", "Question"),
        "wish": say("Borgerens ønske", "The citizen's wish"),
        "finding": say("Fund", "Finding"),
        "answer": say("Svar", "Answer"),
        "alternative": say("I stedet", "Instead"),
        "outside": say("Uden for programmet, fordi", "Outside the programme, because"),
        "name": say("Navn", "Name"),
        "goal": say("Mål", "Goals"),
        "takes": say("Tager imod", "Takes"),
        "preconditions": say("Forudsætter", "Requires"),
        "does_not_take": say("Tager ikke imod", "Does not take"),
    }
    return known.get(name) or known.get(name.partition("-")[0], "")


def _said(problem: RygradError) -> dict[str, str]:
    hint = problem.hint or {}
    message = problem.message[language()]
    return {"code": problem.code, "message": message[:1].upper() + message[1:], "hint": hint.get(language(), "")}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that is not there looks like a course that is not yours."""
    return refused(request, NotFound())


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent is too large or cannot be read; to who asks for another site, nothing of this one."""
    if isinstance(exception, DisallowedHost):
        return bad_request(request, exception)
    problem = _TooLarge() if isinstance(exception, RequestDataTooBig) else _Unreadable()
    note_refusal(request, getattr(request, "actor", None), problem.status, problem.code)
    return refused(request, problem)


class _TooLarge(RygradError):
    status = 413

    def __init__(self) -> None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
        super().__init__(
            "too_large",
            {"da": "det sendte er for stort; intet er gemt.", "en": "what was sent is too large; nothing is stored."},
            {
                "da": f"Højst {limit} kB ad gangen. Gå tilbage i browseren, hvor teksten står, og send mindre.",
                "en": f"At most {limit} kB at a time. Go back in the browser, where the text is, and send less.",
            },
        )


class _Unreadable(RygradError):
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "unreadable",
            {
                "da": "det sendte kan ikke læses; intet er gemt.",
                "en": "what was sent cannot be read; nothing is stored.",
            },
            {"da": "Gå tilbage i browseren, og send igen.", "en": "Go back in the browser, and send it again."},
        )


def failed(request: HttpRequest) -> HttpResponse:
    """A bug of ours."""
    return refused(request, _Broken())


class _Broken(RygradError):
    status = 500

    def __init__(self) -> None:
        super().__init__(
            "failed",
            {"da": "noget gik galt hos os.", "en": "something went wrong at our end."},
            {
                "da": "Prøv igen. Det, der er kvitteret for, er gemt.",
                "en": "Try again. What was acknowledged is stored.",
            },
        )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page is too old is shown again to be sent again; one from another site is not."""
    actor = actor_of(request)
    note_refusal(request, actor, 403, "form_too_old")
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return refused(request, _TooOld())
    if actor is not None and request.POST.get("by", "") not in ("", mark_of(actor)):
        return not_yours(request)
    return kept(request, _TooOld())


class _TooOld(RygradError):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "form_too_old",
            {"da": "formularen kunne ikke godkendes.", "en": "the form could not be verified."},
            {"da": "Se den igennem, og send igen.", "en": "Look it over, and send it again."},
        )
