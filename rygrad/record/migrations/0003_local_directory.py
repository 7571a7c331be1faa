"""What an offer takes and how long one waits; a citizen's municipality; and what administrators have changed."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "record_change"


def statements(vendor: str) -> list[str]:
    """The triggers that refuse to change what was written, in the database's own words."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {act} of {TABLE} is refused'); END"
            for act in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION record_append_only()",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION record_append_only()",
    ]


def create(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Create them."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """After the triggers of the journal, whose function these use."""

    dependencies = [("record", "0002_append_only")]
    operations = [
        migrations.AddField("person", "municipality_code", models.TextField(null=True)),
        migrations.AddField("offer", "takes", models.TextField(default="")),
        migrations.AddField("offer", "preconditions", models.TextField(default="")),
        migrations.AddField("offer", "does_not_take", models.TextField(default="")),
        migrations.AddField("offer", "phone", models.TextField(default="")),
        migrations.AddField("offer", "waiting_weeks", models.IntegerField(null=True)),
        migrations.AddField("offer", "waiting_checked_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("what", models.TextField()),
                ("about", models.TextField()),
                ("detail", models.TextField()),
            ],
        ),
        migrations.RunPython(create),
    ]
