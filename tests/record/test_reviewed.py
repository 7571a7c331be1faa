"""What two reviewers found, each as a test: signs that vanish, ways around access, links, dates, backups, bad input."""

import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from rygrad.pathway.errors import RygradError
from rygrad.record import activation, acts, backup, contents, door, journal, people, persons, verify, worklist
from rygrad.record.act import PARTS
from rygrad.record.models import Course, Entry, Look, Person, Task
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.steps import NotAllowed
from tests.record.cast import GROUP_2, NEEDS, Cast, cast
from tests.record.databases import Databases
from tests.record.test_activation import changed_files
from tests.versions import numbered

pytestmark = pytest.mark.usefixtures("database")
SADDLE = acts.AlarmRaised({"saddle_numbness": "yes"}, "professional")


def state() -> str:
    """The one course's state."""
    return str(Course.objects.get().state)


def entry_of(c: Cast, kind: str) -> str:
    """The id of the last entry of this type."""
    return [e.id for e in journal.entries_of(c.course) if e.type == kind][-1]


# --- signs stand until clarified or corrected


@pytest.mark.parametrize("who", ["dina", "bo", "anna"])
def test_a_milder_answer_does_not_take_a_sign_back(who: str) -> None:
    c = cast()
    c.grouped()
    c.write(c.anna, SADDLE)
    said_by = "citizen" if who == "dina" else "professional"
    c.write(getattr(c, who), acts.FactsRecorded({"saddle_numbness": "no"}, said_by), days=2)
    assert state() == "held"
    c.write(c.anna, acts.AlarmClarified(("saddle_numbness",), "intet"))
    assert state() == "planned"
    c.write(getattr(c, who), acts.FactsRecorded({"saddle_numbness": "no"}, said_by))
    assert state() == "planned"


def test_a_confirmed_exclusion_is_corrected_and_not_answered_away() -> None:
    c = cast()
    c.grouped()
    c.write(c.anna, acts.FactsRecorded({"spinal_tumour": "confirmed"}, "professional"))
    wrong = entry_of(c, "facts_recorded")
    c.write(c.dina, acts.FactsRecorded({"spinal_tumour": "absent"}, "citizen"), days=1)
    assert state() == "outside"
    c.write(
        c.anna,
        acts.Correction(wrong, "forkert borger", {"facts": {"spinal_tumour": "absent"}, "said_by": "professional"}),
    )
    assert state() == "planned"


def test_a_late_alarm_holds_although_the_citizen_said_no_since() -> None:
    c = cast()
    c.grouped()
    c.write(c.dina, acts.FactsRecorded({"saddle_numbness": "no"}, "citizen"), days=3)
    c.write(c.anna, SADDLE, valid_on=c.today - timedelta(days=1))
    assert state() == "held"


def test_an_alarm_that_raises_nothing_is_refused() -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused):
        c.write(c.bo, acts.AlarmRaised({"saddle_numbness": "no"}, "professional"))


# --- corrections are steps too


@pytest.mark.parametrize(
    "kind",
    [
        "course_opened",
        "holder_changed",
        "returned_to_gp",
        "gp_decided",
        "referral_received",
        "access_granted",
        "access_revoked",
    ],
)
def test_what_moved_the_course_on_is_undone_by_a_new_step(kind: str) -> None:
    c = cast()
    c.referred()
    c.write(c.hanne, acts.ReferralReceived("r1"))
    c.write(c.dina, acts.AccessGranted(c.carla.organisation or "", "consent", ("plan",)))
    c.write(c.dina, acts.AccessRevoked(c.carla.organisation or ""))
    entry = next(e for e in journal.entries_of(c.course) if e.type == kind)
    author = next(a for a in (c.anna, c.bo, c.dina, c.hanne) if a.id == entry.actor)
    for body in (None, json.loads(acts.written(entry.act))):
        with pytest.raises(Refused, match="new step"):
            c.write(author, acts.Correction(entry.id, "x", body))


