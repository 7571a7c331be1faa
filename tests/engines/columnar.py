"""Runs citizens through the columnar evaluator on DuckDB and reads each row back as a decision's conclusions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from rygrad.decision.columns import evaluate
from rygrad.decision.coursetable import input_columns, row_of
from rygrad.decision.decision import Decision
from rygrad.decision.facts import read_facts
from rygrad.pathway.pathway import Pathway

ARROW = {"date": pa.date32(), "boolean": pa.bool_(), "string": pa.string(), "int8": pa.int8(), "float64": pa.float64(), "array<string>": pa.list_(pa.string())}  # fmt: skip


def table_of(pathway: Pathway, citizens: Iterable[tuple[dict[str, Any], date]]) -> pa.Table:
    """The course table of these citizens, numbered in ``n``."""
    rows = [
        {**row_of(pathway, read_facts(pathway, facts, as_of)), "as_of": as_of, "n": n}
        for n, (facts, as_of) in enumerate(citizens)
    ]
    schema = pa.schema([(c.name, ARROW[c.type]) for c in input_columns(pathway)] + [("n", pa.int64())])
    return pa.Table.from_pylist(rows, schema=schema)


def decided_rows(pathway: Pathway, table: pa.Table) -> list[dict[str, Any]]:
    """The evaluated rows, in the order of ``n``."""
    con = ibis.duckdb.connect()
    return con.to_pyarrow(evaluate(pathway, ibis.memtable(table)).order_by("n")).to_pylist()


def from_row(pathway: Pathway, row: dict[str, Any]) -> dict[str, Any]:
    """A row's conclusions, in one shape with ``from_decision``."""
    return {
        **{
            name: row[name]
            for name in ("scope", "urgency", "provisional", "group", "return_to_gp", "over_3_months_from")
        },
        "alarms": [name for name in pathway.alarms if row[f"alarm_{name}"]],
        "not_asked": row["alarm_signs_not_asked"],
        "possible": [name for name in pathway.groups if row[f"possible_{name}"]],
        "mismatches": [note.id for note in pathway.mismatches if row[f"mismatch_{note.id}"]],
        "contradictions": [note.id for note in pathway.contradictions if row[f"contradiction_{note.id}"]],
        "reassessment": {name: row[f"reassessment_{name}"] for name in ("from", "to", "state")},
        "efforts": {name: row[f"effort_{name}"] for name in pathway.words["efforts"]},
    }


def from_decision(decision: Decision) -> dict[str, Any]:
    """The conclusions that the course table holds."""
    return {
        **{
            name: getattr(decision, name)
            for name in ("scope", "urgency", "provisional", "group", "return_to_gp", "over_3_months_from")
        },
        "alarms": [alarm["id"] for alarm in decision.alarms],
        "not_asked": len(decision.alarm_signs_not_asked),
        "possible": list(decision.possible_groups),
        "mismatches": list(decision.mismatches),
        "contradictions": list(decision.contradictions),
        "reassessment": dict(decision.reassessment),
        "efforts": decision.efforts,
    }
