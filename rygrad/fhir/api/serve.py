"""What every address of the FHIR server shares: who asks, for what, in which form; and errors as OperationOutcome."""

import logging
import traceback
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from rygrad.fhir.api.declined import Declined, outcome, status_of, wrong
from rygrad.fhir.api.oauth import Caller, caller_of
from rygrad.fhir.language import language_of
from rygrad.fhir.readjson import NotJson, decoded
from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase
from rygrad.record.accesslog import one_answer
from rygrad.record.refusals import StaleVersion

BASE = "/fhir"
JSON = "application/fhir+json"
_ACCEPTED = (JSON, "application/json", "json", "*/*", "application/*", "text/html", "application/fhir+json-patch")
log = logging.getLogger("rygrad.fhir")
doors = logging.getLogger("rygrad.security")
_NOTED = (400, 401, 403, 404, 413, 415, 422)

View = Callable[..., HttpResponse]


def endpoint(*methods: str, public: bool = False) -> Callable[[View], View]:
    """A view of the FHIR server for these methods, for everybody or for those with a token.

    The view gets the request and, unless public, its Caller. Its ``policy`` is ``public`` or ``token``.
    """

    def guard(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, **named: Any) -> HttpResponse:
            language = language_of(request)
            try:
                _check(request, methods)
                with one_answer():
                    response = view(request, **named) if public else view(request, _caller(request), **named)
            except RygradError as problem:
                response = declined(problem, language)
            except RequestDataTooBig:
                response = declined(_too_big(), language)
            except (BadRequest, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
                response = declined(wrong("request", "forespørgslen kan ikke læses.", "unreadable request."), language)
            except Exception as problem:
                log.error("%s in %s", type(problem).__name__, _way_to(problem))
                response = declined(_bug(), language)
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers["Content-Language"] = language
            return response

        answered.policy = frozenset({"public" if public else "token"})
        return answered

    return guard


def _check(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        raise Declined(
            405,
            "method",
            Phrase("det kan den adresse ikke.", "that address does not do that."),
            Phrase(f"Den kan: {', '.join(methods)}.", f"It does: {', '.join(methods)}."),
        )
    asked = request.GET.get("_format") or request.headers.get("Accept") or JSON
    forms = [part.partition(";")[0].strip().lower() for part in asked.split(",")]
    if not any(form in _ACCEPTED for form in forms):
        raise Declined(
            406,
            "format",
            Phrase("der svares kun i JSON.", "answers are JSON only."),
            Phrase(f"Bed om {JSON}.", f"Ask for {JSON}."),
        )


def _caller(request: HttpRequest) -> Caller:
    caller = caller_of(request)
    if caller is None:
        raise Declined(
            401,
            "no_token",
            Phrase("adgangstokenet mangler eller gælder ikke.", "the access token is missing or not valid."),
            Phrase(
                f"Hent et: se {BASE}/.well-known/smart-configuration.",
                f"Get one: see {BASE}/.well-known/smart-configuration.",
            ),
        )
    return caller


def _too_big() -> Declined:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return Declined(413, "too_big", Phrase(f"højst {limit} bytes ad gangen.", f"at most {limit} bytes at a time."))


def _bug() -> Declined:
    return Declined(
        500, "bug", Phrase("der skete en fejl hos os; intet blev gemt.", "an error of ours; nothing was stored.")
    )


def _way_to(problem: Exception) -> str:
    """The way to the bug, innermost first; never the message, which may hold what somebody sent."""
    frames = traceback.extract_tb(problem.__traceback__)[-8:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def needs_scope(caller: Caller, resource_type: str, letter: str) -> None:
    """Declined (403) unless the token's scopes hold this interaction."""
    if not caller.scopes.allow(resource_type, letter):
        raise Declined(
            403,
            "scope",
            Phrase("tokenet har ikke det nødvendige scope.", "the token lacks the scope."),
            Phrase(f"Bed om {resource_type}.{letter}.", f"Ask for {resource_type}.{letter}."),
        )


def answer(
    body: Mapping[str, Any],
    request: HttpRequest | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A resource as JSON; its version as ETag and its time as Last-Modified stand in ``headers`` where they matter."""
    data = msgspec.json.encode(body)
    if request is not None and request.GET.get("_pretty") == "true":
        data = msgspec.json.format(data, indent=2)
    return HttpResponse(data, status=status, content_type=f"{JSON}; charset=utf-8", headers=dict(headers or {}))


def declined(problem: RygradError, language: str) -> HttpResponse:
    """The OperationOutcome of an error, with what its status asks for."""
    response = answer(outcome(problem, language), status=status_of(problem))
    if response.status_code in _NOTED:
        doors.info("refused %s %s fhir", response.status_code, problem.code)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, StaleVersion):
        response.headers["ETag"] = etag(problem.current)
    if response.status_code == 503:
        response.headers["Retry-After"] = "5"
    return response


def etag(version: int | str) -> str:
    """A weak ETag of a version."""
    return f'W/"{version}"'


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; Declined when it is none, or of another media type."""
    kind = (request.content_type or "").lower()
    if kind not in (JSON, "application/json", "text/json", "application/json+fhir"):
        raise Declined(415, "media_type", Phrase(f"send {JSON}.", f"send {JSON}."))
    try:
        found = decoded(request.body)
    except NotJson:
        raise wrong("json", "det sendte er ikke JSON.", "what was sent is not JSON.") from None
    if not isinstance(found, dict):
        raise wrong("json", "det sendte er ikke en ressource.", "what was sent is not a resource.")
    return found


def address(request: HttpRequest) -> str:
    """The absolute base address that the caller used."""
    return f"{request.scheme}://{request.get_host()}{BASE}"
