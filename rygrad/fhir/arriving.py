"""Courses from another system: resources in, a course each, and everything that could not be used with its reason.

A citizen's resources become one open course: the answers on the days they are true of, then what had happened there
(``history_received``). Nothing is confirmed on anybody's behalf: group, plan and referrals are told, and a person here
confirms or sends them anew. All of a citizen is recorded, or nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rygrad.decision.dates import read_day
from rygrad.fhir.api.accept import coded
from rygrad.fhir.api.match import elements
from rygrad.fhir.names import CPR, MUNICIPALITY, X_ECPR, identifier_system
from rygrad.fhir.understood import Understood, facts_from
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record import acts, clocks, journal, people
from rygrad.record.actor import Actor
from rygrad.record.acts import Act
from rygrad.record.contents import active
from rygrad.record.coursefile import EFFECT_OF
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.storage import writing
from rygrad.record.wording import DERIVED

Resource = Mapping[str, Any]
_OWN_SYSTEMS = {CPR: "cpr", X_ECPR: "ecpr", identifier_system("demo"): "demo"}
_NOT_STATED = ("Patient", "Observation", "QuestionnaireResponse", "Condition")
_SENT_ANEW = Phrase("henvisninger sendes på ny herfra", "referrals are sent anew from here")
_TOLD = Phrase("er fortalt i forhistorien; bekræftes her", "is told in the history; confirmed here")
_KEPT_THERE = Phrase("gemmes i det system, det kom fra", "is kept in the system it came from")
_ABOUT_NOBODY = Phrase("handler om ingen borger i filerne", "is about no citizen in the files")
_WHY = {
    "CarePlan": _TOLD,
    "EpisodeOfCare": _TOLD,
    "ServiceRequest": _SENT_ANEW,
    "Task": _SENT_ANEW,
}


@dataclass(frozen=True, slots=True)
class NotUsed:
    """A resource that became nothing, or not all it said, with the reason."""

    resource: Resource
    why: Phrase


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of one citizen's resources: the course, or why there is none. ``again``: it was here already."""

    patient: str
    course: str = ""
    again: bool = False
    problem: RygradError | None = None
    not_used: tuple[NotUsed, ...] = ()


@dataclass
class Citizen:
    """The resources about one citizen, in the order they came."""

    patient: Resource
    resources: list[Resource] = field(default_factory=list)


def by_citizen(resources: Iterable[Resource]) -> tuple[list[Citizen], list[NotUsed]]:
    """The resources with the citizen each is about (Bundles are opened); and those that are about nobody here.

    Units and professionals are neither: they are not registered by a file.
    """
    flat = [one for resource in resources for one in _opened(resource)]
    citizens = {str(one.get("id", "")): Citizen(one, [one]) for one in flat if one.get("resourceType") == "Patient"}
    nobody = []
    for one in flat:
        if one.get("resourceType") == "Patient":
            continue
        about = _about(one)
        if about in citizens:
            citizens[about].resources.append(one)
        elif one.get("resourceType") not in ("Organization", "Practitioner", "PractitionerRole"):
            kept_there = one.get("resourceType") in ("Provenance", "AuditEvent")
            nobody.append(NotUsed(one, _KEPT_THERE if kept_there else _ABOUT_NOBODY))
    return list(citizens.values()), nobody


def _opened(resource: Resource) -> Iterator[Resource]:
    if resource.get("resourceType") != "Bundle":
        yield resource
        return
    for one in elements(resource, "entry.resource"):
        if isinstance(one, Mapping):
            yield from _opened(one)


def _about(resource: Resource) -> str:
    for name in ("subject", "patient", "for"):
        reference = resource.get(name)
        said = reference.get("reference") if isinstance(reference, Mapping) else None
        if isinstance(said, str):
            return said.partition("/_history/")[0].rpartition("/")[2]
    return ""


def receive(actor: Actor, citizen: Citizen, source: str) -> Arrived:
    """Make a course of one citizen's resources, by a clinician who then holds it; the problem when it cannot be.

    The same citizen from the same source counts once. One whose course is open here already is left as it is.
    """
    patient = str(citizen.patient.get("id", ""))
    try:
        with writing():
            return _receive(actor, citizen, source, patient)
    except RygradError as problem:
        return Arrived(patient, problem=problem)


def _receive(actor: Actor, citizen: Citizen, source: str, patient: str) -> Arrived:
    pathway, today = active().pathway, clocks.local_day(clocks.now())
    understood = facts_from(pathway, citizen.resources, today, patient=patient, limits={})
    not_used = tuple(_not_used(citizen, understood))
    person = _person(citizen.patient, today)
    key = f"import-{hashlib.sha256(f'{source} {person}'.encode()).hexdigest()}"
    before = journal.acknowledged(actor, key)
    if before:
        return Arrived(patient, before, again=True, not_used=not_used)
    told = _days(pathway, citizen, understood, today)
    place = actor.organisation or ""
    opened = acts.CourseOpened(holder=place, own_gp=place)
    receipt = journal.open_course(actor, person, opened, key=key, valid_on=_start(citizen, today))
    steps: list[tuple[Act, date | None]] = [(act, day) for day in sorted(told) for act in told[day]]
    if understood.not_known:
        steps.append((acts.FactsRecorded({}, "professional", understood.not_known), None))
    steps.append((_history(citizen, understood, source, not_used), None))
    for number, (act, day) in enumerate(steps):
        receipt = journal.append(
            actor, receipt.course, [act], expected_version=receipt.version, key=f"{key}-{number}", valid_on=day
        )
    return Arrived(patient, receipt.course, not_used=not_used)


