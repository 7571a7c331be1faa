"""Our own vocabularies as CodeSystems, each with the ValueSet of all its codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rygrad.decision.facts import clarifiable
from rygrad.fhir.artefacts.artefact import artefact, canonical
from rygrad.fhir.artefacts.wording import LANGUAGE, OTHER, Part
from rygrad.fhir.names import CANONICAL
from rygrad.fhir.words import OUTPUTS, OVERRIDE_REASONS
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase, Words
from rygrad.record.states import COURSE_STATES, REFERRAL_STATES
from rygrad.record.words import ENTRY_WORDS, VALUE_WORDS

FELT = "effect_felt"
FELT_ANSWERS = ("better", "same", "worse")
ASSESSMENT = "assessment_of_need"
_NEEDS = ("needed", "unsure", "not_needed")


@dataclass(frozen=True, slots=True)
class Concept:
    """One code with the clinician's words and, where there are such, the citizen's."""

    code: str
    words: Phrase
    citizen: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One closed list of codes."""

    id: str
    title: Phrase
    concepts: tuple[Concept, ...]


def vocabularies(pathway: Pathway) -> list[Vocabulary]:
    """Every vocabulary the exported resources and the FHIR server use, in the order of the content."""
    groups = {name: group.words for name, group in pathway.groups.items()}
    alarms = {name: alarm.words for name, alarm in pathway.alarms.items()}
    urgencies = {name: urgency.words for name, urgency in pathway.urgencies.items()}
    states = {name: state.words for name, state in (*COURSE_STATES.items(), *REFERRAL_STATES.items())}
    return [
        Vocabulary("facts", Phrase("Fakta", "Facts"), tuple(_facts(pathway))),
        Vocabulary("answers", Phrase("Svar på fakta", "Answers to facts"), tuple(_answers(pathway))),
        _worded("groups", Phrase("Programmets grupper", "The programme's groups"), groups),
        _worded("efforts", Phrase("Andre indsatser", "Other efforts"), pathway.words["efforts"]),
        _worded("interventions", Phrase("Indsatser", "Interventions"), pathway.words["interventions"]),
        _worded("information", Phrase("Information til borgeren", "Information"), pathway.words["information"]),
        _worded("actors", Phrase("Aktører", "Actors"), pathway.words["actors"]),
        _worded("alarms", Phrase("Alarmtegn (sikkerhedslaget)", "Alarm signs (the safety layer)"), alarms),
        _worded("urgencies", Phrase("Hastegrader", "Urgencies"), urgencies),
        _worded("outcomes", Phrase("Afslutninger", "Outcomes"), pathway.outcomes),
        _worded("goals", Phrase("Overskrifter for mål", "Headings of goals"), pathway.goals),
        _plain("entries", Phrase("Indførsler i journalen", "Entries of the journal"), ENTRY_WORDS),
        _plain(
            "override-reasons", Phrase("Hvorfor et kort ikke følges", "Why a card is not followed"), OVERRIDE_REASONS
        ),
        _plain("messages", Phrase("Emne for besked til egen læge", "Topic of a message to own GP"), _messages()),
        _plain("outputs", Phrase("Hvad en henvisning giver", "What a referral yields"), OUTPUTS),
        _plain("needs", Phrase("Vurderet behov", "Assessed need"), {name: VALUE_WORDS[name] for name in _NEEDS}),
        _plain("states", Phrase("Forløbets og henvisningens tilstande", "States of course and referral"), states),
    ]


def _messages() -> dict[str, Phrase]:
    return {about: VALUE_WORDS[about] for about in ("start", "plan", "end", "other")}


def _worded(name: str, title: Phrase, words: Mapping[str, Words]) -> Vocabulary:
    return Vocabulary(name, title, tuple(Concept(code, one.clinician, one.citizen) for code, one in words.items()))


def _plain(name: str, title: Phrase, words: Mapping[str, Phrase]) -> Vocabulary:
    return Vocabulary(name, title, tuple(Concept(code, phrase) for code, phrase in words.items()))


def _facts(pathway: Pathway) -> Iterator[Concept]:
    for fact in pathway.facts.values():
        yield Concept(fact.id, fact.question.clinician, fact.question.citizen)
        if fact.item_counts:
            yield Concept(f"{fact.id}.items", Phrase("Antal spørgsmål", "Number of items"))
    # What the record holds as Observations beside the facts; no rule reads them.
    yield Concept(FELT, ENTRY_WORDS[FELT])
    yield Concept(
        ASSESSMENT, Phrase("Vurdering af behov for andre indsatser", "Assessment of the need for other efforts")
    )


def _answers(pathway: Pathway) -> Iterator[Concept]:
    for fact in pathway.facts.values():
        yield from (Concept(f"{fact.id}.{value}", words) for value, words in answers_to(pathway, fact).items())
    yield from (Concept(f"{FELT}.{value}", VALUE_WORDS[value]) for value in (*FELT_ANSWERS, "not_known"))


def answers_to(pathway: Pathway, fact: FactDefinition) -> dict[str, Phrase]:
    """The answers a fact has codes for; for the clarified matters, the signs and exclusions there are."""
    if fact.kind == "facts":
        return {name: pathway.facts[name].question.clinician for name in clarifiable(pathway)}
    return fact.values


def terminology(pathway: Pathway) -> list[Part]:
    """The CodeSystems and their ValueSets."""
    listed = vocabularies(pathway)
    return [_code_system(pathway, one) for one in listed] + [_value_set(pathway, one) for one in listed]


def _code_system(pathway: Pathway, vocabulary: Vocabulary) -> Part:
    has_citizen = any(one.citizen for one in vocabulary.concepts)
    return {
        **artefact(pathway, "CodeSystem", vocabulary.id, vocabulary.title, vocabulary.title),
        "caseSensitive": True,
        "valueSet": canonical(pathway, "ValueSet", vocabulary.id),
        "content": "complete",
        "count": len(vocabulary.concepts),
        **({"property": _CITIZEN} if has_citizen else {}),
        "concept": [_concept(one) for one in vocabulary.concepts],
    }


_CITIZEN = [
    {
        "code": f"citizen-{language}",
        "description": f"Borgerens ord / the citizen's words ({language})",
        "type": "string",
    }
    for language in (LANGUAGE, OTHER)
]


def _concept(concept: Concept) -> Part:
    told: Part = {"code": concept.code, "display": concept.words.da}
    told["designation"] = [{"language": OTHER, "value": concept.words.en}]
    if concept.citizen:
        told["property"] = [
            {"code": f"citizen-{language}", "valueString": concept.citizen.text(language)}
            for language in (LANGUAGE, OTHER)
        ]
    return told


def _value_set(pathway: Pathway, vocabulary: Vocabulary) -> Part:
    return {
        **artefact(pathway, "ValueSet", vocabulary.id, vocabulary.title, vocabulary.title),
        "compose": {
            "include": [{"system": f"{CANONICAL}/CodeSystem/{vocabulary.id}", "version": pathway.identity.version}]
        },
    }
