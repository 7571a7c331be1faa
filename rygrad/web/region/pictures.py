"""The region's pictures as geometry: sparkline, control chart, funnel. The same rows give the same picture.

A picture is drawn twice, wide and narrow, so that its letters can be read on a phone; the style sheet shows one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from rygrad.quality.indicators import Row
from rygrad.quality.pictures import is_beyond
from rygrad.web.region.numbers import month_words, percent, rate_in_words, short_month, whole

WIDE, NARROW, SMALL = 760, 340, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 24, 12, 30
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_MOST_TICKS = 5
_LABEL_PIXELS = 62
_LINE, _LETTER = 15, 7


@dataclass(frozen=True, slots=True)
class Mark:
    """A point: where it stands, what is told of it, its name when that is written beside it, and on which side."""

    x: float
    y: float
    said: str
    is_signal: bool
    name: str = ""
    name_y: float = 0
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with axes: ``across`` and ``up`` are ticks, the others paths; ``gaps`` is where nothing is shown."""

    id: str
    title: str
    said: str
    width: int
    height: int
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    gaps: tuple[tuple[float, str], ...] = ()
    curve: str = ""
    centre: str = ""
    upper: str = ""
    lower: str = ""
    left: int = _LEFT

    @property
    def ground(self) -> int:
        """Where the axis across lies."""
        return self.height - _BOTTOM

    @property
    def dots(self) -> str:
        """The points without a signal as one path, for a small picture."""
        return " ".join(f"M{mark.x} {mark.y}h0" for mark in self.marks if not mark.is_signal)

    @property
    def diamonds(self) -> str:
        """The signals as one path, for a small picture."""
        return " ".join(f"M{mark.x} {mark.y}m-5 0l5 -5 5 5 -5 5z" for mark in self.marks if mark.is_signal)

    @property
    def right(self) -> int:
        """Where the picture's field ends."""
        return self.width - _RIGHT


@dataclass(frozen=True, slots=True)
class Spark:
    """A line without axes, and its last point."""

    title: str
    curve: str
    middle: float | None
    last: tuple[float, float] | None
    width: int = 150
    height: int = 36


@dataclass(frozen=True, slots=True)
class _Field:
    """From numbers to places in the picture."""

    width: int
    height: int
    most: float
    low: float
    high: float
    left: int = _LEFT

    def x(self, value: float) -> float:
        return round(self.left + (self.width - self.left - _RIGHT) * value / self.most, 1)

    def y(self, rate: float) -> float:
        room = self.height - _TOP - _BOTTOM
        inside = min(max(rate, self.low), self.high)
        return round(_TOP + room * (self.high - inside) / (self.high - self.low), 1)


def span(rows: Sequence[Row]) -> tuple[float, float, float]:
    """From, to and step of an axis that holds these rates and their limits; at least ten per cent, inside 0–1."""
    found = [
        one for row in rows for one in (row.rate, row.lower, row.upper) if one is not None and row.rate is not None
    ]
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    if high - low < 0.1:
        low, high = max(0.0, low - 0.05), min(1.0, high + 0.05)
    step = next((one for one in _STEPS if (high - low) / one <= _MOST_TICKS), _STEPS[-1])
    return max(0.0, floor(low / step + 1e-9) * step), min(1.0, ceil(high / step - 1e-9) * step), step


def _ups(field: _Field, step: float) -> tuple[tuple[float, str], ...]:
    count = round((field.high - field.low) / step)
    return tuple((field.y(field.low + n * step), percent(field.low + n * step, digits=0)) for n in range(count + 1))


def spark(rows: Sequence[Row], title: str) -> Spark:
    """Month by month, without numbers; the picture beside the numbers of a tile."""
    low, high = _narrow(rows)
    room = Spark("", "", None, None)
    last = max(len(rows) - 1, 1)
    placed = [
        None
        if row.rate is None
        else (
            round(3 + (room.width - 6) * n / last, 1),
            round(3 + (room.height - 6) * (high - row.rate) / (high - low), 1),
        )
        for n, row in enumerate(rows)
    ]
    there = [one for one in placed if one]
    centre = next((row.centre for row in reversed(rows) if row.centre is not None), None)
    middle = None if centre is None else round(3 + (room.height - 6) * (high - centre) / (high - low), 1)
    return Spark(title, _broken(placed), middle, there[-1] if there else None)


def _narrow(rows: Sequence[Row]) -> tuple[float, float]:
    """From and to of the rates alone; never so narrow that chance looks like a fall."""
    found = [one for row in rows for one in (row.rate, row.centre) if one is not None]
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    more = max(0.0, 0.1 - (high - low)) / 2
    return low - more, high + more


def _broken(placed: Sequence[tuple[float, float] | None]) -> str:
    """A path through the points, with a new beginning after each gap."""
    parts, is_on = [], False
    for point in placed:
        if point:
            parts.append(f"{'L' if is_on else 'M'}{point[0]} {point[1]}")
        is_on = point is not None
    return " ".join(parts)


