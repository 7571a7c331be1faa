"""One writer at a time, all or nothing; a full or broken disk becomes an answer that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from rygrad.record.refusals import ReadOnly, StorageBusy, StorageFailed, StorageFull

_LOCK = 7_392_014  # any number of our own: the journal's lock on PostgreSQL
_DISK_FULL = "53100"


@contextmanager
def writing() -> Iterator[None]:
    """A durable transaction. Nested, it joins the outer one.

    Raises StorageFull, StorageBusy, ReadOnly or StorageFailed when the database cannot write.
    """
    if connection.in_atomic_block:
        yield
        return
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            yield
    except OperationalError as problem:
        raise _as_answer(problem) from problem


def _as_answer(problem: OperationalError) -> StorageFull | StorageFailed | StorageBusy | ReadOnly:
    code, text = getattr(problem.__cause__, "sqlstate", None), str(problem)
    if code == _DISK_FULL or "is full" in text:
        return StorageFull()
    if "is locked" in text:
        return StorageBusy()
    return ReadOnly() if "readonly" in text else StorageFailed()
