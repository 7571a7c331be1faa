"""Words in Danish and English, for clinicians and for citizens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text in Danish and English."""

    da: str
    en: str

    def text(self, language: str) -> str:
        """The text in ``da`` or ``en``."""
        return self.en if language == "en" else self.da


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said to a clinician (following the source) and to a citizen (plain)."""

    clinician: Phrase
    citizen: Phrase
