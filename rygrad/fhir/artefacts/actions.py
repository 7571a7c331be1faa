"""The actions of a plan: what to do, on which condition, from which sentence, and what to ask while it is unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rygrad.fhir.artefacts.artefact import canonical
from rygrad.fhir.artefacts.citing import documentation
from rygrad.fhir.artefacts.cql import RULES, Condition
from rygrad.fhir.artefacts.questionnaires import CLINICIAN
from rygrad.fhir.artefacts.wording import Part, joined, said
from rygrad.fhir.names import code_system, id_of
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.source import Citation
from rygrad.pathway.words import Phrase

_COLLECT = {
    "coding": [
        {
            "system": "http://hl7.org/fhir/uv/cpg/CodeSystem/cpg-activity-type",
            "code": "collect-information",
            "display": "Collect information",
        }
    ]
}


@dataclass(frozen=True, slots=True)
class Told:
    """What an action says: to the clinician (``title``, ``more``) and to the citizen, and where it comes from."""

    title: Phrase
    citizen: Phrase
    cited: Sequence[Citation]
    more: Phrase | None = None


def action(pathway: Pathway, name: str, told: Told, **elements: object) -> Part:
    """One action; ``elements`` are further FHIR elements by name, left out where None or empty."""
    more = said("description", told.more) if told.more else {}
    return {
        "id": id_of(name),
        **said("title", told.title),
        **more,
        **said("textEquivalent", told.citizen),
        "documentation": documentation(pathway, *told.cited),
        **{key: value for key, value in elements.items() if value},
    }


def when(pathway: Pathway, definition: str) -> list[Part]:
    """Applicable when this CQL definition is true."""
    expression = {
        "language": "text/cql-identifier",
        "expression": definition,
        "reference": canonical(pathway, "Library", RULES),
    }
    return [{"kind": "applicability", "expression": expression}]


def paired(pathway: Pathway, condition: Condition, done: Part) -> list[Part]:
    """The action under its condition, after the one that collects what is missing while the condition is unknown."""
    return [collect(pathway, condition, done), done | {"condition": when(pathway, condition.definition)}]


def collect(pathway: Pathway, condition: Condition, of: Part) -> Part:
    """Ask for the facts that decide this condition. Without it, an engine would drop the action on an unknown."""
    title = Phrase("Indhent svar: ", "Collect answers: ")
    asked = [pathway.facts[name] for name in condition.facts]
    return {
        "id": f"{of['id']}.ask",
        **_prefixed(title, of),
        **said("description", joined(fact.question.clinician for fact in asked)),
        **said("textEquivalent", joined(fact.question.citizen for fact in asked)),
        "code": [_COLLECT],
        "documentation": of["documentation"],
        "condition": when(pathway, condition.unknown),
        "input": observations(condition.facts),
        "definitionCanonical": canonical(pathway, "Questionnaire", CLINICIAN),
    }


def _prefixed(words: Phrase, of: Part) -> Part:
    english = of["_title"]["extension"][0]["extension"][1]["valueString"]
    return said("title", Phrase(words.da + of["title"], words.en + english))


def observations(facts: Iterable[str]) -> list[Part]:
    """The Observations of these facts, as data requirements. An item of the Questionnaire has the same code."""
    return [
        {
            "type": "Observation",
            "mustSupport": ["code", "value"],
            "codeFilter": [{"path": "code", "code": [{"system": code_system("facts"), "code": name}]}],
        }
        for name in facts
    ]
