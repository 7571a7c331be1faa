"""CDS Hooks 2.0 over HTTP: the discovery, the services, and what became of their cards."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, wraps
from logging import getLogger
from typing import Any
from uuid import uuid4

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from rygrad.decision.decision import ENGINE
from rygrad.fhir.hooks import trust
from rygrad.fhir.hooks.asked import BadCall, as_json, asked
from rygrad.fhir.hooks.cards import Told, composed
from rygrad.fhir.hooks.feedback import keep, outcomes
from rygrad.fhir.hooks.offered import SERVICES, Service
from rygrad.fhir.language import language_of
from rygrad.fhir.models import Advice
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from rygrad.record import clocks, contents
from rygrad.record.refusals import NotFound
from rygrad.record.storage import writing

log = getLogger("rygrad.fhir")
View = Callable[..., HttpResponse]


class _TooLarge(RygradError):
    status = 413

    def __init__(self) -> None:
        super().__init__(
            "too_large",
            {"da": "kaldet er for stort.", "en": "the call is too large."},
            {"da": "Send kun det, tjenesten beder om.", "en": "Send only what the service asks for."},
        )


class _Method(RygradError):
    status = 405

    def __init__(self, allowed: str) -> None:
        super().__init__("method", {"da": f"brug {allowed}.", "en": f"use {allowed}."})
        self.allowed = allowed


def route(method: str) -> Callable[[View], View]:
    """A route of other systems: its method, a signed call where the site wants one, and JSON whatever happens."""

    def guard(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, **named: str) -> HttpResponse:
            try:
                if request.method not in (("GET", "HEAD") if method == "GET" else (method,)):
                    raise _Method(method)
                trust.check(request)
                answer = view(request, **named)
            except RygradError as problem:
                answer = refused(problem)
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["Vary"] = "Accept-Language"
            answer.headers["Content-Language"] = language_of(request)
            return answer

        guarded.policy = frozenset({"jwt"})
        return guarded

    return guard


def refused(problem: RygradError) -> HttpResponse:
    """An error as JSON: code, message in both languages, and what to do instead."""
    answer = JsonResponse(problem.as_data(), status=getattr(problem, "status", 422))
    if isinstance(problem, _Method):
        answer.headers["Allow"] = problem.allowed
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@route("GET")
def discovery(request: HttpRequest) -> HttpResponse:
    """The services, and what each wants to be sent."""
    return JsonResponse({"services": [one.as_data(language_of(request)) for one in SERVICES.values()]})


@route("POST")
def call(request: HttpRequest, service: str) -> HttpResponse:
    """The cards of one service, from what came with the call alone."""
    found, pathway = _service(service), programme()
    told = answered(pathway, found, as_json(_body(request)), language_of(request))
    return JsonResponse({"cards": [one.card for one in _kept(pathway, found, told)]})


@route("POST")
def feedback(request: HttpRequest, service: str) -> HttpResponse:
    """What became of cards that this service gave: accepted, or overridden with reason and comment."""
    keep(_service(service).id, outcomes(as_json(_body(request))))
    return JsonResponse({})


def answered(pathway: Pathway, service: Service, given: Any, language: str) -> list[Told]:
    """The cards for a call, today; nothing is stored. BadCall says what is wrong with it."""
    return composed(pathway, asked(service, given), clocks.local_day(clocks.now()), language)


def programme() -> Pathway:
    """The content in force; the installed one before any was activated here."""
    try:
        return contents.active().pathway
    except NotFound:
        return _installed()


@cache
def _installed() -> Pathway:
    return load_pathway()


def _kept(pathway: Pathway, service: Service, told: list[Told]) -> list[Told]:
    """The cards with an id each, kept beside what they concluded, so that feedback can be matched.

    A card that cannot be kept is given all the same, without an id: advice is worth more than its count.
    """
    at = clocks.now()
    named = [replace(one, card={"uuid": str(uuid4()), **one.card}) for one in told]
    rows = [
        Advice(
            id=one.card["uuid"],
            service=service.id,
            at=at,
            content_sha256=pathway.identity.sha256,
            engine=ENGINE,
            about=one.about,
            state=one.state,
        )
        for one in named
    ]
    try:
        with writing():
            Advice.objects.bulk_create(rows)
    except RygradError as problem:
        log.warning("advice not kept: %s", problem.code)
        return told
    return named


def _service(name: str) -> Service:
    if name not in SERVICES:
        raise NotFound
    return SERVICES[name]


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as problem:
        raise _TooLarge from problem
    except UnreadablePostError as problem:
        raise BadCall("json", "kaldet kunne ikke læses.", "the call could not be read.") from problem
