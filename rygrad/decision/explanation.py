"""Why, in words: conclusion → rule → facts used → the programme's sentence, our reading, or the safety source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rygrad.decision import spoken
from rygrad.decision.advice import worded_state
from rygrad.decision.decision import Decision, Reason
from rygrad.pathway.facts import YES_NO
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

NOT_SIGNED = Phrase("ikke underskrevet af kliniker", "not signed by a clinician")

_SECTIONS = {
    "scope": Phrase("Er borgeren omfattet?", "Is the citizen covered?"),
    "exclusions": Phrase("Udelukkelse", "Exclusion"),
    "alarms": Phrase("Alarmtegn", "Alarm sign"),
    "urgency": Phrase("Hastegrad", "Urgency"),
    "possible_groups": Phrase("Mulig gruppe", "Possible group"),
    "group": Phrase("Gruppe", "Group"),
    "mismatches": Phrase("Passer ikke med gruppens punkter", "Does not fit the group's bullets"),
    "contradictions": Phrase("Modstrid", "Contradiction"),
    "over_3_months_from": Phrase("Over 3 måneder fra", "Over 3 months from"),
    "actors": Phrase("Hvem handler", "Who acts"),
    "interventions": Phrase("Indsats", "Intervention"),
    "information": Phrase("Information", "Information"),
    "reassessment": Phrase("Revurdering", "Reassessment"),
    "return_to_gp": Phrase("Tilbage til egen læge", "Return to own GP"),
    "efforts": Phrase("Anden indsats", "Other effort"),
}
_STATES = {
    "possible": Phrase("mulig", "possible"),
    "ruled_out": Phrase("udelukket af svarene", "ruled out by the answers"),
    "confirmed": Phrase("bekræftet", "confirmed"),
    "suspected": Phrase("mistænkt", "suspected"),
    "clarified": Phrase("afklaret", "clarified"),
    "none": Phrase("ingen kendte", "none known"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One conclusion explained. ``sources`` are whole lines: the quote with its place, readings, safety sources."""

    why: str
    title: str
    answer: str
    rule: str
    facts: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]


def explain(pathway: Pathway, decision: Decision, language: str = "da") -> list[Explanation]:
    """Every conclusion of a decision that carries its reasons, in the decision's own order."""
    return [
        Explanation(
            why=why,
            title=conclusion_title(pathway, why, language),
            answer=_answer(pathway, decision, why, language),
            rule=reason["rule"],
            facts=tuple(_facts(pathway, reason, language)),
            sources=tuple(_sources(pathway, reason, language)),
        )
        for why, reason in decision.reasons.items()
    ]


def _answer(pathway: Pathway, decision: Decision, why: str, language: str) -> str:
    section, value = why.partition(".")[0], decision.reasons[why]["value"]
    return state_word(pathway, section, worded_state(decision, value), language)


def conclusion_title(pathway: Pathway, why: str, language: str) -> str:
    """A conclusion's name in words: ``Anden indsats: Smerteklinik`` for ``efforts.pain_clinic``."""
    section, _, name = why.partition(".")
    title = _SECTIONS[section].text(language)
    return f"{title}: {_name(pathway, section, name, language)}" if name else title


def _name(pathway: Pathway, section: str, name: str, language: str) -> str:
    if section in pathway.words:
        return pathway.words[section][name].clinician.text(language)
    if section == "possible_groups":
        return pathway.groups[name].words.clinician.text(language)
    if section == "exclusions":
        return pathway.exclusions[name].words.clinician.text(language)
    if section == "alarms":
        return pathway.alarms[name].words.clinician.text(language)
    notes = {note.id: note for note in (*pathway.mismatches, *pathway.contradictions)}
    return notes[name].words.clinician.text(language)


def state_word(pathway: Pathway, section: str, value: Any, language: str) -> str:
    """A conclusion's value in words: ``Allerede udført`` for an effort that is ``already_done``."""
    if section == "group":
        undetermined = pathway.cards["group"]["several"].word.text(language)
        return pathway.groups[value].words.clinician.text(language) if value else undetermined
    if section in pathway.cards and value in pathway.cards[section]:
        return pathway.cards[section][value].word.text(language)
    if value in pathway.urgencies:
        return pathway.urgencies[value].words.clinician.text(language)
    if value in _STATES:
        return _STATES[value].text(language)
    return YES_NO["yes"].text(language) if value is True else spoken.value(None, value, language)


def _facts(pathway: Pathway, reason: Reason, language: str) -> Iterator[tuple[str, str]]:
    for name, given in reason["facts"].items():
        definition = pathway.facts[name]
        yield definition.question.clinician.text(language), spoken.value(definition, given, language)


def _sources(pathway: Pathway, reason: Reason, language: str) -> Iterator[str]:
    if "quote" in reason:
        statement = f"{reason['statement']}, " if "statement" in reason else ""
        yield f"»{reason['quote']}« ({statement}{reason['place']})"
    for name in filter(None, reason.get("reading", "").split(", ")):
        reading = pathway.readings[name]
        signed = reading.signed_by or NOT_SIGNED.text(language)
        label = "Vores læsning" if language == "da" else "Our reading"
        yield f"{label} {name}: {reading.question.text(language)} {reading.reading.text(language)} ({signed})"
    if "safety_source" in reason:
        label = "Sikkerhedslaget, ikke programmet" if language == "da" else "The safety layer, not the programme"
        yield f"{label}: {reason['safety_source']} ({NOT_SIGNED.text(language)})"
