"""What a review of the pages found, each finding with the test that would have found it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from rygrad.record import acts
from rygrad.record.journal import entries_of
from rygrad.record.models import Course, Look, Person
from tests.record.cast import GROUP_2, NEEDS, Cast
from tests.web.visitor import Visitor

Inside = Callable[[str], Visitor]


def _told(c: Cast) -> list[str]:
    return [e.act.text for e in entries_of(c.course) if isinstance(e.act, acts.MessageToGp)]


def test_own_gp_is_told_of_the_treatment_that_starts_in_the_words_that_stood_in_the_form(
    record: Cast, inside: Inside
) -> None:
    record.grouped()
    bo = inside("bo")
    address = f"/forloeb/{record.course}/besoeg"
    form = bo.form(bo.get(f"/forloeb/{record.course}"), address)
    assert "Behandling begyndt" in form.value("message")
    bo.send(form, effect="")
    assert _told(record) == [form.value("message").replace("\r\n", "\n").strip()]


def test_own_gp_is_told_how_the_course_ended_and_sees_it_as_the_sender_did(record: Cast, inside: Inside) -> None:
    record.grouped()
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    bo = inside("bo")
    address = f"/forloeb/{record.course}/afslut"
    form = bo.form(bo.get(f"/forloeb/{record.course}"), address)
    shown = bo.send(form, outcome="managing_alone")
    assert shown.status_code == 200
    assert Course.objects.get(id=record.course).ended_on is None, "nothing is stored before it was seen"
    message = bo.form(shown, address)
    assert "klarer sig selv" in message.value("message").lower()
    assert bo.send(message).status_code == 302
    assert "klarer sig selv" in _told(record)[-1].lower()


def test_an_emptied_message_is_not_sent(record: Cast, inside: Inside) -> None:
    record.grouped()
    bo = inside("bo")
    form = bo.form(bo.get(f"/forloeb/{record.course}"), f"/forloeb/{record.course}/besoeg")
    bo.send(form, effect="", message="")
    assert _told(record) == []


def test_none_of_the_signs_speaks_of_the_signs_that_stood_on_the_page(record: Cast, inside: Inside) -> None:
    fever = acts.FactsRecorded({"fever_or_infection_signs": "no"}, "professional")
    record.open(fever)
    anna = inside("anna")
    start, address = f"/forloeb/{record.course}/start", f"/forloeb/{record.course}/ingen-alarmtegn"
    form = anna.form(anna.get(start), address)
    answered = next(e.id for e in entries_of(record.course) if e.type == "facts_recorded")
    record.write(record.anna, acts.Correction(answered, "Forkert borger"))
    back = anna.send(form)
    assert back.headers["Location"] == start
    assert entries_of(record.course)[-1].type == "correction", "nothing is said of a sign that was not asked"
    assert anna.send(anna.form(anna.get(start), address)).status_code == 302


@pytest.mark.parametrize("what", ["visit", "referral", "end"])
def test_a_double_click_counts_once_also_where_the_acts_follow_from_the_course(
    record: Cast, inside: Inside, what: str
) -> None:
    record.grouped()
    bo = inside("bo")
    step, fields = {"visit": ("besoeg", {"effect": ""}), "referral": ("besked", {"text": "Hej"}),
                    "end": ("afslut", {"outcome": "died"})}[what]  # fmt: skip
    form = bo.form(bo.get(f"/forloeb/{record.course}"), f"/forloeb/{record.course}/{step}")
    before = len(entries_of(record.course))
    assert bo.send(form, **fields).status_code == 302
    after = len(entries_of(record.course))
    assert bo.send(form, **fields).status_code == 302
    assert before < after == len(entries_of(record.course))


def test_reading_one_answer_leaves_the_other_and_only_who_is_accountable_reads_it(record: Cast, inside: Inside) -> None:
    record.returned()
    for number, effort in (("r1", "imaging"), ("r2", "surgical_assessment")):
        to = record.hanne.organisation or ""
        record.write(record.anna, acts.ReferralSent(number, effort, to, "Hvad nu?"))
    record.write(record.hanne, acts.ReferralRefused("r1", "Nej", "Noget andet"), days=1)
    record.write(record.hanne, acts.ReferralAccepted("r2"), acts.ReferralAnswered("r2", "Ingen operation"))
    anna = inside("anna")
    page = anna.get(f"/forloeb/{record.course}/henvisning/r2")
    assert anna.send(anna.form(page, f"/forloeb/{record.course}/laest")).status_code == 302
    rows = anna.get("/liste").content.decode()
    assert "Henvisning afvist, se alternativet" in rows
    assert "Svar på henvisning" not in rows
    assert not any(isinstance(e.act, acts.PlanConfirmed) for e in entries_of(record.course)[-1:])


def test_a_number_shows_who_it_is_before_a_course_is_opened_and_the_look_is_logged(
    record: Cast, inside: Inside
) -> None:
    anna = inside("anna")
    form = anna.form(anna.get("/liste"), "/find")
    shown = anna.send(form, words="demo-1", start="1")
    assert "Dina Demosen" in shown.content.decode()
    assert not Course.objects.exists()
    assert Look.objects.filter(person=record.dina.id, what="identify").count() == 1
    opened = anna.send(anna.form(shown, "/aabn"), none="1")
    assert opened.status_code == 302
    assert [e.type for e in entries_of(Course.objects.get().id)] == ["course_opened", "facts_recorded"]


def test_the_municipality_registers_nobody(record: Cast, inside: Inside) -> None:
    freja = inside("freja")
    form = freja.form(freja.get("/liste"), "/find")
    before = Person.objects.count()
    assert freja.send(form, words="0101010101", start="1").status_code == 404
    form.action = "/aabn"
    assert freja.send(form, words="0101010101", name="Ny Borger").status_code == 404
    assert Person.objects.count() == before


def test_a_refused_opening_registers_nobody(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    form = bo.form(bo.get("/liste"), "/find")
    form.action = "/aabn"
    before = Person.objects.count()
    assert bo.send(form, words="demo-77", name="Ny Demosen", own_gp="o-findes-ikke").status_code == 422
    assert Person.objects.count() == before


def test_the_municipality_sees_no_free_text_of_another_receivers_referral(record: Cast, inside: Inside) -> None:
    record.grouped()
    goals = {"health_condition": ("HEMMELIGT MÅL",), "activity_and_participation": ("Passe haven",)}
    record.write(record.anna, acts.PlanConfirmed(("reassessment",), (), goals, "HEMMELIG NOTE"))
    record.write(record.bo, acts.EffectJudged("physiotherapist", "no_effect"))
    record.write(record.bo, acts.ReturnedToGp(NEEDS))
    hanne, freja = record.hanne.organisation or "", record.freja.organisation or ""
    record.write(
        record.anna,
        acts.ReferralSent("r1", "labour_market_and_income", freja, "Arbejde?"),
        acts.ReferralSent("r2", "pain_clinic", hanne, "HEMMELIGT", outside_programme="HEMMELIG ÅRSAG"),
    )
    record.write(record.anna, acts.AlarmRaised({"saddle_numbness": "yes"}, "professional"))
    visitor = inside("freja")
    for rest in ("", "/henvisning/r1", "/henvisning/r2", "/hvem"):
        page = visitor.get(f"/forloeb/{record.course}{rest}").content.decode()
        assert "HEMMELI" not in page, rest
        assert "alarm" not in page.lower().replace('id="alarm"', ""), rest
    assert "Passe haven" in visitor.get(f"/forloeb/{record.course}").content.decode()


def test_a_page_for_those_who_see_all_is_not_there_for_those_who_see_some(record: Cast, inside: Inside) -> None:
    record.open(acts.FactsRecorded(GROUP_2, "professional"))
    record.write(record.dina, acts.AccessGranted(record.bo.organisation or "", "consent", ("plan",)))
    bo = inside("bo")
    assert bo.get(f"/forloeb/{record.course}").status_code == 200
    assert bo.get(f"/forloeb/{record.course}/start").status_code == 404


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", ""])
def test_a_version_that_is_no_number_is_missing_and_the_text_is_kept(
    record: Cast, inside: Inside, version: str
) -> None:
    record.grouped()
    anna = inside("anna")
    form = anna.form(anna.get(f"/forloeb/{record.course}"), f"/forloeb/{record.course}/besked")
    form.fields = [(name, version if name == "version" else value) for name, value in form.fields]
    answer = anna.send(form, text="Husk blodprøverne")
    assert answer.status_code == 428
    assert "Husk blodprøverne" in answer.content.decode()


def test_an_end_of_access_in_between_loses_no_text(record: Cast, inside: Inside) -> None:
    record.grouped()
    record.write(record.dina, acts.AccessGranted(record.freja.organisation or "", "consent", ("plan", "work")))
    freja = inside("freja")
    form = freja.form(freja.get(f"/forloeb/{record.course}"), f"/forloeb/{record.course}/besked")
    record.at += timedelta(days=1)
    record.write(record.dina, acts.AccessRevoked(record.freja.organisation or ""))
    answer = freja.send(form, text="Borgeren er i gang igen")
    assert answer.status_code == 404
    assert "Borgeren er i gang igen" in answer.content.decode()


def test_nobody_gives_themselves_access(record: Cast, inside: Inside) -> None:
    from rygrad.record import administration
    from rygrad.record.refusals import Refused

    with pytest.raises(Refused, match="themselves"):
        administration.add_membership(
            record.gustav, "gustav", record.anna.organisation or "", "general_practitioner", valid_from=record.today
        )
