"""The audit: an administrator sees who looked and why somebody may, and nothing of any citizen."""

from datetime import UTC, datetime, timedelta

import pytest

from rygrad.record import accesslog, acts, audit, changes, door, people, worklist
from rygrad.record.models import Change, Look
from rygrad.record.refusals import NotFound, Refused, StorageFailed
from rygrad.record.steps import NotAllowed
from tests.record.cast import Cast, cast

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def c(database: str) -> Cast:
    """A course in treatment, and some who looked: Bo, Anna, the citizen, and Carla in an emergency."""
    made = cast()
    region = people.register_organisation("region", "Region Demo")
    people.register_professional("gustav", "Gustav Demo", "administrator", region)
    made.gustav = people.professional_actor("gustav", made.at.date())
    made.grouped()
    door.see_course(made.bo, made.course, at=made.at)
    worklist.worklist(made.bo, at=made.at + timedelta(days=1))
    door.see_course(made.anna, made.course, at=made.at + timedelta(days=2))
    door.see_course(made.dina, made.course, at=made.at + timedelta(days=2), channel="citizen")
    door.take_emergency_access(made.carla, "demo", "demo-1", "akut", key="e", at=made.at + timedelta(days=3))
    return made


def test_an_administrator_sees_who_looked_when_from_where_and_why(c: Cast) -> None:
    page = audit.looks(c.gustav)
    assert page.following is None
    newest = page.rows[0]
    assert (newest.name, newest.organisation_name, newest.what) == ("Carla Demo", "Anden Demo Fysioterapi", "emergency")
    assert (newest.basis, newest.reason, newest.channel) == ("emergency", "akut", "api")
    assert (newest.person, newest.course) == (c.dina.id, c.course)
    assert [row.seq for row in page.rows] == list(Look.objects.order_by("-seq").values_list("seq", flat=True))


def test_no_citizen_is_named(c: Cast) -> None:
    seen = repr(audit.looks(c.gustav))
    for secret in ("Dina", "Demosen", "demo-1", "recurrent", "in_treatment"):
        assert secret not in seen
    own = next(row for row in audit.looks(c.gustav).rows if row.role == "citizen")
    assert (own.actor, own.name, own.organisation_name) == (c.dina.id, "", "")


def test_looks_are_picked_by_user_organisation_and_days(c: Cast) -> None:
    assert {row.name for row in audit.looks(c.gustav, "bo").rows} == {"Bo Demo"}
    assert {row.what for row in audit.looks(c.gustav, organisation=c.bo.organisation).rows} == {"course", "worklist"}
    day = c.at.date() + timedelta(days=2)
    assert [row.role for row in audit.looks(c.gustav, since=day, until=day).rows] == ["citizen", "general_practitioner"]
    assert [row.what for row in audit.looks(c.gustav, since=day + timedelta(days=1)).rows] == ["emergency"]
    assert not audit.looks(c.gustav, until=c.at.date() - timedelta(days=1)).rows
    for wrong in ({"user": "nobody"}, {"organisation": "o-nothing"}):
        with pytest.raises(NotFound):
            audit.looks(c.gustav, **wrong)
    with pytest.raises(Refused):
        audit.looks(c.gustav, since=day, until=day - timedelta(days=1))


def test_a_day_is_a_local_day(c: Cast) -> None:
    after_midnight = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 2 July in Copenhagen
    accesslog.log(c.bo, [accesslog.Seen("p", None, "care")], "course", at=after_midnight)
    second = after_midnight.date() + timedelta(days=1)
    assert len(audit.looks(c.gustav, since=second, until=second).rows) == 1
    assert not audit.looks(c.gustav, since=after_midnight.date(), until=after_midnight.date()).rows


def test_looks_come_in_pages(c: Cast) -> None:
    first = audit.looks(c.gustav, size=2)
    second = audit.looks(c.gustav, size=500, after=first.following)
    assert len(first.rows) == 2
    assert [r.seq for r in (*first.rows, *second.rows)] == list(
        Look.objects.order_by("-seq").values_list("seq", flat=True)
    )
    with pytest.raises(Refused):
        audit.looks(c.gustav, size=0)


def test_viewing_the_audit_is_itself_written_before_the_answer(c: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    audit.looks(c.gustav, "bo", since=c.at.date())
    line = changes.changes(c.gustav).rows[0]
    assert (line.what, line.about, line.name) == ("audit_viewed", "bo", "Gustav Demo")
    assert line.detail["since"] == str(c.at.date())

    def broken(*_: object, **__: object) -> None:
        raise StorageFailed

    monkeypatch.setattr(audit, "write_change", broken)
    with pytest.raises(StorageFailed):
        audit.looks(c.gustav)
    with pytest.raises(StorageFailed):
        audit.explain(c.gustav, "bo", c.course, c.at.date())


@pytest.mark.parametrize("who", ["anna", "bo", "freja", "dina", "erik"])
def test_nobody_else_sees_the_audit(c: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        audit.looks(getattr(c, who))
    with pytest.raises(NotAllowed):
        audit.explain(getattr(c, who), "bo", c.course, c.at.date())
    assert not Change.objects.exists()


def test_why_somebody_may_see_a_course_is_said_in_words(c: Cast) -> None:
    day = c.at.date()
    words = audit.explain(c.gustav, "bo", c.course, day)
    assert words.da.startswith("Bo Demo har haft ansvaret for forløbet. Ser: plan")
    assert "Dina" not in words.da
    line = changes.changes(c.gustav).rows[0]
    assert (line.what, line.about, line.detail) == ("access_explained", "bo", {"course": c.course, "day": str(day)})


def test_a_course_that_is_not_there_answers_like_one_without_access(c: Cast) -> None:
    day = c.at.date()
    assert audit.explain(c.gustav, "freja", c.course, day).da == "Freja Demo har ingen adgang."
    assert audit.explain(c.gustav, "freja", "c-nothing", day) == audit.explain(c.gustav, "freja", c.course, day)
    with pytest.raises(NotFound):
        audit.explain(c.gustav, "nobody", c.course, day)
    with pytest.raises(Refused):
        audit.explain(c.gustav, "bo", "\0", day)


def test_the_answer_is_of_the_day_that_was_asked_about(c: Cast) -> None:
    opened = c.at.date() + timedelta(days=4)
    granted = acts.AccessGranted(c.freja.organisation or "", "consent", ("plan",), opened + timedelta(days=9))
    c.write(c.dina, granted, days=4, expected_version=c.version + 1)
    none = "Freja Demo has no access."
    assert audit.explain(c.gustav, "freja", c.course, opened + timedelta(days=9)).en.endswith(
        "Sees: plan and next step."
    )
    assert audit.explain(c.gustav, "freja", c.course, opened + timedelta(days=10)).en == none
    assert audit.explain(c.gustav, "freja", c.course, opened - timedelta(days=1)).en == none


def test_an_administrator_at_a_practice_that_treats_has_no_access_by_it(c: Cast) -> None:
    people.register_professional("grete", "Grete Demo", "administrator", c.bo.organisation or "")
    assert audit.explain(c.gustav, "grete", c.course, c.at.date()).en == "Grete Demo has no access."


def test_all_places_somebody_works_in_count(c: Cast) -> None:
    from rygrad.record.administration import add_membership

    add_membership(c.gustav, "carla", c.bo.organisation or "", "physiotherapist", valid_from=c.at.date())
    assert "Carla Demo har haft ansvaret" in audit.explain(c.gustav, "carla", c.course, c.at.date()).da
