"""The site as the benchmark calls it: the bare application, and the real server in a process of its own."""

import io
import itertools
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from time import perf_counter

from rygrad.site.start import start


class Site:
    """The application as a server would call it, without one; and who is logged in."""

    def __init__(self) -> None:
        from rygrad.site.server import application

        self.application = application()

    def get(self, path: str, cookie: str = "", encoding: str = "gzip") -> bytes:
        """The body of a page, as it is sent."""
        address, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": cookie,
            "HTTP_ACCEPT_ENCODING": encoding,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        answered: list[str] = []
        response = self.application(environ, lambda status, headers, problem=None: answered.append(status))
        body = b"".join(response)
        response.close()
        if answered != ["200 OK"]:
            raise RuntimeError(f"{path}: {answered}")
        return body


def logged_in(user: str) -> str:
    """The cookie of a new session of this user."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

    account, _ = get_user_model().objects.get_or_create(username=user)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@dataclass(frozen=True)
class Visit:
    """A page somebody opens."""

    user: str
    cookie: str
    path: str


@contextmanager
def served(url: str) -> Iterator[int]:
    """The server on this database; its port."""
    command = [sys.executable, "-m", "benchmarks.site", url]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None  # noqa: S101
        yield int(server.stdout.readline().rpartition(":")[2])
    finally:
        server.terminate()
        server.wait()


def fetched(port: int, visits: Sequence[Visit], clients: int, seconds: int) -> float:
    """Pages a second that clients with a connection each are sent, for some seconds."""
    turn = itertools.cycle(visits)

    def client(until: float) -> int:
        connection, count = HTTPConnection("127.0.0.1", port), 0
        while perf_counter() < until:
            visit = next(turn)
            connection.request("GET", visit.path, headers={"Cookie": visit.cookie, "Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{visit.path}: {answer.status}")
            count += 1
        connection.close()
        return count

    with ThreadPoolExecutor(clients) as pool:
        began = perf_counter()
        return sum(pool.map(client, [began + seconds] * clients)) / (perf_counter() - began)


def serve(url: str) -> None:
    """The process the clients fetch from."""
    start(url, migrate=False)
    from rygrad.site.server import serve as answer

    answer("127.0.0.1", 0, ready=lambda address: print(address, flush=True))


if __name__ == "__main__":
    serve(sys.argv[1])
