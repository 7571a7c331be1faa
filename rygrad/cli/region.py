"""The demo region: from the simulation's plain data into a record, through the same door as everybody."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, timedelta

from rygrad.cli.demoletters import with_letters
from rygrad.decision.dates import add_months
from rygrad.record import acts, directory, journal, people
from rygrad.record.activation import begin
from rygrad.record.actor import Actor
from rygrad.record.clocks import local_day, now
from rygrad.record.contents import content_files
from rygrad.record.models import Course
from rygrad.record.storage import writing
from rygrad.simulation.region import Citizen, Region, Write

_AT_ONCE = 100  # writes in one transaction


def load(region: Region, pathway: str, progress: Callable[[int], None]) -> int:
    """Register who there is, then every write in its time, but for those still to come; how many there were."""
    writes = [write for write in region.writes if write.at <= now()]
    first = region.writes[0].at - timedelta(days=1)
    begin(content_files(pathway), at=first)
    actor = _actors(_register(region))
    versions: dict[str, int] = {}
    citizens = {citizen.id: citizen for citizen in region.citizens}
    for first_of in range(0, len(writes), _AT_ONCE):
        with writing():
            for number, write in enumerate(writes[first_of : first_of + _AT_ONCE], start=first_of + 1):
                versions[write.course] = _write(write, actor(write), versions.get(write.course), number, citizens)
        progress(number)
    return len(writes)


def _register(region: Region) -> dict[str, str]:
    with writing():
        for place in region.places:
            people.register_organisation(
                place.kind,
                place.name,
                municipality_code=place.municipality_code,
                sor_code=place.sor_code,
                ydernummer=place.ydernummer,
                id=place.id,
            )
        for worker in region.workers:
            people.register_professional(worker.user, worker.name, worker.role, worker.organisation, id=worker.id)
        for citizen in region.citizens:
            people.register_person(
                citizen.name,
                {"demo": citizen.demo_number},
                born_on=citizen.born_on,
                is_invented=True,
                municipality_code=citizen.municipality_code,
                id=citizen.id,
            )
        for offer in region.offers:
            directory.register_offer(**asdict(offer))
    return {worker.id: worker.user for worker in region.workers}


def _actors(users: dict[str, str]) -> Callable[[Write], Actor]:
    """Who writes; a professional is looked up once, for nobody changes place in the demo region."""
    known: dict[str, Actor] = {}

    def actor(write: Write) -> Actor:
        if write.by not in known:
            user = users.get(write.by)
            day = local_day(write.at)
            known[write.by] = people.professional_actor(user, day) if user else people.citizen_actor(write.by)
        return known[write.by]

    return actor


def _write(write: Write, actor: Actor, version: int | None, number: int, citizens: Mapping[str, Citizen]) -> int:
    new = with_letters([acts.read(name, body) for name, body in write.acts], write, actor, citizens)
    key = f"demo-{number}"
    if version is None:
        opened = new[0]
        assert isinstance(opened, acts.CourseOpened)  # noqa: S101
        receipt = journal.open_course(
            actor,
            write.citizen,
            opened,
            new[1:],
            key=key,
            valid_on=write.valid_on,
            at=write.at,
            course=write.course,
        )
    else:
        receipt = journal.append(
            actor, write.course, new, expected_version=version, key=key, valid_on=write.valid_on, at=write.at
        )
    return receipt.version


RELATIVE = "Erik Pårørendedemo"
_SHARED_MONTHS = 3


def share_with_a_relative(day: date) -> tuple[str, str]:
    """A citizen in treatment shares plan and next step with an invented relative; the ids of both persons."""
    rows = Course.objects.filter(ended_on=None, state="in_treatment").order_by("-opened_at", "id")
    course = rows.first() or Course.objects.filter(ended_on=None).order_by("id").first()
    if course is None:
        course = Course.objects.order_by("id")[0]
    relative = people.register_person(RELATIVE, {}, is_invented=True)
    citizen = people.citizen_actor(str(course.person_id))
    if course.ended_on is None:
        share = acts.AccessGranted(relative, "sharing", ("plan",), add_months(day, _SHARED_MONTHS))
        journal.append(citizen, course.id, [share], expected_version=course.version, key="demo-sharing")
    return str(course.person_id), relative
