"""What lists and pages read, derived from the journal: disposable, and rebuilt to equal rows."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from rygrad.decision.decision import Decision
from rygrad.record.clocks import local_day
from rygrad.record.contents import Programme, programme
from rygrad.record.coursefile import CourseFile, Relationship
from rygrad.record.models import CareRelationship, Course, Sharing, Task
from rygrad.record.states import course_state
from rygrad.record.storage import insert, rows, update
from rygrad.record.tasks import RANK, Dated, Due, Rules, dated_tasks

_WITH_DAYS = ("not_due", "due", "overdue")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with the instants between which it was known."""

    dated: Dated
    entered_at: datetime
    left_at: datetime | None = None


def rules(file: CourseFile, current: Programme, activated_at: datetime, today: date) -> Rules:
    """What the tasks of this course are derived with."""
    changed = bool(changed_conclusions(file, current, today))
    return Rules(current.pathway, current.decide, local_day(activated_at) if changed else None)


def changed_conclusions(file: CourseFile, current: Programme, day: date) -> dict[str, tuple[str, str]]:
    """What a content concludes otherwise than the one this course was last confirmed with (or seen with).

    By conclusion, from what to what: scope, group, alarms, efforts, the return, the window; empty when nothing.
    """
    before = file.confirmed_with or file.seen_with or current.sha256
    if before == current.sha256 or file.outcome is not None:
        return {}
    facts = file.facts()
    then, now = conclusions(programme(before).decide(facts, day)), conclusions(current.decide(facts, day))
    names = dict.fromkeys((*then, *now))
    return {n: (then.get(n, "–"), now.get(n, "–")) for n in names if then.get(n, "–") != now.get(n, "–")}


def conclusions(decision: Decision) -> dict[str, str]:
    """What a decision comes to for the citizen, by name."""
    state = decision.reassessment["state"]
    found = {
        "scope": str(decision.scope),
        "group": " / ".join(decision.possible_groups) or "–",
        "return_to_gp": str(decision.return_to_gp),
        "reassessment": str(state),
    }
    if state in _WITH_DAYS:
        found["window"] = f"{decision.reassessment['from']} – {decision.reassessment['to']}"
    for kind in ("actors", "interventions", "information"):
        found[kind] = ", ".join(getattr(decision, kind)) or "–"
    found |= {f"efforts.{name}": str(effort) for name, effort in decision.efforts.items()}
    return found | {f"alarms.{alarm['id']}": str(alarm["urgency"]) for alarm in decision.alarms}


def advance(rows: list[TaskRow], wanted: list[Dated], at: datetime, today: date) -> list[TaskRow]:
    """The current rows after an instant: what still stands is kept, what is gone has left, what is new has entered."""
    standing = {_key(row.dated, today): row for row in rows if row.left_at is None}
    following = {_key(dated, today): dated for dated in wanted}
    gone = [replace(row, left_at=at) for key, row in standing.items() if key not in following]
    kept = [row for key, row in standing.items() if key in following]
    new = [TaskRow(dated, at) for key, dated in following.items() if key not in standing]
    return [*(row for row in rows if row.left_at is not None), *gone, *kept, *new]


def _key(dated: Dated, today: date) -> tuple[Due, date, date | None]:
    """A task already running stays the same task, whenever it began."""
    return dated.due, max(dated.due_on, today), dated.until_on


def project_tasks(course: str, file: CourseFile, by: Rules, at: datetime) -> None:
    """Bring the course's rows up to this instant."""
    today = local_day(at)
    there = rows(Task, "SELECT * FROM record_task WHERE course_id = %s AND left_at IS NULL", course)
    stored: dict[TaskRow, Task] = {row_of(task): task for task in there}
    after = advance(list(stored), dated_tasks(file, by, today), at, today)
    for row in after:
        if row.left_at is not None:
            task = stored[replace(row, left_at=None)]
            task.left_at = at
            update(task)
    insert([task_of(course, row) for row in after if row not in stored and row.left_at is None])


def row_of(task: Task) -> TaskRow:
    """A stored task as a row."""
    due = Due(task.organisation_id, task.why, task.subject, task.since_on)
    return TaskRow(Dated(due, task.due_on, task.until_on), task.entered_at, task.left_at)


def task_of(course: str, row: TaskRow) -> Task:
    """A row as a task to store."""
    due = row.dated.due
    return Task(
        course_id=course,
        organisation_id=due.organisation,
        why=due.why,
        rank=RANK[due.why],
        subject=due.subject,
        since_on=due.since_on,
        due_on=row.dated.due_on,
        until_on=row.dated.until_on,
        entered_at=row.entered_at,
        left_at=row.left_at,
    )


def project_course(course: Course, file: CourseFile, by: Rules, at: datetime) -> None:
    """The course's own row."""
    set_columns(course, file, by, local_day(at))
    update(course)


def relations_of(file: CourseFile) -> list[Relationship]:
    """A copy of who may see the course, to see later whether it has changed."""
    return [replace(relationship) for relationship in (*file.relationships, *file.sharings)]


def project_relations(course: str, file: CourseFile) -> None:
    """The course's relationships and sharings, in place of those there were."""
    for model, related in ((CareRelationship, relationship_rows(course, file)), (Sharing, sharing_rows(course, file))):
        model.objects.filter(course_id=course).delete()
        insert(related)


def set_columns(course: Course, file: CourseFile, by: Rules, today: date) -> None:
    """What the course's row shows, on the course itself; nothing is stored."""
    decision = by.decide(file.facts(), today)
    course.version, course.group, course.ended_on = file.version, file.group, file.ended_on
    course.state = course_state(file, decision, by.exclusions)
    course.holder_id = None if file.outcome else file.holder


def relationship_rows(course: str, file: CourseFile) -> list[CareRelationship]:
    """The course's care relationships, to store."""
    return [
        CareRelationship(
            course_id=course,
            organisation_id=r.to,
            basis=r.basis,
            parts=" ".join(r.parts),
            valid_from=r.valid_from,
            valid_until=r.valid_until,
        )
        for r in file.relationships
    ]


def sharing_rows(course: str, file: CourseFile) -> list[Sharing]:
    """What the course's citizen shares with relatives, to store."""
    return [
        Sharing(
            course_id=course,
            relative_id=s.to,
            parts=" ".join(s.parts),
            valid_from=s.valid_from,
            valid_until=s.valid_until,
        )
        for s in file.sharings
    ]
