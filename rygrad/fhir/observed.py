"""A fact as an Observation and back: the one table between the programme's facts and FHIR. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from rygrad.decision.dates import Interval, read_day
from rygrad.decision.facts import Score, clarifiable
from rygrad.fhir.names import DATA_ABSENT, UCUM, code_system
from rygrad.pathway.facts import YES_NO, FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record.clocks import local_day

FACTS, ANSWERS = code_system("facts"), code_system("answers")
ASKED_UNKNOWN = "asked-unknown"
_UNITS = {"age_years": "a"}
_SCORE = "{score}"

Part = dict[str, Any]


class NotUnderstood(Exception):
    """An Observation that says nothing we can read; ``why`` in words, without what was said."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why.en)
        self.why = why


def coding_of(fact: FactDefinition, language: str = "da") -> Part:
    """The fact as a coding."""
    return {"system": FACTS, "code": fact.id, "display": fact.question.clinician.text(language)}


def observation_of(pathway: Pathway, name: str, value: Any, language: str = "da") -> Part:
    """``code`` and value of an Observation that says this; None as a value: asked, and answered "don't know".

    ``value`` is plain (as in a file of facts) or in the core's own form. One score, not a list of them.
    """
    fact = pathway.facts[name]
    told: Part = {"code": {"coding": [coding_of(fact, language)], "text": fact.question.clinician.text(language)}}
    if value is None:
        absent = {"system": DATA_ABSENT, "code": ASKED_UNKNOWN, "display": "Asked But Unknown"}
        return told | {"dataAbsentReason": {"coding": [absent]}}
    return told | _WRITERS[fact.kind](pathway, fact, value, language)


def _yes_no(pathway: Pathway, fact: FactDefinition, value: Any, language: str) -> Part:
    return {"valueBoolean": value in ("yes", True)}


def _choice(pathway: Pathway, fact: FactDefinition, value: Any, language: str) -> Part:
    words = fact.values[value].text(language)
    return {"valueCodeableConcept": {"coding": [_answer(fact, value, words)], "text": words}}


def _answer(fact: FactDefinition, value: str, display: str) -> Part:
    return {"system": ANSWERS, "code": f"{fact.id}.{value}", "display": display}


def _several(pathway: Pathway, fact: FactDefinition, value: Any, language: str) -> Part:
    named = fact.values or {one: pathway.facts[one].question.clinician for one in clarifiable(pathway)}
    parts = [
        {"code": {"coding": [_answer(fact, one, named[one].text(language))]}, "valueBoolean": True} for one in value
    ]
    return {"component": parts} if parts else {"valueBoolean": False}


def _date(pathway: Pathway, fact: FactDefinition, value: Any, language: str) -> Part:
    if isinstance(value, Mapping):
        return {"valuePeriod": {"start": _iso(value["earliest"]), "end": _iso(value["latest"])}}
    if isinstance(value, Interval) and not value.is_exact:
        return {"valuePeriod": {"start": value.earliest.isoformat(), "end": value.latest.isoformat()}}
    return {"valueDateTime": _iso(value.earliest if isinstance(value, Interval) else value)}


def _iso(day: date | str) -> str:
    return day if isinstance(day, str) else day.isoformat()


def _number(pathway: Pathway, fact: FactDefinition, value: Any, language: str) -> Part:
    unit = fact.unit.text(language) if fact.unit else _SCORE
    return {"valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": _UNITS.get(fact.id, _SCORE)}}


def _score(pathway: Pathway, fact: FactDefinition, value: Any, language: str) -> Part:
    read = {"value": value.value, "items": value.items} if isinstance(value, Score) else value
    if not isinstance(read, Mapping):
        return _number(pathway, fact, value, language)
    told = _number(pathway, fact, read["value"], language)
    if read.get("items") is not None:
        code = {"coding": [{"system": FACTS, "code": f"{fact.id}.items", "display": "number of items"}]}
        told["component"] = [{"code": code, "valueInteger": read["items"]}]
    return told


_WRITERS: dict[str, Callable[[Pathway, FactDefinition, Any, str], Part]] = {
    "yes_no": _yes_no,
    "choice": _choice,
    "several": _several,
    "facts": _several,
    "date": _date,
    "number": _number,
    "scores": _score,
}


def fact_name(observation: Mapping[str, Any]) -> str:
    """The fact an Observation is about, by our own code; empty when it carries none."""
    code = observation.get("code")
    for coding in _codings(code):
        if coding.get("system") == FACTS and isinstance(coding.get("code"), str):
            return str(coding["code"])
    return ""


