# ruff: noqa: S608  (the questions and the tables are our own)
"""The synthetic region: a pure function, in the described columns, consistent, as dirty as said, and with known truth."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rygrad.decision.columns import evaluate
from rygrad.decision.dates import first_day_over
from rygrad.decision.regiontable import MONTHS, REFERRALS, UNITS, course_columns
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.record.actor import ORGANISATION_KINDS
from rygrad.record.states import COURSE_STATES
from rygrad.simulation.places import MUNICIPALITIES
from rygrad.simulation.synth import Wanted, write
from rygrad.simulation.synthcells import TYPES
from rygrad.simulation.synthcourse import TREATERS
from rygrad.simulation.synthdice import Dice, day_number, first_over
from rygrad.simulation.synthmonths import STATES
from rygrad.simulation.synthreferrals import EFFORTS
from rygrad.simulation.synthsize import KNOWN_UNTIL, Dirt
from rygrad.simulation.synthtable import OUTCOMES, is_duplicate

# Ibis itself still asks DuckDB in the old way.
pytestmark = pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")

COURSES = 80_000
CLEAN = Dirt(missing=0, late=0, lost_letters=0, duplicates=0)
NEVER_GIVEN = {f"{name}_latest" for name in ("first_treatment_on", "plan_confirmed_on", "reassessed_on", "returned_to_gp_on", "need_assessed_on")}  # fmt: skip


@pytest.fixture(scope="module")
def region(pathway: Pathway, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synth") / "region"
    write(pathway, Wanted(COURSES, seed=7), folder, part=30_000)
    return folder


def rows(region: Path, sql: str) -> list[tuple[Any, ...]]:
    """``courses``, ``referrals``, ``months`` and ``units`` are the tables."""
    with duckdb.connect() as connection:
        for name in ("courses", "referrals", "months"):
            connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{region}/{name}/*.parquet')")
        connection.execute(f"CREATE VIEW units AS FROM '{region}/units.parquet'")
        return connection.execute(sql).fetchall()


def number(region: Path, sql: str) -> float:
    return float(rows(region, sql)[0][0])


def share(region: Path, holds: str, where: str = "true", table: str = "courses") -> float:
    return number(region, f"SELECT avg(({holds})::INT) FROM {table} WHERE {where}")


def read(folder: Path, table: str) -> pa.Table:
    return pq.read_table(folder / table)


# --- A pure function --------------------------------------------------------------------------------


def test_it_is_a_pure_function_of_seed_and_size_however_it_is_cut(pathway: Pathway, tmp_path: Path) -> None:
    random.seed(99)
    before = random.getstate()
    for name, seed, part in (("one", 3, 5_000), ("cut", 3, 777), ("other", 4, 5_000)):
        write(pathway, Wanted(5_000, seed), tmp_path / name, part=part)
    assert random.getstate() == before
    for table in ("courses", "months", "units.parquet"):
        assert read(tmp_path / "one", table).equals(read(tmp_path / "cut", table)), table
    sent = [read(tmp_path / name, "referrals").sort_by([("course", "ascending"), ("sent_on", "ascending")]) for name in ("one", "cut")]  # fmt: skip
    assert sent[0].equals(sent[1])
    assert not read(tmp_path / "one", "courses").equals(read(tmp_path / "other", "courses"))
    assert (tmp_path / "one/truth.json").read_bytes() == (tmp_path / "cut/truth.json").read_bytes()
    assert len(list((tmp_path / "cut/courses").iterdir())) == 7


def test_the_dice_are_the_same_on_every_machine_and_fall_evenly() -> None:
    assert [int(bits) for bits in Dice(1, np.array([0, 1])).bits("a")] == [17114318971869362013, 6879872192789944833]
    dice = Dice(5, np.arange(100_000))
    thrown = dice.day("d", 1, 6)
    assert {int(n) for n in thrown} == set(range(1, 7))
    assert np.abs(np.bincount(thrown)[1:] / 100_000 - 1 / 6).max() < 0.006
    assert abs(np.corrcoef(dice.u("a"), dice.u("b"))[0, 1]) < 0.015
    assert abs(np.corrcoef(dice.u("a")[1:], dice.u("a")[:-1])[0, 1]) < 0.015
    assert np.abs(dice.normal("n", 3, 2).mean() - 3) < 0.03


def test_it_counts_three_months_as_the_decision_does() -> None:
    days = [date(2023, 12, 20).toordinal() + n for n in range(800)]
    ours = first_over(np.array([day_number(date.fromordinal(n)) for n in days], dtype=np.int32), 3)
    assert [int(n) for n in ours] == [day_number(first_day_over(date.fromordinal(n), 3)) for n in days]


# --- The described columns --------------------------------------------------------------------------


def test_every_described_column_is_there_in_its_type_and_no_other(region: Path, pathway: Pathway) -> None:
    wanted = {"courses": course_columns(pathway), "referrals": REFERRALS, "months": MONTHS, "units.parquet": UNITS}
    for table, columns in wanted.items():
        found = read(region, table).schema
        assert found.names == [column.name for column in columns]
        assert [found.field(column.name).type for column in columns] == [TYPES[column.type] for column in columns]


def test_every_column_is_known_of_somebody_and_no_key_is_missing(region: Path) -> None:
    for table in ("courses", "referrals", "months", "units.parquet"):
        found = read(region, table)
        assert {n for n in found.column_names if found[n].null_count == found.num_rows} == NEVER_GIVEN & set(found.column_names)  # fmt: skip
    always = ("course", "citizen", "region", "clinic", "profession", "own_gp", "opened_on", "known_until")
    courses = read(region, "courses")
    assert all(courses[name].null_count == 0 for name in always)
    assert courses.num_rows == COURSES == len(set(courses["course"].to_pylist()))


def test_words_are_those_of_content_and_record(region: Path, pathway: Pathway) -> None:
    def words(column: str, table: str = "courses") -> set[str]:
        return {
            word for (word,) in rows(region, f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL')
        }

    assert words("group") == words("group", "months") == set(pathway.groups)
    assert words("outcome") == set(OUTCOMES) == set(pathway.outcomes)
    assert words("effort", "referrals") == set(EFFORTS) == set(pathway.words["efforts"])
    assert words("profession") == set(TREATERS)
    assert words("state", "months") == set(STATES) == set(COURSE_STATES)
    assert words("kind", "units") | words("holder_kind", "months") <= set(ORGANISATION_KINDS)
    assert words("municipality") == {code for _, code in MUNICIPALITIES}


def test_the_units_are_as_many_as_said_all_called_demo_and_near_their_citizens(region: Path) -> None:
    kinds = dict(rows(region, "SELECT kind, count(*) FROM units GROUP BY 1"))
    assert kinds == {"gp_practice": 300, "physiotherapy_clinic": 120, "chiropractic_clinic": 40, "specialist_practice": 1, "hospital_unit": 5, "municipality": 17, "employment_service": 17}  # fmt: skip
    assert share(region, "name LIKE '%(demo)'", table="units") == 1
    local = "('physiotherapist', 'chiropractor', 'general_practitioner')"
    joined = "courses JOIN units ON clinic = unit"
    assert share(region, "courses.municipality = units.municipality", f"profession IN {local} AND courses.municipality IS NOT NULL", joined) == 1  # fmt: skip
    assert number(region, "SELECT count(*) FROM referrals WHERE clinic NOT IN (SELECT unit FROM units) OR receiver NOT IN (SELECT unit FROM units)") == 0  # fmt: skip
    assert number(region, "SELECT count(DISTINCT clinic) FROM courses") > 440


# --- Consistent rows --------------------------------------------------------------------------------


def test_every_day_comes_after_the_one_it_follows_from(region: Path) -> None:
    follows = (
        ("onset_on", "opened_on"), ("opened_on", "first_treatment_on"), ("opened_on", "plan_confirmed_on"), ("opened_on", "held_on"),
        ("opened_on", "imaging_on"), ("first_treatment_on", "reassessed_on"), ("first_treatment_on", "no_effect_on"), ("no_effect_on", "returned_to_gp_on"),
        ("no_effect_on", "need_received_on"), ("first_treatment_on", "ended_on"), ("reassessed_on", "ended_on"), ("returned_to_gp_on", "ended_on"),
        ("held_on", "ended_on"), ("second_imaging_on", "ended_on"), ("opened_on", "last_contact_on"), ("ended_on", "last_contact_on"),
        ("last_contact_on", "known_until"), ("ended_on", "known_until"), ("second_imaging_on", "known_until"), ("imaging_on + 1", "second_imaging_on"),
    )  # fmt: skip
    for earlier, later in follows:
        assert number(region, f"SELECT count(*) FROM courses WHERE {earlier} > {later}") == 0, (earlier, later)
    assert number(region, "SELECT count(*) FROM courses WHERE (ended_on IS NULL) <> (outcome IS NULL)") == 0
    assert number(region, "SELECT count(*) FROM courses WHERE imaging_done IS FALSE AND imaging_on IS NOT NULL") == 0
    assert number(region, "SELECT count(*) FROM referrals WHERE sent_on > coalesce(answered_on, refused_on)") == 0  # fmt: skip
    sent = "FROM referrals r JOIN courses c USING (course) WHERE"
    assert number(region, f"SELECT count(*) {sent} r.sent_on < c.returned_to_gp_on OR c.returned_to_gp_on IS NULL OR r.sent_on > c.ended_on") == 0  # fmt: skip


def test_a_second_course_of_a_citizen_opens_after_the_first_has_ended(region: Path) -> None:
    pairs = "courses a JOIN courses b ON a.citizen = b.citizen AND a.opened_on < b.opened_on"
    assert number(region, f"SELECT count(*) FROM {pairs}") > 1_000
    assert number(region, f"SELECT count(*) FROM {pairs} WHERE a.ended_on IS NULL OR a.ended_on >= b.opened_on") == 0
    known = "b.contact_180_before IS NOT NULL"
    assert share(region, "b.contact_180_before = (b.opened_on - a.ended_on <= 180)", known, pairs) == 1
    same = "a.own_gp = b.own_gp AND coalesce(a.municipality, b.municipality) = coalesce(b.municipality, a.municipality)"
    assert share(region, same, table=pairs) == 1


def test_the_programme_finds_scopes_and_groups_as_they_were_confirmed(region: Path, pathway: Pathway) -> None:
    connection = ibis.duckdb.connect()
    courses = connection.read_parquet(f"{region}/courses/*.parquet").rename(confirmed="group")
    at = courses.mutate(as_of=ibis.coalesce(courses.ended_on, courses.known_until))
    decided = connection.to_pyarrow(
        evaluate(pathway, at)["scope", "group", "confirmed", "invalid_facts", "reassessment_state", "return_to_gp"]
    )
    with duckdb.connect() as told:
        told.register("decided", decided)

        def asked(sql: str) -> list[tuple[Any, ...]]:
            return told.execute(sql).fetchall()

        scopes = {scope: n / COURSES for scope, n in asked("SELECT scope, count(*) FROM decided GROUP BY 1")}
        pairs = {
            (theirs, ours): n
            for theirs, ours, n in asked("""SELECT confirmed, "group", count(*) FROM decided
            WHERE scope = 'inside' AND confirmed IS NOT NULL AND "group" IS NOT NULL GROUP BY 1, 2""")
        }
        states = {state for (state,) in asked("SELECT DISTINCT reassessment_state FROM decided")}
        returns = {state for (state,) in asked("SELECT DISTINCT return_to_gp FROM decided")}
        wrong = asked("SELECT sum(invalid_facts) FROM decided")
    assert wrong == [(0,)], "no value that a fact cannot have"
    assert 0.91 < scopes["inside"] < 0.95 and 0.03 < scopes["ask"] < 0.06
    assert 0.008 < scopes["outside"] < 0.012 and 0.01 < scopes["hold"] < 0.02
    short, long = {"first_time", "recurrent"}, {"long_lasting", "complex_chronic"}
    unlike = {pair for pair in pairs if pair[0] != pair[1]}
    assert unlike == {(theirs, ours) for theirs in short for ours in long}, "passed three months, not looked at again"
    total = sum(pairs.values())
    assert sum(n for pair, n in pairs.items() if pair in unlike) / total < 0.07
    assert 0.75 < sum(n for (theirs, _), n in pairs.items() if theirs in long) / total < 0.9, (
        "groups 3 and 4 are the load"
    )
    assert states == {"none", "not_started", "not_due", "due", "overdue", "done", "ask", "withheld"}
    assert returns == {"not_listed", "not_yet", "due", "done", "ask", "withheld"}


def test_what_is_possible_on_day_14_is_what_the_programme_says_of_facts_known_then(
    region: Path, pathway: Pathway
) -> None:
    connection = ibis.duckdb.connect()
    courses = connection.read_parquet(f"{region}/courses/*.parquet").rename(confirmed="group")
    active = courses.filter(courses.active_day_14)
    on = active.mutate(as_of=(active.opened_on.cast("timestamp") + ibis.interval(days=14)).cast("date"))  # fmt: skip
    decided = evaluate(pathway, on)
    possible = sum(decided[f"possible_{group}"].cast("int8") for group in pathway.groups)
    table = connection.to_pyarrow(decided.mutate(now=possible).group_by(["possible_groups_day_14", "now"]).agg(n=ibis._.count()))  # fmt: skip
    found = {(row["possible_groups_day_14"], row["now"]): row["n"] for row in table.to_pylist()}
    assert set(found) <= {(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (2, 3)}, "what is settled then stays settled"
    assert found[1, 1] > 0.75 * COURSES and found[2, 2] > 0.03 * COURSES and found[2, 1] > 0.08 * COURSES


def test_months_follow_the_course(region: Path) -> None:
    per = """(SELECT course, min(month) AS first, max(month) AS last, count(*) AS n, arg_max(state, month) AS state,
              arg_max("group", month) AS newest FROM months GROUP BY 1) m JOIN courses c USING (course)"""
    assert share(region, "m.first = date_trunc('month', c.opened_on)", table=per) == 1
    assert share(region, "m.last = date_trunc('month', c.ended_on)", "c.ended_on IS NOT NULL", per) == 1
    assert share(region, "m.n = datediff('month', m.first, m.last) + 1", table=per) == 1
    assert share(region, "(m.state = 'ended') = (c.ended_on IS NOT NULL)", table=per) == 1
    assert share(region, 'm.newest IS NOT DISTINCT FROM c."group"', table=per) == 1
    assert share(region, "state = 'ended'", table="months") < 0.3
    back = "holder_kind = 'gp_practice'"
    assert share(region, back, "state IN ('returned', 'held', 'outside')", "months") == 1
    assert share(region, back, "state = 'in_treatment'", "months") < 0.4


def test_the_case_mix_is_that_of_the_source(region: Path) -> None:
    exact = "onset_on IS NOT NULL AND onset_on_latest IS NULL"
    for first, last, wanted in ((0, 29, 0.19), (30, 92, 0.18)):
        lasted = f"opened_on - onset_on BETWEEN {first} AND {last}"
        assert abs(share(region, lasted, "onset_on IS NOT NULL") - wanted) < 0.006
    assert (
        abs(share(region, "opened_on - onset_on <= 1095", exact + " AND opened_on - onset_on > 180") - 23 / 43) < 0.01
    )
    assert abs(share(region, "radiation IN ('leg', 'both_legs')", "radiation IS NOT NULL") - 0.75) < 0.006
    assert abs(number(region, "SELECT avg(function_first) FROM courses") - 8.5) < 0.1
    assert abs(number(region, "SELECT stddev(function_first) FROM courses") - 5.8) < 0.15
    assert abs(number(region, "SELECT avg(pain_first) FROM courses") - 5.2) < 0.05
    assert 0.15 < share(region, "retired", "retired IS NOT NULL") < 0.23, "age 53 (SD 15)"


# --- Dirty as said ----------------------------------------------------------------------------------


def test_it_is_as_dirty_as_said(region: Path) -> None:
    dirt = Dirt()
    for column in (
        "municipality",
        "safety_asked_first",
        "contact_180_before",
        "pain_first",
        "in_work_first",
        "retired",
    ):
        assert abs(share(region, f"{column} IS NULL") - dirt.missing) < 0.003, column
    back = "returned_to_gp_on IS NOT NULL"
    assert abs(share(region, "need_received_on IS NULL", back) - dirt.lost_letters) < 0.007
    copies = int(is_duplicate(7, np.arange(COURSES), dirt).sum())
    assert abs(copies / COURSES - dirt.duplicates) < 0.001
    courses = read(region, "courses")
    alike = courses.drop_columns(["course"]).combine_chunks()
    first = int(np.flatnonzero(is_duplicate(7, np.arange(30_000), dirt))[0])
    assert alike.slice(first, 1).equals(alike.slice(first - 1, 1))
    assert courses["course"][first] != courses["course"][first - 1]
    assert number(region, "SELECT count(*) FROM courses") - number(region, "SELECT count(*) FROM (SELECT DISTINCT citizen, opened_on FROM courses)") == copies  # fmt: skip


def test_without_dirt_nothing_is_missing_lost_late_or_double(pathway: Pathway, tmp_path: Path) -> None:
    clean, late = tmp_path / "clean", tmp_path / "late"
    write(pathway, Wanted(20_000, dirt=CLEAN), clean)
    write(pathway, Wanted(20_000, dirt=Dirt(missing=0, late=0.5, lost_letters=0, duplicates=0)), late)
    for column in (
        "municipality",
        "safety_asked_first",
        "contact_180_before",
        "pain_first",
        "function_first",
        "in_work_first",
        "retired",
    ):
        assert number(clean, f"SELECT count(*) FROM courses WHERE {column} IS NULL") == 0
    assert number(clean, "SELECT count(*) FROM courses WHERE returned_to_gp_on IS DISTINCT FROM need_received_on") == 0
    assert number(clean, "SELECT count(*) FROM (SELECT DISTINCT citizen, opened_on FROM courses)") == 20_000
    newest = "SELECT count(*) FROM courses WHERE reassessed_on > known_until - 21"
    assert 0.5 < number(late, newest) / number(clean, newest) < 0.95
    older = "SELECT count(*) FROM courses WHERE reassessed_on <= known_until - 21"
    assert number(late, older) == number(clean, older)


# --- Refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("courses", [0, -1, 100_000_001])
def test_no_courses_or_too_many_are_refused(pathway: Pathway, tmp_path: Path, courses: int) -> None:
    with pytest.raises(RygradError, match="courses"):
        write(pathway, Wanted(courses), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over_what_is_there(pathway: Pathway, tmp_path: Path) -> None:
    (tmp_path / "dagbog.txt").write_text("min")
    for place in (tmp_path, tmp_path / "dagbog.txt"):
        with pytest.raises(RygradError, match="Nothing is written"):
            write(pathway, Wanted(10), place)
    assert [one.name for one in tmp_path.iterdir()] == ["dagbog.txt"]
    (tmp_path / "empty").mkdir()
    assert write(pathway, Wanted(10), tmp_path / "empty")["rows"]["courses"] == 10


def test_a_day_outside_the_calendar_of_the_tables_is_refused(pathway: Pathway, tmp_path: Path) -> None:
    with pytest.raises(RygradError, match="2000–2100"):
        write(pathway, Wanted(10, known_until=date(1850, 1, 1)), tmp_path / "out")


def test_the_tables_tell_of_a_fixed_day_where_none_is_chosen() -> None:
    assert Wanted(1).known_until == KNOWN_UNTIL == date(2026, 10, 31)
