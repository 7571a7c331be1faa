"""A PlanDefinition applied as FHIR engines do: an action counts when its condition is true, and is dropped on null."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Part = dict[str, Any]


def actions(plan: Part) -> Iterator[Part]:
    """Every action of a plan, from the outside in."""
    for action in plan.get("action", ()):
        yield action
        yield from actions(action)


def expressions(action: Part) -> list[str]:
    """The CQL definitions an action depends on."""
    return [one["expression"]["expression"] for one in action.get("condition", ())]


def applied(plans: Sequence[Part], plan: Part, found: Mapping[str, Any]) -> Iterator[Part]:
    """The actions that apply to a citizen of whom CQL found this, into the plans they name."""
    for action in plan.get("action", ()):
        if all(found[name] is True for name in expressions(action)):
            yield action
            yield from applied(plans, action, found)
            named = [one for one in plans if f"{one['url']}|{one['version']}" == action.get("definitionCanonical")]
            for one in named:
                yield from applied(plans, one, found)


def codes(made: Sequence[Part], system: str) -> set[str]:
    """The codes of one of our vocabularies that actions carry."""
    concepts = (coding for action in made for code in action.get("code", ()) for coding in code["coding"])
    return {coding["code"] for coding in concepts if coding["system"].endswith(f"/{system}")}


def asked(made: Sequence[Part]) -> set[str]:
    """The facts that actions collect."""
    needs = (need for action in made for need in action.get("input", ()))
    return {code["code"] for need in needs for part in need["codeFilter"] for code in part["code"]}
