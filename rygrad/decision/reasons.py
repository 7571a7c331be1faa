"""Why: for each conclusion the rule, the facts it read, and the sentence, reading or safety source."""

from collections.abc import Iterable, Iterator
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
                reason["reading"] = "R19"
            yield f"alarms.{alarm.id}", reason
        yield "urgency", self._urgency()

    def _scope(self, value: str) -> Reason:
        rule = self.safety.decided_by
        if rule is not self.pathway.covers or value == "outside":
            return self._by_rule(value, rule)
        names = (*rule.facts, *self.pathway.exclusions)
        return self._reason(value, rule.id, names, rule.citation)

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
        first = self.course.possible[0]
        rule = first.rule.id if self.decision.group else "groups"
        return self._reason(self.decision.group, rule, self._group_facts(), first.rule.citation)

    def _over(self) -> Reason:
        duration = self.pathway.duration
        named = next(g for g in self.pathway.groups.values() if duration in getattr(g.rule.criterion, "parts", ()))
        return self._reason(self.decision.over_3_months_from, "over_3_months", (duration.fact,), named.rule.citation)

    def _plan(self) -> Iterator[tuple[str, Reason]]:
        group = self.pathway.groups.get(self.decision.group or "")
        if group is None or self.safety.withholds:
            return
        for kind in ("actors", "interventions", "information"):
            for item in getattr(group, kind):
                names = group.rule.facts
                yield f"{kind}.{item.id}", self._reason(True, f"{group.id}.{kind}", names, item.citation)

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
        own = Citation(
            group.reassessment.statement, group.reassessment.quote, group.reassessment.lines, window.citation.readings
        )
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
        cited = group.return_to_gp or no_effect.citation
        own = Citation(cited.statement, cited.quote, cited.lines, no_effect.citation.readings)
        return self._reason(value, f"{group.id}.return_to_gp", names, own)

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
        if effort.already_done and state in ("ask", "already_done", "open"):
            names = (*names, *effort.already_done.facts)
        names = (*names, *effort.noted, *self.pathway.no_effect.facts)
        return self._reason(state, f"{listing.id}.{name}", names, effort.citation)

    def _not_listed(self, state: str) -> Reason:
        group = self.course.possible[0]
        citation = group.return_to_gp or group.rule.citation
        return self._reason(state, f"{group.id}.efforts", group.rule.facts, citation)

    def _group_facts(self) -> tuple[str, ...]:
        names = (name for group in self.course.possible for name in group.rule.facts)
        return tuple(dict.fromkeys(names))
