"""Every type of resource that is served: how it is built and found. The CapabilityStatement reads this table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from rygrad.fhir.api.match import Param
from rygrad.fhir.resources import course, observations, people, referrals, trail
from rygrad.fhir.resources.shown import Resource, Shown

Home = Literal["person", "course", "entry", "directory", "audit", "programme"]
"""What a resource's id leads to: a person, a course (``course`` or ``course.more``), a journal entry, a table."""


@dataclass(frozen=True)
class Kind:
    """One type. ``of`` builds all of a course's; ``sorts`` are the elements that may be sorted by."""

    name: str
    home: Home
    of: Callable[[Shown], list[Resource]] = lambda shown: []
    params: dict[str, Param] = field(default_factory=dict)
    sorts: dict[str, str] = field(default_factory=dict)
    writes: frozenset[str] = frozenset()
    profile: str = ""
    has_history: bool = True


def _ref(path: str, target: str) -> Param:
    return Param("reference", (path,), target=target)


def _token(*paths: str) -> Param:
    return Param("token", paths)


def _day(*paths: str) -> Param:
    return Param("date", paths)


_PATIENT = {"patient": _ref("subject", "Patient"), "subject": _ref("subject", "Patient")}
_DATES = {"_lastUpdated": "meta.lastUpdated"}

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "Patient",
            "person",
            lambda shown: [people.patient(shown)],
            {
                "identifier": Param("token", ("identifier",), is_personal=True),
                "name": Param("string", ("name.text", "name.family", "name.given"), is_personal=True),
                "birthdate": Param("date", ("birthDate",), is_personal=True),
                "general-practitioner": _ref("generalPractitioner", "Organization"),
            },
            profile="dk-core-patient",
        ),
        Kind(
            "RelatedPerson",
            "course",
            people.related_persons,
            {"patient": _ref("patient", "Patient"), "active": _token("active")},
            profile="dk-core-related-person",
        ),
        Kind(
            "EpisodeOfCare",
            "course",
            lambda shown: [course.episode(shown)],
            {
                "patient": _ref("patient", "Patient"),
                "status": _token("status"),
                "type": _token("type.coding"),
                "date": _day("period"),
                "organization": _ref("managingOrganization", "Organization"),
            },
            {**_DATES, "date": "period.start"},
        ),
        Kind(
            "CareTeam",
            "course",
            lambda shown: [course.care_team(shown)],
            {**_PATIENT, "status": _token("status"), "participant": _ref("participant.member", "Organization")},
        ),
        Kind(
            "CarePlan",
            "course",
            course.care_plans,
            {**_PATIENT, "status": _token("status"), "date": _day("period"), "care-team": _ref("careTeam", "CareTeam")},
            {"date": "period.start"},
        ),
        Kind(
            "Condition",
            "course",
            course.conditions,
            {
                **_PATIENT,
                "code": _token("code.coding"),
                "clinical-status": _token("clinicalStatus.coding"),
                "onset-date": _day("onsetDateTime", "onsetPeriod"),
            },
            {"onset-date": "onsetDateTime"},
            profile="dk-core-condition",
        ),
        Kind(
            "Observation",
            "entry",
            observations.observations,
            {
                **_PATIENT,
                "code": _token("code.coding"),
                "status": _token("status"),
                "category": _token("category.coding"),
                "date": _day("effectiveDateTime"),
                "performer": Param("reference", ("performer",)),
            },
            {**_DATES, "date": "effectiveDateTime"},
            frozenset({"create"}),
            profile="dk-core-observation",
        ),
        Kind(
            "QuestionnaireResponse",
            "entry",
            observations.questionnaire_responses,
            {**_PATIENT, "status": _token("status"), "authored": _day("authored")},
            {**_DATES, "authored": "authored"},
            frozenset({"create"}),
        ),
        Kind(
            "ServiceRequest",
            "course",
            referrals.service_requests,
            {
                **_PATIENT,
                "status": _token("status"),
                "code": _token("code.coding"),
                "category": _token("category.coding"),
                "authored": _day("authoredOn"),
                "requester": _ref("requester", "Practitioner"),
                "performer": _ref("performer", "Organization"),
            },
            {**_DATES, "authored": "authoredOn"},
            frozenset({"create"}),
            profile="dk-core-person-servicerequest",
        ),
        Kind(
            "Task",
            "course",
            referrals.tasks,
            {
                "patient": _ref("for", "Patient"),
                "subject": _ref("for", "Patient"),
                "status": _token("status"),
                "business-status": _token("businessStatus.coding"),
                "code": _token("code.coding"),
                "focus": _ref("focus", "ServiceRequest"),
                "based-on": _ref("basedOn", "ServiceRequest"),
                "owner": _ref("owner", "Organization"),
                "requester": _ref("requester", "Practitioner"),
                "authored-on": _day("authoredOn"),
                "modified": _day("lastModified"),
            },
            {**_DATES, "authored-on": "authoredOn", "modified": "lastModified"},
            frozenset({"update"}),
        ),
        Kind(
            "Communication",
            "entry",
            trail.communications,
            {
                **_PATIENT,
                "category": _token("category.coding"),
                "sent": _day("sent"),
                "sender": _ref("sender", "Organization"),
                "recipient": _ref("recipient", "Organization"),
                "based-on": _ref("basedOn", "ServiceRequest"),
            },
            {**_DATES, "sent": "sent"},
            frozenset({"create"}),
        ),
        Kind(
            "Provenance",
            "entry",
            trail.provenances,
            {
                "target": Param("reference", ("target",)),
                "agent": Param("reference", ("agent.who",)),
                "recorded": _day("recorded"),
                "patient": _ref("target", "Patient"),
            },
            {**_DATES, "recorded": "recorded"},
            has_history=False,
        ),
        Kind(
            "Organization",
            "directory",
            params={
                "identifier": _token("identifier"),
                "name": Param("string", ("name",)),
                "type": Param("string", ("type.text",)),
            },
            sorts={"name": "name"},
            profile="dk-core-organization",
            has_history=False,
        ),
        Kind(
            "Practitioner",
            "directory",
            params={
                "identifier": _token("identifier", "qualification.identifier"),
                "name": Param("string", ("name.text",)),
            },
            profile="dk-core-practitioner",
            has_history=False,
        ),
        Kind(
            "PractitionerRole",
            "directory",
            params={
                "practitioner": _ref("practitioner", "Practitioner"),
                "organization": _ref("organization", "Organization"),
                "active": _token("active"),
            },
            profile="dk-core-practitioner-role",
            has_history=False,
        ),
        Kind("AuditEvent", "audit", params={"date": _day("recorded")}, has_history=False),
        *(
            Kind(
                name,
                "programme",
                params={"url": _token("url"), "status": _token("status"), "name": Param("string", ("name",))},
                has_history=False,
            )
            for name in ("PlanDefinition", "ActivityDefinition", "Library", "Questionnaire", "CodeSystem", "ValueSet")
        ),
    )
}
OF_A_COURSE = tuple(kind for kind in KINDS.values() if kind.home in ("person", "course", "entry"))
OF_A_PERSON = tuple(kind.name for kind in OF_A_COURSE)
