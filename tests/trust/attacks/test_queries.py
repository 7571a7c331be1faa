"""What is asked in an address stays a value: no SQL, no header, no way out of the site."""

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.cast import Cast
from tests.trust.attacks.asked import Question, asked_of_system, of_pages, of_resources
from tests.trust.attacks.cast_walks import House, entered, house, walks
from tests.trust.attacks.standing import text_of
from tests.trust.attacks.typed import filled
from tests.trust.attacks.walking import Walk

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE record_entry; --",
    'x") UNION SELECT hash FROM record_entry --',
    "1) OR 1=1 #",
    "x' AND 1=randomblob(900000000) AND '1'='",
    "name; SELECT pg_sleep(9)",
    "-name' DESC, (SELECT 1)",
    "%' ESCAPE '\\",
)
CUT = (
    "/x\r\nSet-Cookie: xq7=1",
    "x%0d%0aLocation:%20//xq7.example",
    "x\nContent-Type: text/html\n\nxq7",
    "x\u560d\u560aSet-Cookie:xq7=1",
)
AWAY = (
    "https://xq7.example/", "//xq7.example", "/\\xq7.example", "\\\\xq7.example", "///xq7.example", "/\t/xq7.example",
    "/\n/xq7.example", "/%09/xq7.example", "/%5cxq7.example", "http:xq7.example", "javascript:alert(1)", "/.//xq7.example",
    "https:/xq7.example", "//xq7.example/%2f..", "/@xq7.example", "http://localhost@xq7.example/", "\x00//xq7.example",
)  # fmt: skip
_OWN = re.compile(
    r'(name="(csrfmiddlewaretoken|key)" value=")[^"]*|"(lastUpdated|id|timestamp)":"[^"]*"|urn:uuid:[-0-9a-f]+'
)
_TEST = "tests/trust/attacks/test_queries.py::test_"
ENGINES = pytest.mark.parametrize("record", ["sqlite", "postgresql"], indirect=True)


def twin(text: str) -> str:
    """A text of the same length with nothing in it that a database could take for its own."""
    return re.sub(r"[^A-Za-z0-9]", "z", text)


def _plain(answer: Any) -> tuple[int, int]:
    """Status of an answer, and how many rows it shows."""
    return answer.status_code, len(re.findall(r"<tr|<li|<option|\"resourceType\"", _OWN.sub("", text_of(answer))))


def _alike(made: House, apis: dict[str, Api], question: Question, text: str) -> tuple[bool, list[tuple[int, int]]]:
    """Whether it is answered as its twin is, before and after: by what a look adds to the citizen's own log, no more."""
    answers = []
    for value in (twin(text), text, twin(text)):
        if question.path.startswith("/"):
            answers.append(_plain(made.client(question.user).get(question.url(value))))
        else:
            answers.append(_plain(asked_of_system(apis, question, value)))
    before, asked, after = answers
    return before[0] == asked[0] == after[0] and asked[1] - before[1] == after[1] - asked[1], answers


def _compared(made: House, questions: list[Question], tried: tuple[str, ...]) -> tuple[Counter[str], list[str]]:
    counts, wrong = Counter[str](parameters=len(questions)), []
    apis = {user: Api(getattr(made.record, user)) for user in ("anna", "gustav")}
    for question in questions:
        for text in tried:
            is_alike, answers = _alike(made, apis, question, text)
            status = answers[1][0]
            counts["questions with SQL"] += 1
            counts["answers 5xx"] += status >= 500
            counts["refused as no such value"] += status in (400, 404, 422)
            if status >= 500 or (not is_alike and status not in (400, 404, 422)):
                wrong.append(f"{question.path} {question.name}={text!r}: {answers}")
    counts["answers unlike the harmless twin's"] = len(wrong)
    return counts, wrong


def test_sql_in_a_parameter_of_the_lists_is_answered_as_its_harmless_twin(record: Cast) -> None:
    made = house(record)
    resources = [one for one in of_resources(made) if one.path == "Task"][:12]
    lists = [one for user, path, name in _LISTS for one in [Question(user, path, name)]]
    counts, wrong = _compared(made, lists + resources, SQL[:1])
    says = "SQL in parameters of pages and of the FHIR server, each beside a harmless twin"
    write_figures(
        "attack-sql",
        promise="attacks",
        says=says,
        test=f"{_TEST}sql_in_every_parameter",
        counts=dict(counts),
        full=False,
    )
    assert wrong == []


_LISTS = (
    ("anna", "/liste", "hvorfor"), ("anna", "/liste", "efter"), ("anna", "/liste", "liste"), ("gustav", "/administration/enheder", "soeg"),
    ("gustav", "/administration/adgang/log", "bruger"), ("gustav", "/administration/adgang/log", "efter"), ("anna", "/programmet/indsatser", "kommune"),
    ("dina", "/mit-forloeb/hvem-har-set", "efter"),
)  # fmt: skip


@pytest.mark.long
@ENGINES
def test_sql_in_every_parameter(record: Cast, request: pytest.FixtureRequest) -> None:
    made = house(record)
    counts, wrong = _compared(made, [*of_pages(walks(made, 1)), *of_resources(made)], SQL)
    engine = request.node.callspec.params["record"]
    says = f"SQL in every parameter of pages and of the FHIR server, each beside a harmless twin ({engine})"
    write_figures(
        f"attack-sql-{engine}",
        promise="attacks",
        says=says,
        test=f"{_TEST}sql_in_every_parameter",
        counts=dict(counts),
        full=True,
    )
    assert wrong == []
    assert counts["parameters"] > 400


