"""One writer at a time, all or nothing; a full or broken disk becomes an answer that says what to do.

``rows``, ``insert`` and ``update`` are for what every write reads and stores: Django words each statement anew, which
takes longer than running it, and these keep the words.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import BigAutoField

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


def rows(model: type[Any], sql: str, *values: str) -> list[Any]:
    """The rows that a written-out question finds; ``sql`` is the same on both databases."""
    return list(model.objects.raw(sql, values))


def insert(new: Sequence[Any]) -> None:
    """Store these rows of one table. Rows that the database numbers are not told their numbers."""
    if new:
        fields, sql = _inserting(new[0].__class__)
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.executemany(sql, [_values(fields, row) for row in new])


def update(row: Any) -> None:
    """Store every column of a row that is there."""
    fields, sql = _updating(row.__class__)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(sql, [*_values(fields, row), row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"{cursor.rowcount} rows updated")


@cache
def _inserting(model: type[Any]) -> tuple[list[Any], str]:
    name, about = connection.ops.quote_name, model._meta
    fields = [field for field in about.concrete_fields if not isinstance(field, BigAutoField)]
    columns, places = ", ".join(name(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    return fields, f"INSERT INTO {name(about.db_table)} ({columns}) VALUES ({places})"  # noqa: S608


@cache
def _updating(model: type[Any]) -> tuple[list[Any], str]:
    name, about = connection.ops.quote_name, model._meta
    fields = [field for field in about.concrete_fields if not field.primary_key]
    columns = ", ".join(f"{name(field.column)} = %s" for field in fields)
    return fields, f"UPDATE {name(about.db_table)} SET {columns} WHERE {name(about.pk.column)} = %s"  # noqa: S608


def _values(fields: Sequence[Any], row: Any) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


def _as_answer(problem: OperationalError) -> StorageFull | StorageFailed | StorageBusy | ReadOnly:
    code, text = getattr(problem.__cause__, "sqlstate", None), str(problem)
    if code == _DISK_FULL or "is full" in text:
        return StorageFull()
    if "is locked" in text:
        return StorageBusy()
    return ReadOnly() if "readonly" in text else StorageFailed()