def test_a_sign_is_taken_back_only_by_who_said_it() -> None:
    c = cast()
    c.grouped()
    c.write(c.dina, acts.AlarmRaised({"saddle_numbness": "yes"}, "citizen"))
    with pytest.raises(NotAllowed):
        c.write(c.bo, acts.Correction(entry_of(c, "alarm_raised"), "tror jeg ikke"))
    c.write(c.dina, acts.Correction(entry_of(c, "alarm_raised"), "læste forkert"))
    assert state() == "planned"


def test_a_correction_gives_no_rights_beyond_the_role() -> None:
    c = cast()
    c.referred(to=c.freja, effort="labour_market_and_income")
    c.write(c.freja, acts.FactsRecorded({"work": "employed"}, "professional"))
    body = {"facts": {"saddle_numbness": "yes"}, "said_by": "professional"}
    with pytest.raises(NotAllowed):
        c.write(c.freja, acts.Correction(entry_of(c, "facts_recorded"), "x", body))


def test_a_plan_is_struck_and_confirmed_anew_and_everything_still_replays() -> None:
    c = cast()
    c.grouped()
    c.write(c.anna, acts.Correction(entry_of(c, "plan_confirmed"), "forkert"))
    assert state() == "grouped"
    c.write(c.bo, acts.PlanConfirmed(("physiotherapy_and_chiropractic",)))
    assert not verify.verify().problems


# --- access


def test_emergency_access_cannot_be_made_lasting_or_passed_on() -> None:
    c = cast()
    c.grouped()
    c.version = door.take_emergency_access(c.carla, "demo", "demo-1", "akut", key="e", at=c.at).version
    with pytest.raises(NotAllowed):
        c.write(c.carla, acts.AccessGranted(c.carla.organisation or "", "consent", PARTS))
    with pytest.raises(NotAllowed):
        c.write(c.carla, acts.AccessGranted(c.carla.organisation or "", "emergency", PARTS, c.today, "igen"))


def test_partial_consent_gives_no_more_and_decides_nothing() -> None:
    c = cast()
    c.grouped()
    c.write(c.dina, acts.AccessGranted(c.carla.organisation or "", "consent", ("work",)))
    for act in (
        acts.AccessGranted(c.carla.organisation or "", "consent", PARTS),
        acts.EffectJudged("physiotherapist", "no_effect"),
        acts.GroupConfirmed("recurrent", "x"),
    ):
        with pytest.raises(NotAllowed):
            c.write(c.carla, act)
    view = door.see_course(c.carla, c.course, at=c.at)
    assert (view.state, view.group, view.parts) == ("", None, {"work"})


@pytest.mark.parametrize("who", ["gustav", "erik", "freja", "carla"])
def test_an_emergency_act_past_the_door_tells_nothing(who: str) -> None:
    c = cast()
    c.grouped()
    granted = acts.AccessGranted("x", "emergency", PARTS, c.today, "r")
    for course in (c.course, "c-nothing"):
        with pytest.raises(NotFound):
            journal.append(getattr(c, who), course, [granted], expected_version=0, key="z", at=c.at)
    opened = acts.CourseOpened(c.anna.organisation or "", c.anna.organisation or "")
    if who != "carla":
        with pytest.raises(NotAllowed):
            journal.open_course(getattr(c, who), c.dina.id, opened, key="y", at=c.at)


def test_the_municipality_cannot_be_the_holder() -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused, match="municipality"):
        c.write(c.bo, acts.HolderChanged(c.freja.organisation or "", "x"))


def test_a_past_worklist_names_nobody_one_has_no_relation_with_now() -> None:
    c = cast()
    c.referred(to=c.freja, effort="labour_market_and_income")
    assert worklist.worklist(c.freja, at=c.at).rows
    c.write(c.dina, acts.AccessRevoked(c.freja.organisation or ""), days=1)
    looks = Look.objects.count()
    (row,) = worklist.worklist(c.freja, c.today - timedelta(days=1), at=c.at).rows
    assert (row.why, row.name, row.person) == ("referral_to_triage", "", "")
    assert Look.objects.count() == looks


