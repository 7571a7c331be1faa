"""`rygrad audit`: a known vulnerability fails, no answer is said to be none, and nobody waits for long."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rygrad.cli import language
from rygrad.cli.commands import app

ROOT = Path(__file__).resolve().parents[2]
Answer = Callable[[list[dict[str, Any]]], Any]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    language.choose(["--lang", "en"])
    yield
    language.choose(["--lang", "da"])


@contextmanager
def source(answer: Answer, status: int = 200) -> Iterator[tuple[str, list[Any]]]:
    """An advisory source on this machine: its address, and what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(answer(asked[-1]["queries"])).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """In silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


def audit(address: str, *more: str) -> Result:
    return CliRunner().invoke(app, ["audit", "--lang", "en", "--source", address, "--checkout", str(ROOT), *more])


def nothing(queries: list[dict[str, Any]]) -> Any:
    return {"results": [{} for _ in queries]}


def django_is_broken(queries: list[dict[str, Any]]) -> Any:
    bad = [{"id": "GHSA-1"}, {"id": "PYSEC-2"}]
    return {"results": [{"vulns": bad} if "/django@" in query["package"]["purl"] else {} for query in queries]}


def test_every_part_is_asked_about_by_name_and_version_and_nothing_else_is_told() -> None:
    with source(nothing) as (address, asked):
        done = audit(address)
    assert done.exit_code == 0, done.output
    assert "0 known vulnerabilities" in done.output
    (question,) = asked
    assert len(question["queries"]) > 150
    assert all(list(query) == ["package"] and list(query["package"]) == ["purl"] for query in question["queries"])


def test_a_known_vulnerability_fails_and_a_judged_one_does_not() -> None:
    with source(django_is_broken) as (address, _):
        found = audit(address)
        half, both = audit(address, "--accept", "GHSA-1"), audit(address, "--accept", "GHSA-1", "--accept", "PYSEC-2")
    assert (found.exit_code, half.exit_code, both.exit_code) == (4, 4, 0)
    assert "pkg:pypi/django@" in found.output
    assert "GHSA-1 PYSEC-2" in found.output
    assert "GHSA-1" not in half.output
    assert "2 accepted" in both.output


def test_what_comes_on_a_later_page_counts_too() -> None:
    def paged(queries: list[dict[str, Any]]) -> Any:
        if "page_token" in queries[0]:
            return {"results": [{"vulns": [{"id": f"LATE-{query['page_token']}"}]} for query in queries]}
        return {"results": [{"next_page_token": "7"} if number == 3 else {} for number, _ in enumerate(queries)]}

    with source(paged) as (address, asked):
        done = audit(address)
    assert done.exit_code == 4
    assert "LATE-7" in done.output
    assert [len(question["queries"]) for question in asked][1:] == [1]


@pytest.mark.parametrize(
    "answer", [lambda _: {"results": [{}]}, lambda _: {}, lambda _: [], lambda _: {"results": None}]
)
def test_an_answer_that_cannot_be_read_is_no_answer(answer: Answer) -> None:
    with source(answer) as (address, _):
        done = audit(address)
    assert (done.exit_code, "offline: not asked" in done.output) == (0, True)


def test_a_refusal_is_no_answer() -> None:
    with source(nothing, status=405) as (address, _):
        done = audit(address)
    assert (done.exit_code, "offline: not asked" in done.output) == (0, True)


def test_nobody_there_and_somebody_silent_are_not_waited_for() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for address in (
            f"http://127.0.0.1:{silent.getsockname()[1]}/",
            "http://127.0.0.1:9/",
            "http://no.such.host.invalid/",
        ):
            begun = time.monotonic()
            done = audit(address, "--seconds", "0.3")
            assert (done.exit_code, "offline: not asked" in done.output) == (0, True)
            assert time.monotonic() - begun < 3
