"""The table of ASVS 5.0: every requirement of levels 1 and 2 once, every proof there, every gap with what to do; and
the proofs that stand nowhere else."""

import logging
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.test import Client

from docs.asvs_page import GAPS, STATUSES, chapters, requirements
from rygrad.web.passwordrules import NotGuessable
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.cast import Cast
from tests.web import conftest as web
from tests.web.visitor import PASSWORD, Visitor

databases, record, visit, inside = web.databases, web.record, web.visit, web.inside
ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "rygrad").rglob("*.py"))
TEMPLATES = sorted((ROOT / "rygrad").rglob("templates/**/*.html"))

# The standard's sections, version 5.0.0, each with the levels of its requirements in order.
STANDARD = """
V1.1 22 · V1.2 1111122223 · V1.3 112222222223 · V1.4 222 · V1.5 123
V2.1 122 · V2.2 112 · V2.3 12223 · V2.4 23
V3.1 3 · V3.2 113 · V3.3 12223 · V3.4 11222233 · V3.5 11122333 · V3.6 3 · V3.7 22333
V4.1 12233 · V4.2 23333 · V4.3 22 · V4.4 1222
V5.1 2 · V5.2 112333 · V5.3 113 · V5.4 222
V6.1 122 · V6.2 111111112222 · V6.3 11223333 · V6.4 112233 · V6.5 22222333 · V6.6 2223 · V6.7 33 · V6.8 2222
V7.1 222 · V7.2 1111 · V7.3 22 · V7.4 11222 · V7.5 223 · V7.6 22
V8.1 1233 · V8.2 1123 · V8.3 133 · V8.4 23
V9.1 111 · V9.2 1222
V10.1 22 · V10.2 223 · V10.3 22223 · V10.4 1111122222233333 · V10.5 22222 · V10.6 22 · V10.7 222
V11.1 2233 · V11.2 22233 · V11.3 11233 · V11.4 1222 · V11.5 23 · V11.6 23 · V11.7 33
V12.1 12233 · V12.2 11 · V12.3 22223
V13.1 2333 · V13.2 222223 · V13.3 2233 · V13.4 1222233
V14.1 22 · V14.2 12223333 · V14.3 122
V15.1 12233 · V15.2 12233 · V15.3 1222222 · V15.4 3333
V16.1 2 · V16.2 22222 · V16.3 2222 · V16.4 222 · V16.5 2223
V17.1 23 · V17.2 22223333 · V17.3 22
"""


def _standard() -> list[tuple[str, int]]:
    sections = [one.split() for one in STANDARD.replace("\n", " · ").strip(" ·").split(" · ") if one]
    return [(f"{name}.{number}", int(level)) for name, levels in sections for number, level in enumerate(levels, 1)]


def test_every_requirement_of_levels_1_and_2_is_there_once_and_in_order() -> None:
    counted = Counter(level for _, level in _standard())
    assert counted == {1: 70, 2: 183, 3: 92}, "as the standard counts itself"
    wanted = [(name, level) for name, level in _standard() if level < 3]
    assert [(one["id"], one["level"]) for one in requirements()] == wanted
    assert all(
        one["id"].startswith(f"{name}.") for name, chapter in chapters().items() for one in chapter["requirements"]
    )


def test_each_says_what_is_asked_how_it_stands_and_where() -> None:
    found = list(requirements())
    allowed = {"id", "level", "asks", "status", "how", "where", "tests", "gap"}
    wrong = [one["id"] for one in found if one["status"] not in STATUSES or not set(one) <= allowed or not one["asks"]]
    wrong += [one["id"] for one in found if not one["how"]]
    wrong += [one["id"] for one in found if one["status"] == "met" and not (one.get("where") or one.get("tests"))]
    wrong += [one["id"] for one in found if (one["status"] in GAPS) != bool(one.get("gap"))]
    proved = [one for one in found if one.get("tests")]
    whole = Counter(one["status"] for one in found)
    write_figures(
        "asvs",
        promise="attacks",
        says="ASVS 5.0, levels 1 and 2: each requirement with how it is met, where, and its tests",
        test="tests/trust/test_asvs.py::test_each_says_what_is_asked_how_it_stands_and_where",
        counts={
            "requirements": len(found),
            **{status: whole[status] for status in STATUSES},
            "with a test": len(proved),
            "tests named": len({test for one in proved for test in one["tests"]}),
        },
        full=False,
    )
    assert wrong == []


@cache
def _text(file: str) -> str:
    path = ROOT / file
    return path.read_text("utf-8") if path.is_file() else ""


