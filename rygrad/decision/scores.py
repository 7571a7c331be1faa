"""Scores support the professional's verdict on effect; they never replace it (R5)."""

from typing import Literal

from rygrad.decision.facts import Facts, Score
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway

Change = Literal["improved", "worse", "unchanged", "cannot_be_judged"]


def judge(fact: FactDefinition, baseline: Score | None, follow_up: Score | None) -> Change:
    """How a score changed: by at least the minimal important change, or by that share of the baseline.

    Scores of forms with other item counts are compared in per cent of their items. No baseline: it cannot be judged.
    """
    rule = fact.improvement
    if rule is None or baseline is None or follow_up is None:
        return "cannot_be_judged"
    before, after = _share(fact, baseline), _share(fact, follow_up)
    gain = before - after if rule.worse == "higher" else after - before
    important = rule.important_change / _full(fact)
    share = before * rule.important_change_per_cent / 100
    enough = min(important, share) if share > 0 else important
    if abs(gain) < enough - 1e-9:
        return "unchanged"
    return "improved" if gain > 0 else "worse"


def _full(fact: FactDefinition) -> float:
    return fact.maximum or 1.0


def _share(fact: FactDefinition, score: Score) -> float:
    return score.value / (score.items or _full(fact))


def changes(pathway: Pathway, facts: Facts) -> dict[str, Change]:
    """For each score that is known: the change from the first dated measurement to the last."""
    found: dict[str, Change] = {}
    for fact in pathway.facts.values():
        if fact.kind == "scores" and fact.id in facts:
            dated = sorted((s for s in facts[fact.id] if s.on), key=lambda score: score.on)
            first, last = (dated[0], dated[-1]) if len({s.on for s in dated}) > 1 else (None, None)
            found[fact.id] = judge(fact, first, last)
    return found