def _cut(answer: Any) -> list[str]:
    """What an attacker's line break put into the headers."""
    headers = [f"{name}: {value}" for name, value in answer.headers.items()]
    return [one for one in headers if "\r" in one or "\n" in one] + [one for one in answer.cookies if "xq7" in one]


def _away(at: str, answer: Any) -> bool:
    """A browser would go to another site."""
    where = answer.headers.get("Location", "")
    cleaned = re.sub(r"[\t\r\n]", "", where.strip()).replace("\\", "/")
    whole = urlsplit(urljoin(f"http://localhost{at}", cleaned))
    return bool(where) and (whole.scheme not in ("http", "https") or whole.netloc != "localhost")


def _led(made: House, met: dict[str, Walk], questions: list[Question]) -> tuple[Counter[str], list[str]]:
    """Every parameter and every field that could end in a header, with line breaks and with ways out."""
    counts, wrong = Counter[str](), list[str]()
    for question in questions:
        for value in (*CUT, *AWAY):
            _judge(
                counts, wrong, question.path, question.name, value, made.client(question.user).get(question.url(value))
            )
    for user, walk in met.items():
        for _, form in walk.forms.values():
            for name in {"back", "next", *form.names} & {"back", "next", "here", "to", "lang", "kommune", "tabel"}:
                for value in (*CUT, *AWAY):
                    course = next((one for one in made.courses.values() if one in form.action), "")
                    sent = filled(form, course, {name: value})
                    _judge(counts, wrong, form.action, name, value, made.client(user).post(form.action, sent))
    return counts, wrong


def _judge(counts: Counter[str], wrong: list[str], at: str, name: str, value: str, answer: Any) -> None:
    counts["line breaks" if value in CUT else "ways out"] += 1
    counts["answers 5xx"] += answer.status_code >= 500
    if _cut(answer) or _away(at, answer) or answer.status_code >= 500:
        wrong.append(f"{at} {name}={value!r}: {answer.status_code} {answer.headers.get('Location')}")
    answer.close()


_BACK = (
    Question("anna", "/log-ind", "next"), Question("anna", "/log-ind", "back"), Question("anna", "/region/Q2/csv", "tabel"),
    Question("anna", "/region/flow/csv", "tabel"), Question("", "/liste", "hvorfor"),
)  # fmt: skip


@pytest.mark.parametrize(
    "far", [pytest.param(False, id="short"), pytest.param(True, id="everywhere", marks=pytest.mark.long)]
)
def test_no_parameter_cuts_a_header_or_leads_away(record: Cast, far: bool) -> None:
    made = house(record)
    met = walks(made, 1) if far else {}
    counts, wrong = _led(made, met, of_pages(met) if far else list(_BACK))
    counts["headers cut, led away"] = len(wrong)
    says = "line breaks and other sites' addresses in parameters and fields that end in headers"
    write_figures(
        "attack-headers",
        promise="attacks",
        says=says,
        test=f"{_TEST}no_parameter_cuts_a_header_or_leads_away",
        counts=dict(counts),
        full=far,
    )
    assert wrong == []


def test_after_login_nobody_is_led_away(record: Cast, visit: Any) -> None:
    for value in AWAY:
        visitor = visit()
        form = visitor.form(visitor.get("/log-ind", {"next": value}), "/log-ind")
        assert not [one for name, one in form.fields if name == "back" and _leads_away(one)], value
    visitor = visit()
    answer = visitor.log_in("anna", back="//xq7.example")
    assert answer.headers["Location"] == "/"


def _leads_away(value: str) -> bool:
    return urlsplit(urljoin("http://localhost/", value.replace("\\", "/"))).netloc != "localhost"


def test_the_judges_see_an_open_redirect_and_a_cut_header() -> None:
    from django.http import HttpResponse

    bad = [HttpResponse(headers={"Location": value}) for value in AWAY if not any(ord(c) < 32 for c in value)]
    assert sum(_away("/", one) for one in bad) >= 8
    assert twin("' OR 1=1") == "zzORz1z1"
    cookie = HttpResponse()
    cookie.set_cookie("xq7", "1")
    assert _cut(cookie)


_STRANGERS = ("X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-HTTP-Method-Override")


def test_no_header_of_a_stranger_changes_an_address(record: Cast) -> None:
    made = house(record)
    for name in _STRANGERS:
        _changes_nothing(made, name)


def _changes_nothing(made: House, name: str) -> None:
    client, api = made.client("anna"), Api(made.record.anna)
    assert b"xq7" not in client.get("/integration", headers={name: "xq7.example"}).content
    answer = api.get("Patient", **{name: "host=xq7.example"})
    assert b"xq7" not in answer.content + str(answer.headers).encode()
    assert client.get("/programmet/ret", headers={name: "/programmet"}).status_code == 404


def test_a_forwarded_address_is_believed_only_from_the_proxy(record: Cast) -> None:
    page = entered(record, "").get("/log-ind", headers={"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"})
    assert page.status_code == 200
    assert all(not cookie["secure"] for cookie in page.cookies.values())
