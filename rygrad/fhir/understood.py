"""From the resources of another system to the facts of one citizen, as ``decide`` takes them. Pure.

Of each fact the newest statement counts; what is not known, old, conflicting or not read is said, never read as "no".
An alarm sign is treated with more care than the rest: neither a blank, nor a "don't know", nor its age takes it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rygrad.decision.facts import clarifiable
from rygrad.fhir.stated import Moment, NotRead, Resource, Statement, stated
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record.signs import weight

SIGN_DAYS, WEAK_SIGN_DAYS, STATE_DAYS = 7, 56, 366
"""How many days an answer holds, by what it is about. Ours, not the programme's; no clinician has signed them.

A sign that must be asked (acute or same day): a week. Another sign, or an exclusion: the length of the programme's own
window. How the citizen is otherwise: a year. Dates, scores and what was done once hold for good.
"""

_FOR_GOOD = ("date", "scores", "facts")


@dataclass(frozen=True, slots=True)
class Old:
    """A fact whose newest statement is older than its limit, or has no date (``on`` None).

    ``counts``: it is an alarm sign or a suspicion that was there, and goes on counting.
    """

    fact: str
    on: date | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """The facts by name, and what beside them must be said. ``on``: the day of the statement that counts, if any."""

    facts: dict[str, Any] = field(default_factory=dict)
    not_known: tuple[str, ...] = ()
    old: tuple[Old, ...] = ()
    not_understood: tuple[NotRead, ...] = ()
    on: dict[str, date | None] = field(default_factory=dict)


def facts_from(
    pathway: Pathway,
    resources: Iterable[Resource],
    as_of: date,
    *,
    patient: str | None = None,
    limits: Mapping[str, int] | None = None,
) -> Understood:
    """What is understood of these resources (Bundles too) on a local day.

    Read are our Observations and answers to our questionnaires, back diagnoses, and the date of birth. ``patient`` is
    the id they must be about. ``limits`` are days by fact; those of ``limits_of`` when None, and ``{}`` for none.
    """
    limits = limits_of(pathway) if limits is None else limits
    said: dict[str, list[Statement]] = {}
    unread: list[NotRead] = []
    for resource in resources:
        for one in stated(pathway, resource, as_of, patient):
            if isinstance(one, NotRead):
                unread.append(one)
            else:
                said.setdefault(one.fact, []).append(one)
    reader = _Reader(pathway, as_of, limits, unread)
    for fact in pathway.facts:
        if fact in said:
            reader.take(fact, said[fact])
    reader.drop_early_clarifications(said)
    not_read = tuple(dict.fromkeys(unread))
    return Understood(reader.facts, tuple(reader.not_known), tuple(reader.old), not_read, reader.on)


def limits_of(pathway: Pathway) -> dict[str, int]:
    """How many days an answer holds, for every fact that has a limit."""
    done = (*pathway.already_done, pathway.no_effect, pathway.return_done)
    noted = [fact for group in pathway.groups.values() for effort in group.efforts.values() for fact in effort.noted]
    for_good = {*noted, *(fact for rule in done for fact in rule.facts)}
    signs = dict.fromkeys(clarifiable(pathway), WEAK_SIGN_DAYS) | dict.fromkeys(pathway.must_be_asked, SIGN_DAYS)
    return {
        fact.id: signs.get(fact.id, STATE_DAYS)
        for fact in pathway.facts.values()
        if fact.kind not in _FOR_GOOD and fact.id not in for_good
    }


@dataclass
class _Reader:
    pathway: Pathway
    as_of: date
    limits: Mapping[str, int]
    unread: list[NotRead]
    facts: dict[str, Any] = field(default_factory=dict)
    not_known: list[str] = field(default_factory=list)
    old: list[Old] = field(default_factory=list)
    on: dict[str, date | None] = field(default_factory=dict)

    def take(self, fact: str, said: list[Statement]) -> None:
        """The value that counts, if one does."""
        if self.pathway.facts[fact].kind == "scores":
            self._take_scores(fact, said)
            return
        newest = _newest(said)
        standing = [one for one in _newest([one for one in said if one.value is not None]) if weight(one.value)]
        if fact in clarifiable(self.pathway) and standing and any(one.value is None for one in newest):
            newest = standing
        one = self._agreed(fact, newest)
        if one is None:
            return
        if one.value is None:
            self.not_known += [fact] if one.is_read else []
        elif self._holds(one):
            self.facts[fact], self.on[fact] = one.value, one.when.day

    def _take_scores(self, fact: str, said: list[Statement]) -> None:
        scores = [score for one in sorted(said, key=_order) if one.value is not None for score in one.value]
        if scores:
            self.facts[fact] = [score for place, score in enumerate(scores) if score not in scores[:place]]
        elif all(one.is_read for one in said):
            self.not_known.append(fact)

    def _agreed(self, fact: str, newest: list[Statement]) -> Statement | None:
        """The one thing the newest say. Where they differ: the gravest of an alarm sign, nothing of another fact."""
        first = newest[0]
        if all(one.value == first.value for one in newest):
            return next((one for one in newest if one.is_read), first)
        why = Phrase("modstrider et andet svar fra samme tid", "conflicts with another answer of the same time")
        self.unread += [NotRead(one.type, one.id, why, fact) for one in newest]
        gravest = max(newest, key=lambda one: weight(one.value))
        return gravest if fact in clarifiable(self.pathway) and weight(gravest.value) else None

    def _holds(self, one: Statement) -> bool:
        """It is young enough, or a sign that is there; what is old is said."""
        limit = self.limits.get(one.fact)
        day = one.when.day
        if one.is_current or limit is None or (day and (self.as_of - day).days <= limit):
            return True
        counts = one.fact in clarifiable(self.pathway) and weight(one.value) > 0
        self.old.append(Old(one.fact, day, counts))
        return counts

    def drop_early_clarifications(self, said: Mapping[str, list[Statement]]) -> None:
        """A clarification covers a sign only if it is not older than the newest statement of that sign."""
        if not (named := self.facts.get("clarified_alarms")):
            return
        cleared = _newest([one for one in said["clarified_alarms"] if one.value == named])[0].when
        kept = [sign for sign in named if sign not in said or _covers(cleared, _newest(said[sign])[0].when)]
        why = Phrase("er afklaret, før tegnet sidst blev set", "was clarified before the sign was last seen")
        self.unread += [NotRead("Observation", "", why, sign) for sign in named if sign not in kept]
        self.facts["clarified_alarms"] = kept


def _covers(cleared: Moment, seen: Moment) -> bool:
    if cleared.at and seen.at:
        return cleared.at >= seen.at
    return bool(cleared.day and seen.day and cleared.day >= seen.day)


def _order(one: Statement) -> date:
    return one.when.day or date.min


def _newest(said: list[Statement]) -> list[Statement]:
    """Those of the newest day; of them the latest by the clock, then by when they were issued, where all say so."""
    last = max((_order(one) for one in said), default=date.min)
    newest = [one for one in said if _order(one) == last]
    for name in ("at", "issued"):
        moments = [getattr(one.when, name) for one in newest]
        if newest and all(moments):
            newest = [one for one, moment in zip(newest, moments, strict=True) if moment == max(moments)]
    return newest
