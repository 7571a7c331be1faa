"""Reading one resource: now, as it was at a version, and all its versions."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from rygrad.fhir.api import opened
from rygrad.fhir.api.declined import Declined
from rygrad.fhir.api.kinds import KINDS, Kind
from rygrad.fhir.api.oauth import Caller
from rygrad.fhir.api.search import search
from rygrad.fhir.api.serve import address, answer, endpoint, etag, needs_scope
from rygrad.fhir.api.write import create, update
from rygrad.fhir.language import language_of
from rygrad.fhir.resources.shown import Resource
from rygrad.pathway.words import Phrase
from rygrad.record import audit
from rygrad.record.changes import check_size
from rygrad.record.door import see_versions
from rygrad.record.refusals import NotFound


@endpoint("GET", "POST")
def of_type(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """``GET /Type`` searches, ``POST /Type`` creates."""
    known(name)
    if request.method == "POST":
        return create(request, caller, name)
    return search(request, caller, name, request.GET)


_FORM = Phrase("Content-Type: application/x-www-form-urlencoded", "Content-Type: application/x-www-form-urlencoded")


@endpoint("POST")
def searched(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """``POST /Type/_search``: criteria in the body, where no log of addresses sees them."""
    known(name)
    if request.content_type not in ("application/x-www-form-urlencoded", ""):
        raise Declined(415, "media_type", Phrase("send en formular.", "send a form."), _FORM)
    sent = request.GET.copy()
    sent.update(request.POST)
    return search(request, caller, name, sent)


@endpoint("GET", "PUT", "HEAD")
def instance(request: HttpRequest, caller: Caller, name: str, id: str) -> HttpResponse:
    """``GET /Type/id`` reads, ``PUT /Type/id`` updates."""
    known(name)
    if request.method == "PUT":
        return update(request, caller, name, id)
    needs_scope(caller, name, "r")
    found = read(caller, name, id, language_of(request))
    if request.headers.get("If-None-Match") == version_of(found):
        return HttpResponse(status=304, headers={"ETag": version_of(found)})
    return answer(found, request, headers=_headers(found))


def known(name: str) -> Kind:
    """The type; NotFound for one that is not served."""
    if name not in KINDS:
        raise NotFound
    return KINDS[name]


def read(caller: Caller, name: str, id: str, language: str) -> Resource:
    """The resource now; NotFound when it is not there, or not the caller's to see."""
    kind = KINDS[name]
    if kind.home == "directory":
        return _named(opened.directory(name, id), id)
    if kind.home == "programme":
        return _named(opened.programme_resources(name), id)
    if kind.home == "audit":
        return _look(caller, id, language)
    return opened.one(caller.actor, kind, id, language)[0]


def _named(resources: Any, id: str) -> Resource:
    found = next((one for one in resources if one["id"] == id), None)
    if found is None:
        raise NotFound
    return dict(found)


def _look(caller: Caller, id: str, language: str) -> Resource:
    from rygrad.fhir.resources.trail import audit_event

    number = id.removeprefix("look-")
    if not number.isdecimal() or len(number) > 15:
        raise NotFound
    check_size(1)
    rows = audit.looks(caller.actor, after=int(number) + 1, size=1).rows
    return _named([audit_event(row, language) for row in rows], id)


def version_of(resource: Mapping[str, Any]) -> str:
    """The ETag of a resource; a programme's is its content version."""
    return etag(resource.get("meta", {}).get("versionId") or resource.get("version", "1"))


def _headers(resource: Mapping[str, Any]) -> dict[str, str]:
    return {"ETag": version_of(resource)}


@endpoint("GET")
def history(request: HttpRequest, caller: Caller, name: str, id: str) -> HttpResponse:
    """Every version of a resource, the newest first; what is as it was before is not repeated."""
    kind = known(name)
    needs_scope(caller, name, "r")
    base = address(request)
    versions = _versions(caller, kind, id, language_of(request))
    entries = [
        {
            "fullUrl": f"{base}/{name}/{id}",
            "resource": one,
            "request": {"method": "PUT" if number else "POST", "url": f"{name}/{id}"},
            "response": {"status": "200" if number else "201", "etag": version_of(one)},
        }
        for number, one in enumerate(versions)
    ]
    link = [{"relation": "self", "url": f"{base}/{name}/{id}/_history"}]
    bundle = {"resourceType": "Bundle", "type": "history", "total": len(entries), "link": link}
    return answer(bundle | {"entry": list(reversed(entries))}, request)


@endpoint("GET")
def version(request: HttpRequest, caller: Caller, name: str, id: str, version: str) -> HttpResponse:
    """One version of a resource; the version of the course it follows from."""
    kind = known(name)
    needs_scope(caller, name, "r")
    found = next((v for v in _versions(caller, kind, id, language_of(request), every=True) if _is(v, version)), None)
    if found is None:
        raise NotFound
    return answer(found, request, headers=_headers(found))


def _is(resource: Mapping[str, Any], version: str) -> bool:
    return version_of(resource) == etag(version)


def _versions(caller: Caller, kind: Kind, id: str, language: str, *, every: bool = False) -> list[Resource]:
    """The versions, the oldest first; a struck answer ends as entered in error."""
    if not kind.has_history:
        return [read(caller, kind.name, id, language)]
    current, shown = opened.one(caller.actor, kind, id, language)
    _, views = see_versions(caller.actor, shown.view.course, channel=opened.CHANNEL)
    found: list[Resource] = []
    for view in views:
        one = opened.by_id(opened.of_view(view, language), kind, id)
        if one and (every or not found or _content(one) != _content(found[-1])):
            found.append(one)
    return found or [current]


def _content(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != "meta"}
