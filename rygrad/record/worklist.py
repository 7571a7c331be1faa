"""``worklist(actor, as_of)``: what an actor's organisation is to act on, why, since when. A query, never a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from rygrad.record import access, clocks
from rygrad.record.accesslog import Seen, log
from rygrad.record.actor import Actor
from rygrad.record.chain import present
from rygrad.record.dated import in_force
from rygrad.record.models import CareRelationship, Task
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.tasks import WHY
from rygrad.record.wording import storable


@dataclass(frozen=True, slots=True)
class Row:
    """One row: which course and whose, why it is there in words, since when, and what it is about.

    ``person`` and ``name`` are empty on a past list where the organisation's access has ended since.
    """

    course: str
    person: str
    name: str
    why: str
    since_on: date
    until_on: date | None
    subject: str

    def words(self, language: str) -> str:
        """Why, in ``da`` or ``en``."""
        return WHY[self.why].text(language)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the last page ended."""

    rank: int
    due_on: date
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the worklist, and where the next one begins; None at the end."""

    rows: tuple[Row, ...]
    following: Cursor | None


def worklist(
    actor: Actor,
    as_of: date | None = None,
    *,
    known_at: datetime | None = None,
    whys: Sequence[str] = tuple(WHY),
    after: Cursor | None = None,
    size: int = 25,
    channel: str = "api",
    at: datetime | None = None,
) -> Page:
    """A page of what is to be done: the most pressing reason first, the longest waiting first within it.

    ``as_of`` a later day: what will be on the list then, if nothing more is recorded. An earlier day: the list as it
    was at that day's end (or, with ``known_at``, as it was known at that instant). Each row is a look, and logged.
    """
    _must_treat(actor)
    if size < 1 or not set(whys) <= set(WHY):
        raise Refused("page", "listen kan ikke laves sådan.", "the list cannot be made so.", known=", ".join(WHY))
    instant = present(at)
    today = clocks.local_day(instant)
    day = as_of or clocks.local_day(known_at or instant)
    if known_at is None and day < today:
        known_at = clocks.end_of_day(day)
    tasks = _page(_known(actor, known_at), day, whys, after, size + 1)
    shown, more = tasks[:size], tasks[size:]
    following = Cursor(shown[-1].rank, shown[-1].due_on, shown[-1].pk) if more else None
    related = _related(actor, shown, today)
    if known_at is None:
        shown = [task for task in shown if task.course_id in related]
    seen = [Seen(task.course.person_id, task.course_id, "care") for task in shown if task.course_id in related]
    log(actor, seen, "worklist", channel=channel, at=at)
    return Page(tuple(_row(task, task.course_id in related) for task in shown), following)


def counts(actor: Actor, as_of: date | None = None, *, at: datetime | None = None) -> dict[str, int]:
    """How many rows there are now, or will be, for each reason; no person is named, so no look is logged."""
    _must_treat(actor)
    day = as_of or clocks.local_day(present(at))
    found = _on(_known(actor, None), day).values("rank", "why").annotate(rows=Count("id")).order_by("rank")
    return {one["why"]: one["rows"] for one in found}


def row_of(
    actor: Actor, course: str, why: str, subject: str = "", *, channel: str = "api", at: datetime | None = None
) -> Row | None:
    """The one row of today's list about this; None when it is not on it, or no longer. The look is logged."""
    _must_treat(actor)
    storable(course, subject)
    today = clocks.local_day(present(at))
    tasks = _on(_known(actor, None), today).filter(course_id=course, why=why, subject=subject)
    task = tasks.select_related("course__person").first()
    if task is None or not _related(actor, [task], today):
        return None
    log(actor, [Seen(task.course.person_id, course, "care")], "worklist", channel=channel, at=at)
    return _row(task, is_related=True)


def _must_treat(actor: Actor) -> None:
    if not (actor.organisation and access.may(actor, "see_plan", frozenset({"care"}))):
        raise NotFound


def _known(actor: Actor, known_at: datetime | None) -> QuerySet[Task]:
    tasks = Task.objects.filter(organisation_id=actor.organisation)
    if known_at is None:
        return tasks.filter(left_at=None)
    return tasks.filter(entered_at__lt=known_at).filter(Q(left_at=None) | Q(left_at__gte=known_at))


def _related(actor: Actor, tasks: Sequence[Task], today: date) -> set[str]:
    """Which of these courses the organisation has a care relationship with today."""
    found = CareRelationship.objects.filter(
        in_force(today),
        organisation_id=actor.organisation,
        course__in={task.course_id for task in tasks},
    )
    return set(found.values_list("course_id", flat=True))


def _on(tasks: QuerySet[Task], day: date) -> QuerySet[Task]:
    return tasks.filter(due_on__lte=day).filter(Q(until_on=None) | Q(until_on__gte=day))


def _page(tasks: QuerySet[Task], day: date, whys: Sequence[str], after: Cursor | None, size: int) -> list[Task]:
    rows = _on(tasks, day).order_by("rank", "due_on", "id").select_related("course__person")
    if set(whys) < set(WHY):
        rows = rows.filter(why__in=whys)
    if after:
        later = Q(due_on__gt=after.due_on) | Q(due_on=after.due_on, id__gt=after.id)
        rows = rows.filter(Q(rank__gt=after.rank) | Q(later, rank=after.rank), rank__gte=after.rank)
    return list(rows[:size])


def _row(task: Task, is_related: bool) -> Row:
    person, name = (task.course.person_id, task.course.person.name) if is_related else ("", "")
    return Row(task.course_id, person, name, task.why, task.since_on, task.until_on, task.subject)
