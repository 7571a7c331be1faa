"""A new content version: what would change for whom, shown first; then two named persons put it in force."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from rygrad.decision.decide import decide
from rygrad.decision.facts import InvalidFacts
from rygrad.pathway.differences import Change, differences
from rygrad.record import clocks
from rygrad.record.chain import head
from rygrad.record.contents import Programme, activation, active, keep, programme
from rygrad.record.fold import fold
from rygrad.record.journal import entries_of, next_instant
from rygrad.record.models import Activation, ContentVersion, Course
from rygrad.record.projection import changed_conclusions, project_course, project_tasks, rules
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.storage import writing

FIRST = "første installation / first installation"


@dataclass
class Preview:
    """What a version would change: counts by conclusion, from what to what, and the rule and places behind it.

    ``undecidable`` courses hold answers that the version does not know; it cannot come into force.
    """

    sha256: str
    version: str
    open_courses: int = 0
    changed: list[str] = field(default_factory=list)
    undecidable: list[str] = field(default_factory=list)
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    because: dict[tuple[str, str, str], str] = field(default_factory=dict)
    places: list[Change] = field(default_factory=list)


def begin(files: Mapping[str, bytes], at: datetime | None = None) -> None:
    """Put the first content in force (now, or ``at`` for simulations), once; nothing when there is one already."""
    if Activation.objects.exists():
        return
    with writing():
        if not Activation.objects.exists():
            instant = next_instant(at or clocks.now(), head("journal"), None)
            Activation.objects.create(content=keep(files), at=instant, by=FIRST, also_by=FIRST)


def preview(files: Mapping[str, bytes], *, at: datetime | None = None) -> Preview:
    """Every open course decided by the content in force and by this one; nothing is changed."""
    with writing():
        kept = keep(files)
    old, new = active(), programme(kept.sha256)
    places = [place for place in differences(old.pathway, new.pathway) if not place.where.startswith("identity.")]
    found = Preview(kept.sha256, kept.version, places=places)
    day = clocks.local_day(at or clocks.now())
    for course in _open_courses():
        found.open_courses += 1
        file = fold(entries_of(course.id), new.signs)
        try:
            changed = changed_conclusions(file, new, day)
        except InvalidFacts:
            found.undecidable.append(course.id)
            continue
        moves = [(n, *(("", "") if n == "window" else was_and_will_be)) for n, was_and_will_be in changed.items()]
        found.moves.update(moves)
        if moves:
            found.changed.append(course.id)
            _explain(found, new, file.facts(), day, moves)
    return found


def _open_courses() -> Iterator[Course]:
    return Course.objects.filter(ended_on=None).order_by("pk").iterator(chunk_size=1000)


def _explain(
    found: Preview, new: Programme, facts: dict[str, Any], day: Any, moves: list[tuple[str, str, str]]
) -> None:
    """The rule behind each kind of move, taken from the first course that makes it."""
    unexplained = [move for move in moves if move not in found.because]
    if not unexplained:
        return
    reasons = decide(new.pathway, facts, day).reasons
    for move in unexplained:
        reason = reasons.get(move[0])
        cited = reason and (reason.get("quote") or reason.get("reading") or reason.get("safety_source"))
        found.because[move] = f"{reason['rule']}: {cited}" if reason else ""


def activate(sha256: str, by: str, also_by: str, *, at: datetime | None = None) -> Activation:
    """Put a previewed content in force. Old decisions stay as they were; every affected course gets a row.

    Refused without two different named persons, or when it is in force already; NotFound when it was not previewed.
    """
    names = {by.strip().casefold(), also_by.strip().casefold()} - {""}
    if len(names) < 2:
        raise Refused("two_persons", "to navngivne personer skal stå bag.", "two named persons must stand behind it.")
    new = programme(sha256)
    with writing():
        before = activation()
        if before.content_id == sha256:
            raise Refused("in_force", "indholdet gælder allerede.", "the content is in force already.")
        instant = next_instant(at or clocks.now(), head("journal"), before)
        done = Activation.objects.create(content_id=sha256, at=instant, by=by, also_by=also_by)
        try:
            for course in _open_courses():
                reproject(course, new, instant)
        except InvalidFacts as problem:
            da, en = (
                "et åbent forløb har svar, som det nye indhold ikke kender.",
                "an open course has answers unknown to it.",
            )
            raise Refused("undecidable", da, en, hint=problem.message) from None
    return done


def reproject(course: Course, new: Programme, instant: datetime) -> None:
    """A course's rows under the content that has just come into force."""
    file = fold(entries_of(course.id), new.signs)
    by = rules(file, new, instant, clocks.local_day(instant))
    project_course(course, file, by, instant)
    project_tasks(course.id, file, by, instant)


def version_named(name: str) -> str:
    """The hash of a stored content by its version or the beginning of its hash; NotFound."""
    found = ContentVersion.objects.filter(Q(version=name) | Q(sha256__startswith=name)).values_list("sha256", flat=True)
    if not found:
        raise NotFound
    return str(found[0])
