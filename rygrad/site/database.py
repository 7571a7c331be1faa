"""Which database: from its URL to Django's description of it."""

import dj_database_url

from rygrad.pathway.errors import RygradError

DEFAULT_DATABASE = "sqlite:///rygrad.sqlite3"
_SCHEMES = ("sqlite", "postgres", "postgresql")


def database(url: str) -> dict[str, object]:
    """Django's description of ``sqlite:///file`` or ``postgresql://user@host/name``; RygradError for another."""
    scheme = url.partition(":")[0]
    if scheme not in _SCHEMES:
        raise RygradError(
            "database_url",
            {"da": "DATABASE_URL kendes ikke.", "en": "DATABASE_URL is not known."},
            {
                "da": "Skriv sqlite:///fil.sqlite3 eller postgresql://bruger@vært/navn.",
                "en": "Write sqlite:///file.sqlite3 or postgresql://user@host/name.",
            },
        )
    if scheme == "sqlite":
        described = dj_database_url.parse(url, engine="rygrad.record.sqlite")
    else:
        described = dj_database_url.parse(url)
        described["OPTIONS"] = {**described.get("OPTIONS", {}), "options": "-c synchronous_commit=on -c timezone=UTC"}
    return {**described, "ATOMIC_REQUESTS": False}
