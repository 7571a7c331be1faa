"""One form for everything an administrator writes: it keeps what was typed, and says what is wrong above it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpResponse

from rygrad.pathway.errors import RygradError
from rygrad.record import clocks
from rygrad.record.refusals import NotFound, Refused
from rygrad.web.language import language, say
from rygrad.web.pages import Asked, shown


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: ``text``, date, number, area, choice, or ``one_of`` (typed, with proposals)."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    required: bool = False
    longest: int = 500


def form_page(
    request: Asked,
    fields: Sequence[Field],
    act: Callable[[], HttpResponse],
    *,
    title: str,
    send: str,
    back: tuple[str, str],
    notes: Sequence[str] = (),
) -> HttpResponse:
    """The form; what ``act`` answers when it was sent; the form again, as it was sent, when that raises."""
    problem: RygradError | None = None
    if request.method == "POST":
        try:
            return act()
        except NotFound:
            raise
        except RygradError as refusal:
            problem = refusal
        fields = [replace(field, value=request.POST.get(field.name, "")) for field in fields]
    status = getattr(problem, "status", 422) if problem else 200
    context: dict[str, Any] = {"title": title, "fields": fields, "send": send, "back": back, "notes": notes}
    return shown(request, "admin/form.html", status=status, problem=problem and said(problem), **context)


def today() -> date:
    """The date in Copenhagen."""
    return clocks.local_day(clocks.now())


def said(problem: RygradError) -> dict[str, str]:
    """An error as a page says it: ``message`` with a capital, and ``hint``."""
    message = problem.message[language()]
    return {"message": message[:1].upper() + message[1:], "hint": (problem.hint or {}).get(language(), "")}


def day_of(request: Asked, name: str) -> date:
    """The day a form holds; Refused without one."""
    found = day_or_none(request.POST.get(name, ""))
    if found is None:
        raise Refused("day", "datoen mangler.", "the date is missing.")
    return found


def day_or_none(value: str) -> date | None:
    """The day of ``2026-12-31``; None for an empty text. Refused for another."""
    if not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise Refused(
            "day",
            "datoen kan ikke læses.",
            "the date cannot be read.",
            hint={"da": "Skriv åååå-mm-dd.", "en": "Write yyyy-mm-dd."},
        ) from None


def number_or_none(value: str) -> int | None:
    """A whole number; None for an empty text. Refused for another."""
    if not value.strip():
        return None
    if not value.strip().isdecimal() or len(value.strip()) > 9:
        raise Refused("number", "tallet kan ikke læses.", "the number cannot be read.")
    return int(value.strip())


def day_field(name: str, label: str, value: date | None = None, *, hint: str = "", required: bool = True) -> Field:
    """A field for a day."""
    return Field(name, label, "date", value.isoformat() if value else "", hint, required=required)


def choice_field(name: str, label: str, options: Sequence[tuple[str, str]], value: str = "") -> Field:
    """A field with one of these, which must be chosen; nothing is chosen beforehand without a value."""
    first = [] if value else [("", say("Vælg", "Choose"))]
    return Field(name, label, "choice", value, options=[*first, *options], required=True)
