"""Guessing at the doors: how many guesses are looked at, and that the one whose name it is gets in meanwhile.

A guess that is looked at costs one hashing, so that is what is counted, and not what the page says.
"""

import secrets
import string
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from axes.models import AccessAttempt
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from rygrad.record import clocks
from rygrad.web import accounts, known, lockout, login
from rygrad.web.persons import person_account
from tests.fhir.tokens import EVERYTHING, post, registered
from tests.figures import write_figures
from tests.record.cast import Cast
from tests.web import conftest as web
from tests.web.broker import free_port, served
from tests.web.visitor import PASSWORD, Visitor, forms_of

databases, record, visit, inside = web.databases, web.record, web.visit, web.inside
Visit = Callable[..., Visitor]
FULL = pytest.mark.parametrize("full", [False, pytest.param(True, marks=pytest.mark.long)])
HOME, HOUSE = "192.0.2.1", "192.0.2.77"
WRONG = "gættet kode"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hashing with the smallest cost: what counts here is how often."""
    for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


class Looked:
    """How often a password was looked at."""

    def __init__(self) -> None:
        self.times = 0

    def since(self, act: Callable[[], Any]) -> int:
        """How often while this was done."""
        before = self.times
        act()
        return self.times - before


@pytest.fixture
def looked(record: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Looked]:
    """Everybody's password is hashed anew, quickly; every look at one is counted from now on."""
    for user in web.USERS:
        found = accounts.account(user)
        found.set_password(PASSWORD)
        found.save()
    counted, real = Looked(), ModelBackend.authenticate

    def authenticate(self: Any, *given: Any, **named: Any) -> Any:
        counted.times += 1
        return real(self, *given, **named)

    monkeypatch.setattr(ModelBackend, "authenticate", authenticate)
    yield counted


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _guess(name: str, address: str, cookie: str = "") -> int:
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=address)
    if cookie:
        client.cookies[known.COOKIE] = cookie
    return client.post("/log-ind", {"username": name, "password": WRONG}).status_code


def _in(name: str, visitor: Visitor) -> int:
    """1 when the right password lets them in, from the browser they sit at; then they leave again."""
    came = visitor.log_in(name).status_code == 302
    if came:
        visitor.lose_session()
    return int(came)


def _at_home(visit: Visit, name: str = "anna", address: str = HOME) -> Visitor:
    visitor = visit(address)
    assert _in(name, visitor) == 1
    return visitor


def _a_quarter_later() -> None:
    before = clocks.now() - timedelta(minutes=15, seconds=1)
    AccessAttempt.objects.update(attempt_time=before)


@FULL
def test_guesses_from_everywhere_are_slowed_and_the_real_user_comes_in_all_the_while(
    visit: Visit, looked: Looked, *, full: bool
) -> None:
    addresses, each = (500, 4) if full else (12, 1)
    browser, at_home = _at_home(visit), 0
    tried, came, without_cookie = addresses * each, 0, 0

    def attack() -> None:
        for number in range(addresses):
            for _ in range(each):
                _guess("anna", _address(number))

    seen = looked.since(attack)
    for _ in range(3):
        came += _in("anna", browser)
        fresh = visit(HOME)
        at_home += 1
        without_cookie += _in("anna", fresh)
    elsewhere = _in("anna", visit("198.51.100.9"))
    _a_quarter_later()
    again = looked.since(lambda: [_guess("anna", _address(number)) for number in range(lockout.AT_ONE_NAME + 2)])
    counts = {
        "guesses at one name": tried,
        "addresses": addresses,
        "looked at": seen,
        "looked at in the next quarter": again,
        "most a day": again * 96,
        "real user in, known browser": f"{came} of 3",
        "real user in, known address": f"{without_cookie} of {at_home}",
        "real user in, place never used": elsewhere,
    }
    write_figures(
        "lockout-everywhere",
        promise="attacks",
        says="one name guessed from many addresses",
        test="tests/trust/test_lockout.py::test_guesses_from_everywhere_are_slowed_and_the_real_user_comes_in_all_the_while",
        counts=counts,
        full=full,
    )
    assert seen == again == lockout.AT_ONE_NAME
    assert (came, without_cookie, elsewhere) == (3, 3, 0)


