"""The region's tables from the record: every column as it is described, unknown stays null, and nobody is named."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq
import pytest

from rygrad.cli.region import load
from rygrad.decision.columns import evaluate
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, columns, people, persons
from rygrad.record.acts import NAMES, Act
from rygrad.record.columnsof import Beside, CourseRows, Reading, expected_information, rows_of
from rygrad.record.contents import active
from rygrad.record.coursefile import Recorded
from rygrad.record.entrydays import first_and_last
from rygrad.record.fold import as_they_stand, fold
from rygrad.record.journal import entries_of
from rygrad.record.models import Change, Course, Organisation, Person
from rygrad.record.referralcolumns import visits_before
from rygrad.record.refusals import StorageFull
from rygrad.record.regions import REGION_OF
from rygrad.record.unfolding import unfolded
from rygrad.simulation.region import region
from tests.engines.columnar import from_decision, from_row
from tests.record.cast import GROUP_2, Cast, cast
from tests.record.databases import Databases

AS_OF = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
DAY = date(2026, 3, 2)
COURSES = 160
# The content asks nobody about it; and what the record dates itself is exact.
NEVER = {
    "other_opioid_indication",
    "first_treatment_on_latest",
    "plan_confirmed_on_latest",
    "reassessed_on_latest",
    "returned_to_gp_on_latest",
    "need_assessed_on_latest",
}
# Told by few stories of the demo region; test_what_few_courses_tell tells of them.
RARE = {"second_imaging_on", "surgical_assessment_done"}
Tables = dict[str, list[dict[str, Any]]]


def tables(folder: Path) -> Tables:
    return {file.stem: pq.read_table(file).to_pylist() for file in folder.glob("*.parquet")}


def exported(folder: Path, until: date | None = None) -> Tables:
    columns.export_columns(folder, until=until, at=NOW)
    return tables(folder)


@dataclass(frozen=True)
class Seen:
    """The demo region: two exports, one with the record's own ids, what the record decides, and whom it knows."""

    folder: Path
    first: Tables
    second: Tables
    plain: Tables
    earlier: Tables
    decisions: dict[str, dict[str, Any]]
    people: dict[str, str]
    said_of_people: set[str]


@pytest.fixture(scope="module")
def seen(databases: Databases, tmp_path_factory: pytest.TempPathFactory, pathway: Pathway) -> Seen:
    folder = tmp_path_factory.mktemp("columns")
    with databases.fresh("sqlite"), pytest.MonkeyPatch.context() as patched:
        load(region(pathway, COURSES, 1, AS_OF), "rygsmerter", lambda done: None)
        first, second = exported(folder / "one"), exported(folder / "two")
        patched.setattr(columns, "Replaced", lambda: lambda kind, id: id)
        plain, earlier = exported(folder / "three"), exported(folder / "four", date(2026, 8, 1))
        entries = {course: entries_of(course) for course in Course.objects.values_list("id", flat=True)}
        programme = active()
        decisions = {
            course: from_decision(programme.decide(fold(given, programme.signs, on=AS_OF).facts(), AS_OF))
            for course, given in entries.items()
        }
        _check_unfolded(list(entries.values()), programme.signs)
        known = dict(Course.objects.values_list("id", "person_id"))
        said = {*known, *known.values(), *Person.objects.values_list("name", flat=True)}
    return Seen(folder / "one", first, second, plain, earlier, decisions, known, said)


def _check_unfolded(courses: list[list[Recorded]], signs: frozenset[str]) -> None:
    for entries in courses:
        standing = as_they_stand(entries)
        days = sorted({entry.valid_on for entry in standing} | {AS_OF})
        for day, file in unfolded(standing, signs, days):
            assert replace(file, last=None) == replace(fold(entries, signs, on=day), last=None)


@pytest.mark.long
def test_every_column_is_written_as_it_is_described(seen: Seen, pathway: Pathway) -> None:
    for name, described in columns.table_columns(pathway).items():
        schema = pq.read_schema(seen.folder / f"{name}.parquet")
        assert [(f.name, f.metadata[b"says"].decode()) for f in schema] == [(c.name, c.says) for c in described]
        assert schema.equals(columns.arrow_schema(described))
        assert schema.metadata[b"until"] == b"2026-11-24"


