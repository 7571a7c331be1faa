"""The invariants as sentences, over citizens nobody thought of."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rygrad.decision.advice import SENTENCE_LIMIT, advise
from rygrad.decision.decide import decide
from rygrad.decision.decision import ENGINE
from rygrad.decision.explanation import explain
from rygrad.decision.many import ManyDecisions
from rygrad.pathway.source import letters
from tests.properties.citizens import PATHWAY, citizens, values
from tests.spaces import Conclusions, reversed_by_learning

MANY = ManyDecisions(PATHWAY)
Citizen = tuple[dict[str, Any], date]


@given(citizens())
@settings(max_examples=300, deadline=None)
def test_every_conclusion_has_a_source_and_every_quote_stands_in_the_pinned_text(citizen: Citizen) -> None:
    decision = decide(PATHWAY, *citizen)
    whole = letters(PATHWAY.source.text)
    for why, reason in decision.reasons.items():
        assert {"quote", "reading", "safety_source"} & set(reason), why
        assert letters(reason.get("quote", "")) in whole, why
    for name in ("alarms", "exclusions"):
        assert {f"{name}.{f.get('id') or f.get('fact')}" for f in getattr(decision, name)} <= set(decision.reasons)
    for name in ("mismatches", "contradictions", "actors", "interventions", "information", "efforts"):
        assert {f"{name}.{part}" for part in getattr(decision, name)} <= set(decision.reasons)
    assert {"scope", "urgency", "reassessment", "return_to_gp"} <= set(decision.reasons)
    assert decision.scope == "outside" or "group" in decision.reasons


@given(citizens(), st.data())
@settings(max_examples=400, deadline=None)
def test_a_newly_learned_fact_never_reverses_a_conclusion(citizen: Citizen, data: st.DataObject) -> None:
    facts, as_of = citizen
    unknown = [name for name in PATHWAY.facts if name not in facts and name != "clarified_alarms"]
    if unknown:
        name = data.draw(st.sampled_from(unknown))
        learned = {**facts, name: data.draw(values(PATHWAY.facts[name], as_of))}
        before, after = (
            Conclusions.of(decide(PATHWAY, known, as_of, with_reasons=False)) for known in (facts, learned)
        )
        assert reversed_by_learning(before, after) is None, name


@given(citizens())
@settings(max_examples=300, deadline=None)
def test_the_fast_path_decides_the_same(citizen: Citizen) -> None:
    assert MANY.decide(*citizen) == decide(PATHWAY, *citizen, with_reasons=False)


@given(citizens())
@settings(max_examples=100, deadline=None)
def test_a_decision_names_content_engine_and_date_and_replays_to_the_same_bytes(citizen: Citizen) -> None:
    first, again = (msgspec.json.encode(decide(PATHWAY, *citizen)) for _ in range(2))
    assert first == again
    data = msgspec.json.decode(first)
    identity = PATHWAY.identity
    assert data["pathway"] == {"id": identity.id, "version": identity.version, "sha256": identity.sha256}
    assert (data["engine"], data["as_of"]) == (ENGINE, citizen[1].isoformat())


@given(citizens(), st.sampled_from(["da", "en"]))
@settings(max_examples=200, deadline=None)
def test_every_card_is_one_short_sentence_and_every_explanation_has_a_source(citizen: Citizen, language: str) -> None:
    decision = decide(PATHWAY, *citizen)
    for card in advise(PATHWAY, decision, language):
        assert 0 < len(card.sentence) < SENTENCE_LIMIT, card
        assert card.word
        assert card.action
        assert "{" not in card.sentence + card.action
        assert card.why in decision.reasons or card.why == "group"
    for explanation in explain(PATHWAY, decision, language):
        assert explanation.sources
        assert explanation.title


@given(citizens())
@settings(max_examples=200, deadline=None)
def test_a_fact_that_is_known_or_can_change_nothing_is_never_asked(citizen: Citizen) -> None:
    facts, as_of = citizen
    decision = decide(PATHWAY, facts, as_of, with_reasons=False)
    counts = [len(question.settles) for question in decision.ask]
    assert counts == sorted(counts, reverse=True)
    for question in decision.ask[:4]:
        known = facts.get(question.fact)
        assert known is None or isinstance(known, dict), "only a span of days is asked again"
        assert question.settles
        answers = _answers(question.fact, known, as_of)
        bare = _without_ask(decide(PATHWAY, facts, as_of, with_reasons=False))
        assert any(
            _without_ask(decide(PATHWAY, {**facts, question.fact: answer}, as_of, with_reasons=False)) != bare
            for answer in answers
        ), question


def _answers(name: str, known: Any, as_of: date) -> list[Any]:
    fact = PATHWAY.facts[name]
    if fact.kind == "date":
        span = known or {"earliest": as_of - timedelta(days=4000), "latest": as_of}
        return [day for day in span.values() if day <= as_of] or [span["earliest"]]
    return list(fact.values) or [0, 4, 5]


def _without_ask(decision: Any) -> dict[str, Any]:
    data = msgspec.to_builtins(decision)
    return {name: value for name, value in data.items() if name != "ask"}


@given(citizens())
@settings(max_examples=200, deadline=None)
def test_outside_or_on_hold_there_is_no_plan_and_nothing_opens(citizen: Citizen) -> None:
    decision = decide(PATHWAY, *citizen, with_reasons=False)
    if decision.scope in ("outside", "hold"):
        assert not (decision.actors or decision.interventions or decision.information)
        assert set(decision.efforts.values()) == {"withheld"} == {decision.return_to_gp}
        assert decision.reassessment == {"from": None, "to": None, "state": "withheld"}
    if any(e["state"] == "confirmed" for e in decision.exclusions):
        assert decision.scope == "outside"


def test_everything_is_decided_well_after_the_dates_too() -> None:
    with pytest.raises(Exception, match="as_of"):
        decide(PATHWAY, {}, "2200-01-01")
    assert decide(PATHWAY, {"onset_on": "1900-01-01"}, "2199-12-31").group is None


def test_a_decision_shares_nothing_that_can_be_changed_with_the_next() -> None:
    for told in ({}, {"spinal_tumour": "confirmed"}, {"onset_on": "2020-01-01", "complex_surroundings": "no"}):
        for how in (lambda f: decide(PATHWAY, f, "2026-03-02"), lambda f: MANY.decide(f, "2026-03-02")):
            before = msgspec.to_builtins(how(told))
            spoiled = how(told)
            spoiled.efforts["imaging"] = "open"
            spoiled.reassessment["state"] = "due"
            spoiled.alarms.append({"id": "saddle_numbness", "urgency": "acute"})
            for name in ("actors", "interventions", "information", "mismatches", "contradictions", "ask"):
                assert isinstance(getattr(spoiled, name), tuple)
            assert msgspec.to_builtins(how(told)) == before


@given(st.lists(citizens(), min_size=30, max_size=60))
@settings(max_examples=20, deadline=None)
def test_the_fast_path_decides_the_same_when_it_must_forget(some: list[Citizen]) -> None:
    many = ManyDecisions(PATHWAY, remember=7)
    for citizen in some:
        assert many.decide(*citizen) == decide(PATHWAY, *citizen, with_reasons=False)
        assert len(many.remembered) <= 7, "what is remembered stays small"
