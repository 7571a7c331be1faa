"""Illegal steps are refused, with the reason and the legal ones; legal ones go through to the end."""

import pytest

from rygrad.record import acts, door
from rygrad.record.models import Course
from rygrad.record.refusals import NotFound, Refused
from tests.record.cast import GROUP_2, NEEDS, cast

pytestmark = pytest.mark.usefixtures("database")


def test_no_group_before_the_alarm_signs_were_put() -> None:
    c = cast()
    c.open(acts.FactsRecorded({"onset_on": "2026-02-10"}, "professional"))
    with pytest.raises(Refused) as refused:
        c.write(c.anna, acts.GroupConfirmed("recurrent"))
    assert refused.value.message["da"] == (
        "»Gruppe bekræftet« kan ikke registreres nu. Spørg til udelukkelser og alarmtegn først."
    )
    assert "facts_recorded" in refused.value.legal
    assert "Svar registreret" in refused.value.text("da")


def test_no_effect_is_not_ended_or_handed_on_without_the_return() -> None:
    c = cast()
    c.without_effect()
    for act in (acts.CourseEnded("managing_alone"), acts.HolderChanged(c.anna.organisation or "", "videre")):
        with pytest.raises(Refused, match="Return to own GP"):
            c.write(c.bo, act)
    c.write(c.bo, acts.CourseEnded("died"))


def test_the_return_has_an_assessment_of_every_listed_effort() -> None:
    c = cast()
    c.without_effect()
    with pytest.raises(Refused, match="back_unit"):
        c.write(c.bo, acts.ReturnedToGp({e: n for e, n in NEEDS.items() if e != "back_unit"}))
    with pytest.raises(Refused, match="why"):
        c.write(c.bo, acts.ReturnedToGp({**NEEDS, "imaging": acts.Need("unsure")}))
    c.write(c.bo, acts.ReturnedToGp(NEEDS))
    assert Course.objects.get().holder_id == c.anna.organisation


def test_a_new_verdict_after_the_return_asks_for_a_new_return() -> None:
    c = cast()
    c.returned()
    c.write(c.anna, acts.GpDecided({"imaging": acts.EffortDecision("declined", "ikke indikation")}))
    c.write(c.anna, acts.HolderChanged(c.bo.organisation or "", "prøv igen"))
    assert Course.objects.get().state == "decided"
    c.write(c.bo, acts.EffectJudged("physiotherapist", "no_effect"), days=30)
    assert Course.objects.get().state == "without_effect"


def test_a_refusal_needs_a_reason_and_an_alternative() -> None:
    c = cast()
    c.referred()
    for reason, alternative in (("", "andet"), ("ikke indikation", "")):
        with pytest.raises(Refused):
            c.write(c.hanne, acts.ReferralRefused("r1", reason, alternative))
    c.write(c.hanne, acts.ReferralRefused("r1", "ikke indikation", "smerteklinik"))
    with pytest.raises(NotFound):
        c.write(c.hanne, acts.ReferralAccepted("r1"), days=1)


def test_a_referral_closes_its_loop() -> None:
    c = cast()
    c.referred()
    booked = acts.ReferralBooked("r1", c.today.replace(month=6, day=1))
    for act in (acts.ReferralReceived("r1"), acts.ReferralAccepted("r1"), booked):
        c.write(c.hanne, act)
    c.write(c.hanne, acts.ReferralDone("r1"), acts.ReferralAnswered("r1", "Ingen operation"), days=50)
    with pytest.raises(Refused, match="answered"):
        c.write(c.hanne, acts.ReferralDone("r1"))
    file = door.see_course(c.anna, c.course, at=c.at).file
    assert file
    assert file.facts_said["surgical_assessment_done"].value == "yes"


def test_a_closed_effort_needs_a_reason_outside_the_programme() -> None:
    c = cast()
    c.returned()
    sent = acts.ReferralSent("r1", "pain_clinic", c.hanne.organisation or "", "Vurdering")
    with pytest.raises(Refused, match="outside_programme"):
        c.write(c.anna, sent)
    c.write(c.anna, acts.ReferralSent("r1", "pain_clinic", c.hanne.organisation or "", "V", outside_programme="aftalt"))


def test_an_ended_course_takes_only_corrections_and_a_new_course() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.CourseEnded("managing_alone"))
    with pytest.raises(Refused, match="Open a new course"):
        c.write(c.bo, acts.Visit("physiotherapist"))
    old = c.course
    c.open(by=c.bo)
    assert c.course != old
    opened = door.see_course(c.bo, c.course, at=c.at)
    assert isinstance(opened.entries[0].act, acts.CourseOpened)
    assert opened.entries[0].act.previous_course == old
    assert opened.file
    assert opened.file.facts()["recurring_back_problems"] == "yes"


