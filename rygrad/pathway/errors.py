"""The one exception that a user sees, and the one shape of its message."""

from collections.abc import Mapping
from typing import Any


class RygradError(Exception):
    """Something the user can put right: what happened, where, and what to do instead.

    ``code`` is stable and for programs; ``message`` and ``hint`` are ``{"da", "en"}``; ``source`` names the
    place (a file and line, a fact). No personal data stands in any of them.
    """

    def __init__(
        self, code: str, message: Mapping[str, str], hint: Mapping[str, str] | None = None, source: str | None = None
    ) -> None:
        super().__init__(message["en"])
        self.code = code
        self.message = dict(message)
        self.hint = dict(hint) if hint else None
        self.source = source

    def text(self, language: str) -> str:
        """The whole error as one line of text in ``da`` or ``en``."""
        place = f"{self.source}: " if self.source else ""
        hint = f" {self.hint[language]}" if self.hint else ""
        return f"{place}{self.message[language]}{hint}"

    def as_data(self) -> dict[str, Any]:
        """The error as JSON: ``code``, ``message``, ``hint``, ``source``."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "source": self.source}


class ContentError(RygradError):
    """The content breaks one of its own rules; nothing may be decided with it."""

    def __init__(self, where: str, da: str, en: str) -> None:
        super().__init__("content", {"da": da, "en": en}, source=where)
