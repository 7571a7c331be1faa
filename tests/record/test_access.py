"""Who may do and see what: every cell of the access table, against a table written apart from it; and the door."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from rygrad.record import access, accesslog, acts, door, journal, people
from rygrad.record.act import PARTS
from rygrad.record.actor import ROLES, Actor
from rygrad.record.models import Look
from rygrad.record.refusals import NotFound, Refused, StorageFailed
from rygrad.record.steps import NotAllowed
from rygrad.record.storage import writing
from tests.record.cast import GROUP_2, Cast, cast

pytestmark = pytest.mark.usefixtures("database")

CLINICIANS = {"general_practitioner", "physiotherapist", "chiropractor", "specialist", "hospital_clinician"}
THERAPISTS = {"physiotherapist", "chiropractor"}
STAFF = CLINICIANS | {"municipal_worker"}
SIGNS = {"general_practitioner", "chiropractor", "specialist", "hospital_clinician"}
# Written from what the roles are for, not from the table: who may do this when the relation is there.
EXPECTED: dict[str, set[tuple[str, str]]] = {
    "any": {
        *((a, r) for a in ("course_opened", "emergency_access") for r in CLINICIANS),
        ("administer", "administrator"),
    },
    "care": {
        *(
            (a, r)
            for a in ("facts_recorded", "alarm_raised", "information_given", "message_to_gp", "correction")
            for r in STAFF
        ),
        *(
            (a, r)
            for a in ("group_confirmed", "group_declined", "plan_confirmed", "scores_recorded", "history_received")
            for r in CLINICIANS
        ),
        *((a, r) for a in ("effect_judged", "reassessed", "returned_to_gp", "referral_sent") for r in CLINICIANS),
        *(("access_granted", r) for r in CLINICIANS),
        *(("alarm_clarified", r) for r in SIGNS),
        *((a, r) for a in ("treatment_started", "visit", "treatment_ended") for r in THERAPISTS),
        *((a, "general_practitioner") for a in ("persons_linked", "persons_unlinked", "access_revoked")),
        *((f"see_{p}", r) for p in ("plan", "work", "clinical", "scores") for r in STAFF),
    },
    "own_gp": {
        (a, "general_practitioner") for a in ("gp_decided", "holder_changed", "course_ended", "referral_settled")
    },
    "holder": {(a, r) for a in ("holder_changed", "course_ended", "referral_settled") for r in CLINICIANS},
    "receiver": {
        (f"referral_{a}", r) for a in ("received", "accepted", "refused", "booked", "done", "answered") for r in STAFF
    },
    "self": {
        (a, "citizen")
        for a in (
            "facts_recorded",
            "alarm_raised",
            "scores_recorded",
            "information_read",
            "effect_felt",
            "part_blocked",
            "part_unblocked",
            "correction",
            "access_granted",
            "access_revoked",
            "see_plan",
            "see_work",
            "see_clinical",
            "see_scores",
            "see_access_log",
            "export_everything",
        )
    },
    "shared": {(f"see_{p}", "relative") for p in ("plan", "work", "clinical", "scores")},
}


@pytest.mark.parametrize("relation", EXPECTED)
def test_every_cell_of_the_table_is_as_written_apart_from_it(relation: str) -> None:
    for action in access.TABLE:
        for role in ROLES:
            actor = Actor("u", "U", role, "o", "p")
            assert access.may(actor, action, frozenset({relation})) == ((action, role) in EXPECTED[relation]), (
                action,
                role,
            )


def test_administrators_and_managers_see_no_person() -> None:
    for action, cells in access.TABLE.items():
        assert bool(cells["administrator"]) == (action == "administer"), action
        assert not cells["programme_manager"], action


LOOKS: dict[str, Callable[[Cast, Actor], object]] = {
    "see": lambda c, who: door.see_course(who, c.course, at=c.at),
    "write": lambda c, who: c.write(who, acts.MessageToGp("other", "x")),
    "answer": lambda c, who: c.write(who, acts.FactsRecorded({"work": "employed"}, "citizen")),
    "why": lambda c, who: door.why_may(who, c.course, who, at=c.at),
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", ["carla", "gustav", "erik", "freja", "hanne"])
def test_a_stranger_does_not_learn_that_the_course_exists(look: str, who: str) -> None:
    c = cast()
    c.grouped()
    with pytest.raises(NotFound) as there:
        LOOKS[look](c, getattr(c, who))
    c.course = "c-nothing"
    with pytest.raises(NotFound) as nowhere:
        LOOKS[look](c, getattr(c, who))
    assert there.value.as_data() == nowhere.value.as_data()


@pytest.mark.parametrize("who", ["anna", "bo", "dina"])
def test_those_with_a_relation_see_it(who: str) -> None:
    c = cast()
    c.grouped()
    assert door.see_course(getattr(c, who), c.course, at=c.at).group == "recurrent"


def test_a_citizen_sees_what_was_confirmed_and_no_raw_engine_output() -> None:
    c = cast()
    c.grouped()
    assert door.see_course(c.dina, c.course, at=c.at).decision is None
    assert door.see_course(c.bo, c.course, at=c.at).decision is not None


def test_another_citizen_sees_nothing() -> None:
    c = cast()
    c.grouped()
    other = people.citizen_actor(c.erik.id)
    with pytest.raises(NotFound):
        door.see_course(other, c.course, at=c.at)


def test_a_known_course_but_not_ones_own_to_do_is_said_so() -> None:
    c = cast()
    c.returned()
    with pytest.raises(NotAllowed):
        c.write(c.bo, acts.GpDecided({"imaging": acts.EffortDecision("accepted")}))
    with pytest.raises(NotAllowed):
        c.write(c.bo, acts.CourseEnded("managing_alone"))


def test_a_relative_sees_what_is_shared_until_a_date_and_no_scores() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.ScoresRecorded("nrs_pain", 7, "citizen"), acts.MessageToGp("start", "Startet"))
    until = c.today + timedelta(days=7)
    c.write(c.dina, acts.AccessGranted(c.erik.id, "sharing", ("plan",), until))
    view = door.see_course(c.erik, c.course, at=c.at)
    seen = {entry.type for entry in view.entries}
    assert "plan_confirmed" in seen
    assert not seen & {"scores_recorded", "facts_recorded"}
    assert (view.decision, view.file) == (None, None)
    door.see_course(c.erik, c.course, at=c.at + timedelta(days=7))
    with pytest.raises(NotFound):
        door.see_course(c.erik, c.course, at=c.at + timedelta(days=8))


def test_a_relatives_access_has_an_end_date() -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused, match="until"):
        c.write(c.dina, acts.AccessGranted(c.erik.id, "sharing", ("plan",)))


def test_the_municipality_sees_plan_and_work_unless_the_citizen_consents_to_more() -> None:
    c = cast()
    c.referred(to=c.freja, effort="labour_market_and_income")
    view = door.see_course(c.freja, c.course, at=c.at)
    assert view.parts == {"plan", "work"}
    assert view.decision is None
    plan = next(e.act for e in view.entries if isinstance(e.act, acts.PlanConfirmed))
    assert plan.decided is None
    sent = next(e.act for e in view.entries if isinstance(e.act, acts.ReferralSent))
    assert sent.question == "Vurdering ønskes", "the receiver reads what it is asked"
    c.write(c.dina, acts.AccessGranted(c.freja.organisation or "", "consent", ("clinical",)))
    assert door.see_course(c.freja, c.course, at=c.at).parts == {"plan", "work", "clinical"}


def test_free_text_and_facts_stay_with_those_who_see_clinical_data() -> None:
    c = cast()
    c.referred(to=c.freja, effort="labour_market_and_income")
    secret = "hemmeligt"
    for act in (
        acts.GpDecided({"imaging": acts.EffortDecision("declined", secret)}),
        acts.AccessGranted(c.hanne.organisation or "", "consent", PARTS, reason=secret),
        acts.HolderChanged(c.bo.organisation or "", secret),
        acts.MessageToGp("other", secret),
        acts.FactsRecorded({"comorbidity": "yes", "work": "sick_listed"}, "professional"),
        acts.GroupConfirmed("recurrent", secret),
    ):
        c.write(c.anna, act)
    c.write(c.dina, acts.AccessGranted(c.erik.id, "sharing", ("plan",), c.today))
    for who, knows_work in ((c.freja, True), (c.erik, False)):
        entries = door.see_course(who, c.course, at=c.at).entries
        seen = " ".join(acts.written(entry.act) for entry in entries)
        assert "accepted" in seen, "what was decided is seen"
        assert secret not in seen
        assert "comorbidity" not in seen
        assert "saddle_numbness" not in seen
        assert ("sick_listed" in seen) == knows_work


def test_the_municipality_records_work_and_nothing_clinical() -> None:
    c = cast()
    c.referred(to=c.freja, effort="labour_market_and_income")
    c.write(c.freja, acts.FactsRecorded({"work": "sick_listed"}, "professional"))
    with pytest.raises(NotAllowed):
        c.write(c.freja, acts.FactsRecorded({"complex_surroundings": "yes"}, "professional"))


def test_revoked_access_ends_at_the_next_request() -> None:
    c = cast()
    c.referred(to=c.freja, effort="labour_market_and_income")
    door.see_course(c.freja, c.course, at=c.at)
    c.write(c.dina, acts.AccessRevoked(c.freja.organisation or "", "ønsker det ikke"))
    with pytest.raises(NotFound):
        door.see_course(c.freja, c.course, at=c.at)
    with pytest.raises(NotFound):
        c.write(c.freja, acts.ReferralReceived("r1"))


def test_the_holder_cannot_lose_access_before_another_holds() -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused, match="holder"):
        c.write(c.dina, acts.AccessRevoked(c.bo.organisation or ""))


def test_emergency_access_has_a_reason_is_short_and_stands_in_the_citizens_log() -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused):
        door.take_emergency_access(c.carla, "demo", "demo-1", " ", key="e", at=c.at)
    with pytest.raises(NotFound):
        door.take_emergency_access(c.gustav, "demo", "demo-1", "nysgerrig", key="e", at=c.at)
    door.take_emergency_access(c.carla, "demo", "demo-1", "Faldet om i klinikken", key="e", at=c.at)
    assert door.see_course(c.carla, c.course, at=c.at).parts
    line = door.see_access_log(c.dina, at=c.at)[1]
    assert (line.actor, line.what, line.basis) == ("Carla Demo", "course", "emergency")
    assert any(line.reason == "Faldet om i klinikken" for line in door.see_access_log(c.dina, at=c.at))
    with pytest.raises(NotFound):
        door.see_course(c.carla, c.course, at=c.at + timedelta(days=2))


def test_emergency_access_can_be_asked_for_again() -> None:
    c = cast()
    c.grouped()
    first = door.take_emergency_access(c.carla, "demo", "demo-1", "akut", key="same", at=c.at)
    assert door.take_emergency_access(c.carla, "demo", "demo-1", "akut", key="same", at=c.at).entries == first.entries


def test_access_ends_some_time_after_the_course() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.CourseEnded("managing_alone"))
    assert door.see_course(c.bo, c.course, at=c.at + timedelta(days=30)).state == "ended"
    with pytest.raises(NotFound):
        door.see_course(c.bo, c.course, at=c.at + timedelta(days=31))
    assert door.see_course(c.anna, c.course, at=c.at + timedelta(days=400)).state == "ended"


def test_every_look_is_one_line_in_the_log_before_the_answer() -> None:
    c = cast()
    c.grouped()
    before = Look.objects.count()
    door.see_course(c.bo, c.course, at=c.at)
    look = Look.objects.order_by("-seq").first()
    assert Look.objects.count() == before + 1
    assert (look.actor, look.person, look.course, look.what) == (c.bo.id, c.dina.id, c.course, "course")


def test_a_look_that_cannot_be_logged_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    c = cast()
    c.grouped()

    def broken(*_: object, **__: object) -> None:
        raise StorageFailed

    monkeypatch.setattr(accesslog.Look.objects, "bulk_create", broken)
    for look in (door.see_course, lambda who, course, at: door.see_access_log(who, at=at)):
        with pytest.raises(StorageFailed):
            look(c.dina, c.course, at=c.at)


def test_why_may_bo_see_this_is_answered_in_words() -> None:
    c = cast()
    c.grouped()
    words = door.why_may(c.bo, c.course, c.dina, at=c.at)
    assert words.da.startswith("Bo Demo har haft ansvaret for forløbet. Ser: plan og næste skridt")
    assert door.why_may(c.carla, c.course, c.dina, at=c.at).en == "Carla Demo has no access."


def test_the_citizens_answers_at_home_are_facts_too() -> None:
    c = cast()
    c.open()
    c.write(c.dina, acts.FactsRecorded({**GROUP_2}, "citizen"))
    said = door.see_course(c.anna, c.course, at=c.at).file
    assert said
    assert said.facts_said["onset_on"].said_by == "citizen"


def test_nobody_writes_what_only_follows_from_other_entries() -> None:
    c = cast()
    c.open()
    for name in ("effect_of_physiotherapy", "returned_to_gp_on", "clarified_alarms"):
        with pytest.raises(Refused):
            c.write(c.anna, acts.FactsRecorded({name: "no_effect"}, "professional"))
    assert journal.entries_of(c.course)[-1].version == 1


def test_in_one_answer_a_look_is_one_line_however_often_the_course_is_opened() -> None:
    c = cast()
    c.grouped()
    with accesslog.one_answer():
        door.see_course(c.bo, c.course, at=c.at)
        door.see_versions(c.bo, c.course, at=c.at)
        door.see_course(c.anna, c.course, at=c.at)
    assert [look.actor for look in Look.objects.order_by("seq")] == [c.bo.id, c.anna.id]
    door.see_course(c.bo, c.course, at=c.at)
    assert Look.objects.count() == 3


def test_a_line_that_was_taken_back_is_written_again() -> None:
    c = cast()
    c.grouped()
    with accesslog.one_answer():
        with pytest.raises(ZeroDivisionError), writing():
            door.see_course(c.bo, c.course, at=c.at)
            raise ZeroDivisionError
        assert Look.objects.count() == 0
        door.see_course(c.bo, c.course, at=c.at)
    assert Look.objects.count() == 1


def test_what_hinders_the_first_line_of_a_file_hinders_the_file() -> None:
    def broken() -> Iterator[str]:
        raise StorageFailed
        yield ""

    with pytest.raises(StorageFailed):
        accesslog.begun(broken())
    assert list(accesslog.begun(iter("abc"))) == ["a", "b", "c"]
    assert list(accesslog.begun(iter(""))) == []
