"""`population run` without its terminal: the same answers as the reference, from any file, on the default engine."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rygrad.decision.coursetable import input_columns, output_columns
from rygrad.decision.decide import decide
from rygrad.decision.many import ManyDecisions
from rygrad.decision.regiontable import course_columns
from rygrad.pathway.cases import Case
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.quality.population import Finished, How, Outcome, read_population, run
from rygrad.quality.population_parts import find_parts, missing_columns
from tests.engines.columnar import ARROW, from_decision, from_row
from tests.quality.regions import DAY, Citizen, as_text, read_rows, some_citizens, table, write_csv, write_parquet


@pytest.fixture(scope="session")
def citizens(pathway: Pathway, cases: list[Case]) -> list[Citizen]:
    """The case book, and two thousand more."""
    return [(dict(case.given), case.as_of) for case in cases] + some_citizens(pathway, 2_000)


@pytest.fixture(scope="session")
def expected(pathway: Pathway, citizens: list[Citizen]) -> list[dict[str, Any]]:
    many = ManyDecisions(pathway)
    return [from_decision(many.decide(facts, as_of)) for facts, as_of in citizens]


def ran(pathway: Pathway, source: Path, out: Path, as_of: date | None = None, how: How | None = None) -> Outcome:
    return run(pathway, read_population(pathway, source, as_of), out, how or How())


def decisions(pathway: Pathway, out: Path) -> list[dict[str, Any]]:
    return [from_row(pathway, row) for row in read_rows(out)]


def test_it_decides_a_parquet_file_as_the_reference_does(
    pathway: Pathway, citizens: list[Citizen], expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    courses = table(pathway, citizens)
    outcome = ran(pathway, write_parquet(courses, tmp_path / "in.parquet"), tmp_path / "out")
    assert decisions(pathway, tmp_path / "out") == expected
    assert (outcome.rows, outcome.has_rejects) == (len(citizens), False)
    written = pq.read_table(tmp_path / "out" / "in.parquet")
    assert written.column_names == [*courses.column_names, *(c.name for c in output_columns(pathway))]
    assert written["n"].to_pylist() == list(range(len(citizens))), "the rows keep their order"
    assert written.select(courses.column_names).equals(courses.cast(written.select(courses.column_names).schema))


@pytest.mark.long
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_decides_a_csv_file_as_the_reference_does(
    delimiter: str, pathway: Pathway, citizens: list[Citizen], expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    source = write_csv(as_text(pathway, table(pathway, citizens)), tmp_path / "in.csv", delimiter)
    assert not ran(pathway, source, tmp_path / "out").has_rejects
    assert decisions(pathway, tmp_path / "out") == expected


@pytest.mark.long
def test_it_keeps_partitions_and_what_their_names_say(
    pathway: Pathway, citizens: list[Citizen], expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    courses, source, out = table(pathway, citizens), tmp_path / "in", tmp_path / "out"
    for number, municipality in enumerate(("0259", "0101", "__HIVE_DEFAULT_PARTITION__", "K%C3%B8ge")):
        part = courses.slice(number * 500, 500 if number < 3 else None)
        folder = source / f"municipality={municipality}"
        write_parquet(part, folder / "part-1.parquet") if number else write_csv(
            as_text(pathway, part), folder / "part-1.csv"
        )
    (source / "_SUCCESS").touch()
    (source / ".hidden.parquet").write_bytes(b"no Parquet")
    told: list[Finished] = []
    run(pathway, read_population(pathway, source, None), out, How(), told.append)
    files = {str(f.relative_to(out)) for f in out.rglob("*.parquet")}
    assert files == {str(p.relative_to(source).with_suffix(".parquet")) for p in source.glob("m*/*")}
    assert decisions(pathway, out) == expected
    assert [(part.number, part.parts) for part in told] == [(n, 4) for n in (1, 2, 3, 4)]
    assert "municipality" not in pq.read_schema(out / "municipality=0259" / "part-1.parquet").names


@pytest.mark.long
def test_a_fact_in_a_folders_name_is_read_as_any_other(pathway: Pathway, tmp_path: Path) -> None:
    for answer in ("yes", "no"):
        write_parquet(
            pa.table({"n": [answer == "yes"]}), tmp_path / "in" / f"back_triggered_pain={answer}" / "1.parquet"
        )
    ran(pathway, tmp_path / "in", tmp_path / "out", DAY)
    assert [row["scope"] for row in read_rows(tmp_path / "out")] == ["outside", "ask"]


@pytest.mark.long
def test_it_reads_the_courses_of_a_region_and_keeps_the_confirmed_group_apart(pathway: Pathway, tmp_path: Path) -> None:
    kinds = ARROW | {"int16": pa.int16()}
    schema = pa.schema([(c.name, kinds[c.type]) for c in course_columns(pathway)])
    write_parquet(
        pa.Table.from_pylist([{"course": "1", "group": "recurrent"}], schema=schema),
        tmp_path / "in" / "courses.parquet",
    )
    write_parquet(pa.table({"sent_on": [DAY]}), tmp_path / "in" / "referrals.parquet")
    ran(pathway, tmp_path / "in", tmp_path / "out", DAY)
    (row,) = read_rows(tmp_path / "out", "course")
    assert (row["confirmed_group"], row["group"], row["as_of"]) == ("recurrent", None, DAY)
    assert from_row(pathway, row) == from_decision(decide(pathway, {}, DAY))


@pytest.mark.long
def test_it_reads_words_numbers_and_timestamps_but_rounds_and_guesses_nothing(pathway: Pathway, tmp_path: Path) -> None:
    columns = {
        "n": [0, 1, 2],
        "back_triggered_pain": ["Yes", "no", "perhaps"],
        "saddle_numbness": [1, 0, 2],
        "paresis_grade": [4.0, 4.5, 300.0],
        "onset_on": pa.array(["2025-11-01T09:00", None, "1850-01-01T00:00"]).cast(pa.timestamp("us")),
        "spinal_fracture": pa.array(["absent", None, "Absent"]).dictionary_encode(),
        "radiation": pa.nulls(3),
        "clarified_alarms": ["saddle_numbness previous_cancer", "saddle_numbness,previous_cancer", None],
    }
    outcome = ran(pathway, write_parquet(pa.table(columns), tmp_path / "in.parquet"), tmp_path / "out", DAY)
    known = [
        {"back_triggered_pain": "yes", "saddle_numbness": "yes", "paresis_grade": 4, "onset_on": "2025-11-01",
         "spinal_fracture": "absent", "clarified_alarms": ["saddle_numbness", "previous_cancer"]},
        {"back_triggered_pain": "no", "saddle_numbness": "no"},
        {},
    ]  # fmt: skip
    assert decisions(pathway, tmp_path / "out") == [from_decision(decide(pathway, facts, DAY)) for facts in known]
    assert [row["invalid_facts"] for row in read_rows(tmp_path / "out")] == [0, 2, 5]
    assert outcome.with_rejects == 2


BAD_SPANS = [
    ("2026-01-10", "2026-01-01"), ("2026-04-01", "2026-04-09"), (None, "2026-01-01"), ("2026-13-01", "2026-01-01"),
    ("2026-01-01", "soon"), ("1899-12-31", None), ("2026-04-01", None), ("2026-1-1", None), ("20260101", None),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("fact", ["onset_on", "first_treatment_on", "reassessed_on"])
def test_a_span_that_cannot_be_is_wholly_unknown(fact: str, pathway: Pathway, tmp_path: Path) -> None:
    base = {"complex_surroundings": "yes", "onset_on": "2025-01-01", "first_treatment_on": "2026-01-01"}
    facts = {name: value for name, value in base.items() if name != fact}
    rows = [facts | {fact: first, f"{fact}_latest": last, "n": n} for n, (first, last) in enumerate(BAD_SPANS)]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([str(r[name]) if r.get(name) is not None else None for r in rows]) for name in names}
    source = write_csv(pa.table(columns), tmp_path / "in.csv")
    assert ran(pathway, source, tmp_path / "out", DAY).with_rejects == len(BAD_SPANS)
    assert decisions(pathway, tmp_path / "out") == [from_decision(decide(pathway, facts, DAY))] * len(BAD_SPANS)
    rejects = rejected(tmp_path / "out", "in")
    assert [(row["row"], row["column"]) for row in rejects] == [(str(n + 1), fact) for n in range(len(BAD_SPANS))]


def rejected(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "_rejects" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_bad_rows_are_told_apart_with_file_row_and_column_and_never_the_value(pathway: Pathway, tmp_path: Path) -> None:
    lines = [
        "n;spinal_fracture;onset_on;paresis_grade",
        "0;absent;2025-11-01;5",
        "1;absent;2025-11-01;5;one too many",
        "2;maybe-secret;2025-11-01;9",
        "3;absent",
        '4;"absent";2099-01-01;',
        "5;absent;31-01-2026;5",
    ]
    source = tmp_path / "in" / "a=1" / "p.csv"
    source.parent.mkdir(parents=True)
    source.write_bytes("\n".join(lines).encode() + b"\n6;\xe6;2025-11-01;5\n7;absent;2025-11-01;5\n")
    outcome = ran(pathway, tmp_path / "in", tmp_path / "out", DAY)
    assert (outcome.rows, outcome.with_rejects, outcome.unparsed) == (5, 3, 3)
    rows = rejected(tmp_path / "out", "a=1/p")
    assert [(r["row"], r["column"], r["is_decided"]) for r in rows] == [
        ("2", "", "false"), ("3", "paresis_grade", "true"), ("3", "spinal_fracture", "true"), ("4", "", "false"),
        ("5", "onset_on", "true"), ("6", "onset_on", "true"), ("7", "", "false"),
    ]  # fmt: skip
    assert {r["file"] for r in rows} == {"a=1/p.csv"}
    assert rows[2]["en"] == "must be one of: confirmed, suspected, absent"
    assert rows[2]["da"] == "skal være én af: confirmed, suspected, absent"
    assert "secret" not in (tmp_path / "out" / "_rejects" / "a=1" / "p.csv").read_text()
    facts = {"spinal_fracture": "absent", "onset_on": "2025-11-01", "paresis_grade": 5}
    known = [facts, {"onset_on": "2025-11-01"}, {"spinal_fracture": "absent"}, {**facts, "onset_on": None}, facts]
    assert decisions(pathway, tmp_path / "out") == [from_decision(decide(pathway, f, DAY)) for f in known]


@pytest.mark.long
def test_rows_are_numbered_as_in_the_file_however_many_before_could_not_be_read(
    pathway: Pathway, tmp_path: Path
) -> None:
    bad, broken = {7, 40_000, 40_001, 99_999}, {1, 2, 3, 39_999, 70_000}
    rows = (f"{n},{'x' if n in bad else 5}{',x' * (n in broken)}\n" for n in range(1, 100_001))
    (tmp_path / "in.csv").write_text("n,paresis_grade\n" + "".join(rows))
    outcome = ran(pathway, tmp_path / "in.csv", tmp_path / "out", DAY)
    assert (outcome.rows, outcome.with_rejects, outcome.unparsed) == (99_995, 4, 5)
    found = rejected(tmp_path / "out", "in")
    assert [int(row["row"]) for row in found] == sorted(bad | broken)
    assert [row["n"] for row in read_rows(tmp_path / "out") if row["invalid_facts"]] == [str(n) for n in sorted(bad)]


@pytest.mark.long
def test_a_quotation_mark_that_is_not_closed_is_said_with_the_lines_it_took(pathway: Pathway, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('n,function,paresis_grade\n1,"a\nb",5\n2,"open,5\n3,c,5\n4,d,5\n')
    assert ran(pathway, tmp_path / "in.csv", tmp_path / "out", DAY).rows == 1
    (_, row) = rejected(tmp_path / "out", "in")
    assert row["en"] == "has a quotation mark that is not closed; 3 lines"


@pytest.mark.long
def test_what_is_missing_is_said_once(pathway: Pathway, tmp_path: Path) -> None:
    write_parquet(pa.table({"onset": ["x"], "function": ["slightly_reduced"]}), tmp_path / "1.parquet")
    write_parquet(pa.table({"radiation": ["none"]}), tmp_path / "2.parquet")
    missing = missing_columns(pathway, find_parts(tmp_path))
    facts = {c.name for c in input_columns(pathway)} - {"as_of"}
    assert set(missing.everywhere) == {n for n in facts if not n.endswith("_latest")} - {"function", "radiation"}
    assert missing.somewhere == {"function": 1, "radiation": 1}
    write_parquet(pa.table({"onset_o": ["x"], "function": ["slightly_reduced"]}), tmp_path / "1.parquet")
    assert missing_columns(pathway, find_parts(tmp_path)).alike == {"onset_o": "onset_on"}


REFUSED: dict[str, tuple[dict[str, list[Any]], str]] = {
    "no_date": ({"function": ["x"]}, "as_of is missing"),
    "taken_column": ({"function": ["x"], "scope": ["x"], "as_of": [DAY]}, "scope"),
    "column_case": ({"Onset_On": ["x"], "as_of": [DAY]}, "Onset_On"),
    "column_type": ({"onset_on": [4], "as_of": [DAY]}, "onset_on is !?int64"),
    "no_facts": ({"patient": ["x"], "as_of": [DAY]}, "none of the columns"),
}


@pytest.mark.long
@pytest.mark.parametrize("code", REFUSED)
def test_columns_that_cannot_be_decided_upon_are_refused_before_anything_is_written(
    code: str, pathway: Pathway, tmp_path: Path
) -> None:
    columns, said = REFUSED[code]
    source = write_parquet(pa.table(columns), tmp_path / "in.parquet")
    with pytest.raises(RygradError, match=said) as refused:
        read_population(pathway, source, None)
    assert (refused.value.code, refused.value.source) == (code, str(source))
    assert refused.value.hint


@pytest.mark.long
def test_a_file_that_is_no_parquet_is_refused(pathway: Pathway, tmp_path: Path) -> None:
    (tmp_path / "in.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(RygradError, match="cannot be read as Parquet"):
        read_population(pathway, tmp_path / "in.parquet", DAY)


@pytest.mark.long
def test_a_part_damaged_within_is_said_and_the_others_are_kept(pathway: Pathway, tmp_path: Path) -> None:
    courses = table(pathway, some_citizens(pathway, 3_000))
    for name in "ab":
        write_parquet(courses, tmp_path / "in" / f"{name}.parquet")
    damaged = bytearray((tmp_path / "in" / "b.parquet").read_bytes())
    damaged[4:4_000] = b"\xff" * 3_996
    (tmp_path / "in" / "b.parquet").write_bytes(damaged)
    with pytest.raises(RygradError, match="could not be decided") as failed:
        ran(pathway, tmp_path / "in", tmp_path / "out")
    assert str(failed.value.source).endswith("b.parquet")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"_run.json", "a.parquet"}


@pytest.mark.long
def test_the_output_holds_only_what_it_should_and_for_its_owner_alone(pathway: Pathway, tmp_path: Path) -> None:
    source = write_parquet(pa.table({"function": ["x"]}), tmp_path / "odd [1] it's 50%*?.parquet")
    out = tmp_path / "new" / "out"
    ran(pathway, source, out, DAY)
    assert sorted(f.name for f in out.iterdir()) == ["_rejects", "_run.json", source.name]
    assert out.stat().st_mode & 0o777 == 0o700
    about = json.loads((out / "_run.json").read_text())
    assert about["pathway"]["sha256"] == pathway.identity.sha256
    assert about["as_of"] == DAY.isoformat()


def _is_done_again(pathway: Pathway, source: Path, out: Path, **changed: Any) -> bool:
    return ran(pathway, source, out, changed.get("as_of", DAY), How(fresh=changed.get("fresh", False))).done_now > 0


@pytest.mark.long
def test_a_finished_part_is_skipped_until_file_day_or_wish_changes(pathway: Pathway, tmp_path: Path) -> None:
    source, out = write_parquet(pa.table({"radiation": ["none", "x"]}), tmp_path / "in.parquet"), tmp_path / "out"
    assert _is_done_again(pathway, source, out)
    assert not _is_done_again(pathway, source, out)
    assert ran(pathway, source, out, DAY).has_rejects, "what was rejected before is still said"
    assert _is_done_again(pathway, source, out, as_of=DAY + timedelta(days=1))
    assert _is_done_again(pathway, source, out), "the first day's parts are not there any more"
    assert _is_done_again(pathway, source, out, fresh=True)
    write_parquet(pa.table({"radiation": ["none", "none", "none"]}), source)
    assert _is_done_again(pathway, source, out)
    assert not (out / "_rejects" / "in.csv").exists()
    (out / "in.parquet").write_bytes(b"cut short")
    assert _is_done_again(pathway, source, out)
    assert pq.read_metadata(out / "in.parquet").num_rows == 3


@pytest.mark.long
def test_the_part_of_a_file_that_is_gone_goes(pathway: Pathway, tmp_path: Path) -> None:
    for name in "ab":
        write_parquet(pa.table({"radiation": [name]}), tmp_path / "in" / f"{name}.parquet")
    ran(pathway, tmp_path / "in", tmp_path / "out", DAY)
    (tmp_path / "in" / "a.parquet").unlink()
    assert ran(pathway, tmp_path / "in", tmp_path / "out", DAY).rows == 1
    assert {f.name for f in (tmp_path / "out").rglob("?.*")} == {"b.parquet", "b.csv"}


@pytest.mark.long
@pytest.mark.parametrize("where", ["out", "out/deeper"])
def test_a_folder_that_holds_something_else_is_not_written_in(where: str, pathway: Pathway, tmp_path: Path) -> None:
    source = write_parquet(pa.table({"radiation": ["none"]}), tmp_path / "in.parquet")
    for before in (False, True):
        if before:
            ran(pathway, source, tmp_path / "out", DAY)
        (tmp_path / where).mkdir(parents=True, exist_ok=True)
        stranger = tmp_path / where / "thesis.txt"
        stranger.write_text("mine")
        with pytest.raises(RygradError, match="something else"):
            ran(pathway, source, tmp_path / "out", DAY, How(fresh=True))
        stranger.unlink()


@pytest.mark.long
def test_another_population_needs_another_folder(pathway: Pathway, tmp_path: Path) -> None:
    one, two = (write_parquet(pa.table({"radiation": ["none"]}), tmp_path / f"{n}.parquet") for n in "12")
    ran(pathway, one, tmp_path / "out", DAY)
    with pytest.raises(RygradError, match="another population"):
        ran(pathway, two, tmp_path / "out", DAY)
    assert (tmp_path / "out" / "1.parquet").exists()
    ran(pathway, two, tmp_path / "out", DAY, How(fresh=True))
    assert [f.name for f in (tmp_path / "out").glob("*.parquet")] == ["2.parquet"]


@pytest.mark.long
def test_out_must_not_lie_within_in(pathway: Pathway, tmp_path: Path) -> None:
    write_parquet(pa.table({"radiation": ["none"]}), tmp_path / "1.parquet")
    for out in (tmp_path, tmp_path / "sub" / "out"):
        with pytest.raises(RygradError, match="within IN"):
            ran(pathway, tmp_path, out, DAY)


@pytest.mark.long
def test_two_runs_do_not_write_in_one_folder(pathway: Pathway, tmp_path: Path) -> None:
    source = write_parquet(pa.table({"radiation": ["none"]}), tmp_path / "1.parquet")

    def again(part: Finished) -> None:
        with pytest.raises(RygradError, match="another run"):
            ran(pathway, source, tmp_path / "out", DAY)

    run(pathway, read_population(pathway, source, DAY), tmp_path / "out", How(), again)


@pytest.mark.long
def test_two_files_that_would_be_one_part_are_refused(tmp_path: Path) -> None:
    write_parquet(pa.table({"radiation": ["none"]}), tmp_path / "1.parquet")
    write_csv(pa.table({"radiation": ["none"]}), tmp_path / "1.csv")
    with pytest.raises(RygradError, match="same part"):
        find_parts(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("header", ["", "a,,b", "a,A"])
def test_a_csv_file_without_names_is_refused(header: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(header + "\n1,2,3\n")
    with pytest.raises(RygradError, match="columns' names"):
        find_parts(tmp_path / "in.csv")
