"""The worklist: why, since when, page by page; any past day exactly, any later day in advance."""

from datetime import date, timedelta

import pytest

from rygrad.record import acts, door, worklist
from rygrad.record.actor import Actor
from rygrad.record.models import Look
from rygrad.record.refusals import NotFound
from rygrad.record.worklist import Page, Row
from tests.record.cast import GROUP_2, NEEDS, Cast, cast
from tests.record.steps_at_random import alphabet, play

pytestmark = pytest.mark.usefixtures("database")


def whys(c: Cast, who: Actor, day: date | None = None) -> list[str]:
    """The reasons on somebody's list."""
    return [row.why for row in worklist.worklist(who, day or c.today, at=c.at).rows]


def test_each_hand_over_moves_the_course_to_the_next_list() -> None:
    c = cast()
    c.open()
    assert whys(c, c.anna) == ["answer_missing"]
    c.write(c.anna, acts.FactsRecorded(GROUP_2, "professional"))
    assert whys(c, c.anna) == ["to_confirm"]
    plan = acts.PlanConfirmed(("physiotherapy_and_chiropractic",))
    c.write(c.anna, acts.GroupConfirmed("recurrent"), plan, acts.HolderChanged(c.bo.organisation or "", "behandling"))
    assert (whys(c, c.anna), whys(c, c.bo)) == ([], ["new_to_me"])
    c.write(c.bo, acts.TreatmentStarted("physiotherapist"))
    assert whys(c, c.bo) == []
    assert whys(c, c.bo, c.today + timedelta(days=42)) == ["due"]
    assert whys(c, c.bo, c.today + timedelta(days=57)) == ["overdue"]
    c.write(c.bo, acts.EffectJudged("physiotherapist", "no_effect"), days=30)
    assert whys(c, c.bo) == ["no_effect_return"]
    c.write(c.bo, acts.ReturnedToGp(NEEDS))
    assert (whys(c, c.bo), whys(c, c.anna)) == ([], ["return_received"])
    sent = acts.ReferralSent("r1", "surgical_assessment", c.hanne.organisation or "", "Vurdering")
    c.write(c.anna, acts.GpDecided({"surgical_assessment": acts.EffortDecision("accepted")}), sent)
    assert whys(c, c.hanne) == ["referral_to_triage"]
    assert "referral_silent" in whys(c, c.anna, c.today + timedelta(days=14))
    c.write(c.hanne, acts.ReferralRefused("r1", "ikke indikation", "smerteklinik"))
    assert (whys(c, c.hanne), whys(c, c.anna)) == ([], ["referral_refused"])
    c.write(c.anna, acts.GpDecided({"surgical_assessment": acts.EffortDecision("declined", "afvist")}))
    assert whys(c, c.anna) == []
    c.write(c.dina, acts.AlarmRaised({"saddle_numbness": "yes"}, "citizen"))
    assert whys(c, c.anna) == ["alarm_open"]


def test_the_rows_say_why_in_words_and_since_when() -> None:
    c = cast()
    c.without_effect()
    (row,) = worklist.worklist(c.bo, at=c.at).rows
    assert row.words("da") == "Manglende effekt: send til egen læge med vurdering af behov"
    assert (row.name, row.since_on) == ("Dina Demosen", c.today)


def test_each_row_shown_is_a_look_and_counts_are_not() -> None:
    c = cast()
    c.without_effect()
    worklist.counts(c.bo, at=c.at)
    assert Look.objects.count() == 0
    worklist.worklist(c.bo, at=c.at)
    assert [(look.what, look.person) for look in Look.objects.all()] == [("worklist", c.dina.id)]


@pytest.mark.parametrize("who", ["gustav", "dina", "erik"])
def test_only_those_who_treat_have_a_worklist(who: str) -> None:
    c = cast()
    c.grouped()
    with pytest.raises(NotFound):
        worklist.worklist(getattr(c, who), at=c.at)


