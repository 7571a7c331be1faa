"""Invented courses for measuring: a Parquet file of any size from a seed, and the same citizens as NDJSON.

The mix follows published primary-care consulters where a figure exists (pain over 3 months in two thirds, 75 % leg
pain); the rest is chosen so that every state occurs. Not Danish figures, and no real person.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from rygrad.decision.coursetable import LATEST_SUFFIX, input_columns
from rygrad.pathway.pathway import Pathway

AS_OF = date(2026, 11, 24)


def write_courses(pathway: Pathway, path: Path, rows: int, seed: int = 1) -> None:
    """A Parquet file with every input column of the course table."""
    columns = ", ".join(
        f"{_expression(pathway, c.name, c.type, k)} AS {c.name}" for k, c in enumerate(input_columns(pathway))
    )
    con = duckdb.connect()
    con.execute(
        f"COPY (SELECT {columns} FROM (SELECT i, hash(i + {seed} * 1000003) AS h FROM range({rows}) t(i))) "
        f"TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 122880)"
    )


def _uniform(k: int) -> str:
    return f"((hash(h, {k})) % 1000000 / 1000000.0)"


def _expression(pathway: Pathway, name: str, kind: str, k: int) -> str:
    u, day = _uniform(k), f"DATE '{AS_OF}'"
    if name == "as_of":
        return day
    if name.endswith(LATEST_SUFFIX):
        return "NULL::DATE"
    if kind == "date":
        span = 1100 if name == "onset_on" else 120
        known = 0.9 if name == "onset_on" else 0.5
        return f"CASE WHEN {u} < {known} THEN {day} - CAST({_uniform(k + 500)} * {span} AS INTEGER) END"
    if kind == "array<string>":
        return "CASE WHEN " + u + " < 0.005 THEN ['relevant_trauma'] END"
    return _discrete(pathway, name, u)


def _discrete(pathway: Pathway, name: str, u: str) -> str:
    fact = pathway.facts[name]
    if fact.kind == "number":
        return f"CASE WHEN {u} < 0.9 THEN 5 WHEN {u} < 0.93 THEN 4 WHEN {u} < 0.932 THEN 3 END::TINYINT"
    if fact.absent is not None and fact.kind == "yes_no":
        return f"CASE WHEN {u} < 0.9 THEN false WHEN {u} < 0.905 THEN true END"
    if name == "back_triggered_pain":
        return f"CASE WHEN {u} < 0.93 THEN true WHEN {u} < 0.95 THEN false END"
    if fact.kind == "yes_no":
        return f"CASE WHEN {u} < 0.45 THEN true WHEN {u} < 0.85 THEN false END"
    values = list(fact.values)
    if fact.absent == "absent":
        rare = f"WHEN {u} < 0.955 THEN 'suspected' WHEN {u} < 0.958 THEN 'confirmed'"
        return f"CASE WHEN {u} < 0.95 THEN 'absent' {rare} END"
    steps = " ".join(f"WHEN {u} < {0.9 * (n + 1) / len(values):.4f} THEN '{v}'" for n, v in enumerate(values))
    return f"CASE {steps} END"


def citizens(pathway: Pathway, count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """The records of `rygrad assess`: most have been asked for alarm signs in one act, some not, few have one."""
    random = Random(seed)
    none_of_them = {n: pathway.facts[n].absent for n in pathway.alarm_facts}
    scope = {"back_triggered_pain": "yes", **dict.fromkeys(pathway.exclusions, "absent")}
    for number in range(count):
        facts: dict[str, Any] = {}
        if random.random() < 0.9:
            facts |= scope
        if random.random() < 0.85:
            facts |= none_of_them
            if random.random() < 0.08:
                facts[random.choice(pathway.alarm_facts[:9])] = None
            if random.random() < 0.06:
                facts["previous_cancer"] = "yes"
        facts["onset_on"] = (AS_OF - timedelta(days=random.randrange(1, 1100))).isoformat()
        for name in (
            "recurring_back_problems",
            "worried_about_diagnosis",
            "complex_surroundings",
            "imaging_done",
            "surgical_assessment_done",
        ):
            facts[name] = random.choice(["yes", "no", None])
        if random.random() < 0.7:
            facts["first_treatment_on"] = (AS_OF - timedelta(days=random.randrange(1, 120))).isoformat()
            facts["effect_of_physiotherapy"] = random.choice(["effect", "no_effect", None])
        facts["function"] = random.choice(["as_expected_for_age", "slightly_reduced", "clearly_reduced"])
        yield {
            "id": f"demo-{number}",
            "as_of": AS_OF.isoformat(),
            "facts": {k: v for k, v in facts.items() if v is not None},
        }