def is_there(place: str, *, is_test: bool) -> bool:
    """A file of the house, and the text or test that is named in it."""
    file, _, anchor = place.partition("::")
    if is_test:
        return file.startswith("tests/") and f"def {anchor}(" in _text(file)
    return bool(_text(file)) and anchor in _text(file)


def test_every_place_and_every_test_that_is_named_exists() -> None:
    places = [(one["id"], place, False) for one in requirements() for place in one.get("where", [])]
    places += [(one["id"], test, True) for one in requirements() for test in one.get("tests", [])]
    assert [(name, place) for name, place, is_test in places if not is_there(place, is_test=is_test)] == []


def test_a_place_that_is_none_is_found() -> None:
    assert not is_there("rygrad/web/nothing.py::x", is_test=False)
    assert not is_there("rygrad/web/login.py::no such words", is_test=False)
    assert not is_there("tests/trust/test_asvs.py::test_nothing", is_test=True)
    assert not is_there("rygrad/web/login.py::sign_in", is_test=True)


# What no file of the product holds. `exec` and `load` as methods are others' (databases, our own readers); a pattern that
# is not written out where it is used could be made of what somebody sent.
_DANGEROUS = re.compile(
    r"""(?mx)
      (?<![\w.])(?:eval|exec|compile)\( | os\.(?:system|popen|exec\w*|spawn\w*)\( | hashlib\.(?:md5|sha1)\b
    | \bmark_safe\( | \bTemplate\( | \.from_string\( | verify=False | yaml\.(?:Unsafe|Full)Loader | DEBUG\ =\ True
    | unsafe-(?:inline|eval)
    | ^\s*(?:import|from)\s+(?:subprocess|pickle|marshal|shelve|xml|lxml|random|ctypes|telnetlib|ftplib|smtplib|ldap)\b
    | (?<!\w)re\.(?:compile|match|search|sub|fullmatch|findall|split)\((?!\s*r?f?["'])
    """
)


def dangers(source: str) -> list[str]:
    """Everything in a file of Python that must not be there."""
    return [found.strip() for found in _DANGEROUS.findall(source)]


# Invented citizens are drawn by a seed; nothing secret comes of it.
_SEEDED = "rygrad/simulation/"


def test_the_product_holds_none_of_the_dangerous_calls() -> None:
    found = {}
    for file in SOURCES:
        name = file.relative_to(ROOT).as_posix()
        held = dangers(file.read_text("utf-8"))
        held = [one for one in held if not (one.endswith("random") and name.startswith(_SEEDED))]
        found |= {name: held} if held else {}
    assert found == {}
    unescaped = [file.name for file in TEMPLATES if re.search(r"\|\s*safe\b|autoescape off", file.read_text("utf-8"))]
    assert unescaped == ["leaflet.html"], "the QR code, which the product draws itself"


@pytest.mark.parametrize(
    "source",
    [
        "eval(x)",
        "import pickle",
        "from subprocess import run",
        "re.compile(x)",
        "requests.get(a, verify=False)",
        "hashlib.md5(b)",
    ],
)
def test_a_dangerous_call_is_found(source: str) -> None:
    assert dangers(source)


EASY = (
    "rygrad2026!!", "password1234", "sommer202612", "Sommer2026!!!!", "p4ssw0rd!!!!", "qwertyuiopå1", "123456789012",
    "aaaaaaaaaaaa", "abcabcabcabc", "Velkommen til Rygrad", "iloveyou12345", "987654321098", "Administrator1!",
)  # fmt: skip
HARD = (
    PASSWORD, "839174027561", "x7K2p9Q4m1Z8", "en helt anden hest", "%+!?=)(/&#¤_:", "æøåæbleøhvidål", "🦴🌊🚲🍏🧶🪵🎈🕯🧂🪁🥨🧭",
    "sommerfugl-i-vinterhi", "k" * 3 + "hest batteri " * 5, "en ganske lang adgangskode " * 20,
)  # fmt: skip


def test_an_easy_password_is_refused_and_a_hard_one_of_any_characters_is_not() -> None:
    rule, refused = NotGuessable(), []
    for password in (*EASY, *HARD):
        try:
            rule.validate(password)
        except ValidationError:
            refused.append(password)
    assert refused == list(EASY)


def test_a_session_key_is_long_and_never_the_same(visit: Callable[..., Visitor]) -> None:
    keys = set()
    for _ in range(8):
        visitor = visit()
        visitor.force_login(web.accounts.account("anna"), backend="django.contrib.auth.backends.ModelBackend")
        keys.add(visitor.cookies["sessionid"].value)
    assert len(keys) == 8
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys), "32 of 36 characters: 165 bits"


