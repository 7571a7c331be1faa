"""What every answer of every route says to the browser: a table written here, every route held against it.

Short: in this process, each route as somebody it is for and as nobody, and the errors. Long: over HTTP from the real
server, as each of seven users, with the server's own refusals.
"""

import re
import socket
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest
import requests
from django.test import Client
from django.urls import get_resolver
from requests.structures import CaseInsensitiveDict

from rygrad.web.persons import person_account
from tests.browser import conftest as browsers
from tests.browser.server import Server
from tests.browser.situations import DINA, MUNICIPALITY
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.cast import Cast
from tests.web import conftest as web
from tests.web.visitor import Visitor

databases, record, visit, inside = web.databases, web.record, web.visit, web.inside
region, reading = browsers.region, browsers.reading

# Every answer, of whatever kind and status.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Every answer of the application; what the server itself refuses has no page that could lead anywhere.
OF_PAGES = {"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"}
POLICY = {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
}
# Kind of answer: how its content type begins, and how long it may be kept by whom.
KINDS = {
    "page": ("text/html; charset=utf-8", "no-store"),
    "plain": ("text/plain; charset=utf-8", "no-store"),
    "csv": ("text/csv; charset=utf-8", "no-store"),
    "pdf": ("application/pdf", "no-store"),
    "json": ("application/json", "no-store"),
    "fhir": ("application/fhir+json; charset=utf-8", "no-store"),
    "ndjson": ("application/fhir+ndjson", "no-store"),
    "style": ("text/css", "max-age=3600, public"),
    "script": ("text/javascript", "max-age=3600, public"),
    "font": ("font/woff2", "max-age=3600, public"),
    "picture": ("image/svg+xml", "max-age=3600, public"),
}
# Routes for everybody, about nobody. The papers are the same for all; of the programme's pages each browser keeps its own,
# while nobody is logged in.
SHARED = dict.fromkeys(("print_leaflet", "print_pocket", "print_questionnaire"), "public, max-age=300")
PROGRAMME = (
    *("programme", "programme_group", "programme_efforts", "programme_signs", "programme_guidelines"),
    *("programme_readings", "programme_versions", "source", "try_it", "accessibility"),
)
KEPT = SHARED | dict.fromkeys(PROGRAMME, "private, max-age=300")
_NEVER = ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Via")
_STATIC = ("/static/web/rygrad.css", "/static/web/rygrad.js", "/static/dkfds/css/dkfds.min.css")
_FORBIDDEN = re.compile(r"<script(?![^>]*\bsrc=)|<style[ >]|\bstyle=\"|\son\w+=\"|javascript:")


def kind_of(content_type: str) -> str:
    """The kind in the table; KeyError's own words for one that is not in it."""
    found = [kind for kind, (begins, _) in KINDS.items() if content_type.startswith(begins)]
    assert found, f"no kind in the table begins {content_type!r}"
    return found[0]


def _with_its_own_style(body: str) -> tuple[dict[str, str], str]:
    """The report can be kept as one file: its one style sheet is allowed by its fingerprint. And the page without it."""
    before, _, rest = body.partition("<style>")
    style, end, after = rest.partition("</style>")
    fingerprint = b64encode(sha256(style.encode()).digest()).decode()
    return (POLICY | {"style-src": f"'self' 'sha256-{fingerprint}'"} if end else POLICY), before + after


def wrong_with(name: str, status: int, headers: Any, body: str, *, https: bool = False) -> list[str]:
    """What is not as the table says."""
    wanted, found = ALWAYS | OF_PAGES, []
    found += [f"{name} {status}: {one} is {headers.get(one)}" for one in wanted if headers.get(one) != wanted[one]]
    found += [f"{name} {status}: {one} is there" for one in _NEVER if one in headers]
    policy = dict(part.strip().partition(" ")[::2] for part in headers.get("Content-Security-Policy", "").split(";"))
    allowed, body = _with_its_own_style(body) if name == "region_report" and status == 200 else (POLICY, body)
    found += [] if policy == allowed else [f"{name} {status}: the policy is {policy}"]
    found += (
        [] if ("Strict-Transport-Security" in headers) == https else [f"{name} {status}: Strict-Transport-Security"]
    )
    if headers.get("Content-Type"):
        kept, said = KINDS[kind_of(headers["Content-Type"])][1], headers.get("Cache-Control", "")
        may = {kept, KEPT.get(name, kept)} if status == 200 else {kept}
        found += [] if said in may else [f"{name} {status}: Cache-Control is {said}"]
        if said.startswith(("public", "max-age")) and "Set-Cookie" in headers:
            found.append(f"{name} {status}: is kept for all, and sets a cookie")
        if kind_of(headers["Content-Type"]) == "page" and name not in SHARED and _FORBIDDEN.search(body):
            found.append(f"{name} {status}: the page holds what the policy forbids")
    elif headers.get("Cache-Control") != "no-store":
        found.append(f"{name} {status}: an answer without a body may be kept")
    return found


