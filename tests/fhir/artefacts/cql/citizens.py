"""Citizens nobody thought of, from a seed: many unknowns, days near every limit, and what a real record also holds."""

from datetime import date, timedelta
from random import Random
from typing import Any

from rygrad.decision.dates import add_months
from rygrad.decision.facts import clarifiable
from rygrad.fhir.observed import observation_of
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from tests.fhir.artefacts.cql.engine import Observations, said

Citizen = tuple[dict[str, Any], date]
_FIRST, _LAST = date(2020, 1, 1), date(2040, 12, 31)


def invented(pathway: Pathway, number: int, seed: int) -> list[Citizen]:
    """This many citizens, the same for the same seed."""
    rng = Random(seed)
    return [_citizen(pathway, rng) for _ in range(number)]


def _citizen(pathway: Pathway, rng: Random) -> Citizen:
    as_of = _FIRST + timedelta(days=rng.randrange((_LAST - _FIRST).days))
    known = rng.choice((0.1, 0.5, 0.9, 1.0))
    facts = {fact.id: _value(pathway, fact, as_of, rng) for fact in pathway.facts.values() if rng.random() < known}
    if rng.random() < 0.7:
        facts |= {name: pathway.facts[name].absent for name in pathway.alarm_facts if rng.random() < 0.98}
        facts |= {"back_triggered_pain": "yes"}
    if rng.random() < 0.5:
        facts |= {"effect_of_physiotherapy": "no_effect"}
    if rng.random() < 0.6:
        facts.pop("clarified_alarms", None)
    return facts, as_of


def _value(pathway: Pathway, fact: FactDefinition, as_of: date, rng: Random) -> Any:
    match fact.kind:
        case "yes_no" | "choice":
            return rng.choice(list(fact.values))
        case "date":
            return _date(as_of, rng)
        case "number":
            return rng.randint(int(fact.minimum or 0), int(fact.maximum or 0))
        case "several":
            return rng.sample(list(fact.values), rng.randint(0, len(fact.values)))
        case "facts":
            return rng.sample(list(clarifiable(pathway)), rng.randint(0, 6))
        case _:
            return rng.randint(0, 10)


def _date(as_of: date, rng: Random) -> Any:
    near = add_months(as_of, -3) + timedelta(days=rng.randint(-4, 4))
    days = rng.choice((rng.randint(0, 130), rng.randint(38, 60), (as_of - near).days, rng.randint(0, 4000)))
    first = as_of - timedelta(days=days)
    if rng.random() < 0.8:
        return first.isoformat()
    return {"earliest": first.isoformat(), "latest": (first + timedelta(days=rng.randint(1, 30))).isoformat()}


def recorded(pathway: Pathway, citizen: Citizen, rng: Random) -> Observations:
    """The citizen's Observations as a record holds them: in any order, with older answers, withdrawn and open ones."""
    facts, as_of = citizen
    now = [{**one, "effectiveDateTime": _instant(as_of)} for one in said(pathway, facts, as_of)]
    others: Observations = []
    for fact in pathway.facts.values():
        if fact.kind != "scores" and rng.random() < 0.2:
            others += _noise(pathway, fact, facts.get(fact.id) is not None, as_of, rng)
    told = now + others
    rng.shuffle(told)
    return told


def _noise(pathway: Pathway, fact: FactDefinition, known: bool, as_of: date, rng: Random) -> Observations:
    """Nothing here may change what is known: older answers, withdrawn ones, and »don't know« where nothing is known."""
    other = observation_of(pathway, fact.id, _value(pathway, fact, as_of, rng))
    old = {"status": "final", **other, "effectiveDateTime": (as_of - timedelta(days=rng.randint(1, 90))).isoformat()}
    wrong = {"status": "entered-in-error", **other, "effectiveDateTime": _instant(as_of + timedelta(days=1))}
    if known:
        return [old, wrong]
    asked = {"status": "final", **observation_of(pathway, fact.id, None), "effectiveDateTime": as_of.isoformat()}
    waiting = {"status": "preliminary", **other, "effectiveDateTime": as_of.isoformat()}
    return [old, wrong, rng.choice((asked, waiting))]


def _instant(day: date) -> str:
    return f"{day.isoformat()}T12:00:00+01:00"
