"""``backup`` and ``restore``: everything that cannot be derived, as one compressed file that either database reads.

Sessions, failed logins and used tokens are not in it: whoever was logged in logs in again. Taken page by page while
others write: the journal and the access log up to where they were when it began.
"""

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import Exists, OuterRef

from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase
from rygrad.record.chain import head
from rygrad.record.models import (
    Activation,
    Change,
    ContentVersion,
    Course,
    Entry,
    Head,
    Identifier,
    Look,
    Membership,
    Offer,
    Organisation,
    OrganisationName,
    Person,
    Professional,
)
from rygrad.record.rebuild import rebuild
from rygrad.record.storage import writing
from rygrad.record.verify import Verified, verify

FORMAT = "rygrad backup 1"
# Children before parents: what is registered while a backup is written is then there with what it belongs to.
_TABLES: tuple[type[models.Model], ...] = (
    Change,
    Look,
    Entry,
    Course,
    Activation,
    ContentVersion,
    Identifier,
    Person,
    Offer,
    Membership,
    Professional,
    OrganisationName,
    Organisation,
)
# Of the floors above, children before parents: who may log in, saved lists, other systems with their public keys.
_ABOVE: list[type[models.Model]] = []
_AT_ONCE = 2_000
_LONGEST_LINE = 50_000_000
Progress = Callable[[int], None]


def carry(*above: type[models.Model]) -> None:
    """From now on a backup holds these tables too; for the floors above, once each."""
    _ABOVE.extend(model for model in above if model not in _ABOVE)


def _tables() -> tuple[type[models.Model], ...]:
    return (*_ABOVE, *_TABLES)


def _quiet(done: int) -> None:
    """Nobody is told."""


def backup(file: Path, progress: Progress = _quiet) -> dict[str, int]:
    """Write a backup to a new file, durable before it gets its name; how many rows of each table.

    Raises FileExistsError rather than write over a backup, and FileNotFoundError when its folder is not there.
    """
    if not file.parent.is_dir():
        raise FileNotFoundError(2, "No such file or directory", str(file.parent))
    if file.exists():
        raise FileExistsError(17, "File exists", str(file))
    journal, looks = head("journal"), head("looks")
    limits = {"Entry": journal.seq, "Look": looks.seq}
    heads = [[one.chain, one.seq, one.hash, one.at.isoformat()] for one in (journal, looks) if one.seq]
    counts: dict[str, int] = {}
    partial = file.with_name(file.name + ".partial")
    partial.touch(mode=0o600)
    with partial.open("wb") as raw, gzip.open(raw, "wt", encoding="utf-8", newline="\n") as out:
        out.write(json.dumps({"format": FORMAT}) + "\n")
        for model in _tables():
            counts[model.__name__] = _write(model, limits, out, lambda: progress(sum(counts.values())))
        out.write(json.dumps({"end": True, "counts": counts, "heads": heads}) + "\n")
        out.close()
        raw.flush()
        os.fsync(raw.fileno())
    partial.replace(file)
    return counts


def _write(model: Any, limits: dict[str, int], out: Any, told: Callable[[], None]) -> int:
    count = 0
    for row in _rows(model, limits):
        columns = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields}
        out.write(json.dumps([model.__name__, columns], ensure_ascii=False, default=_iso) + "\n")
        count += 1
        if count % _AT_ONCE == 0:
            told()
    return count


def _rows(model: Any, limits: dict[str, int]) -> Iterator[Any]:
    rows = model.objects.order_by("pk")
    if model.__name__ in limits:
        rows = rows.filter(pk__lte=limits[model.__name__])
    if model is Course:
        rows = rows.filter(Exists(Entry.objects.filter(stream=OuterRef("id"), seq__lte=limits["Entry"])))
    last = None
    while page := list((rows if last is None else rows.filter(pk__gt=last))[:_AT_ONCE]):
        yield from page
        last = page[-1].pk


def _iso(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def restore(file: Path, progress: Progress = _quiet, *, despite_problems: bool = False) -> Verified:
    """Read a backup into this empty record, rebuild what is derived, and verify every link; what was found.

    RygradError when the record is not empty, or the file is not a whole backup; then nothing is kept, nor when a
    problem was found, unless ``despite_problems``: where no backup is as it was, most of a record is more than none.
    """
    with writing():
        if Activation.objects.exists() or Person.objects.exists():
            raise RygradError(
                "not_empty",
                {"da": "her er allerede en journal.", "en": "there is a record here already."},
                {"da": "Gendan i en database uden journal.", "en": "Restore into a database without a record."},
            )
        end = _read(file, progress)
        found = _brought_up(end)
        if (found.entries, found.looks) != (end["counts"]["Entry"], end["counts"]["Look"]):
            found.problems.append(Phrase("antallet er ikke kopiens", "the counts are not the backup's"))
        if found.problems and not despite_problems:
            transaction.set_rollback(True)
    return found


def _brought_up(end: dict[str, Any]) -> Verified:
    try:
        Head.objects.bulk_create(
            Head(chain=chain, seq=seq, hash=hash_, at=datetime.fromisoformat(at))
            for chain, seq, hash_, at in end["heads"]
        )
        rebuild()
        return verify()
    except (RygradError, ValueError, KeyError, TypeError) as problem:
        raise _not_whole() from problem


def _not_whole() -> RygradError:
    return _error(
        "cut_backup", "sikkerhedskopien er ikke hel; intet er indlæst.", "the backup is not whole; nothing was read."
    )


def _read(file: Path, progress: Progress) -> dict[str, Any]:
    by_name = {model.__name__: model for model in _tables()}
    waiting: list[models.Model] = []
    done = 0
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            if json.loads(lines.readline(_LONGEST_LINE) or "{}").get("format") != FORMAT:
                raise _error("not_a_backup", "filen er ikke en sikkerhedskopi.", "the file is not a backup.")
            while line := lines.readline(_LONGEST_LINE):  # a line without end is cut, and then no JSON
                row = json.loads(line)
                if isinstance(row, dict) and not lines.readline(1):  # read to the end, so that its sum is checked
                    _store(waiting)
                    _renumber()
                    return row
                model = by_name[row[0]]
                if waiting and (len(waiting) >= _AT_ONCE or type(waiting[-1]) is not model):
                    _store(waiting)
                    progress(done)
                waiting.append(_row(model, row[1]))
                done += 1
    except (
        EOFError,
        OSError,
        zlib.error,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
        DatabaseError,
        ValidationError,
    ):
        pass  # whatever is wrong with it, it is not a whole backup
    raise _not_whole()


def _row(model: Any, columns: dict[str, Any]) -> models.Model:
    if model is Course:
        columns |= {"version": 0, "state": "none", "holder_id": None, "group": None, "ended_on": None}
    if model is Person:
        columns["linked_to_id"] = None
    fields = {f.attname: f for f in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in columns.items()})


def _store(waiting: list[models.Model]) -> None:
    if waiting:
        type(waiting[0]).objects.bulk_create(waiting)
        waiting.clear()


def _renumber() -> None:
    """PostgreSQL's own counters go on behind the restored numbers."""
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_tables())):
            cursor.execute(statement)


def _error(code: str, da: str, en: str) -> RygradError:
    return RygradError(code, {"da": da, "en": en})
