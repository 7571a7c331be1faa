"""A new content version: shown first, put in force by two named persons, and nobody is moved silently."""

from collections.abc import Mapping

import pytest

from rygrad.record import activation, contents, door, rebuild, verify, worklist
from rygrad.record.models import Activation, Entry, Task
from rygrad.record.refusals import NotFound, Refused
from tests.record.cast import cast
from tests.versions import LATER, numbered

pytestmark = pytest.mark.usefixtures("database")


def changed_files() -> Mapping[str, bytes]:
    """The packaged content with the window one week later, so that it differs for everybody under treatment."""
    files = contents.content_files("rygsmerter")
    text = files["pathway.yaml"].decode()
    assert "days: 42-56" in text
    return {
        **files,
        "pathway.yaml": numbered(text.replace("days: 42-56", "days: 49-63").encode()),
    }


def test_the_difference_is_shown_before_anything_changes() -> None:
    c = cast()
    c.without_effect()
    before = Activation.objects.count()
    shown = activation.preview(changed_files(), at=c.at)
    assert (shown.version, shown.open_courses, shown.changed) == (LATER, 1, [c.course])
    assert shown.moves[("reassessment", "due", "not_due")] == 1
    assert (
        "G2-T" in shown.because[("reassessment", "due", "not_due")] or shown.because[("reassessment", "due", "not_due")]
    )
    assert any("window" in place.where for place in shown.places)
    assert Activation.objects.count() == before
    assert not Task.objects.filter(why="plan_changed").exists()


@pytest.mark.parametrize(("by", "also_by"), [("", ""), ("Kim Kliniker", ""), ("Kim Kliniker", " kim kliniker ")])
def test_two_named_persons_stand_behind_it(by: str, also_by: str) -> None:
    shown = activation.preview(changed_files())
    with pytest.raises(Refused, match="two named persons"):
        activation.activate(shown.sha256, by, also_by)


def test_what_was_not_previewed_is_not_put_in_force() -> None:
    with pytest.raises(NotFound):
        activation.activate("0" * 64, "Kim Kliniker", "Lis Leder")


def test_every_affected_course_gets_a_row_and_old_decisions_stay() -> None:
    c = cast()
    c.grouped()
    from rygrad.record import acts

    c.write(c.bo, acts.TreatmentStarted("physiotherapist"))
    old = [entry.body for entry in Entry.objects.all()]
    at = c.at.replace(month=4, day=15)
    shown = activation.preview(changed_files(), at=at)
    done = activation.activate(shown.sha256, "Kim Kliniker", "Lis Leder", at=at)
    assert [entry.body for entry in Entry.objects.all()] == old
    rows = {row.why: row.since_on for row in worklist.worklist(c.bo, at=at).rows}
    assert rows == {"plan_changed": at.date()}, "the window moved: it was due, and is not due yet"
    assert [row.why for row in worklist.worklist(c.bo, at.date().replace(day=14), at=at).rows] == ["due"]
    assert door.see_course(c.bo, c.course, at=at).decision.pathway["version"] == LATER  # type: ignore[union-attr]
    assert not verify.verify().problems
    tasks = [str(vars(t) | {"_state": None, "id": None}) for t in Task.objects.order_by("entered_at", "why", "due_on")]
    rebuild.rebuild()
    assert [
        str(vars(t) | {"_state": None, "id": None}) for t in Task.objects.order_by("entered_at", "why", "due_on")
    ] == tasks
    c.at = at
    c.write(c.bo, acts.PlanConfirmed(("physiotherapy_and_chiropractic",)))
    assert worklist.worklist(c.bo, at=c.at).rows == (), "confirmed anew with the new content"
    assert done.by == "Kim Kliniker"


def test_activating_what_is_in_force_is_refused() -> None:
    with pytest.raises(Refused, match="in force already"):
        activation.activate(activation.preview(contents.content_files("rygsmerter")).sha256, "Kim", "Lis")


def test_broken_content_is_refused_and_not_kept() -> None:
    from rygrad.pathway.errors import ContentError

    files = dict(contents.content_files("rygsmerter"))
    files["pathway.yaml"] = files["pathway.yaml"].replace(b"Praktiserende", b"Praktiserendes")
    with pytest.raises(ContentError):
        activation.preview(files)
