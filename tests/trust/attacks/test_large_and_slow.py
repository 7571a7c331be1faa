"""Bodies of 50 MB and a thousand slow connections: refused early, in bounded memory, while others are answered."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from rygrad.site import connections
from tests.figures import write_figures
from tests.record.administrators import places
from tests.record.cast import Cast, cast
from tests.record.databases import Databases
from tests.trust.attacks.cast_walks import House, entered, house
from tests.trust.attacks.everywhere import everywhere
from tests.trust.attacks.sockets import connected, drip, heard, percentile, said, slowly, status, timed
from tests.web.broker import KEY, free_port, served

MEGABYTE = 1024 * 1024
_TEST = "tests/trust/attacks/test_large_and_slow.py::test_"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/fhir+json")


def _whole(kind: str, size: int) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' if "boundary" in kind else b"a="
    return head + b"x" * size + (b"\r\n--x--\r\n" if "boundary" in kind else b"")


def _posts(made: House) -> list[tuple[str, str]]:
    """Every address of pages and of other systems, each with who asks."""
    systems = ("/oauth/token", "/fhir/Patient", "/fhir/Patient/_search", "/cds-services/rygrad-patient-view")
    return [(place.user, place.at) for place in everywhere(made)] + [("anna", at) for at in systems]


def _reader() -> Client:
    """Somebody who has opened a page of ours, whose forms are looked at."""
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost", raise_request_exception=False)
    client.get("/log-ind")
    return client


def test_what_is_too_large_for_a_form_is_refused_on_a_page_of_ours(record: Cast) -> None:
    client, wrong = _reader(), []
    for at in ("/integration", "/log-ind", "/sprog", "/programmet/proev", "/find", "/liste", "/adgangskode"):
        for kind in FORMS[:2]:
            answer = client.generic("POST", at, _whole(kind, 3 * MEGABYTE), content_type=kind)
            if answer.status_code != 413 or b"for stort" not in answer.content or b"Rygrad" not in answer.content:
                wrong.append(f"{at} {kind}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"".join(b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ny\r\n' for _ in range(200)) + b"--x--"),
        (FORMS[0], b"&".join(b"a%d=1" % n for n in range(2_000))),
        (f"{FORMS[0]}; charset=utf-16", b"a=\xff\xfe"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_on_a_page_of_ours(record: Cast, kind: str, body: bytes) -> None:
    client = _reader()
    client.cookies["sprog"] = "en"
    for at in ("/integration", "/log-ind"):
        answer = client.generic("POST", at, body, content_type=kind)
        assert answer.status_code == 400, at
        assert b"cannot be read" in answer.content, at
        assert b"Rygrad" in answer.content, at


def test_the_server_is_told_its_limits() -> None:
    limits = connections.limits()
    assert limits["asyncore_use_poll"] is True
    assert limits["connection_limit"] >= 2_000
    assert 3 * MEGABYTE < limits["max_request_body_size"] < 10 * MEGABYTE


@pytest.fixture
def site(databases: Databases, tmp_path: Path) -> Iterator[tuple[str, House]]:
    """`rygrad serve` on a fresh record with a course."""
    port = free_port()
    with databases.fresh("sqlite") as url:
        people = cast()
        people.gustav = places().gustav
        made = house(people)
        with served(tmp_path, url, port, ""):
            yield f"http://127.0.0.1:{port}", made


@pytest.mark.long
def test_a_body_of_50_mb_is_refused_before_it_is_sent_at_every_address(site: tuple[str, House]) -> None:
    address, made = site
    counts, wrong = {"addresses": 0, "refused before the body": 0}, []
    for _, at in _posts(made):
        for more in (b"Content-Length: 52428800\r\n", b"Content-Length: 52428800\r\nExpect: 100-continue\r\n"):
            sent = (
                b"POST "
                + at.encode()
                + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                + more
                + b"\r\n"
                + b"x" * 1000
            )
            answer = said(address, sent, 5)
            counts["addresses"] += b"Expect" not in more
            counts["refused before the body"] += status(answer) == 413
            if status(answer) != 413 or b"for stort" not in answer or b"default-src 'none'" not in answer:
                wrong.append(f"{at}: {answer[:80]!r}")
    before = memory_of_server(address)
    for _ in range(5):
        _send_in_chunks(address, 50)
    grown = memory_of_server(address) - before
    figures: dict[str, int | float | str] = {
        **counts,
        "answered otherwise": len(wrong),
        "memory after 5 × 50 MB in chunks, MB more": grown,
    }
    says = "bodies of 50 MB to every address of the real server"
    write_figures(
        "attack-large",
        promise="attacks",
        says=says,
        test=f"{_TEST}a_body_of_50_mb_is_refused_before_it_is_sent_at_every_address",
        counts=figures,
        full=True,
    )
    assert wrong == []
    assert grown < 30


def _send_in_chunks(address: str, megabytes: int) -> None:
    """A body that does not say how long it is; the server hangs up on the way."""
    with connected(address, 10) as line:
        line.sendall(b"POST /log-ind HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + b"x" * MEGABYTE + b"\r\n"
        try:
            for _ in range(megabytes):
                line.sendall(chunk)
        except OSError:
            return
        assert status(heard(line)) in (0, 413)


def memory_of_server(address: str) -> int:
    """How much memory the process that listens there holds, in megabytes."""
    port = address.rpartition(":")[2]
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and f"--port\0{port}\0" in _command(folder):
            pages = int((folder / "statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
    raise AssertionError("no server")


def _command(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_text() + "\0"
    except OSError:
        return ""


@pytest.mark.long
def test_a_head_without_end_and_one_that_is_none_are_refused_in_plain_words(site: tuple[str, House]) -> None:
    address, _ = site
    for sent, wanted in (
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX Y: 1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 501),
    ):
        answer = said(address, sent, 5)
        assert status(answer) == wanted, (sent[:60], answer[:200])
        assert b"waitress" not in answer.lower()
        assert b"X-Content-Type-Options: nosniff" in answer
        assert b"max_" not in answer


@pytest.mark.long
@pytest.mark.alone
def test_a_thousand_slow_connections_stand_in_nobodys_way(site: tuple[str, House]) -> None:
    (address, made), many = site, 1_000
    pages, session = ["/liste", f"/forloeb/{made.courses['referred']}"], _session(made)
    timed(address, pages, session, 3)
    quiet = timed(address, pages, session, 15)
    with slowly(address, many) as lines:
        during, alive = timed(address, pages, session, 10), drip(lines)
        during += timed(address, pages, session, 10)
        alive = min(alive, drip(lines))
        during += timed(address, pages, session, 10)
    quiet += timed(address, pages, session, 15)
    without, beside = ([round(percentile(one, share) * 1000, 1) for share in (0.5, 0.99)] for one in (quiet, during))
    counts: dict[str, int | float | str] = {
        "slow connections": many,
        "still held after 20 seconds of drops": alive,
        "pages of others meanwhile": len(during),
        "p50 and p99 without them, ms": f"{without[0]} and {without[1]}",
        "p50 and p99 beside them, ms": f"{beside[0]} and {beside[1]}",
        "p99 beside them, times as long": round(beside[1] / without[1], 2),
    }
    says = "connections that begin a request and never end it, beside somebody who opens worklist and course"
    test = f"{_TEST}a_thousand_slow_connections_stand_in_nobodys_way"
    write_figures("attack-slow", promise="attacks", says=says, test=test, counts=counts, full=True)
    assert alive == many
    assert len(during) > 100
    assert beside[1] < 2 * without[1]


def _session(made: House) -> str:
    """Anna's, signed with the server's key."""
    with override_settings(SECRET_KEY=KEY):
        return str(entered(made.record, "anna").cookies["sessionid"].value)


@pytest.mark.long
def test_who_is_silent_or_never_done_is_shown_out(site: tuple[str, House]) -> None:
    address, _ = site
    with slowly(address, 20) as lines:
        until = time.monotonic() + connections.LONGEST_SILENCE + 15
        while time.monotonic() < until and drip(lines[:1]) and _is_open(lines[-1]):
            time.sleep(1)
        assert not _is_open(lines[-1]), "the silent one is still there"
        assert _is_open(lines[0]), "the one that drips is within its minute"
        until = time.monotonic() + connections.LONGEST_REQUEST
        while time.monotonic() < until and drip(lines[:1]) and _is_open(lines[0]):
            time.sleep(1)
        assert not _is_open(lines[0]), "the one that drips was never shown out"


def _is_open(line: socket.socket) -> bool:
    line.settimeout(0.01)
    try:
        return line.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False
