"""``verify``: is the journal what was written, link by link; and do the stored decisions replay to the same bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError

from rygrad.decision.facts import read_facts
from rygrad.record.acts import read
from rygrad.record.chain import ENTRY_COLUMNS, LOOK_COLUMNS, START, link
from rygrad.record.contents import decision_bytes, plain_decision, programme
from rygrad.record.models import Course, Entry, Look

_AT_ONCE = 2_000
_NEWEST = 1_000


@dataclass
class Verified:
    """What was found: how many rows, the head of each chain, and every row that is not as it was written."""

    entries: int = 0
    looks: int = 0
    head: str = START
    look_head: str = START
    decisions: int = 0
    problems: list[str] = field(default_factory=list)


def verify(
    *, newest: bool = False, replay: bool = True, progress: Callable[[int], None] = lambda done: None
) -> Verified:
    """Both chains from the start (or the newest thousand rows), and every stored decision of them replayed.

    Problems name sequence numbers, never data. A row that cannot be read at all is a problem like a changed one.
    """
    found = Verified()
    for row in _chain(Entry, ENTRY_COLUMNS, found, newest, "journal"):
        found.entries += 1
        found.head = row.hash
        if replay:
            _replay(row, found)
        if found.entries % _AT_ONCE == 0:
            progress(found.entries)
    for row in _chain(Look, LOOK_COLUMNS, found, newest, "access log"):
        found.looks += 1
        found.look_head = row.hash
    if not newest:
        _check_versions(found)
    return found


def _chain(model: Any, columns: tuple[str, ...], found: Verified, newest: bool, name: str) -> Iterator[Any]:
    """The rows in order, each checked against the one before it."""
    expected, previous = 1, START
    if newest:
        rows = list(model.objects.order_by("-seq")[: _NEWEST + 1])[::-1]
        if len(rows) > _NEWEST:
            expected, previous = rows[0].seq + 1, rows[0].hash
    for seq, row in _rows(model, expected):
        if row is None:
            found.problems.append(f"{name} {seq}: cannot be read")
            expected, previous = seq + 1, ""
            continue
        if row.seq != expected:
            found.problems.append(f"{name} {expected}–{row.seq - 1}: missing")
        elif previous and row.previous != previous:
            found.problems.append(f"{name} {row.seq}: does not follow from the one before")
        if _hash(row, columns) != row.hash:
            found.problems.append(f"{name} {row.seq}: changed")
        expected, previous = row.seq + 1, row.hash
        yield row


def _hash(row: Any, columns: tuple[str, ...]) -> str:
    try:
        return link(row.previous, columns, vars(row))
    except (UnicodeError, TypeError, AttributeError):
        return ""


def _rows(model: Any, first: int) -> Iterator[tuple[int, Any]]:
    """Page by page, so that no reader holds up a writer; one by one where a page cannot be read."""
    at = first
    while True:
        try:
            page = list(model.objects.filter(seq__gte=at).order_by("seq")[:_AT_ONCE])
        except (DatabaseError, ValueError, UnicodeError):
            page, following = [], at + _AT_ONCE
            yield from _singly(model, at, following)
            at = following
            if not _is_behind(model, at):
                return
            continue
        if not page:
            return
        yield from ((row.seq, row) for row in page)
        at = page[-1].seq + 1


def _singly(model: Any, first: int, end: int) -> Iterator[tuple[int, Any]]:
    for seq in range(first, end):
        try:
            row = model.objects.filter(seq=seq).first()
        except (DatabaseError, ValueError, UnicodeError):
            yield seq, None
            continue
        if row is not None:
            yield seq, row


def _is_behind(model: Any, seq: int) -> bool:
    try:
        return bool(model.objects.filter(seq__gte=seq).values_list("seq").first())
    except DatabaseError:
        return False


def _replay(row: Entry, found: Verified) -> None:
    """The stored decision, decided again with its own content, facts and day."""
    if '"decided":{' not in row.body:
        return
    try:
        decided = read(row.type, row.body).decided  # type: ignore[attr-defined]
        pinned = programme(row.content_sha256)
        again = pinned.decide(read_facts(pinned.pathway, decided.facts, decided.as_of), decided.as_of)
        same = decision_bytes(plain_decision(again)) == decision_bytes(decided.decision)
    except Exception:  # whatever is wrong with it, it does not replay
        same = False
    found.decisions += 1
    if not same:
        found.problems.append(f"journal {row.seq}: the decision does not replay to the same bytes")


def _check_versions(found: Verified) -> None:
    """A cut-off tail leaves the courses ahead of the journal."""
    newest: dict[str, int] = {}
    for stream, version in Entry.objects.order_by("seq").values_list("stream", "version").iterator(chunk_size=5_000):
        newest[stream] = version
    for course, version in Course.objects.values_list("id", "version").iterator(chunk_size=5_000):
        if newest.get(course, 0) != version:
            found.problems.append(f"course {course}: version {version}, journal {newest.get(course, 0)}")
