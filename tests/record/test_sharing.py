"""A citizen shares with a relative, from a day to a day: at the door, and in what the citizen is told of it."""

from datetime import timedelta

import pytest

from rygrad.record import acts, citizenview, people
from rygrad.record.act import PARTS, Part
from rygrad.record.door import see_as_relative, see_course
from rygrad.record.models import Look
from rygrad.record.refusals import NotFound
from rygrad.record.steps import NotAllowed
from tests.record.cast import Cast, cast

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def c(database: str) -> Cast:
    people_there = cast()
    people_there.grouped()
    people_there.write(people_there.bo, acts.Visit("physiotherapist", "Noten om Dina"), days=1)
    people_there.write(people_there.bo, acts.ScoresRecorded("nrs_pain", 7, "citizen"))
    return people_there


def share(c: Cast, *parts: Part, days: int = 10) -> None:
    c.write(c.dina, acts.AccessGranted(c.erik.id, "sharing", parts or ("plan",), c.today + timedelta(days=days)))


@pytest.mark.parametrize(("day", "sees"), [(-1, False), (0, True), (10, True), (11, False)])
def test_from_the_first_day_to_the_last_and_no_day_more(c: Cast, day: int, sees: bool) -> None:
    share(c)
    at = c.at + timedelta(days=day)
    if sees:
        assert see_course(c.erik, c.course, at=at).parts == {"plan"}
    else:
        with pytest.raises(NotFound):
            see_course(c.erik, c.course, at=at)


def test_a_stranger_and_another_citizen_find_nothing(c: Cast) -> None:
    share(c, *PARTS)
    stranger = people.register_person("Sten Fremmed", {}, is_invented=True)
    for actor in (people.relative_actor(stranger), people.citizen_actor(stranger), people.citizen_actor(c.erik.id)):
        with pytest.raises(NotFound):
            see_course(actor, c.course, at=c.at)


@pytest.mark.parametrize("part", ["scores", "work", "clinical"])
def test_each_part_is_shared_on_its_own(c: Cast, part: Part) -> None:
    c.write(c.bo, acts.FactsRecorded({"work": "sick_listed"}, "citizen"))
    share(c, "plan", part)
    view = see_course(c.erik, c.course, at=c.at)
    types = {entry.type for entry in view.entries}
    assert view.parts == {"plan", part} and view.file is None and view.decision is None
    assert ("scores_recorded" in types) is (part == "scores")
    assert ("work" in view.work) is (part == "work")
    assert ("Noten om Dina" in repr(view.entries)) is (part == "clinical")


def test_a_relative_writes_nothing(c: Cast) -> None:
    share(c, *PARTS)
    for act in (acts.ScoresRecorded("nrs_pain", 4, "relative"), acts.InformationRead(("usual_course",))):
        with pytest.raises(NotAllowed):
            c.write(c.erik, act)


def test_what_a_relative_sees_is_shown_to_the_citizen_as_the_citizens_own_look(c: Cast) -> None:
    share(c)
    before = Look.objects.count()
    own = see_as_relative(c.dina, c.course, c.erik.id, at=c.at)
    (look,) = Look.objects.filter(seq__gt=before)
    assert (look.actor, look.role, look.what) == (c.dina.id, "citizen", "as_relative")
    assert own == see_course(c.erik, c.course, at=c.at)


def test_nobody_else_is_shown_what_a_relative_sees(c: Cast) -> None:
    share(c)
    for actor in (c.anna, c.erik, people.citizen_actor(c.erik.id)):
        with pytest.raises(NotFound):
            see_as_relative(actor, c.course, c.erik.id, at=c.at)
    with pytest.raises(NotFound):
        see_as_relative(c.dina, c.course, c.dina.id, at=c.at)


def test_with_whom_it_was_shared_before_is_known_when_it_has_ended(c: Cast) -> None:
    share(c)
    name = people.relative_actor(c.erik.id).name
    assert citizenview.shared_before(c.dina, c.course, c.today) == {}
    assert citizenview.shared_before(c.dina, c.course, c.today + timedelta(days=11)) == {c.erik.id: name}
    c.write(c.dina, acts.AccessRevoked(c.erik.id))
    assert citizenview.shared_before(c.dina, c.course, c.today) == {c.erik.id: name}
    for actor in (c.anna, c.erik):
        with pytest.raises(NotFound):
            citizenview.shared_before(actor, c.course, c.today)


def test_sharing_again_after_it_was_stopped_gives_only_what_is_shared_now(c: Cast) -> None:
    share(c, *PARTS)
    c.write(c.dina, acts.AccessRevoked(c.erik.id))
    share(c)
    assert see_course(c.erik, c.course, at=c.at).parts == {"plan"}
