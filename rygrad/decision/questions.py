"""What to ask next: the fewest facts that could still settle something, the one that settles most first."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from rygrad.decision.course import Course, agree, possible_groups, states_by_group
from rygrad.decision.dates import Interval, months_before
from rygrad.decision.decision import Question
from rygrad.decision.facts import Facts
from rygrad.decision.reference import first_known, next_facts, open_leaves, truth
from rygrad.decision.safety import Safety
from rygrad.decision.truth import TRUE, UNKNOWN
from rygrad.pathway.criteria import Is, facts_of, leaf_facts, leaves
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Alarm, Pathway

_LONG_AGO_MONTHS = 240

Settling = tuple[tuple[str, frozenset[str]], ...]


def questions(
    pathway: Pathway, facts: Facts, as_of: date, safety: Safety, course: Course, settling: Settling
) -> tuple[Question, ...]:
    """Each fact one answer to which could settle a conclusion, with those conclusions.

    ``settling`` is ``answers_that_settle`` of the same citizen.
    """
    still_open = open_conclusions(safety, course)
    withheld = set(_conclusions(course)).difference(still_open)
    settles: dict[str, set[str]] = {}
    for fact, settled in (
        *_scope_questions(pathway, facts, safety, still_open),
        *_alarm_questions(pathway, as_of, safety, still_open),
        *((fact, found - withheld) for fact, found in settling),
    ):
        if settled:
            settles.setdefault(fact, set()).update(settled)
    places = _places(pathway)
    asked = [Question(fact, tuple(sorted(found, key=places.__getitem__))) for fact, found in settles.items()]
    return tuple(sorted(asked, key=lambda question: (-len(question.settles), places[question.fact])))


@lru_cache(maxsize=8)
def _places(pathway: Pathway) -> dict[str, int]:
    """The order in which conclusions and facts are named."""
    efforts = (f"efforts.{name}" for name in pathway.words["efforts"])
    notes = (f"mismatches.{note.id}" for note in pathway.mismatches)
    named = ("scope", "urgency", "group", "reassessment", "return_to_gp", *efforts, *notes, *pathway.facts)
    return {name: position for position, name in enumerate(named)}


def _conclusions(course: Course) -> list[str]:
    """The conclusions about the course that are open before anything is withheld."""
    return [*(["group"] if len(course.possible) > 1 else []), *course.states.asked()]


def open_conclusions(safety: Safety, course: Course) -> list[str]:
    """The conclusions about the course that stand open: ``ask``, or more than one possible group."""
    if safety.scope == "outside":
        return []
    found = _conclusions(course)
    return [name for name in found if name == "group"] if safety.withholds else found


def _scope_questions(
    pathway: Pathway, facts: Facts, safety: Safety, still_open: list[str]
) -> Iterator[tuple[str, list[str]]]:
    if safety.scope == "outside":
        return
    for name in (*pathway.covers.facts, *pathway.exclusions):
        if name not in facts:
            yield name, ["scope", *still_open]


def _alarm_questions(
    pathway: Pathway, as_of: date, safety: Safety, still_open: list[str]
) -> Iterator[tuple[str, list[str]]]:
    rank = safety.urgency.rank if safety.urgency else len(pathway.urgencies)
    scope = ["scope"] if safety.scope in ("inside", "ask") else []
    held_back = [] if safety.withholds else [name for name in still_open if name != "group"]
    for alarm in safety.undecided:
        if alarm.urgency.holds and alarm.urgency.rank < rank:
            for name in next_facts(alarm.rule.criterion, safety.counting, as_of):
                alone = _raises_alone(alarm, name, safety.counting, as_of)
                yield name, ["urgency", *scope, *held_back] if alone else ["urgency"]


def _raises_alone(alarm: Alarm, name: str, counting: Facts, as_of: date) -> bool:
    """Whether one answer about this sign raises the alarm; otherwise it can only rule it out."""
    leaf = next(leaf for leaf in leaves(alarm.rule.criterion) if name in leaf_facts(leaf))
    present = leaf.values[0] if isinstance(leaf, Is) else getattr(leaf, "limit", None)
    return truth(alarm.rule.criterion, {**counting, name: present}, as_of) is TRUE


def answers_that_settle(pathway: Pathway, facts: Facts, as_of: date, course: Course) -> Settling:
    """For each fact of the programme's own: the open conclusions that some one answer to it would settle."""
    found = dict(_course_questions(pathway, facts, as_of, course))
    for name, settled in _prompted_questions(pathway, facts, as_of, course):
        found[name] = found.get(name, frozenset()) | settled
    return tuple(found.items())


def _course_questions(
    pathway: Pathway, facts: Facts, as_of: date, course: Course
) -> Iterator[tuple[str, frozenset[str]]]:
    still_open = frozenset(_conclusions(course)) if course.possible else frozenset()
    for name in _undecided_facts(pathway, facts, as_of, course) if still_open else ():
        settled: set[str] = set()
        for answer in _answers(pathway.facts[name], facts.get(name), as_of):
            told = {**facts, name: answer}
            possible = possible_groups(pathway, told, as_of)
            by_group = states_by_group(pathway, told, as_of) if name in _state_facts(pathway) else course.by_group
            left = {"group"} if len(possible) > 1 else set()
            settled |= still_open - left.union(agree(by_group, possible).asked())
        yield name, frozenset(settled)


def _prompted_questions(
    pathway: Pathway, facts: Facts, as_of: date, course: Course
) -> Iterator[tuple[str, frozenset[str]]]:
    """A fact that another one prompts (R9) is asked wherever it decides a mismatch, though the group stands."""
    if not course.possible:
        return
    for fact in pathway.facts.values():
        if fact.id not in facts and any(facts.get(name) == "yes" for name in fact.prompted_by):
            undecided = (n for n in pathway.mismatches if fact.id in n.rule.facts)
            open_notes = [n for n in undecided if truth(n.rule.criterion, facts, as_of) is UNKNOWN]
            yield fact.id, frozenset(f"mismatches.{note.id}" for note in open_notes)


@lru_cache(maxsize=8)
def _state_facts(pathway: Pathway) -> frozenset[str]:
    """The facts that a group's states read; the others only move the citizen between groups."""
    rules = (*pathway.already_done, pathway.no_effect, pathway.return_done, pathway.reassessment.window_rule)
    return frozenset((pathway.reassessment.done_by, *(name for rule in rules for name in rule.facts)))


def _undecided_facts(pathway: Pathway, facts: Facts, as_of: date, course: Course) -> list[str]:
    rules = [group.rule for group in course.possible]
    for group in course.possible:
        states = course.by_group[group.id].efforts
        rules += [e.already_done for e in group.efforts.values() if e.already_done and states[e.id] == "ask"]
    open_names = (
        name for rule in rules for leaf in open_leaves(rule.criterion, facts, as_of) for name in facts_of(leaf)
    )
    found = dict.fromkeys(open_names)
    start = first_known(pathway.reassessment.window.after, facts)
    if start and course.states.reassessment == "ask":
        started = next(name for name in pathway.reassessment.window.after if name in facts)
        uncertain = (started, pathway.reassessment.done_by)
        found.update(dict.fromkeys(name for name in uncertain if name in facts and not facts[name].is_exact))
    return list(found)


def _answers(definition: FactDefinition, known: Any, as_of: date) -> tuple[Any, ...]:
    if definition.kind == "date":
        ends = known or (months_before(as_of, _LONG_AGO_MONTHS), as_of)
        return tuple(Interval(day, day) for day in ends)
    return tuple(definition.values)