def _person(patient: Resource, today: date) -> str:
    """Who it is by their numbers; registered when nobody here has one. Refused without a number or a name."""
    numbers = {
        _OWN_SYSTEMS.get(str(one.get("system")), str(one.get("system"))): str(one.get("value"))
        for one in elements(patient, "identifier")
        if isinstance(one, Mapping) and one.get("system") and one.get("value")
    }
    if not numbers:
        raise Refused("no_identifier", "borgeren har intet nummer.", "the citizen has no identifier.")
    for system, value in numbers.items():
        try:
            found = people.person_of(system, value, today)
        except NotFound:
            continue
        return found
    security = {one.get("code") for one in elements(patient, "meta.security") if isinstance(one, Mapping)}
    municipality = [
        one.get("code")
        for one in elements(patient, "address.extension.valueCodeableConcept.coding")
        if isinstance(one, Mapping) and one.get("system") == MUNICIPALITY
    ]
    return people.register_person(
        _name(patient),
        numbers,
        born_on=read_day(str(patient.get("birthDate", ""))),
        is_invented="HTEST" in security,
        municipality_code=str(municipality[0]) if municipality else None,
    )


def _name(patient: Resource) -> str:
    names = [one for one in elements(patient, "name") if isinstance(one, Mapping)]
    first = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    given = first.get("given")
    parts = [*(given if isinstance(given, list) else []), first.get("family")]
    return str(first.get("text") or " ".join(str(part) for part in parts if part))


def _start(citizen: Citizen, today: date) -> date:
    days = [
        read_day(str(start)[:10])
        for one in citizen.resources
        if one.get("resourceType") == "EpisodeOfCare"
        for start in elements(one, "period.start")
    ]
    return min([day for day in days if day and day <= today], default=today)


def _days(pathway: Pathway, citizen: Citizen, understood: Understood, today: date) -> dict[date, list[Act]]:
    """The answers as acts, by the day they are true of: an old "no" must not look as if it was asked today."""
    told: dict[date, list[Act]] = {}
    for name, value in understood.facts.items():
        if name in DERIVED:
            continue
        if pathway.facts[name].kind == "scores":
            for score in value:
                act = acts.ScoresRecorded(name, score["value"], "professional", score["items"])
                told.setdefault(read_day(score["on"]) or today, []).append(act)
            continue
        day = understood.on.get(name) or _start(citizen, today)
        told.setdefault(day, []).append(acts.FactsRecorded({name: value}, "professional"))
    return {day: _together(several) for day, several in told.items()}


def _together(several: list[Act]) -> list[Act]:
    """The answers of one day as one entry."""
    facts = {n: v for act in several if isinstance(act, acts.FactsRecorded) for n, v in act.facts.items()}
    scores = [act for act in several if isinstance(act, acts.ScoresRecorded)]
    return [*([acts.FactsRecorded(facts, "professional")] if facts else []), *scores]


def _history(citizen: Citizen, understood: Understood, source: str, not_used: tuple[NotUsed, ...]) -> Act:
    facts = understood.facts
    groups = [
        coded({"coding": [coding]}, "groups")
        for one in citizen.resources
        if one.get("resourceType") == "EpisodeOfCare"
        for coding in elements(one, "type.coding")
    ]
    returned = _day(facts, "returned_to_gp_on") if "need_assessed_on" in facts else None
    return acts.HistoryReceived(
        source=source,
        group=next(filter(None, groups), ""),
        plan_confirmed_on=_day(facts, "plan_confirmed_on"),
        first_treatment_on=_day(facts, "first_treatment_on"),
        effects={who: facts[name] for who, name in EFFECT_OF.items() if name in facts},  # type: ignore[misc]
        reassessed_on=_day(facts, "reassessed_on"),
        returned_to_gp_on=returned,
        clarified=tuple(facts.get("clarified_alarms", ())),
        not_understood=tuple(dict.fromkeys(f"{one.resource.get('resourceType')}: {one.why.da}" for one in not_used)),
    )


def _day(facts: Mapping[str, Any], name: str) -> date | None:
    """The day of a step; of a span its first, since only a day is kept of a step."""
    value = facts.get(name)
    return read_day(value["earliest"] if isinstance(value, Mapping) else value) if value is not None else None


def _not_used(citizen: Citizen, understood: Understood) -> Iterator[NotUsed]:
    named = {(one.type, one.id): one.why for one in understood.not_understood}
    for one in citizen.resources:
        kind, id = str(one.get("resourceType")), str(one.get("id", ""))
        if kind not in _NOT_STATED:
            yield NotUsed(one, _WHY.get(kind, _KEPT_THERE))
        elif (kind, id) in named:
            yield NotUsed(one, named[kind, id])
