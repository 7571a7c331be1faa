"""The questions as Questionnaires: what the citizen is asked before a visit, and what the clinician answers.

"Don't know" is an answer of its own, and a question left alone is unknown: neither is "no". No instrument with items of
its own (RMDQ) is exported: its text is not ours.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from rygrad.fhir.artefacts.artefact import artefact, in_force
from rygrad.fhir.artefacts.vocabulary import FELT, FELT_ANSWERS, answers_to
from rygrad.fhir.artefacts.wording import Part, joined, said
from rygrad.fhir.names import DATA_ABSENT, code_system
from rygrad.fhir.observed import ASKED_UNKNOWN, observation_of
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record.words import ENTRY_WORDS

BEFORE_VISIT, CLINICIAN = "before-visit", "clinician"
HOME_QUESTIONS = ("nrs_pain", "psfs", "work", FELT, "worried_about_diagnosis")
# The words of the citizen's page for the answers and questions that are no fact's own.
FELT_QUESTION = Phrase("Hvordan går det nu, efter behandlingen?", "How is it now, after the treatment?")
FELT_WORDS = {
    "better": Phrase("Det går bedre", "It is better"),
    "same": Phrase("Det er det samme", "It is the same"),
    "worse": Phrase("Det går værre", "It is worse"),
}
DONT_KNOW = Phrase("Ved ikke", "Don't know")
_EXTENSION = "http://hl7.org/fhir/StructureDefinition"
# A day that is not known exactly is answered by the first and the last one possible.
_AT_MOST_TWO = {"url": f"{_EXTENSION}/questionnaire-maxOccurs", "valueInteger": 2}
_YES, _NO = Phrase("Ja", "Yes"), Phrase("Nej", "No")


def questionnaires(pathway: Pathway) -> list[Part]:
    """The citizen's and the clinician's. Each item's ``linkId`` is the fact's name."""
    return [_before_visit(pathway), _clinician(pathway)]


def home_signs(pathway: Pathway) -> tuple[str, ...]:
    """The alarm signs a citizen can know of alone at home, as on the citizen's page: those with a yes and a no that
    must be asked, and the one exclusion that a person feels."""
    asked = tuple(name for name in pathway.must_be_asked if pathway.facts[name].kind == "yes_no")
    return ("sudden_severe_paralysis", *asked)


def _before_visit(pathway: Pathway) -> Part:
    """Flat, so that a response is a plain list of answers; the headings and the card stand between as text."""
    words = Phrase("Fem spørgsmål før dit besøg", "Five questions before your visit")
    items = [
        _told("signs", Phrase("Har du nogen af disse tegn?", "Do you have any of these signs?")),
        _told("call", joined((pathway.citizen.call_card.title, pathway.citizen.call_card.levels[0].whom), ". ")),
        *(_sign(pathway, name) for name in home_signs(pathway)),
        _told("questions", words),
        *(_home_question(pathway, name) for name in HOME_QUESTIONS),
    ]
    description = Phrase("Til borgeren, hjemmefra.", "For the citizen, from home.")
    return {**_head(pathway, BEFORE_VISIT, words, description), "item": items}


def _told(name: str, words: Phrase) -> Part:
    return {"linkId": name, **said("text", words), "type": "display"}


def _head(pathway: Pathway, name: str, title: Phrase, description: Phrase) -> Part:
    return {
        **artefact(pathway, "Questionnaire", name, title, description),
        "subjectType": ["Patient"],
        **in_force(pathway),
    }


def _sign(pathway: Pathway, name: str) -> Part:
    """Yes or no to a sign; at home a yes to an exclusion is a suspicion, never a confirmation."""
    fact = pathway.facts[name]
    present = "suspected" if name in pathway.exclusions else "yes"
    return _item(pathway, fact, fact.question.citizen, {present: _YES, str(fact.absent): _NO})


def _home_question(pathway: Pathway, name: str) -> Part:
    if name != FELT:
        return _item(pathway, pathway.facts[name], pathway.facts[name].question.citizen)
    told = [(f"{FELT}.{value}", FELT_WORDS[value]) for value in FELT_ANSWERS]
    code = {"system": code_system("facts"), "code": FELT, "display": ENTRY_WORDS[FELT].da}
    return {"linkId": FELT, "code": [code], **said("text", FELT_QUESTION), **_choices(told)}


def _clinician(pathway: Pathway) -> Part:
    title = Phrase("Klinikerens spørgsmål", "The clinician's questions")
    description = Phrase(
        "Alt, programmet og sikkerhedslaget spørger om. Blankt er ukendt, aldrig nej. "
        "Kendes en dag ikke præcist, svares med den første og den sidste mulige.",
        "All that the programme and the safety layer ask. Blank is unknown, never no. "
        "A day that is not known exactly is answered by the first and the last one possible.",
    )
    sections = [
        _group(name, words, (_item(pathway, fact, fact.question.clinician) for fact in facts))
        for name, words, facts in _sections(pathway)
    ]
    return {**_head(pathway, CLINICIAN, title, description), "item": sections}


def _sections(pathway: Pathway) -> Iterator[tuple[str, Phrase, list[FactDefinition]]]:
    """Each question once, under the first heading it belongs to."""
    groups = [name for group in pathway.groups.values() for name in group.rule.facts]
    notes = [name for note in (*pathway.mismatches, *pathway.contradictions) for name in note.rule.facts]
    scores = [fact.id for fact in pathway.facts.values() if fact.kind == "scores"]
    course = [name for name in pathway.facts if name not in scores]
    left = {name: fact for name, fact in pathway.facts.items() if not fact.item_counts}
    for name, words, wanted in (
        ("scope", Phrase("Hvem er omfattet", "Who is covered"), [*pathway.covers.facts, *pathway.exclusions]),
        ("safety", Phrase("Alarmtegn", "Alarm signs"), pathway.alarm_facts),
        ("group", Phrase("Gruppen", "The group"), groups),
        ("bullets", Phrase("Gruppens punkter", "The group's bullets"), notes),
        ("course", Phrase("Forløbet", "The course"), course),
        ("scores", Phrase("Målinger", "Scores"), scores),
    ):
        yield name, words, [left.pop(one) for one in dict.fromkeys(wanted) if one in left]


def _group(name: str, words: Phrase, items: Iterable[Part]) -> Part:
    return {"linkId": f"group-{name}", **said("text", words), "type": "group", "item": list(items)}


def _item(pathway: Pathway, fact: FactDefinition, text: Phrase, answers: dict[str, Phrase] | None = None) -> Part:
    code = {"system": code_system("facts"), "code": fact.id, "display": fact.question.clinician.da}
    head = {"linkId": fact.id, "code": [code], **said("text", text)}
    if fact.kind == "date":
        return {"extension": [_AT_MOST_TWO], **head, "type": "date", "repeats": True}
    if fact.kind in ("number", "scores"):
        return {"extension": list(_limits(pathway, fact)), **head, "type": "integer" if fact.whole else "decimal"}
    told = answers or answers_to(pathway, fact)
    return head | _choices(
        [(f"{fact.id}.{value}", words) for value, words in told.items()], repeats=fact.kind in ("several", "facts")
    )


def _choices(answers: Iterable[tuple[str, Phrase]], *, repeats: bool = False) -> Part:
    """The answers, and "don't know" last."""
    options = [_option(code_system("answers"), code, words) for code, words in answers]
    options.append(_option(DATA_ABSENT, ASKED_UNKNOWN, DONT_KNOW))
    return {"type": "choice", "repeats": repeats, "answerOption": options}


def _option(system: str, code: str, words: Phrase) -> Part:
    return {"valueCoding": {"system": system, "code": code, **said("display", words)}}


def _limits(pathway: Pathway, fact: FactDefinition) -> Iterator[dict[str, Any]]:
    """The unit and the least and greatest value, as the questionnaire extensions of FHIR have them."""
    value = "valueInteger" if fact.whole else "valueDecimal"
    unit = observation_of(pathway, fact.id, fact.minimum)["valueQuantity"]
    coding = {"system": unit["system"], "code": unit["code"], "display": unit["unit"]}
    yield {"url": f"{_EXTENSION}/questionnaire-unit", "valueCoding": coding}
    yield {"url": f"{_EXTENSION}/minValue", value: fact.minimum}
    yield {"url": f"{_EXTENSION}/maxValue", value: fact.maximum}
