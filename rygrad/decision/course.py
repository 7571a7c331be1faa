"""What the group decides: the window, the return to own GP, and the state of each effort.

Every answer is worked out for each possible group; where they agree it stands, where they differ it is ``ask``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from rygrad.decision.dates import Interval, days_between
from rygrad.decision.decision import EffortState, ReassessmentState, ReturnState
from rygrad.decision.facts import Facts
from rygrad.decision.reference import first_known, truth
from rygrad.decision.truth import FALSE, TRUE, Truth
from rygrad.pathway.pathway import Group, Pathway

State = TypeVar("State", ReassessmentState, ReturnState, EffortState)


@dataclass(frozen=True, slots=True)
class Course:
    """The states that follow from the possible groups, before anything is withheld."""

    possible: tuple[Group, ...]
    no_effect: Truth
    reassessment: ReassessmentState
    window: Interval | None
    return_to_gp: ReturnState
    efforts: dict[str, EffortState]


def possible_groups(pathway: Pathway, facts: Facts, as_of: date) -> tuple[Group, ...]:
    """Every group that some way of filling in the unknown facts would give."""
    return tuple(g for g in pathway.groups.values() if truth(g.rule.criterion, facts, as_of) is not FALSE)


def follow(pathway: Pathway, possible: tuple[Group, ...], facts: Facts, as_of: date) -> Course:
    """The window, the return and the efforts for these possible groups."""
    no_effect = truth(pathway.no_effect.criterion, facts, as_of)
    returned = truth(pathway.return_done.criterion, facts, as_of)
    states, window = _reassessment(pathway, facts, as_of)
    return Course(
        possible=possible,
        no_effect=no_effect,
        reassessment=agreed(lambda group: states if group.reassessment else "none", possible),
        window=window,
        return_to_gp=agreed(lambda group: _return_state(group, no_effect, returned), possible),
        efforts={
            name: agreed(lambda group, name=name: _effort_state(group, name, no_effect, facts, as_of), possible)  # type: ignore[misc]
            for name in pathway.words["efforts"]
        },
    )


def agreed(state_in: Callable[[Group], State], possible: Iterable[Group]) -> State:
    """The state that all possible groups share; ``ask`` where they differ."""
    found = {state_in(group) for group in possible}
    return found.pop() if len(found) == 1 else "ask"


def _return_state(group: Group, no_effect: Truth, returned: Truth) -> ReturnState:
    if group.return_to_gp is None:
        return "not_listed"
    if no_effect is not TRUE:
        return "not_yet"
    return "done" if returned is TRUE else "due"


def _effort_state(group: Group, name: str, no_effect: Truth, facts: Facts, as_of: date) -> EffortState:
    effort = group.efforts.get(name)
    if effort is None:
        return "not_listed"
    if no_effect is not TRUE:
        return "not_yet"
    done = truth(effort.already_done.criterion, facts, as_of) if effort.already_done else FALSE
    return {TRUE: "already_done", FALSE: "open"}.get(done, "ask")  # type: ignore[return-value]


def _reassessment(pathway: Pathway, facts: Facts, as_of: date) -> tuple[ReassessmentState, Interval | None]:
    start = first_known(pathway.reassessment.window.after, facts)
    if start is None:
        return "not_started", None
    rule, reassessed = pathway.reassessment.window, facts.get(pathway.reassessment.done_by)
    window = Interval(
        start.earliest + timedelta(days=rule.first_day), start.latest + timedelta(days=rule.last_day)
    )
    states = {
        _window_state(rule.first_day, rule.last_day, days_between(first, as_of), done and days_between(first, done))
        for first in start
        for done in (reassessed or (None,))
    }
    return (states.pop() if len(states) == 1 else "ask"), window


def _window_state(first_day: int, last_day: int, today: int, reassessed: int | None) -> ReassessmentState:
    """Days are counted from the first treatment; a reassessment before the window does not settle it (R17)."""
    if reassessed is not None and reassessed >= first_day:
        return "done"
    if today < first_day:
        return "not_due"
    return "due" if today <= last_day else "overdue"