def test_a_new_episode_after_more_than_a_year_is_not_made_recurring() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.CourseEnded("managing_alone"))
    c.at = c.at.replace(year=2027, month=3, day=3)
    c.open()
    file = door.see_course(c.anna, c.course, at=c.at).file
    assert file
    assert "recurring_back_problems" not in file.facts()


def test_one_open_course_a_citizen() -> None:
    c = cast()
    c.open()
    with pytest.raises(Refused, match="open course"):
        c.open(by=c.bo)


def test_an_alarm_holds_the_plan_until_it_is_clarified_and_rises_again() -> None:
    c = cast()
    c.open(acts.FactsRecorded(GROUP_2, "professional"))
    c.write(c.dina, acts.AlarmRaised({"saddle_numbness": "yes"}, "citizen"))
    with pytest.raises(Refused, match="Clarify the alarm"):
        c.write(c.anna, acts.GroupConfirmed("recurrent"))
    c.write(c.anna, acts.AlarmClarified(("saddle_numbness",), "MR uden tegn på cauda equina"))
    c.write(c.anna, acts.GroupConfirmed("recurrent"))
    c.write(c.dina, acts.AlarmRaised({"saddle_numbness": "yes"}, "citizen"), days=3)
    assert Course.objects.get().state == "held"


def test_a_correction_leaves_the_original_readable() -> None:
    c = cast()
    wrong = c.open(acts.FactsRecorded({**GROUP_2, "onset_on": "2025-02-10"}, "professional")).entries[1]
    right = {"facts": {**GROUP_2}, "said_by": "professional"}
    c.write(c.anna, acts.Correction(wrong, "forkert år", right))
    view = door.see_course(c.anna, c.course, at=c.at)
    assert view.file
    assert view.file.facts()["onset_on"] == "2026-02-10"
    original = next(e for e in view.entries if e.id == wrong)
    assert original.act.facts["onset_on"] == "2025-02-10"  # type: ignore[attr-defined]


def test_what_others_build_on_is_not_struck() -> None:
    c = cast()
    c.referred()
    c.write(c.hanne, acts.ReferralReceived("r1"))
    view = door.see_course(c.anna, c.course, at=c.at)
    sent = next(e.id for e in view.entries if e.type == "referral_sent")
    with pytest.raises(Refused, match="build on it"):
        c.write(c.anna, acts.Correction(sent, "forkert modtager"))
    with pytest.raises(Refused, match="new step"):
        c.write(c.anna, acts.Correction(view.entries[0].id, "forkert"))


def test_a_late_entry_keeps_both_dates_and_does_not_push_out_a_later_truth() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.FactsRecorded({"work": "sick_listed"}, "professional"), days=10)
    c.write(c.bo, acts.FactsRecorded({"work": "employed"}, "professional"), valid_on=c.today.replace(day=5))
    view = door.see_course(c.bo, c.course, at=c.at)
    assert view.file
    assert view.file.facts()["work"] == "sick_listed"
    late = view.entries[-1]
    assert (late.valid_on.day, late.recorded_at.day) == (5, 12)


def test_a_day_in_the_future_is_refused() -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused, match="future"):
        c.write(c.bo, acts.Visit("physiotherapist"), valid_on=c.today.replace(year=2027))


@pytest.mark.parametrize(
    "act",
    [
        acts.FactsRecorded({"work": "astronaut"}, "professional"),
        acts.FactsRecorded({"work": None}, "professional"),
        acts.FactsRecorded({"favourite_colour": "blue"}, "professional"),
        acts.FactsRecorded({}, "professional"),
        acts.AlarmRaised({"work": "employed"}, "professional"),
        acts.ScoresRecorded("nrs_pain", 11, "citizen"),
        acts.ScoresRecorded("work", 1, "citizen"),
        acts.PlanConfirmed(("homeopathy",)),
        acts.PlanConfirmed(()),
        acts.PlanConfirmed(("reassessment",), goals={"happiness": ("ja",)}),
        acts.InformationGiven(("a_joke",)),
        acts.CourseEnded("bored"),
        acts.CourseEnded("other"),
        acts.AlarmClarified(("saddle_numbness",), ""),
        acts.MessageToGp("other", "x" * 200_000),
    ],
    ids=lambda act: type(act).__name__,
)
def test_what_the_content_does_not_know_is_refused(act: acts.Act) -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused):
        c.write(c.bo, act)
