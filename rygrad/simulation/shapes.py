"""What a simulated region is made of: places, workers, citizens, local offers, and writes to the journal."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Act = tuple[str, dict[str, Any]]
"""An act of the journal: its name, and its body as plain data."""


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation. No invented place has a number of a real register."""

    id: str
    kind: str
    name: str
    municipality_code: str | None
    sor_code: str | None = None
    ydernummer: str | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """A professional who works in one place, in one role."""

    id: str
    user: str
    name: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Citizen:
    """An invented citizen: a telling name and a demo number, no CPR; they live in their own GP's municipality."""

    id: str
    name: str
    demo_number: str
    born_on: date
    municipality_code: str | None = None


@dataclass(frozen=True, slots=True)
class LocalOffer:
    """Who owns and who delivers an offer, from and until (included). Rows of one ``offer`` follow each other."""

    offer: str
    effort: str
    name: str
    owner: str
    delivered_by: str
    valid_from: date
    valid_until: date | None
    takes: str = ""
    preconditions: str = ""
    does_not_take: str = ""
    phone: str = ""
    waiting_weeks: int | None = None
    waiting_checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """Acts recorded together by one worker (or the citizen) at one instant; ``valid_on`` None: true of that day."""

    course: str
    citizen: str
    by: str
    at: datetime
    valid_on: date | None
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Region:
    """Everything there is. ``writes`` are in the order they were recorded, no two at one instant."""

    places: tuple[Place, ...]
    workers: tuple[Worker, ...]
    citizens: tuple[Citizen, ...]
    offers: tuple[LocalOffer, ...]
    writes: tuple[Write, ...]


def act(name: str, **body: Any) -> Act:
    """An act with its body."""
    return name, body
