"""The key that the site signs with: a long one of its own, or one that nobody knows."""

import secrets

from rygrad.pathway.errors import RygradError

SHORTEST = 32
PLACEHOLDER = "PUT_A_LONG_RANDOM_TEXT_HERE"
"""What stands in the guide (docs/operations.md) where the key belongs; everybody knows it."""
_MAKE = 'python3 -c "import secrets; print(secrets.token_urlsafe(64))"'


def secret_key(given: str, *, is_demo: bool) -> str:
    """The key that was set, else a new one. RygradError for one that can be guessed, but in the demo."""
    if given and not is_demo and (len(given) < SHORTEST or PLACEHOLDER in given):
        raise RygradError(
            "secret_key",
            {
                "da": f"RYGRAD_SECRET_KEY kan gættes: den er vejledningens eksempel eller under {SHORTEST} tegn.",
                "en": f"RYGRAD_SECRET_KEY can be guessed: it is the guide's example or under {SHORTEST} characters.",
            },
            {"da": f"Lav en: {_MAKE}", "en": f"Make one: {_MAKE}"},
        )
    return given or secrets.token_urlsafe(50)
