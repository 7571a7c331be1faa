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
    """The citizen's Observations as a record holds them: in any order, with others of any day, status and value."""
    facts, as_of = citizen
    now = [one | {"effectiveDateTime": _instant(as_of)} for one in said(pathway, facts, as_of)]
    others = [_other(pathway, fact, as_of, rng) for fact in pathway.facts.values() if rng.random() < 0.2]
    told = now + others
    rng.shuffle(told)
    return told


def _other(pathway: Pathway, fact: FactDefinition, as_of: date, rng: Random) -> dict[str, Any]:
    value = None if rng.random() < 0.3 else _value(pathway, fact, as_of, rng)
    other = observation_of(pathway, fact.id, value)
    status = rng.choice(("final", "final", "final", "amended", "preliminary", "entered-in-error", "unknown"))
    day = as_of - timedelta(days=rng.choice((-1, 0, 0, 1, 7, 8, 56, 57, 400)))
    return {"status": status, **other, "effectiveDateTime": rng.choice((day.isoformat(), _instant(day)))}


def _instant(day: date) -> str:
    return f"{day.isoformat()}T12:00:00+01:00"