def test_pages_follow_each_other_without_gap_or_double() -> None:
    from rygrad.record import people

    c = cast()
    for number in range(11):
        person = people.register_person(f"Demo {number}", {"demo": f"demo-{number + 50}"}, is_invented=True)
        c.open(person=person)
        if number % 3 == 0:
            c.write(c.anna, acts.FactsRecorded({"spinal_tumour": "suspected"}, "professional"))
    everything = worklist.worklist(c.anna, at=c.at, size=100).rows
    paged: list[Row] = []
    page = Page((), None)
    while page.following or not paged:
        page = worklist.worklist(c.anna, at=c.at, size=4, after=page.following)
        paged += page.rows
    assert paged == list(everything)
    assert len({row.course for row in paged}) == 11
    assert sum(worklist.counts(c.anna, at=c.at).values()) == 11
    assert [row.why for row in paged[:4]] == ["alarm_open"] * 4


@pytest.mark.parametrize("seed", range(4))
def test_any_past_day_comes_out_exactly_as_it_was(seed: int) -> None:
    """The lists at each day's end, remembered, and asked for again when all is over."""
    import random

    c, dice = cast(), random.Random(seed)
    c.open(acts.FactsRecorded(GROUP_2, "professional"))
    remembered = []
    for _ in range(25):
        for _ in range(dice.choice((0, 1, 2))):
            actor, act = dice.choice(alphabet(c))
            try:
                c.write(actor, act)
            except Exception as refused:  # a refused step writes nothing
                assert hasattr(refused, "status")
        remembered.append((c.today, [_list(c, who) for who in (c.anna, c.bo, c.hanne)]))
        c.at += timedelta(days=dice.choice((1, 1, 9, 30)))
    for day, lists in remembered:
        assert [_list(c, who, day) for who in (c.anna, c.bo, c.hanne)] == lists, day


def _list(c: Cast, who: Actor, day: date | None = None) -> list[tuple[object, ...]]:
    """The rows but for the names: those are only told while there is a relationship."""
    rows = worklist.worklist(who, day, at=c.at, size=100).rows
    return sorted((row.course, row.why, row.since_on, str(row.until_on), row.subject) for row in rows)


def test_what_did_we_know_that_day() -> None:
    c = cast()
    c.grouped()
    known = c.at
    late = acts.FactsRecorded({"work": "sick_listed"}, "professional")
    c.write(c.bo, late, days=10, valid_on=c.today)
    then = door.see_course(c.bo, c.course, known_at=known, at=c.at)
    now = door.see_course(c.bo, c.course, as_of=known.date(), at=c.at)
    assert then.file
    assert now.file
    assert "work" not in then.file.facts(), "it was true, but nobody knew"
    assert now.file.facts()["work"] == "sick_listed", "now we know that it was true then"


def test_a_day_turns_at_midnight_in_copenhagen() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.TreatmentStarted("physiotherapist"))
    before = c.at.replace(month=4, day=12, hour=21, minute=59)  # 23:59 summer time, day 41
    assert worklist.worklist(c.bo, at=before).rows == ()
    (row,) = worklist.worklist(c.bo, at=before + timedelta(minutes=2)).rows
    assert row.why == "due"


@pytest.mark.parametrize("seed", range(3))
def test_steps_at_random_never_lose_an_open_course(seed: int) -> None:
    """At any time an open course stands, now or on a known later day, on its holder's list and nobody else's.

    But an alarm stands on own GP's list too: not every holder may clarify it.
    """
    from rygrad.record.models import Course, Task

    c = cast()
    play(c, seed, 40)
    for course in Course.objects.all():
        standing = Task.objects.filter(course=course, left_at=None, until_on=None, subject="")
        places = {t.organisation_id for t in standing if t.why != "alarm_open" or t.organisation_id == course.holder_id}
        assert places == ({course.holder_id} if course.holder_id else set())
        if any(t.organisation_id != course.holder_id for t in standing):
            assert course.state == "held"


def test_an_alarm_stands_on_own_gps_list_too_until_it_is_clarified() -> None:
    c = cast()
    c.grouped()
    c.write(c.dina, acts.AlarmRaised({"saddle_numbness": "yes"}, "citizen"))
    assert "alarm_open" in whys(c, c.anna) and "alarm_open" in whys(c, c.bo)
    c.write(c.anna, acts.AlarmClarified(("saddle_numbness",), "undersøgt"))
    assert "alarm_open" not in whys(c, c.anna) + whys(c, c.bo)
