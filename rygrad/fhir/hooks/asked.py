"""A call of a service, read and checked: what is wrong with it is said, and nothing of it is guessed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rygrad.fhir.hooks.offered import DATA, Service
from rygrad.fhir.names import CANONICAL
from rygrad.fhir.readjson import NotJson, decoded
from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase

Resource = Mapping[str, Any]
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_USER = re.compile(r"(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9.-]{1,64}")
_NOT_ORDERED = ("revoked", "entered-in-error", "completed")


class BadCall(RygradError):
    """A call that does not follow CDS Hooks 2.0 (400). Says which element, never what stood in it."""

    status = 400

    def __init__(self, code: str, da: str, en: str, hint: Phrase | None = None) -> None:
        super().__init__(code, {"da": da, "en": en}, {"da": hint.da, "en": hint.en} if hint else None)


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the prefetch that did not come, or came incomplete."""

    part: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that can be answered.

    ``resources`` are all of the prefetch the facts are read from, ``problems`` what of it is missing, ``orders`` the
    drafts that are asked about, ``course`` the id of a course of ours that came along.
    """

    service: Service
    patient: str
    encounter: str | None
    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...]
    orders: tuple[Resource, ...]
    course: str | None


def as_json(body: bytes) -> Any:
    """The JSON of a body; BadCall when it is none, or nested beyond what is sensible."""
    try:
        return decoded(body)
    except NotJson as problem:
        raise BadCall("json", "kaldet er ikke gyldig JSON.", "the call is not valid JSON.") from problem


def asked(service: Service, given: Any) -> Asked:
    """The call, checked against its service. BadCall names the element that is missing or wrong."""
    if not isinstance(given, Mapping):
        raise BadCall("json", "kaldet skal være et JSON-objekt.", "the call must be a JSON object.")
    if given.get("hook") != service.hook:
        hint = Phrase(f"Tjenesten svarer på {service.hook}.", f"The service answers {service.hook}.")
        raise BadCall("hook", "hook passer ikke til tjenesten.", "hook does not fit the service.", hint)
    if not _is_uuid(given.get("hookInstance")):
        raise BadCall("hook_instance", "hookInstance skal være en UUID.", "hookInstance must be a UUID.")
    context = given.get("context")
    if not isinstance(context, Mapping):
        raise _wrong("context", "et objekt", "an object")
    patient = _id(context, "patientId")
    if not isinstance(context.get("userId"), str) or not _USER.fullmatch(context["userId"]):
        raise _wrong("context.userId", "som Practitioner/123", "like Practitioner/123")
    encounter = _id(context, "encounterId") if _wants(service, context, "encounterId") else None
    orders = _orders(service, context, patient) if "draftOrders" in service.context else ()
    prefetch = given.get("prefetch") or {}
    if not isinstance(prefetch, Mapping):
        raise _wrong("prefetch", "et objekt", "an object")
    return Asked(
        service=service,
        patient=patient,
        encounter=encounter,
        resources=tuple(one for part in DATA for one in _resources(prefetch.get(part))),
        problems=tuple(_problems(prefetch)),
        orders=orders,
        course=_course(prefetch.get("courses"), patient),
    )


def _wrong(name: str, da: str, en: str) -> BadCall:
    return BadCall("context", f"{name} skal være {da}.", f"{name} must be {en}.")


def _wants(service: Service, context: Resource, name: str) -> bool:
    return name in service.context or context.get(name) is not None


def _id(context: Resource, name: str) -> str:
    found = context.get(name)
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise _wrong(f"context.{name}", "et FHIR-id", "a FHIR id")
    return found


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _orders(service: Service, context: Resource, patient: str) -> tuple[Resource, ...]:
    """The draft orders that are asked about: the selected ones, or all; BadCall for another citizen's."""
    drafts = context.get("draftOrders")
    if not isinstance(drafts, Mapping) or drafts.get("resourceType") != "Bundle":
        raise _wrong("context.draftOrders", "en Bundle", "a Bundle")
    found = [one for one in _entries(drafts) if one.get("resourceType") == "ServiceRequest"]
    if "selections" in service.context:
        names = {f"{one.get('resourceType')}/{one.get('id')}" for one in _entries(drafts)}
        chosen = context.get("selections")
        if not isinstance(chosen, list) or not all(isinstance(one, str) and one in names for one in chosen):
            raise _wrong("context.selections", "ordrer i draftOrders", "orders in draftOrders")
        found = [one for one in found if f"ServiceRequest/{one.get('id')}" in chosen]
    for order in found:
        if order.get("id") is not None and not _is_id(order["id"]):
            raise _wrong("context.draftOrders", "ordrer med et FHIR-id", "orders with a FHIR id")
        if not _is_theirs(order.get("subject"), patient):
            raise _wrong("context.draftOrders", "til borgeren i patientId", "for the citizen in patientId")
    return tuple(one for one in found if one.get("status") not in _NOT_ORDERED and one.get("doNotPerform") is not True)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _is_theirs(subject: Any, patient: str) -> bool:
    reference = subject.get("reference") if isinstance(subject, Mapping) else None
    return not isinstance(reference, str) or reference.partition("/_history/")[0].rpartition("/")[2] == patient


def _entries(bundle: Resource) -> list[Resource]:
    entries = bundle.get("entry")
    inner = (one.get("resource") for one in entries if isinstance(one, Mapping)) if isinstance(entries, list) else ()
    return [one for one in inner if isinstance(one, Mapping)]


def _resources(part: Any) -> list[Resource]:
    """What one part of the prefetch holds. An OperationOutcome stands among the problems instead."""
    if not isinstance(part, Mapping) or part.get("resourceType") == "OperationOutcome":
        return []
    return _entries(part) if part.get("resourceType") == "Bundle" else [part]


def _problems(prefetch: Resource) -> Iterator[Problem]:
    """Null says that there is nothing; a part that is not there, failed, or is only its first page, says nothing."""
    for part in DATA:
        found = prefetch.get(part)
        if part not in prefetch:
            yield Problem(part, Phrase("er ikke sendt", "was not sent"))
        elif found is not None and not isinstance(found, Mapping):
            yield Problem(part, Phrase("kan ikke læses", "cannot be read"))
        elif found is not None and found.get("resourceType") == "OperationOutcome":
            yield Problem(part, Phrase("kunne ikke hentes", "could not be got"))
        elif found is not None and _has_more(found):
            yield Problem(part, Phrase("er kun den første side", "is only the first page"))


def _has_more(bundle: Resource) -> bool:
    links = bundle.get("link")
    return isinstance(links, list) and any(isinstance(one, Mapping) and one.get("relation") == "next" for one in links)


def _course(part: Any, patient: str) -> str | None:
    """A course of ours among the episodes of care: it carries our extensions or our groups, and is not over."""
    for one in _resources(part):
        is_open = one.get("resourceType") == "EpisodeOfCare" and one.get("status") in ("active", "onhold")
        if is_open and _is_id(one.get("id")) and _is_theirs(one.get("patient"), patient) and _is_ours(one):
            return str(one["id"])
    return None


def _is_ours(episode: Resource) -> bool:
    kinds = [kind.get("coding") for kind in _mappings(episode.get("type"))]
    systems = [coding.get("system") for codings in kinds for coding in _mappings(codings)]
    urls = [one.get("url") for one in _mappings(episode.get("extension"))]
    return any(isinstance(one, str) and one.startswith(f"{CANONICAL}/") for one in (*systems, *urls))


def _mappings(value: Any) -> list[Resource]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