def test_a_receiver_that_became_holder_keeps_access_when_it_refuses() -> None:
    c = cast()
    c.referred()
    c.write(c.anna, acts.HolderChanged(c.hanne.organisation or "", "overtager"))
    c.write(c.hanne, acts.ReferralRefused("r1", "nej", "andet"))
    assert door.see_course(c.hanne, c.course, at=c.at + timedelta(days=9)).holder == c.hanne.organisation


# --- the return


def test_a_returned_course_is_handed_on_only_after_own_gp_decided() -> None:
    c = cast()
    c.returned()
    handed = acts.HolderChanged(c.bo.organisation or "", "tilbage")
    with pytest.raises(Refused, match="Own GP decides"):
        c.write(c.anna, handed)
    c.write(c.anna, acts.GpDecided({"imaging": acts.EffortDecision("declined", "nej")}), handed)
    late = acts.EffectJudged("physiotherapist", "no_effect")
    c.write(c.bo, late, valid_on=c.today - timedelta(days=10))
    assert state() == "decided", "it was known before the return"


# --- dates


@pytest.mark.parametrize(
    "act",
    [
        acts.CourseEnded("managing_alone"),
        acts.Visit("physiotherapist"),
        acts.Reassessed(),
        acts.EffectJudged("physiotherapist", "effect"),
    ],
    ids=lambda act: type(act).__name__,
)
def test_steps_do_not_lie_before_the_course(act: acts.Act) -> None:
    c = cast()
    c.grouped()
    with pytest.raises(Refused, match="before the course"):
        c.write(c.bo, act, valid_on=date(2020, 1, 1))


def test_a_referrals_steps_follow_each_other_in_time() -> None:
    c = cast()
    c.referred()
    with pytest.raises(Refused, match="before"):
        c.write(c.hanne, acts.ReferralReceived("r1"), valid_on=c.today - timedelta(days=1))


def test_access_is_revoked_from_today_whatever_was_given_before() -> None:
    c = cast()
    c.grouped()
    carla = c.carla.organisation or ""
    c.write(c.dina, acts.AccessGranted(carla, "consent", ("plan",)))
    c.write(c.dina, acts.AccessGranted(carla, "consent", PARTS), days=3)
    with pytest.raises(Refused, match="from today"):
        c.write(c.dina, acts.AccessRevoked(carla), valid_on=c.today - timedelta(days=1))
    c.write(c.dina, acts.AccessRevoked(carla))
    with pytest.raises(NotFound):
        door.see_course(c.carla, c.course, at=c.at)


# --- persons


def test_a_link_is_never_lost_and_an_unlink_undoes_it() -> None:
    c = cast()
    third = people.register_person("Frida Demosen", {"demo": "demo-3"}, is_invented=True)
    for person in (c.dina.id, c.erik.id, third):
        c.open(person=person)
        c.write(c.anna, acts.CourseEnded("managing_alone"))

    def link(person: str, other: str, key: str) -> None:
        persons.link_persons(c.anna, person, acts.PersonsLinked(other, "samme"), key=key, at=c.at)

    def unlink(person: str, other: str, key: str) -> None:
        persons.link_persons(c.anna, person, acts.PersonsUnlinked(other, "samme"), key=key, at=c.at)

    link(c.dina.id, c.erik.id, "1")
    with pytest.raises(Refused):
        link(third, c.erik.id, "2")
    with pytest.raises(RygradError):
        unlink(c.dina.id, c.erik.id, "1")
    unlink(c.erik.id, c.dina.id, "3")
    assert Person.objects.get(id=c.erik.id).linked_to_id is None
    link(third, c.erik.id, "4")
    with pytest.raises(Refused):
        link(third, c.dina.id, "")


# --- content


def test_a_new_version_gives_a_row_in_every_state_until_the_holder_acts() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.TreatmentStarted("physiotherapist"))
    c.write(c.anna, SADDLE, days=43)
    files = dict(changed_files())
    text = files["safety.yaml"].decode()
    assert "id: saddle_numbness" in text or "saddle_numbness" in text
    shown = activation.preview(files, at=c.at)
    activation.activate(shown.sha256, "Kim Kliniker", "Lis Leder", at=c.at)
    changed = set(Task.objects.filter(why="plan_changed", left_at=None).values_list("course_id", flat=True))
    assert changed == set(shown.changed)


