"""``start``: Django ready, and the database brought up to this version's tables."""

import os
from io import StringIO

from rygrad.pathway.errors import RygradError


def start(database_url: str | None = None, *, migrate: bool = True) -> None:
    """Set Django up once for this process. RygradError when the database cannot be reached or used."""
    if database_url:
        os.environ["DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rygrad.site.settings")
    import django
    from django.core.management import call_command
    from django.db import Error

    try:
        django.setup()
        if migrate:
            call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    except (Error, ImportError) as problem:
        raise RygradError(
            "database",
            {"da": "databasen kan ikke bruges.", "en": "the database cannot be used."},
            {"da": "Se DATABASE_URL og at serveren kører.", "en": "See DATABASE_URL, and that the server runs."},
        ) from problem
