"""The first answers in CQL: alarms as they are and as they count, exclusions, urgency, scope."""

from collections.abc import Iterator

from rygrad.fhir.artefacts.cqltext import (
    cases,
    define,
    each,
    function,
    heading,
    holds,
    joined,
    literal,
    name,
    rule_name,
    value_of,
)
from rygrad.pathway.pathway import Alarm, Exclusion, Pathway, Rule


def alarm_definitions(pathway: Pathway) -> Iterator[str]:
    """Each alarm as it counts (a clarified sign counts as absent), those that are seen, and the urgency."""
    yield heading("Alarms: a sign that a named clinician clarified counts as absent, and stays visible (R19)")
    yield function("is clarified", "fact String", "Coalesce(fact in Facts.clarified_alarms, false)")
    counted = dict.fromkeys(fact for alarm in pathway.alarms.values() for fact in alarm.rule.facts)
    yield from (define(_counted(fact), _counting(pathway, fact)) for fact in counted)
    for alarm in pathway.alarms.values():
        words = alarm.words.clinician
        yield define(
            f"alarm {alarm.id} is raised",
            holds(alarm.rule.criterion, lambda fact: name(_counted(fact))),
            f"{words.da} / {words.en}",
        )
    seen = ((_true(alarm.rule), _alarm(alarm)) for alarm in pathway.alarms.values())
    yield define("alarms", each(seen), "The alarms that are known, with those that a clinician has clarified.")
    yield from _urgency(pathway)
    missing = ((f"{value_of(fact)} is null", literal(fact)) for fact in pathway.must_be_asked)
    yield define("alarm signs not asked", each(missing), "The acute and same-day signs that nobody has answered.")


def _alarm(alarm: Alarm) -> str:
    clarified = f"{name(f'alarm {alarm.id} is raised')} is not true"
    return f"Tuple {{ id: '{alarm.id}', urgency: '{alarm.urgency.id}', clarified: {clarified} }}"


def _counted(fact: str) -> str:
    return f"{fact} as it counts"


def _counting(pathway: Pathway, fact: str) -> str:
    """A confirmed exclusion cannot be clarified, only corrected."""
    value = value_of(fact)
    fixed = f" and {_true(pathway.exclusions[fact].outside, 'is not true')}" if fact in pathway.exclusions else ""
    absent = pathway.facts[fact].absent
    said = literal(absent) if absent is not None else "null"
    return f"if {value} is not null and \"is clarified\"('{fact}'){fixed}\n    then {said} else {value}"


def _true(rule: Rule, so: str = "is true") -> str:
    return f"{name(rule_name(rule))} {so}"


def _urgency(pathway: Pathway) -> Iterator[str]:
    levels = pathway.urgencies.values()
    for level in levels:
        raised = joined("or", (name(f"alarm {alarm.id} is raised") for alarm in pathway.alarms_of(level)))
        yield define(f"urgency {level.id}", raised or "false", f"{level.action.da} / {level.action.en}")
    ranked = sorted(levels, key=lambda level: level.rank)
    yield define("urgency", cases(((name(f"urgency {level.id}"), literal(level.id)) for level in ranked), "'none'"))


def scope_definitions(pathway: Pathway) -> Iterator[str]:
    """Exclusions, and the scope in the order of the reading."""
    yield heading("Scope: inside, outside, hold, or ask")
    exclusions = pathway.exclusions.values()
    yield define("exclusions", each(_found(e, state) for state in ("confirmed", "suspected") for e in exclusions))
    for exclusion in exclusions:
        yield define(_open(exclusion), f"{_true(exclusion.hold)} and not \"is clarified\"('{exclusion.fact}')")
    outside = (f"not {name(rule_name(pathway.covers))}", *(name(rule_name(e.outside)) for e in exclusions))
    yield define("scope is outside", joined("or", outside))
    holding = [level for level in pathway.urgencies.values() if level.holds]
    hold = (*(name(_open(e)) for e in exclusions), *(f"{name(f'urgency {level.id}')} is true" for level in holding))
    yield define("is held back", joined("or", hold))
    unknown = (f"{value_of(e.fact)} is null" for e in exclusions)
    yield define("is not settled", joined("or", (f"{name(rule_name(pathway.covers))} is null", *unknown)))
    order = [('"scope is outside"', "'outside'"), ('"is held back"', "'hold'"), ('"is not settled"', "'ask'")]
    yield define("scope", cases(order, "'inside'"))
    yield define("provisional", "\"scope\" = 'ask'", "What follows may change when the scope is settled.")
    yield define(
        "is withheld", "\"scope\" = 'outside' or \"scope\" = 'hold'", "Plan, window, return and efforts are held back."
    )


def _open(exclusion: Exclusion) -> str:
    return f"open suspicion {exclusion.fact}"


def _found(exclusion: Exclusion, state: str) -> tuple[str, str]:
    rule = exclusion.outside if state == "confirmed" else exclusion.hold
    clarified = "false" if state == "confirmed" else f"\"is clarified\"('{exclusion.fact}')"
    return _true(rule), f"Tuple {{ fact: '{exclusion.fact}', state: '{state}', clarified: {clarified} }}"
