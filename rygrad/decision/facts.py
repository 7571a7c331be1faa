"""A citizen's facts, read and checked at the edge of the core. A fact that is not there is unknown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from rygrad.decision.dates import Interval, read_day
from rygrad.pathway.errors import RygradError
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway

Facts = Mapping[str, Any]
"""Known facts by name: a word, a number, an Interval, a tuple of words, or a tuple of Scores. Nothing else is known."""

_SHOWABLE = frozenset("abcdefghijklmnopqrstuvwxyz_")
_YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Score:
    """One measurement: the value, the day it is true of, and how many items the form had."""

    value: float
    on: date | None = None
    items: int | None = None


class InvalidFact(RygradError):
    """A fact that cannot be so. Names the fact and what is allowed, never the citizen's value."""

    def __init__(self, fact: str, da: str, en: str, hint: Mapping[str, str] | None = None) -> None:
        super().__init__("invalid_fact", {"da": f"{fact}: {da}", "en": f"{fact}: {en}"}, hint)


class InvalidFacts(RygradError):
    """Everything that is wrong with one citizen's facts, said at once."""

    def __init__(self, problems: list[RygradError]) -> None:
        texts = {lang: " · ".join(p.text(lang) for p in problems) for lang in ("da", "en")}
        super().__init__("invalid_facts", texts)
        self.problems = tuple(problems)


def read_facts(pathway: Pathway, raw: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """The known facts among these, in the core's own form; null is unknown and left out.

    Raises InvalidFacts with every unknown name, value that is not allowed, impossible date, or event after ``as_of``.
    """
    known: dict[str, Any] = {}
    problems: list[RygradError] = []
    definitions = pathway.facts
    for name, value in raw.items():
        if value is None:
            continue
        definition = definitions.get(name)
        if definition and type(value) is str and value in definition.choices:
            known[name] = value  # nearly every fact of nearly every citizen
            continue
        if definition is None:
            problems.append(_unknown_name(str(name), definitions))
            continue
        try:
            known[name] = _READERS[definition.kind](definition, value, as_of, pathway)
        except RygradError as problem:
            problems.append(problem)
    if problems:
        raise InvalidFacts(problems)
    return known


def _unknown_name(name: str, definitions: Mapping[str, FactDefinition]) -> RygradError:
    near = get_close_matches(name.lower(), definitions, n=3, cutoff=0.6)
    shown = f" »{name}«" if near and set(name.lower()) <= _SHOWABLE else ""
    hint = {
        "da": f"Mente du {' eller '.join(near)}?" if near else "Alle navne: rygrad content facts.",
        "en": f"Did you mean {' or '.join(near)}?" if near else "All names: rygrad content facts.",
    }
    return RygradError("unknown_fact", {"da": f"ukendt faktum{shown}.", "en": f"unknown fact{shown}."}, hint)


def _not_allowed(definition: FactDefinition, da: str, en: str) -> InvalidFact:
    return InvalidFact(
        definition.id, f"skal være {da} (eller null for ukendt).", f"must be {en} (or null for unknown)."
    )


def _choice(definition: FactDefinition, value: Any, as_of: date, pathway: Pathway) -> str:
    if value is True or value is False:
        value = _YES_NO[value] if definition.kind == "yes_no" else value
    if type(value) is not str or value not in definition.choices:
        allowed = ", ".join(definition.values)
        raise _not_allowed(definition, f"én af: {allowed}", f"one of: {allowed}")
    return value


def _several(definition: FactDefinition, value: Any, as_of: date, pathway: Pathway) -> tuple[str, ...]:
    allowed = definition.values if definition.kind == "several" else clarifiable(pathway)
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(v, str) and v in allowed for v in given):
        names = ", ".join(allowed)
        raise _not_allowed(definition, f"en liste med nogle af: {names}", f"a list of any of: {names}")
    return tuple(dict.fromkeys(given))


def _number(definition: FactDefinition, value: Any, as_of: date, pathway: Pathway) -> float:
    low, high = definition.minimum, definition.maximum
    assert low is not None and high is not None  # noqa: S101  (guaranteed by the content check)
    if type(value) not in (int, float) or not low <= value <= high or (definition.whole and value != int(value)):
        kind = ("et helt tal", "a whole number") if definition.whole else ("et tal", "a number")
        raise _not_allowed(definition, f"{kind[0]} {low}–{high}", f"{kind[1]} {low}–{high}")
    return int(value) if definition.whole else value


def _date(definition: FactDefinition, value: Any, as_of: date, pathway: Pathway) -> Interval:
    interval = _interval(value)
    if interval is None or interval.earliest > interval.latest:
        raise _not_allowed(
            definition,
            "en mulig dato ÅÅÅÅ-MM-DD eller {earliest, latest} i rækkefølge",
            "a possible date YYYY-MM-DD or {earliest, latest} in order",
        )
    if interval.earliest > as_of:
        raise InvalidFact(
            definition.id,
            "ligger efter opgørelsesdatoen.",
            "lies after the as-of date.",
            {"da": "Det, der ikke er sket endnu, udelades.", "en": "Leave out what has not happened yet."},
        )
    return interval


def _interval(value: Any) -> Interval | None:
    if isinstance(value, Mapping):
        if set(value) != {"earliest", "latest"}:
            return None
        first, last = read_day(value["earliest"]), read_day(value["latest"])
        return Interval(first, last) if first and last else None
    if isinstance(value, Interval):
        return value
    day = read_day(value)
    return Interval(day, day) if day else None


def _scores(definition: FactDefinition, value: Any, as_of: date, pathway: Pathway) -> tuple[Score, ...]:
    given = value if isinstance(value, list | tuple) else [value]
    return tuple(_score(definition, part, as_of, pathway) for part in given)


def _score(definition: FactDefinition, value: Any, as_of: date, pathway: Pathway) -> Score:
    if isinstance(value, Score):
        return value
    fields = value if isinstance(value, Mapping) else {"value": value}
    if not {"value"} <= set(fields) <= {"value", "on", "items"}:
        raise _not_allowed(definition, "et tal eller {value, on, items}", "a number or {value, on, items}")
    number = _number(definition, fields["value"], as_of, pathway)
    on, items = fields.get("on"), fields.get("items")
    day = None if on is None else _date(definition, on, as_of, pathway).latest
    if items is not None and items not in definition.item_counts:
        counts = ", ".join(map(str, definition.item_counts)) or "–"
        raise _not_allowed(definition, f"med items blandt {counts}", f"with items among {counts}")
    if items is not None and number > items:
        raise _not_allowed(definition, "højst lige så mange point som spørgsmål", "at most as many points as items")
    return Score(number, day, items)


def clarifiable(pathway: Pathway) -> tuple[str, ...]:
    """The exclusion and alarm facts that a named clinician can record as clarified."""
    return tuple(dict.fromkeys((*pathway.exclusions, *pathway.alarm_facts)))


_READERS: dict[str, Callable[[FactDefinition, Any, date, Pathway], Any]] = {
    "yes_no": _choice,
    "choice": _choice,
    "several": _several,
    "facts": _several,
    "number": _number,
    "date": _date,
    "scores": _scores,
}


def plain_value(value: Any) -> Any:
    """A fact's value as JSON: an exact date as a date, an interval as ``{earliest, latest}``."""
    if isinstance(value, Interval):
        return value.earliest if value.is_exact else {"earliest": value.earliest, "latest": value.latest}
    if isinstance(value, tuple):
        return [plain_value(part) for part in value]
    if isinstance(value, Score):
        return {"value": value.value, "on": value.on, "items": value.items}
    return value
