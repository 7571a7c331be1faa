"""What makes a password easy to guess beside its length: words of this place, and a common password in a longer coat.

A list of leaked passwords holds few of twelve characters; people reach twelve by adding to a short one.
"""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from rygrad.web.language import say

PLACE_WORDS = (
    "rygrad", "rygsmerter", "rygsmerte", "rygforløb", "ryggen", "forløbsprogram", "forløb", "sundhed", "sygehus",
    "hospital", "praksis", "klinik", "lægehus", "kommune", "region", "danmark", "fysioterapeut", "fysioterapi",
    "kiropraktor", "læge", "speciallæge", "sygeplejerske", "patient", "borger", "pårørende", "administrator",
    "adgangskode", "kodeord", "password", "velkommen", "welcome", "sommer", "efterår", "vinter", "forår", "mandag",
    "januar", "februar",
)  # fmt: skip
"""Documented in ``docs/security/choices.md``; none of them counts towards a password."""

LEFT = 8
"""So many characters must be left when easy parts are taken away. A password without any may be of any characters."""

_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SWAPPED = str.maketrans("013457$@!", "oleastsai")
_ROWS = ("abcdefghijklmnopqrstuvwxyzæøå", "qwertyuiopå", "asdfghjklæø", "zxcvbnm", "01234567890", "1qaz2wsx3edc4rfv")
_RUN = 4


class NotGuessable:
    """Django's shape of a password rule."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError when little is left without the easy parts, or a common password is all there is."""
        typed = password.lower()
        if any(self._is_easy(text) for text in (typed, typed.translate(_SWAPPED))):
            raise ValidationError(self.get_help_text(), code="guessable")

    def _is_easy(self, text: str) -> bool:
        left, core = hard(text), _AROUND.sub("", text)
        return (left != text and len(left) < LEFT) or (len(core) >= _RUN and core in self.common)

    def get_help_text(self) -> str:
        """What is wrong, and what to do."""
        return say(
            "Adgangskoden er for let at gætte: tag flere ord, der ikke hører sammen.",
            "The password is too easy to guess: take several words that do not belong together.",
        )


def hard(text: str) -> str:
    """What is left of a password in small letters: without words of this place, rows of keys, and repeats."""
    left = text
    for word in sorted(PLACE_WORDS, key=len, reverse=True):
        left = left.replace(word, "")
    return re.sub(r"(.+?)\1+", r"\1", _without_runs(left))


def _without_runs(text: str) -> str:
    """Without stretches of four or more that follow a row of keys, in either direction."""
    kept, place = "", 0
    while place < len(text):
        run = _run(text, place)
        kept, place = (kept, place + run) if run >= _RUN else (kept + text[place], place + 1)
    return kept


def _run(text: str, place: int) -> int:
    longest = 0
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        end = place
        while end < len(text) and text[place : end + 1] in row:
            end += 1
        longest = max(longest, end - place)
    return longest
