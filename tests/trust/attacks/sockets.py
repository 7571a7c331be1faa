"""Talking to the real server without a client library's manners: slowly, too much, or not to the end."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit


def connected(address: str, patience: float = 30) -> socket.socket:
    """A connection to the server at this address."""
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=patience)


def said(address: str, sent: bytes, patience: float = 30) -> bytes:
    """What the server answers to these bytes, until it is silent or hangs up."""
    with connected(address, patience) as line:
        line.sendall(sent)
        return heard(line)


def heard(line: socket.socket) -> bytes:
    """Everything that comes until the other end hangs up, or says nothing more."""
    parts = []
    try:
        while part := line.recv(65_536):
            parts.append(part)
            head, _, body = b"".join(parts).partition(b"\r\n\r\n")
            if _is_whole(head, body):
                break
    except (TimeoutError, ConnectionError):
        pass
    return b"".join(parts)


def _is_whole(head: bytes, body: bytes) -> bool:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return False


def status(answer: bytes) -> int:
    """The status of an answer; 0 for none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


@contextmanager
def slowly(address: str, many: int) -> Iterator[list[socket.socket]]:
    """Many connections that have each begun a request and not ended it."""
    lines = []
    try:
        for number in range(many):
            line = connected(address)
            line.sendall(b"POST /log-ind HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + str(number).encode())
            lines.append(line)
        yield lines
    finally:
        for line in lines:
            line.close()


def drip(lines: Sequence[socket.socket]) -> int:
    """One more byte on each; how many the server still listens to."""
    alive = 0
    for line in lines:
        try:
            line.sendall(b"x")
            alive += 1
        except OSError:
            continue
    return alive


def timed(address: str, paths: Sequence[str], session: str, seconds: float, pause: float = 0.02) -> list[float]:
    """How long each of many pages took that somebody who is logged in opens one after another."""
    found: list[float] = []
    until = time.monotonic() + seconds
    more = f"Host: {urlsplit(address).netloc}\r\nCookie: sessionid={session}\r\nConnection: close\r\n\r\n"
    while time.monotonic() < until:
        began = time.perf_counter()
        answer = said(address, f"GET {paths[len(found) % len(paths)]} HTTP/1.1\r\n{more}".encode())
        assert status(answer) == 200, answer[:200]
        found.append(time.perf_counter() - began)
        time.sleep(pause)
    return found


def percentile(times: Sequence[float], share: float) -> float:
    """The time that this share of all took at most."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
