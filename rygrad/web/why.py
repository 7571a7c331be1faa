"""The advice cards of a course with their why: the facts, the rule, and the programme's own sentence with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from rygrad.decision.advice import AdviceCard, advise
from rygrad.decision.decision import Decision, Reason
from rygrad.decision.explanation import Explanation, explain
from rygrad.pathway.pathway import Pathway
from rygrad.web.language import language

# How pressing a state is to the eye; the word always stands beside the colour.
_TONE = {
    "open": "info",
    "due": "warning",
    "overdue": "error",
    "hold": "error",
    "outside": "error",
    "withheld": "error",
    "ask": "warning",
    "several": "warning",
    "done": "success",
    "inside": "success",
    "one": "success",
    "already_done": "success",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """A card, its tone, and its explanation; ``source`` is the address of the highlighted sentence."""

    card: AdviceCard
    tone: str
    explanation: Explanation | None
    source: str

    @property
    def name(self) -> str:
        """The effort's name, or the conclusion's."""
        return self.card.why.removeprefix("efforts.")


def advices(pathway: Pathway, decision: Decision) -> list[Advice]:
    """Every card of the decision, in its order, ready to be shown."""
    explained = {one.why: one for one in explain(pathway, decision, language())}
    return [_advice(card, explained, decision) for card in advise(pathway, decision, language())]


def _advice(card: AdviceCard, explained: dict[str, Explanation], decision: Decision) -> Advice:
    why = card.why
    if why not in explained and why == "group":
        why = next(
            (f"possible_groups.{g}" for g in decision.possible_groups if f"possible_groups.{g}" in explained), why
        )
    reason = decision.reasons.get(why)
    source = source_address(reason) if reason else ""
    return Advice(card, _TONE.get(card.state, "plain"), explained.get(why), source)


def source_address(reason: Reason) -> str:
    """The programme page with this reason's lines highlighted; empty without a quote."""
    lines = reason.get("place", "").partition(":")[2]
    return f"{reverse('source')}?linjer={lines}#linje-{lines.partition('-')[0]}" if lines else ""


def of(found: Sequence[Advice], why: str) -> Advice | None:
    """The card of this conclusion."""
    return next((one for one in found if one.card.why == why), None)
