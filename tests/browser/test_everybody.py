"""Every address × every member of the cast, from a table written here and not read from the code.

Anna is own GP of the citizen in question and Bo has treated them; Freja has the referral; Tom is a GP elsewhere;
Gustav is an administrator; the last column is nobody. Dina is the citizen, Erik a relative with whom the plan is shared,
Mette a programme manager: they have tables of their own. Each cell is the status of opening the address and of sending an
empty form to it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import get_resolver, reverse

from tests.browser import server, situations
from tests.browser.server import Made

CITIZEN, OTHER = situations.DINA, "Effie Effekt"
PROFESSIONALS = ("anna", "bo", "freja", "tom", "gustav", "")
CAST = (*PROFESSIONALS, "dina", "erik", "mette")
_BACKEND = "django.contrib.auth.backends.ModelBackend"
# 302: led on (nobody: to the login). 401: the login page with the form kept. 404: not there, or not theirs.
# 422: refused, and the form kept. 428: the form does not say which version was read. 410: a link grown old.
_TABLE = """
                  anna     bo       freja    tom      gustav   nobody
change_password   200 422  200 422  200 422  200 422  200 422  302 401
still_here        204 204  204 204  204 204  204 204  204 204  302 401
place             404 404  404 404  404 404  404 404  404 404  302 401
worklist          200 200  200 200  200 200  200 200  404 404  302 401
choose            302 302  302 302  302 302  302 302  404 404  302 401
set_work          302 404  302 404  302 404  302 404  404 404  302 401
save_list         302 302  302 302  302 302  302 302  404 404  302 401
worklist_csv      200 200  200 200  200 200  200 200  404 404  302 401
bulk              302 404  302 404  302 404  302 404  404 404  302 401
bulk_confirm      302 404  302 404  302 404  302 404  404 404  302 401
find              302 200  302 200  302 200  302 200  404 404  302 401
open_course       302 404  302 404  404 404  302 404  404 404  302 401
emergency         302 422  302 422  404 404  302 422  404 404  302 401
undo              302 422  302 422  302 422  302 422  404 404  302 401
course            200 200  200 200  200 200  404 404  404 404  302 401
start             200 200  200 200  404 404  404 404  404 404  302 401
none_of_the_signs 302 428  302 428  404 404  302 404  404 404  302 401
answer            302 404  302 404  302 404  302 404  404 404  302 401
group             302 404  302 404  404 404  302 404  404 404  302 401
plan              200 428  200 428  404 404  404 404  404 404  302 401
information       302 422  302 422  302 422  302 422  404 404  302 401
visit             404 404  302 428  404 404  404 404  404 404  302 401
read              302 428  302 428  404 404  302 428  404 404  302 401
score             302 422  302 422  404 404  302 422  404 404  302 401
reassessed        302 428  302 428  404 404  302 428  404 404  302 401
effort            302 404  404 404  404 404  302 404  404 404  302 401
clarify           302 428  404 404  404 404  302 428  404 404  302 401
end               302 422  302 422  404 404  302 404  404 404  302 401
message           302 428  302 428  302 428  302 428  404 404  302 401
hand_over         200 428  200 428  404 404  404 428  404 404  302 401
correct           302 428  302 428  302 428  302 428  404 404  302 401
access            200 200  200 200  200 200  404 404  404 404  302 401
return            200 200  200 200  404 404  404 404  404 404  302 401
offers            200 200  200 200  404 404  404 404  404 404  302 401
refer             200 200  200 200  404 404  404 404  404 404  302 401
referral          200 200  200 200  200 200  404 404  404 404  302 401
referral_step     302 404  302 404  302 404  302 404  404 404  302 401
letter            200 200  200 200  200 200  404 404  404 404  302 401
"""
# The administration: for Gustav alone; its forms refuse when they are empty.
_FOR_GUSTAV = """
administration 200 200 · units 200 200 · add_unit 200 422 · unit 200 200 · rename_unit 200 422
add_professional 200 422 · add_membership 200 422 · invite_member 302 404 · end_membership 200 422
local_offers 200 200 · add_offer 200 422 · local_offer 200 200 · change_offer 200 422 · end_offer 200 422
waiting_checked 302 302 · contents 200 200 · hand_in 302 422 · content 200 200 · activate_content 302 422
access_and_log 200 200 · explain_access 302 422 · look_log 200 200 · looks_csv 200 200 · change_log 200 200
operations 200 200
"""


# Everybody, logged in or not; Dina and Erik too.
_FOR_ALL = """
home 302 302 · login 200 200 · logout 302 302 · new_password 410 410 · demo 404 404 · language 302 302 · source 200 200
health 200 200 · programme 200 200 · programme_group 200 200 · programme_efforts 200 200 · programme_signs 200 200
programme_guidelines 200 200 · programme_readings 200 200 · programme_versions 200 200 · programme_mend 404 404
try_it 200 200 · integration 200 200 · integration_example 200 200 · accessibility 200 200 · print_leaflet 200 200 · print_pocket 200 200 · print_questionnaire 200 200
"""
_FOR_DINA = """
change_password 200 422 · still_here 204 204 · place 404 404 · undo 302 422 · access 200 200
mine 200 200 · mine_course 200 200 · read_information 302 404
questions 302 302 · question 200 200 · question_answer 302 404
sharing 302 302 · sharing_of 200 200 · invite_relative 302 422 · stop_sharing 302 404 · block_part 302 404
as_relative 200 200 · my_looks 200 200 · my_data 200 200 · my_data_file 200 200 · my_data_page 200 200
act_as 302 302 · print_my_plan 200 200
"""
_FOR_ERIK = """
change_password 200 422 · still_here 204 204 · place 404 404
shared_with_me 200 200 · shared_course 200 200 · act_as 302 302
"""
_FOR_METTE = """
change_password 200 422 · still_here 204 204 · place 404 404
region 200 200 · region_csv 200 200 · region_report 200 200 · region_flow 200 200 · region_flow_csv 200 200
region_indicator 200 200 · region_indicator_csv 200 200
"""
_REGION = """
                     anna     bo       freja    tom      gustav   nobody
