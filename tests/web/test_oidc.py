"""Login through a real OpenID provider, over HTTP, to a real server: the whole way, and every way it is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rygrad.record.models import Change, Entry, Membership, Organisation, Professional
from rygrad.web import accounts
from tests.record.administrators import places
from tests.record.cast import Cast, cast
from tests.record.databases import Databases
from tests.web.broker import Browser, free_port, provided, query_of, served

SPOILED = [
    "audience",
    "several_audiences",
    "another_party",
    "no_audience",
    "issuer",
    "expired",
    "no_expiry",
    "future",
    "nonce",
    "no_nonce",
    "subject",
    "tampered",
    "none",
    "none_signed",
    "symmetric",
    "unknown_key",
    "no_key",
    "wrong_key",
    "stolen_name",
    "garbage",
]


@dataclass
class Setting:
    """The record, the site and the provider."""

    record: Cast
    site: str
    issuer: str

    def browser(self) -> Browser:
        """Somebody at a browser of their own."""
        return Browser(self.site, self.issuer)


def _claims(record: Cast) -> dict[str, dict[str, object]]:
    anna, bo, carla, freja = (who.organisation for who in (record.anna, record.bo, record.carla, record.freja))
    return {
        "anna": {"name": "Anna", "role": "laege", "organisation": "123456789"},
        "bo": {"name": "Bo", "role": ["fys", "andet"], "organisation": [bo, carla]},
        "carla": {"name": "Carla", "role": "laege", "organisation": carla},
        "freja": {"name": "Freja", "role": "sekretær", "organisation": freja},
        "hanne": {"name": "Hanne", "organisation": record.hanne.organisation},
        "gustav": {"name": "Gustav", "role": "fys"},
        "tove": {"name": "Tove Demo", "role": "fys", "organisation": bo},
        "stor": {"name": "Chef", "role": "chef", "organisation": anna},
    }


@pytest.fixture(scope="module")
def record(databases: Databases) -> Iterator[tuple[Cast, str]]:
    """The cast; Anna's practice has a SOR code."""
    with databases.fresh("sqlite") as url:
        people = cast()
        people.gustav = places().gustav
        Organisation.objects.filter(id=people.anna.organisation).update(sor_code="123456789")
        people.grouped()
        yield people, url


