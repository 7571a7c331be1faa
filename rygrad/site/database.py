"""Which database: from its URL to Django's description of it."""

from pathlib import Path

import dj_database_url

from rygrad.pathway.errors import RygradError

DEFAULT_DATABASE = "sqlite:///rygrad.sqlite3"
_SQLITE = "sqlite:///"


def database(url: str) -> dict[str, object]:
    """Django's description of ``sqlite:///file`` or ``postgresql://user@host/name``; RygradError for another."""
    file = sqlite_file(url)
    if file is not None:
        return {"ENGINE": "rygrad.record.sqlite", "NAME": str(file), "ATOMIC_REQUESTS": False}
    try:
        described = dj_database_url.parse(url) if url.startswith(("postgres://", "postgresql://")) else {}
    except ValueError:
        described = {}
    if not described.get("NAME"):
        raise _unknown()
    options = {**described.get("OPTIONS", {}), "options": "-c synchronous_commit=on -c timezone=UTC"}
    return {**described, "OPTIONS": options, "ATOMIC_REQUESTS": False}


def sqlite_file(url: str) -> Path | None:
    """The file of ``sqlite:///file`` as it is written, with nothing to unquote; None for another kind of database."""
    if not url.startswith("sqlite:"):
        return None
    name = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or not name or name.startswith(":") or name.endswith("/"):
        raise _unknown()
    return Path(name)


def _unknown() -> RygradError:
    return RygradError(
        "database_url",
        {"da": "databasens adresse kan ikke bruges.", "en": "the database's address cannot be used."},
        {
            "da": "Skriv sqlite:///fil.sqlite3 eller postgresql://bruger@vært/navn (--database eller DATABASE_URL).",
            "en": "Write sqlite:///file.sqlite3 or postgresql://user@host/name (--database or DATABASE_URL).",
        },
    )
