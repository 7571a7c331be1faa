"""What the group decides: the window, the return to own GP, and the state of each effort.

Every answer is worked out for each possible group; where they agree it stands, where they differ it is ``ask``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from rygrad.decision.dates import Interval, days_between
from rygrad.decision.decision import EffortState, ReassessmentState, ReturnState
from rygrad.decision.facts import Facts
from rygrad.decision.reference import first_known, truth
from rygrad.decision.truth import FALSE, TRUE, Truth
from rygrad.pathway.pathway import Effort, Group, Pathway


@dataclass(frozen=True, slots=True)
class States:
    """What follows in one group, or in several that agree."""

    reassessment: ReassessmentState
    return_to_gp: ReturnState
    efforts: dict[str, EffortState]

    def asked(self) -> list[str]:
        """The conclusions that stand at ``ask``."""
        found = ["reassessment"] if self.reassessment == "ask" else []
        found += ["return_to_gp"] if self.return_to_gp == "ask" else []
        return found + [f"efforts.{name}" for name, state in self.efforts.items() if state == "ask"]


@dataclass(frozen=True, slots=True)
class Course:
    """The possible groups, what follows in each of the programme's groups, and what they agree on."""

    possible: tuple[Group, ...]
    by_group: dict[str, States]
    states: States


def possible_groups(pathway: Pathway, facts: Facts, as_of: date) -> tuple[Group, ...]:
    """Every group that some way of filling in the unknown facts would give."""
    return tuple(g for g in pathway.groups.values() if truth(g.rule.criterion, facts, as_of) is not FALSE)


def follow(pathway: Pathway, facts: Facts, as_of: date, *, outside: bool = False) -> Course:
    """The possible groups (none outside the programme) and what follows in them, before anything is withheld."""
    possible = () if outside else possible_groups(pathway, facts, as_of)
    by_group = states_by_group(pathway, facts, as_of)
    return Course(possible, by_group, agree(by_group, possible))


def states_by_group(pathway: Pathway, facts: Facts, as_of: date) -> dict[str, States]:
    """What would follow in each group, if it were the citizen's. Not to be changed: citizens alike share it."""
    return _states_by_group(
        pathway,
        reassessment_state(pathway, facts, as_of),
        truth(pathway.no_effect.criterion, facts, as_of),
        truth(pathway.return_done.criterion, facts, as_of),
        tuple(truth(rule.criterion, facts, as_of) for rule in pathway.already_done),
    )


@lru_cache(maxsize=4096)
def _states_by_group(
    pathway: Pathway, reassessment: ReassessmentState, no_effect: Truth, returned: Truth, done: tuple[Truth, ...]
) -> dict[str, States]:
    dones = dict(zip((rule.id for rule in pathway.already_done), done, strict=True))
    return {
        group.id: States(
            reassessment=reassessment if group.reassessment else "none",
            return_to_gp=_return_state(group, no_effect, returned),
            efforts={
                name: _effort_state(group.efforts.get(name), no_effect, dones) for name in pathway.words["efforts"]
            },
        )
        for group in pathway.groups.values()
    }


def agree(by_group: dict[str, States], possible: Collection[Group]) -> States:
    """What all possible groups share; ``ask`` where they differ."""
    chosen = [by_group[group.id] for group in possible]
    if len(chosen) == 1:
        return chosen[0]
    return States(
        reassessment=_shared([states.reassessment for states in chosen]),
        return_to_gp=_shared([states.return_to_gp for states in chosen]),
        efforts={
            name: _shared([states.efforts[name] for states in chosen]) for name in next(iter(by_group.values())).efforts
        },
    )


def _shared(states: list[Any]) -> Any:
    return states[0] if states and states.count(states[0]) == len(states) else "ask"


def _return_state(group: Group, no_effect: Truth, returned: Truth) -> ReturnState:
    if group.return_to_gp is None:
        return "not_listed"
    if no_effect is not TRUE:
        return "not_yet"
    return "done" if returned is TRUE else "due"


def _effort_state(effort: Effort | None, no_effect: Truth, dones: dict[str, Truth]) -> EffortState:
    if effort is None:
        return "not_listed"
    if no_effect is not TRUE:
        return "not_yet"
    done = dones[effort.already_done.id] if effort.already_done else FALSE
    if done is TRUE:
        return "already_done"
    return "open" if done is FALSE else "ask"


def window(pathway: Pathway, facts: Facts) -> Interval | None:
    """The first and last day of the 6–8 weeks; None before any treatment or plan."""
    rule = pathway.reassessment.window
    start = first_known(rule.after, facts)
    if start is None:
        return None
    return Interval(start.earliest + timedelta(days=rule.first_day), start.latest + timedelta(days=rule.last_day))


def reassessment_state(pathway: Pathway, facts: Facts, as_of: date) -> ReassessmentState:
    """Where the citizen is in the 6–8 weeks; ``ask`` when a date is an interval that leaves it open."""
    rule, reassessed = pathway.reassessment.window, facts.get(pathway.reassessment.done_by)
    start = first_known(rule.after, facts)
    if start is None:
        return "not_started"
    states = {
        _window_state(rule.first_day, rule.last_day, days_between(first, as_of), done and days_between(first, done))
        for first in start
        for done in (reassessed or (None,))
    }
    return states.pop() if len(states) == 1 else "ask"


def _window_state(first_day: int, last_day: int, today: int, reassessed: int | None) -> ReassessmentState:
    """Days are counted from the first treatment; a reassessment before the window does not settle it (R17)."""
    if reassessed is not None and reassessed >= first_day:
        return "done"
    if today < first_day:
        return "not_due"
    return "due" if today <= last_day else "overdue"
