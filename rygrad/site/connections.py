"""How long and how large a request may be before it is one: the slow, the silent and the endless are shown out.

A connection costs a file handle and no thread until its request is whole, so many slow ones stand in nobody's way.
"""

import resource
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

MOST_CONNECTIONS = 2_000
LONGEST_SILENCE, LONGEST_REQUEST = 20, 60
LARGEST_REQUEST, LARGEST_HEADERS = 5_000_000, 65_536
_FILES_BESIDE = 200
_SAYS = {
    413: "Det sendte er for stort. / What was sent is too large.",
    431: "Forespørgslens hoved er for stort. / The request's headers are too large.",
    500: "Noget gik galt hos os. / Something went wrong at our end.",
}
_UNREADABLE = "Forespørgslen kan ikke læses. / The request cannot be read."
_GUARDS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def limits() -> dict[str, Any]:
    """The server's settings that keep room for others; `poll`, for `select` knows no more than 1,024 connections."""
    return {
        "connection_limit": MOST_CONNECTIONS,
        "backlog": MOST_CONNECTIONS,
        "channel_timeout": LONGEST_SILENCE,
        "cleanup_interval": 5,
        "asyncore_use_poll": True,
        "max_request_body_size": LARGEST_REQUEST,
        "max_request_header_size": LARGEST_HEADERS,
    }


def allow_files() -> None:
    """As many file handles as connections, where this machine lets a process have them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + _FILES_BESIDE
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class Refusal(ErrorTask):
    """Says in both languages why a request did not reach the site, and nothing of request or server."""

    def execute(self) -> None:
        """Write the answer, and let the connection go."""
        from rygrad.web.headers import guards

        status, _, _ = self.request.error.to_response()
        body = f"{_SAYS.get(int(status[:3]), _UNREADABLE)}\n".encode()
        said = {"Content-Type": "text/plain; charset=utf-8", **_GUARDS, **guards()}
        self.status = status
        self.response_headers.extend(said.items())
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """A connection whose request must be whole within a minute, however little of it comes at a time."""

    error_task_class = Refusal
    began_at = 0.0

    def received(self, data: bytes) -> bool:
        """Takes what came; closes when the request has been on its way for too long."""
        now = time.monotonic()
        if self.request is None:
            self.began_at = now
        elif now - self.began_at > LONGEST_REQUEST:
            self.will_close = True
            return False
        return bool(super().received(data))

    def send_continue(self) -> None:
        """Nobody is asked to go on with a request that is refused already."""
        if self.request.error is None:
            super().send_continue()
