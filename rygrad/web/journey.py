"""The journey: who did what when, as lanes for the wide screen and as a list for all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rygrad.record import acts
from rygrad.record.actor import Actor
from rygrad.record.corrections import MAY_BE_STRUCK
from rygrad.record.coursefile import Recorded
from rygrad.record.door import CourseView
from rygrad.record.inwords import InWords
from rygrad.record.letters import frozen_letter
from rygrad.record.words import ENTRY_WORDS
from rygrad.web.language import say, words

WIDTH, LANE, LEFT, TOP = 960, 34, 250, 30
# Colour never stands alone: each kind of entry has its own mark, and the page says which.
_MARKS = {
    "alarm_raised": "!",
    "effect_judged": "▲",
    "returned_to_gp": "◆",
    "gp_decided": "■",
    "group_confirmed": "■",
    "plan_confirmed": "■",
    "course_ended": "■",
}
_RIGHT = 24


@dataclass(frozen=True, slots=True)
class Point:
    """One entry on its lane: where, which number of the list, and what it is called."""

    x: float
    y: float
    number: int
    title: str
    mark: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One actor's lane."""

    name: str
    y: float
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the list, in words."""

    number: int
    entry: Recorded
    title: str
    by: str
    place: str
    lines: tuple[str, ...]
    has_letter: bool
    is_struck: bool
    may_strike: bool


@dataclass(frozen=True, slots=True)
class Journey:
    """Both shapes of the same entries."""

    happenings: tuple[Happening, ...]
    lanes: tuple[Lane, ...]
    months: tuple[tuple[float, date], ...]
    height: float
    has_alarm: bool


def journey(view: CourseView, said: InWords, today: date, actor: Actor) -> Journey:
    """The entries the actor may see, the first first in the lanes, the newest first in the list."""
    corrected = {e.act.corrects for e in view.entries if isinstance(e.act, acts.Correction)}
    happenings = [_happening(n, entry, view, said, actor, corrected) for n, entry in enumerate(view.entries, start=1)]
    first = min((h.entry.valid_on for h in happenings), default=today)
    scale = _scale(first, max([today, *(h.entry.valid_on for h in happenings)]))
    lanes = _lanes(happenings, scale)
    months = tuple((scale(day), day) for day in _months(first, today))
    return Journey(tuple(reversed(happenings)), lanes, months, TOP + LANE * len(lanes) + 8, _has_alarm(view))


def _has_alarm(view: CourseView) -> bool:
    return any(entry.type == "alarm_raised" for entry in view.entries)


def _happening(
    number: int, entry: Recorded, view: CourseView, said: InWords, actor: Actor, corrected: set[str]
) -> Happening:
    by = view.names.get(entry.actor, "")
    place = view.names.get(entry.organisation or "", "")
    return Happening(
        number=number,
        entry=entry,
        title=words(ENTRY_WORDS[entry.type]),
        by=by,
        place=place,
        lines=tuple(said.lines(entry.act)),
        has_letter=bool(frozen_letter(entry)),
        is_struck=entry.id in corrected,
        may_strike=entry.organisation == actor.organisation
        and isinstance(entry.act, MAY_BE_STRUCK)
        and entry.id not in corrected,
    )


def _scale(first: date, last: date):  # type: ignore[no-untyped-def]
    days = max((last - first).days, 1)
    return lambda day: round(LEFT + (WIDTH - LEFT - _RIGHT) * (day - first).days / days, 1)


def _lanes(happenings: Sequence[Happening], scale) -> tuple[Lane, ...]:  # type: ignore[no-untyped-def]
    by_place: dict[str, list[Happening]] = {}
    for one in happenings:
        by_place.setdefault(one.place or say("Borgeren", "The citizen"), []).append(one)
    lanes = []
    for row, (place, those) in enumerate(by_place.items()):
        y = TOP + LANE * row + LANE / 2
        points = tuple(Point(scale(h.entry.valid_on), y, h.number, h.title, _mark(h.entry.type)) for h in those)
        lanes.append(Lane(place, y, points))
    return tuple(lanes)


def _mark(kind: str) -> str:
    return _MARKS.get(kind) or ("◆" if kind.startswith("referral_") else "●")


def _months(first: date, last: date) -> list[date]:
    found, day = [], date(first.year + first.month // 12, first.month % 12 + 1, 1)
    while day <= last:
        found.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    step = max(1, -(-len(found) // 9))
    return found[::step]
