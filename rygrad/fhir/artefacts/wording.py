"""Words of the content as FHIR elements: Danish in the element, English as its translation."""

from collections.abc import Iterable
from typing import Any

from rygrad.fhir.names import code_system
from rygrad.pathway.words import Phrase

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
LANGUAGE, OTHER = "da", "en"

Part = dict[str, Any]


def said(key: str, phrase: Phrase) -> Part:
    """One string element in both languages: ``{"title": …, "_title": …}``."""
    parts = [{"url": "lang", "valueCode": OTHER}, {"url": "content", "valueString": phrase.en}]
    return {key: phrase.da, f"_{key}": {"extension": [{"url": TRANSLATION, "extension": parts}]}}


def coded(system: str, code: str, phrase: Phrase) -> Part:
    """A word of one of our vocabularies as a CodeableConcept with its clinician's words."""
    coding = {"system": code_system(system), "code": code, "display": phrase.da}
    return {"coding": [coding], **said("text", phrase)}


def joined(phrases: Iterable[Phrase], between: str = " ") -> Phrase:
    """Several texts as one."""
    told = list(phrases)
    return Phrase(between.join(one.da for one in told), between.join(one.en for one in told))