region               200 200  200 200  200 200  200 200  200 200  302 401
region_csv           200 200  200 200  200 200  200 200  200 200  302 401
region_report        200 200  200 200  200 200  200 200  200 200  302 401
region_flow          200 200  200 200  200 200  200 200  200 200  302 401
region_flow_csv      200 200  200 200  200 200  200 200  200 200  302 401
region_indicator     200 200  200 200  200 200  200 200  200 200  302 401
region_indicator_csv 200 200  200 200  200 200  200 200  200 200  302 401
"""
_PAPER = """
                  anna     bo       freja    tom      gustav   nobody
print_plan        200 200  200 200  200 200  404 404  404 404  302 401
print_letter      200 200  200 200  200 200  404 404  404 404  302 401
print_emergency   200 200  200 200  404 404  200 200  404 404  302 401
"""


def _cells(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    for cell in text.replace("\n", " · ").strip(" ·").split(" · "):
        name, opened, sent = cell.split()
        yield name, (int(opened), int(sent))


def _read() -> dict[str, dict[str, tuple[int, int]]]:
    table: dict[str, dict[str, tuple[int, int]]] = {}
    for line in (line for text in (_TABLE, _PAPER, _REGION) for line in text.strip().splitlines()[1:]):
        name, *cells = line.split()
        numbers = list(map(int, cells))
        table[name] = {user: (numbers[2 * n], numbers[2 * n + 1]) for n, user in enumerate(PROFESSIONALS)}
    nobody = {"": (302, 401)}
    for user, text in (("gustav", _FOR_GUSTAV), ("dina", _FOR_DINA), ("erik", _FOR_ERIK), ("mette", _FOR_METTE)):
        for name, cell in _cells(text):
            found = table.setdefault(name, dict.fromkeys(PROFESSIONALS, (404, 404)) | nobody)
            found[user] = cell
    for row in table.values():
        row |= {user: row.get(user, (404, 404)) for user in ("dina", "erik", "mette")}
    return table | {name: dict.fromkeys(CAST, cell) for name, cell in _cells(_FOR_ALL)}


EXPECTED = _read()


def addresses() -> dict[str, tuple[str, Any]]:
    """Every named address of the site: its pattern and its page. Those of other systems have a table of their own
    (tests/fhir/test_policies.py)."""
    found = dict(_walk(get_resolver().url_patterns, ""))
    return {name: one for name, one in found.items() if not name.startswith(_OF_SYSTEMS)}


_OF_SYSTEMS = ("fhir_", "cds_", "oauth_", "smart_")


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    for one in patterns:
        whole = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, whole)
        else:
            yield one.name, (whole, one.callback)


@pytest.fixture
def site(region: Made, folder: Path) -> Iterator[Made]:
    """A region of the test's own, answered by this process."""
    made = server.copied(region, folder)
    with (
        server.pointed_at(made.file),
        override_settings(DEMO=True, SECRET_KEY=server.KEY, INDICATORS=str(server.indicators_of(made.file))),
    ):
        yield made


