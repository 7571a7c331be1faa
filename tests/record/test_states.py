"""The two tables of states and steps, checked exhaustively: one holder, no dead end, a clock on everything."""

import pytest

from rygrad.pathway.pathway import Pathway
from rygrad.record.acts import ACTS, ON_A_PERSON
from rygrad.record.states import COURSE_STATES, COURSE_STEPS, REFERRAL_STATES, REFERRAL_STEPS
from rygrad.record.tasks import WHY, answer_by, dated_tasks
from tests.record.courses import COURSE_ACTS, REFERRAL_ACTS, Space, opened, returned, space_of


@pytest.fixture(scope="module")
def space(pathway: Pathway) -> Space:
    """The course's whole space and the whole space of two referrals, walked to the end."""
    return space_of(opened(pathway), COURSE_ACTS) | space_of(returned(pathway), REFERRAL_ACTS)


def test_every_entry_has_a_row_and_every_state_a_column() -> None:
    assert set(COURSE_STEPS) == set(ACTS) - ON_A_PERSON
    for cells in COURSE_STEPS.values():
        assert list(cells) == ["none", *COURSE_STATES]
    for cells in REFERRAL_STEPS.values():
        assert list(cells) == ["none", *REFERRAL_STATES]


def test_every_open_state_has_a_clock_that_a_worklist_shows() -> None:
    for state in COURSE_STATES.values():
        assert state.clock is None if state.id == "ended" else state.clock in WHY


def test_every_state_is_reached(space: Space) -> None:
    assert {walk.state for walk, _ in space.values()} == set(COURSE_STATES)
    referrals = {r.state for walk, _ in space.values() for r in walk.file.referrals.values()}
    assert referrals == set(REFERRAL_STATES)


def test_an_open_course_has_exactly_one_holder_who_has_access(space: Space) -> None:
    for walk, _ in space.values():
        assert walk.file.holder
        if walk.state != "ended":
            assert walk.file.relationship(walk.file.holder, walk.day), walk.steps


def test_an_open_course_is_on_its_holders_list_today_or_on_a_known_day(space: Space) -> None:
    for walk, _ in space.values():
        dated = dated_tasks(walk.file, walk.rules, walk.day)
        for_holder = [d for d in dated if d.due.organisation == walk.file.holder and d.until_on is None]
        assert bool(for_holder) == (walk.state != "ended"), walk.steps


def test_every_open_referral_has_somebody_to_act_and_a_clock(space: Space) -> None:
    for walk, _ in space.values():
        for referral in walk.file.referrals.values():
            if walk.state != "ended" and referral.state not in ("refused", "answered"):
                dated = dated_tasks(walk.file, walk.rules, walk.day)
                assert any(d.due.subject == referral.id and d.due.organisation == referral.to for d in dated)
                assert any(d.due.why == "referral_silent" and d.due_on == answer_by(referral) for d in dated)


def test_there_is_no_dead_end(space: Space) -> None:
    """From every course there is a way to an end other than death."""
    good = {key for key, (walk, _) in space.items() if walk.file.outcome not in (None, "died")}
    before = -1
    while before != len(good):
        before = len(good)
        good |= {key for key, (_, after) in space.items() if any(one in good for one in after)}
    stuck = [walk.steps for key, (walk, _) in space.items() if key not in good and walk.file.outcome != "died"]
    assert not stuck[:3]


def test_every_end_has_an_outcome_and_takes_no_further_step(space: Space) -> None:
    for walk, after in space.values():
        if walk.state == "ended":
            assert walk.file.outcome
            assert walk.file.ended_on
            assert not after


def test_a_group_is_never_confirmed_before_the_alarm_signs_were_put(space: Space) -> None:
    for walk, _ in space.values():
        if walk.file.group:
            assert "saddle_numbness" in walk.file.facts_said


def test_no_effect_is_never_ended_or_handed_on_without_the_return(space: Space) -> None:
    for walk, _ in space.values():
        if walk.steps and walk.steps[-1] in ("holder_changed", "course_ended") and walk.file.is_without_effect:
            decision = walk.programme.decide(walk.file.facts(), walk.day)
            returned = walk.file.returned_on is not None
            assert returned or decision.return_to_gp in ("not_listed", "withheld") or walk.file.outcome == "died", (
                walk.steps
            )