def routes() -> dict[str, tuple[str, Any]]:
    """Every named address, pages and other systems', with its pattern and view."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, before + str(one.pattern))
        else:
            yield one.name, (before + str(one.pattern), one.callback)


def address(pattern: str, values: dict[str, str]) -> str:
    """The address with these values in it, "x" for what has none."""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^)]*\))*\)", r"<str:\1>", pattern)
    plain = plain.replace(r"\$", "$").replace("(?:/", "/").replace(")?", "").strip("^$")
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda named: values.get(named[1], "x"), plain)
    return f"/{filled.rstrip('$').lstrip('/')}"


def _body(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return raw.decode("utf-8", "replace")


class Held:
    """Answers held against the table, and counted by kind."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.kinds: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()

    def hold(self, name: str, answer: Any, *, https: bool = False) -> None:
        """One answer of Django's."""
        self.hold_raw(
            name,
            answer.status_code,
            CaseInsensitiveDict({**answer.headers, **_cookies(answer)}),
            _body(answer),
            https=https,
        )

    def hold_raw(self, name: str, status: int, headers: Any, body: str, *, https: bool = False) -> None:
        """One answer, however it came."""
        self.wrong += wrong_with(name, status, headers, body, https=https)
        self.kinds[kind_of(headers["Content-Type"]) if headers.get("Content-Type") else "no body"] += 1
        self.statuses[status] += 1

    def counts(self, routes_asked: int) -> dict[str, int | str]:
        """For the page of figures."""
        by_status = ", ".join(f"{status} × {times}" for status, times in sorted(self.statuses.items()))
        kinds = {f"of these {kind}": times for kind, times in sorted(self.kinds.items())}
        return {
            "routes": routes_asked,
            "answers": sum(self.kinds.values()),
            **kinds,
            "by status": by_status,
            "wrong or missing headers": len(self.wrong),
        }


def _cookies(answer: Any) -> dict[str, str]:
    return {"Set-Cookie": answer.cookies.output()} if answer.cookies else {}


_USERS = {"general_practitioner": "anna", "citizen": "dina", "administrator": "gustav", "relative": "erik"}


def _somebody(record: Cast, policy: frozenset[str]) -> Visitor:
    """A visitor of the first role that the route is for; nobody when it is for all."""
    visitor = Visitor(raise_request_exception=False)
    visitor.handler.enforce_csrf_checks = False
    role = next((role for role in _USERS if role in policy), "")
    if role in ("citizen", "relative"):
        visitor.force_login(person_account((record.dina if role == "citizen" else record.erik).id))
    elif role:
        visitor.force_login(web.accounts.account(_USERS[role]), backend="django.contrib.auth.backends.ModelBackend")
    return visitor


def test_every_route_answers_with_every_header_of_the_table(record: Cast) -> None:
    record.grouped()
    held, values = (
        Held(),
        {"course": record.course, "own": record.course, "step": "smerte", "type": "Patient", "membership": "1"},
    )
    at_door, asked = Client(SERVER_NAME="localhost", raise_request_exception=False), routes()
    inside_as: dict[frozenset[str], Visitor] = {}
    for number, (name, (pattern, view)) in enumerate(sorted(asked.items())):
        where, policy = address(pattern, values), frozenset(view.policy)
        held.hold(name, at_door.get(where))
        if name == "logout":
            continue
        visitor = inside_as.setdefault(policy, _somebody(record, policy))
        held.hold(name, visitor.get(where))
        if number % 4 == 0:
            held.hold(name, visitor.post(where, {"version": "0"}))
    write_figures(
        "headers-of-routes",
        promise="attacks",
        says="security headers on every route, as somebody it is for and as nobody; every fourth (short) or each (full) sent a form too",
        test="tests/trust/test_security_headers.py::test_every_route_answers_with_every_header_of_the_table",
        counts={"routes": len(asked), "answers": sum(held.kinds.values()), "wrong or missing headers": len(held.wrong)},
        full=False,
    )
    assert held.wrong == []
    assert {"page", "csv", "json", "fhir"} <= set(held.kinds)
    assert {200, 302, 401, 404, 405, 410, 422} <= set(held.statuses)