@FULL
def test_one_password_tried_at_many_names_is_stopped_and_the_house_goes_on(
    visit: Visit, looked: Looked, *, full: bool
) -> None:
    names = 1_500 if full else 32
    browser = _at_home(visit, address=HOUSE)
    seen = looked.since(lambda: [_guess(f"bruger{number}", HOUSE) for number in range(names)])
    counts = {
        "names": names,
        "looked at": seen,
        "known browser at that address in": _in("anna", browser),
        "others elsewhere in": _in("bo", visit("192.0.2.78")),
        "stranger with a right password in": _in("bo", visit(HOUSE)),
    }
    write_figures(
        "lockout-spraying",
        promise="attacks",
        says="one password tried at many names from one address",
        test="tests/trust/test_lockout.py::test_one_password_tried_at_many_names_is_stopped_and_the_house_goes_on",
        counts=counts,
        full=full,
    )
    assert list(counts.values()) == [names, lockout.FROM_ONE_ADDRESS, 1, 1, 0]


@FULL
def test_a_stranger_at_the_same_address_locks_nobody_out_of_their_own_browser(
    visit: Visit, looked: Looked, *, full: bool
) -> None:
    guesses = 400 if full else 8
    browser, other = _at_home(visit, address=HOUSE), _at_home(visit, "bo", HOUSE)
    came = tried = 0
    before = looked.times
    for number in range(guesses):
        _guess("anna", HOUSE)
        if number % max(1, guesses // 4) == 0:
            tried += 1
            came += _in("anna", browser)
    counts = {
        "guesses from the same address": guesses,
        "looked at": looked.times - before - came,
        "real user in": f"{came} of {tried}",
        "colleague in": _in("bo", other),
    }
    write_figures(
        "lockout-same-address",
        promise="attacks",
        says="one name guessed from the address its user sits at",
        test="tests/trust/test_lockout.py::test_a_stranger_at_the_same_address_locks_nobody_out_of_their_own_browser",
        counts=counts,
        full=full,
    )
    assert came == tried == 4
    assert counts["looked at"] == 5
    assert counts["colleague in"] == 1


@FULL
def test_a_stolen_mark_of_a_known_browser_buys_five_guesses_wherever_it_is_used(
    visit: Visit, looked: Looked, *, full: bool
) -> None:
    uses = 400 if full else 6
    stolen = _at_home(visit).cookies[known.COOKIE].value
    second = _at_home(visit, address="192.0.2.2")
    seen = looked.since(lambda: [_guess("anna", _address(number), stolen) for number in range(uses)])
    changed = [stolen[:-1], f"{stolen}x", stolen[::-1], "", "x", stolen.replace(":", "")]
    forged = looked.since(lambda: [_guess("freja", "192.0.2.99", one) for one in changed])
    in_second = _in("anna", second)
    accounts.choose_password(accounts.account("anna"), "en helt anden hest")
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=HOME)
    client.cookies[known.COOKIE] = stolen
    request = client.get("/log-ind").wsgi_request
    counts = {
        "guesses with it": uses,
        "looked at": seen,
        "forged ones": len(changed),
        "forged looked at": forged,
        "real user in, another known browser": in_second,
        "known after a new password": int(bool(known.known_browser(request, "anna"))),
    }
    write_figures(
        "lockout-stolen-mark",
        promise="attacks",
        says="the mark of a known browser, stolen and used from everywhere; and forged",
        test="tests/trust/test_lockout.py::test_a_stolen_mark_of_a_known_browser_buys_five_guesses_wherever_it_is_used",
        counts=counts,
        full=full,
    )
    assert list(counts.values()) == [uses, 5, len(changed), 5, 1, 0]


def test_a_computer_of_a_clinic_is_known_for_each_who_uses_it_and_for_ten_at_most(visit: Visit, record: Cast) -> None:
    shared = visit()
    for user in ("anna", "bo", "anna"):
        assert _in(user, shared) == 1
    request = shared.get("/log-ind").wsgi_request
    assert [bool(known.known_browser(request, user)) for user in ("anna", "bo", "freja", "nobody")] == [1, 1, 0, 0]
    assert known.known_browser(request, "anna") == known.known_browser(request, "bo"), "one browser, one mark"
    for number in range(known.MOST):
        user = accounts.get_user_model().objects.create_user(f"u{number}")
        answer = Client().get("/log-ind")
        known.remember(request, user, answer)
        request.COOKIES[known.COOKIE] = answer.cookies[known.COOKIE].value
    assert not known.known_browser(request, "anna")
    assert len(answer.cookies[known.COOKIE].value) < 1_000


