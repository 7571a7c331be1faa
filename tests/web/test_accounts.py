"""Who gets a password and how: invitations, the rules, changing it, and `rygrad user`."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from rygrad.pathway.errors import RygradError
from rygrad.record.models import Change, Professional
from rygrad.record.refusals import NotFound, Refused
from rygrad.web import accounts
from tests.interfaces.command import Ran, rygrad
from tests.record.cast import Cast
from tests.web.visitor import PASSWORD, Visitor

Visit = Callable[..., Visitor]
Inside = Callable[[str], Visitor]
BOTH = pytest.mark.parametrize("record", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
NEW = "fire gule paraplyer"


def _choose(visitor: Visitor, address: str, new: str = NEW, again: str | None = None) -> int:
    form = visitor.form(visitor.get(address), "")
    form.action = address
    return visitor.send(form, new=new, again=new if again is None else again).status_code


@BOTH
def test_an_invitation_works_once_and_the_password_it_gave_works_after_it(record: Cast, visit: Visit) -> None:
    address = accounts.invite("hanne", by=record.gustav)
    hanne = visit()
    assert "hanne" not in address
    assert hanne.log_in("hanne", NEW).status_code == 401
    assert _choose(hanne, address) == 302
    assert hanne.get(address).status_code == 410
    assert "Linket er brugt eller for gammelt." in hanne.get(address).content.decode()
    assert not hanne.is_inside, "the link logs nobody in"
    assert hanne.log_in("hanne", NEW).status_code == 302
    told = list(Change.objects.order_by("seq").values_list("actor", "what", "about"))
    assert told == [
        (record.gustav.id, "account_invited", "hanne"),
        (record.hanne.id, "password_chosen", "hanne"),
    ]


def test_an_invitation_is_good_for_a_day(record: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    address = accounts.invite("hanne")
    now = PasswordResetTokenGenerator._now
    for later, status in ((timedelta(hours=23), 200), (timedelta(hours=25), 410)):
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self, by=later: now(self) + by)
        assert visit().get(address).status_code == status


def test_a_link_that_is_changed_or_for_another_user_is_none(record: Cast, visit: Visit) -> None:
    address = accounts.invite("hanne")
    other = str(accounts.account("anna").pk)
    parts = address.rpartition("/")[2].split(".")
    for wrong in (
        f"{address}x",
        f"/ny-adgangskode/{'.'.join([other, *parts[1:]])}",
        "/ny-adgangskode/x",
        f"/ny-adgangskode/{parts[0]}..",
    ):
        assert visit().get(wrong).status_code == 410


def test_a_new_invitation_is_void_once_the_user_has_logged_in(record: Cast, visit: Visit) -> None:
    address = accounts.invite("anna")
    assert visit().log_in("anna").status_code == 302
    assert visit().get(address).status_code == 410


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kort", "for kort"),
        ("password1234", "almindelig"),
        ("hanne-demo-1", "minder for meget"),
        ("x" * 1001, "for lang"),
    ],
)
def test_a_poor_password_is_refused_with_what_is_wrong(record: Cast, visit: Visit, password: str, said: str) -> None:
    address = accounts.invite("hanne")
    visitor = visit()
    form = visitor.form(visitor.get(address), "")
    form.action = address
    answer = visitor.send(form, new=password, again=password)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{password}"' not in answer.content.decode()
    with pytest.raises(Refused):
        accounts.choose_password(accounts.account("hanne"), password)


def test_a_password_typed_differently_the_second_time_is_not_stored(record: Cast, visit: Visit) -> None:
    address = accounts.invite("hanne")
    assert _choose(visit(), address, NEW, f"{NEW}!") == 422
    assert not accounts.account("hanne").has_usable_password()


def test_passwords_are_kept_with_argon2(record: Cast) -> None:
    accounts.choose_password(accounts.account("hanne"), NEW)
    assert accounts.account("hanne").password.startswith("argon2$argon2id$")
    assert accounts.account("hanne").first_name == ""


def test_changing_the_password_keeps_this_session_and_ends_every_other(inside: Inside, visit: Visit) -> None:
    here, there = inside("anna"), inside("anna")
    before = here.cookies["sessionid"].value
    form = here.form(here.get("/adgangskode"), "")
    form.action = "/adgangskode"
    assert here.send(form, current="forkert", new=NEW, again=NEW).status_code == 422
    assert here.send(form, current=PASSWORD, new="kort", again="kort").status_code == 422
    assert here.send(form, current=PASSWORD, new=NEW, again=NEW).status_code == 302
    assert here.is_inside
    assert here.cookies["sessionid"].value != before
    assert not there.is_inside
    assert visit().log_in("anna").status_code == 401
    assert visit().log_in("anna", NEW).status_code == 302


@pytest.mark.parametrize("page", ["/adgangskode", "/ny-adgangskode/x"])
def test_a_password_is_not_shown_again_when_its_page_was_too_old(inside: Inside, page: str) -> None:
    anna = inside("anna")
    typed = {"current": PASSWORD, "new": NEW, "again": NEW}
    answer = anna.post(page, typed, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403
    assert PASSWORD not in answer.content.decode()
    assert NEW not in answer.content.decode()


def test_guessing_the_current_password_is_locked_like_a_login(inside: Inside) -> None:
    anna = inside("anna")
    form = anna.form(anna.get("/adgangskode"), "")
    form.action = "/adgangskode"
    assert [anna.send(form, current="gæt", new=NEW, again=NEW).status_code for _ in range(5)] == [422] * 4 + [429]
    assert anna.send(form, current=PASSWORD, new=NEW, again=NEW).status_code == 429


def test_the_page_for_changing_it_is_for_those_who_are_logged_in(visit: Visit) -> None:
    assert visit().get("/adgangskode").headers["Location"] == "/log-ind?next=/adgangskode"


def test_deactivated_and_invited_again(record: Cast, visit: Visit) -> None:
    accounts.deactivate("anna", by=record.gustav)
    assert visit().log_in("anna").status_code == 401
    with pytest.raises(Refused, match="deactivated"):
        accounts.deactivate("anna")
    address = accounts.invite("anna")
    assert visit().log_in("anna").status_code == 401, "the old password does not come back"
    assert _choose(visit(), address) == 302
    assert visit().log_in("anna", NEW).status_code == 302
    states = {row.user: row.state for row in accounts.accounts()}
    assert states == {
        "anna": "active",
        "bo": "active",
        "freja": "active",
        "gustav": "active",
        "carla": "none",
        "hanne": "none",
    }


@pytest.mark.parametrize("user", ["nobody", "dina"])
def test_only_professionals_have_an_account(record: Cast, user: str) -> None:
    for act in (accounts.account, accounts.invite, accounts.deactivate):
        with pytest.raises(NotFound):
            act(user)
    assert not get_user_model().objects.filter(username=user).exists()


@BOTH
@pytest.mark.parametrize("user", ["", "x" * 151, "nul\0"])
def test_a_name_no_database_keeps_is_refused(record: Cast, user: str) -> None:
    with pytest.raises(RygradError):
        accounts.invite(user)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty record, as an operator makes it; its URL."""
    url = f"sqlite:///{tmp_path_factory.mktemp('user') / 'record.sqlite3'}"
    assert rygrad("record", "create", "--database", url).code == 0
    return url


