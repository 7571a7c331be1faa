"""What can be done with one press: ready resources for the caller's own system. Nothing of it is stored here."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from rygrad.fhir.hooks.asked import Asked
from rygrad.fhir.names import SNOMED, code_system, profile
from rygrad.fhir.observed import coding_of
from rygrad.fhir.resources.referrals import SPECIALTIES
from rygrad.fhir.words import OVERRIDE_REASONS
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

Suggestion = dict[str, Any]


def offered(suggestions: Sequence[Suggestion], behaviour: str) -> dict[str, Any]:
    """What a card says of its suggestions; nothing without any."""
    return {"suggestions": list(suggestions), "selectionBehavior": behaviour} if suggestions else {}


def override_reasons(language: str) -> list[dict[str, str]]:
    """Why a card may not be followed, for the caller to choose among."""
    system = code_system("override-reasons")
    return [
        {"code": code, "system": system, "display": words.text(language)} for code, words in OVERRIDE_REASONS.items()
    ]


def order(pathway: Pathway, asked: Asked, effort: str, language: str) -> Suggestion:
    """A draft order for an effort, ready to be filled in by whoever signs it."""
    words = pathway.words["efforts"][effort].clinician.text(language)
    category: dict[str, Any] = {"text": words}
    if effort in SPECIALTIES:
        code, display = SPECIALTIES[effort]
        category["coding"] = [{"system": SNOMED, "code": code, "display": display}]
    resource = {
        "resourceType": "ServiceRequest",
        "meta": {"profile": [profile("dk-core-person-servicerequest")]},
        "status": "draft",
        "intent": "order",
        "category": [category],
        "priority": "routine",
        "code": {"coding": [{"system": code_system("efforts"), "code": effort, "display": words}], "text": words},
        **_about(asked, "subject"),
    }
    label = Phrase(f"Kladde: {words}", f"Draft: {words}").text(language)
    return _suggestion(label, [{"type": "create", "description": label, "resource": resource}])


def removal(orders: Sequence[Mapping[str, Any]], title: str, language: str) -> Suggestion:
    """Taking the orders away again; without actions when none of them has an id."""
    label = Phrase(f"Fjern bestillingen: {title}", f"Remove the order: {title}").text(language)
    named = [f"ServiceRequest/{one['id']}" for one in orders if one.get("id")]
    actions = [{"type": "delete", "description": label, "resourceId": name} for name in named]
    return _suggestion(label, actions)


def collection(pathway: Pathway, asked: Asked, facts: Sequence[str], language: str) -> Suggestion:
    """A task to ask what is missing: one input for each question, with the fact's code."""
    label = Phrase("Opgave: indhent de manglende svar", "Task: collect the missing answers").text(language)
    resource = {
        "resourceType": "Task",
        "status": "draft",
        "intent": "proposal",
        "code": {"text": label},
        "description": label,
        **_about(asked, "for"),
        "input": [
            {
                "type": {"coding": [coding_of(pathway.facts[fact], language)]},
                "valueString": pathway.facts[fact].question.clinician.text(language),
            }
            for fact in facts
        ],
    }
    return _suggestion(label, [{"type": "create", "description": label, "resource": resource}])


def _about(asked: Asked, name: str) -> dict[str, Any]:
    about: dict[str, Any] = {name: {"reference": f"Patient/{asked.patient}"}}
    return about | ({"encounter": {"reference": f"Encounter/{asked.encounter}"}} if asked.encounter else {})


def _suggestion(label: str, actions: list[dict[str, Any]]) -> Suggestion:
    return {"label": label, "uuid": str(uuid4()), "actions": actions}