def test_every_column_is_known_for_somebody(seen: Seen) -> None:
    for name, rows in seen.plain.items():
        never = {column for column in rows[0] if all(row[column] is None for row in rows)}
        assert never - RARE == (NEVER if name == "courses" else set()), name


def test_the_exported_columns_decide_as_the_record_does(seen: Seen, pathway: Pathway) -> None:
    table = pq.read_table(seen.folder.parent / "three" / "courses.parquet").drop_columns(["group"])
    decided_rows = ibis.duckdb.connect().to_pyarrow(evaluate(pathway, ibis.memtable(table), AS_OF)).to_pylist()
    assert len(decided_rows) == len(seen.decisions) == COURSES
    for row in decided_rows:
        assert from_row(pathway, row) == seen.decisions[row["course"]]
        assert row["invalid_facts"] == 0


def test_ids_are_replaced_and_nobody_is_named(seen: Seen) -> None:
    for given in (seen.first, seen.second):
        text = json.dumps(given, default=str)
        assert not [said for said in seen.said_of_people if said in text]
        assert "demo-1" not in text.replace("o-demo-", "")
    ids = [{row["course"] for row in given["courses"]} for given in (seen.first, seen.second)]
    citizens = [{row["citizen"] for row in given["courses"]} for given in (seen.first, seen.second)]
    assert not ids[0] & ids[1]
    assert not citizens[0] & citizens[1]
    assert not ids[0] & citizens[0]


@pytest.mark.long
def test_within_one_export_the_same_is_the_same(seen: Seen) -> None:
    rows, people_known = seen.first["courses"], set(seen.people.values())
    assert len({row["course"] for row in rows}) == len(seen.people)
    assert len({row["citizen"] for row in rows}) == len(people_known) < len(seen.people), "some have two courses"
    ids = {row["course"] for row in rows}
    assert {row["course"] for row in seen.first["referrals"]} < ids
    assert {row["course"] for row in seen.first["months"]} == ids


def test_but_for_the_ids_two_exports_are_alike_in_another_order(seen: Seen) -> None:
    hidden = {"course": "", "citizen": ""}
    as_text = [[str(row | hidden) for row in given["courses"]] for given in (seen.first, seen.second)]
    assert sorted(as_text[0]) == sorted(as_text[1])
    assert as_text[0] != as_text[1]


def test_a_citizen_and_a_course_with_one_id_are_two() -> None:
    replaced = columns.Replaced()
    assert replaced("course", "1") == replaced("course", "1") != replaced("citizen", "1")


def test_units_keep_their_ids(seen: Seen) -> None:
    units = {row["unit"]: row for row in seen.first["units"]}
    for row in seen.first["courses"]:
        assert {row["clinic"], row["own_gp"]} <= set(units)
    for row in seen.first["referrals"]:
        assert {row["clinic"], row["receiver"]} <= set(units)
    assert units["o-demo-laege-01"]["kind"] == "gp_practice"
    assert units["o-demo-laege-01"]["region"] == REGION_OF[units["o-demo-laege-01"]["municipality"]] == "DK-85"


def test_as_of_an_earlier_day_nothing_later_is_known(seen: Seen) -> None:
    until = date(2026, 8, 1)
    assert 0 < len(seen.earlier["courses"]) < len(seen.plain["courses"])
    for rows in seen.earlier.values():
        days = [value for row in rows for name, value in row.items() if isinstance(value, date) and name != "month"]
        assert all(day <= until for day in days)
    now = {row["course"]: row for row in seen.plain["courses"]}
    for row in seen.earlier["courses"]:
        assert row["opened_on"] == now[row["course"]]["opened_on"]
        assert row["known_until"] == until


