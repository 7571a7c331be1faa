"""What is asked next where no case of the case book looks."""

from datetime import date

from rygrad.decision.advice import next_question
from rygrad.decision.decide import decide
from rygrad.decision.questions import _raises_alone
from rygrad.pathway.pathway import Pathway
from tests.people import AS_OF, COVERED, INGA_GROUP_3, NO_ALARM_SIGNS, SHORT


def test_what_is_no_more_urgent_than_what_was_found_is_not_asked(pathway: Pathway) -> None:
    found = decide(pathway, {**COVERED, **SHORT, "fever_or_infection_signs": "yes"}, AS_OF)
    asked = {question.fact for question in found.ask if "urgency" in question.settles}
    ranks = {pathway.alarms[alarm["id"]].urgency.rank for alarm in found.alarms}
    more = {
        name
        for alarm in pathway.alarms.values()
        if alarm.urgency.holds and alarm.urgency.rank < min(ranks)
        for name in alarm.rule.facts
    }
    assert ranks == {1}
    assert asked and asked <= more
    worst = decide(pathway, {**COVERED, **SHORT, "saddle_numbness": "yes"}, AS_OF)
    assert not [question for question in worst.ask if "urgency" in question.settles]


def test_nothing_is_asked_for_what_is_settled(pathway: Pathway) -> None:
    settled = decide(pathway, INGA_GROUP_3, AS_OF)
    assert settled.group == "long_lasting"
    assert next_question(pathway, settled, "reassessment", "en") == ""


def test_a_prompted_fact_settles_the_mismatches_that_read_it_and_no_other(pathway: Pathway) -> None:
    facts = {**COVERED, **NO_ALARM_SIGNS, **SHORT, "recurring_back_problems": "yes", "comorbidity": "yes"}
    (asked,) = decide(pathway, facts, AS_OF).ask
    assert (asked.fact, asked.settles) == ("complex_surroundings", ("mismatches.f",))


def test_one_answer_raises_an_alarm_of_two_signs_when_the_other_is_there(pathway: Pathway) -> None:
    alarm, day = pathway.alarms["trauma_with_paresis"], date(2026, 3, 2)
    assert _raises_alone(alarm, "paresis_grade", {"relevant_trauma": "yes"}, day)
    assert not _raises_alone(alarm, "paresis_grade", {}, day)


def test_the_one_date_that_leaves_the_window_open_is_asked_and_no_other(pathway: Pathway) -> None:
    confirmed = {"plan_confirmed_on": {"earliest": "2025-12-01", "latest": "2026-01-10"}}
    facts = {**COVERED, **NO_ALARM_SIGNS, **SHORT, "recurring_back_problems": "yes", "comorbidity": "no"}
    found = decide(pathway, {**facts, **confirmed}, AS_OF)
    assert found.reassessment["state"] == "ask"
    asked = {question.fact: question.settles for question in found.ask}
    assert asked["plan_confirmed_on"] == ("reassessment",)
    assert [name for name, settles in asked.items() if "reassessment" in settles] == ["plan_confirmed_on"]


def test_on_hold_the_group_alone_is_still_asked_about(pathway: Pathway) -> None:
    held = decide(
        pathway, {**COVERED, **SHORT, "spinal_fracture": "suspected", "effect_of_physiotherapy": "no_effect"}, AS_OF
    )
    assert held.scope == "hold" and len(held.possible_groups) > 1
    settled = {conclusion for question in held.ask for conclusion in question.settles}
    assert settled == {"group", "urgency"}


def test_outside_for_another_pain_rests_on_what_covers_alone(pathway: Pathway) -> None:
    reason = decide(pathway, {"back_triggered_pain": "no"}, AS_OF).reasons["scope"]
    assert (reason["value"], reason["facts"]) == ("outside", {"back_triggered_pain": "no"})