@lru_cache(maxsize=1)
def _site_in_process() -> ClientHandler:
    """Made once: the middleware looks through every static file when it is made."""
    return ClientHandler(enforce_csrf_checks=False)


def visitor(user: str, session: str = "") -> Client:
    """This user at a new browser, logged in now or in a session that goes on."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.handler = _site_in_process()
    if session:
        client.cookies["sessionid"] = session
    elif user:
        client.force_login(get_user_model().objects.get(username=user), backend=_BACKEND)
    return client


def session_of(user: str) -> str:
    """A session of this user, for many requests; logging in is several writes. Empty for nobody."""
    return str(visitor(user).cookies["sessionid"].value) if user else ""


def _values(made: Made) -> dict[str, Any]:
    from rygrad.record.contents import active
    from rygrad.record.journal import entries_of
    from rygrad.record.models import Membership, Offer

    course = made.situations.course(CITIZEN)
    municipality = situations.MUNICIPALITY
    return {
        "course": course,
        "own": course,
        "to": situations.ERIK,
        "step": "smerte",
        "group": "recurrent",
        "referral": made.situations.referral(CITIZEN),
        "entry": next(entry.id for entry in entries_of(course) if entry.type == "referral_sent"),
        "effort": "back_unit",
        "citizen": "laenge",
        "service": "rygrad-patient-view",
        "token": "x",
        "organisation": municipality,
        "offer": Offer.objects.filter(delivered_by=municipality).order_by("pk")[0].offer,
        "sha256": active().sha256,
        "indicator": "Q2",
        "membership": Membership.objects.filter(organisation_id=municipality)[0].pk,
    }


def address(name: str, pattern: str, values: dict[str, Any]) -> str:
    """The address with these values in it."""
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
    return str(reverse(name, kwargs={one: values[one] for one in wanted}))


def test_every_address_has_a_page_for_somebody_and_stands_in_the_table() -> None:
    found = addresses()
    assert sorted(found) == sorted(EXPECTED)
    assert [name for name, (_, page) in found.items() if not getattr(page, "policy", None)] == []


@pytest.mark.parametrize("user", CAST)
def test_each_is_answered_as_the_table_says(site: Made, user: str) -> None:
    values, wrong, session = _values(site), [], session_of(user)
    for name, (pattern, _) in addresses().items():
        where, goes_on = address(name, pattern, values), "" if name == "logout" else session
        answers = visitor(user, goes_on).get(where).status_code, visitor(user, goes_on).post(where).status_code
        if answers != EXPECTED[name][user]:
            wrong.append(f"{name}: {answers} and not {EXPECTED[name][user]}")
    assert wrong == []


# Enough in a form that every page has what it asks for.
_FORM = {
    "version": "1", "key": "k-1", "by": "", "fact": "work", "answer": "employed", "group": "recurrent", "item": "pain_and_danger_signs",
    "effect": "effect", "instrument": "nrs_pain", "value": "5", "effort": "imaging", "decision": "accepted",
    "sign": "saddle_numbness", "finding": "MR uden fund", "outcome": "managing_alone", "text": "Besked", "note": "Note",
    "to": situations.CLINIC, "reason": "Grund", "entry": "e-1", "step": "accept", "letter": "Brev", "head": "x",
    "intervention": "physiotherapy_and_chiropractic", "question": "Vurdering?", "urgency": "routine",
}  # fmt: skip
_OWN = re.compile(r'(name="(csrfmiddlewaretoken|key)" value=")[^"]*')


def _body(answer: HttpResponse, course: str) -> tuple[int, str, str]:
    text = answer.content.decode().replace(course, "…")
    return answer.status_code, answer.get("Location", "").replace(course, "…"), _OWN.sub(r"\1", text)


_STRANGERS = ("tom", "kirsten", "hanne", "freja", "gustav", "dina", "erik", "mette")


# Each of them is also asked in tests/trust/access, page by page and form by form.
@pytest.mark.parametrize(
    "user", [pytest.param(one, marks=[] if one in ("tom", "dina", "erik") else pytest.mark.long) for one in _STRANGERS]
)
def test_a_stranger_cannot_tell_a_course_that_exists_from_one_that_does_not(site: Made, user: str) -> None:
    values, told, session = _values(site), [], session_of(user)
    courses = (site.situations.course(OTHER), "c-findes-ikke")
    for name, (pattern, _) in addresses().items():
        if "<str:course>" not in pattern and "<str:own>" not in pattern:
            continue
        where = [address(name, pattern, values | {"course": course, "own": course}) for course in courses]
        opened = [_body(visitor(user, session).get(at), course) for at, course in zip(where, courses, strict=True)]
        sent = [
            _body(visitor(user, session).post(at, _FORM), course) for at, course in zip(where, courses, strict=True)
        ]
        empty = [_body(visitor(user, session).post(at), course) for at, course in zip(where, courses, strict=True)]
        for what, (real, invented) in {"opened": opened, "sent": sent, "sent empty": empty}.items():
            if real != invented:
                told.append(f"{name} {what}: {real[:2]} and {invented[:2]}")
    assert told == []


@pytest.mark.parametrize("user", ["tom", "dina", "erik"])
def test_a_stranger_changes_nothing_with_a_form(site: Made, user: str) -> None:
    from rygrad.record.journal import entries_of

    course = site.situations.course(OTHER)
    before, session = len(entries_of(course)), session_of(user)
    for name, (pattern, _) in addresses().items():
        if "<str:course>" in pattern or "<str:own>" in pattern:
            where = address(name, pattern, _values(site) | {"course": course, "own": course})
            visitor(user, session).post(where, _FORM | {"version": str(before)})
    assert len(entries_of(course)) == before


def test_a_demo_link_logs_in_and_one_signed_elsewhere_does_not(site: Made) -> None:
    from rygrad.web.login import demo_link

    assert visitor("").get(demo_link("bo")).status_code == 302
    with override_settings(SECRET_KEY=server.KEY[::-1]):
        elsewhere = demo_link("bo")
    assert visitor("").get(elsewhere).status_code == 404
    with override_settings(DEMO=False):
        assert visitor("").get(demo_link("bo")).status_code == 404
    assert visitor("").get(demo_link("bo"), REMOTE_ADDR="192.0.2.7").status_code == 404
