"""A care programme as frozen objects. Built by ``read``; never changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rygrad.pathway.criteria import Criterion, DayWindow, Over, facts_of
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.sentinels import Sentinel
from rygrad.pathway.source import Citation, Source
from rygrad.pathway.words import Phrase, Words


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion with a readable id, where it comes from, and the facts it reads."""

    id: str
    criterion: Criterion
    citation: Citation
    facts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", facts_of(self.criterion))


@dataclass(frozen=True, slots=True)
class Item:
    """Something a group lists: an actor, an intervention, an information item, a symptom."""

    id: str
    citation: Citation
    optional: bool = False
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """One of the other efforts as a group lists it.

    ``already_done`` is the "hvis ikke tidligere udført"; ``noted`` are facts shown beside it that close nothing.
    """

    id: str
    citation: Citation
    optional: bool
    already_done: Rule | None
    noted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One of the programme's patient groups."""

    id: str
    number: int
    rule: Rule
    words: Words
    symptoms: tuple[Item, ...]
    actors: tuple[Item, ...]
    interventions: tuple[Item, ...]
    information: tuple[Item, ...]
    reassessment: Citation | None
    return_to_gp: Citation | None
    efforts: dict[str, Effort]
    listed: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        kinds = ("actors", "interventions", "information")
        object.__setattr__(self, "listed", {kind: tuple(i.id for i in getattr(self, kind)) for kind in kinds})


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A condition the programme does not cover: confirmed puts outside, suspected puts on hold."""

    fact: str
    outside: Rule
    hold: Rule
    words: Words
    instead: Phrase


@dataclass(frozen=True, slots=True)
class Urgency:
    """How soon an alarm must be acted on. ``rank`` 0 is the most urgent."""

    id: str
    rank: int
    holds: bool
    must_be_asked: bool
    words: Words
    action: Phrase


@dataclass(frozen=True, slots=True)
class Alarm:
    """One row of the safety layer."""

    id: str
    urgency: Urgency
    rule: Rule
    words: Words


@dataclass(frozen=True, slots=True)
class SafetySource:
    """A published source of the safety layer; ``read_on`` None: cited second-hand, still to be read."""

    id: str
    title: str
    publisher: str
    where: str
    read_on: date | None
    says: Phrase

    def __str__(self) -> str:
        return f"{self.title}, {self.publisher}"


@dataclass(frozen=True, slots=True)
class Reading:
    """Our reading of a silent or ambiguous text. ``signed_by`` None: no clinician has signed it."""

    id: str
    question: Phrase
    reading: Phrase
    why: Phrase
    signed_by: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A mismatch or a contradiction: shown, never used to drop anybody."""

    id: str
    rule: Rule
    words: Words


@dataclass(frozen=True, slots=True)
class Reassessment:
    """The 6–8 weeks: the window after the first treatment, and the fact that says it was done."""

    window_rule: Rule
    done_by: str

    @property
    def window(self) -> DayWindow:
        """The rule's criterion, which reading has made sure is a window."""
        assert isinstance(self.window_rule.criterion, DayWindow)  # noqa: S101
        return self.window_rule.criterion


@dataclass(frozen=True, slots=True)
class Card:
    """The words of an advice card for one state of one conclusion."""

    word: Phrase
    sentence: Phrase
    action: Phrase


@dataclass(frozen=True, slots=True)
class CallLevel:
    """One level of the citizen's call card: how soon, whom to call, and the signs."""

    urgency: str
    head: Phrase
    whom: Phrase
    signs: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class CallCard:
    """The card "call if …": from the content alone, never from a decision."""

    title: Phrase
    levels: tuple[CallLevel, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A citizen's question with its answer, and the sentence of the programme it rests on."""

    id: str
    question: Phrase
    paragraphs: tuple[Phrase, ...]
    citation: Citation
    guideline: str = ""


@dataclass(frozen=True, slots=True)
class StateWords:
    """Where the citizen is in the course, and what comes next."""

    where: Phrase
    next: Phrase


@dataclass(frozen=True, slots=True)
class CitizenTexts:
    """What the citizen and the relatives read. ``states`` by the state of a course; None signed: no clinician has."""

    signed_by: str | None
    call_card: CallCard
    topics: dict[str, Topic]
    information: dict[str, tuple[Phrase, ...]]
    efforts: dict[str, Phrase]
    states: dict[str, StateWords]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which content this is; its hash stands in every decision."""

    id: str
    version: str
    sha256: str
    title: Phrase
    in_force_from: date
    checked_on: date
    check_again_on: date
    signed_by: str | None


@dataclass(frozen=True, eq=False)
class Pathway:
    """A whole programme with its safety layer, readings and words."""

    identity: Identity
    source: Source
    facts: dict[str, FactDefinition]
    covers: Rule
    covers_words: Words
    exclusions: dict[str, Exclusion]
    groups: dict[str, Group]
    duration: Over
    duration_citation: Citation
    information_expected_in: tuple[str, ...]
    reassessment: Reassessment
    no_effect: Rule
    return_done: Rule
    mismatches: tuple[Note, ...]
    contradictions: tuple[Note, ...]
    urgencies: dict[str, Urgency]
    alarms: dict[str, Alarm]
    weak_signs_source: str
    clarified_reading: str
    safety_sources: dict[str, SafetySource]
    readings: dict[str, Reading]
    words: dict[str, dict[str, Words]]
    cards: dict[str, dict[str, Card]]
    goals: dict[str, Words]
    outcomes: dict[str, Words]
    guidelines: tuple[dict[str, Any], ...]
    places: tuple[dict[str, Any], ...]
    citizen: CitizenTexts
    sentinels: tuple[Sentinel, ...]
    shown: dict[str, Citation]
    because: dict[str, Phrase]
    statements: tuple[str, ...]
    alarm_facts: tuple[str, ...]
    must_be_asked: tuple[str, ...]
    already_done: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        efforts = (effort for group in self.groups.values() for effort in group.efforts.values())
        object.__setattr__(self, "already_done", tuple(e.already_done for e in efforts if e.already_done))

    def alarms_of(self, urgency: Urgency) -> list[Alarm]:
        """The alarms of this urgency, in the order of the file."""
        return [alarm for alarm in self.alarms.values() if alarm.urgency.id == urgency.id]

    def rules(self) -> Iterator[Rule]:
        """Every rule of the content, each once, in the order of the files."""
        yield self.covers
        for exclusion in self.exclusions.values():
            yield exclusion.outside
            yield exclusion.hold
        for group in self.groups.values():
            yield group.rule
            yield from (effort.already_done for effort in group.efforts.values() if effort.already_done)
        yield self.reassessment.window_rule
        yield self.no_effect
        yield self.return_done
        for note in (*self.mismatches, *self.contradictions):
            yield note.rule
        for alarm in self.alarms.values():
            yield alarm.rule

    def citations(self) -> Iterator[tuple[str, Citation]]:
        """Every place the content quotes, with the id of what carries it."""
        for rule in self.rules():
            yield rule.id, rule.citation
        for group in self.groups.values():
            for kind in ("symptoms", "actors", "interventions", "information"):
                for item in getattr(group, kind):
                    yield f"{group.id}.{kind}.{item.id}", item.citation
            for effort in group.efforts.values():
                yield f"{group.id}.efforts.{effort.id}", effort.citation
            if group.reassessment:
                yield f"{group.id}.reassessment", group.reassessment
            if group.return_to_gp:
                yield f"{group.id}.return_to_gp", group.return_to_gp
        yield from ((f"citizen.topics.{topic.id}", topic.citation) for topic in self.citizen.topics.values())
        yield from self.shown.items()
