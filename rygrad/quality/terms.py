"""The closed vocabulary of an indicator's rules: a small tree over the columns of the region's tables.

Three values, as in every rule of the house: what is not known is neither met nor not met. A limit is the name of a
setting; the one number a rule may hold is 0.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rygrad.pathway.errors import ContentError

Limit = str | int
Value = str | bool


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Term"


@dataclass(frozen=True, slots=True)
class Is:
    """A column has one of these values."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number is this or more."""

    column: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class AtMost:
    """A number is this or less."""

    column: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Known:
    """The column holds something, whatever it is. Never itself unknown."""

    column: str


@dataclass(frozen=True, slots=True)
class Days:
    """So many days from one date to another; unknown where a date is, or where a span of dates leaves it open."""

    start: str
    end: str
    at_least: Limit | None
    at_most: Limit | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A score at the start and at the end; the fact's own rule (R5) says how much counts."""

    first: str
    last: str
    score: str


@dataclass(frozen=True, slots=True)
class Improved:
    """Improved on every one of these scores; unknown as soon as one measurement is missing."""

    scores: tuple[Measured, ...]


Term = AllOf | AnyOf | Not | Is | AtLeast | AtMost | Known | Days | Improved
Leaf = Is | AtLeast | AtMost | Known | Days | Improved


def leaves(term: Term) -> Iterator[Leaf]:
    """Every leaf of the tree, from left to right."""
    match term:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case leaf:
            yield leaf


def columns_of(leaf: Leaf) -> tuple[str, ...]:
    """The columns one leaf reads."""
    match leaf:
        case Days(start, end):
            return (start, end)
        case Improved(scores):
            return tuple(name for one in scores for name in (one.first, one.last))
        case one:
            return (one.column,)


def limits_of(leaf: Leaf) -> tuple[Limit, ...]:
    """The limits one leaf compares with: names of settings, or 0."""
    match leaf:
        case AtLeast(_, limit) | AtMost(_, limit):
            return (limit,)
        case Days(_, _, low, high):
            return tuple(limit for limit in (low, high) if limit is not None)
        case _:
            return ()


def parse(node: Any, where: str) -> Term:
    """The tree of a YAML node. ContentError names the place and the words that are allowed."""
    if not isinstance(node, Mapping) or len(node) != 1:
        raise _not_a_rule(where)
    word, body = next(iter(node.items()))
    if word not in _PARSERS:
        raise ContentError(where, f"ukendt ord i reglen: {word}", f"unknown word in the rule: {word}")
    return _PARSERS[word](body, f"{where}.{word}")


def _not_a_rule(where: str) -> ContentError:
    allowed = ", ".join(_PARSERS)
    return ContentError(where, f"en regel er ét af: {allowed}", f"a rule is one of: {allowed}")


def _parts(body: Any, where: str) -> tuple[Term, ...]:
    if not isinstance(body, list) or not body:
        raise ContentError(where, "kræver en liste af regler", "needs a list of rules")
    return tuple(parse(part, where) for part in body)


def _pair(body: Any, where: str) -> tuple[str, Any]:
    if not isinstance(body, Mapping) or len(body) != 1:
        raise ContentError(where, "kræver {kolonne: værdi}", "needs {column: value}")
    return next(iter(body.items()))


def _is(body: Any, where: str) -> Is:
    column, value = _pair(body, where)
    values = tuple(value if isinstance(value, list) else [value])
    if not values or not all(isinstance(one, str | bool) for one in values):
        raise ContentError(where, "kræver ord, eller ja og nej", "needs words, or yes and no")
    return Is(column, values)


def _limit(value: Any, where: str) -> Limit:
    if isinstance(value, str) or (type(value) is int and value == 0):
        return value
    raise ContentError(
        where, f"grænsen {value} skal stå under settings og nævnes ved navn", f"name the limit {value} under settings"
    )


def _compared(kind: type[AtLeast] | type[AtMost]) -> Callable[[Any, str], Term]:
    def read(body: Any, where: str) -> Term:
        column, limit = _pair(body, where)
        return kind(column, _limit(limit, where))

    return read


def _days(body: Any, where: str) -> Days:
    bounds = {"at_least", "at_most"}
    if not isinstance(body, Mapping) or not {"from", "to"} <= set(body) <= {"from", "to", *bounds}:
        raise ContentError(
            where, "kræver {from, to, at_least, at_most}", "needs {from, to} and at_least, at_most or both"
        )
    low, high = (_limit(body[name], where) if name in body else None for name in ("at_least", "at_most"))
    if low is None and high is None:
        raise ContentError(where, "kræver at_least eller at_most", "needs at_least or at_most")
    return Days(body["from"], body["to"], low, high)


def _improved(body: Any, where: str) -> Improved:
    if not isinstance(body, list) or not body or not all(_is_measured(one) for one in body):
        raise ContentError(where, "kræver en liste af {first, last, score}", "needs a list of {first, last, score}")
    return Improved(tuple(Measured(one["first"], one["last"], one["score"]) for one in body))


def _is_measured(one: Any) -> bool:
    return isinstance(one, Mapping) and set(one) == {"first", "last", "score"}


_PARSERS: dict[str, Callable[[Any, str], Term]] = {
    "all": lambda body, where: AllOf(_parts(body, where)),
    "any": lambda body, where: AnyOf(_parts(body, where)),
    "not": lambda body, where: Not(parse(body, where)),
    "is": _is,
    "at_least": _compared(AtLeast),
    "at_most": _compared(AtMost),
    "known": lambda body, where: Known(str(body)),
    "days": _days,
    "improved": _improved,
}


def as_data(term: Term) -> Any:
    """The tree as it stands in the YAML, for showing."""
    match term:
        case AllOf(parts):
            return {"all": [as_data(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [as_data(part) for part in parts]}
        case Not(part):
            return {"not": as_data(part)}
        case Is(column, values):
            return {"is": {column: values[0] if len(values) == 1 else list(values)}}
        case AtLeast(column, limit):
            return {"at_least": {column: limit}}
        case AtMost(column, limit):
            return {"at_most": {column: limit}}
        case Known(column):
            return {"known": column}
        case Days(start, end, low, high):
            bounds = {"at_least": low, "at_most": high}
            return {"days": {"from": start, "to": end, **{k: v for k, v in bounds.items() if v is not None}}}
        case Improved(scores):
            return {"improved": [{"first": one.first, "last": one.last, "score": one.score} for one in scores]}
