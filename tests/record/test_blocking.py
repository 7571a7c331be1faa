"""A citizen blocks a part from a sector: nobody there sees it, but own GP, the holder, and in an emergency."""

import pytest

from rygrad.record import acts
from rygrad.record.access import sector_of
from rygrad.record.door import see_course, take_emergency_access
from rygrad.record.refusals import Refused
from rygrad.record.steps import NotAllowed
from tests.record.cast import Cast, cast

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def c(database: str) -> Cast:
    people = cast()
    people.referred()
    return people


def test_a_blocked_part_is_not_seen_and_that_it_is_blocked_is_said(c: Cast) -> None:
    assert "clinical" in see_course(c.hanne, c.course, at=c.at).parts
    c.write(c.dina, acts.PartBlocked("clinical", "practice"))
    view = see_course(c.hanne, c.course, at=c.at)
    assert "clinical" not in view.parts and view.blocked == ("clinical",)
    assert view.decision is None and view.file is None
    assert "fact" not in " ".join(entry.type for entry in view.entries)


def test_who_cannot_see_may_not_decide(c: Cast) -> None:
    c.write(c.dina, acts.PartBlocked("clinical", "practice"))
    with pytest.raises(NotAllowed):
        c.write(c.hanne, acts.ScoresRecorded("nrs_pain", 4, "citizen"))


def test_own_gp_and_the_holder_see_it_still(c: Cast) -> None:
    c.write(c.dina, acts.PartBlocked("clinical", "practice"), acts.PartBlocked("scores", "practice"))
    view = see_course(c.anna, c.course, at=c.at)
    assert {"clinical", "scores"} <= view.parts and view.blocked == ()


def test_own_entries_and_the_referral_that_was_received_stay_readable(c: Cast) -> None:
    c.write(c.dina, acts.PartBlocked("clinical", "practice"))
    sent = [entry for entry in see_course(c.hanne, c.course, at=c.at).entries if entry.type == "referral_sent"]
    assert sent[0].act.question == "Vurdering ønskes"  # type: ignore[attr-defined]


def test_another_sector_is_not_touched(c: Cast) -> None:
    c.write(c.dina, acts.PartBlocked("clinical", "municipality"))
    assert see_course(c.hanne, c.course, at=c.at).blocked == ()


def test_a_lifted_block_is_gone_at_the_next_request(c: Cast) -> None:
    c.write(c.dina, acts.PartBlocked("clinical", "practice"))
    c.write(c.dina, acts.PartUnblocked("clinical", "practice"))
    assert "clinical" in see_course(c.hanne, c.course, at=c.at).parts


def test_in_an_emergency_it_is_seen_with_a_reason(c: Cast) -> None:
    c.write(c.dina, acts.PartBlocked("clinical", "practice"))
    take_emergency_access(c.carla, "demo", "demo-1", "bevidstløs", key="e1", at=c.at)
    assert "clinical" in see_course(c.carla, c.course, at=c.at).parts


def test_twice_or_not_at_all_is_refused_aloud(c: Cast) -> None:
    with pytest.raises(Refused, match="is not blocked"):
        c.write(c.dina, acts.PartUnblocked("clinical", "practice"))
    c.write(c.dina, acts.PartBlocked("clinical", "practice"))
    with pytest.raises(Refused, match="blocked already"):
        c.write(c.dina, acts.PartBlocked("clinical", "practice"))


def test_nobody_but_the_citizen_blocks(c: Cast) -> None:
    for actor in (c.anna, c.hanne):
        with pytest.raises(NotAllowed):
            c.write(actor, acts.PartBlocked("work", "municipality"))


def test_the_citizen_sees_every_block(c: Cast) -> None:
    c.write(c.dina, acts.PartBlocked("work", "municipality"))
    assert see_course(c.dina, c.course, at=c.at).blocks == {("work", "municipality")}


def test_every_professional_has_a_sector() -> None:
    assert [sector_of(role) for role in ("municipal_worker", "hospital_clinician", "chiropractor")] == [
        "municipality", "hospital", "practice",
    ]  # fmt: skip
