"""What is asked next where no case of the case book looks."""

from rygrad.decision.decide import decide
from rygrad.pathway.pathway import Pathway
from tests.people import AS_OF, COVERED, NO_ALARM_SIGNS, SHORT


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


def test_a_prompted_fact_settles_the_mismatches_that_read_it_and_no_other(pathway: Pathway) -> None:
    facts = {**COVERED, **NO_ALARM_SIGNS, **SHORT, "recurring_back_problems": "yes", "comorbidity": "yes"}
    (asked,) = decide(pathway, facts, AS_OF).ask
    assert (asked.fact, asked.settles) == ("complex_surroundings", ("mismatches.f",))