@pytest.mark.long
@pytest.mark.parametrize("at_once", [64])
def test_guesses_sent_at_once_to_the_real_server_are_few_too_many_at_most(
    databases: Any, tmp_path: Path, at_once: int
) -> None:
    port = free_port()
    with databases.fresh("sqlite") as url:
        web.cast()
        found = accounts.account("anna")
        found.set_password(PASSWORD)
        found.save()
        with served(tmp_path, url, port, "", RYGRAD_PROXY="127.0.0.1"), ThreadPoolExecutor(at_once) as strangers:
            codes = list(strangers.map(lambda number: _over_http(port, number), range(at_once)))
    looked_at = codes.count(401)
    write_figures(
        "lockout-at-once",
        promise="attacks",
        says="one name guessed from many addresses at the same moment, over HTTP",
        test="tests/trust/test_lockout.py::test_guesses_sent_at_once_to_the_real_server_are_few_too_many_at_most",
        counts={"guesses": at_once, "looked at": looked_at, "told to wait": codes.count(429)},
        full=True,
    )
    assert lockout.AT_ONE_NAME <= looked_at <= lockout.AT_ONE_NAME + 8, "at most one more for each thread"
    assert looked_at + codes.count(429) == at_once


def _over_http(port: int, number: int) -> int:
    address, headers = f"http://127.0.0.1:{port}/log-ind", {"X-Forwarded-For": _address(number)}
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(address, headers=headers, timeout=120).text
        form = next(form for form in forms_of(page) if form.action == "/log-ind")
        sent = form.data(username="anna", password=WRONG)
        return browser.post(address, sent, headers=headers, timeout=120).status_code


@FULL
def test_no_forged_assertion_gets_a_token_and_the_real_system_gets_its_own_meanwhile(
    record: Cast, *, full: bool
) -> None:
    times = 250 if full else 2
    real, stranger = registered(record.anna), registered(record.bo)
    tokens = asked = got = 0
    for number in range(times):
        good = real.assertion()
        head, body, signature = good.split(".")
        for forged in (
            f"{head}.{body}.{signature[:-4]}{secrets.choice(string.ascii_letters)}AAA",
            f"{head}.{stranger.assertion().split('.')[1]}.{signature}",
            real.assertion(kid="another"),
            stranger.assertion(iss=f"s-{number}", sub=f"s-{number}"),
        ):
            answer = post({"scope": EVERYTHING, "client_assertion": forged})
            asked += 1
            tokens += answer.status_code == 200
        if number % 4 == 0:
            got += real.ask().status_code == 200
    write_figures(
        "lockout-tokens",
        promise="attacks",
        says="forged assertions at the token endpoint, and the real system between them",
        test="tests/trust/test_lockout.py::test_no_forged_assertion_gets_a_token_and_the_real_system_gets_its_own_meanwhile",
        counts={"forged": asked, "tokens given": tokens, "real ones": -(-times // 4), "real ones given": got},
        full=full,
    )
    assert (tokens, got) == (0, -(-times // 4))


@FULL
def test_no_guessed_link_opens_anything_and_the_real_one_still_does(record: Cast, visit: Visit, *, full: bool) -> None:
    invited, demo = accounts.invite("hanne"), login.demo_link("anna")
    guesses = [one for link in (invited, demo) for one in _guessed(link, every=1 if full else 20)]
    opened = 0
    with override_settings(DEMO=True):
        for address in guesses:
            answer = visit().get(address)
            opened += answer.status_code not in (404, 410)
        sessions = Session.objects.count()
        real = [visit().get(invited).status_code, visit().get(demo).status_code]
    write_figures(
        "lockout-links",
        promise="attacks",
        says="invitations, of relatives too, and demo links: each character changed, cut, of another kind",
        test="tests/trust/test_lockout.py::test_no_guessed_link_opens_anything_and_the_real_one_still_does",
        counts={"guessed links": len(guesses), "opened": opened, "sessions begun": sessions, "real ones opened": 2},
        full=full,
    )
    assert (opened, sessions, real) == (0, 0, [200, 302])


def _guessed(link: str, *, every: int) -> list[str]:
    """The link with one character changed, at every so many places, cut short, longer, and under the other's address."""
    start, _, token = link.rpartition("/")
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(0, len(token), every)
    ]
    other = "/demo/" if "ny-adgangskode" in link else "/ny-adgangskode/"
    return [*(f"{start}/{one}" for one in (*changed, token[:-1], f"{token}A", token.swapcase())), f"{other}{token}"]


def test_where_the_broker_alone_is_used_a_right_password_is_only_for_citizens_and_relatives(
    record: Cast, visit: Visit
) -> None:
    relative = person_account(record.erik.id, "erik")
    relative.set_password(PASSWORD)
    relative.save()
    with override_settings(OIDC_ONLY=True):
        answers = [visit().log_in(user, password) for user in ("anna", "erik") for password in (PASSWORD, WRONG)]
    assert [answer.status_code for answer in answers] == [403, 401, 302, 401]
    assert "Log ind med din organisation." in answers[0].content.decode()
    assert not Session.objects.exclude(session_key=answers[2].cookies["sessionid"].value).exists()
