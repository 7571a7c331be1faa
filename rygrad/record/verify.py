"""``verify``: is the journal what was written, link by link; and do the stored decisions replay to the same bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, TextField
from django.db.models.functions import Cast

from rygrad.decision.facts import read_facts
from rygrad.pathway.words import Phrase
from rygrad.record.acts import read
from rygrad.record.chain import ENTRY_COLUMNS, LOOK_COLUMNS, START, head, is_erased, link
from rygrad.record.contents import decision_bytes, plain_decision, programme
from rygrad.record.erasure import DONE, DONE_OF_PERSON
from rygrad.record.models import Change, Entry, Head, Look

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
    passed: bool = False
    problems: list[Phrase] = field(default_factory=list)


def verify(
    *, newest: bool = False, replay: bool = True, passes: str = "", progress: Callable[[int], None] = lambda done: None
) -> Verified:
    """Both chains from the start (or the newest thousand rows), and every stored decision of them replayed.

    Not covered: names, identifiers and other tables beside the chains, and derived rows (``rebuild`` makes those anew).

    ``passes`` is a head that was kept elsewhere: ``passed`` says whether a chain goes through it. Problems name
    sequence numbers, never data. A row that cannot be read at all is a problem like a changed one.
    """
    found = Verified()
    told: set[str] | None = None
    for row in _chain(Entry, ENTRY_COLUMNS, found, newest, "journal", _head("journal", found)):
        found.entries += 1
        found.head = row.hash
        found.passed |= row.hash == passes
        if is_erased(str(row.body)):
            told = _told() if told is None else told
            if row.stream not in told:
                found.problems.append(_at("journal", row.seq, "slettet uden grundlag", "erased without a basis"))
        elif replay:
            _replay(row, found)
        if found.entries % _AT_ONCE == 0:
            progress(found.entries)
    for row in _chain(Look, LOOK_COLUMNS, found, newest, "access log", _head("looks", found)):
        found.looks += 1
        found.look_head = row.hash
        found.passed |= row.hash == passes
    return found


def _head(chain: str, found: Verified) -> Head | None:
    """Where the chain ended when verifying began: others may write on meanwhile."""
    try:
        return head(chain)
    except Exception:  # rot takes any form
        found.problems.append(Phrase(f"{chain}: enden kan ikke læses", f"{chain}: the head cannot be read"))
        return None


def _chain(
    model: Any, columns: tuple[str, ...], found: Verified, newest: bool, name: str, end: Head | None
) -> Iterator[Any]:
    """The rows in order, each checked against the one before it, and the last against the head."""
    ends_well = end is None or end.seq == 0
    expected, previous = 1, START
    if newest:
        try:
            rows = list(model.objects.order_by("-seq")[: _NEWEST + 1])[::-1]
        except Exception:  # then from the start, row by row
            rows = []
        if len(rows) > _NEWEST:
            expected, previous = rows[0].seq + 1, rows[0].hash
    for seq, row in _rows(model, expected):
        if seq < 0:
            break
        if row is None:
            found.problems.append(_at(name, seq, "kan ikke læses", "cannot be read"))
            expected, previous = seq + 1, ""
            continue
        if row.seq != expected:
            found.problems.append(_at(name, f"{expected}–{row.seq - 1}", "mangler", "missing"))
        elif previous and row.previous != previous:
            found.problems.append(
                _at(name, row.seq, "følger ikke af det forrige led", "does not follow from the one before")
            )
        if _hash(row, columns) != row.hash:
            found.problems.append(_at(name, row.seq, "ændret", "changed"))
        expected, previous = row.seq + 1, row.hash
        ends_well |= end is not None and (row.seq, row.hash) == (end.seq, end.hash)
        yield row
    if not ends_well:
        found.problems.append(_at(name, "", "slutter ikke, hvor den skal", "does not end where its head says"))


def _at(name: str, seq: int | str, da: str, en: str) -> Phrase:
    words = {"journal": ("journal", "journal"), "access log": ("log", "access log")}[name]
    return Phrase(f"{words[0]} {seq}: {da}", f"{words[1]} {seq}: {en}")


def _hash(row: Any, columns: tuple[str, ...]) -> str:
    try:
        return link(row.previous, columns, vars(row)) if _is_as_written(row) else ""
    except (UnicodeError, TypeError, AttributeError):
        return ""


def _is_as_written(row: Any) -> bool:
    """SQLite keeps instants as text, and several texts are read as one instant: only the one we write will do."""
    return connection.vendor != "sqlite" or row.stored == connection.ops.adapt_datetimefield_value(row.instant)


def _rows(model: Any, first: int) -> Iterator[tuple[int, Any]]:
    """Page by page, so that no reader holds up a writer; one by one where a page cannot be read."""
    at = first
    while page := _page(model, at):
        yield from page
        if page[-1][0] < at - 1:
            return
        at = max(at, *(seq for seq, _ in page)) + 1


def _page(model: Any, at: int) -> list[tuple[int, Any]]:
    instant = "recorded_at" if model is Entry else "at"
    wanted = model.objects.filter(seq__gte=at).order_by("seq")
    full = wanted.annotate(stored=Cast(instant, TextField()), instant=F(instant))
    try:
        return [(row.seq, row) for row in full[:_AT_ONCE]]
    except Exception:  # rot takes any form
        return _singly(wanted, full, at)


def _singly(wanted: Any, full: Any, at: int) -> list[tuple[int, Any]]:
    try:
        numbers = list(wanted.values_list("seq", flat=True)[:_AT_ONCE])
    except Exception:
        return [(at, None), (-1, None)]
    return [(seq, _one(full, seq)) for seq in numbers]


def _one(full: Any, seq: int) -> Any:
    try:
        return full.filter(seq=seq).first()
    except Exception:
        return None


def _told() -> set[str]:
    """The courses, and persons' own streams, whose erasure stands in the log of changes, with its basis."""
    return set(Change.objects.filter(what__in=(DONE, DONE_OF_PERSON)).values_list("about", flat=True))


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
        da, en = "afgørelsen kan ikke beregnes igen til det samme", "the decision does not replay to the same bytes"
        found.problems.append(_at("journal", row.seq, da, en))
