"""The closed vocabulary of rules: a small typed tree, with nothing to parse and nothing to extend at will."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rygrad.pathway.errors import ContentError

Scalar = str | int | float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Criterion"


@dataclass(frozen=True, slots=True)
class Is:
    """A fact has one of these values."""

    fact: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number is this or more."""

    fact: str
    limit: float


@dataclass(frozen=True, slots=True)
class AtMost:
    """A number is this or less."""

    fact: str
    limit: float


@dataclass(frozen=True, slots=True)
class Over:
    """More than this many calendar months have passed since a date fact (exactly that many is not over)."""

    fact: str
    months: int


@dataclass(frozen=True, slots=True)
class DayWindow:
    """The as-of date lies from day N to day M after the first of these date facts that is known."""

    after: tuple[str, ...]
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Known:
    """The fact is known, whatever its value. Never itself unknown."""

    fact: str


Criterion = AllOf | AnyOf | Not | Is | AtLeast | AtMost | Over | DayWindow | Known
Leaf = Is | AtLeast | AtMost | Over | DayWindow | Known


def leaves(criterion: Criterion) -> Iterator[Leaf]:
    """Every leaf of the tree, from left to right."""
    match criterion:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case leaf:
            yield leaf


def leaf_facts(leaf: Leaf) -> tuple[str, ...]:
    """The names of the facts one leaf reads."""
    return leaf.after if isinstance(leaf, DayWindow) else (leaf.fact,)


def facts_of(criterion: Criterion) -> tuple[str, ...]:
    """The names of the facts the tree reads, each once, in reading order."""
    names: dict[str, None] = {}
    for leaf in leaves(criterion):
        names.update(dict.fromkeys(leaf_facts(leaf)))
    return tuple(names)


def plain(value: Any) -> Any:
    """YAML reads yes and no as true and false; the facts' values are the words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def parse(node: Any, where: str) -> Criterion:
    """The tree of a YAML node. ContentError names the place and the words that are allowed."""
    if not isinstance(node, Mapping) or len(node) != 1:
        raise ContentError(
            where, "en regel er ét af: " + ", ".join(_PARSERS), "a rule is one of: " + ", ".join(_PARSERS)
        )
    word, body = next(iter(node.items()))
    if word not in _PARSERS:
        raise ContentError(where, f"ukendt ord i reglen: {word}", f"unknown word in the rule: {word}")
    return _PARSERS[word](body, f"{where}.{word}")


def _parts(body: Any, where: str) -> tuple[Criterion, ...]:
    if not isinstance(body, list) or not body:
        raise ContentError(where, "kræver en liste af regler", "needs a list of rules")
    return tuple(parse(part, where) for part in body)


def _pair(body: Any, where: str) -> tuple[str, Any]:
    if not isinstance(body, Mapping) or len(body) != 1:
        raise ContentError(where, "kræver {faktum: værdi}", "needs {fact: value}")
    return next(iter(body.items()))


def _is(body: Any, where: str) -> Is:
    fact, value = _pair(body, where)
    return Is(fact, tuple(plain(v) for v in (value if isinstance(value, list) else [value])))


def _over(body: Any, where: str) -> Over:
    fact, months = _pair(body, where)
    if type(months) is not int:
        raise ContentError(where, "kræver et helt antal måneder", "needs a whole number of months")
    return Over(fact, months)


def _day_window(body: Any, where: str) -> DayWindow:
    if not isinstance(body, Mapping) or set(body) != {"after", "days"}:
        raise ContentError(where, "kræver {after: [...], days: N-M}", "needs {after: [...], days: N-M}")
    first, _, last = str(body["days"]).partition("-")
    if not (first.isdecimal() and last.isdecimal()):
        raise ContentError(where, "kræver days: N-M", "needs days: N-M")
    if int(first) > int(last):
        raise ContentError(where, "vinduet slutter, før det begynder", "the window ends before it starts")
    return DayWindow(tuple(body["after"]), int(first), int(last))


_PARSERS: dict[str, Callable[[Any, str], Criterion]] = {
    "all": lambda body, where: AllOf(_parts(body, where)),
    "any": lambda body, where: AnyOf(_parts(body, where)),
    "not": lambda body, where: Not(parse(body, where)),
    "is": _is,
    "at_least": lambda body, where: AtLeast(*_pair(body, where)),
    "at_most": lambda body, where: AtMost(*_pair(body, where)),
    "over": _over,
    "day_window": _day_window,
    "known": lambda body, where: Known(str(body)),
}


def as_data(criterion: Criterion) -> Any:
    """The tree as it stands in the YAML, for showing and comparing."""
    match criterion:
        case AllOf(parts):
            return {"all": [as_data(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [as_data(part) for part in parts]}
        case Not(part):
            return {"not": as_data(part)}
        case Is(fact, values):
            return {"is": {fact: values[0] if len(values) == 1 else list(values)}}
        case AtLeast(fact, limit):
            return {"at_least": {fact: limit}}
        case AtMost(fact, limit):
            return {"at_most": {fact: limit}}
        case Over(fact, months):
            return {"over": {fact: months}}
        case DayWindow(after, first, last):
            return {"day_window": {"after": list(after), "days": f"{first}-{last}"}}
        case known:
            return {"known": known.fact}
