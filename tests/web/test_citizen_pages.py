"""S6 to S8: what the citizen and the relative see, answer and share; and what nobody else does."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rygrad.pathway.read import load_pathway
from rygrad.record import acts, clocks, people
from rygrad.record.act import PARTS, Part
from rygrad.record.door import see_course
from rygrad.record.journal import entries_of
from rygrad.record.models import Look, Sharing
from rygrad.record.worklist import worklist
from rygrad.web.citizen.questions import STEPS, signs
from rygrad.web.persons import person_account
from tests.record.cast import Cast
from tests.web.visitor import Visitor, page_of, posted

PATHWAY = load_pathway("rygsmerter")
NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
Enter = Callable[[str], Visitor]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "now", lambda: NOW)


# S6


def test_where_what_next_who_and_why_stand_on_the_first_page(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    shown = page_of(person(record.dina.id), "/")
    for text in (
        "Du er i gang med din plan.",
        "I ser sammen på, om behandlingen hjælper, mellem 14. og 28. april.",
        "Demo Fysioterapi",
        "Smerterne er kommet igen",
        "Hvorfor er jeg ikke blevet scannet?",
        "Må jeg arbejde?",
        "Målet er, at du kan klare dig selv",
        "Ring, hvis du får et af disse tegn",
    ):
        assert text in shown, text


def test_only_what_is_confirmed_and_nothing_of_the_engines_own_words(record: Cast, person: Enter) -> None:
    record.open(acts.FactsRecorded({"onset_on": "2026-02-10", "recurring_back_problems": "yes"}, "professional"))
    shown = page_of(person(record.dina.id), "/")
    assert "Hvorfor denne plan" not in shown and "Gentagne tilfælde" not in shown and "Gruppe" not in shown


def test_the_card_is_open_when_a_sign_was_raised_and_folded_else(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    assert 'class="call-card"' in page_of(dina, "/")
    record.write(record.bo, acts.AlarmRaised({"saddle_numbness": "yes"}, "professional"))
    shown = page_of(dina, "/")
    assert 'class="call-card raised"' in shown and "En læge skal se på et tegn i dit forløb" in shown
    record.write(record.anna, acts.AlarmClarified(("saddle_numbness",), "undersøgt"))
    assert 'class="call-card"' in page_of(dina, "/")


def test_no_effect_the_return_and_the_referral_are_told_in_plain_words(record: Cast, person: Enter) -> None:
    record.referred()
    shown = page_of(person(record.dina.id), "/")
    assert "Vurdering hos en rygkirurg" in shown and "Det er ikke en aftale om operation" in shown
    assert "De har ikke set den endnu" in shown
    record.write(record.hanne, acts.ReferralReceived("r1"), acts.ReferralRefused("r1", "for tidligt", "træning"))
    shown = page_of(person(record.dina.id), "/")
    assert "De sagde nej. Din læge ser på" in shown and "for tidligt" not in shown


def test_managing_alone_is_the_end_with_what_to_do_if_it_comes_back(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.CourseEnded("managing_alone"), days=1)
    shown = page_of(person(record.dina.id), "/")
    assert "Du klarer dig selv" in shown and "Hvad gør jeg, hvis det kommer igen?" in shown
    assert "fem spørgsmål" not in shown


def test_information_is_marked_given_by_whom_and_read(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.InformationGiven(("usual_course",)))
    dina = person(record.dina.id)
    shown = page_of(dina, "/")
    assert "af Bo Demo, Demo Fysioterapi" in shown and "Din behandler har ikke fortalt om det endnu" in shown
    assert posted(dina, "/", "/laest").status_code == 302
    last = entries_of(record.course)[-1]
    assert isinstance(last.act, acts.InformationRead) and last.actor == record.dina.id
    assert "Du har læst det 20. april 2026" in page_of(dina, "/")


def test_the_own_numbers_stand_as_a_picture_with_words_and_as_a_table(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.ScoresRecorded("nrs_pain", 7, "citizen"))
    record.write(record.bo, acts.ScoresRecorded("nrs_pain", 4, "citizen"), days=30)
    shown = page_of(person(record.dina.id), "/")
    assert "Fra 7 den 2. marts til 4" in shown and "<svg" in shown and "<caption" in shown


def test_another_citizen_finds_nothing(record: Cast, person: Enter) -> None:
    record.grouped()
    course, dina = record.course, record.dina
    other = people.register_person("Lone Demosen", {"demo": "demo-9"}, is_invented=True)
    record.open(person=other)
    lone = person(other)
    for address in ("forloeb/{}", "deling/{}", "spoergsmaal/{}/smerte"):
        assert lone.get("/mit-forloeb/" + address.format(course)).status_code == 404
    assert dina.name not in page_of(lone, "/") + page_of(lone, "/mit-forloeb/hvem-har-set")
    assert lone.get(f"/forloeb/{course}").status_code == 404


# S7


def test_every_answer_is_stored_as_it_is_given(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    at = f"/mit-forloeb/spoergsmaal/{record.course}/"
    given = {
        "tegn": "none",
        "smerte": "7",
        "funktion": "3",
        "arbejde": "sick_listed",
        "virkning": "worse",
        "bekymring": "yes",
    }
    for step, value in given.items():
        answer = posted(dina, at + step, "/svar", answer=value)
        assert answer.status_code == 302, answer.content
        following = STEPS[STEPS.index(step) + 1]
        assert answer.headers["Location"] == at + following
    file = see_course(record.anna, record.course, at=NOW).file
    assert file is not None
    assert file.scores["nrs_pain"][-1]["value"] == 7 and file.scores["psfs"][-1]["value"] == 3
    said = {name: (one.value, one.said_by) for name, one in file.facts_said.items()}
    assert said["work"] == ("sick_listed", "citizen") and said["worried_about_diagnosis"] == ("yes", "citizen")
    assert all(said[name] == (PATHWAY.facts[name].absent, "citizen") for name in signs(PATHWAY))
    assert file.effect_felt is not None and file.effect_felt.value == "worse" and file.effects == {}
    shown = page_of(dina, at + "tjek")
    for text in ("Ingen af dem", "<td>7</td>", "<td>3</td>", "sygemeldt", "værre", "<td>ja</td>"):
        assert text in shown, text


def test_do_not_know_is_never_a_no(record: Cast, person: Enter) -> None:
    record.open()
    dina = person(record.dina.id)
    at = f"/mit-forloeb/spoergsmaal/{record.course}/"
    for step in STEPS[1:-1]:
        assert posted(dina, at + step, "/svar", answer="?").status_code == 302
    file = see_course(record.anna, record.course, at=NOW).file
    assert file is not None
    assert {"nrs_pain", "psfs", "work", "worried_about_diagnosis"} <= file.not_known
    assert file.facts_said == {} and file.scores == {}
    assert page_of(dina, at + "tjek").count("ved ikke") >= 4


def test_a_yes_to_a_sign_leads_to_the_card_and_to_the_clinics_list(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    at = f"/mit-forloeb/spoergsmaal/{record.course}/"
    fields = {"answer": "each", "s-saddle_numbness": "yes", "s-paresis_worsening": "no", "s-spinal_cord_signs": "?"}
    answer = posted(dina, at + "tegn", "/svar", **fields)
    assert answer.headers["Location"] == at + "ring"
    shown = page_of(dina, at + "ring")
    assert "Ring nu" in shown and "så ring 112" in shown
    rows = worklist(record.bo, NOW.date(), at=NOW).rows
    assert next(row.why for row in rows if row.course == record.course) == "alarm_open"
    file = see_course(record.anna, record.course, at=NOW).file
    assert file is not None
    assert file.facts_said["saddle_numbness"].value == "yes"
    assert file.facts_said["paresis_worsening"].value == "no" and "spinal_cord_signs" in file.not_known
    assert "bladder_or_bowel_disturbance" not in file.not_known  # not answered: still not asked


def test_nothing_is_chosen_beforehand_and_what_was_said_comes_back(record: Cast, person: Enter) -> None:
    record.open()
    dina = person(record.dina.id)
    at = f"/mit-forloeb/spoergsmaal/{record.course}/"
    assert " checked" not in page_of(dina, at + "tegn")
    posted(dina, at + "tegn", "/svar", **{"answer": "each", "s-paresis_worsening": "no"})
    assert page_of(dina, at + "tegn").count(" checked") == 1
    posted(dina, at + "smerte", "/svar", answer="6")
    assert "Dit svar indtil nu: <strong>6</strong>" in page_of(dina, at + "smerte")


def test_an_old_no_or_a_clinicians_is_not_ticked_for_today(
    record: Cast, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.grouped()  # every sign was asked by a professional, and absent
    dina = person(record.dina.id)
    at = f"/mit-forloeb/spoergsmaal/{record.course}/"
    assert " checked" not in page_of(dina, at + "tegn")
    posted(dina, at + "tegn", "/svar", answer="none")
    assert page_of(dina, at + "tegn").count(" checked") == len(signs(PATHWAY))
    monkeypatch.setattr(clocks, "now", lambda: NOW + timedelta(days=1))
    assert " checked" not in page_of(dina, at + "tegn")


def test_an_answer_none_of_the_pages_offers_is_not_found(record: Cast, person: Enter) -> None:
    record.open()
    dina = person(record.dina.id)
    at = f"/mit-forloeb/spoergsmaal/{record.course}/"
    for step, value in (("smerte", "11"), ("arbejde", "maybe"), ("virkning", "no_effect"), ("tegn", "")):
        assert posted(dina, at + step, "/svar", answer=value).status_code in (302, 404)
    assert len(entries_of(record.course)) == 1
    assert dina.get(at + "hvad").status_code == 404


def test_without_an_open_course_it_says_whom_to_call(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.CourseEnded("managing_alone"), days=1)
    answer: Any = person(record.dina.id).get("/mit-forloeb/spoergsmaal")
    assert answer.status_code == 422 and "Ring til din læge" in answer.content.decode()


# S8


def share(record: Cast, parts: tuple[Part, ...] = ("plan",), until: date = date(2026, 4, 30)) -> None:
    record.grouped()
    record.write(record.dina, acts.AccessGranted(record.erik.id, "sharing", parts, until))
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), acts.Visit("physiotherapist", "Noten om Dina"))
    record.write(record.bo, acts.ScoresRecorded("nrs_pain", 7, "citizen"))


def test_a_relative_sees_plan_next_step_and_leaflet_and_no_more(record: Cast, person: Enter) -> None:
    share(record)
    erik = person(record.erik.id)
    assert "Dina Demosen" in page_of(erik, "/")
    shown = page_of(erik, f"/delt-med-mig/{record.course}")
    for text in (
        "Du er i gang med din plan.",
        "mellem 13. og 27. april",
        "Godt at vide om ryggen",
        "Ring, hvis du får",
    ):
        assert text in shown, text
    for text in ("Noten om Dina", "Dine smerter", "Det, der er skrevet", "Smerte (NRS)"):
        assert text not in shown, text


def test_scores_and_notes_only_when_they_are_shared(record: Cast, person: Enter) -> None:
    share(record, PARTS)
    shown = page_of(person(record.erik.id), f"/delt-med-mig/{record.course}")
    assert "Noten om Dina" in shown and "Dine smerter" in shown


# -1: the clock went back behind the entry that shares; what is in the record has happened, on every page.
@pytest.mark.parametrize(("day", "sees"), [(-1, True), (0, True), (10, True), (11, False)])
def test_access_from_the_first_day_to_the_last(
    record: Cast, person: Enter, monkeypatch: pytest.MonkeyPatch, day: int, sees: bool
) -> None:
    record.grouped()
    record.at = NOW
    record.write(record.dina, acts.AccessGranted(record.erik.id, "sharing", ("plan",), NOW.date() + timedelta(days=10)))
    monkeypatch.setattr(clocks, "now", lambda: NOW + timedelta(days=day))
    erik = person(record.erik.id)
    listed = page_of(erik, "/delt-med-mig")
    assert ("Dina Demosen" in listed) is sees
    assert ("Adgangen er udløbet" in listed) is not sees
    assert erik.get(f"/delt-med-mig/{record.course}").status_code == (200 if sees else 404)


def test_a_stranger_sees_nothing_shared_with_another(record: Cast, person: Enter) -> None:
    share(record)
    stranger = people.register_person("Sten Fremmed", {}, is_invented=True)
    visitor = person(stranger)
    assert "Dina" not in page_of(visitor, "/")
    assert visitor.get(f"/delt-med-mig/{record.course}").status_code == 404
    assert visitor.get(f"/mit-forloeb/forloeb/{record.course}").status_code == 404


def test_inviting_a_relative_gives_a_link_that_lets_them_in(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    answer = posted(dina, "/mit-forloeb/deling", "/inviter", name="Frida Pårørende", part=["scores"])
    shown = answer.content.decode()
    assert answer.status_code == 200 and "Frida Pårørende" in shown
    address = re.search(r'value="http://[^/]+(/ny-adgangskode/[^"]+)"', shown)
    user = re.search(r"<strong>(frida-pårørende-\d{4})</strong>", shown)
    assert address and user
    frida = Visitor()
    password = "en lang adgangskode til Frida 7"
    form = frida.form(frida.get(address[1]), "")
    assert frida.post(address[1], form.data(new=password, again=password)).status_code == 302
    assert frida.log_in(user[1], password).status_code == 302
    assert "Dina Demosen" in page_of(frida, "/")
    sharing = Sharing.objects.get()
    assert set(sharing.parts.split()) == {"plan", "scores"} and sharing.valid_until == date(2026, 7, 20)


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("until", "2027-04-21"), ("until", "2026-04-19"), ("until", "x")]
)
def test_a_wrong_invitation_is_said_and_shares_nothing(record: Cast, person: Enter, field: str, value: str) -> None:
    record.grouped()
    fields = {"name": "Frida", "until": "2026-05-01", field: value}
    answer = posted(person(record.dina.id), "/mit-forloeb/deling", "/inviter", **fields)
    assert answer.status_code == 422 and not Sharing.objects.exists()


def test_stopping_ends_it_at_the_next_request(record: Cast, person: Enter) -> None:
    share(record)
    erik, dina = person(record.erik.id), person(record.dina.id)
    assert erik.get(f"/delt-med-mig/{record.course}").status_code == 200
    assert posted(dina, "/mit-forloeb/deling", "/stop").status_code == 302
    assert erik.get(f"/delt-med-mig/{record.course}").status_code == 404


def test_the_citizen_sees_exactly_what_the_relative_sees(record: Cast, person: Enter) -> None:
    share(record)
    dina, erik = person(record.dina.id), person(record.erik.id)
    before = Look.objects.count()
    own = page_of(dina, f"/mit-forloeb/deling/{record.course}/som/{record.erik.id}")
    assert {look.actor for look in Look.objects.filter(seq__gt=before)} == {record.dina.id}
    theirs = page_of(erik, f"/delt-med-mig/{record.course}")

    def inside(page: str) -> str:
        return re.sub(r'<p class="notice">.*?</p>', "", page[page.index("<main") : page.index("</main>")])

    assert re.sub(r"\s", "", inside(own)) == re.sub(r"\s", "", inside(theirs))
    assert dina.get(f"/mit-forloeb/deling/{record.course}/som/{record.anna.id}").status_code == 404


def test_somebody_who_is_both_goes_from_one_to_the_other(record: Cast, person: Enter) -> None:
    share(record)
    record.open(person=record.erik.id)
    erik = person(record.erik.id)
    assert "Mit rygforløb" in page_of(erik, "/")
    posted(erik, "/", "/hvem-er-jeg", **{"as": "relative"})
    assert "Dina Demosen" in page_of(erik, "/")
    posted(erik, "/", "/hvem-er-jeg", **{"as": "citizen"})
    assert "Mit rygforløb" in page_of(erik, "/")


def test_who_has_looked_is_told_in_words(record: Cast, person: Enter) -> None:
    record.grouped()
    see_course(record.anna, record.course, at=NOW, channel="web")
    dina = person(record.dina.id)
    shown = page_of(dina, "/mit-forloeb/hvem-har-set")
    assert "Anna Demo, praktiserende læge, Lægerne på Demovej" in shown and "så forløbet" in shown
    assert "har eller har haft ansvaret" in shown and "Vis også, når jeg selv har set" in shown
    assert "Anna Demo" not in page_of(dina, "/mit-forloeb/hvem-har-set?enhed=Demo+Fysioterapi")


def test_a_block_is_told_before_it_is_done_and_seen_by_those_it_hits(
    record: Cast, person: Enter, inside: Enter
) -> None:
    record.referred(record.freja, "labour_market_and_income")
    dina = person(record.dina.id)
    shown = page_of(dina, "/mit-forloeb/deling")
    assert "Så kender de ikke det hele" in shown and "i en nødsituation" in shown
    answer = posted(dina, "/mit-forloeb/deling", "/spaer", part="work", sector="municipality")
    assert answer.status_code == 302
    assert "spærret" in page_of(dina, "/mit-forloeb/deling")
    assert "Borgeren har spærret for: arbejde" in page_of(inside("freja"), f"/forloeb/{record.course}")


def test_everything_about_me_as_a_file_and_as_a_page(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    found = json.loads(dina.get("/mit-forloeb/mine-data/fil").content)
    assert found["persons"][0]["name"] == "Dina Demosen" and found["access_log"]
    assert len(found["courses"][0]["entries"]) == len(entries_of(record.course))
    assert "Alt, hvad der er registreret om Dina Demosen" in page_of(dina, "/mit-forloeb/mine-data/side")


def test_pages_with_own_data_are_kept_by_nobody(record: Cast, person: Enter) -> None:
    share(record)
    dina, erik = person(record.dina.id), person(record.erik.id)
    for visitor, address in (
        (dina, f"/mit-forloeb/forloeb/{record.course}"),
        (dina, "/mit-forloeb/hvem-har-set"),
        (dina, "/mit-forloeb/mine-data/fil"),
        (dina, "/mit-forloeb/mine-data/side"),
        (erik, f"/delt-med-mig/{record.course}"),
    ):
        assert visitor.get(address).headers["Cache-Control"] == "no-store"


def test_a_person_who_forgot_the_password_gets_a_new_link_from_the_operator(record: Cast) -> None:
    from rygrad.web import accounts

    user = person_account(record.erik.id, "erik-1234")
    accounts.choose_password(user, "en lang adgangskode 123")
    address = accounts.invite("erik-1234")
    erik = Visitor()
    form = erik.form(erik.get(address), "")
    assert erik.post(address, form.data(new="en anden lang kode 77", again="en anden lang kode 77")).status_code == 302
    assert erik.log_in("erik-1234", "en anden lang kode 77").status_code == 302
