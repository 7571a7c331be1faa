"""The decision, as data: the shape that every page, letter, message and indicator reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NotRequired, TypedDict

ENGINE = "rygrad 0.1.0"

ScopeState = Literal["inside", "outside", "hold", "ask"]
UrgencyState = Literal["acute", "same_day", "urgent", "watch", "none"]
ReassessmentState = Literal["none", "not_started", "not_due", "due", "overdue", "done", "ask", "withheld"]
ReturnState = Literal["not_listed", "not_yet", "due", "done", "ask", "withheld"]
EffortState = Literal["withheld", "not_listed", "not_yet", "ask", "already_done", "open"]


class PathwayRef(TypedDict):
    """Which content decided."""

    id: str
    version: str
    sha256: str


class ExclusionFound(TypedDict):
    """A condition the programme does not cover, and whether it is confirmed or suspected.

    ``clarified`` is there, and true, when a named clinician has clarified a suspicion: it is seen and holds nothing.
    """

    fact: str
    state: Literal["confirmed", "suspected"]
    clarified: NotRequired[Literal[True]]


class AlarmFound(TypedDict):
    """A row of the safety layer that is known to hold; one that no longer counts is marked ``clarified``."""

    id: str
    urgency: UrgencyState
    clarified: NotRequired[Literal[True]]


Window = TypedDict(
    "Window",
    {"from": date | None, "to": date | None, "state": ReassessmentState},
)
Window.__doc__ = "The 6–8-week window, first and last day included."


@dataclass(frozen=True, slots=True)
class Question:
    """A fact worth asking, and the conclusions that one answer to it could settle."""

    fact: str
    settles: tuple[str, ...]


class Reason(TypedDict):
    """Why a conclusion is what it is: its rule, the facts it read, and the sentence, reading or safety source."""

    value: Any
    rule: str
    facts: dict[str, Any]
    statement: NotRequired[str]
    quote: NotRequired[str]
    place: NotRequired[str]
    reading: NotRequired[str]
    safety_source: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows for one citizen on one day. Field by field as in the published JSON Schema."""

    pathway: PathwayRef
    engine: str
    as_of: date
    scope: ScopeState
    exclusions: list[ExclusionFound]
    alarms: list[AlarmFound]
    urgency: UrgencyState
    alarm_signs_not_asked: tuple[str, ...]
    provisional: bool
    possible_groups: tuple[str, ...]
    group: str | None
    mismatches: tuple[str, ...]
    contradictions: tuple[str, ...]
    actors: tuple[str, ...]
    interventions: tuple[str, ...]
    information: tuple[str, ...]
    reassessment: Window
    over_3_months_from: date | None
    return_to_gp: ReturnState
    efforts: dict[str, EffortState]
    ask: tuple[Question, ...]
    reasons: dict[str, Reason]