_SECRET = re.compile(
    r"(?i)(?:password|secret|api_?key|token)\w*\s*[=:]\s*[\"'][A-Za-z0-9+/_\-]{16,}[\"']|BEGIN [A-Z ]*PRIVATE KEY|\"d\": ?\""
)


def test_no_secret_stands_in_the_product() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    found = {}
    for name in tracked:
        if name.startswith(("tests/", "benchmarks/")) or not (ROOT / name).is_file():
            continue
        held = _SECRET.findall((ROOT / name).read_text("utf-8", "ignore"))
        found |= {name: held} if held else {}
    assert found == {}
    assert _SECRET.search('SECRET_KEY = "abcdefghijklmnop"') and _SECRET.search("-----BEGIN PRIVATE KEY-----")


def test_nothing_but_the_static_folder_is_served_as_a_file(record: Cast) -> None:
    client = Client(SERVER_NAME="localhost")
    for address in (
        "/.git/config", "/.env", "/static/", "/static/web/", "/static/../settings.py", "/static/%2e%2e/%2e%2e/site/settings.py",
        "/static/web/..%2f..%2fapps.py", "/static//etc/passwd", "/manage.py", "/rygrad.sqlite3", "/static/dkfds/.ready",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code in (400, 404) or not b"".join(answer.streaming_content).strip(), address


def test_a_bug_tells_nothing_of_the_inside(
    inside: Callable[[str], Visitor], record: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("Fru Hansens hemmelighed")

    anna = inside("anna")
    anna.raise_request_exception = False
    api = Api(record.anna)
    monkeypatch.setattr("rygrad.web.worklist.worklist", broken)
    monkeypatch.setattr("rygrad.fhir.api.serve.caller_of", broken)
    for answer in (anna.get("/liste"), api.get("Patient")):
        text = answer.content.decode()
        assert answer.status_code == 500
        assert not [word for word in ("Hansen", "RuntimeError", "Traceback", "rygrad/", ".py") if word in text]
    said = [line.getMessage() for line in caplog.records if line.name.startswith("rygrad")]
    assert sum("RuntimeError in" in line for line in said) == 2
    assert "Hansen" not in " ".join(said)


def test_the_script_uses_no_store_of_the_browser() -> None:
    script = (ROOT / "rygrad/web/static/web/rygrad.js").read_text("utf-8")
    for word in (
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
        "caches",
        "innerHTML",
        "eval",
        "__proto__",
        "postMessage",
    ):
        assert word not in script


def test_what_happens_at_the_doors_is_logged_without_a_name(
    visit: Callable[..., Visitor], record: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)
    account = web.accounts.account("anna")
    account.set_password(PASSWORD)
    account.save()
    caplog.set_level(logging.INFO, "rygrad.security")
    anna = visit("192.0.2.7")
    anna.log_in("anna", "forkert")
    anna.log_in("anna\r\nlogin forged", "forkert")
    anna.log_in("anna")
    anna.get("/forloeb/c-findes-ikke")
    anna.get("/administration")
    anna.post("/sprog", {"lang": "en"}, headers={"sec-fetch-site": "cross-site"})
    anna.post("/find", {"words": "x" * 3_000_000})
    anna.send(anna.form(anna.get("/liste"), "/log-ud"))
    for _ in range(5):
        visit("192.0.2.8").log_in("anna", "forkert")
    Api(None).get("Patient")
    Api(record.anna).get("Patient?shoe-size=45", Prefer="handling=strict")
    said = [line.getMessage() for line in caplog.records if line.name == "rygrad.security"]
    kinds = Counter(line.partition(" who=")[0] for line in said)
    assert kinds == {
        "login failed": 6,
        "login ModelBackend": 1,
        "refused 404 not_found course": 1,
        "refused 404 not_found administration": 1,
        "refused 403 form_too_old language": 1,
        "logout": 1,
        "login locked": 1,
        "refused 401 no_token fhir": 1,
        "refused 400 unknown_parameter fhir": 1,
        "refused 413 too_large find": 1,
    }
    whole = " ".join(said)
    assert not [word for word in ("anna", "forged", "192.0.2", "c-findes", "\r", "\n", "forkert") if word in whole]
    marks = {line.partition(" who=")[2] for line in said if line.startswith(("login M", "logout"))}
    assert len(marks) == 1, "the same name and address have the same marks"
