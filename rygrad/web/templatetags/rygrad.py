"""``say``, ``tr`` and dates, for the templates."""

import secrets
from datetime import date, datetime
from typing import Any

from django import template

from rygrad.decision import spoken
from rygrad.pathway.words import Phrase
from rygrad.record import clocks
from rygrad.record.coursefile import Recorded
from rygrad.record.words import ENTRY_WORDS
from rygrad.web.language import language
from rygrad.web.language import say as say_it

register = template.Library()
register.simple_tag(say_it, name="say")
_ALWAYS = 1900


@register.filter
def tr(phrase: Phrase) -> str:
    """A phrase in the language that is read."""
    return phrase.text(language())


@register.filter
def day(value: date | None) -> str:
    """``8. december 2026``; nothing for no day."""
    return spoken.day(value, language()) if value else ""


@register.filter
def since_day(value: date) -> str:
    """The day something holds from; the record's first day means "always"."""
    return say_it("altid", "always") if value.year == _ALWAYS else day(value)


@register.filter
def local_date(value: datetime) -> str:
    """``2026-12-08``, the date in Denmark, for a form."""
    return clocks.local_day(value).isoformat()


@register.filter
def short_day(value: date | None) -> str:
    """``8. december`` this year, with the year in another; nothing for no day."""
    if value is None:
        return ""
    return spoken.day(value, language(), with_year=value.year != clocks.local_day(clocks.now()).year)


@register.filter
def month_word(value: date) -> str:
    """``nov. 2026``, for an axis."""
    return f"{spoken.day(value, language()).split()[1][:3]} {value.year}"


@register.filter
def moment(value: datetime) -> str:
    """``8. december 2026 kl. 14.05``, in Danish time."""
    local = value.astimezone(clocks.COPENHAGEN)
    at = f"kl. {local:%H.%M}" if language() == "da" else f"at {local:%H:%M}"
    return f"{spoken.day(local.date(), language())} {at}"


@register.filter
def entry_word(entry: Recorded) -> str:
    """What kind of entry it is."""
    return ENTRY_WORDS[entry.type].text(language())


@register.filter
def lookup(given: dict[str, Any], key: str) -> Any:
    """The value of a key that is itself a variable; None when it is not there."""
    return given.get(key)


@register.simple_tag
def until(today: date, then: date) -> str:
    """``i dag``, ``i 3 dage``: how long something has waited, counted in days."""
    days = (today - then).days
    if days <= 0:
        return say_it("i dag", "today")
    if days == 1:
        return say_it("1 dag", "1 day")
    return say_it(f"{days} dage", f"{days} days") if days < 21 else say_it(f"{days // 7} uger", f"{days // 7} weeks")


@register.simple_tag
def new_key() -> str:
    """The key of one form as it is shown."""
    return secrets.token_urlsafe(12)
