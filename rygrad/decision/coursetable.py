"""The course table: one row per course, one documented column per fact and per conclusion.

The only place where record, quality and simulation meet. Pure description; needs no engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rygrad.decision.dates import Interval
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway

LATEST_SUFFIX = "_latest"
_TYPES = {"yes_no": "boolean", "choice": "string", "number": "float64", "facts": "array<string>"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``type`` in the notation that DuckDB, Spark and Arrow share through Ibis; null is unknown."""

    name: str
    type: str
    says: str


def input_columns(pathway: Pathway) -> list[Column]:
    """The columns a decision reads, in the order of facts.yaml. Any of them may be missing: unknown for everybody."""
    read = {name for rule in pathway.rules() for name in rule.facts}
    read |= {pathway.reassessment.done_by, *pathway.must_be_asked, *pathway.exclusions, "clarified_alarms"}
    columns = [Column("as_of", "date", "the local date that the decision is for")]
    for fact in pathway.facts.values():
        if fact.id in read:
            columns += _columns(fact)
    return columns


def _columns(fact: FactDefinition) -> list[Column]:
    question = fact.question.clinician.en
    if fact.kind == "date":
        return [
            Column(fact.id, "date", f"{question} The day, or the earliest one possible."),
            Column(
                fact.id + LATEST_SUFFIX, "date", f"The latest day possible of {fact.id}; null when the day is exact."
            ),
        ]
    kind = "int8" if fact.kind == "number" and fact.whole else _TYPES[fact.kind]
    allowed = f" One of: {', '.join(fact.values)}." if fact.kind == "choice" else ""
    return [Column(fact.id, kind, question + allowed)]


def output_columns(pathway: Pathway) -> list[Column]:
    """The columns a decision writes. What a group lists (actors, interventions, information) follows from ``group``."""
    flag = "boolean"
    return [
        Column("invalid_facts", "int8", "how many values no fact can have; each was read as unknown"),
        *(Column(f"alarm_{a.id}", flag, f"alarm known true: {a.words.clinician.en}") for a in pathway.alarms.values()),
        Column("alarm_signs_not_asked", "int8", "how many acute and same-day signs are unknown"),
        Column("urgency", "string", "the highest alarm that is known and not clarified"),
        Column("scope", "string", "inside, outside, hold or ask"),
        Column("provisional", flag, "true while scope is ask"),
        *(Column(f"possible_{g.id}", flag, f"{g.words.clinician.en} is possible") for g in pathway.groups.values()),
        *(Column(f"mismatch_{n.id}", flag, n.words.clinician.en) for n in pathway.mismatches),
        *(Column(f"contradiction_{n.id}", flag, n.words.clinician.en) for n in pathway.contradictions),
        Column("over_3_months_from", "date", "first date over 3 months; null when the onset is unknown or a span"),
        Column("group", "string", "the group when only one is possible"),
        Column("reassessment_state", "string", "none, not_started, not_due, due, overdue, done, ask or withheld"),
        Column("return_to_gp", "string", "not_listed, not_yet, due, done, ask or withheld"),
        *(
            Column(
                f"effort_{name}",
                "string",
                f"{words.clinician.en}: withheld, not_listed, not_yet, ask, already_done or open",
            )
            for name, words in pathway.words["efforts"].items()
        ),
        Column("reassessment_from", "date", "first day of the window"),
        Column("reassessment_to", "date", "last day of the window"),
    ]


def row_of(pathway: Pathway, known: Mapping[str, Any]) -> dict[str, Any]:
    """One citizen's known facts (as ``read_facts`` gives them) as a row of input columns, without ``as_of``."""
    row: dict[str, Any] = {}
    for column in input_columns(pathway):
        name = column.name.removesuffix(LATEST_SUFFIX)
        value = known.get(name)
        if isinstance(value, Interval):
            latest = None if value.is_exact else value.latest
            value = latest if column.name.endswith(LATEST_SUFFIX) else value.earliest
        row[column.name] = value == "yes" if column.type == "boolean" and value is not None else value
    del row["as_of"]
    return row


def facts_of(pathway: Pathway, row: Mapping[str, Any]) -> dict[str, Any]:
    """The way back: a row's facts as ``read_facts`` takes them; a null, or a column that is missing, is unknown."""
    facts: dict[str, Any] = {}
    for column in input_columns(pathway):
        value = row.get(column.name)
        if value is None or column.name == "as_of" or column.name.endswith(LATEST_SUFFIX):
            continue
        latest = row.get(column.name + LATEST_SUFFIX)
        facts[column.name] = value if latest is None else {"earliest": value, "latest": latest}
    return facts