def test_every_error_and_every_file_answers_with_them_too(
    record: Cast, inside: Callable[[str], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, anna = Held(), inside("anna")
    anna.raise_request_exception = False
    held.hold("csrf", anna.post("/sprog", {"lang": "en"}, headers={"sec-fetch-site": "cross-site"}))
    held.hold("host", anna.get("/log-ind", headers={"host": "ond.example"}))
    held.hold("nowhere", anna.get("/findes/ikke"))
    held.hold("null", anna.get("/forloeb/%00"))
    held.hold("too big", anna.post("/fhir/Patient", b"x" * 2_700_000, content_type="application/fhir+json"))
    held.hold("form too big", anna.post("/log-ind", {"password": "x" * 2_700_000}))
    for method in ("trace", "put", "delete", "patch", "options"):
        held.hold(method, getattr(anna, method)("/liste"))
    for address_of_method in ("/liste", "/fhir/Patient", "/oauth/token", "/cds-services"):
        held.hold("unknown method", anna.generic("SPY", address_of_method))
        held.hold("trace", anna.generic("TRACE", address_of_method))
    for file in (*_STATIC, "/static/findes-ikke.css", "/static/../settings.py"):
        held.hold(file, anna.get(file))
    monkeypatch.setattr("rygrad.web.worklist.worklist", _bug)
    held.hold("bug", anna.get("/liste"))
    api = Api(record.anna)
    held.hold("fhir", api.get("Patient"))
    held.hold("fhir search", api.get("Patient?_sort=nonsense"))
    monkeypatch.setattr("rygrad.fhir.api.serve.caller_of", _bug)
    held.hold("fhir bug", api.get("Patient"))
    write_figures(
        "headers-of-errors",
        promise="attacks",
        says="security headers on errors of each kind, and on files",
        test="tests/trust/test_security_headers.py::test_every_error_and_every_file_answers_with_them_too",
        counts=held.counts(0) | {"routes": "–"},
        full=False,
    )
    assert held.wrong == []
    assert {200, 400, 401, 403, 404, 405, 413, 500} - {401} <= set(held.statuses) | {401}


def _bug(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a bug of ours")


def test_a_missing_header_is_found(record: Cast) -> None:
    """The negative control: the same look at an answer of which each header in turn is taken away or spoiled."""
    good = dict(Client(SERVER_NAME="localhost").get("/log-ind").headers)
    assert wrong_with("x", 200, good, "") == []
    names = [*ALWAYS, *OF_PAGES, "Content-Security-Policy", "Cache-Control"]
    spoiled: list[dict[str, str]] = [{name: value for name, value in good.items() if name != one} for one in names]
    spoiled += [good | {name: "x"} for name in (*names, *_NEVER, "Strict-Transport-Security")]
    spoiled += [
        good | {"Content-Security-Policy": good["Content-Security-Policy"].replace("'none'", "'unsafe-inline'", 1)}
    ]
    found = [one for one in spoiled if wrong_with("x", 200, one, "")]
    inline = ["<script>x</script>", '<p style="x">', '<a onclick="x">', '<a href="javascript:x">', "<style>x</style>"]
    write_figures(
        "headers-control",
        promise="attacks",
        says="control: an answer with one header missing or spoiled, and pages with inline script or style",
        test="tests/trust/test_security_headers.py::test_a_missing_header_is_found",
        counts={
            "spoiled answers": len(spoiled) + len(inline),
            "found": len(found) + sum(bool(wrong_with("x", 200, good, one)) for one in inline),
        },
        full=False,
    )
    assert len(found) == len(spoiled)
    assert all(wrong_with("x", 200, good, one) for one in inline)


def test_what_may_be_kept_is_the_same_for_everybody(inside: Callable[[str], Visitor]) -> None:
    anna, nobody, found = inside("anna"), Visitor(), routes()
    for name in SHARED:
        where = address(found[name][0], {})
        answers = [_body(one.get(where)) for one in (anna, nobody)]
        assert answers[0] == answers[1], name
        assert "csrfmiddlewaretoken" not in answers[0]


_EVERYBODY = ("anna", "bo", "freja", "gustav", "mette", "dina", "erik")


@pytest.mark.long
def test_the_real_server_answers_every_route_with_them_to_everybody(reading: Server) -> None:
    course = reading.course(DINA).rpartition("/")[2]
    values = {
        "course": course,
        "own": course,
        "step": "smerte",
        "type": "Patient",
        "membership": "1",
        "referral": reading.referral(DINA).rpartition("/")[2],
        "entry": next(entry.id for entry in reading.entries(course) if entry.type == "referral_sent"),
        "effort": "back_unit",
        "organisation": MUNICIPALITY,
        "group": "recurrent",
        "indicator": "Q2",
        "citizen": "laenge",
        "service": "rygrad-patient-view",
    }
    held, asked = Held(), routes()
    for user in ("", *_EVERYBODY):
        with requests.Session() as browser:
            browser.trust_env = False
            if user:
                browser.get(reading.demo_link(user), timeout=60)
            for name, (pattern, _) in asked.items():
                if name == "logout":
                    continue
                where = reading.address + address(pattern, values)
                more = ("?format=pdf",) if name.startswith("print_") else ()
                for asking in ("", *more):
                    _hold_http(held, name, browser.get(where + asking, allow_redirects=False, timeout=120))
                _hold_http(held, name, browser.post(where, {"version": "0"}, allow_redirects=False, timeout=120))
    for file in _STATIC:
        _hold_http(held, file, requests.get(reading.address + file, timeout=60))
    write_figures(
        "headers-of-routes",
        promise="attacks",
        says="security headers on every route, as somebody it is for and as nobody; every fourth (short) or each (full) sent a form too",
        test="tests/trust/test_security_headers.py::test_every_route_answers_with_every_header_of_the_table",
        counts=held.counts(len(asked)) | {"users": len(_EVERYBODY) + 1, "over HTTP": "yes"},
        full=True,
    )
    assert held.wrong == []
    assert {"page", "csv", "json", "fhir", "pdf", "style", "script"} <= set(held.kinds)


def _hold_http(held: Held, name: str, answer: requests.Response) -> None:
    held.hold_raw(
        name,
        answer.status_code,
        answer.headers,
        "" if answer.headers.get("Content-Type") == "application/pdf" else answer.text,
    )


_RAW = {
    "no request": b"rubbish\r\n\r\n",
    "no version": b"GET /log-ind\r\n\r\n",
    "bad header": b"GET / HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unknown coding": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
    "long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 65_600 + b"\r\n\r\n",
    "huge body": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nx",
    "trace": b"TRACE /liste HTTP/1.1\r\nHost: localhost\r\nCookie: secret=1\r\n\r\n",
    "connect": b"CONNECT ond.example:443 HTTP/1.1\r\nHost: ond.example\r\n\r\n",
}


@pytest.mark.long
def test_what_the_server_itself_refuses_tells_nothing_of_it_and_is_guarded(reading: Server) -> None:
    port, wrong = int(reading.address.rpartition(":")[2]), []
    for name, sent in _RAW.items():
        status, headers, body = _raw(port, sent)
        missing = [one for one, value in ALWAYS.items() if headers.get(one) != value]
        told = [one for one in (*_NEVER, "waitress", "Traceback", "secret=1") if one in headers or one in body]
        if missing or told or headers.get("Cache-Control") != "no-store" or not 400 <= status < 600:
            wrong.append(f"{name} {status}: missing {missing}, told {told}")
    write_figures(
        "headers-of-the-server",
        promise="attacks",
        says="requests that the HTTP server itself refuses, raw over a socket",
        test="tests/trust/test_security_headers.py::test_what_the_server_itself_refuses_tells_nothing_of_it_and_is_guarded",
        counts={"requests": len(_RAW), "wrong or missing headers": len(wrong)},
        full=True,
    )
    assert wrong == []


def _raw(port: int, sent: bytes) -> tuple[int, dict[str, str], str]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionResetError):  # it hangs up on what it has not read; what it said first is here
            while chunk := line.recv(65_536):
                answer += chunk
    head, _, body = answer.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    named = dict(one.partition(": ")[::2] for one in rest)
    return int(first.split()[1]), named, body
