"""The one change that the database lets through: a body gives way to its own hash, when a course is erased by law."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "record_entry"
ERASED = "~erased:"
STAYS = (
    "seq",
    "stream",
    "version",
    "id",
    "key",
    "type",
    "schema_version",
    "valid_on",
    "recorded_at",
    "actor",
    "role",
    "on_behalf_of",
    "organisation",
    "purpose",
    "content_sha256",
    "engine",
    "previous",
    "hash",
)
_REFUSED = f"append-only: UPDATE of {TABLE} is refused"
_SQLITE = (
    f"NEW.body GLOB '{ERASED}*' AND length(NEW.body) = {len(ERASED) + 64} AND OLD.body NOT GLOB '{ERASED}*' AND "
    + " AND ".join(f"NEW.{column} IS OLD.{column}" for column in STAYS)
)
_POSTGRESQL = f"""
CREATE FUNCTION record_erased_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF TG_OP = 'UPDATE' AND NEW.body LIKE '{ERASED}%' AND length(NEW.body) = {len(ERASED) + 64}
     AND OLD.body NOT LIKE '{ERASED}%' AND to_jsonb(NEW) - 'body' = to_jsonb(OLD) - 'body' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append-only: % of % is refused', TG_OP, TG_TABLE_NAME;
END $$
"""


def statements(vendor: str) -> list[str]:
    """The trigger anew, in the database's own words."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER {TABLE}_no_update",
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} WHEN NOT ({_SQLITE}) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
        ]
    return [
        _POSTGRESQL,
        f"DROP TRIGGER {TABLE}_append_only ON {TABLE}",
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION record_erased_only()",
    ]


def replace(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Replace it."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)  # no placeholders: % is meant


class Migration(migrations.Migration):
    """After the tables of administration, where an erasure is written down."""

    dependencies = [("record", "0003_local_directory")]
    operations = [migrations.RunPython(replace)]