def control_chart(
    rows: Sequence[Row], *, id: str, title: str, said: str, width: int = WIDE, height: int = 0,
    scale: Sequence[Row] = (),
) -> Chart:  # fmt: skip
    """A p-chart: a point for each month, the centre line, and limits that follow each month's number.

    ``scale``: the rows whose axis it shares, when several stand beside each other.
    """
    low, high, step = span(scale or rows)
    field = _Field(width, height or (280 if width == WIDE else 240), max(len(rows), 1), low, high)
    at = [field.x(n + 0.5) for n in range(len(rows))]
    points = [None if row.rate is None else (x, field.y(row.rate)) for x, row in zip(at, rows, strict=True)]
    marks = tuple(Mark(*point, _said(row), is_beyond(row)) for point, row in zip(points, rows, strict=True) if point)
    gaps = tuple((x, _said(row)) for x, row in zip(at, rows, strict=True) if row.rate is None)
    return Chart(
        id=id, title=title, said=said, width=width, height=field.height,
        across=_months(rows, at, width), up=_ups(field, step), marks=marks, gaps=gaps, curve=_broken(points),
        centre=_stairs(rows, field, lambda row: row.centre), upper=_stairs(rows, field, lambda row: row.upper),
        lower=_stairs(rows, field, lambda row: row.lower),
    )  # fmt: skip


def _said(row: Row) -> str:
    return f"{month_words(row.month)}: {rate_in_words(row)}" if row.month else rate_in_words(row)


def _months(rows: Sequence[Row], at: Sequence[float], width: int) -> tuple[tuple[float, str], ...]:
    """As many months as there is room for, counted back from the last."""
    every = max(1, ceil(len(rows) * _LABEL_PIXELS / (width - _LEFT - _RIGHT)))
    return tuple(
        (x, short_month(row.month))
        for n, (x, row) in enumerate(zip(at, rows, strict=True))
        if row.month and (len(rows) - 1 - n) % every == 0
    )


def _stairs(rows: Sequence[Row], field: _Field, of: Callable[[Row], float | None]) -> str:
    """A level for each month, joined upright; broken where there is none."""
    parts, is_on = [], False
    for n, row in enumerate(rows):
        value = of(row)
        if value is not None:
            start = f"V{field.y(value)}" if is_on else f"M{field.x(n)} {field.y(value)}"
            parts.append(f"{start} H{field.x(n + 1)}")
        is_on = value is not None
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Dot:
    """A unit in a funnel: its name, its row, and whether it lies outside."""

    name: str
    row: Row
    is_outside: bool


Limits = Callable[[int], tuple[float, float]]


def funnel(
    dots: Sequence[Dot], centre: float, limits: Limits, *, id: str, title: str, said: str, width: int = WIDE
) -> Chart:
    """Rate by number, with limits that narrow as the number grows; who lies outside is named."""
    shown = [one for one in dots if one.row.rate is not None]
    most = _round_up(max((one.row.known or 0 for one in shown), default=10) * 1.05)
    low, high, step = span([one.row for one in shown])
    field = _Field(width, 320 if width == WIDE else 280, most, low, high)
    numbers = [max(1, round(most * n / 60)) for n in range(1, 61)]
    return Chart(
        id=id, title=title, said=said, width=width, height=field.height,
        across=tuple((field.x(most * n / 4), whole(round(most * n / 4))) for n in range(5)),
        up=_ups(field, step), marks=_named(shown, field),
        centre=f"M{field.left} {field.y(centre)} H{width - _RIGHT}",
        lower=_broken([_inside(field, n, limits(n)[0]) for n in numbers]),
        upper=_broken([_inside(field, n, limits(n)[1]) for n in numbers]),
    )  # fmt: skip


def _inside(field: _Field, number: float, limit: float) -> tuple[float, float] | None:
    """A point of a limit; None where the limit lies outside what is drawn."""
    return (field.x(number), field.y(limit)) if field.low <= limit <= field.high else None


def _named(dots: Sequence[Dot], field: _Field) -> tuple[Mark, ...]:
    """The points from the top down; the names of those outside are kept from lying on each other."""
    taken: list[tuple[float, float, float]] = []
    made = []
    for one in sorted(dots, key=lambda dot: (field.y(dot.row.rate or 0), dot.name)):
        x, y = field.x(one.row.known or 0), field.y(one.row.rate or 0)
        anchor = "end" if x > field.width * 0.6 else "start"
        name, at = one.name if one.is_outside else "", y + 4
        if name:
            long = len(name) * _LETTER + 10
            left, right = (x - long, x) if anchor == "end" else (x, x + long)
            while any(left < r and x0 < right and abs(at - y0) < _LINE for x0, r, y0 in taken):
                at += 1
            taken.append((left, right, at))
        made.append(Mark(x, y, f"{one.name}: {rate_in_words(one.row)}", one.is_outside, name, at, anchor))
    return tuple(made)


def _round_up(number: float) -> float:
    """The next number whose quarters read well: 12, 16, 20, 24 … 120, 160 …"""
    size = 10.0 ** (len(str(int(max(number, 10)))) - 1)
    return next(size * one for one in (1.2, 1.6, 2, 2.4, 2.8, 3.2, 4, 4.8, 6, 8, 10, 12) if size * one >= number)
