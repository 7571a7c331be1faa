"""Danish first, English second: which language this run speaks, and how a text is said in it."""

import os
from collections.abc import Sequence

LANGUAGES = ("da", "en")
_spoken = "da"


def choose(arguments: Sequence[str]) -> str:
    """The language of ``--lang`` in the arguments, else of RYGRAD_LANG, else Danish. Remembered for ``say``."""
    global _spoken  # noqa: PLW0603  (one process speaks one language)
    wanted = os.environ.get("RYGRAD_LANG", "da")
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
        elif argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
    _spoken = wanted if wanted in LANGUAGES else "da"
    return _spoken


def language() -> str:
    """The language of this run: ``da`` or ``en``."""
    return _spoken


def say(da: str, en: str) -> str:
    """The text in the language of this run."""
    return en if _spoken == "en" else da
