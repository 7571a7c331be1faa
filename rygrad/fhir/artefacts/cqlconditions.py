"""What an action may depend on: each conclusion as a definition that is true, false or null, and one that says null."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rygrad.fhir.artefacts.cqltext import cases, define, heading, name, string
from rygrad.pathway.pathway import Group, Pathway, Rule

_ALONE = {
    "scope.inside": "scope is inside",
    "scope.outside": "scope is outside",
    "scope.hold": "scope is on hold",
    "reassessment": "reassessment is due",
    "return_to_gp": "return to own GP is due",
    "no_effect": "no effect",
}
_KINDS = {
    "urgency": "urgency {}",
    "alarm": "alarm {} is raised",
    "group": "group {}",
    "plan": "plan {}",
    "effort": "effort {} is open",
    "mismatch": "mismatch {}",
    "contradiction": "contradiction {}",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A conclusion as an applicability condition.

    ``definition`` names the CQL definition that is true, false or null; ``unknown`` the one that is true when it is
    null, since engines read null as "does not apply"; ``facts`` decide it, in the order of facts.yaml.
    """

    id: str
    definition: str
    unknown: str
    facts: tuple[str, ...]


def definition_of(conclusion: str) -> str:
    """The CQL definition of a conclusion: ``group.recurrent`` → ``group recurrent``. KeyError for another word."""
    if conclusion in _ALONE:
        return _ALONE[conclusion]
    kind, _, which = conclusion.partition(".")
    return _KINDS[kind].format(which)


def unknown_definition_of(conclusion: str) -> str:
    """The CQL definition that is true when the conclusion's own is null, and otherwise false."""
    return f"{definition_of(conclusion)} is unknown"


def conditions(pathway: Pathway) -> dict[str, Condition]:
    """Every conclusion that an action may depend on, by its id."""
    return {
        conclusion: Condition(
            conclusion,
            definition_of(conclusion),
            unknown_definition_of(conclusion),
            tuple(fact for fact in pathway.facts if fact in facts),
        )
        for conclusion, facts in _read(pathway)
    }


def _read(pathway: Pathway) -> Iterator[tuple[str, set[str]]]:
    scope = {*pathway.covers.facts, *pathway.exclusions}
    yield from ((f"scope.{state}", scope) for state in ("inside", "outside", "hold"))
    for level in pathway.urgencies.values():
        yield f"urgency.{level.id}", _facts(alarm.rule for alarm in pathway.alarms_of(level))
    yield from ((f"alarm.{alarm.id}", set(alarm.rule.facts)) for alarm in pathway.alarms.values())
    grouping = _facts(group.rule for group in pathway.groups.values())
    for group in pathway.groups:
        yield f"group.{group}", grouping
        yield f"plan.{group}", grouping
    for effort in pathway.words["efforts"]:
        yield f"effort.{effort}", grouping | _facts(_done(pathway.groups.values(), effort))
    reassessed = {*pathway.reassessment.window_rule.facts, pathway.reassessment.done_by}
    yield "reassessment", grouping | reassessed
    yield "return_to_gp", grouping
    yield "no_effect", set(pathway.no_effect.facts)
    yield from ((f"mismatch.{note.id}", set(note.rule.facts)) for note in pathway.mismatches)
    yield from ((f"contradiction.{note.id}", set(note.rule.facts)) for note in pathway.contradictions)


def _facts(rules: Iterable[Rule]) -> set[str]:
    return {fact for rule in rules for fact in rule.facts}


def _done(groups: Iterable[Group], effort: str) -> list[Rule]:
    listed = (group.efforts.get(effort) for group in groups)
    return [one.already_done for one in listed if one and one.already_done]


def condition_definitions(pathway: Pathway) -> Iterator[str]:
    """The definitions of the conditions, over the definitions of the states."""
    yield heading("Conditions of actions: true, false, or null. Each with one that says that it is null")
    for conclusion in conditions(pathway):
        kind, _, which = conclusion.partition(".")
        body = _body(kind, which)
        if body:
            yield define(definition_of(conclusion), body)
        yield define(unknown_definition_of(conclusion), f"{name(definition_of(conclusion))} is null")


def _body(kind: str, which: str) -> str:
    """Empty where the conclusion stands among the rules already."""
    match kind, which:
        case "scope", "inside" | "hold":
            return _state("scope", which)
        case "group", group:
            possible = name(f"{group} is possible")
            return cases([(f"not {possible}", "false"), ('Count("possible groups") = 1', "true")], "null")
        case "plan", group:
            return f'not "is withheld" and {name(definition_of(f"group.{group}"))}'
        case "effort", effort:
            return _state(f"effort {effort}", "open")
        case "reassessment", _:
            return _state("reassessment state", "due", "overdue")
        case "return_to_gp", _:
            return _state("return to own GP state", "due")
        case _:
            return ""


def _state(state: str, *wanted: str) -> str:
    said = " or ".join(f"{name(state)} = {string(one)}" for one in wanted)
    return f"if {name(state)} = 'ask' then null else ({said})"
