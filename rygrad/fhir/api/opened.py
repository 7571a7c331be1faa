"""From ids to what is shown: a course through the door, logged, as this channel; and the places that need no door."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from rygrad.fhir.api.kinds import KINDS, Kind
from rygrad.fhir.api.oauth import Caller
from rygrad.fhir.names import id_of
from rygrad.fhir.resources import people
from rygrad.fhir.resources.observations import observations_of
from rygrad.fhir.resources.shown import Resource, Shown
from rygrad.pathway.pathway import Pathway
from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.contents import active
from rygrad.record.door import CourseView, see_course
from rygrad.record.models import Membership, Organisation, Professional
from rygrad.record.people import organisation_names
from rygrad.record.refusals import NotFound
from rygrad.record.within import course_of_entry, courses_near, courses_of, first_of_each_person, identifiers_of

CHANNEL = "fhir"


def today() -> date:
    """The local day."""
    return clocks.local_day(clocks.now())


def shown_of(actor: Actor, course: str, language: str) -> Shown:
    """A course as this actor sees it now; the look is logged. NotFound to strangers."""
    return of_view(see_course(actor, course, channel=CHANNEL), language)


def seen_among(actor: Actor, courses: Iterable[str], language: str) -> Iterator[Shown]:
    """Of these courses those the actor may see, each opened once and logged; the others are as if not there."""
    for course in courses:
        try:
            yield shown_of(actor, course, language)
        except NotFound:
            continue


def of_view(view: CourseView, language: str) -> Shown:
    """A view that the door gave, ready to be said."""
    programme, day = active(), today()
    return Shown(view, programme.pathway, programme.signs, day, language, identifiers_of(view.person, day))


def courses_for(actor: Actor, kind: Kind, id: str) -> list[str]:
    """The courses near the actor that a resource of this type and id could be on; the newest first.

    Where there is none, nobody's is looked for all the same: what is not there takes as long as what is not theirs.
    """
    if kind.home == "person":
        return list(reversed(courses_near(actor, id)))
    return [course_of_entry(actor, id.partition(".")[0]) if kind.home == "entry" else id.partition(".")[0]]


def one(actor: Actor, kind: Kind, id: str, language: str) -> tuple[Resource, Shown]:
    """The resource of this id, and the course it is on; NotFound when it is not there, or not the actor's to see."""
    for shown in seen_among(actor, courses_for(actor, kind, id), language):
        found = by_id(shown, kind, id)
        if found:
            return found, shown
    raise NotFound


def is_newest_of_its_person(shown: Shown) -> bool:
    """A citizen with several courses is told of once."""
    return next(first_of_each_person(courses_of(shown.view.person))) == shown.view.course


def by_id(shown: Shown, kind: Kind, id: str) -> Resource | None:
    """The resource of this id among a course's; an answer that no longer stands is read by its id too."""
    found = next((resource for resource in kind.of(shown) if resource["id"] == id), None)
    if found is None and kind.name == "Observation":
        entry = next((e for e in shown.standing if e.id == id.partition(".")[0]), None)
        said = observations_of(shown, entry) if entry else []
        found = next((resource for resource in said if resource["id"] == id), None)
    return found


def directory(name: str, id: str = "") -> Iterator[Resource]:
    """Every organisation, professional or membership, by id; or the one of this id. No citizen's data."""
    day = today()
    if name == "Organization":
        rows = Organisation.objects.filter(id=id) if id else Organisation.objects.order_by("id")
        named = organisation_names(rows.values_list("id", flat=True), day)
        for row in rows:
            codes = {"sor": row.sor_code, "ydernummer": row.ydernummer, "municipality": row.municipality_code}
            yield people.organization(row.id, row.kind, named.get(row.id, row.id), **codes)
    if name == "Practitioner":
        for who in Professional.objects.filter(id=id) if id else Professional.objects.order_by("id"):
            yield people.practitioner(who.id, who.name, who.profession, who.authorisation)
    if name == "PractitionerRole":
        number = id.removeprefix("m-")
        some = Membership.objects.filter(pk=number if number.isdecimal() and len(number) < 19 else None)
        for member in some if id else Membership.objects.order_by("pk"):
            yield _role(member, day)


def _role(member: Membership, day: date) -> Resource:
    where = (member.professional_id, member.organisation_id, member.role)
    return people.practitioner_role(f"m-{member.pk}", *where, member.valid_from, member.valid_until, day)


def programme_resources(name: str) -> Iterator[Resource]:
    """The programme's own resources of this type: what ``rygrad export fhir`` writes."""
    yield from (one for one in _programme(active().pathway) if one["resourceType"] == name)


@lru_cache(maxsize=2)
def _programme(pathway: Pathway) -> tuple[Resource, ...]:
    """Made once for each content."""
    from rygrad.fhir.artefacts.programme import resources

    return tuple(resources(pathway))


def included(caller: Caller, shown: Shown | None, reference: str) -> Resource | None:
    """What a reference leads to, when the token and the course let it be seen; None else."""
    name, _, id = reference.rpartition("/")
    kind = KINDS.get(name)
    if kind is None or not caller.scopes.allow(name, "r"):
        return None
    if kind.home == "directory":
        return next((found for found in directory(name, id) if found["id"] == id), None)
    return by_id(shown, kind, id) if shown else None


def observation_id(entry: str, fact: str) -> str:
    """The id of the Observation of one fact of one entry."""
    return f"{entry}.{id_of(fact)}"
