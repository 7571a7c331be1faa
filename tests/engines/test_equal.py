"""All engines give the same answer for every citizen (invariant 4): cases, tables, properties, the whole grid."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest

from rygrad.decision.columns import evaluate, with_truth
from rygrad.decision.coursetable import input_columns, output_columns
from rygrad.decision.dates import first_day_over
from rygrad.decision.decide import decide
from rygrad.decision.facts import read_facts
from rygrad.decision.many import ManyDecisions
from rygrad.decision.reference import truth
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN
from rygrad.pathway.cases import Case
from rygrad.pathway.criteria import Is, Over
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from tests.engines.columnar import decided_rows, from_decision, from_row, table_of
from tests.spaces import THE_DAY
from tests.spec.truth_tables import TABLES, Table

DAY = date.fromisoformat(THE_DAY)
ANSWERS = {TRUE: True, FALSE: False, UNKNOWN: None}


def assert_equal(pathway: Pathway, some: list[tuple[dict[str, Any], date]]) -> None:
    many = ManyDecisions(pathway)
    rows = decided_rows(pathway, table_of(pathway, some))
    assert len(rows) == len(some)
    for (facts, as_of), row in zip(some, rows, strict=True):
        assert from_row(pathway, row) == from_decision(many.decide(facts, as_of)), (facts, as_of)


def test_every_case(pathway: Pathway, cases: list[Case]) -> None:
    assert_equal(pathway, [(dict(case.given), case.as_of) for case in cases])


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.word)
def test_every_row_of_the_tables_of_the_logic(table: Table, pathway: Pathway) -> None:
    courses = ibis.memtable(table_of(pathway, [(facts, DAY) for facts, _ in table.rows]))
    expression = with_truth(pathway, courses, table.criterion).select("n", "holds").order_by("n")
    found = ibis.duckdb.connect().to_pyarrow(expression).to_pylist()
    for (facts, _), row in zip(table.rows, found, strict=True):
        assert row["holds"] == ANSWERS[truth(table.criterion, read_facts(pathway, facts, DAY), DAY)], facts


def test_three_months_agree_on_every_start_day_of_2020_to_2040(pathway: Pathway) -> None:
    first, last = date(2020, 1, 1), date(2040, 12, 31)
    starts = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [(start, first_day_over(start, 3) + timedelta(days=step)) for start in starts for step in (-1, 0)]
    columns = {
        "n": range(len(rows)),
        "onset_on": [s for s, _ in rows],
        "as_of": [d for _, d in rows],
        "complex_surroundings": [True] * len(rows),
    }
    courses = ibis.memtable(pa.table({name: list(values) for name, values in columns.items()}))
    decided = ibis.duckdb.connect().to_pyarrow(evaluate(pathway, courses).order_by("n"))
    assert decided["over_3_months_from"].to_pylist() == [first_day_over(start, 3) for start, _ in rows]
    assert decided["possible_complex_chronic"].to_pylist() == [False, True] * len(starts)


def test_the_columns_are_the_documented_ones(pathway: Pathway) -> None:
    courses = ibis.table({c.name: c.type for c in input_columns(pathway)}, name="courses")
    decided = evaluate(pathway, courses)
    assert [n for n in decided.columns if n not in courses.columns] == [c.name for c in output_columns(pathway)]
    types = {c.name: c.type for c in output_columns(pathway)}
    assert {n: str(decided[n].type()).lstrip("!") for n in types} == types


def test_a_column_that_is_not_there_is_unknown_for_everybody_and_others_are_kept(pathway: Pathway) -> None:
    began = DAY - timedelta(days=45)
    courses = ibis.memtable(pa.table({"clinic": ["A", "B"], "first_treatment_on": [began] * 2}))
    rows = ibis.duckdb.connect().to_pyarrow(evaluate(pathway, courses, as_of=DAY)).to_pylist()
    for row in rows:
        assert from_row(pathway, row) == from_decision(decide(pathway, {"first_treatment_on": began}, DAY))
    assert {row["clinic"] for row in rows} == {"A", "B"}


def test_without_any_date_it_says_so(pathway: Pathway) -> None:
    with pytest.raises(RygradError) as refused:
        evaluate(pathway, ibis.memtable(pa.table({"clinic": ["A"]})))
    said = {"da": "kolonnen as_of mangler.", "en": "the column as_of is missing."}
    assert (refused.value.code, refused.value.message) == ("no_date", said)


def test_a_row_without_its_day_leaves_what_needs_one_open(pathway: Pathway) -> None:
    row = {"as_of": pa.array([None], pa.date32()), "first_treatment_on": [DAY], "recurring_back_problems": [True]}
    (found,) = ibis.duckdb.connect().to_pyarrow(evaluate(pathway, ibis.memtable(pa.table(row)))).to_pylist()
    assert found["reassessment_state"] == "ask"


def test_a_reassessment_that_is_in_time_only_after_the_earliest_start_is_asked_about(pathway: Pathway) -> None:
    spans = {"first_treatment_on": ("2026-01-01", "2026-01-11"), "reassessed_on": ("2026-02-01", "2026-02-15")}
    facts = {name: {"earliest": first, "latest": last} for name, (first, last) in spans.items()}
    citizen, day = {**facts, "recurring_back_problems": "yes", "onset_on": "2026-01-01"}, date(2026, 2, 24)
    courses = ibis.memtable(table_of(pathway, [(citizen, day)]))
    (row,) = ibis.duckdb.connect().to_pyarrow(evaluate(pathway, courses)).to_pylist()
    assert row["reassessment_state"] == decide(pathway, citizen, day).reassessment["state"] == "ask"


def test_an_answer_that_may_be_either_is_known_or_is_not(pathway: Pathway) -> None:
    either = Is("worried_about_diagnosis", ("yes", "no"))
    answers = [{"worried_about_diagnosis": "yes"}, {"worried_about_diagnosis": "no"}, {}]
    courses = ibis.memtable(table_of(pathway, [(facts, DAY) for facts in answers]))
    rows = ibis.duckdb.connect().to_pyarrow(with_truth(pathway, courses, either)).to_pylist()
    assert [row["holds"] for row in rows] == [True, True, None]


def _query(pathway: Pathway) -> str:
    courses = ibis.table({c.name: c.type for c in input_columns(pathway)}, name="courses")
    return str(ibis.to_sql(evaluate(pathway, courses), dialect="duckdb"))


def test_the_generated_query_stays_small_and_grows_with_the_content_alone(pathway: Pathway) -> None:
    """One flat expression became 90,000 characters; staged, each column costs the same however many there are."""
    query = _query(pathway)
    assert len(query) / (len(input_columns(pathway)) + len(output_columns(pathway))) < 1_000
    twice = replace(
        pathway, alarms=pathway.alarms | {f"{n}_2": replace(a, id=f"{n}_2") for n, a in pathway.alarms.items()}
    )
    assert len(_query(twice)) < 1.7 * len(query)


def test_a_value_that_cannot_be_is_unknown_and_counted(pathway: Pathway) -> None:
    rows = {
        "as_of": [DAY, DAY], "spinal_fracture": ["Confirmed", "absent"], "paresis_grade": [9, 4],
        "onset_on": [DAY + timedelta(days=1), DAY], "recurring_back_problems": [True, None],
        "age_years": pa.array([None, None], pa.int64()),
    }  # fmt: skip
    found = ibis.duckdb.connect().to_pyarrow(evaluate(pathway, ibis.memtable(pa.table(rows)))).to_pylist()
    assert [row["invalid_facts"] for row in found] == [3, 0]
    assert from_row(pathway, found[0]) == from_decision(decide(pathway, {"recurring_back_problems": True}, DAY))
    assert from_row(pathway, found[1]) == from_decision(
        decide(pathway, {"spinal_fracture": "absent", "paresis_grade": 4, "onset_on": DAY}, DAY)
    )


def test_a_column_that_would_be_overwritten_is_refused_and_others_are_kept(pathway: Pathway) -> None:
    with pytest.raises(RygradError) as refused:
        evaluate(pathway, ibis.memtable(pa.table({"group": ["A"], "_over": [1]})), DAY)
    said = {"da": "omdøb kolonnerne: _over, group.", "en": "rename the columns: _over, group."}
    assert (refused.value.code, refused.value.message) == ("taken_column", said)
    kept = evaluate(pathway, ibis.memtable(pa.table({"_id": ["A"]})), DAY)
    assert "_id" in kept.columns
    assert not [name for name in kept.columns if name.startswith("_raised") or name in ("_over", "_withheld")]


def test_another_duration_than_the_groups_is_compiled_as_itself(pathway: Pathway) -> None:
    courses = ibis.memtable(table_of(pathway, [({"onset_on": "2025-11-01"}, DAY)]))
    found = ibis.duckdb.connect().to_pyarrow(with_truth(pathway, courses, Over("onset_on", 6))).to_pylist()
    assert found[0]["holds"] is False
