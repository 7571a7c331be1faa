"""Logging in with a password: who comes in, who is locked out, how a session ends, and that no text is lost with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.test import override_settings

from rygrad.record import clocks
from rygrad.record.models import Entry, Membership
from rygrad.web import accounts, attempts, login
from rygrad.web.pages import mark_of
from tests.record.cast import Cast
from tests.web.visitor import PASSWORD, Visitor

Visit = Callable[..., Visitor]
Inside = Callable[[str], Visitor]
BOTH = pytest.mark.parametrize("record", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
NASTY = 'Ondt i ryggen »i dag«\r\n <b>&amp;</b> "citat" 🦴 \u202eשלום æøå\r\n\r\n+ 3 % \\ ende'


@BOTH
def test_the_right_password_leads_to_the_worklist_in_a_session_with_another_id(visit: Visit) -> None:
    anna = visit()
    anna.get("/log-ind")
    session = anna.session
    session["before"] = True
    session.save()
    anna.cookies["sessionid"] = session.session_key
    answer = anna.log_in("anna")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert anna.cookies["sessionid"].value != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()
    assert anna.get("/", follow=True).status_code == 200
    assert anna.is_inside


@BOTH
@pytest.mark.parametrize("name", ["anna", "nobody", "", "x" * 5000, "nul\0", "linje\nskift"])
def test_a_wrong_password_and_a_name_that_is_nobodys_get_the_same_answer(visit: Visit, name: str) -> None:
    answer = visit().log_in(name, "forkert")
    assert answer.status_code == 401
    assert "Brugernavn eller adgangskode er forkert." in answer.content.decode()


@pytest.mark.parametrize("name", ["anna", "nobody", "hanne", "nul\0"])
def test_every_wrong_login_takes_the_time_of_one_hashing(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    accounts.account("hanne")  # has no password yet
    hashed = []
    encode = Argon2PasswordHasher.encode
    verify = Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a: hashed.append(1) or encode(*a))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a: hashed.append(1) or verify(*a))
    assert visit().log_in(name, "forkert").status_code == 401
    assert len(hashed) == 1


@BOTH
def test_five_wrong_passwords_lock_that_name_from_that_address_and_nobody_else(visit: Visit) -> None:
    stranger = visit("192.0.2.7")
    for number in range(1, 6):
        assert stranger.log_in("anna", f"gæt {number}").status_code == (401 if number < 5 else 429)
    answer = stranger.log_in("anna")
    assert answer.status_code == 429
    assert "Vent et kvarter" in answer.content.decode()
    assert visit("192.0.2.7").log_in("anna").status_code == 429, "another browser there is no way around it"
    assert visit("192.0.2.7").log_in("bo").status_code == 302
    assert visit("192.0.2.8").log_in("anna").status_code == 302


def test_a_name_that_is_nobodys_is_locked_the_same(visit: Visit) -> None:
    stranger = visit()
    assert [stranger.log_in("nobody", "gæt").status_code for _ in range(6)] == [401] * 4 + [429] * 2


def test_the_lock_opens_after_a_quarter_of_an_hour_however_often_one_tried_meanwhile(visit: Visit) -> None:
    anna = visit()
    for _ in range(5):
        anna.log_in("anna", "gæt")
    AccessAttempt.objects.update(attempt_time=clocks.now() - timedelta(minutes=14))
    assert anna.log_in("anna").status_code == 429
    AccessAttempt.objects.update(attempt_time=clocks.now() - timedelta(minutes=15, seconds=1))
    assert anna.log_in("anna").status_code == 302


def test_a_new_password_opens_the_lock(visit: Visit) -> None:
    anna = visit()
    for _ in range(5):
        anna.log_in("anna", "gæt")
    accounts.choose_password(accounts.account("anna"), "en helt anden hest")
    assert anna.log_in("anna", "en helt anden hest").status_code == 302


def test_four_wrong_ones_and_a_right_one_begin_the_count_anew(visit: Visit) -> None:
    anna = visit()
    for _ in range(2):
        assert [anna.log_in("anna", "gæt").status_code for _ in range(4)] == [401] * 4
        assert anna.log_in("anna").status_code == 302


@BOTH
def test_nothing_that_was_typed_is_kept_with_an_attempt(visit: Visit) -> None:
    visitor = visit()
    visitor.get("/log-ind?next=/hemmelig")
    page = visitor.get("/log-ind")
    carried = '{"action":"/liste","by":"","version":"","key":"","fields":[["text","Fru Hansens ryg"]]}'
    for name in ("anna", "hemmelig adgangskode"):
        for _ in range(2):
            visitor.log_in(name, "hemmelig adgangskode", page=page, carried=carried)
    kept = list(AccessAttempt.objects.values_list())
    assert len(kept) == 2
    assert not [word for word in ("anna", "hemmelig", "Hansen") if word in repr(kept)]


def test_behind_the_sites_own_proxy_the_address_is_the_one_it_says(visit: Visit) -> None:
    with override_settings(PROXY="10.0.0.1"):
        for _ in range(5):
            visit("10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 192.0.2.7").log_in("anna", "gæt")
        assert visit("10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7").log_in("anna").status_code == 429
        assert visit("10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.8").log_in("anna").status_code == 302
        assert visit("10.0.0.2", HTTP_X_FORWARDED_FOR="192.0.2.7").log_in("anna").status_code == 302
        assert visit("10.0.0.1", HTTP_X_FORWARDED_FOR="<script>").log_in("anna").status_code == 302


def test_what_is_over_is_dropped_at_the_next_login(visit: Visit) -> None:
    visit().log_in("anna", "gæt")
    visit().log_in("anna")
    AccessAttempt.objects.update(attempt_time=clocks.now() - timedelta(hours=1))
    AccessLog.objects.update(attempt_time=clocks.now() - timedelta(days=attempts.KEPT_DAYS + 1))
    Session.objects.update(expire_date=clocks.now() - timedelta(seconds=1))
    visit().log_in("bo")
    assert [AccessAttempt.objects.count(), AccessLog.objects.count(), Session.objects.count()] == [0, 1, 1]


def test_somebody_with_no_membership_today_is_told_so_and_is_not_logged_in(record: Cast, visit: Visit) -> None:
    Membership.objects.filter(professional__user="anna").update(valid_until=clocks.now().date() - timedelta(days=2))
    anna = visit()
    answer = anna.log_in("anna")
    assert answer.status_code == 403
    assert "Du er ikke tilknyttet en enhed i dag." in answer.content.decode()
    assert not anna.is_inside
    assert anna.log_in("anna", "forkert").status_code == 401, "only the right password tells"


def test_logging_out_ends_the_session_on_the_server(inside: Inside, visit: Visit) -> None:
    anna = inside("anna")
    cookie = anna.cookies["sessionid"].value
    form = anna.form(anna.get("/liste"), "/log-ud")
    assert anna.get("/log-ud").status_code == 302
    assert anna.is_inside, "a link logs nobody out"
    anna.send(form)
    thief = visit()
    thief.cookies["sessionid"] = cookie
    assert not thief.is_inside


def test_a_session_lasts_from_the_last_request_and_not_beyond(inside: Inside) -> None:
    anna = inside("anna")
    ends = Session.objects.get().expire_date
    session = anna.session
    session["seen"] -= 61
    session.save()
    Session.objects.update(expire_date=ends - timedelta(minutes=20))
    assert anna.get("/liste").status_code == 200
    assert Session.objects.get().expire_date >= ends
    Session.objects.update(expire_date=clocks.now() - timedelta(seconds=1))
    assert anna.get("/liste").headers["Location"] == "/log-ind?next=/liste"


def test_a_busy_session_ends_after_twelve_hours(inside: Inside) -> None:
    anna = inside("anna")
    session = anna.session
    session["since"] -= 12 * 3600 + 1
    session.save()
    assert not anna.is_inside
    assert not Session.objects.exists()


def _deactivated(_: Cast) -> None:
    accounts.deactivate("anna")


def _password_changed(_: Cast) -> None:
    accounts.choose_password(accounts.account("anna"), "en helt anden hest")


def _membership_ended(_: Cast) -> None:
    Membership.objects.filter(professional__user="anna").update(valid_until=clocks.now().date() - timedelta(days=2))


@pytest.mark.parametrize("happens", [_deactivated, _password_changed, _membership_ended])
def test_access_that_is_taken_away_ends_at_the_next_request(
    record: Cast, inside: Inside, happens: Callable[[Cast], None]
) -> None:
    anna = inside("anna")
    happens(record)
    assert anna.get("/liste").headers["Location"] == "/log-ind?next=/liste"


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/liste?sort=1", "/liste?sort=1"),
        ("https://ond.example/", "/"),
        ("//ond.example/", "/"),
        ("/\\ond.example", "/"),
        ("/\t/ond.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_login_leads_back_to_a_page_of_ours_only(visit: Visit, wanted: str, where: str) -> None:
    anna = visit()
    assert anna.log_in("anna", page=anna.get("/log-ind", {"next": wanted})).headers["Location"] == where
    assert anna.log_in("anna", back=wanted).headers["Location"] == where


def _message(record: Cast, bo: Visitor, text: str) -> tuple[Any, str]:
    """Bo's message to own GP, typed before the session was lost: the answer, and where it was sent."""
    record.grouped()
    course = f"/forloeb/{record.course}"
    form = bo.form(bo.get(course), f"{course}/besked")
    bo.lose_session()
    return bo.send(form, text=text), form.action