def test_the_months_follow_each_other_until_the_end(seen: Seen) -> None:
    months: dict[str, list[dict[str, Any]]] = {}
    for row in seen.plain["months"]:
        months.setdefault(row["course"], []).append(row)
    for course in seen.plain["courses"]:
        own = months[course["course"]]
        days = [row["month"] for row in own]
        last = course["ended_on"] or AS_OF
        assert (days[0], days[-1]) == (course["opened_on"].replace(day=1), last.replace(day=1))
        assert len(days) == (last.year - days[0].year) * 12 + last.month - days[0].month + 1
        assert (own[-1]["state"] == "ended") == (course["ended_on"] is not None)
        assert (own[-1]["holder_kind"] is None) == (course["ended_on"] is not None)
        assert "ended" not in [row["state"] for row in own[:-1]]
        assert own[-1]["group"] == course["group"]
        assert own[-1]["clinic"] == course["clinic"]


@pytest.fixture
def played(sqlite: Path) -> Cast:
    return cast()


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Tables]:
    """Export the record at hand into a folder of its own."""
    numbers = iter(range(100))
    return lambda until=None: exported(tmp_path / f"out{next(numbers)}", until)


def the_course(given: Tables) -> dict[str, Any]:
    (row,) = given["courses"]
    return row


def test_of_a_course_just_opened_nothing_is_said_that_nobody_knows(played: Cast, export: Callable[..., Tables]) -> None:
    played.open()
    row = the_course(export(DAY))
    known = {name: value for name, value in row.items() if value is not None}
    del known["course"], known["citizen"]
    anna = played.anna.organisation
    assert known == {
        "clinic": anna,
        "own_gp": anna,
        "profession": "general_practitioner",
        "opened_on": DAY,
        "known_until": DAY,
        "safety_asked_first": False,
        "last_contact_on": DAY,
    }


def test_a_course_to_the_return_and_the_referral(played: Cast, export: Callable[..., Tables]) -> None:
    played.referred()
    given = export()
    row, bo = the_course(given), played.bo.organisation
    wanted = {
        "clinic": bo,
        "profession": "physiotherapist",
        "group": "recurrent",
        "opened_on": DAY,
        "ended_on": None,
        "safety_asked_first": True,
        "held_on": None,
        "alarm": False,
        "no_effect_on": date(2026, 4, 14),
        "need_received_on": date(2026, 4, 15),
        "information_complete": False,
        "contact_180_before": None,
        "imaging_on": None,
        "told_start": False,
        "possible_groups_day_14": 1,
        "active_day_14": True,
        "held_day_14": False,
        "last_contact_on": date(2026, 4, 16),
        "first_treatment_on": date(2026, 3, 3),
        "effect_of_physiotherapy": "no_effect",
    }
    assert {name: row[name] for name in wanted} == wanted
    (referral,) = given["referrals"]
    assert referral == {
        **{name: row[name] for name in ("course", "region", "municipality", "known_until")},
        "clinic": played.anna.organisation,
        "profession": "general_practitioner",
        "effort": "surgical_assessment",
        "receiver": played.hanne.organisation,
        "sent_on": date(2026, 4, 16),
        "answered_on": None,
        "refused_on": None,
        "refused_with_reason": None,
        "visits_before": 0,
        "alarm": False,
    }
    states = {month["month"]: (month["state"], month["holder_kind"]) for month in given["months"]}
    assert states[date(2026, 3, 1)] == ("in_treatment", "physiotherapy_clinic")
    assert states[date(2026, 4, 1)] == ("decided", "gp_practice")
    before = export(date(2026, 4, 14))
    assert (the_course(before)["no_effect_on"], the_course(before)["need_received_on"]) == (date(2026, 4, 14), None)
    assert before["referrals"] == []
    assert before["months"][-1]["state"] == "without_effect"
    assert the_course(export(date(2026, 3, 15)))["possible_groups_day_14"] is None
    assert export(date(2026, 3, 1))["courses"] == []


def test_an_alarm_that_was_clarified_was_there(played: Cast, export: Callable[..., Tables]) -> None:
    played.open(acts.FactsRecorded(GROUP_2, "professional"))
    played.write(played.anna, acts.AlarmRaised({"saddle_numbness": "yes"}, "professional"), days=3)
    played.write(played.anna, acts.AlarmClarified(("saddle_numbness",), "MR uden tegn"), days=20)
    played.write(played.anna, acts.FactsRecorded({"saddle_numbness": "no"}, "professional"), days=1)
    row = the_course(export())
    assert (row["held_on"], row["alarm"], row["held_day_14"]) == (DAY + timedelta(days=3), True, True)
    early = the_course(export(DAY))
    assert (early["held_on"], early["alarm"]) == (None, False)


