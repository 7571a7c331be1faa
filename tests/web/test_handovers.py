"""S4: what leaves is what was shown, frozen; the loop closes; stale pages lose nothing."""

from collections.abc import Callable

from rygrad.record import acts
from rygrad.record.journal import entries_of
from rygrad.record.letters import sha256
from rygrad.record.models import Offer
from tests.record.cast import NEEDS, Cast
from tests.web.visitor import Visitor

Inside = Callable[[str], Visitor]


def _surgery_is_open(c: Cast) -> None:
    """Over 3 months by now, so group 3: the effort is open and somebody offers it."""
    told = {"complex_surroundings": "no", "surgical_assessment_done": "no"}
    c.write(c.anna, acts.FactsRecorded(told, "professional"))
    Offer.objects.create(
        offer="of-1", effort="surgical_assessment", name="Rygkirurgi", owner_id=c.hanne.organisation,
        delivered_by_id=c.hanne.organisation, valid_from="2020-01-01", takes="Rodpåvirkning", phone="00 00 00 00",
    )  # fmt: skip


def test_a_letter_is_sent_exactly_as_it_stood_on_the_page_and_kept_with_its_hash(record: Cast, inside: Inside) -> None:
    record.returned()
    _surgery_is_open(record)
    anna = inside("anna")
    address = f"/forloeb/{record.course}/henvis/surgical_assessment"
    page = anna.get(address)
    form = anna.form(page, address)
    shown = form.value("letter")
    assert anna.send(form, offer="of-1").status_code == 302
    sent = next(e.act for e in entries_of(record.course) if isinstance(e.act, acts.ReferralSent))
    assert shown.strip().replace("\r\n", "\n") in sent.letter
    view = anna.get(f"/forloeb/{record.course}/henvisning/{sent.referral}").content.decode()
    assert sha256(sent.letter) in view
    decided = next(e.act for e in entries_of(record.course) if isinstance(e.act, acts.GpDecided))
    assert decided.efforts["surgical_assessment"].decision == "accepted"


def test_a_choice_that_changes_the_letter_is_shown_before_it_is_sent(record: Cast, inside: Inside) -> None:
    record.returned()
    _surgery_is_open(record)
    anna = inside("anna")
    address = f"/forloeb/{record.course}/henvis/surgical_assessment"
    form = anna.form(anna.get(address), address)
    again = anna.send(form, offer="of-1", question="Et helt andet spørgsmål?")
    assert again.status_code == 200
    assert "Brevet er ændret efter dine valg" in again.content.decode()
    assert not any(isinstance(e.act, acts.ReferralSent) for e in entries_of(record.course))
    assert anna.send(anna.form(again, address), offer="of-1").status_code == 302


def test_a_body_the_sender_wrote_is_what_leaves(record: Cast, inside: Inside) -> None:
    record.returned()
    _surgery_is_open(record)
    anna = inside("anna")
    address = f"/forloeb/{record.course}/henvis/surgical_assessment"
    form = anna.form(anna.get(address), address)
    anna.send(form, offer="of-1", letter="Kære Hanne\r\n\r\nSe venligst på æøå 🦴.")
    sent = next(e.act for e in entries_of(record.course) if isinstance(e.act, acts.ReferralSent))
    assert "Kære Hanne\n\nSe venligst på æøå 🦴." in sent.letter


def test_the_return_asks_for_every_effort_and_one_reason_serves_the_others(record: Cast, inside: Inside) -> None:
    record.without_effect()
    bo = inside("bo")
    address = f"/forloeb/{record.course}/tilbage"
    form = bo.form(bo.get(address), "")
    form.action = address
    missing = bo.send(form, **{"need-imaging": "needed"})
    assert missing.status_code == 200, "the letter changed: shown again"
    missing = bo.send(_at(bo.form(missing, ""), address), **{"need-imaging": "needed"})
    assert missing.status_code == 422, "the other efforts are not assessed"
    rest = {"need-imaging": "needed", "rest": "Ikke relevant for borgerens situation"}
    shown = bo.send(_at(bo.form(bo.get(address), ""), address), **rest)
    sent = bo.send(_at(bo.form(shown, ""), address), **rest)
    assert sent.status_code == 302
    act = entries_of(record.course)[-1].act
    assert isinstance(act, acts.ReturnedToGp)
    assert set(NEEDS) < set(act.needs), "over 3 months by now, so the efforts of all possible groups"
    assert [name for name, need in act.needs.items() if need.need != "not_needed"] == ["imaging"]


def _at(form: object, address: str) -> object:
    form.action = address  # type: ignore[attr-defined]
    return form


def test_a_stale_page_gives_the_text_back_with_what_was_written_in_between(record: Cast, inside: Inside) -> None:
    record.grouped()
    anna = inside("anna")
    address = f"/forloeb/{record.course}/besked"
    form = anna.form(anna.get(f"/forloeb/{record.course}"), address)
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    text = "Kære kollega: husk blodprøverne æøå."
    again = anna.send(form, text=text)
    assert again.status_code == 412
    page = again.content.decode()
    assert text in page
    assert "Skrevet i mellemtiden" in page
    assert "Behandling begyndt" in page
    assert anna.send(anna.form(again, address)).status_code == 302
    assert entries_of(record.course)[-1].act.text == text  # type: ignore[attr-defined]


def test_a_form_without_the_version_it_had_read_is_refused(record: Cast, inside: Inside) -> None:
    record.grouped()
    anna = inside("anna")
    form = anna.form(anna.get(f"/forloeb/{record.course}"), f"/forloeb/{record.course}/besked")
    form.fields = [(name, value) for name, value in form.fields if name != "version"]
    assert anna.send(form, text="Hej").status_code == 428


def test_a_form_sent_twice_counts_once(record: Cast, inside: Inside) -> None:
    record.grouped()
    anna = inside("anna")
    form = anna.form(anna.get(f"/forloeb/{record.course}"), f"/forloeb/{record.course}/besked")
    assert [anna.send(form, text="Én gang").status_code for _ in range(2)] == [302, 302]
    assert [e.type for e in entries_of(record.course)].count("message_to_gp") == 1


def test_the_municipality_reads_its_letter_and_no_clinical_word(record: Cast, inside: Inside) -> None:
    record.grouped()
    record.write(record.bo, acts.Visit("physiotherapist", "HEMMELIG NOTE"), days=1)
    record.write(
        record.bo, acts.ScoresRecorded("nrs_pain", 7, "citizen"), acts.EffectJudged("physiotherapist", "no_effect")
    )
    record.write(record.bo, acts.ReturnedToGp(NEEDS, "HEMMELIGT ØNSKE"))
    record.write(
        record.anna,
        acts.ReferralSent(
            "r1", "labour_market_and_income", record.freja.organisation or "", "Arbejde?", letter="Kære kommune"
        ),
    )
    freja = inside("freja")
    pages = [freja.get(f"/forloeb/{record.course}{rest}").content.decode() for rest in ("", "/henvisning/r1", "/hvem")]
    assert "Kære kommune" in pages[1]
    for page in pages:
        assert "HEMMELIG" not in page
        assert "NRS" not in page
