"""The map of the programme as a picture, with the same as a list; "you are here" where somebody is."""

from dataclasses import dataclass, replace
from textwrap import wrap

from rygrad.decision.pathwaymap import PathwayMap, Place, Way, pathway_map
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.web.language import language, say

WIDTH, _HIGH, _GAP, _LINE = 620, 52, 36, 17
_LETTERS_PER_PIXEL = 1 / 7
NO_CONDITION = Phrase("", "")


@dataclass(frozen=True, slots=True)
class Box:
    """A place as it is drawn: its corner, size, and its words broken into lines."""

    id: str
    x: float
    y: float
    width: float
    lines: tuple[tuple[float, str], ...]
    is_here: bool
    height: int = _HIGH

    @property
    def middle(self) -> float:
        """Halfway across."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from box to box, with its condition beside it."""

    path: str
    words: str
    x: float
    y: float
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and arrows; the rows of the table that says the same; and the steps of the list a phone shows.

    A step is the places side by side: the name, on what condition one comes there, and whether one is there.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    steps: tuple[tuple[tuple[str, str, bool], ...], ...]
    rows: tuple[tuple[str, str, bool], ...]
    title: str
    width: int
    height: int


def picture(pathway: Pathway, here: str = "", group: str = "") -> Picture:
    """The map in the language that is read; ``here`` is a place's id, ``group`` the group somebody is in."""
    return _drawn(pathway_map(pathway), "clinician", {here, f"group_{group}"})


def picture_for_citizen(pathway: Pathway, here: str = "") -> Picture:
    """The same in plain words, without the groups."""
    found = pathway_map(pathway)
    places = tuple(place for place in found.places if not place.group)
    ways = (Way("signs", "treatment", NO_CONDITION), *(replace(way, when=NO_CONDITION) for way in found.ways))
    return _drawn(PathwayMap(places, ways), "citizen", {here})


def _drawn(found: PathwayMap, to: str, marked: set[str]) -> Picture:
    spoken = language()
    names = {place.id: getattr(place.words, to).text(spoken) for place in found.places}
    drawn = [place for place in found.places if not place.id.startswith("effort_")]
    ranks = [[place for place in drawn if place.rank == rank] for rank in sorted({place.rank for place in drawn})]
    rows_of = (_row(those, n, names, marked) for n, those in enumerate(ranks))
    boxes = {box.id: box for row in rows_of for box in row}
    arrows = tuple(
        _arrow(boxes[way.start], boxes[way.end], way.when.text(spoken))
        for way in found.ways
        if way.start in boxes and way.end in boxes
    )
    rows = tuple(
        (names[place.id], _onward(place, found, names, spoken), place.id in marked)
        for place in found.places
        if not place.id.startswith("effort_")
    )
    height = len(ranks) * (_HIGH + _GAP) - _GAP + 8
    steps = tuple(
        tuple((names[place.id], _condition(place, found, spoken), place.id in marked) for place in those)
        for those in ranks
    )
    return Picture(tuple(boxes.values()), arrows, steps, rows, _title(names, marked), WIDTH, height)


def _condition(place: Place, found: PathwayMap, spoken: str) -> str:
    return next((way.when.text(spoken) for way in found.ways if way.end == place.id), "")


def _title(names: dict[str, str], marked: set[str]) -> str:
    title = say("Vejen gennem programmet", "The way through the programme")
    here = ", ".join(name for place, name in names.items() if place in marked)
    return f"{title}. {say('Her', 'Here')}: {here}" if here else title


def _row(places: list[Place], rank: int, names: dict[str, str], marked: set[str]) -> list[Box]:
    gap = 16
    width = (WIDTH - 8 - gap * (len(places) - 1)) / len(places)
    wide = min(width, 420)
    left = (WIDTH - wide * len(places) - gap * (len(places) - 1)) / 2
    y = 4 + rank * (_HIGH + _GAP)
    return [
        _box(place.id, names[place.id], left + n * (wide + gap), y, wide, place.id in marked)
        for n, place in enumerate(places)
    ]


def _box(name: str, said: str, x: float, y: float, width: float, is_here: bool) -> Box:
    text = wrap(said, int(width * _LETTERS_PER_PIXEL), break_long_words=False) or [""]
    top = y + _HIGH / 2 - _LINE * (len(text) - 1) / 2 + 5
    lines = tuple((round(top + n * _LINE, 1), line) for n, line in enumerate(text))
    return Box(name, round(x, 1), y, round(width, 1), lines, is_here)


def _arrow(start: Box, end: Box, words: str) -> Arrow:
    if start.y == end.y:
        y = start.y + _HIGH / 2
        return Arrow(f"M{start.x + start.width} {y} L{end.x - 4} {y}", "", 0, 0)
    x1, y1, x2, y2 = start.middle, start.y + _HIGH, end.middle, end.y - 4
    if x1 == x2:
        return Arrow(f"M{x1} {y1} L{x2} {y2}", words, x1 + 12, (y1 + y2) / 2 + 5, "start")
    return Arrow(f"M{x1} {y1} L{x2} {y2}", words, round((x1 + x2) / 2, 1), round((y1 + y2) / 2 + 5, 1))


def _onward(place: Place, found: PathwayMap, names: dict[str, str], spoken: str) -> str:
    parts = []
    for way in found.ways:
        if way.start == place.id and way.end in names:
            when = way.when.text(spoken)
            parts.append(f"{names[way.end]} ({when})" if when else names[way.end])
    return "; ".join(parts)
