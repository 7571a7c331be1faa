"""``decide`` for many citizens in a row, fast: citizens who differ in dates alone share one worked-out decision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rygrad.decision.course import reassessment_state, window
from rygrad.decision.dates import Interval, first_day_over
from rygrad.decision.decide import as_of_day, decide_known, shown_window
from rygrad.decision.decision import Decision
from rygrad.decision.facts import read_facts
from rygrad.decision.reference import truth
from rygrad.pathway.pathway import Pathway

_REMEMBERED = 20_000


class ManyDecisions:
    """Decides without reasons, equal to ``decide(..., with_reasons=False)`` for every citizen (tested).

    Dates enter a decision only through the group's duration, the reassessment's state and whether they are known; so
    those, with every other fact, are the whole key. A citizen with a date that is only an interval is decided plainly.
    """

    def __init__(self, pathway: Pathway) -> None:
        self.pathway = pathway
        self.dates = tuple(name for name, fact in pathway.facts.items() if fact.kind == "date")
        read = {name for rule in pathway.rules() for name in rule.facts} | {"clarified_alarms"}
        self.others = tuple(name for name in pathway.facts if name in read and name not in self.dates)
        self.remembered: dict[tuple[Any, ...], Decision] = {}

    def decide(self, facts: Mapping[str, Any], as_of: date | str) -> Decision:
        """The decision for one citizen; raises as ``decide`` does."""
        day = as_of_day(as_of)
        known = read_facts(self.pathway, facts, day)
        given = [known.get(name) for name in self.dates]
        if any(interval and interval[0] != interval[1] for interval in given):
            return decide_known(self.pathway, known, day)
        return self._dated(self._alike(known, given, day), known, day)

    def _alike(self, known: dict[str, Any], given: list[Interval | None], day: date) -> Decision:
        key = (
            *map(known.get, self.others),
            *(interval is not None for interval in given),
            truth(self.pathway.duration, known, day),
            reassessment_state(self.pathway, known, day),
        )
        found = self.remembered.get(key)
        if found is None:
            if len(self.remembered) >= _REMEMBERED:
                self.remembered.clear()
            found = self.remembered[key] = decide_known(self.pathway, known, day)
        return found

    def _dated(self, alike: Decision, known: dict[str, Any], day: date) -> Decision:
        """The same decision with this citizen's own dates."""
        onset = known.get(self.pathway.duration.fact)
        return replace(
            alike,
            as_of=day,
            over_3_months_from=onset and first_day_over(onset.earliest, self.pathway.duration.months),
            reassessment=shown_window(alike.reassessment["state"], window(self.pathway, known)),
        )
