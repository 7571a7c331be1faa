"""A browser without scripts over a real connection that stays open: cookies, pages, forms."""

import http.client
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.web.visitor import Form, forms_of

GONE = (OSError, http.client.HTTPException)
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Page:
    """An answer, with how long it took."""

    status: int
    location: str
    etag: str
    body: bytes
    seconds: float

    def form(self, ends: str) -> Form:
        """The first form whose address ends like this."""
        return next(form for form in self.forms if form.action.endswith(ends))

    @property
    def forms(self) -> list[Form]:
        """Every form of it."""
        return forms_of(self.text)

    @property
    def text(self) -> str:
        """The page's text."""
        return self.body.decode()


@dataclass
class Browser:
    """One user's. When the connection is lost, whoever asked is told, and the next request opens a new one."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def twin(self) -> "Browser":
        """The same user at the same moment, on a connection of its own."""
        return Browser(self.port, dict(self.cookies), dict(self.headers))

    def get(self, path: str, **headers: str) -> Page:
        """A page, as it is answered."""
        return self.ask("GET", path, **headers)

    def follow(self, path: str) -> Page:
        """A page, led on to where it leads."""
        page = self.get(path)
        while page.status == 302:
            page = self.get(page.location)
        return page

    def send(self, form: Form, **fields: str | list[str]) -> Page:
        """Send a form with some fields filled in."""
        return self.post(form.action, form.data(**fields))

    def post(self, path: str, data: dict[str, list[str]]) -> Page:
        """Send these fields as a form."""
        return self.ask("POST", path, urlencode(data, doseq=True).encode(), **{"Content-Type": _FORM})

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Page:
        """One request on the open connection."""
        began = time.perf_counter()
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self._connection.request(method, path, body, {**self.headers, **self._cookie(), **headers})
            answer = self._connection.getresponse()
            content = answer.read()
        except GONE:
            self.close()
            raise
        for line in answer.msg.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        place, tag = answer.headers.get("Location", ""), answer.headers.get("ETag", "")
        return Page(answer.status, place, tag, content, time.perf_counter() - began)

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
