"""The invariants, walked to the end of the space."""

from itertools import product
from typing import Any

import pytest

from rygrad.decision.decide import decide
from rygrad.decision.many import ManyDecisions
from rygrad.pathway.pathway import Pathway
from tests.people import COVERED, LONG, NO_ALARM_SIGNS, SHORT
from tests.spaces import (
    COURSE,
    GROUPS,
    SCOPE,
    STANDPOINTS,
    STRADDLING,
    THE_DAY,
    Conclusions,
    points,
    refinements,
    reversed_by_learning,
)

PLAN = ("actors", "interventions", "information")


def test_the_possible_groups_are_the_union_over_all_ways_to_fill_in_the_unknowns(pathway: Pathway) -> None:
    fill = {"onset_on": (LONG["onset_on"], SHORT["onset_on"]), **dict.fromkeys(list(GROUPS)[1:], ("yes", "no"))}
    for known in points(GROUPS):
        certain = {n: v for n, v in known.items() if v != STRADDLING["onset_on"]}
        open_names = [name for name in GROUPS if name not in certain]
        filled: set[str] = set()
        for choice in product(*(fill[name] for name in open_names)):
            groups = decide(
                pathway, certain | dict(zip(open_names, choice, strict=True)), THE_DAY, with_reasons=False
            ).possible_groups
            assert len(groups) == 1, "every fully known citizen has exactly one group"
            filled.update(groups)
        assert set(decide(pathway, known, THE_DAY, with_reasons=False).possible_groups) == filled, known


def test_nothing_known_concludes_nothing(pathway: Pathway) -> None:
    decision = decide(pathway, {}, THE_DAY)
    assert (decision.scope, decision.group, decision.urgency) == ("ask", None, "none")
    assert decision.possible_groups == tuple(pathway.groups)
    assert set(decision.efforts.values()) == {decision.return_to_gp} == {decision.reassessment["state"]} == {"ask"}
    empty = ("exclusions", "alarms", "mismatches", "contradictions", *PLAN)
    assert not any(getattr(decision, name) for name in empty)
    assert decision.over_3_months_from is None
    assert decision.alarm_signs_not_asked == pathway.must_be_asked
    assert decision.ask


def _walk(
    pathway: Pathway, space: dict[str, tuple[Any, ...]], base: dict[str, Any]
) -> dict[tuple[Any, ...], Conclusions]:
    """The conclusions at every point; a point is the tuple of its options' positions."""
    many, found = ManyDecisions(pathway), {}
    for position, known in zip(product(*(range(len(o)) for o in space.values())), points(space), strict=True):
        found[position] = Conclusions.of(many.decide(base | known, THE_DAY))
    return found


def _assert_learning_reverses_nothing(
    space: dict[str, tuple[Any, ...]], walked: dict[tuple[Any, ...], Conclusions]
) -> int:
    seen: set[tuple[Conclusions, Conclusions]] = set()
    steps = 0
    for position, before in walked.items():
        for axis, options in enumerate(space.values()):
            for learned in refinements(options[position[axis]], options):
                after = walked[(*position[:axis], options.index(learned), *position[axis + 1 :])]
                steps += 1
                if (before, after) not in seen:
                    seen.add((before, after))
                    assert reversed_by_learning(before, after) is None, (position, axis, learned)
    return steps


@pytest.mark.parametrize("base", STANDPOINTS, ids=("inside", "ask", "hold", "outside"))
def test_learning_a_fact_of_the_course_reverses_nothing(base: dict[str, Any], pathway: Pathway) -> None:
    assert _assert_learning_reverses_nothing(COURSE, _walk(pathway, COURSE, base)) > 30_000


@pytest.mark.parametrize("signs", [NO_ALARM_SIGNS, {}, {"saddle_numbness": "yes"}], ids=("none", "not asked", "alarm"))
def test_learning_a_fact_of_the_scope_reverses_nothing(signs: dict[str, Any], pathway: Pathway) -> None:
    base = {
        **signs,
        **LONG,
        "complex_surroundings": "no",
        "effect_of_physiotherapy": "no_effect",
        "imaging_done": "yes",
    }
    assert _assert_learning_reverses_nothing(SCOPE, _walk(pathway, SCOPE, base)) > 2_000


def test_the_scope_follows_the_reading_for_every_combination_of_its_facts(pathway: Pathway) -> None:
    for known in points(SCOPE):
        states = [known.get(name) for name in list(SCOPE)[1:]]
        decision = decide(pathway, NO_ALARM_SIGNS | known, THE_DAY, with_reasons=False)
        if known.get("back_triggered_pain") == "no" or "confirmed" in states:
            expected = "outside"
        elif "suspected" in states:
            expected = "hold"
        else:
            expected = "ask" if len(known) < len(SCOPE) else "inside"
        assert decision.scope == expected, known
        if expected in ("outside", "hold"):
            assert not any(getattr(decision, name) for name in PLAN), "no plan outside or on hold"
            assert set(decision.efforts.values()) == {"withheld"}
        assert bool(decision.possible_groups) is (expected != "outside")


def test_no_effort_outside_the_lists_of_the_possible_groups(pathway: Pathway) -> None:
    for known in points(COURSE):
        decision = decide(pathway, STANDPOINTS[0] | known, THE_DAY, with_reasons=False)
        listed = {name for group in decision.possible_groups for name in pathway.groups[group].efforts}
        for name, state in decision.efforts.items():
            assert (name in listed) or state == "not_listed", (known, name)


@pytest.mark.parametrize("blank", list(NO_ALARM_SIGNS))
def test_a_blank_alarm_sign_never_reads_as_absent(blank: str, pathway: Pathway) -> None:
    signs = {name: value for name, value in NO_ALARM_SIGNS.items() if name != blank}
    decision = decide(pathway, COVERED | signs, THE_DAY, with_reasons=False)
    assert (blank in decision.alarm_signs_not_asked) is (blank in pathway.must_be_asked)
    assert decision.urgency == "none"
    present = decide(pathway, COVERED | signs | {blank: _present(blank)}, THE_DAY, with_reasons=False)
    assert present.urgency != "none", "and when it is present it counts"


def _present(name: str) -> Any:
    return {"paresis_grade": 3, "radiation": "both_legs"}.get(name, "yes")


def test_the_questions_can_settle_all_that_is_open_and_change_something_each(pathway: Pathway) -> None:
    for known in points(COURSE):
        facts = STANDPOINTS[0] | known
        decision = decide(pathway, facts, THE_DAY, with_reasons=False)
        open_ones = _open(decision)
        assert bool(open_ones) is bool(decision.ask), known
        for question in decision.ask:
            answers = COURSE[question.fact][1:] if question.fact in COURSE else ()
            assert answers, "only the course is open here"
            then = [decide(pathway, facts | {question.fact: answer}, THE_DAY, with_reasons=False) for answer in answers]
            for conclusion in question.settles:
                assert conclusion in open_ones
                assert any(conclusion not in _open(after) for after in then), (known, question)


def _open(decision: Any) -> set[str]:
    found = {f"efforts.{name}" for name, state in decision.efforts.items() if state == "ask"}
    found |= {"group"} if len(decision.possible_groups) > 1 else set()
    found |= {"return_to_gp"} if decision.return_to_gp == "ask" else set()
    return found | ({"reassessment"} if decision.reassessment["state"] == "ask" else set())