def test_a_version_that_does_not_know_an_answer_is_named_and_refused() -> None:
    c = cast()
    c.open(acts.FactsRecorded({**GROUP_2, "work": "sick_listed"}, "professional"))
    files = dict(contents.content_files("rygsmerter"))
    files["facts.yaml"] = files["facts.yaml"].replace(b"    sick_listed:", b"    on_sick_leave:")
    files["pathway.yaml"] = numbered(files["pathway.yaml"])
    shown = activation.preview(files, at=c.at)
    assert shown.undecidable == [c.course]
    with pytest.raises(Refused, match="unknown"):
        activation.activate(shown.sha256, "Kim Kliniker", "Lis Leder", at=c.at)


# --- backups


def test_a_backup_with_another_letter_is_not_restored(databases: Databases, database: str, tmp_path: Path) -> None:
    c = cast()
    c.referred()
    file, bad = tmp_path / "good.gz", tmp_path / "bad.gz"
    backup.backup(file)
    data = bytearray(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"Dina Demosen", b"Lina Demosen")))
    data[-8:-4] = file.read_bytes()[-8:-4]  # the sum of the true text
    bad.write_bytes(data)
    with databases.empty("sqlite"):
        with pytest.raises(RygradError, match="not whole"):
            backup.restore(bad)
        assert not backup.restore(file).problems
    databases.use(database)


# --- bad input


BAD: dict[str, Callable[[Cast], object]] = {
    "hash in a key": lambda c: c.write(c.bo, acts.Visit("physiotherapist"), key="a#2"),
    "NUL in a key": lambda c: c.write(c.bo, acts.Visit("physiotherapist"), key="a\0"),
    "a long key": lambda c: c.write(c.bo, acts.Visit("physiotherapist"), key="k" * 10_000),
    "no key": lambda c: c.write(c.bo, acts.Visit("physiotherapist"), key=""),
    "NUL in the purpose": lambda c: c.write(c.bo, acts.Visit("physiotherapist"), purpose="\0"),
    "half a surrogate": lambda c: c.write(c.bo, acts.MessageToGp("other", "\ud800")),
    "NUL in the emergency's reason": lambda c: door.take_emergency_access(
        c.carla, "demo", "demo-1", "\0", key="e", at=c.at
    ),
    "NUL in a course": lambda c: door.see_course(c.bo, "c\0", at=c.at),
    "the end of time": lambda c: c.write(c.dina, acts.AccessGranted(c.erik.id, "sharing", ("plan",), date.max)),
    "broken JSON": lambda c: acts.read("visit", "{bad"),
    "no rows": lambda c: worklist.worklist(c.bo, size=0, at=c.at),
    "unknown reason": lambda c: worklist.worklist(c.bo, whys=("bogus",), at=c.at),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_aloud_and_alike(what: str) -> None:
    c = cast()
    c.grouped()
    entries, looks = Entry.objects.count(), Look.objects.count()
    with pytest.raises(Refused):
        BAD[what](c)
    assert (Entry.objects.count(), Look.objects.count()) == (entries, looks)


def test_the_six_characters_of_an_escape_are_a_text_like_any() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.MessageToGp("other", "\\u0000"))
    assert journal.entries_of(c.course)[-1].act == acts.MessageToGp("other", "\\u0000")


def test_nobody_invents_an_earlier_course() -> None:
    c = cast()
    opened = acts.CourseOpened(c.anna.organisation or "", c.anna.organisation or "", "c-x", c.today)
    receipt = journal.open_course(c.anna, c.dina.id, opened, key="x", at=c.at)
    assert "recurring_back_problems" not in door.see_course(c.anna, receipt.course, at=c.at).file.facts()  # type: ignore[union-attr]
    assert NEEDS