def fact_of(pathway: Pathway, observation: Mapping[str, Any]) -> tuple[str, Any]:
    """The fact's name and its plain value, as ``decide`` takes it; None: asked, and not known.

    A score comes back as ``{value, on, items}``. Whether the value is possible is checked by ``read_facts``. Raises
    NotUnderstood when the code is not one of the facts, or the value has another form.
    """
    name = fact_name(observation)
    fact = pathway.facts.get(name)
    if fact is None:
        raise NotUnderstood(Phrase("koden er ikke blandt programmets fakta", "the code is not among the facts"))
    if observation.get("dataAbsentReason") is not None or observation.get("status") in ("preliminary", "registered"):
        return name, None
    value = _READERS[fact.kind](fact, observation)
    if value is None:
        raise NotUnderstood(Phrase("værdien har ikke den form, faktumet har", "the value has not the fact's form"))
    return name, value


def _codings(concept: Any) -> list[Mapping[str, Any]]:
    codings = concept.get("coding") if isinstance(concept, Mapping) else None
    return [one for one in codings if isinstance(one, Mapping)] if isinstance(codings, list) else []


def _answers(fact: FactDefinition, concept: Any) -> list[str]:
    prefix = f"{fact.id}."
    codes = [one.get("code") for one in _codings(concept) if one.get("system") == ANSWERS]
    return [code.removeprefix(prefix) for code in codes if isinstance(code, str) and code.startswith(prefix)]


def _read_yes_no(fact: FactDefinition, said: Mapping[str, Any]) -> Any:
    value = said.get("valueBoolean")
    if type(value) is bool:
        return "yes" if value else "no"
    return next((one for one in _answers(fact, said.get("valueCodeableConcept")) if one in YES_NO), None)


def _read_choice(fact: FactDefinition, said: Mapping[str, Any]) -> Any:
    return next((one for one in _answers(fact, said.get("valueCodeableConcept")) if one in fact.values), None)


def _read_several(fact: FactDefinition, said: Mapping[str, Any]) -> Any:
    if said.get("valueBoolean") is False:
        return []
    parts = said.get("component")
    if not isinstance(parts, list) or not parts:
        return None
    found = []
    for part in parts:
        named = _answers(fact, part.get("code")) if isinstance(part, Mapping) else []
        if not named or type(part.get("valueBoolean")) is not bool:
            return None
        found += named if part["valueBoolean"] else []
    return found


def _read_date(fact: FactDefinition, said: Mapping[str, Any]) -> Any:
    period = said.get("valuePeriod")
    if isinstance(period, Mapping):
        ends = [_day(period.get(end)) for end in ("start", "end")]
        return {"earliest": ends[0], "latest": ends[1]} if all(ends) else None
    return _day(said.get("valueDateTime"))


def _day(value: Any) -> str | None:
    """The local day a date or an instant names; None for a month, a year, or no date."""
    if not isinstance(value, str) or "T" not in value:
        return value if isinstance(value, str) and read_day(value) else None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (local_day(at) if at.tzinfo else at.date()).isoformat()


def _read_number(fact: FactDefinition, said: Mapping[str, Any]) -> Any:
    quantity = said.get("valueQuantity")
    value = quantity.get("value") if isinstance(quantity, Mapping) else said.get("valueInteger")
    if isinstance(quantity, Mapping) and (quantity.get("comparator") or not _has_unit(fact, quantity)):
        return None
    return value if type(value) in (int, float) else None


def _has_unit(fact: FactDefinition, quantity: Mapping[str, Any]) -> bool:
    """A unit that is given must be the fact's own: months are no years."""
    return quantity.get("code") in (None, "1", _UNITS.get(fact.id, _SCORE))


def _read_score(fact: FactDefinition, said: Mapping[str, Any]) -> Any:
    value = _read_number(fact, said)
    if value is None:
        return None
    parts = said.get("component")
    items = [
        part.get("valueInteger")
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, Mapping) and fact_name(part) == f"{fact.id}.items"
    ]
    return {"value": value, "on": _day(said.get("effectiveDateTime")), "items": items[0] if items else None}


_READERS: dict[str, Callable[[FactDefinition, Mapping[str, Any]], Any]] = {
    "yes_no": _read_yes_no,
    "choice": _read_choice,
    "several": _read_several,
    "facts": _read_several,
    "date": _read_date,
    "number": _read_number,
    "scores": _read_score,
}
