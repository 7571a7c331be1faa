"""The flow as a picture: where courses were, where they went; a band's width is their number. Order is as given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rygrad.web.region.numbers import whole

WIDE, NARROW = 760, 340
_BOX, _GAP, _TOP, _LEAST, _LINE = 14, 14, 8, 1.0, 17
_TONES = 6


@dataclass(frozen=True, slots=True)
class Stream:
    """So many courses from one to another; ``courses`` None when the number is small and not shown."""

    start: str
    end: str
    courses: int | None


@dataclass(frozen=True, slots=True)
class Box:
    """A side's place: its corner and height, and its words."""

    x: float
    y: float
    height: float
    name: str
    number: str
    text_x: float
    text_y: float
    anchor: str
    tone: int


@dataclass(frozen=True, slots=True)
class Band:
    """A stream as it is drawn: its outline, what is told of it, and its tone (that of where it starts)."""

    path: str
    said: str
    tone: int


@dataclass(frozen=True, slots=True)
class River:
    """Boxes left and right with bands between."""

    id: str
    title: str
    said: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]


def river(
    streams: Sequence[Stream], names: Mapping[str, str], *, id: str, title: str, said: str, width: int = WIDE
) -> River:
    """The picture of the streams with a number; ``names`` are words of each place, in the order they stand in."""
    shown = [one for one in streams if one.courses]
    left = _side(names, shown, lambda one: one.start)
    right = _side(names, shown, lambda one: one.end)
    total = sum(left.values()) or 1
    room = max(220, _LINE * 2 * max(len(left), len(right)))
    scale = room / total
    tones = {name: n % _TONES for n, name in enumerate(names)}
    starts, ends = _tops(left, scale), _tops(right, scale)
    height = max(_end(left, starts, scale), _end(right, ends, scale)) + _TOP
    boxes = (
        *(_box(name, n, starts[name], scale, names, tones, width, is_left=True) for name, n in left.items()),
        *(_box(name, n, ends[name], scale, names, tones, width, is_left=False) for name, n in right.items()),
    )
    return River(
        id, title, said, width, round(height), boxes, _bands(shown, names, tones, (starts, ends), scale, width)
    )


def _side(names: Mapping[str, str], streams: Sequence[Stream], of: Callable[[Stream], str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        number = sum(one.courses or 0 for one in streams if of(one) == name)
        if number:
            found[name] = number
    return found


def _tops(side: Mapping[str, int], scale: float) -> dict[str, float]:
    """Where each box begins; a small one still has room for its words."""
    tops, at = {}, float(_TOP)
    for name, number in side.items():
        tops[name] = at
        at += max(number * scale, _LINE) + _GAP
    return tops


def _end(side: Mapping[str, int], tops: Mapping[str, float], scale: float) -> float:
    return max((tops[name] + max(number * scale, _LINE) for name, number in side.items()), default=_TOP)


def _box(
    name: str, number: int, top: float, scale: float, names: Mapping[str, str], tones: Mapping[str, int], width: int,
    *, is_left: bool,
) -> Box:  # fmt: skip
    high = max(number * scale, _LEAST)
    x = 0 if is_left else width - _BOX
    text_x = _BOX + 6 if is_left else width - _BOX - 6
    middle = round(top + max(high, _LINE) / 2 + 4, 1)
    anchor = "start" if is_left else "end"
    return Box(x, round(top, 1), round(high, 1), names[name], whole(number), text_x, middle, anchor, tones[name])


def _bands(
    streams: Sequence[Stream],
    names: Mapping[str, str],
    tones: Mapping[str, int],
    tops: tuple[dict[str, float], dict[str, float]],
    scale: float,
    width: int,
) -> tuple[Band, ...]:
    order = {name: n for n, name in enumerate(names)}
    left, right = dict(tops[0]), dict(tops[1])
    made = []
    for one in sorted(streams, key=lambda one: (order[one.start], order[one.end])):
        thick = max((one.courses or 0) * scale, _LEAST)
        y1, y2 = left[one.start], right[one.end]
        left[one.start], right[one.end] = y1 + thick, y2 + thick
        said = f"{names[one.start]} → {names[one.end]}: {whole(one.courses or 0)}"
        made.append(Band(_ribbon(y1, y2, thick, width), said, tones[one.start]))
    return tuple(made)


def _ribbon(y1: float, y2: float, thick: float, width: int) -> str:
    """A band that leaves and arrives level."""
    x1, x2, half = _BOX, width - _BOX, width // 2
    a, b, c, d = (round(one, 1) for one in (y1, y2, y1 + thick, y2 + thick))
    return f"M{x1} {a} C{half} {a} {half} {b} {x2} {b} V{d} C{half} {d} {half} {c} {x1} {c} Z"