def test_an_alarm_is_ruled_out_only_when_everything_was_asked(played: Cast, export: Callable[..., Tables]) -> None:
    played.open(acts.FactsRecorded({n: v for n, v in GROUP_2.items() if n != "previous_cancer"}, "professional"))
    row = the_course(export())
    assert (row["alarm"], row["safety_asked_first"]) == (None, True)


def test_what_is_answered_the_day_after_was_not_asked_first(played: Cast, export: Callable[..., Tables]) -> None:
    played.open()
    played.write(played.anna, acts.FactsRecorded(GROUP_2, "professional"), days=1)
    assert the_course(export())["safety_asked_first"] is False


def test_a_correction_stands_in_the_place_of_what_it_corrects(played: Cast, export: Callable[..., Tables]) -> None:
    played.without_effect()
    verdict = entries_of(played.course)[-1]
    assert the_course(export())["no_effect_on"] == verdict.valid_on
    played.write(played.bo, acts.Correction(verdict.id, "forkert borger"), days=10)
    row = the_course(export())
    assert (row["no_effect_on"], row["effect_of_physiotherapy"]) == (None, None)
    assert row["last_contact_on"] == date(2026, 3, 3), "a correction is no contact"
    assert the_course(export(verdict.valid_on))["no_effect_on"] is None, "whenever it was written"


def test_the_last_of_the_earlier_courses_is_contact_before(played: Cast, export: Callable[..., Tables]) -> None:
    for days in (0, 181, 30):
        played.at += timedelta(days=days)
        played.open()
        played.write(played.anna, acts.CourseEnded("managing_alone"))
    rows = sorted(export()["courses"], key=lambda row: row["opened_on"])
    assert [row["contact_180_before"] for row in rows] == [None, False, True]
    assert len({row["citizen"] for row in rows}) == 1


def test_linked_numbers_are_one_citizen(played: Cast, export: Callable[..., Tables]) -> None:
    other = people.register_person("Dina Demosen", {"demo": "demo-9"}, is_invented=True)
    played.open()
    played.write(played.anna, acts.CourseEnded("managing_alone"), days=10)
    played.open(person=other)
    before = sorted(export()["courses"], key=lambda row: row["opened_on"])
    assert before[0]["citizen"] != before[1]["citizen"]
    assert before[1]["contact_180_before"] is None
    linked = acts.PersonsLinked(played.dina.id, "samme borger")
    persons.link_persons(played.anna, other, linked, key="link", at=played.at)
    after = sorted(export()["courses"], key=lambda row: row["opened_on"])
    assert after[0]["citizen"] == after[1]["citizen"]
    assert after[1]["contact_180_before"] is True


def test_the_export_is_one_line_in_the_log_of_changes(played: Cast, export: Callable[..., Tables]) -> None:
    played.open()
    export(DAY)
    line = Change.objects.get(what="columns_exported")
    assert json.loads(line.detail) == {"until": "2026-03-02", "content": active().sha256, "courses": 1}


def test_a_folder_is_never_written_over_and_only_its_owner_may_open_it(played: Cast, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    columns.export_columns(out, at=NOW)
    assert out.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in out.iterdir()} == {0o600}
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    with pytest.raises(RygradError, match="there already"):
        columns.export_columns(out, at=NOW)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    with pytest.raises(RygradError, match="future"):
        columns.export_columns(tmp_path / "later", until=AS_OF + timedelta(days=1), at=NOW)
    assert not (tmp_path / "later").exists()


def test_what_cannot_be_logged_is_not_exported(played: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageFull

    monkeypatch.setattr(columns, "write_change", full)
    with pytest.raises(StorageFull):
        columns.export_columns(tmp_path / "out", at=NOW)
    assert not (tmp_path / "out").exists()


def test_many_courses_are_written_a_batch_at_a_time(
    played: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "_COURSES_AT_ONCE", 2)
    monkeypatch.setattr(columns, "_ROWS_AT_ONCE", 2)
    for number in range(5):
        person = people.register_person("Demo Demosen", {"demo": f"demo-10{number}"}, is_invented=True)
        played.open(person=person)
    told: list[int] = []
    assert columns.export_columns(tmp_path / "out", progress=told.append, at=NOW)["courses"] == 5
    assert told == [2, 4, 5]
    assert pq.ParquetFile(tmp_path / "out" / "courses.parquet").num_row_groups == 3
    assert len(the_ids := {row["course"] for row in tables(tmp_path / "out")["courses"]}) == 5, the_ids


def test_both_databases_export_alike(database: str, tmp_path: Path) -> None:
    played = cast()
    played.referred()
    given = exported(tmp_path / "out")
    assert [len(given[name]) for name in ("courses", "referrals", "units")] == [1, 1, Organisation.objects.count()]


# --- without a database: single columns ---------------------------------------------------------------


def entry(seq: int, act: Act, day: date, organisation: str = "o-gp", role: str = "general_practitioner") -> Recorded:
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    return Recorded(seq, f"e{seq}", seq, NAMES[type(act)], act, day, at, "u", role, organisation, "sha")


def rows_from(pathway: Pathway, *told: tuple[int, Act], until: date = AS_OF, **beside: Any) -> CourseRows:
    """The course's rows when these acts were recorded so many days after the opening at the GP."""
    from rygrad.decision.many import ManyDecisions
    from rygrad.record.contents import Programme

    by = Reading(
        Programme(pathway, ManyDecisions(pathway)), until, {"o-gp": "gp_practice", "o-fys": "physiotherapy_clinic"}
    )
    opened = [(0, acts.CourseOpened("o-gp", "o-gp")), *told]
    entries = [
        entry(seq, act, DAY + timedelta(days=days), "o-fys" if NAMES[type(act)] in AT_FYS else "o-gp")
        for seq, (days, act) in enumerate(opened, start=1)
    ]
    given = {"municipality": None, "earlier_ended_on": None, **beside}
    rows = rows_of(Beside("c", "p", **given), entries, by)
    assert rows
    return rows


def row_from(pathway: Pathway, *told: tuple[int, Act], **options: Any) -> dict[str, Any]:
    """The course's own row of these."""
    return rows_from(pathway, *told, **options).course


AT_FYS = ("treatment_started", "visit", "treatment_ended", "message_to_gp")
TREATED = acts.TreatmentStarted("physiotherapist")
SENT, AGAIN = (acts.ReferralSent(number, "imaging", "o-x", "?") for number in ("r1", "r2"))
DONE, DONE_AGAIN = (acts.ReferralDone(number) for number in ("r1", "r2"))
TOLD = acts.FactsRecorded({"imaging_done": "yes"}, "professional")
NOT_DONE = acts.FactsRecorded({"imaging_done": "no"}, "professional")


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ([], (None, None, None)),
        ([(1, SENT), (5, DONE)], (on(5), True, None)),
        ([(1, SENT), (5, DONE), (6, TREATED)], (on(5), True, None)),
        ([(1, SENT), (5, DONE), (5, TREATED)], (on(5), None, None)),
        ([(1, SENT), (2, TREATED), (5, DONE)], (on(5), False, None)),
        ([(1, SENT), (5, DONE), (9, AGAIN), (30, DONE_AGAIN)], (on(5), True, on(30))),
        ([(1, SENT), (5, DONE), (8, TOLD)], (on(5), True, None)),
        ([(0, TOLD), (1, SENT), (5, DONE), (9, AGAIN), (30, DONE_AGAIN)], (None, True, None)),
        ([(3, TOLD)], (None, True, None)),
        ([(3, TOLD), (4, TREATED)], (None, True, None)),
        ([(2, TREATED), (3, TOLD)], (None, None, None)),
        ([(3, NOT_DONE)], (None, False, None)),
    ],
)
def test_imaging(pathway: Pathway, told: list[tuple[int, Act]], wanted: tuple[Any, ...]) -> None:
    row = row_from(pathway, *told)
    assert (row["imaging_on"], row["imaging_before_treatment"], row["second_imaging_on"]) == wanted


