"""Rates, counts and months as a Danish or English reader writes them."""

from datetime import date

from rygrad.decision import spoken
from rygrad.pathway.words import Phrase

HIDDEN = Phrase("vises ikke", "not shown")
NONE = Phrase("ingen", "none")


def percent(rate: float | None, language: str, *, digits: int = 1) -> str:
    """``71,6 %`` or ``71.6%``; words where there is none."""
    if rate is None:
        return HIDDEN.text(language)
    text = f"{100 * rate:.{digits}f}"
    return f"{text.replace('.', ',')} %" if language == "da" else f"{text}%"


def whole(number: int | None, language: str) -> str:
    """``12.345`` or ``12,345``; words where it is hidden."""
    if number is None:
        return HIDDEN.text(language)
    text = f"{number:,}"
    return text.replace(",", ".") if language == "da" else text


def month_words(month: date | None, language: str) -> str:
    """``oktober 2026``; the whole period where there is no month."""
    if month is None:
        return "hele perioden" if language == "da" else "the whole period"
    return " ".join(spoken.day(month, language).split()[1:])
