"""One course as it is told: days go by, and what is recorded becomes a write. What lies after today is not told."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from rygrad.decision.decision import Decision
from rygrad.decision.many import ManyDecisions
from rygrad.pathway.pathway import Pathway
from rygrad.simulation.citizens import Case
from rygrad.simulation.known import Known
from rygrad.simulation.places import Cast, Team
from rygrad.simulation.shapes import Act, Citizen, Worker, Write

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_SATURDAY = 5
_EVENING = 17


@dataclass
class Story:
    """The teller's state: ``day`` is the day told of, ``age`` how many days before today (``as_of``) it lies.

    ``wish`` is an effort the story is about; ``wanted`` the one that was assessed as needed.
    """

    number: int
    citizen: Citizen
    case: Case
    team: Team
    cast: Cast
    many: ManyDecisions
    as_of: date
    rng: Random
    day: date = date.min
    clock: datetime | None = None
    known: Known = field(default_factory=Known)
    writes: list[Write] = field(default_factory=list)
    treater: Worker = field(init=False)
    wish: str = ""
    wanted: str = ""
    referrals: int = 0

    def __post_init__(self) -> None:
        self.treater = self.team.treating("physiotherapist" if self.rng.random() < 0.7 else "chiropractor")

    @property
    def course(self) -> str:
        """The course's id."""
        return f"c-demo-{self.number:04}"

    @property
    def pathway(self) -> Pathway:
        """The content."""
        return self.many.pathway

    @property
    def age(self) -> int:
        """How many days ago the told day is."""
        return (self.as_of - self.day).days

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.rng.random() < share

    def at(self, age: int) -> None:
        """Go on to the working day this many days ago (the Friday before a weekend); never back in time."""
        day = self.as_of - timedelta(days=age)
        day -= timedelta(days=max(0, day.weekday() - _SATURDAY + 1))
        self.day = max(self.day, day)

    def wait(self, low: int, high: int | None = None) -> None:
        """Some days go by; to the Monday after a weekend."""
        day = self.day + timedelta(days=self.rng.randint(low, high or low))
        self.day = day + timedelta(days=7 - day.weekday() if day.weekday() >= _SATURDAY else 0)

    def write(self, by: Worker | None, *acts: Act, late: int = 0) -> None:
        """A worker, or (None) the citizen at home in the evening, records these acts, ``late`` days after the fact."""
        if by and self.clock and self.clock.date() == self.day and self.clock.hour >= _EVENING:
            self.wait(1)
        if self.day > self.as_of:
            return
        self.clock = self._next(by)
        at = self.clock.replace(tzinfo=COPENHAGEN).astimezone(UTC)
        valid_on = self.day - timedelta(days=late) if late else None
        who = by.id if by else self.citizen.id
        self.writes.append(Write(self.course, self.citizen.id, who, at, valid_on, acts))
        for name, body in acts:
            self.known.add(name, body, valid_on or self.day)

    def _next(self, by: Worker | None) -> datetime:
        """The instant: within opening hours, after the one before; its microsecond is the course's own."""
        opens = 8 * 60 if by else _EVENING * 60
        start = datetime.combine(self.day, time()) + timedelta(seconds=60 * opens + self.rng.randrange(2 * 3600))
        soon = self.clock + timedelta(seconds=self.rng.randint(120, 900)) if self.clock else start
        return max(start, soon).replace(microsecond=self.number)

    def decision(self) -> Decision:
        """What follows on the told day from what is recorded."""
        return self.many.decide(self.known.facts(), self.day)
