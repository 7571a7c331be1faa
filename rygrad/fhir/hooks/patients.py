"""Eight invented citizens, one for each situation worth trying, as another system would send them. Nobody is real."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from rygrad.decision.facts import clarifiable
from rygrad.fhir.hooks.offered import PREFETCH, Service
from rygrad.fhir.names import ICPC2, code_system, identifier_system
from rygrad.fhir.observed import observation_of
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

Resource = dict[str, Any]
_ASKED_DAYS_AGO = 2


@dataclass(frozen=True, slots=True)
class Days:
    """A day so many days before the one on which the page is opened."""

    ago: int


@dataclass(frozen=True, slots=True)
class Invented:
    """One of the eight. ``facts`` go beside "none of the alarm signs"; ``tries`` is the effort worth ordering."""

    id: str
    given: str
    born: str
    situation: Phrase
    tries: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_asked: bool = True


_SHORT = {"onset_on": Days(20), "recurring_back_problems": "no", "worried_about_diagnosis": "no"}
_LONG = {"onset_on": Days(200), "complex_surroundings": "no", "function": "slightly_reduced"}
_NO_EFFECT = {
    "first_treatment_on": Days(60),
    "reassessed_on": Days(10),
    "effect_of_physiotherapy": "no_effect",
    "returned_to_gp_on": Days(9),
    "need_assessed_on": Days(9),
    "surgical_assessment_done": "no",
}
INVENTED = {
    one.id: one
    for one in (
        Invented(
            "foerste",
            "Freja",
            "1989-04-12",
            Phrase("Gruppe 1: førstegangstilfælde", "Group 1: first-time"),
            "imaging",
            _SHORT,
        ),
        Invented(
            "gentagne",
            "Gorm",
            "1975-09-30",
            Phrase("Gruppe 2: gentagne tilfælde, revurdering nu", "Group 2: recurrent, reassessment now"),
            "imaging",
            {**_SHORT, "recurring_back_problems": "yes", "onset_on": Days(70), "first_treatment_on": Days(49)},
        ),
        Invented(
            "laenge",
            "Leif",
            "1968-01-03",
            Phrase("Gruppe 3: manglende effekt, indsatser åbne", "Group 3: no effect, efforts open"),
            "imaging",
            {**_LONG, **_NO_EFFECT, "imaging_done": "no"},
        ),
        Invented(
            "mr-udfoert",
            "Maja",
            "1971-11-23",
            Phrase("Gruppe 3: MR er allerede udført", "Group 3: MRI already done"),
            "imaging",
            {**_LONG, **_NO_EFFECT, "imaging_done": "yes"},
        ),
        Invented(
            "kompleks",
            "Kim",
            "1963-06-17",
            Phrase(
                "Gruppe 4: kompleks kronisk, tilbage til egen læge nu", "Group 4: complex chronic, return to own GP now"
            ),
            "imaging",
            {
                "onset_on": Days(400),
                "complex_surroundings": "yes",
                "comorbidity": "yes",
                "first_treatment_on": Days(60),
                "reassessed_on": Days(4),
                "effect_of_chiropractic": "no_effect",
            },
        ),
        Invented(
            "alarm",
            "Asta",
            "1980-02-08",
            Phrase("Alarmtegn: nedsat følesans i ridebukseområdet", "Alarm sign: numbness of the saddle area"),
            "surgical_assessment",
            {**_LONG, "saddle_numbness": "yes"},
        ),
        Invented(
            "udenfor",
            "Ulla",
            "1951-12-01",
            Phrase("Uden for programmet: brud på rygsøjlen", "Outside the programme: fracture of the spine"),
            "imaging",
            {**_SHORT, "spinal_fracture": "confirmed"},
        ),
        Invented(
            "ukendt",
            "Ib",
            "1994-07-25",
            Phrase("Intet er kendt endnu", "Nothing is known yet"),
            "imaging",
            is_asked=False,
        ),
    )
}


def prefetch(pathway: Pathway, citizen: Invented, today: date, language: str = "da") -> dict[str, Resource]:
    """Everything the services ask for about one of them, on a day."""
    signs = {name: pathway.facts[name].absent for name in clarifiable(pathway)} if citizen.is_asked else {}
    covered = {"back_triggered_pain": "yes"} if citizen.is_asked else {}
    facts = {**covered, **signs, **citizen.facts}
    told = [_observation(pathway, citizen, name, value, today, language) for name, value in facts.items()]
    found = {
        "patient": _patient(citizen),
        "facts": _bundle(told),
        "answers": _bundle([]),
        "conditions": _bundle([_condition(citizen, today)] if citizen.is_asked else []),
        "courses": _bundle([]),
    }
    return {part: found[part] for part in PREFETCH}


def call(
    pathway: Pathway, service: Service, citizen: Invented, effort: str, today: date, language: str = "da"
) -> Resource:
    """A whole call of a service about one of them; an order for the effort, where the hook is about orders."""
    context: Resource = {"userId": "Practitioner/proeve", "patientId": citizen.id}
    if "encounterId" in service.context:
        context["encounterId"] = "moede-1"
    if "draftOrders" in service.context:
        context["draftOrders"] = _bundle([_order(pathway, citizen, effort, language)])
    if "selections" in service.context:
        context["selections"] = ["ServiceRequest/bestilling-1"]
    return {
        "hook": service.hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": prefetch(pathway, citizen, today, language),
    }


def _observation(pathway: Pathway, citizen: Invented, name: str, value: Any, today: date, language: str) -> Resource:
    said = (today - timedelta(days=value.ago)).isoformat() if isinstance(value, Days) else value
    return {
        "resourceType": "Observation",
        "id": f"{citizen.id}-{name.replace('_', '-')}"[:64],
        "status": "final",
        **observation_of(pathway, name, said, language),
        "subject": {"reference": f"Patient/{citizen.id}"},
        "effectiveDateTime": (today - timedelta(days=_ASKED_DAYS_AGO)).isoformat(),
    }


def _patient(citizen: Invented) -> Resource:
    return {
        "resourceType": "Patient",
        "id": citizen.id,
        "identifier": [{"system": identifier_system("demo"), "value": f"proeve-{citizen.id}"}],
        "name": [{"use": "official", "family": "Opfundet", "given": [citizen.given]}],
        "birthDate": citizen.born,
    }


def _condition(citizen: Invented, today: date) -> Resource:
    status = "http://terminology.hl7.org/CodeSystem/condition"
    return {
        "resourceType": "Condition",
        "id": f"{citizen.id}-ryg",
        "clinicalStatus": {"coding": [{"system": f"{status}-clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{status}-ver-status", "code": "confirmed"}]},
        "code": {"coding": [{"system": ICPC2, "code": "L84", "display": "Back syndrome without radiating pain"}]},
        "subject": {"reference": f"Patient/{citizen.id}"},
        "recordedDate": (today - timedelta(days=_ASKED_DAYS_AGO)).isoformat(),
    }


def _order(pathway: Pathway, citizen: Invented, effort: str, language: str) -> Resource:
    words = pathway.words["efforts"][effort].clinician.text(language)
    return {
        "resourceType": "ServiceRequest",
        "id": "bestilling-1",
        "status": "draft",
        "intent": "order",
        "priority": "routine",
        "code": {"coding": [{"system": code_system("efforts"), "code": effort, "display": words}], "text": words},
        "subject": {"reference": f"Patient/{citizen.id}"},
    }


def _bundle(resources: list[Resource]) -> Resource:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }
