"""What is to be done, when, by whom and why: each reason on the day it begins, and the dates said in advance right."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, clocks
from rygrad.record.clocks import add_working_days, end_of_day, is_working_day, local_day
from rygrad.record.tasks import WHY, Due, dated_tasks, tasks_on
from tests.record.cast import GROUP_2
from tests.record.courses import COURSE_ACTS, DAY, PLAN, REFERRAL_ACTS, Walk, opened, returned


def walked(pathway: Pathway, *steps: acts.Act, facts: dict[str, object] | None = None) -> Walk:
    """A course after these steps, all on one day."""
    walk = opened(pathway)
    for act in (acts.FactsRecorded(facts or GROUP_2, "professional"), *steps):
        after = walk.taking(act)
        assert after, act
        walk = after
    return walk


def whys(walk: Walk, day: date) -> set[str]:
    """The reasons that day, whosever they are."""
    return {due.why for due in tasks_on(walk.file, walk.rules, day)}


GROUPED = (acts.GroupConfirmed("recurrent"), PLAN)
TREATED = (*GROUPED, acts.HolderChanged("o-physio", "behandling"), acts.TreatmentStarted("physiotherapist"))


def test_the_window_opens_on_day_42_and_is_overdue_from_day_57(pathway: Pathway) -> None:
    walk = walked(pathway, *TREATED)
    seen = {n: whys(walk, DAY + timedelta(days=n)) & {"due", "overdue"} for n in (41, 42, 56, 57, 400)}
    assert seen == {41: set(), 42: {"due"}, 56: {"due"}, 57: {"overdue"}, 400: {"overdue"}}


@pytest.mark.parametrize(
    ("onset", "passes"),
    [
        ("2025-11-30", "2026-03-01"),
        ("2026-01-31", "2026-05-01"),
        ("2027-11-30", "2028-03-01"),
        ("2026-02-28", "2026-05-29"),
    ],
)
def test_passing_3_months_is_a_dated_task(pathway: Pathway, onset: str, passes: str) -> None:
    onset_on, passes_on = date.fromisoformat(onset), date.fromisoformat(passes)
    walk = opened(pathway, onset_on + timedelta(days=5))
    for act in (acts.FactsRecorded({**GROUP_2, "onset_on": onset}, "professional"), *GROUPED):
        after = walk.taking(act)
        assert after
        walk = after
    assert "passes_3_months" not in whys(walk, passes_on - timedelta(days=1))
    assert "passes_3_months" in whys(walk, passes_on)
    assert Due("o-gp", "passes_3_months", "", passes_on) in tasks_on(
        walk.file, walk.rules, passes_on + timedelta(days=9)
    )


def test_an_onset_known_as_an_interval_passes_when_it_surely_has(pathway: Pathway) -> None:
    interval = {"earliest": "2026-02-01", "latest": "2026-02-20"}
    walk = walked(pathway, *GROUPED, facts={**GROUP_2, "onset_on": interval})
    assert "passes_3_months" not in whys(walk, date(2026, 5, 20))
    assert "passes_3_months" in whys(walk, date(2026, 5, 21))


def test_a_referral_is_silent_after_five_working_days_that_skip_easter(pathway: Pathway) -> None:
    walk = returned(pathway)
    walk.day = date(2026, 3, 30)
    after = walk.taking(REFERRAL_ACTS[0])
    assert after
    # Monday; Thursday to Monday is Easter: 31, 1, 7, 8, 9 are the five, so the 10th is the first silent day.
    assert "referral_silent" not in whys(after, date(2026, 4, 9))
    assert "referral_silent" in whys(after, date(2026, 4, 10))


def test_great_prayer_day_is_a_working_day_since_2024() -> None:
    assert is_working_day(date(2024, 4, 26))
    assert not is_working_day(date(2023, 5, 5))
    assert not is_working_day(date(2026, 12, 25))
    assert add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 7, 31, 21, 59, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),
    ],
)
def test_midnight_is_copenhagens(instant: datetime, day: date) -> None:
    assert local_day(instant) == day


def test_the_days_of_summer_time_are_23_and_25_hours() -> None:
    lengths = [
        (end_of_day(d) - end_of_day(d - timedelta(days=1))).total_seconds() / 3600
        for d in (date(2026, 3, 29), date(2026, 10, 25))
    ]
    assert lengths == [23, 25]


def test_new_to_me_until_the_new_holder_writes(pathway: Pathway) -> None:
    walk = walked(pathway, *GROUPED, acts.HolderChanged("o-physio", "behandling"))
    assert Due("o-physio", "new_to_me", "", DAY) in tasks_on(walk.file, walk.rules, DAY)
    after = walk.taking(acts.TreatmentStarted("physiotherapist"))
    assert after
    assert "new_to_me" not in whys(after, DAY)


def test_an_alarm_pushes_everything_else_aside(pathway: Pathway) -> None:
    walk = walked(pathway, *TREATED, acts.AlarmRaised({"saddle_numbness": "yes"}, "professional"))
    assert whys(walk, DAY + timedelta(days=60)) == {"alarm_open"}


def test_nothing_is_due_on_an_ended_course(pathway: Pathway) -> None:
    walk = walked(pathway, *TREATED, acts.CourseEnded("managing_alone"))
    assert dated_tasks(walk.file, walk.rules, DAY) == []


def test_every_reason_has_words_in_both_languages() -> None:
    for why, words in WHY.items():
        assert words.da != words.en, why


@pytest.mark.parametrize("seed", range(12))
def test_the_dates_said_in_advance_are_those_of_every_single_day(pathway: Pathway, seed: int) -> None:
    """``dated_tasks`` against ``tasks_on`` asked anew each day for 200 days, after steps at random."""
    dice = random.Random(seed)
    onset = {"earliest": "2026-01-10", "latest": "2026-02-05"} if seed % 3 == 0 else "2026-02-10"
    walk = opened(pathway).taking(acts.FactsRecorded({**GROUP_2, "onset_on": onset}, "professional"))
    alphabet = [*COURSE_ACTS[3:12], *REFERRAL_ACTS, acts.Reassessed()]
    for _ in range(14):
        assert walk
        walk = walk.taking(dice.choice(alphabet), days=dice.choice((0, 3, 20))) or walk
        dated = dated_tasks(walk.file, walk.rules, walk.day)
        for n in range(200):
            day = walk.day + timedelta(days=n)
            said = {d.due for d in dated if d.due_on <= day and (d.until_on is None or day <= d.until_on)}
            assert said == tasks_on(walk.file, walk.rules, day), (walk.steps, day)


def test_the_local_limits_are_written_in_one_place() -> None:
    assert clocks.Limits() == clocks.LIMITS
