"""Numbers in the language that is read; what may not be shown is said in words, never as a number."""

from datetime import date

from rygrad.quality import spoken
from rygrad.quality.indicators import Row
from rygrad.web.language import language, say


def percent(share: float, *, digits: int = 1) -> str:
    """``71,6 %`` or ``71.6%``."""
    return spoken.percent(share, language(), digits=digits)


def whole(number: int) -> str:
    """``12.345`` or ``12,345``."""
    return spoken.whole(number, language())


def not_shown() -> str:
    """What stands instead of a number that is small, or would reveal a small one."""
    return say("vises ikke (små tal)", "not shown (small numbers)")


def rate(row: Row) -> str:
    """``71,6 %``; or why there is none."""
    if row.is_suppressed:
        return not_shown()
    return say("ingen talt med", "none counted") if row.rate is None else percent(row.rate)


def rate_in_words(row: Row) -> str:
    """``71,6 % (43 af 60)``; or why there is none."""
    if row.rate is None or row.numerator is None or row.known is None:
        return rate(row)
    return f"{percent(row.rate)} ({whole(row.numerator)} {say('af', 'of')} {whole(row.known)})"


def count(row: Row, name: str) -> str:
    """One of a row's counts; in words where it is not shown."""
    return number(getattr(row, name))


def number(value: int | None) -> str:
    """A count; in words where it is not shown."""
    return not_shown() if value is None else whole(value)


def limits(row: Row) -> str:
    """``62,1 % – 80,3 %``; a dash where there are none."""
    if row.lower is None or row.upper is None:
        return "–"
    return f"{percent(row.lower)} – {percent(row.upper)}"


def month_words(month: date) -> str:
    """``november 2026``."""
    return spoken.month_words(month, language())


def short_month(month: date) -> str:
    """``nov. 26``, for an axis."""
    name, year = month_words(month).split()
    return f"{name if len(name) < 4 else f'{name[:3]}.'} {year[2:]}"
