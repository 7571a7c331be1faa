"""From a file's columns to the course table's, and through the decision: one Ibis expression for every engine.

A file may say yes and no as words, numbers as text, dates as timestamps. What cannot be read becomes unknown and is
counted in ``invalid_facts`` with the values that no fact can have; nothing is guessed.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import reduce
from typing import Any

import ibis

from rygrad.decision.columns import evaluate
from rygrad.decision.coursetable import LATEST_SUFFIX, Column, input_columns, output_columns
from rygrad.decision.dates import EARLIEST, LATEST
from rygrad.decision.facts import clarifiable
from rygrad.decision.regiontable import KEYS
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

Expr = Any
ROW = "file_row_number"
CONFIRMED_GROUP = "confirmed_group"
_UNREAD, _WAS = "_unread", "_was_"
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_INT8 = (-128, 127)


def decided(pathway: Pathway, courses: Expr, as_of: date | None, keys: Collection[str] = ()) -> Expr:
    """The rows with every conclusion beside them, in any order; nothing runs until it is written.

    ``keys`` are the columns that stand in the folders' names, and are not written again. The facts that were given are
    kept as they were read; a fact that was not given adds no column.
    """
    table = _confirmed_apart(courses)
    read = _read(pathway, table, as_of, every=False)
    found = evaluate(pathway, read, as_of)
    found = found.mutate(invalid_facts=(found.invalid_facts + found[_UNREAD]).cast("int8"))
    kept = {*table.columns, "as_of"} - set(keys)
    written = {c.name for c in output_columns(pathway)}
    return found.select(*(name for name in found.columns if name in kept or name in written))


def wrong_values(pathway: Pathway, courses: Expr, as_of: date | None) -> Expr:
    """One row for each value that was not accepted: its ``file_row_number`` (from 0; a column here) and ``column``."""
    table = _confirmed_apart(courses)
    read = _read(pathway, table, as_of, every=True)
    found = evaluate(pathway, read, as_of)
    facts = [name.removeprefix(_WAS) for name in read.columns if name.startswith(_WAS)]
    lost = [ibis.ifelse(found[_WAS + f] & found[f].isnull(), f, ibis.null("string")) for f in facts]
    named = found.select(found[ROW], column=ibis.array(lost).unnest())
    return named.filter(named.column.notnull())


def _confirmed_apart(table: Expr) -> Expr:
    """The region's course table has the group that a person confirmed under the name of the group that is decided."""
    if {key.name for key in KEYS} <= set(table.columns):
        return table.rename({CONFIRMED_GROUP: "group"})
    return table


def _read(pathway: Pathway, table: Expr, as_of: date | None, *, every: bool) -> Expr:
    """The given facts in the types of the course table, and ``_unread``: how many of a row could not be read.

    ``_was_<fact>`` says that the file had something there: of every fact, or only of those that this stage can lose.
    """
    columns = {c.name: c for c in input_columns(pathway)}
    given = [name for name in table.columns if name in columns and not (as_of and name == "as_of")]
    raw = {name: table[name] for name in given}
    typed = {name: _typed(pathway, raw[name], columns[name]) for name in given}
    day = ibis.literal(as_of) if as_of else typed.get("as_of", ibis.null("date"))
    read, was = dict(typed), {}
    for fact in dict.fromkeys(name.removesuffix(LATEST_SUFFIX) for name in given):
        there = [raw[name].notnull() for name in (fact, fact + LATEST_SUFFIX) if name in given]
        if fact + LATEST_SUFFIX in given:
            read |= _span(table, typed, fact, day)
        if every or fact not in typed or read[fact] is not raw[fact]:
            was[_WAS + fact] = reduce(lambda a, b: a | b, there)
    changed = {name: value for name, value in read.items() if value is not raw.get(name)}
    table = table.mutate(**changed, **was)
    lost = [(table[name] & table[name.removeprefix(_WAS)].isnull()).cast("int8") for name in was]
    return table.mutate(**{_UNREAD: reduce(lambda a, b: a + b, lost, ibis.literal(0, "int8")).cast("int8")})


def _span(table: Expr, typed: Mapping[str, Expr], fact: str, day: Expr) -> dict[str, Expr]:
    """Both ends of a span, or neither: one that is half read, ends before it begins, or lies ahead says nothing."""
    latest = typed[fact + LATEST_SUFFIX]
    earliest = typed.get(fact, ibis.null("date"))
    fine = (table[fact + LATEST_SUFFIX].isnull() & earliest.notnull()) | (latest >= earliest)
    fine = (fine & (earliest <= day)).fill_null(False)
    kept = {fact: earliest, fact + LATEST_SUFFIX: latest}
    return {name: ibis.ifelse(fine, value, ibis.null("date")) for name, value in kept.items()}


