"""The access log: one line per look, chained, and written before the answer leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
    lines = list(seen)
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
