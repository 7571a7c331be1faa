"""Invented regions for the tests of a population: citizens nobody thought of, as tables, files and folders."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from rygrad.decision.coursetable import input_columns
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from tests.engines.columnar import table_of

DAY = date(2026, 3, 2)
Citizen = tuple[dict[str, Any], date]


def some_citizens(pathway: Pathway, count: int, seed: int = 1) -> list[Citizen]:
    """Citizens with any facts and any values a fact can have, each on a day of their own; a function of the seed."""
    random = Random(seed)
    return [_citizen(pathway, random, DAY - timedelta(days=random.randrange(400))) for _ in range(count)]


def _citizen(pathway: Pathway, random: Random, as_of: date) -> Citizen:
    share = random.choice((0.2, 0.6, 0.95))
    facts = {n: _value(pathway, f, random, as_of) for n, f in pathway.facts.items() if random.random() < share}
    if random.random() < 0.6:
        facts |= {name: pathway.facts[name].absent for name in (*pathway.alarm_facts, *pathway.exclusions)}
        facts |= {"back_triggered_pain": "yes"}
    return facts, as_of


def _value(pathway: Pathway, fact: FactDefinition, random: Random, as_of: date) -> Any:
    if fact.kind in ("yes_no", "choice"):
        return random.choice(list(fact.values))
    if fact.kind == "number":
        return random.randint(int(fact.minimum or 0), int(fact.maximum or 0))
    if fact.kind == "several":
        return random.sample(list(fact.values), 1)
    if fact.kind == "facts":
        return random.sample([*pathway.exclusions, *pathway.alarm_facts], random.randrange(3))
    if fact.kind == "date":
        first = as_of - timedelta(days=random.randrange(random.choice((130, 2000))))
        last = first + timedelta(days=random.randrange(1, 60))
        return first if random.random() < 0.7 else {"earliest": first, "latest": last}
    return random.randrange(10)


def table(pathway: Pathway, citizens: list[Citizen]) -> pa.Table:
    """Their course table, numbered in ``n``."""
    return table_of(pathway, citizens)


def as_text(pathway: Pathway, courses: pa.Table) -> pa.Table:
    """The same table as a CSV file writes it: yes and no in words, lists with a space between."""
    kinds = {c.name: c.type for c in input_columns(pathway)}
    columns = {n: [_text(kinds.get(n), v) for v in courses[n].to_pylist()] for n in courses.column_names}
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _text(kind: str | None, value: Any) -> str | None:
    if value is None:
        return None
    if kind == "array<string>":
        return " ".join(value) or None
    return {True: "true", False: "no"}[value] if kind == "boolean" else str(value)


def write_csv(courses: pa.Table, file: Path, delimiter: str = ",") -> Path:
    """A CSV file of a table of text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.csv.write_csv(courses, file, pyarrow.csv.WriteOptions(delimiter=delimiter, quoting_style="needed"))
    return file


def write_parquet(courses: pa.Table, file: Path, row_group: int = 500) -> Path:
    """A Parquet file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(courses, file, row_group_size=row_group)
    return file


def read_rows(out: Path, by: str = "n") -> list[dict[str, Any]]:
    """All rows that a run has written, by their number."""
    import pyarrow.dataset as ds

    return sorted(ds.dataset(out, format="parquet").to_table().to_pylist(), key=lambda row: int(row[by]))
