"""Why: for each conclusion the rule, the facts it read, and the sentence, reading or safety source."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from rygrad.decision.course import Course
from rygrad.decision.decision import Decision, Reason
from rygrad.decision.facts import Facts, plain_value
from rygrad.decision.safety import Safety
from rygrad.pathway.pathway import Group, Pathway, Rule
from rygrad.pathway.source import Citation


class Reasons:
    """Builds the reasons of one decision."""

    def __init__(self, pathway: Pathway, facts: Facts, safety: Safety, course: Course, decision: Decision) -> None:
        self.pathway = pathway
        self.facts = facts
        self.safety = safety
        self.course = course
        self.decision = decision

    def all(self) -> dict[str, Reason]:
        """Every conclusion's reason, by the conclusion's id."""
        return dict((*self._safety(), *self._groups(), *self._plan(), *self._course()))

    def _reason(self, value: Any, rule: str, names: Iterable[str], citation: Citation) -> Reason:
        facts = {name: plain_value(self.facts.get(name)) for name in names}
        reason = Reason(value=value, rule=rule, facts=facts)
        if citation.statement:
            reason["statement"] = citation.statement
        if citation.quote and citation.place:
            reason["quote"], reason["place"] = citation.quote, citation.place
        if citation.readings:
            reason["reading"] = ", ".join(citation.readings)
        if citation.safety_sources:
            sources = (str(self.pathway.safety_sources[name]) for name in citation.safety_sources)
            reason["safety_source"] = "; ".join(sources)
        return reason

    def _by_rule(self, value: Any, rule: Rule) -> Reason:
        return self._reason(value, rule.id, rule.facts, rule.citation)

    def _safety(self) -> Iterator[tuple[str, Reason]]:
        yield "scope", self._scope(self.decision.scope)
        for found in self.decision.exclusions:
            exclusion = self.pathway.exclusions[found["fact"]]
            rule = exclusion.outside if found["state"] == "confirmed" else exclusion.hold
            yield f"exclusions.{found['fact']}", self._by_rule(found["state"], rule)
        for alarm in self.safety.alarms:
            value = alarm.urgency.id if alarm in self.safety.raised else "clarified"
            reason = self._by_rule(value, alarm.rule)
            if value == "clarified":
                reason["facts"]["clarified_alarms"] = plain_value(self.facts["clarified_alarms"])
                reason["reading"] = self.pathway.clarified_reading
            yield f"alarms.{alarm.id}", reason
        yield "urgency", self._urgency()

    def _scope(self, value: str) -> Reason:
        """All that puts the citizen outside or holds the plan back; else the facts that coverage reads."""
        rules = [*self._holding()] if value in ("outside", "hold") else []
        if not rules:
            covers = self.pathway.covers
            names = covers.facts if value == "outside" else (*covers.facts, *self.pathway.exclusions)
            return self._reason(value, covers.id, names, covers.citation)
        quoted = next((rule.citation for rule in rules if rule.citation.quote), Citation())
        sources = dict.fromkeys(name for rule in rules for name in rule.citation.safety_sources)
        merged = replace(quoted, safety_sources=tuple(sources))
        return self._reason(value, ", ".join(r.id for r in rules), [n for r in rules for n in r.facts], merged)

    def _holding(self) -> Iterator[Rule]:
        if self.decision.scope == "outside":
            yield from (exclusion.outside for exclusion in self.safety.confirmed)
            return
        yield from (exclusion.hold for exclusion in self.safety.open_suspicions)
        yield from (alarm.rule for alarm in self.safety.raised if alarm.urgency.holds)

    def _urgency(self) -> Reason:
        top = min(self.safety.raised, key=lambda alarm: alarm.urgency.rank, default=None)
        if top:
            return self._by_rule(self.decision.urgency, top.rule)
        weak = Citation(safety_sources=(self.pathway.weak_signs_source,))
        return self._reason("none", "safety.urgency", self.pathway.alarm_facts, weak)

    def _groups(self) -> Iterator[tuple[str, Reason]]:
        if self.decision.scope != "outside":
            for group in self.pathway.groups.values():
                value = "possible" if group in self.course.possible else "ruled_out"
                yield f"possible_groups.{group.id}", self._by_rule(value, group.rule)
            yield "group", self._group()
        for kind in ("mismatches", "contradictions"):
            for note in getattr(self.pathway, kind):
                if note.id in getattr(self.decision, kind):
                    yield f"{kind}.{note.id}", self._by_rule(True, note.rule)
        if self.decision.over_3_months_from:
            yield "over_3_months_from", self._over()

    def _group(self) -> Reason:
        """The group's own title; while several are possible no title, only the readings that keep them apart."""
        rules = [group.rule for group in self.course.possible]
        if len(rules) == 1:
            return self._by_rule(self.decision.group, rules[0])
        readings = dict.fromkeys(name for rule in rules for name in rule.citation.readings)
        shared = Citation(readings=tuple(readings))
        return self._reason(None, ", ".join(rule.id for rule in rules), self._group_facts(), shared)

    def _over(self) -> Reason:
        value, citation = self.decision.over_3_months_from, self.pathway.duration_citation
        return self._reason(value, f"{citation.statement}", (self.pathway.duration.fact,), citation)

    def _plan(self) -> Iterator[tuple[str, Reason]]:
        group = self.pathway.groups.get(self.decision.group or "")
        if group is None or self.safety.withholds:
            return
        for kind in ("actors", "interventions", "information"):
            for item in getattr(group, kind):
                yield f"{kind}.{item.id}", self._reason(True, group.rule.id, group.rule.facts, item.citation)

    def _course(self) -> Iterator[tuple[str, Reason]]:
        yield "reassessment", self._reassessment()
        yield "return_to_gp", self._return()
        for name, state in self.decision.efforts.items():
            yield f"efforts.{name}", self._effort(name, state)

    def _withheld(self, value: str) -> Reason:
        return self._scope(self.decision.scope) | {"value": value}

    def _first(self, lists: str) -> Group | None:
        return next((group for group in self.course.possible if getattr(group, lists)), None)

    def _reassessment(self) -> Reason:
        window, value = self.pathway.reassessment.window_rule, self.decision.reassessment["state"]
        group = self._first("reassessment")
        if value == "withheld":
            return self._withheld(value)
        if group is None or group.reassessment is None:
            return self._by_rule(value, self.course.possible[0].rule)
        names = (*self._group_facts(), *window.facts, self.pathway.reassessment.done_by)
        own = replace(group.reassessment, readings=window.citation.readings)
        return self._reason(value, window.id, names, own)

    def _return(self) -> Reason:
        value, group = self.decision.return_to_gp, self._first("return_to_gp")
        if value == "withheld":
            return self._withheld(value)
        if group is None or group.return_to_gp is None:
            return self._by_rule(value, self.course.possible[0].rule)
        return self._returning(value, group)

    def _returning(self, value: str, group: Group) -> Reason:
        no_effect, done = self.pathway.no_effect, self.pathway.return_done
        names = (*self._group_facts(), *no_effect.facts)
        if value in ("due", "done"):
            names = (*names, *done.facts)
        rule = done if value == "done" else no_effect
        own = replace(group.return_to_gp or rule.citation, readings=rule.citation.readings)
        return self._reason(value, rule.id, names, own)

    def _effort(self, name: str, state: str) -> Reason:
        if state == "withheld":
            return self._withheld(state)
        listing = next((group for group in self.course.possible if name in group.efforts), None)
        if listing is None:
            return self._not_listed(state)
        if state == "not_yet":
            return self._returning(state, listing)
        effort = listing.efforts[name]
        names = self._group_facts()
        if effort.already_done:
            names = (*names, *effort.already_done.facts)
        names = (*names, *effort.noted, *self.pathway.no_effect.facts)
        rule = effort.already_done or self.pathway.no_effect
        return self._reason(state, rule.id, names, effort.citation)

    def _not_listed(self, state: str) -> Reason:
        group = self.course.possible[0]
        citation = group.return_to_gp or group.rule.citation
        return self._reason(state, group.rule.id, group.rule.facts, citation)

    def _group_facts(self) -> tuple[str, ...]:
        names = (name for group in self.course.possible for name in group.rule.facts)
        return tuple(dict.fromkeys(names))
