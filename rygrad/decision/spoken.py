"""Dates, lists and values as a Danish or English reader says them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rygrad.decision.dates import Interval
from rygrad.pathway.facts import FactDefinition

_MONTHS = {
    "da": "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
_UNKNOWN = {"da": "ikke oplyst", "en": "not known"}


def day(value: date, language: str, *, with_year: bool = True) -> str:
    """``8. december 2026`` or ``8 December 2026``."""
    dot = "." if language == "da" else ""
    year = f" {value.year}" if with_year else ""
    return f"{value.day}{dot} {_MONTHS[language].split('|')[value.month - 1]}{year}"


def window(first: date, last: date, as_of: date, language: str) -> str:
    """``mellem 8. og 22. december``; the year only where it is not this year's."""
    with_year = not first.year == last.year == as_of.year
    end = day(last, language, with_year=with_year)
    dot = "." if language == "da" else ""
    one_month = (first.year, first.month) == (last.year, last.month)
    start = f"{first.day}{dot}" if one_month else day(first, language, with_year=first.year != last.year)
    return f"mellem {start} og {end}" if language == "da" else f"between {start} and {end}"


def listed(texts: Sequence[str], language: str, limit: int = 3) -> str:
    """``a, b og c``; after the limit ``a, b og 2 mere``."""
    shown = list(texts)
    if len(shown) > limit:
        more = len(shown) - limit + 1
        shown = [*shown[: limit - 1], f"{more} andre" if language == "da" else f"{more} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {'og' if language == 'da' else 'and'} {shown[-1]}"


def value(definition: FactDefinition | None, given: Any, language: str) -> str:
    """A fact's value in words; an unknown one says so."""
    if given is None:
        return _UNKNOWN[language]
    if isinstance(given, list | tuple) and not isinstance(given, Interval):
        return ", ".join(value(definition, part, language) for part in given)
    if isinstance(given, dict):
        return _fields(given, language)
    if isinstance(given, date):
        return day(given, language)
    if definition and given in definition.values:
        return definition.values[given].text(language)
    return str(given)


def _fields(given: dict[str, Any], language: str) -> str:
    if set(given) == {"earliest", "latest"}:
        ends = (day(given["earliest"], language), day(given["latest"], language))
        return " – ".join(ends)
    return ", ".join(f"{name} {value(None, part, language)}" for name, part in given.items() if part is not None)
