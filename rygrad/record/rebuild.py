"""``rebuild``: every projection made anew from the journal alone, with its history; equal to what was there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rygrad.record import clocks
from rygrad.record.chain import is_erased
from rygrad.record.contents import Programme, programme
from rygrad.record.coursefile import CourseFile, Recorded
from rygrad.record.fold import add, fold
from rygrad.record.journal import batches, recorded
from rygrad.record.models import Activation, CareRelationship, Course, Entry, Person, Sharing, Task
from rygrad.record.persons import project_link
from rygrad.record.projection import TaskRow, advance, relationship_rows, rules, set_columns, sharing_rows, task_of
from rygrad.record.storage import writing
from rygrad.record.tasks import dated_tasks

_COURSES_AT_ONCE = 1_000
_COURSE_COLUMNS = ("version", "state", "group", "holder", "ended_on")
Activated = Sequence[tuple[datetime, Programme]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A course's projection: its file at the end, and every task it has had."""

    course: Course
    file: CourseFile
    tasks: list[TaskRow]


def rebuild(progress: Callable[[int], None] = lambda done: None) -> int:
    """Drop and rebuild tasks, relationships, sharings, links and the courses' rows; how many courses there were.

    One transaction: readers see the old rows until it is done. ``progress`` is told the number of courses done.
    """
    done = 0
    with writing():
        for model in (Task, CareRelationship, Sharing):
            model.objects.all().delete()
        _relink()
        activated = [(a.at, programme(a.content_id)) for a in Activation.objects.order_by("at")]
        for courses in _chunks():
            _store([_rebuilt(course, entries, activated) for course, entries in _with_entries(courses)])
            done += len(courses)
            progress(done)
    return done


def _chunks() -> Iterator[list[Course]]:
    last = ""
    while courses := list(Course.objects.filter(id__gt=last).order_by("id")[:_COURSES_AT_ONCE]):
        yield courses
        last = courses[-1].id


def _with_entries(courses: Sequence[Course]) -> Iterator[tuple[Course, list[Recorded]]]:
    found: dict[str, list[Recorded]] = {course.id: [] for course in courses}
    for row in Entry.objects.filter(stream__in=list(found)).order_by("seq").iterator(chunk_size=5_000):
        found[row.stream].append(recorded(row))
    return ((course, found[course.id]) for course in courses)


def _rebuilt(course: Course, entries: list[Recorded], activated: Activated) -> Rebuilt:
    """What the course's own writes, and the activations while it was open, made of it, one after another."""
    events = [(batch[0].recorded_at, batch) for batch in batches(entries)]
    events += [(at, []) for at, _ in activated if events and at > events[0][0]]
    file, so_far, tasks = CourseFile(), list[Recorded](), list[TaskRow]()
    for at, batch in sorted(events, key=lambda event: event[0]):
        if not batch and file.outcome is not None:
            continue
        so_far += batch
        activated_at, current = [(when, one) for when, one in activated if when <= at][-1]
        file = _folded(file, so_far, batch, current.signs)
        today = clocks.local_day(at)
        by = rules(file, current, activated_at, today)
        tasks = advance(tasks, dated_tasks(file, by, today), at, today)
        set_columns(course, file, by, today)
    return Rebuilt(course, file, tasks)


def _folded(file: CourseFile, so_far: list[Recorded], batch: list[Recorded], signs: frozenset[str]) -> CourseFile:
    if signs != file.signs or any(entry.type == "correction" for entry in batch):
        return fold(so_far, signs)
    for entry in batch:
        add(file, entry)
    return file


def _store(rebuilt: Sequence[Rebuilt]) -> None:
    Course.objects.bulk_update([one.course for one in rebuilt], _COURSE_COLUMNS, batch_size=200)
    Task.objects.bulk_create((task_of(one.course.id, row) for one in rebuilt for row in one.tasks), batch_size=1_000)
    CareRelationship.objects.bulk_create(
        (row for one in rebuilt for row in relationship_rows(one.course.id, one.file)), batch_size=1_000
    )
    Sharing.objects.bulk_create(row for one in rebuilt for row in sharing_rows(one.course.id, one.file))


def _relink() -> None:
    Person.objects.exclude(linked_to=None).update(linked_to=None)
    for row in Entry.objects.filter(type__in=("persons_linked", "persons_unlinked")).order_by("seq"):
        if not is_erased(row.body):
            project_link(row.stream, recorded(row).act)
