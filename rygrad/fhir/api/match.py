"""Whether a resource is what a search asks for: tokens, references, dates, words. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from rygrad.decision.dates import read_day
from rygrad.fhir.api.declined import Declined, wrong
from rygrad.pathway.words import Phrase
from rygrad.record.clocks import COPENHAGEN

Kind = Literal["token", "reference", "date", "string"]
_PREFIXES = ("eq", "ne", "gt", "ge", "lt", "le", "sa", "eb")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")


@dataclass(frozen=True, slots=True)
class Param:
    """A search parameter: its kind, and the elements it looks at. Personal ones are only taken by POST."""

    kind: Kind
    paths: tuple[str, ...]
    is_personal: bool = False
    target: str = ""


def elements(resource: Any, path: str) -> Iterator[Any]:
    """What stands at a path (``code.coding``), through lists."""
    here, _, rest = path.partition(".")
    for one in resource if isinstance(resource, list) else [resource]:
        if isinstance(one, Mapping) and here in one:
            found = one[here]
            if rest:
                yield from elements(found, rest)
            else:
                yield from found if isinstance(found, list) else [found]


def matches(resource: Mapping[str, Any], param: Param, values: str) -> bool:
    """One of the values (with commas between) is one of the elements."""
    found = [element for path in param.paths for element in elements(resource, path)]
    return any(_MATCHERS[param.kind](element, value) for value in values.split(",") for element in found)


def check_value(name: str, param: Param, values: str) -> None:
    """Declined when a value cannot be read as the parameter's kind."""
    for value in values.split(","):
        if not value:
            raise wrong("empty", f"{name} er tom.", f"{name} is empty.")
        if param.kind == "date":
            _span_asked(value, name)
        if param.kind == "reference" and not _ID.fullmatch(value.rpartition("/")[2]):
            raise wrong("reference", f"{name}: ikke en reference.", f"{name}: not a reference.")


def _token(element: Any, value: str) -> bool:
    system, bar, code = value.rpartition("|")
    own, said = _token_of(element)
    if bar and system != own:
        return False
    return not code or code == said


def _token_of(element: Any) -> tuple[str, str]:
    if isinstance(element, Mapping):
        return str(element.get("system", "")), str(element.get("code", element.get("value", "")))
    return "", {True: "true", False: "false"}.get(element, str(element)) if isinstance(element, bool) else str(element)


def _reference(element: Any, value: str) -> bool:
    said = element.get("reference", "") if isinstance(element, Mapping) else str(element)
    kind, _, id = said.rpartition("/")
    wanted, _, wanted_id = value.rpartition("/")
    return bool(id) and id == wanted_id and (not wanted or wanted.rpartition("/")[2] == kind.rpartition("/")[2])


def _string(element: Any, value: str) -> bool:
    return str(element).casefold().startswith(value.casefold())


def _date(element: Any, value: str) -> bool:
    own = _span_of(element)
    if own is None:
        return False
    prefix, (start, end) = _span_asked(value, "date")
    return _COMPARE[prefix](own, (start, end))


Span = tuple[datetime, datetime]
_COMPARE: dict[str, Callable[[Span, Span], bool]] = {
    "eq": lambda own, asked: asked[0] <= own[0] and own[1] <= asked[1],
    "ne": lambda own, asked: not (asked[0] <= own[0] and own[1] <= asked[1]),
    "gt": lambda own, asked: own[1] > asked[1],
    "ge": lambda own, asked: own[1] > asked[1] or asked[0] <= own[0],
    "lt": lambda own, asked: own[0] < asked[0],
    "le": lambda own, asked: own[0] < asked[0] or own[1] <= asked[1],
    "sa": lambda own, asked: own[0] >= asked[1],
    "eb": lambda own, asked: own[1] <= asked[0],
}
_EVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


def _span_asked(value: str, name: str) -> tuple[str, Span]:
    prefix = value[:2] if value[:2] in _PREFIXES else "eq"
    given = value.removeprefix(prefix) if value[:2] in _PREFIXES else value
    span = _span(given)
    if span is None:
        raise Declined(
            400,
            "date",
            Phrase(f"{name}: ikke en dato.", f"{name}: not a date."),
            Phrase("Skriv fx ge2026-01-01 eller 2026-01.", "Write e.g. ge2026-01-01 or 2026-01."),
        )
    return prefix, span


def _span_of(element: Any) -> Span | None:
    if isinstance(element, Mapping):
        start, end = _span(str(element.get("start", ""))), _span(str(element.get("end", "")))
        if start is None and end is None:
            return None
        return (start or _EVER)[0], (end or _EVER)[1]
    return _span(str(element))


def _span(text: str) -> Span | None:
    """From the first moment (included) to the last (excluded) of a year, month, day or instant."""
    if _INSTANT.fullmatch(text):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=COPENHAGEN)
        step = timedelta(microseconds=1000) if "." in text else timedelta(seconds=1)
        return (at, at + step) if 1 < at.year < 9999 else None
    first = {4: f"{text}-01-01", 7: f"{text}-01", 10: text}.get(len(text))
    day = read_day(first) if first else None
    return (_midnight(day), _midnight(_following(day, len(text)))) if day else None


def _following(day: date, length: int) -> date:
    if length == 4:
        return day.replace(year=day.year + 1)
    if length == 7:
        return (day + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN)


_MATCHERS: dict[Kind, Callable[[Any, str], bool]] = {
    "token": _token,
    "reference": _reference,
    "date": _date,
    "string": _string,
}
