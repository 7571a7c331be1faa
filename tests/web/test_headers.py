"""What every answer says to the browser, and which requests are not answered at all."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.record.cast import Cast
from tests.record.databases import Databases
from tests.web.broker import free_port, served
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
Inside = Callable[[str], Visitor]
# Pages, pages that are not there, a file, an answer to a form, and one that the guard against forged forms refuses.
ANSWERS = (
    "/",
    "/log-ind",
    "/liste",
    "/findes/ikke",
    "/static/web/rygrad.css",
    "/her-endnu",
    "/ny-adgangskode/x",
    "POST",
)


def _answer(visitor: Visitor, what: str) -> Any:
    return visitor.post("/log-ind", {"username": "anna"}) if what == "POST" else visitor.get(what)


@pytest.mark.parametrize("what", ANSWERS)
@pytest.mark.parametrize("user", [None, "anna"])
def test_every_answer_is_guarded(visit: Visit, inside: Inside, user: str | None, what: str) -> None:
    answer = _answer(inside(user) if user else visit(), what)
    answer.close()
    headers = answer.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    if not what.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


def test_pages_of_a_citizen_are_kept_by_nobody(record: Cast, inside: Inside) -> None:
    record.grouped()
    anna = inside("bo")
    for page in ("", "/hvem", "/plan", "/tilbage"):
        answer = anna.get(f"/forloeb/{record.course}{page}")
        assert answer.headers["Cache-Control"] == "no-store", page
    assert anna.get("/liste/csv").headers["Cache-Control"] == "no-store"


def test_no_page_needs_what_the_policy_forbids(record: Cast, inside: Inside) -> None:
    record.grouped()
    bo = inside("bo")
    for address in ("/log-ind", "/liste", "/adgangskode", f"/forloeb/{record.course}", "/programmet/kilden"):
        page = bo.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=\"|javascript:", page), address


@pytest.mark.parametrize("host", ["ond.example", "localhost.ond.example", "localhost@ond.example", ""])
def test_another_host_is_not_answered(visit: Visit, host: str) -> None:
    answer = (
        visit().get("/log-ind", headers={"host": host}) if host else visit().get("/log-ind", SERVER_NAME="ond.example")
    )
    assert answer.status_code == 400
    assert b"Rygrad" not in answer.content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_forged_form_is_refused_and_its_fields_are_not_shown_again(inside: Inside) -> None:
    anna = inside("anna")
    answer = anna.post("/sprog", {"lang": "en", "text": "lokket herhen"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert b"lokket" not in answer.content
    assert "sprog" not in anna.cookies


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(inside: Inside) -> None:
    anna = inside("anna")
    anna.send(anna.form(anna.get("/liste"), "/sprog"), lang="en")
    assert {"sessionid", "csrftoken", "sidst", "sprog"} <= set(anna.cookies)
    for name, cookie in anna.cookies.items():
        assert [cookie["httponly"], cookie["samesite"], cookie["secure"]] == [True, "Lax", ""], name


_ASK = """
import django
django.setup()
from django.conf import settings
from django.test import Client
plain = Client(SERVER_NAME="localhost").get("/static/web/rygrad.css")
safe = Client(SERVER_NAME="localhost").get("/static/web/rygrad.css", HTTP_X_FORWARDED_PROTO="https")
safe.close()
print(plain.status_code, plain.headers.get("Location"), safe.status_code, safe.headers["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.IS_HTTPS)
from rygrad.web import known, language, login
from rygrad.web.receipts import Receipts
kept = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, known.COOKIE, language.COOKIE, Receipts.cookie_name}
print(all(name.startswith("__Host-") for name in kept), len(kept))
for path in ("/fhir/Patient", "/oauth/token", "/cds-services"):
    answer = Client(SERVER_NAME="localhost").post(path)
    print(answer.status_code, "Location" in answer.headers, "Content-Security-Policy" in answer.headers)
"""


def test_with_https_everything_is_encrypted_for_a_year() -> None:
    environment = {
        **os.environ,
        "RYGRAD_HTTPS": "1",
        "DJANGO_SETTINGS_MODULE": "rygrad.site.settings",
        "DATABASE_URL": "sqlite:///nothing/at/all",
    }
    ran = subprocess.run([sys.executable, "-c", _ASK], env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == [
        "301 https://localhost/static/web/rygrad.css 200 max-age=31536000; includeSubDomains",
        "True True True",
        "True 5",
        *["403 False True"] * 3,
    ], ran.stderr


@pytest.mark.parametrize(("proxy", "status"), [("127.0.0.1", 200), ("10.0.0.1", 301)])
def test_the_server_believes_its_proxy_and_nobody_else(
    databases: Databases, tmp_path: Path, proxy: str, status: int
) -> None:
    port = free_port()
    with databases.fresh("sqlite") as url, served(tmp_path, url, port, "", RYGRAD_HTTPS="1", RYGRAD_PROXY=proxy):
        answer = requests.get(
            f"http://127.0.0.1:{port}/log-ind",
            headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"},
            allow_redirects=False,
            timeout=60,
        )
    assert answer.status_code == status
    assert ("Strict-Transport-Security" in answer.headers) is (status == 200)
    if status == 200:
        assert re.fullmatch(
            r"__Host-csrftoken=.*; HttpOnly; .*Path=/; SameSite=Lax; Secure", answer.headers["Set-Cookie"]
        )
