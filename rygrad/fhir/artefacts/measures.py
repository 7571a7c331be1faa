"""The indicators as Measures: who is counted, in words and as the rule over the region's tables."""

import json

from rygrad.fhir.artefacts.artefact import artefact, in_force
from rygrad.fhir.artefacts.citing import documentation
from rygrad.fhir.artefacts.wording import Part, joined, said
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.quality.definitions import Indicator, Indicators, Population
from rygrad.quality.read import read_indicators
from rygrad.quality.terms import as_data

_HL7 = "http://terminology.hl7.org/CodeSystem"
_POPULATIONS = {
    "denominator": ("denominator", Phrase("Nævner", "Denominator")),
    "excluded": ("denominator-exclusion", Phrase("Udeladt", "Left out")),
    "numerator": ("numerator", Phrase("Tæller", "Numerator")),
}
_WAYS = {"higher": ("increase", "Increased score indicates improvement"),
         "lower": ("decrease", "Decreased score indicates improvement")}  # fmt: skip
_LOCAL = Phrase("Lokalt valg; programmet beder ikke om det.", "A local choice; the programme does not ask for it.")
_COUNTING = Phrase(
    "Kun den, der vides at høre til nævneren, tælles med. Er tælleren ukendt, står den for sig og er ikke et nej; "
    "andelen er af de kendte. Små antal vises ikke.",
    "Only who is known to belong to the denominator is counted. Where the numerator is unknown, it stands apart and is "
    "no no; the rate is of those known. Small counts are not shown.",
)


def measures(pathway: Pathway) -> list[Part]:
    """One Measure for each indicator of the programme, and none where it has no indicators.

    The rules read the region's tables, not FHIR resources: they are given as JSON in the words of ``indicators.yaml``.
    """
    found, _ = read_indicators(pathway.identity.id, pathway)
    return [_measure(pathway, found, one) for one in found.all.values()] if found else []


def _measure(pathway: Pathway, definitions: Indicators, one: Indicator) -> Part:
    description = joined([definitions.said(one.definition), *([_LOCAL] if one.is_local else [])])
    documented = documentation(pathway, *one.citations)
    return {
        **artefact(pathway, "Measure", one.id, one.words, description),
        "subjectCodeableConcept": {
            "coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient", "display": "Patient"}]
        },
        **in_force(pathway),
        **({"relatedArtifact": documented} if documented else {}),
        "scoring": {"coding": [{"system": f"{_HL7}/measure-scoring", "code": "proportion", "display": "Proportion"}]},
        **_way(one),
        **said("guidance", joined([_COUNTING, *_limits(definitions, one)])),
        "group": [
            {"population": [_population(name, rule, definitions.said(rule.says)) for name, rule in _in_order(one)]}
        ],
    }


def _way(one: Indicator) -> Part:
    if one.direction not in _WAYS:
        return {}
    code, display = _WAYS[one.direction]
    coding = {"system": f"{_HL7}/measure-improvement-notation", "code": code, "display": display}
    return {"improvementNotation": {"coding": [coding]}}


def _limits(definitions: Indicators, one: Indicator) -> list[Phrase]:
    chosen = [definitions.settings[name] for name in one.settings]
    return [
        Phrase(f"{s.words.da}: {s.number}{' (lokalt)' if s.is_local else ''}.",
               f"{s.words.en}: {s.number}{' (local)' if s.is_local else ''}.")
        for s in chosen
    ]  # fmt: skip


def _in_order(one: Indicator) -> list[tuple[str, Population]]:
    found = one.populations()
    return [(name, found[name]) for name in _POPULATIONS if name in found]


def _population(name: str, population: Population, says: Phrase) -> Part:
    code, words = _POPULATIONS[name]
    coding = {"system": f"{_HL7}/measure-population", "code": code, "display": code.replace("-", " ").title()}
    rule = json.dumps(as_data(population.rule), ensure_ascii=False)
    return {
        "code": {"coding": [coding], **said("text", words)},
        **said("description", says),
        "criteria": {"language": "application/json", "expression": rule},
    }
