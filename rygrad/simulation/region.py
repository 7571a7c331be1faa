"""``region``: a seeded region of invented citizens, clinics and municipalities, as plain data."""

from dataclasses import replace
from datetime import date
from random import Random

from rygrad.decision.many import ManyDecisions
from rygrad.pathway.pathway import Pathway
from rygrad.simulation import citizens, places
from rygrad.simulation.places import Cast, Team
from rygrad.simulation.scenarios import Scenario, allotted
from rygrad.simulation.shapes import Citizen, LocalOffer, Place, Region, Worker, Write
from rygrad.simulation.story import Story

__all__ = ["Citizen", "LocalOffer", "Place", "Region", "Worker", "Write", "region"]
MOST = 999_999


def region(pathway: Pathway, courses: int, seed: int, as_of: date) -> Region:
    """Everything that was recorded on this many courses up to ``as_of``: a pure function of what is given.

    Each course has its own dice, so that one story does not change another.
    """
    if not 0 <= courses <= MOST:
        raise ValueError(f"courses must be 0–{MOST}")
    cast, many = places.cast(courses, as_of), ManyDecisions(pathway)
    people: list[Citizen] = []
    writes: list[Write] = []
    earlier: list[tuple[Citizen, Team]] = []
    scenarios = allotted(courses, _dice(seed, 0))
    order = sorted(range(courses), key=lambda n: scenarios[n].name == "came_back")
    for number in order:
        scenario, rng = scenarios[number], _dice(seed, number + 1)
        comes_back = scenario.name == "came_back" and earlier
        if comes_back:
            who, team = earlier.pop()
        else:
            who, team = citizens.citizen(len(people) + 1, as_of, rng), cast.team(rng)
            who = replace(who, municipality_code=team.municipality_code)
            people.append(who)
        writes += _told(scenario, number + 1, who, team, cast, many, as_of, rng)
        if scenario.name == "earlier_episode":
            earlier.append((who, team))
    return Region(
        tuple(cast.places),
        tuple(cast.workers),
        tuple(people),
        tuple(cast.offers),
        tuple(sorted(writes, key=lambda write: write.at)),
    )


def _dice(seed: int, number: int) -> Random:
    return Random(f"{seed}:{number}")  # noqa: S311  (a story, not a secret)


def _told(
    scenario: Scenario,
    number: int,
    who: Citizen,
    team: Team,
    cast: Cast,
    many: ManyDecisions,
    as_of: date,
    rng: Random,
) -> list[Write]:
    case = citizens.case(who, scenario.suits, as_of, rng)
    story = Story(number, who, case, team, cast, many, as_of, rng)
    scenario.tell(story)
    return story.writes
