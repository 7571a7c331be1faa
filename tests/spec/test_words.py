"""Every case in words: cards, explanations, dates and lists, in both languages."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rygrad.decision import spoken
from rygrad.decision.advice import SENTENCE_LIMIT, AdviceCard, _short, advise
from rygrad.decision.casebook import check_cases, run_case
from rygrad.decision.decide import decide
from rygrad.decision.decision import Reason
from rygrad.decision.explanation import _sources, explain
from rygrad.decision.facts import Score, plain_value
from rygrad.pathway.cases import Case
from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Pathway
from tests.people import AS_OF, COVERED, INGA_GROUP_3, NO_ALARM_SIGNS, SHORT


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_case_is_advised_and_explained(language: str, pathway: Pathway, cases: list[Case]) -> None:
    for case in cases:
        decision = decide(pathway, case.given, case.as_of)
        for card in advise(pathway, decision, language):
            assert card.sentence
            assert "{" not in card.sentence + card.action + card.word
        assert len(explain(pathway, decision, language)) == len(decision.reasons)


def test_a_card_says_why_an_effort_is_closed_and_what_would_open_it(pathway: Pathway) -> None:
    done = advise(pathway, decide(pathway, {**INGA_GROUP_3, "imaging_done": "yes"}, AS_OF))
    imaging = next(card for card in done if card.why == "efforts.imaging")
    assert imaging.word == "Allerede udført"
    assert imaging.action == "Ved nye neurologiske udfald: svar nej for det nye spørgsmål, så åbner den."
    unknown = advise(pathway, decide(pathway, INGA_GROUP_3, AS_OF))
    imaging = next(card for card in unknown if card.why == "efforts.imaging")
    assert imaging.action == "Er billeddiagnostik/MR udført i dette forløb, samme region?"


def test_group_2_shows_that_imaging_was_done_before_and_keeps_it_open(pathway: Pathway) -> None:
    facts = {
        **COVERED,
        **NO_ALARM_SIGNS,
        **SHORT,
        "recurring_back_problems": "yes",
        "effect_of_chiropractic": "no_effect",
    }
    decision = decide(pathway, {**facts, "imaging_done": "yes"}, AS_OF)
    assert decision.efforts["imaging"] == "open"
    imaging = next(card for card in advise(pathway, decision, "en") if card.why == "efforts.imaging")
    assert imaging.word == "Open (done before)"
    bare = advise(pathway, decide(pathway, facts, AS_OF, with_reasons=False), "en")
    assert next(card for card in bare if card.why == "efforts.imaging").word == "Open"


def test_evt_is_shown_as_optional(pathway: Pathway) -> None:
    cards = advise(pathway, decide(pathway, INGA_GROUP_3, AS_OF))
    words = {card.why: card.word for card in cards}
    assert words["efforts.municipal_prevention"] == words["efforts.employment"] == "Åben (evt.)"
    assert words["efforts.pain_clinic"] == "Åben"


def test_what_holds_the_plan_back_is_named_and_what_is_clarified_is_not(pathway: Pathway) -> None:
    facts = {"spinal_fracture": "suspected", "previous_cancer": "yes", "clarified_alarms": ["spinal_fracture"]}
    scope = advise(pathway, decide(pathway, facts, AS_OF))[0]
    assert scope.sentence == "Plan og indsatser holdes tilbage: tidligere kræftsygdom."
    assert scope.action == "Subakut henvisning efter lokal visitationsretningslinje."
    suspected = advise(pathway, decide(pathway, {"spinal_fracture": "suspected"}, AS_OF))[0]
    assert suspected.sentence == "Plan og indsatser holdes tilbage: brud på rygsøjlen (mistænkt)."
    outside = advise(pathway, decide(pathway, {"back_triggered_pain": "no", "spinal_tumour": "absent"}, AS_OF), "en")[0]
    assert outside.action == "Look for another cause of the pain."
    three = {"spinal_fracture": "confirmed", "spinal_tumour": "confirmed", "spinal_infection": "suspected"}
    many = advise(pathway, decide(pathway, three, AS_OF))[0]
    assert many.sentence == "Ikke omfattet af forløbsprogrammet: brud på rygsøjlen (bekræftet) og 2 andre."


@pytest.mark.parametrize(
    ("first", "last", "language", "said"),
    [
        (date(2026, 12, 8), date(2026, 12, 22), "da", "mellem 8. og 22. december"),
        (date(2026, 12, 8), date(2026, 12, 22), "en", "between 8 and 22 December"),
        (date(2026, 11, 28), date(2026, 12, 12), "da", "mellem 28. november og 12. december"),
        (date(2026, 12, 24), date(2027, 1, 7), "da", "mellem 24. december 2026 og 7. januar 2027"),
        (date(2027, 1, 4), date(2027, 1, 18), "en", "between 4 and 18 January 2027"),
    ],
)
def test_a_window_is_said_as_a_window(first: date, last: date, language: str, said: str) -> None:
    assert spoken.window(first, last, date(2026, 11, 24), language) == said


def test_lists_and_values_are_said_plainly(pathway: Pathway) -> None:
    assert spoken.listed(["a", "b", "c"], "da") == "a, b og c"
    assert spoken.listed(["a", "b", "c", "d"], "en") == "a, b and 2 more"
    assert spoken.listed([], "da") == ""
    assert (
        spoken.value(pathway.facts["onset_on"], {"earliest": date(2026, 1, 1), "latest": date(2026, 2, 1)}, "da")
        == "1. januar 2026 – 1. februar 2026"
    )
    assert spoken.value(None, plain_value((Score(3, date(2026, 1, 1)),)), "en") == "value 3, on 1 January 2026"
    assert _short("x" * (SENTENCE_LIMIT - 1)) == "x" * (SENTENCE_LIMIT - 1)
    for too_long in (SENTENCE_LIMIT, 200):
        assert _short("x" * too_long) == "x" * (SENTENCE_LIMIT - 2) + "…"


def test_a_quote_that_is_no_statement_is_shown_with_its_place_alone(pathway: Pathway) -> None:
    reason = Reason(value=True, rule="r", facts={}, quote="Ryg", place="pixi.txt:1")
    assert [*_sources(pathway, reason, "da")] == ["»Ryg« (pixi.txt:1)"]


def test_a_case_that_does_not_hold_or_cannot_be_is_named(pathway: Pathway, cases: list[Case]) -> None:
    case = replace(cases[0], then={"scope": "hold", "efforts": "open", "asks": ["age_years"], "asks_nothing": True})
    assert [d.path for d in run_case(pathway, case)]
    assert str(run_case(pathway, case)[0]).startswith(f"{case.id}: scope: 'hold' → ")
    problems = check_cases(pathway, [case, replace(case, given={"onset": 1}), replace(case, then={"scoop": 1})])
    texts = " · ".join(problem.text("en") for problem in problems)
    for said in (
        "scope should be hold",
        "unknown fact",
        "unknown path",
        "no case makes the rule true",
        "no case makes the rule false",
    ):
        assert said in texts
    danish = " · ".join(problem.text("da") for problem in problems)
    assert danish.startswith(f"cases/{case.file}: {case.id}: scope skulle være hold, er ")
    rules = {rule.id for rule in pathway.rules()}
    assert {p.source for p in problems if p.source not in rules} == {f"cases/{case.file}: {case.id}"}
    assert run_case(pathway, replace(case, then={"possible_groups": None})), (
        "a list is not an answer that there is none"
    )
    assert "intet tilfælde gør reglen sand" in danish and "intet tilfælde gør reglen falsk" in danish
    with pytest.raises(ContentError):
        run_case(pathway, replace(case, then={"scoop": 1}))


def _card(pathway: Pathway, facts: dict[str, Any], why: str) -> AdviceCard:
    return next(card for card in advise(pathway, decide(pathway, facts, AS_OF), "en") if card.why == why)


def test_evt_holds_while_groups_3_and_4_are_both_possible(pathway: Pathway) -> None:
    facts = {name: value for name, value in INGA_GROUP_3.items() if name != "complex_surroundings"}
    assert _card(pathway, facts, "efforts.municipal_prevention").word == "Open (optional)"
    last = pathway.groups["complex_chronic"]
    surely = {**last.efforts, "employment": replace(last.efforts["employment"], optional=False)}
    changed = replace(pathway, groups={**pathway.groups, last.id: replace(last, efforts=surely)})
    assert _card(changed, facts, "efforts.employment").word == "Open", "optional in the one and not in the other"


def test_half_a_return_says_which_half_is_missing(pathway: Pathway) -> None:
    back, need = {"returned_to_gp_on": "2026-02-20"}, {"need_assessed_on": "2026-02-20"}
    assert "assessment of need" in _card(pathway, INGA_GROUP_3 | back, "return_to_gp").action
    assert "Send back" in _card(pathway, INGA_GROUP_3 | need, "return_to_gp").action
    assert _card(pathway, INGA_GROUP_3 | back | need, "return_to_gp").word == "Done"


def test_no_effect_before_the_window_does_not_say_wait(pathway: Pathway) -> None:
    early = INGA_GROUP_3 | {"first_treatment_on": "2026-02-01"}
    assert "Do not wait" in _card(pathway, early, "reassessment").action
    for treated, reassessed in (
        ("2026-02-01", "2026-02-20"),
        ("2026-01-10", "2026-01-20"),
        ("2025-06-01", "2025-06-20"),
    ):
        too_early = INGA_GROUP_3 | {"first_treatment_on": treated, "reassessed_on": reassessed}
        assert _card(pathway, too_early, "reassessment").word == "Reassessed early", treated


def test_every_exclusion_says_what_to_do_instead(pathway: Pathway) -> None:
    both = {"spinal_fracture": "confirmed", "spinal_tumour": "confirmed"}
    action = _card(pathway, both, "scope").action
    assert "fracture" in action
    assert "cancer" in action
    held = _card(pathway, {"spinal_fracture": "suspected", **SHORT, "recurring_back_problems": "yes"}, "group")
    assert held.action == "To be confirmed once what holds the plan back is clarified."


def test_evt_stands_where_the_source_says_evt(pathway: Pathway) -> None:
    """And beside employment efforts, which share the bullet (R11)."""
    for group in pathway.groups.values():
        for item in (*group.interventions, *group.information, *group.actors, *group.efforts.values()):
            says_evt = str(item.citation.quote).startswith("Evt.")
            assert item.optional is (says_evt or item.id == "employment"), item.id
    assert pathway.information_expected_in == ("first_time",)
