"""What a course's entries add up to: facts with who said them, holder, plan, treatments, referrals, relationships."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from rygrad.record.acts import Act, PlanConfirmed
from rygrad.record.signs import weight

EFFECT_OF = {"physiotherapist": "effect_of_physiotherapy", "chiropractor": "effect_of_chiropractic"}
"""The fact that holds the verdict on each profession's treatment."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry as read from the journal. ``valid_on`` is the local day it is true of."""

    seq: int
    id: str
    version: int
    type: str
    act: Act
    valid_on: date
    recorded_at: datetime
    actor: str
    role: str
    organisation: str | None
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Said:
    """A fact's value: what, true of which day, said by whom, in which entry."""

    value: Any
    true_on: date
    seq: int
    said_by: str
    entry: str

    @property
    def order(self) -> tuple[date, int]:
        """The later truth counts; of two on one day, the later recorded."""
        return self.true_on, self.seq


@dataclass(slots=True)
class Treatment:
    """One profession's treatment in this course."""

    started_on: date
    visits: int = 0
    ended_on: date | None = None


@dataclass(slots=True)
class Referral:
    """One referral and where it stands; ``is_settled`` once its sender has acted on the outcome."""

    id: str
    effort: str
    to: str
    state: str
    sent_on: date
    since_on: date
    booked_on: date | None = None
    reason: str = ""
    alternative: str = ""
    answer: str = ""
    offer: str = ""
    is_settled: bool = False


@dataclass(slots=True)
class Relationship:
    """An organisation's care relationship, or a relative's share, from and until (included)."""

    to: str
    basis: str
    parts: tuple[str, ...]
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """In force that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(slots=True)
class CourseFile:
    """The fold of a course's entries. Built by ``fold``; everything here follows from them.

    ``signs`` are the facts that only a clarification or a correction takes back. ``confirmed_with`` is the content of
    the last confirmation, ``seen_with`` that of the holder's last entry.
    """

    signs: frozenset[str] = frozenset()
    facts_said: dict[str, Said] = field(default_factory=dict)
    clarified: dict[str, Said] = field(default_factory=dict)
    not_known: set[str] = field(default_factory=set)
    opened_on: date = date.min
    heard_on: date = date.min
    holder: str = ""
    holder_since: date = date.min
    holder_is_new: bool = False
    own_gp: str = ""
    group: str | None = None
    group_on: date = date.min
    declined: tuple[str, ...] = ()
    confirmed_with: str = ""
    seen_with: str = ""
    plan: PlanConfirmed | None = None
    plan_on: date | None = None
    treatments: dict[str, Treatment] = field(default_factory=dict)
    treated_since: date | None = None
    scores: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    effects: dict[str, Said] = field(default_factory=dict)
    effect_felt: Said | None = None
    reassessed_on: date | None = None
    returned_on: date | None = None
    gp_decided_on: date | None = None
    gp_decision_is_news: bool = False
    gp_decisions: dict[str, Any] = field(default_factory=dict)
    needs: Mapping[str, Any] = field(default_factory=dict)
    referrals: dict[str, Referral] = field(default_factory=dict)
    information: dict[str, date] = field(default_factory=dict)
    information_read: dict[str, date] = field(default_factory=dict)
    told_gp: dict[tuple[str, str], date] = field(default_factory=dict)
    relationships: list[Relationship] = field(default_factory=list)
    sharings: list[Relationship] = field(default_factory=list)
    blocked: set[tuple[str, str]] = field(default_factory=set)
    outcome: str | None = None
    ended_on: date | None = None
    last: Recorded | None = None

    @property
    def version(self) -> int:
        """The version of the last entry; 0 before the first."""
        return self.last.version if self.last else 0

    @property
    def is_returned(self) -> bool:
        """Returned to own GP, who has not decided yet."""
        return self.returned_on is not None and self.gp_decided_on is None

    @property
    def is_without_effect(self) -> bool:
        """No effect of either treatment is the verdict (R7)."""
        return any(said.value == "no_effect" for said in self.effects.values())

    def facts(self) -> dict[str, Any]:
        """The facts as ``decide`` takes them."""
        found = {name: said.value for name, said in self.facts_said.items()}
        found |= {EFFECT_OF[profession]: said.value for profession, said in self.effects.items()}
        started = [treatment.started_on for treatment in self.treatments.values()]
        started += [self.treated_since] if self.treated_since else []
        if started:
            found["first_treatment_on"] = min(started)
        dates = {
            "plan_confirmed_on": self.plan_on,
            "reassessed_on": self.reassessed_on,
            "returned_to_gp_on": self.returned_on,
            "need_assessed_on": self.returned_on,
        }
        found |= {name: day for name, day in dates.items() if day is not None}
        found |= {name: list(values) for name, values in self.scores.items()}
        clarified = sorted(name for name, said in self.clarified.items() if self._still_clarified(name, said))
        return {**found, "clarified_alarms": clarified} if clarified else found

    def _still_clarified(self, name: str, clarified: Said) -> bool:
        """Said again after it was clarified: the alarm is new, and the old clarification does not cover it."""
        said = self.facts_said.get(name)
        return said is None or said.seq <= clarified.seq

    def stands_unclarified(self, name: str) -> bool:
        """A sign that was said and not clarified since."""
        said, clarified = self.facts_said.get(name), self.clarified.get(name)
        return said is not None and (clarified is None or clarified.seq < said.seq)

    def stands_raised(self, name: str) -> bool:
        """A sign that was said to be there, and not clarified since."""
        said = self.facts_said.get(name)
        return said is not None and weight(said.value) > 0 and self.stands_unclarified(name)

    def relationship(self, organisation: str, day: date) -> list[Relationship]:
        """This organisation's relationships that are in force that day."""
        return [r for r in self.relationships if r.to == organisation and r.holds_on(day)]
