"""The second line behind the code: the databases themselves refuse to change the journal and the access log."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("record_entry", "record_look", "record_activation", "record_contentversion")

_POSTGRESQL_FUNCTION = """
CREATE FUNCTION record_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only: % of % is refused', TG_OP, TG_TABLE_NAME; END $$
"""


def statements(vendor: str) -> list[str]:
    """The triggers, in the database's own words."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {act} of {table} is refused'); END"
            for table in TABLES
            for act in ("UPDATE", "DELETE")
        ]
    return [
        _POSTGRESQL_FUNCTION,
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION record_append_only()"
            for table in TABLES
        ),
        *(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION record_append_only()"
            for table in TABLES
        ),
    ]


def create(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Create them."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)  # no placeholders: % is meant


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("record", "0001_tables")]
    operations = [migrations.RunPython(create)]
