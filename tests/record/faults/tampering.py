"""A hand that goes round the record, straight into the tables, with the triggers out of its way."""

from typing import Any

from django.db import connection

from rygrad.record.models import Entry, Look


def _execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)


def _drop_triggers(table: str) -> None:
    if connection.vendor == "sqlite":
        _execute(f"DROP TRIGGER {table}_no_update")
        _execute(f"DROP TRIGGER {table}_no_delete")
    else:
        _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def _seqs(model: Any) -> list[int]:
    return list(model.objects.order_by("seq").values_list("seq", flat=True))


def delete(model: Any, place: int) -> None:
    """The row at this place in the chain; -1 is the newest."""
    _drop_triggers(model._meta.db_table)
    model.objects.filter(seq=_seqs(model)[place]).delete()


def change(model: Any, place: int, **columns: object) -> None:
    """The row at this place, to hold something else."""
    _drop_triggers(model._meta.db_table)
    model.objects.filter(seq=_seqs(model)[place]).update(**columns)


def swap(model: Any) -> None:
    """Two neighbours in the middle of the chain: each gets the other's number."""
    _drop_triggers(model._meta.db_table)
    seqs = _seqs(model)
    one, two = seqs[len(seqs) // 2 - 1 : len(seqs) // 2 + 1]
    for old, new in ((one, -1), (two, one), (-1, two)):
        model.objects.filter(seq=old).update(seq=new)


def swap_what_they_say(model: Any) -> None:
    """Two neighbours: each gets what the other says, and keeps its number and hash."""
    _drop_triggers(model._meta.db_table)
    column = {Entry: "body", Look: "reason"}[model]
    one, two = (model.objects.get(seq=seq) for seq in _seqs(model)[-2:])
    for row, other in ((one, two), (two, one)):
        model.objects.filter(seq=row.seq).update(**{column: getattr(other, column)})
