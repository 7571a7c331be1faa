"""Django's SQLite backend with strict tables and the settings that make an acknowledged commit durable.

Why a rollback journal and no write-ahead log: docs/decisions/0007-sqlite-journal.md.
"""

from typing import Any

from django.db.backends.sqlite3 import base, schema

# In this order, on every connection. FULL also syncs the emptied journal, so a commit survives a power cut.
PRAGMAS = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA mmap_size = 0",
)


def _strict(kind: Any) -> str:
    """The one of the types strict tables know that holds what Django keeps in this column type."""
    name = kind if isinstance(kind, str) else "varchar"
    if name in ("text", "integer", "real", "BLOB"):
        return name
    return "integer" if name.startswith(("bool", "bigint", "smallint", "integer")) else "text"


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Creates every table STRICT: a value of the wrong type is refused, not kept as it came."""

    sql_create_table = schema.DatabaseSchemaEditor.sql_create_table + " STRICT"


class DatabaseWrapper(base.DatabaseWrapper):
    """Only the types that strict tables know; a transaction takes the write lock when it begins."""

    SchemaEditorClass = DatabaseSchemaEditor
    data_types = {name: _strict(kind) for name, kind in base.DatabaseWrapper.data_types.items()}  # noqa: RUF012

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's, with BEGIN IMMEDIATE: a transaction that is going to write never waits half-way."""
        params: dict[str, Any] = super().get_connection_params()
        self.transaction_mode = "IMMEDIATE"
        return params

    def init_connection_state(self) -> None:
        """Every connection is set the same, whoever opens it."""
        super().init_connection_state()
        with self.cursor() as cursor:
            for pragma in PRAGMAS:
                cursor.execute(pragma)
