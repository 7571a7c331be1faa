"""The invented region is written through the same door as everything else, and nothing of it is refused."""

from dataclasses import asdict
from datetime import date

import pytest

from rygrad.pathway.read import load_pathway
from rygrad.record import acts, directory, journal, people, verify
from rygrad.record.actor import Actor
from rygrad.record.models import Course, Entry, Task
from rygrad.simulation.region import Region, region

AS_OF = date(2026, 11, 24)


def _registered(made: Region) -> dict[str, Actor]:
    """Everybody who writes, by id."""
    for place in made.places:
        people.register_organisation(place.kind, place.name, municipality_code=place.municipality_code, id=place.id)
    for offer in made.offers:
        directory.register_offer(**asdict(offer))
    actors = {}
    for worker in made.workers:
        people.register_professional(worker.user, worker.name, worker.role, worker.organisation, id=worker.id)
        actors[worker.id] = people.professional_actor(worker.user, AS_OF)
    for citizen in made.citizens:
        identifiers = {"demo": citizen.demo_number}
        people.register_person(citizen.name, identifiers, born_on=citizen.born_on, is_invented=True, id=citizen.id)
        actors[citizen.id] = people.citizen_actor(citizen.id)
    return actors


def _write(made: Region, actors: dict[str, Actor]) -> None:
    versions: dict[str, int] = {}
    for n, write in enumerate(made.writes):
        new = [acts.read(name, body) for name, body in write.acts]
        options = {"key": f"{write.course}-{n}", "valid_on": write.valid_on, "at": write.at}
        by = actors[write.by]
        if isinstance(new[0], acts.CourseOpened):
            receipt = journal.open_course(by, write.citizen, new[0], new[1:], course=write.course, **options)
        else:
            receipt = journal.append(by, write.course, new, expected_version=versions[write.course], **options)
        versions[write.course] = receipt.version


@pytest.mark.usefixtures("sqlite")
def test_sixty_courses_are_recorded_with_nothing_refused() -> None:
    made = region(load_pathway("rygsmerter"), 60, 1, AS_OF)
    _write(made, _registered(made))
    assert Course.objects.count() == 60
    assert Entry.objects.count() == sum(len(write.acts) for write in made.writes)
    assert set(Entry.objects.values_list("recorded_at", flat=True)) == {write.at for write in made.writes}
    states = set(Course.objects.values_list("state", flat=True))
    assert {"asked", "in_treatment", "returned", "decided", "held", "ended"} <= states
    assert Task.objects.filter(left_at=None, due_on__lte=AS_OF).values("why").distinct().count() >= 10
    assert not verify.verify().problems
