"""A form that another site makes a browser send is refused at every address, and nothing is written."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from rygrad.record.models import Change, Course
from tests.figures import write_figures
from tests.record.cast import Cast
from tests.trust.attacks.cast_walks import BACKEND, House, account_of, house
from tests.trust.attacks.everywhere import Place, everywhere
from tests.trust.attacks.turning_back import rows
from tests.web.visitor import forms_of

_FORM = {"version": "1", "key": "k-forged", "by": "", "text": "forfalsket", "note": "forfalsket", "name": "forfalsket"}
_TEST = "tests/trust/attacks/test_forged_forms.py::test_no_forged_form_is_taken_at_any_address"
# What changes when somebody looks or is refused, and nothing of what a form says.
_KEPT_OF_LOOKS = (
    "record_look",
    "record_change",
    "record_head",
    "django_session",
    "rygrad_web_attempt",
    "axes_accessattempt",
)
Headers = dict[str, str]


def _browser(made: House, user: str) -> Client:
    """Logged in at a browser whose forms are guarded, with the guard's cookie as it would be there."""
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(account_of(made.record, user), backend=BACKEND)
    return client


def _ways(client: Client) -> Iterator[tuple[str, dict[str, str], Headers]]:
    """How another site sends a form: without the token, with a guessed one, and with a stolen one from elsewhere."""
    page = client.get("/programmet/proev").content.decode()
    stolen = next(value for form in forms_of(page) for name, value in form.fields if name == "csrfmiddlewaretoken")
    away = {"origin": "https://ond.example", "sec-fetch-site": "cross-site"}
    yield "no token", {}, {"sec-fetch-site": "cross-site"}
    yield "a guessed token", {"csrfmiddlewaretoken": "x" * 64}, away
    yield "another origin", {"csrfmiddlewaretoken": stolen}, away
    yield "no origin", {"csrfmiddlewaretoken": stolen}, {"origin": "null", "sec-fetch-site": "cross-site"}
    yield "a neighbour under the same name", {"csrfmiddlewaretoken": stolen}, {"origin": "http://localhost:8001"}


def _forged(made: House, ways: int) -> tuple[Counter[str], list[str]]:
    counts, wrong = Counter[str](), []
    places = [place for place in everywhere(made) if place.name != "health"]
    browsers = {user: _browser(made, user) for user in {place.user for place in places}}
    methods = {user: list(_ways(client))[:ways] for user, client in browsers.items()}
    before = _written()
    for place in places:
        counts["addresses"] += 1
        for way, token, headers in methods[place.user]:
            answer = browsers[place.user].post(place.at, _FORM | token, headers=headers)
            counts["forged forms"] += 1
            counts["refused"] += answer.status_code == 403
            if answer.status_code != 403 or b"forfalsket" in answer.content:
                wrong.append(f"{place.name}, {way}: {answer.status_code}")
    counts["rows written"] = sum((_written() - before).values())
    return counts, wrong


def _written() -> Counter[str]:
    versions = {f"course {one.id}": one.version for one in Course.objects.all()}
    versions["changes"] = Change.objects.exclude(what="audit_viewed").count()
    return Counter({**{name: n for name, n in rows().items() if name not in _KEPT_OF_LOOKS}, **versions})


@pytest.mark.parametrize("ways", [pytest.param(1, id="short"), pytest.param(5, id="every-way", marks=pytest.mark.long)])
def test_no_forged_form_is_taken_at_any_address(record: Cast, ways: int) -> None:
    counts, wrong = _forged(house(record), ways)
    says = "forms that another site sends, to every address of the routes"
    write_figures("attack-forged", promise="attacks", says=says, test=_TEST, counts=dict(counts), full=ways > 1)
    assert wrong == []
    assert counts["rows written"] == 0
    assert counts["addresses"] > 90


def test_the_same_form_from_our_own_page_is_taken(record: Cast) -> None:
    made = house(record)
    course = made.courses["referred"]
    client = _browser(made, "anna")
    page = client.get(f"/forloeb/{course}").content.decode()
    form = next(one for one in forms_of(page) if one.action.endswith("/besked"))
    answer = client.post(form.action, form.data(text="Hej"), headers={"origin": "http://localhost"})
    assert answer.status_code == 302


@pytest.mark.long
def test_opening_an_address_writes_nothing_but_that_somebody_looked(record: Cast) -> None:
    made = house(record)
    places = everywhere(made)
    for user in {place.user for place in places}:
        made.client(user)
    before = _written()
    for place in places:
        _opened(made, place)
    assert _written() == before


def _opened(made: House, place: Place) -> None:
    answer: Any = made.client(place.user).get(place.at)
    assert answer.status_code < 500, place
    answer.close()


def test_a_session_is_no_key_to_the_addresses_of_other_systems(record: Cast) -> None:
    made = house(record)
    client = _browser(made, "anna")
    for path in (
        "/fhir/Patient",
        f"/fhir/Patient/{made.record.dina.id}",
        "/fhir/Observation",
        "/cds-services",
        "/fhir/$export",
    ):
        answers = [
            client.get(path).status_code,
            client.post(path, b"{}", content_type="application/fhir+json").status_code,
        ]
        assert set(answers) <= {401, 405}, (path, answers)
        assert 401 in answers, path