@pytest.fixture(scope="module")
def set_up(record: tuple[Cast, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """A site that learns the provider's addresses from its document."""
    folder, port = tmp_path_factory.mktemp("oidc"), free_port()
    site = f"http://127.0.0.1:{port}"
    with provided(folder, site, _claims(record[0])) as issuer, served(folder, record[1], port, issuer):
        yield Setting(record[0], site, issuer)


@pytest.fixture(scope="module")
def strict(record: tuple[Cast, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """Another: ES256, the addresses set by hand, a level of assurance required, and newcomers registered."""
    folder, port = tmp_path_factory.mktemp("oidc"), free_port()
    site = f"http://127.0.0.1:{port}"
    with provided(folder, site, _claims(record[0]), "ES256") as issuer:
        more = {
            "RYGRAD_OIDC_AUTHORIZATION_ENDPOINT": f"{issuer}/auth",
            "RYGRAD_OIDC_TOKEN_ENDPOINT": f"{issuer}/token",
            "RYGRAD_OIDC_JWKS_ENDPOINT": f"{issuer}/jwks",
            "RYGRAD_OIDC_USERINFO_ENDPOINT": f"{issuer}/me",
            "RYGRAD_OIDC_ACR": "high",
            "RYGRAD_OIDC_REGISTERS": "1",
        }
        with served(folder, record[1], port, issuer, **more):
            yield Setting(record[0], site, issuer)


@pytest.fixture
def browser(set_up: Setting) -> Iterator[Browser]:
    """A new browser, and a provider that spoils nothing when the test is done."""
    found = set_up.browser()
    yield found
    found.spoil("")
    found.close()


def test_the_whole_way_with_pkce_state_and_nonce(browser: Browser, set_up: Setting) -> None:
    away = browser.set_out("/liste?filter=due")
    asked = query_of(away)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    page = browser.get(browser.arrive(away, "anna"))
    assert page.status_code == 200
    assert page.url == f"{set_up.site}/liste?filter=due"
    assert "Anna Demo" in page.text


def test_a_token_signed_anew_by_the_provider_is_as_good(browser: Browser) -> None:
    browser.spoil("resigned")
    browser.log_in("anna")
    assert browser.is_inside


def test_the_session_gets_an_id_of_its_own_and_login_ends_what_was_before(browser: Browser) -> None:
    away = browser.set_out()
    before = browser.session.cookies["sessionid"]
    browser.get(browser.arrive(away, "anna"))
    assert browser.session.cookies["sessionid"] != before
    assert browser.is_inside


@pytest.mark.parametrize("how", SPOILED)
def test_a_token_that_is_not_in_order_logs_nobody_in(browser: Browser, how: str) -> None:
    browser.spoil(how)
    page = browser.log_in("anna")
    assert page.status_code == 403
    assert "kunne ikke godkendes, og du er ikke logget ind" in page.text
    assert not browser.is_inside


def test_a_code_and_a_state_are_good_once_and_in_one_browser(browser: Browser, set_up: Setting) -> None:
    other = set_up.browser()
    back = browser.arrive(browser.set_out(), "anna")
    other.set_out()
    assert other.get(back).status_code == 403
    assert not other.is_inside
    assert browser.get(back.replace("state=", "state=x")).status_code == 403
    assert browser.get(back.replace("code=", "code=x")).status_code == 403
    assert browser.get(back).status_code == 403, "the state was used by the try before"
    assert not browser.is_inside


def test_a_used_answer_does_not_log_in_again(browser: Browser) -> None:
    back = browser.arrive(browser.set_out(), "anna")
    assert browser.get(back).status_code == 200
    browser.send(browser.form(browser.get("/liste"), "/log-ud"))
    assert browser.get(back).status_code == 403
    assert not browser.is_inside


def test_a_code_at_the_password_login_is_no_login(browser: Browser) -> None:
    back = query_of(browser.arrive(browser.set_out(), "anna"))
    form = browser.form(browser.get("/log-ind"), "/log-ind")
    form.action += f"?code={back['code']}&state={back['state']}"
    assert browser.send(form, username="anna", password="").status_code == 401
    assert not browser.is_inside


def test_an_error_of_the_providers_is_a_refusal_with_a_way_on(browser: Browser) -> None:
    page = browser.log_in("nobody")
    assert page.status_code == 403
    assert "Log ind med din organisation" in page.text
    assert not browser.is_inside


@pytest.mark.parametrize(
    ("account", "why"),
    [
        ("carla", "du er ikke tilknyttet den enhed i den rolle i dag. Bed administrator"),
        ("tove", "du er ikke tilknyttet den enhed i den rolle i dag. Bed administrator"),
        ("freja", "din rolle hos login-tjenesten har ikke adgang her."),
        ("hanne", "login-tjenesten sagde ikke, hvad der kræves (role)."),
        ("gustav", "login-tjenesten sagde ikke, hvad der kræves (organisation)."),
    ],
)
def test_without_a_membership_that_fits_one_is_told_why_and_not_logged_in(
    browser: Browser, account: str, why: str
) -> None:
    page = browser.log_in(account)
    assert page.status_code == 403
    assert why[1:] in page.text
    assert not browser.is_inside


def test_a_membership_that_has_ended_does_not_fit(browser: Browser, set_up: Setting) -> None:
    rows = Membership.objects.filter(professional_id=set_up.record.anna.id)
    rows.update(valid_until="2026-03-01")
    try:
        assert browser.log_in("anna").status_code == 403
    finally:
        rows.update(valid_until=None)


def test_a_deactivated_user_does_not_get_round_it_through_the_broker(browser: Browser) -> None:
    accounts.account("anna")
    accounts.deactivate("anna")
    try:
        assert "din adgang er spærret"[1:] in browser.log_in("anna").text
        assert not browser.is_inside
    finally:
        accounts.invite("anna")


def test_one_acts_only_where_the_broker_said_so(browser: Browser, set_up: Setting) -> None:
    bo, others = set_up.record.bo, (set_up.record.carla.organisation, set_up.record.hanne.organisation)
    for place in others:
        Membership.objects.create(
            professional_id=bo.id, organisation_id=place, role="physiotherapist", valid_from="2026-03-02"
        )
    page = browser.log_in("bo")
    form = browser.form(page, "/enhed")
    assert others[1] not in page.text
    assert browser.send(form, organisation=others[1]).status_code == 404
    assert browser.send(form, organisation=others[0]).status_code == 200
    assert browser.get("/adgangskode").status_code == 422, "there is no password to change"


def test_a_lost_session_loses_no_text_on_the_way_through_the_broker(browser: Browser, set_up: Setting) -> None:
    browser.log_in("bo")
    course = f"/forloeb/{set_up.record.course}"
    form = browser.form(browser.get(course), f"{course}/besked")
    del browser.session.cookies["sessionid"]
    lost = browser.send(form, text="Vil du se\r\n på »ryggen«?")
    assert lost.status_code == 401
    onward = browser.send(browser.form(lost, "/log-ind/organisation"))
    (address,) = (part.split('"')[0] for part in onward.text.split('href="')[1:] if part.startswith(set_up.issuer))
    welcome = browser.get(browser.arrive(address.replace("&amp;", "&"), "bo"))
    assert "Velkommen tilbage" in welcome.text
    before = Entry.objects.count()
    again = browser.form(welcome, form.action)
    assert again.value("text").splitlines() == ["Vil du se", " på »ryggen«?"]
    assert [browser.send(again).status_code for _ in range(2)] == [200, 200]
    assert Entry.objects.count() == before + 1


def test_a_text_too_long_to_wait_is_not_dropped_in_silence(browser: Browser, set_up: Setting) -> None:
    browser.log_in("bo")
    course = f"/forloeb/{set_up.record.course}"
    form = browser.form(browser.get(course), f"{course}/besked")
    del browser.session.cookies["sessionid"]
    lost = browser.send(form, text="lang tekst " * 30_000)
    onward = browser.send(browser.form(lost, "/log-ind/organisation"))
    assert onward.status_code == 413
    assert "Kopiér det først" in onward.text
    assert "lang tekst lang tekst" in onward.text


def test_too_low_a_level_of_assurance_is_refused_and_the_level_is_asked_for(strict: Setting) -> None:
    browser = strict.browser()
    assert query_of(browser.set_out())["acr_values"] == "high"
    for how in ("resigned", "low"):
        browser.spoil(how)
        assert "lavere sikringsniveau" in browser.log_in("anna").text
        assert not browser.is_inside
    browser.spoil("high")
    assert browser.log_in("anna").status_code == 200
    assert browser.is_inside


def test_a_newcomer_is_registered_when_the_site_says_so_and_never_as_an_administrator(strict: Setting) -> None:
    browser = strict.browser()
    browser.spoil("high")
    assert "Tove Demo" in browser.log_in("tove").text
    made = Professional.objects.get(user="tove")
    membership = Membership.objects.get(professional=made)
    assert [made.name, membership.role, membership.organisation_id] == [
        "Tove Demo",
        "physiotherapist",
        strict.record.bo.organisation,
    ]
    assert Change.objects.filter(what="registered_at_login", about="tove").count() == 1
    boss = strict.browser()
    assert boss.log_in("stor").status_code == 403
    assert not Professional.objects.filter(user="stor").exists()
    carla = strict.browser()
    assert carla.log_in("carla").status_code == 403, "nobody changes role at a place by a claim"


@pytest.mark.long
def test_a_broker_that_is_down_or_is_another_leaves_the_password_login(
    record: tuple[Cast, str], set_up: Setting, tmp_path: Path
) -> None:
    for issuer in (
        f"http://127.0.0.1:{free_port()}",
        set_up.issuer.replace("127.0.0.1", "localhost"),
        "http://ond.example",
    ):
        port = free_port()
        with served(tmp_path, record[1], port, issuer):
            browser = Browser(f"http://127.0.0.1:{port}", issuer)
            assert "Log ind med din organisation" in browser.get("/log-ind").text
            page = browser.get("/log-ind/organisation")
            assert page.status_code == 503
            assert "ogin-tjenesten svarer ikke. Prøv igen om lidt, eller log ind med adgangskode." in page.text
