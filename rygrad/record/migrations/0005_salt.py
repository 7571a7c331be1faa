"""A body enters the chain with a salt that goes when it is erased: its hash is then no way back to what it said."""

from importlib import import_module

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_BEFORE = import_module("rygrad.record.migrations.0004_erasure")


def replace(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The trigger anew: a body gives way to its hash, and its salt to nothing, both at once."""
    for statement in _BEFORE.statements(editor.connection.vendor):
        changed = statement.replace("NEW.body GLOB", "NEW.salt = '' AND NEW.body GLOB")
        changed = changed.replace("NEW.body LIKE", "NEW.salt = '' AND NEW.body LIKE")
        changed = changed.replace("- 'body'", "- 'body' - 'salt'").replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
        )
        editor.execute(changed, params=None)  # no placeholders: % is meant


class Migration(migrations.Migration):
    """The column is added in words, because SQLite would otherwise make the table anew, without its triggers."""

    dependencies = [("record", "0004_erasure")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE record_entry ADD COLUMN salt text NOT NULL DEFAULT ''",
            state_operations=[migrations.AddField("entry", "salt", models.TextField(default=""))],
        ),
        migrations.RunPython(replace),
    ]
