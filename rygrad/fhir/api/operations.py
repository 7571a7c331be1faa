"""``$everything`` for a citizen, and ``$apply``: GET previews, POST records what a clinician confirmed."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from rygrad.fhir.api import opened
from rygrad.fhir.api.declined import Declined, wrong
from rygrad.fhir.api.kinds import OF_A_COURSE
from rygrad.fhir.api.oauth import Caller
from rygrad.fhir.api.serve import address, answer, body_of, endpoint, etag, needs_scope
from rygrad.fhir.api.write import key_of, needs_somebody, open_course_of, version_read
from rygrad.fhir.language import language_of
from rygrad.fhir.names import id_of
from rygrad.fhir.resources.proposal import plan_ids, proposed
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record import acts, journal
from rygrad.record.acts import Act
from rygrad.record.contents import active
from rygrad.record.refusals import NotFound
from rygrad.record.within import courses_near


@endpoint("GET")
def everything(request: HttpRequest, caller: Caller, id: str) -> HttpResponse:
    """All the caller may see of a citizen, of the types the token's scopes hold."""
    needs_scope(caller, "Patient", "r")
    language, base = language_of(request), address(request)
    courses = list(opened.seen_among(caller.actor, courses_near(caller.actor, id), language))
    if not courses:
        raise NotFound
    entries: dict[str, dict[str, Any]] = {}
    for shown in courses:
        for kind in OF_A_COURSE:
            for one in kind.of(shown) if caller.scopes.allow(kind.name, "r") else ():
                url = f"{base}/{kind.name}/{one['id']}"
                entries[url] = {"fullUrl": url, "resource": one, "search": {"mode": "match"}}
    link = [{"relation": "self", "url": f"{base}/Patient/{id}/$everything"}]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "link": link}
    return answer(bundle | {"entry": list(entries.values())}, request)


@endpoint("GET", "POST")
def apply(request: HttpRequest, caller: Caller, id: str) -> HttpResponse:
    """The programme for one citizen. GET proposes and stores nothing; POST confirms the group and the plan."""
    pathway, language = active().pathway, language_of(request)
    if id not in plan_ids(pathway):
        raise NotFound
    needs_scope(caller, "PlanDefinition", "r")
    if request.method == "POST":
        return _confirm(request, caller, pathway, id)
    needs_scope(caller, "CarePlan", "r")
    shown = open_course_of(caller, _subject(request.GET.get("subject", "")), language)
    if shown.view.decision is None:
        raise NotFound
    plan = proposed(pathway, shown.view.decision, id, shown.view.person, language)
    return answer(plan, request, headers={"ETag": etag(shown.view.version)})


def _subject(given: str) -> str:
    kind, _, person = given.rpartition("/")
    if kind.rpartition("/")[2] not in ("Patient", "") or not person:
        raise wrong("subject", "subject skal være Patient/id.", "subject must be Patient/id.")
    return person


def _confirm(request: HttpRequest, caller: Caller, pathway: Pathway, plan: str) -> HttpResponse:
    needs_scope(caller, "CarePlan", "c")
    needs_somebody(caller)
    body, language = body_of(request), language_of(request)
    given = _parameters(body)
    shown = open_course_of(caller, _subject(_one(given, "subject")), language)
    group = next((name for name in pathway.groups if id_of(name) == plan), None)
    receipt = journal.append(
        caller.actor,
        shown.view.course,
        _confirmed(given, group or _one(given, "group")),
        expected_version=version_read(request),
        key=key_of(request, caller, "$apply"),
    )
    now = opened.shown_of(caller.actor, receipt.course, language)
    plan_now = next((one for kind in OF_A_COURSE if kind.name == "CarePlan" for one in kind.of(now)), None)
    return answer(plan_now or {"resourceType": "CarePlan"}, request, 200, {"ETag": etag(receipt.version)})


_KNOWN = ("subject", "group", "reason", "intervention", "note")


def _parameters(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The parameters by name; Declined for another resource, a name that is not known, or a value that is no text."""
    parts = body.get("parameter")
    if body.get("resourceType") != "Parameters" or not isinstance(parts, list):
        raise wrong("parameters", "send en Parameters-ressource.", "send a Parameters resource.")
    found: dict[str, list[str]] = {}
    for part in parts:
        name = part.get("name") if isinstance(part, Mapping) else None
        if name not in _KNOWN:
            known = ", ".join(_KNOWN)
            hint = Phrase(f"Kendt: {known}.", f"Known: {known}.")
            raise wrong("parameter", "en parameter kendes ikke.", "a parameter is not known.", hint)
        found.setdefault(name, []).append(_value(part))
    return found


def _value(part: Mapping[str, Any]) -> str:
    for element in ("valueString", "valueCode", "valueUri"):
        if isinstance(part.get(element), str):
            return str(part[element])
    reference = part.get("valueReference")
    if isinstance(reference, Mapping) and isinstance(reference.get("reference"), str):
        return str(reference["reference"])
    raise wrong("parameter", "en parameter mangler sin værdi.", "a parameter lacks its value.")


def _one(given: Mapping[str, list[str]], name: str) -> str:
    values = given.get(name, [""])
    if len(values) != 1:
        raise wrong("parameter", f"{name} må kun stå én gang.", f"{name} may stand once only.")
    return values[0]


def _confirmed(given: Mapping[str, list[str]], group: str) -> list[Act]:
    new: list[Act] = []
    if group:
        new.append(acts.GroupConfirmed(group, _one(given, "reason")))
    if given.get("intervention"):
        new.append(acts.PlanConfirmed(tuple(given["intervention"]), note=_one(given, "note")))
    if not new:
        raise Declined(
            422,
            "nothing_confirmed",
            Phrase("der er intet bekræftet.", "nothing is confirmed."),
            Phrase("Angiv group eller intervention.", "Give group or intervention."),
        )
    return new
