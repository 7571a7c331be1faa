"""Bulk export: everything the caller's organisation may see, as NDJSON, a type at a time, written as it is read.

The protocol is asynchronous (202, status, files); here the status is complete at once, since each file is made while it
is fetched: nothing lies about on a disk. https://hl7.org/fhir/uv/bulkdata/STU2/export.html
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

from rygrad.fhir.api import opened
from rygrad.fhir.api.declined import Declined, wrong
from rygrad.fhir.api.kinds import KINDS, OF_A_PERSON
from rygrad.fhir.api.oauth import Caller
from rygrad.fhir.api.serve import address, endpoint, needs_scope
from rygrad.fhir.language import language_of
from rygrad.fhir.resources.shown import Resource, instant
from rygrad.pathway.words import Phrase
from rygrad.record import clocks
from rygrad.record.accesslog import begun
from rygrad.record.refusals import NotFound
from rygrad.record.within import courses_within

TYPES = (*OF_A_PERSON, "Organization", "Practitioner", "PractitionerRole")
_SALT, _HOURS, _BATCH = "rygrad.fhir.export", 3600, 200


@endpoint("GET")
def export(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Begin: 202 and where the status is."""
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise Declined(
            400,
            "not_async",
            Phrase("udtrækket er asynkront.", "the export is asynchronous."),
            Phrase("Send Prefer: respond-async.", "Send Prefer: respond-async."),
        )
    job = {"client": caller.client, "types": _types(request, caller), "since": _since(request)}
    token = signing.dumps(job | {"at": instant(clocks.now())}, salt=_SALT)
    return HttpResponse(status=202, headers={"Content-Location": f"{address(request)}/$export-status/{token}"})


def _types(request: HttpRequest, caller: Caller) -> list[str]:
    asked = [one for one in request.GET.get("_type", "").split(",") if one]
    unknown = [one for one in asked if one not in TYPES]
    if unknown:
        known = ", ".join(TYPES)
        raise wrong(
            "type", "en type kendes ikke.", "a type is not known.", Phrase(f"Kendt: {known}.", f"Known: {known}.")
        )
    for one in asked:
        needs_scope(caller, one, "r")
    types = asked or [one for one in TYPES if caller.scopes.allow(one, "r")]
    if not types:
        needs_scope(caller, "Patient", "r")
    return types


def _since(request: HttpRequest) -> str:
    given = request.GET.get("_since", "")
    try:
        at = datetime.fromisoformat(given) if given else None
    except ValueError:
        at = None
    if given and (at is None or at.tzinfo is None):
        raise wrong("since", "_since skal være et tidspunkt med zone.", "_since must be an instant with its zone.")
    return given


def _job(caller: Caller, token: str) -> dict[str, Any]:
    """The export this token is of; NotFound for another's, an old one, or a forged one."""
    try:
        job = signing.loads(token, salt=_SALT, max_age=_HOURS)
    except signing.BadSignature:
        raise NotFound from None
    if job["client"] != caller.client:
        raise NotFound
    return dict(job)


@endpoint("GET", "DELETE")
def status(request: HttpRequest, caller: Caller, token: str) -> HttpResponse:
    """The files there are. DELETE ends nothing, since nothing is kept."""
    job = _job(caller, token)
    if request.method == "DELETE":
        return HttpResponse(status=202)
    base = address(request)
    output = [{"type": name, "url": f"{base}/$export-file/{token}/{name}.ndjson"} for name in job["types"]]
    manifest = {
        "transactionTime": job["at"],
        "request": f"{base}/$export",
        "requiresAccessToken": True,
        "output": output,
        "error": [],
    }
    return JsonResponse(manifest)


@endpoint("GET")
def file(request: HttpRequest, caller: Caller, token: str, name: str) -> StreamingHttpResponse:
    """One file: a resource on each line."""
    job = _job(caller, token)
    if name not in job["types"]:
        raise NotFound
    needs_scope(caller, name, "r")
    since = datetime.fromisoformat(job["since"]) if job["since"] else None
    lines = begun(_lines(_resources(caller, name, language_of(request)), since))
    return StreamingHttpResponse(lines, content_type="application/fhir+ndjson")


def _lines(resources: Iterator[Resource], since: datetime | None) -> Iterator[bytes]:
    for one in resources:
        updated = one.get("meta", {}).get("lastUpdated")
        if since is None or updated is None or datetime.fromisoformat(updated) >= since:
            yield msgspec.json.encode(one) + b"\n"


def _resources(caller: Caller, name: str, language: str) -> Iterator[Resource]:
    kind = KINDS[name]
    if kind.home == "directory":
        yield from opened.directory(name)
        return
    after = ""
    while courses := courses_within(caller.actor, opened.today(), after, _BATCH):
        for shown in opened.seen_among(caller.actor, courses, language):
            if kind.home != "person" or opened.is_newest_of_its_person(shown):
                yield from kind.of(shown)
        after = courses[-1]
