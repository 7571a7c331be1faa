"""What a form cannot take is said, and never cut, altered or left out in silence."""

import pytest

from rygrad.record.journal import entries_of
from rygrad.web.models import SavedList
from tests.record.cast import Cast
from tests.trust.attacks.cast_walks import entered
from tests.trust.attacks.turning_back import holds


@pytest.mark.parametrize("name", ["x" * 61, "to\nlinjer", "en\x0bto", "en\u2028to", "en\x85to", "en\x1b[2Jto"])
def test_a_lists_name_that_cannot_be_kept_as_it_is_is_refused(record: Cast, name: str) -> None:
    answer = entered(record, "anna").post("/liste/gem", {"name": name, "hvorfor": "due"})
    assert answer.status_code == 422
    assert not SavedList.objects.exists()


def test_a_lists_name_is_kept_to_the_last_character(record: Cast) -> None:
    name = f"{'æ' * 58}👩🏽"
    assert entered(record, "anna").post("/liste/gem", {"name": name, "hvorfor": "due"}).status_code == 302
    assert SavedList.objects.get().name == name


@pytest.mark.parametrize(("value", "items"), [("", "12"), ("4", "tolv"), ("4", "1.5"), ("", "x\0"), ("fire", "")])
def test_half_a_measurement_is_refused_and_the_visit_with_it(record: Cast, value: str, items: str) -> None:
    record.grouped()
    before = len(entries_of(record.course))
    sent = {"version": str(record.version), "key": "k-1", "instrument": "rmdq", "value": value, "items": items}
    answer = entered(record, "bo").post(f"/forloeb/{record.course}/besoeg", sent | {"note": "Note"})
    assert answer.status_code == 422
    assert len(entries_of(record.course)) == before


def test_a_goal_keeps_every_character_of_its_line(record: Cast) -> None:
    record.grouped()
    goal = "gå en tur\u2028og en til\x85\x0b\x1d"
    sent = {"version": str(record.version), "key": "k-1", "intervention": "physiotherapy_and_chiropractic"}
    sent |= {"goal-activity_and_participation": f"{goal}.\r\nløbe", "note": "Note"}
    answer = entered(record, "anna").post(f"/forloeb/{record.course}/plan", sent)
    assert answer.status_code == 302
    assert holds(f"{goal}.")
