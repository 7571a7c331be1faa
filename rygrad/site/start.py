"""``start``: Django ready, and the database brought up to this version's tables."""

import os
from collections.abc import Callable
from io import StringIO

from rygrad.pathway.errors import RygradError
from rygrad.site.database import database


def start(database_url: str | None = None, *, migrate: bool = True) -> None:
    """Set Django up once for this process. RygradError when the database cannot be reached or used."""
    if database_url:
        database(database_url)
        os.environ["DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rygrad.site.settings")
    import django

    django.setup()
    if migrate:
        _with_database(_migrate)


def is_record() -> bool:
    """The database holds a record, of this version or an older one."""
    return _with_database(_has_journal)


def _has_journal() -> bool:
    from django.db import connection

    return "record_entry" in connection.introspection.table_names()


def _migrate() -> bool:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    return True


def _with_database(act: Callable[[], bool]) -> bool:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error

    try:
        return act()
    except (Error, ImproperlyConfigured) as problem:
        raise RygradError(
            "database",
            {"da": "databasen kan ikke åbnes.", "en": "the database cannot be opened."},
            {
                "da": "Se adressen, rettighederne, og om en server kører (rygrad[postgresql] til PostgreSQL).",
                "en": "See the address, the rights, and whether a server runs (rygrad[postgresql] for PostgreSQL).",
            },
        ) from problem