def _typed(pathway: Pathway, value: Expr, column: Column) -> Expr:
    """The column as the course table has it: itself where it is so already. RygradError when it cannot be."""
    kind = value.type()
    if kind.is_null():
        return ibis.null(column.type)
    read = _READERS[column.type](value, kind)
    if read is None:
        raise unreadable_type(column.name, str(kind), column.type)
    if column.type == "array<string>":
        wrong = read.filter(lambda name: ~name.isin(list(clarifiable(pathway))).fill_null(False)).length() > 0
        return ibis.ifelse(wrong, ibis.null(column.type), read)
    return read


def _boolean(value: Expr, kind: Any) -> Expr | None:
    if kind.is_boolean():
        return value
    if kind.is_string():
        word = value.lower()
        return ibis.cases((word.isin(_YES), True), (word.isin(_NO), False), else_=ibis.null("boolean"))
    return (
        ibis.cases((value == 1, True), (value == 0, False), else_=ibis.null("boolean")) if kind.is_numeric() else None
    )


def _text(value: Expr, kind: Any) -> Expr | None:
    return value if kind.is_string() else None


def _number(value: Expr, kind: Any) -> Expr | None:
    if str(kind).lstrip("!") == "float64":
        return value
    if kind.is_string():
        return value.try_cast("float64")
    return value.cast("float64") if kind.is_numeric() else None


def _whole(value: Expr, kind: Any) -> Expr | None:
    """A whole number, or unknown: 4.5 is not rounded."""
    if str(kind).lstrip("!") == "int8":
        return value
    number = _number(value, kind)
    if number is None:
        return None
    within = number.between(*_INT8) & (number == number.floor())
    return ibis.ifelse(within, number, ibis.null("float64")).cast("int8")


def _day(value: Expr, kind: Any) -> Expr | None:
    """A day of 1900–2199, as the reference reads one; of a timestamp without a time zone its day."""
    if kind.is_string():
        day = ibis.ifelse(value.re_search(_DAY), value, ibis.null("string")).try_cast("date")
    elif kind.is_date():
        day = value
    elif kind.is_timestamp() and kind.timezone is None:
        day = value.date()
    else:
        return None
    return ibis.ifelse(day.between(EARLIEST, LATEST), day, ibis.null("date"))


def _names(value: Expr, kind: Any) -> Expr | None:
    """A list of names; in text they stand with a space between."""
    if kind.is_string():
        return value.strip().nullif("").split(" ")
    return value if kind.is_array() and kind.value_type.is_string() else None


_READERS = {
    "boolean": _boolean, "string": _text, "float64": _number, "int8": _whole, "date": _day, "array<string>": _names,
}  # fmt: skip
_EXPECTED = {
    "boolean": Phrase("ja/nej (boolean, true/false, yes/no, 1/0)", "yes/no (boolean, true/false, yes/no, 1/0)"),
    "string": Phrase("tekst", "text"),
    "float64": Phrase("tal", "numbers"),
    "int8": Phrase("hele tal", "whole numbers"),
    "date": Phrase("datoer (ÅÅÅÅ-MM-DD, uden tidszone)", "dates (YYYY-MM-DD, without a time zone)"),
    "array<string>": Phrase("navne med mellemrum, eller lister af dem", "names with a space between, or lists of them"),
}


def unreadable_type(name: str, found: str, wanted: str) -> RygradError:
    """The error for a column of a type that holds no such fact."""
    expected = _EXPECTED[wanted]
    return RygradError(
        "column_type",
        {
            "da": f"kolonnen {name} er {found}; den skal holde {expected.da}.",
            "en": f"the column {name} is {found}; it must hold {expected.en}.",
        },
    )


def accepted(pathway: Pathway) -> dict[str, Phrase]:
    """For each fact what its value must be, said to whoever mends a rejected row. Never the value."""
    words: dict[str, Phrase] = {}
    for column in input_columns(pathway):
        name = column.name.removesuffix(LATEST_SUFFIX)
        if name not in words:
            words[name] = _accepted(pathway, name, column)
    return words


def _accepted(pathway: Pathway, name: str, column: Column) -> Phrase:
    if name == "as_of":
        return Phrase("skal være en mulig dato ÅÅÅÅ-MM-DD", "must be a possible date YYYY-MM-DD")
    fact = pathway.facts[name]
    if fact.kind == "choice":
        return Phrase(f"skal være én af: {', '.join(fact.values)}", f"must be one of: {', '.join(fact.values)}")
    if fact.kind == "number":
        da, en = ("et helt tal", "a whole number") if fact.whole else ("et tal", "a number")
        return Phrase(f"skal være {da} {fact.minimum}–{fact.maximum}", f"must be {en} {fact.minimum}–{fact.maximum}")
    if fact.kind == "date":
        return Phrase(
            "skal være en mulig dato ÅÅÅÅ-MM-DD, ikke efter opgørelsesdatoen; en periode i rækkefølge",
            "must be a possible date YYYY-MM-DD, not after the as-of date; a span in order",
        )
    if fact.kind == "facts":
        return Phrase("skal være navne på alarmtegn eller afgrænsninger", "must be names of alarm signs or exclusions")
    expected = _EXPECTED[column.type]
    return Phrase(f"skal være {expected.da}", f"must be {expected.en}")
