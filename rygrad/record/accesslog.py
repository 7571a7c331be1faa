"""The access log: one line per look, chained, and written before the answer leaves."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from itertools import chain as joined
from typing import TypeVar

from django.db import connection

from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.chain import LOOK_COLUMNS, extend, head
from rygrad.record.models import Look
from rygrad.record.storage import writing


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose data, on which course, and on what basis."""

    person: str
    course: str | None
    basis: str


_TOLD: ContextVar[set[tuple[str, str, Seen]] | None] = ContextVar("told", default=None)


def log(
    actor: Actor,
    seen: Iterable[Seen],
    what: str,
    *,
    channel: str = "api",
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """One durable line for each look. If it cannot be written, it raises, and the caller must not answer."""
    told = _TOLD.get()
    lines = [line for line in dict.fromkeys(seen) if told is None or (actor.id, what, line) not in told]
    if not lines:
        return
    with writing():
        last = head("looks")
        instant = max(at or clocks.now(), last.at) if last.at else at or clocks.now()
        looks = [
            Look(
                at=instant,
                actor=actor.id,
                role=actor.role,
                organisation=actor.organisation,
                person=line.person,
                course=line.course,
                what=what,
                basis=line.basis,
                reason=reason,
                channel=channel,
            )
            for line in lines
        ]
        extend(last, looks, LOOK_COLUMNS, instant)
        Look.objects.bulk_create(looks)
    if told is not None and not connection.in_atomic_block:  # what is written there may be taken back
        told |= {(actor.id, what, line) for line in lines}


@contextmanager
def one_answer() -> Iterator[None]:
    """Inside, one actor's look at one course is one line, however often the course is opened to make the answer."""
    before = _TOLD.set(set())
    try:
        yield
    finally:
        _TOLD.reset(before)


Line = TypeVar("Line", str, bytes)


def begun(lines: Iterator[Line]) -> Iterator[Line]:
    """The same lines, the first of them made now: what hinders the first look hinders the answer, not its middle."""
    first = next(lines, None)
    return lines if first is None else joined([first], lines)
