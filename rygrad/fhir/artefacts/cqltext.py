"""CQL text: quoting, definitions with their source above them, and a rule of the content as one CQL expression."""

from collections.abc import Callable, Iterable
from textwrap import wrap

from rygrad.pathway.criteria import AllOf, AnyOf, AtLeast, AtMost, Criterion, DayWindow, Is, Not, Over, Scalar
from rygrad.pathway.pathway import Pathway, Rule
from rygrad.pathway.source import Citation

Value = Callable[[str], str]
"""How a fact's value is written in CQL, by the fact's name."""

_WIDTH = 116


def name(text: str) -> str:
    """A quoted identifier."""
    return f'"{text}"'


def string(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(value: Scalar) -> str:
    """A fact's value as a literal: a word or a number."""
    return string(value) if isinstance(value, str) else str(value)


def comment(*lines: str) -> str:
    """Comment lines, wrapped; empty ones are left out."""
    return "".join(f"// {part}\n" for line in lines if line for part in wrap(line, _WIDTH))


def define(title: str, body: str, *said: str) -> str:
    """A definition with comment lines above it."""
    return f"{comment(*said)}define {name(title)}:\n  {body}\n"


def function(title: str, parameters: str, body: str, *said: str) -> str:
    """A function with comment lines above it; ``parameters`` as CQL writes them."""
    return f"{comment(*said)}define function {name(title)}({parameters}):\n  {body}\n"


def heading(text: str) -> str:
    """A line that parts the library for a reader."""
    return f"// {'-' * 100}\n// {text}\n// {'-' * 100}\n"


def cases(pairs: Iterable[tuple[str, str]], otherwise: str) -> str:
    """A case expression, one line for each condition with what follows."""
    lines = "".join(f"    when {condition} then {value}\n" for condition, value in pairs)
    return f"case\n{lines}    else {otherwise}\n  end"


def several(items: Iterable[str]) -> str:
    """A list, one item on each line."""
    return "{\n    " + ",\n    ".join(items) + "\n  }"


def each(pairs: Iterable[tuple[str, str]]) -> str:
    """The list of those values whose condition is true."""
    found = (f"if {condition} then {value} else null" for condition, value in pairs)
    return f"({several(found)}) X where X is not null"


def joined(word: str, parts: Iterable[str]) -> str:
    """Parts joined by ``and`` or ``or``, one on each line."""
    return f"\n    {word} ".join(parts)


def value_of(fact: str) -> str:
    """A fact as a rule reads it."""
    return f"Facts.{name(fact)}"


def rule_name(rule: Rule) -> str:
    """The name of the definition that holds a rule of the content: true, false or null."""
    return f"rule {rule.id}"


def told(pathway: Pathway, citation: Citation) -> tuple[str, ...]:
    """Where a rule comes from, as comment lines: quote and place, our readings, the safety layer's sources."""
    sources = (str(pathway.safety_sources[one]) for one in citation.safety_sources)
    readings = ", ".join(citation.readings)
    return (
        f"»{citation.quote}« ({citation.statement}, {citation.place})" if citation.quote else "",
        f"Read as {readings} (our readings, not the programme's words)." if readings else "",
        *(f"Source: {source}." for source in sources),
    )


def holds(criterion: Criterion, value: Value) -> str:
    """The criterion as a CQL expression that is true, false or null (unknown)."""
    match criterion:
        case AllOf(parts):
            return joined("and", (_inner(part, value) for part in parts))
        case AnyOf(parts):
            return joined("or", (_inner(part, value) for part in parts))
        case Not(part):
            return f"not ({_flat(part, value)})"
        case Is(fact, values):
            return " or ".join(f"{value(fact)} = {literal(one)}" for one in values)
        case AtLeast(fact, limit):
            return f"{value(fact)} >= {limit}"
        case AtMost(fact, limit):
            return f"{value(fact)} <= {limit}"
        case Over(fact, months):
            return f"{name(over_name(months))}({value(fact)})"
        case DayWindow(after, first, last):
            started = f"Coalesce({', '.join(map(value, after))})" if len(after) > 1 else value(after[0])
            return f'"is between days"({started}, {first}, {last})'
        case known:
            return f"{value(known.fact)} is not null"


def over_name(months: int) -> str:
    """The function that says whether a date lies more than this many calendar months back."""
    return f"is over {months} months"


def _inner(part: Criterion, value: Value) -> str:
    alone = not isinstance(part, AllOf | AnyOf) and not (isinstance(part, Is) and len(part.values) > 1)
    return _flat(part, value) if alone else f"({_flat(part, value)})"


def _flat(part: Criterion, value: Value) -> str:
    return " ".join(holds(part, value).split())