def test_what_few_courses_tell(pathway: Pathway) -> None:
    surgeon = acts.ReferralSent("r3", "surgical_assessment", "o-x", "?")
    twice = [(1, SENT), (5, DONE), (9, AGAIN), (30, DONE_AGAIN)]
    row = row_from(pathway, *twice, (31, surgeon), (40, acts.ReferralDone("r3")))
    assert all(row[name] is not None for name in RARE)


@pytest.mark.parametrize(("answer", "wanted"), [("yes", True), ("no", False), (None, None)])
def test_opioids(pathway: Pathway, answer: str | None, wanted: bool | None) -> None:
    told = [(0, acts.FactsRecorded({"opioids_over_12_weeks": answer}, "citizen"))] if answer else []
    assert row_from(pathway, *told)["opioids_over_12_weeks"] is wanted


@pytest.mark.parametrize(
    ("days", "recurring", "wanted"),
    [
        (180, None, True),
        (181, None, False),
        (None, "no", False),
        (None, "yes", None),
        (None, None, None),
        (0, "no", True),
    ],
)
def test_contact_within_180_days_before(
    pathway: Pathway, days: int | None, recurring: str | None, wanted: bool | None
) -> None:
    earlier = DAY - timedelta(days=days) if days is not None else None
    told = [(0, acts.FactsRecorded({"recurring_back_problems": recurring}, "professional"))] if recurring else []
    assert row_from(pathway, *told, earlier_ended_on=earlier)["contact_180_before"] is wanted


def test_scores_and_work_at_the_start_and_at_the_last_follow_up(pathway: Pathway) -> None:
    def score(instrument: str, value: float, items: int | None = None) -> Act:
        return acts.ScoresRecorded(instrument, value, "citizen", items)

    def work(value: str) -> Act:
        return acts.FactsRecorded({"work": value}, "citizen")

    first = [(2, score("nrs_pain", 7)), (2, score("rmdq", 23, 23)), (2, work("employed"))]
    row = row_from(pathway, *first)
    names = ("pain_first", "pain_last", "function_first", "function_last", "in_work_first", "in_work_last", "retired")
    assert [row[name] for name in names] == [7, None, 24, None, True, None, False]
    later = [(40, score("nrs_pain", 3)), (50, score("rmdq", 6, 24)), (50, work("retired")), (45, score("nrs_pain", 2))]
    row = row_from(pathway, *first, *later)
    assert [row[name] for name in names] == [7, 2, 24, 6, True, False, True]
    assert first_and_last([(DAY, 1), (DAY, 2)]) == (1, None)


def test_information_is_complete_with_every_item_of_the_group(pathway: Pathway) -> None:
    own = expected_information(pathway, pathway.groups["recurrent"])
    assert own == ["pain_and_danger_signs", "activity_and_training", "usual_course"]
    box = {
        "spontaneous_improvement",
        "as_active_as_possible",
        "hold_on_to_work_or_education",
        "warning_and_alarm_symptoms",
    }
    assert {*own, *box} == set(expected_information(pathway, pathway.groups["first_time"]))
    confirmed = (1, acts.GroupConfirmed("recurrent"))
    given = [(2, acts.InformationGiven(tuple(own[:2]))), (9, acts.InformationGiven(tuple(own[2:])))]
    assert row_from(pathway, *given)["information_complete"] is None
    assert row_from(pathway, confirmed, given[0])["information_complete"] is False
    assert row_from(pathway, confirmed, *given)["information_complete"] is True


def test_own_gp_was_told_by_the_unit_that_treats(pathway: Pathway) -> None:
    assert row_from(pathway)["told_start"] is None, "own GP has the course"
    started = (3, TREATED)
    row = row_from(pathway, started, (3, acts.MessageToGp("start", "Begyndt.")))
    assert (row["clinic"], row["told_start"], row["told_plan"]) == ("o-fys", True, False)
    moved = (0, acts.HistoryReceived("Andet system", first_treatment_on=DAY))
    assert row_from(pathway, moved, started)["told_start"] is None, "perhaps it was told of there"


