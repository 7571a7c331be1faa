"""What a row of a list shows of a course beside why it is there: the last news, work status, what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from rygrad.record import access, clocks
from rygrad.record.act import PARTS
from rygrad.record.actor import Actor
from rygrad.record.chain import present
from rygrad.record.contents import active
from rygrad.record.coursefile import CourseFile, Recorded, Referral
from rygrad.record.door import visible
from rygrad.record.fold import as_they_stand, fold
from rygrad.record.identity import same_person
from rygrad.record.journal import recorded
from rygrad.record.models import Course, Entry, Identifier
from rygrad.record.people import organisation_names

# The columns that ``recorded`` reads; the others take as long to fetch.
_READ = (
    "seq",
    "id",
    "version",
    "type",
    "body",
    "valid_on",
    "recorded_at",
    "actor",
    "role",
    "organisation",
    "content_sha256",
)


@dataclass(frozen=True, slots=True)
class Glance:
    """One course at a glance, cut down to what the actor may see. ``news`` is what others, or oneself, did last."""

    version: int
    number: str
    holder: str
    holder_name: str
    news: Recorded | None
    news_from: str
    work: str | None
    referrals: dict[str, Referral]
    file: CourseFile | None


def glances(actor: Actor, courses: Iterable[str], *, at: datetime | None = None) -> dict[str, Glance]:
    """A glance at each of these courses that the actor has a care relationship with today; the looks are logged by
    whoever lists them."""
    day, wanted = clocks.local_day(present(at)), list(dict.fromkeys(courses))
    rows = {row.id: row for row in Course.objects.filter(id__in=wanted)}
    entries: dict[str, list[Recorded]] = {course: [] for course in wanted}
    stored = Entry.objects.filter(stream__in=wanted).order_by("stream", "version")
    for entry in stored.values_list("stream", *_READ, named=True):
        entries[entry.stream].append(recorded(entry))
    if not rows:
        return {}
    people, signs = [row.person_id for row in rows.values()], active().signs
    # The system is looked at here: asked for with the persons, SQLite would read every identifier of that system.
    theirs = Identifier.objects.filter(person_id__in=people).values_list("person_id", "system", "value")
    numbers = {person: value for person, system, value in theirs if system == "demo"}
    files = {course: fold(entries[course], signs) for course in rows}
    places = {entry.organisation for those in entries.values() for entry in those if entry.organisation}
    places |= {file.holder for file in files.values()}
    names = {place: place for place in places} | organisation_names(places, day)
    found = {}
    for course, row in rows.items():
        glance = _glance(actor, row, entries[course], files[course], day, numbers, names)
        if glance:
            found[course] = glance
    return found


def _glance(
    actor: Actor,
    row: Course,
    entries: list[Recorded],
    file: CourseFile,
    day: date,
    numbers: dict[str, str],
    names: dict[str, str],
) -> Glance | None:
    people = same_person(row.person_id) if actor.organisation is None else frozenset({row.person_id})
    stands = access.standing(actor, people, file, day)
    seen = access.sees(actor, stands)
    if not seen:
        return None
    shown = [part for part in (visible(e, seen, actor.organisation) for e in as_they_stand(entries)) if part]
    news = shown[-1] if shown else None
    work = file.facts_said.get("work")
    mine = {r.id: r for r in file.referrals.values() if "clinical" in seen or r.to == actor.organisation}
    return Glance(
        version=file.version,
        number=numbers.get(row.person_id, ""),
        holder=file.holder,
        holder_name=names[file.holder],
        news=news,
        news_from=names[news.organisation] if news and news.organisation else "",
        work=str(work.value) if work and "work" in seen else None,
        referrals=mine,
        file=file if seen == frozenset(PARTS) else None,
    )
