"""``decide`` for many citizens in a row, fast: what citizens alike share is worked out once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from rygrad.decision.course import follow, reassessment_state
from rygrad.decision.dates import Interval
from rygrad.decision.decide import as_of_day, assemble, decide_known, noted
from rygrad.decision.decision import Decision
from rygrad.decision.facts import Facts, read_facts
from rygrad.decision.questions import answers_that_settle, questions
from rygrad.decision.reference import truth
from rygrad.decision.safety import assess_safety
from rygrad.pathway.pathway import Pathway, Rule

_REMEMBERED = 50_000


class ManyDecisions:
    """Decides without reasons, equal to ``decide(..., with_reasons=False)`` for every citizen (tested).

    Each part of a decision is remembered by exactly what it reads. Dates enter through the group's duration, the
    reassessment's state and whether they are known. A citizen with a date that is only a span is decided plainly.
    """

    def __init__(self, pathway: Pathway, remember: int = _REMEMBERED) -> None:
        self.pathway = pathway
        self.remember = remember
        self.dates = tuple(name for name, fact in pathway.facts.items() if fact.kind == "date")
        exclusions = [rule for e in pathway.exclusions.values() for rule in (e.outside, e.hold)]
        alarms = [alarm.rule for alarm in pathway.alarms.values()]
        groups = [group.rule for group in pathway.groups.values()]
        notes = [note.rule for note in (*pathway.mismatches, *pathway.contradictions)]
        self.safety_facts = self._plain([pathway.covers, *exclusions, *alarms], ("clarified_alarms",))
        self.course_facts = self._plain([*groups, pathway.no_effect, pathway.return_done, *pathway.already_done])
        self.prompted = tuple((fact.id, fact.prompted_by) for fact in pathway.facts.values() if fact.prompted_by)
        self.note_facts = self._plain(notes)
        self.remembered: dict[tuple[Any, ...], tuple[Any, int]] = {}
        self.numbered = 0

    def _plain(self, rules: Iterable[Rule], more: tuple[str, ...] = ()) -> tuple[str, ...]:
        names = dict.fromkeys(name for rule in rules for name in rule.facts if name not in self.dates)
        return (*names, *more)

    def decide(self, facts: Mapping[str, Any], as_of: date | str) -> Decision:
        """The decision for one citizen; raises as ``decide`` does."""
        day = as_of_day(as_of)
        known = read_facts(self.pathway, facts, day)
        given: list[Interval | None] = [known.get(name) for name in self.dates]
        if any(span and span[0] != span[1] for span in given):
            return decide_known(self.pathway, known, day)
        return self._from_parts(known, given, day)

    def _from_parts(self, known: Facts, given: list[Interval | None], day: date) -> Decision:
        pathway, over = self.pathway, truth(self.pathway.duration, known, day)
        safety_key = ("safety", *map(known.get, self.safety_facts))
        safety, which_safety = self._part(safety_key, lambda: assess_safety(pathway, known, day))
        outside = safety.scope == "outside"
        dated = (over, reassessment_state(pathway, known, day), *(span is not None for span in given))
        course_key = ("course", outside, *dated, *map(known.get, self.course_facts))
        course, which = self._part(course_key, lambda: follow(pathway, known, day, outside=outside))
        notes_key = ("notes", over, *map(known.get, self.note_facts))
        notes, which_notes = self._part(notes_key, lambda: noted(pathway, known, day))
        prompts = [name for name, by in self.prompted if name not in known and any(known.get(n) == "yes" for n in by)]
        settling, which_settling = self._part(
            ("settling", which, *([which_notes, *prompts] if prompts else ())),
            lambda: answers_that_settle(pathway, known, day, course),
        )
        ask, _ = self._part(
            ("ask", which_safety, which_settling), lambda: questions(pathway, known, day, safety, course, settling)
        )
        return assemble(pathway, known, day, safety, course, notes, ask)

    def _part(self, key: tuple[Any, ...], work_out: Callable[[], Any]) -> tuple[Any, int]:
        """A remembered part and its number; a number is never used for another part, also after forgetting."""
        found = self.remembered.get(key)
        if found is None:
            if len(self.remembered) >= self.remember:
                self.remembered.clear()
            self.numbered += 1
            found = self.remembered[key] = (work_out(), self.numbered)
        return found