def test_what_another_system_tells(pathway: Pathway) -> None:
    told = acts.HistoryReceived(
        "Andet system", effects={"physiotherapist": "no_effect"}, returned_to_gp_on=DAY - timedelta(days=9)
    )
    row = row_from(pathway, (0, told))
    assert (row["no_effect_on"], row["need_received_on"]) == (None, DAY - timedelta(days=9))
    assert row["effect_of_physiotherapy"] == "no_effect"
    later = acts.HistoryReceived("Andet system", returned_to_gp_on=on(5))
    row = row_from(pathway, (0, later), until=on(1))
    assert (row["need_received_on"], row["returned_to_gp_on"]) == (None, None), "that day is still to come"


def test_the_need_is_received_after_the_verdict_it_answers(pathway: Pathway) -> None:
    verdict, back = acts.EffectJudged("physiotherapist", "no_effect"), acts.ReturnedToGp({})
    row = row_from(pathway, (3, TREATED), (40, verdict), (44, back), (90, verdict), (99, back))
    assert (row["no_effect_on"], row["need_received_on"]) == (on(40), on(44))
    told = acts.HistoryReceived("Andet system", returned_to_gp_on=DAY)
    assert row_from(pathway, (0, told), (40, verdict))["need_received_on"] is None


def test_visits_before_a_referral() -> None:
    visit, other = acts.Visit("physiotherapist"), acts.Visit("chiropractor")
    sent = entry(5, SENT, on(10))
    before = [entry(1, visit, on(1)), entry(2, visit, on(10)), entry(3, other, on(9)), entry(4, visit, on(11))]
    after = [sent, entry(6, visit, on(10))]
    assert visits_before([*before, *after], sent) == 3
    ended = entry(7, acts.TreatmentEnded("physiotherapist", 8), on(8))
    assert visits_before([*before, *after, ended], sent) == 9
    assert visits_before([entry(0, acts.HistoryReceived("Andet system"), on(0)), *before, sent], sent) is None


def test_an_answer_that_the_content_no_longer_knows_is_unknown(pathway: Pathway) -> None:
    odd = acts.FactsRecorded({"radiation": "tail", "relevant_trauma": "no", "left_out": "yes"}, "professional")
    row = row_from(pathway, (0, odd))
    assert (row["radiation"], row["relevant_trauma"]) == (None, False)


def test_a_month_that_is_not_over_is_seen_on_its_last_known_day(pathway: Pathway) -> None:
    row = row_from(pathway, (1, acts.CourseEnded("other", "flyttet")), until=on(1))
    assert (row["ended_on"], row["outcome"]) == (on(1), "other")
    assert row["possible_groups_day_14"] is None


def test_a_month_has_the_unit_that_treated_by_then(pathway: Pathway) -> None:
    months = rows_from(pathway, (40, TREATED), until=on(45)).months
    assert [(row["month"].month, row["clinic"]) for row in months] == [(3, "o-gp"), (4, "o-fys")]


def test_every_municipality_lies_in_one_region() -> None:
    assert len(REGION_OF) == 98
    assert sorted({*REGION_OF.values()}) == [f"DK-8{number}" for number in range(1, 6)]
    assert (REGION_OF["0259"], REGION_OF["0101"], REGION_OF["0851"]) == ("DK-85", "DK-84", "DK-81")


def test_late_entries_are_folded_into_the_day_they_are_true_of(pathway: Pathway) -> None:
    entries = [
        entry(seq, act, on(days))
        for seq, (days, act) in enumerate(
            [
                (0, acts.CourseOpened("o-gp", "o-gp")),
                (9, acts.FactsRecorded({"radiation": "leg"}, "professional")),
                (9, TREATED),
                (4, acts.FactsRecorded({"radiation": "none", "saddle_numbness": "yes"}, "professional")),
                (-3, acts.FactsRecorded({"relevant_trauma": "no"}, "citizen")),
                (6, acts.AlarmClarified(("saddle_numbness",), "MR")),
            ]
        )
    ]
    _check_unfolded([entries], frozenset({"saddle_numbness"}))
    assert as_they_stand(entries) == entries
