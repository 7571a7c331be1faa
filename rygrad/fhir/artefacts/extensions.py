"""Our own extensions, published: what the server writes beside FHIR's elements, and what each means."""

from dataclasses import dataclass

from rygrad.fhir.artefacts.artefact import artefact
from rygrad.fhir.artefacts.wording import Part
from rygrad.fhir.names import FHIR_VERSION, extension
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: on which types, with which value."""

    name: str
    on: tuple[str, ...]
    value: str
    words: Phrase


EXTENSIONS = (
    Extension("course-state", ("EpisodeOfCare",), "Coding", Phrase("Hvor forløbet står", "Where the course stands")),
    Extension("outcome", ("EpisodeOfCare",), "Coding", Phrase("Hvordan forløbet endte", "How the course ended")),
    Extension(
        "outside-programme",
        ("ServiceRequest",),
        "string",
        Phrase("Begrundelse for en henvisning uden for programmet", "Reason of a referral outside the programme"),
    ),
    Extension(
        "content",
        ("Provenance", "CarePlan"),
        "string",
        Phrase("Aftryk (SHA-256) af det indhold, der afgjorde", "Fingerprint (SHA-256) of the content that decided"),
    ),
    Extension("engine", ("CarePlan",), "string", Phrase("Hvad der afgjorde", "What decided")),
    Extension("scope", ("CarePlan",), "code", Phrase("Om programmet gælder borgeren", "Whether the programme covers")),
    Extension("urgency", ("CarePlan",), "code", Phrase("Højeste uafklarede alarm", "The highest alarm not clarified")),
    Extension("possible-group", ("CarePlan",), "code", Phrase("En mulig gruppe", "A possible group")),
)


def extensions(pathway: Pathway) -> list[Part]:
    """The StructureDefinitions."""
    return [_definition(pathway, one) for one in EXTENSIONS]


def _definition(pathway: Pathway, one: Extension) -> Part:
    head = artefact(pathway, "StructureDefinition", one.name, one.words, one.words)
    return {
        **head,
        "fhirVersion": FHIR_VERSION,
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": kind} for kind in one.on],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Extension", "path": "Extension", "short": one.words.en, "definition": one.words.en},
                {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
                {"id": "Extension.url", "path": "Extension.url", "fixedUri": extension(one.name)},
                {
                    "id": "Extension.value[x]",
                    "path": "Extension.value[x]",
                    "min": 1,
                    "type": [{"code": one.value}],
                },
            ]
        },
    }
