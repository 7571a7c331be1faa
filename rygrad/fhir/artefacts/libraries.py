"""The CQL as Library resources, each with its text; and the text as files a person can read."""

import base64

from rygrad.fhir.artefacts.artefact import artefact, canonical, in_force
from rygrad.fhir.artefacts.cql import FACTS, RULES, libraries
from rygrad.fhir.artefacts.wording import Part
from rygrad.fhir.names import FHIR_VERSION
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

_WORDS = {
    FACTS: Phrase("Fakta, læst af Observation", "Facts, read from Observations"),
    RULES: Phrase("Programmets regler", "The programme's rules"),
}
_MODEL = f"http://hl7.org/fhir/ImplementationGuide/hl7.fhir.r4.core|{FHIR_VERSION}"


def library_resources(pathway: Pathway) -> list[Part]:
    """One Library for each CQL library. ELM is left out: whoever runs the CQL translates it for their own engine."""
    return [_library(pathway, name, text) for name, text in libraries(pathway).items()]


def _library(pathway: Pathway, name: str, text: str) -> Part:
    system = "http://terminology.hl7.org/CodeSystem/library-type"
    needs = [canonical(pathway, "Library", FACTS)] if name == RULES else [_MODEL, *_terms(pathway)]
    return {
        **artefact(pathway, "Library", name, _WORDS[name], _WORDS[name]),
        "type": {"coding": [{"system": system, "code": "logic-library", "display": "Logic Library"}]},
        "subjectCodeableConcept": _PATIENT,
        **in_force(pathway),
        "relatedArtifact": [{"type": "depends-on", "resource": one} for one in needs],
        **({} if name == RULES else {"parameter": _AS_OF, "dataRequirement": [_facts_needed(pathway)]}),
        "content": [
            {
                "contentType": "text/cql",
                "title": f"{name}.cql",
                "data": base64.b64encode(text.encode()).decode(),
            }
        ],
    }


def _facts_needed(pathway: Pathway) -> Part:
    """The Observations that carry a code of the facts."""
    return {
        "type": "Observation",
        "codeFilter": [{"path": "code", "valueSet": canonical(pathway, "ValueSet", "facts")}],
    }


def _terms(pathway: Pathway) -> list[str]:
    return [canonical(pathway, "CodeSystem", name) for name in ("facts", "answers")]


_PATIENT = {"coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient", "display": "Patient"}]}
_AS_OF = [{"name": "as of", "use": "in", "min": 0, "max": "1", "type": "date"}]