def _user(url: str, *arguments: str, key: str = "x" * 50, **more: str) -> Ran:
    return rygrad("user", *arguments, "--database", url, RYGRAD_SECRET_KEY=key, **more)


def test_the_first_administrator_is_added_by_a_command_and_the_rest_follows(made: str) -> None:
    unknown = _user(made, "add", "gustav")
    assert unknown.code == 2
    assert "--region NAVN" in unknown.err
    added = _user(
        made, "add", "gustav", "--name", "Gustav Demo", "--region", "Region Demo", RYGRAD_ORIGINS="https://ryg.example"
    )
    assert added.code == 0, added.err
    assert re.search(r"(?m)^https://ryg\.example/ny-adgangskode/\S+$", added.out)
    assert "Virker én gang" in added.out
    again = _user(made, "add", "gustav", "--lang", "en")
    assert again.code == 0
    assert "Works once, for a day" in again.out
    assert _user(made, "list").out == "gustav\tGustav Demo\tingen adgangskode\n"


@pytest.mark.long
def test_a_password_can_be_typed_hidden_twice(made: str) -> None:
    _user(made, "add", "sofus", "--name", "Sofus Demo", "--region", "Region Demo")
    typed = rygrad("user", "password", "sofus", "--ask", "--database", made, stdin=f"{NEW}\n{NEW}\n")
    assert typed.code == 0, typed.err
    assert NEW not in typed.out + typed.err
    assert "sofus\tSofus Demo\tadgangskode\n" in _user(made, "list").out
    poor = rygrad("user", "password", "sofus", "--ask", "--database", made, stdin="kort\nkort\n")
    assert poor.code == 2
    assert "for kort" in poor.err
    assert _user(made, "deactivate", "sofus").out == "sofus er spærret.\n"
    assert "sofus\tSofus Demo\tspærret\n" in _user(made, "list").out


@pytest.mark.long
def test_a_command_says_what_is_missing(made: str, tmp_path: Path) -> None:
    _user(made, "add", "helle", "--name", "Helle Demo", "--region", "Region Demo")
    nokey = rygrad("user", "password", "helle", "--database", made)
    assert (nokey.code, "RYGRAD_SECRET_KEY" in nokey.err) == (2, True)
    for command in ("password", "deactivate"):
        nobody = _user(made, command, "nobody", "--lang", "en")
        assert (nobody.code, "the user is not there. See rygrad user list." in nobody.err) == (2, True)
    nowhere = _user(made, "add", "x", "--name", "X", "--role", "physiotherapist", "--organisation", "o-none")
    assert (nowhere.code, "enheden findes ikke" in nowhere.err) == (2, True)
    wrong = _user(made, "add", "x", "--name", "X", "--role", "physiotherapist", "--region", "Region Demo")
    assert (wrong.code, "den rolle findes ikke dér" in wrong.err) == (2, True)
    assert "\tX\t" not in _user(made, "list").out
    assert _user(f"sqlite:///{tmp_path}/none.sqlite3", "list").code == 2


def test_a_link_of_the_command_is_read_by_a_server_with_the_same_key(
    record: Cast, visit: Visit, settings_key: str, database_url: str
) -> None:
    printed = _user(database_url, "password", "hanne", key=settings_key)
    address = re.search(r"http://localhost:8000(/ny-adgangskode/\S+)", printed.out)
    assert address, printed.err
    assert _choose(visit(), address[1]) == 302
    assert Professional.objects.filter(user="hanne").exists()


@pytest.fixture
def settings_key() -> str:
    """The key of this process."""
    from django.conf import settings

    return str(settings.SECRET_KEY)


@pytest.fixture
def database_url(record: Cast) -> str:
    """The record's own URL."""
    from django.db import connection

    return f"sqlite:///{connection.settings_dict['NAME']}"
