"""Where in the region a page stands, and who may stand there.

A programme manager and an administrator see every level. Who treats sees the region, their own municipality and
their own unit. Others' places are not there for them.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from rygrad.quality.table import IndicatorTable, Unit
from rygrad.record import people
from rygrad.record.actor import Actor
from rygrad.record.refusals import NotFound
from rygrad.web.language import say
from rygrad.web.pages import Asked
from rygrad.web.region.read import table_of_the_site

EVERYTHING = ("programme_manager", "administrator")
_FIELDS = {"clinic": "klinik", "municipality": "kommune", "region": "region"}
_BELOW = {"region": "municipality", "municipality": "clinic", "clinic": ""}


@dataclass(frozen=True, slots=True)
class Place:
    """A region, a municipality or a clinic of the table; ``query`` is what an address says of it, with its ``?``."""

    level: str
    unit: str
    name: str
    query: str

    @property
    def below(self) -> str:
        """The level of the places it is made up of; empty for a clinic."""
        return _BELOW[self.level]


def may_see(actor: Actor, level: str, unit: str) -> bool:
    """Whether this level and unit are theirs to look at."""
    if level in ("region", "profession") or actor.role in EVERYTHING:
        return True
    own = actor.organisation or ""
    return unit == (people.municipality_of(own) if level == "municipality" else own)


class Narrowed(IndicatorTable):
    """The table for somebody who does not see every place: others' places are not among its parts."""

    def __init__(self, table: IndicatorTable, actor: Actor) -> None:
        self.__dict__.update(table.__dict__)
        self._actor = actor

    def children(self, level: str, unit: str) -> list[Unit]:
        """Of the places a place is made up of, those that are theirs to see."""
        return [one for one in super().children(level, unit) if may_see(self._actor, _BELOW[level], one.id)]


def table_for(request: Asked) -> IndicatorTable:
    """The site's table as this reader may see it. RygradError when there is none, or it cannot be read."""
    table = table_of_the_site()
    return table if request.actor.role in EVERYTHING else Narrowed(table, request.actor)


def place_of(request: Asked, table: IndicatorTable) -> Place:
    """The place an address means: ``?klinik=``, ``?kommune=``, else the region. NotFound: not theirs, or not there."""
    for level, field in _FIELDS.items():
        wanted = request.GET.get(field, "")
        if wanted and not may_see(request.actor, level, wanted):
            raise NotFound
        if wanted:
            return _found(table, level, wanted)
    regions = table.units("region")
    if not regions:
        raise NotFound
    return _place(table, "region", regions[0])


def _found(table: IndicatorTable, level: str, wanted: str) -> Place:
    unit = next((one for one in table.units(level) if one.id == wanted), None)
    if unit is None:
        raise NotFound
    return _place(table, level, unit)


def _place(table: IndicatorTable, level: str, unit: Unit) -> Place:
    is_only = level == "region" and len(table.units("region")) == 1
    return Place(level, unit.id, unit.name, "" if is_only else f"?{urlencode({_FIELDS[level]: unit.id})}")


def way_to(request: Asked, table: IndicatorTable, place: Place) -> list[Place]:
    """The places around it that are theirs to see, the widest first, itself last."""
    unit = table.unit(place.level, place.unit)
    around = (("region", unit.region), ("municipality", unit.municipality))
    found = [
        _found(table, level, wanted)
        for level, wanted in around
        if wanted
        and level != place.level
        and _rank(level) < _rank(place.level)
        and may_see(request.actor, level, wanted)
    ]
    return [*found, place]


def _rank(level: str) -> int:
    return list(_BELOW).index(level)


def parts(table: IndicatorTable, place: Place) -> list[Place]:
    """The places one level down, in alphabetical order; never ranked."""
    return [_place(table, place.below, unit) for unit in table.children(place.level, place.unit)]


def own(request: Asked, table: IndicatorTable, place: Place) -> Place | None:
    """The reader's own unit, when the table has numbers of it and this is not its page already."""
    mine = request.actor.organisation or ""
    unit = next((one for one in table.units("clinic") if one.id == mine), None)
    return None if unit is None or mine == place.unit else _place(table, "clinic", unit)


def heading(level: str) -> str:
    """What the places of a level are called; nothing for no level."""
    return {
        "": "",
        "region": say("Regioner", "Regions"),
        "municipality": say("Kommuner", "Municipalities"),
        "clinic": say("Klinikker og praksis", "Clinics and practices"),
    }[level]