@BOTH
def test_a_lost_session_loses_no_text_and_the_form_counts_once(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    lost, action = _message(record, bo, NASTY)
    before = Entry.objects.count()
    assert lost.status_code == 401
    assert "Din tekst er her stadig" in lost.content.decode()
    assert "Ondt i ryggen »i dag«" in lost.content.decode()
    wrong = bo.log_in("bo", "forkert", page=lost)
    assert wrong.status_code == 401
    welcome = bo.log_in("bo", page=wrong)
    assert welcome.status_code == 200
    assert "Velkommen tilbage" in welcome.content.decode()
    assert Entry.objects.count() == before
    again = bo.form(welcome, action)
    assert again.value("text").replace("\r\n", "\n") == NASTY.replace("\r\n", "\n")
    assert [bo.send(again).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.count() == before + 1


def test_the_text_is_kept_while_one_is_locked_out(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    page, action = _message(record, bo, NASTY)
    for _ in range(6):
        page = bo.log_in("bo", "gæt", page=page)
    assert page.status_code == 429
    AccessAttempt.objects.all().delete()
    assert bo.form(bo.log_in("bo", page=page), action).value("text")


def test_a_very_long_text_comes_back_whole(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    text = "æ" * 200_000 + " ende"
    page, action = _message(record, bo, text)
    assert bo.form(bo.log_in("bo", page=page), action).value("text") == text


def test_every_field_comes_back_whatever_it_is_called_and_however_often(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    record.grouped()
    address = f"/forloeb/{record.course}/plan"
    form = bo.form(bo.get(address), "")
    typed = {
        "username": "a b",
        "password": "c",
        "action": "https://ond.example/",
        "carried": "{}",
        "carried-x": "d",
        "lang": "en",
        "back": "/liste",
        "intervention": ["en", "to", "en"],
        "empty": "",
    }
    bo.lose_session()
    lost = bo.post(address, form.data(**typed))
    again = bo.form(bo.log_in("bo", page=lost), address)
    sent, guards = again.data(), ("csrfmiddlewaretoken", "version", "key", "by")
    wanted = {name: values for name, values in form.data(**typed).items() if name not in guards}
    assert {name: values for name, values in sent.items() if name not in guards} == wanted
    assert [sent[name] for name in guards[1:]] == [form.data()[name] for name in guards[1:]]


def test_another_user_who_logs_in_does_not_get_the_text(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    lost, action = _message(record, bo, "Bos hemmelige tekst")
    answer = bo.log_in("freja", page=lost)
    assert answer.status_code == 302
    shown = bo.get(answer.headers["Location"], follow=True).content.decode()
    assert "skrevet af en anden bruger" in shown
    assert "hemmelige" not in shown
    assert action not in shown


def test_a_form_that_does_not_say_who_typed_it_is_that_of_who_was_last_here(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    form = bo.form(bo.get("/liste"), "/sprog").data(by="", text="Bos hemmelige tekst")
    bo.lose_session()
    lost = bo.post("/noedadgang", form)
    assert lost.status_code == 401
    assert bo.log_in("freja", page=lost).status_code == 302


@pytest.mark.parametrize(
    "action", ["https://ond.example/", "//ond.example/", "/\\ond.example", "javascript:alert(1)", "/findes/ikke"]
)
def test_a_form_is_given_back_to_a_page_of_ours_only(visit: Visit, action: str) -> None:
    anna = visit()
    carried = f'{{"action":"{action}","by":"","version":"","key":"","fields":[["text","x y"]]}}'.replace("\\", "\\\\")
    assert anna.log_in("anna", carried=carried).headers["Location"] == "/"


@pytest.mark.parametrize("carried", ["", "{", "[]", '{"action":1}', "null", "x" * 100_000])
def test_what_was_never_carried_is_not_given_back(visit: Visit, carried: str) -> None:
    assert visit().log_in("anna", carried=carried).headers["Location"] == "/"


def test_a_form_typed_by_one_user_is_not_stored_by_the_next(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    record.grouped()
    course = f"/forloeb/{record.course}"
    form = bo.form(bo.get(course), f"{course}/besked")
    before = Entry.objects.count()
    bo.log_in("anna")
    token = bo.form(bo.get(course), f"{course}/besked").value("csrfmiddlewaretoken")
    for fields in ({"csrfmiddlewaretoken": token}, {}):
        for site in ("same-origin", "cross-site"):
            data = form.data(text="Bos hemmelige tekst", **fields)
            answer = bo.post(form.action, data, headers={"sec-fetch-site": site})
            assert answer.status_code == 403
            assert "hemmelige" not in answer.content.decode()
    assert Entry.objects.count() == before


def test_a_page_from_before_the_login_is_shown_again_to_be_sent(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    record.grouped()
    course = f"/forloeb/{record.course}"
    form = bo.form(bo.get(course), f"{course}/besked")
    bo.log_in("bo")
    answer = bo.post(form.action, form.data(text=NASTY), HTTP_SEC_FETCH_SITE="same-origin")
    assert answer.status_code == 403
    again = bo.form(answer, form.action)
    assert again.value("by") == mark_of(record.bo)
    assert bo.send(again).status_code == 302


def test_an_old_login_page_sent_again_shows_neither_password_nor_anothers_text(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    lost, _ = _message(record, bo, "Bos hemmelige tekst")
    form = bo.form(lost, "/log-ind").data(username="anna", password=PASSWORD)
    assert bo.post("/log-ind", form).status_code == 302
    answer = bo.post("/log-ind", form, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403
    assert "hemmelige" not in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


def test_an_old_login_page_keeps_the_text_of_who_typed_it(record: Cast, inside: Inside) -> None:
    bo = inside("bo")
    lost, action = _message(record, bo, "Min egen tekst")
    old = bo.form(lost, "/log-ind").data(username="bo", password=PASSWORD)
    del bo.cookies["csrftoken"]
    answer = bo.post("/log-ind", old, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403
    assert "Min egen tekst" in answer.content.decode()
    assert bo.form(bo.log_in("bo", page=answer), action).value("text") == "Min egen tekst"


def test_one_comes_back_to_the_place_one_was_at(record: Cast, inside: Inside) -> None:
    other = record.carla.organisation
    Membership.objects.create(
        professional_id=record.bo.id, organisation_id=other, role="physiotherapist", valid_from=record.today
    )
    bo = inside("bo")
    assert bo.session["organisation"] == record.bo.organisation
    bo.send(bo.form(bo.get("/liste"), "/enhed"), organisation=other)
    bo.lose_session()
    bo.log_in("bo")
    assert bo.session["organisation"] == other


def test_a_demo_link_works_in_demo_mode_on_this_machine_only(record: Cast, visit: Visit) -> None:
    link = login.demo_link("anna")
    assert visit().get(link).status_code == 404
    with override_settings(DEMO=True):
        for stranger in (visit("192.0.2.7"), visit("::ffff:192.0.2.7"), visit(HTTP_X_FORWARDED_FOR="192.0.2.7")):
            assert stranger.get(link).status_code == 404
            assert not stranger.is_inside
        assert visit().get(f"{link}x").status_code == 404
        assert visit().get(login.demo_link("nobody")).status_code == 404
        assert not get_user_model().objects.filter(username="nobody").exists()
        anna = visit()
        assert anna.get(link).headers["Location"] == "/"
        assert anna.is_inside


def test_the_session_is_kept_alive_by_a_request_of_its_own_and_says_when_it_is_gone(inside: Inside) -> None:
    anna = inside("anna")
    assert anna.get("/her-endnu").status_code == 204
    anna.lose_session()
    assert anna.get("/her-endnu").status_code == 302


def test_every_sentence_is_there_in_english(visit: Visit) -> None:
    anna = visit()
    anna.cookies["sprog"] = "en"
    assert "The user name or password is wrong." in anna.log_in("anna", "gæt").content.decode()
    assert anna.log_in("anna", PASSWORD).status_code == 302
