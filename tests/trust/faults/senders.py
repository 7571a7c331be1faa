"""Those who send under load and keep their own ledger: what they were about to send, and what was acknowledged."""

import json
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol
from urllib.parse import urlencode

from rygrad.fhir.api.keys import signed_assertion
from rygrad.fhir.api.oauth import ASSERTION_TYPE, PATH
from tests.trust.faults.browser import GONE, Browser, Page
from tests.web.visitor import Form

_AGAIN_AFTER = 0.01
_STALE = 412


@dataclass
class Ledger:
    """One sender's own: each text with its course, and what it was acknowledged as."""

    tried: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    again: int = 0


class Sends(Protocol):
    """A way to send one message on a course: ``prepared`` once, then sent as often as it takes."""

    browser: Browser

    def prepared(self, course: str, text: str) -> Any:
        """What is sent, with its key."""

    def sent(self, ready: Any) -> str | None:
        """What it was acknowledged as; None when it must be sent again on what others wrote."""


class ByForm:
    """A clinician at a browser: the page is opened, its form filled in and sent."""

    def __init__(self, port: int, link: str) -> None:
        self.browser = Browser(port)
        assert self.browser.get(link).status == 302

    def prepared(self, course: str, text: str) -> tuple[str, Form, str]:
        """The form of the course's page, as it is shown now."""
        return course, self.browser.follow(f"/forloeb/{course}").form("/besked"), text

    def sent(self, ready: tuple[str, Form, str]) -> str | None:
        """Led on after the form: it is recorded."""
        course, form, text = ready
        page = self.browser.send(form, text=text)
        if page.status == _STALE:
            fresh = self.browser.follow(f"/forloeb/{course}").form("/besked").value("version")
            form.fields = [(name, fresh if name == "version" else value) for name, value in form.fields]
            return None
        assert page.status == 302, (page.status, page.text[:300])
        return "by form"


class BySystem:
    """Another system, with a token of its own, a key for each message, and the version as ETag."""

    def __init__(self, port: int, id: str, private: dict[str, str], subject: str) -> None:
        self.browser, self.keys = Browser(port), count()
        self.address = f"http://127.0.0.1:{port}{PATH}"
        self.id, self.private, self.subject = id, private, subject
        self.versions: dict[str, str] = {}

    def prepared(self, course: str, text: str) -> tuple[str, str, bytes]:
        """The message, and its key."""
        course, _, person = course.partition("|")
        message = {
            "resourceType": "Communication",
            "status": "completed",
            "subject": {"reference": f"Patient/{person}"},
            "payload": [{"contentString": text}],
        }
        return course, f"{self.id}-{next(self.keys)}", json.dumps(message).encode()

    def sent(self, ready: tuple[str, str, bytes]) -> str | None:
        """The id of what was made."""
        course, key, body = ready
        page = self._asked(course, key, body)
        if page.status == 401:
            self.renew()
            return None
        self.versions[course] = page.etag
        if page.status == _STALE:
            return None
        assert page.status in (200, 201), (page.status, page.text[:300])
        return str(json.loads(page.body)["id"])

    def status_of_other(self, ready: tuple[str, str, bytes], text: str) -> int:
        """How the same key with another text is answered."""
        course, key, body = ready
        other = json.loads(body) | {"payload": [{"contentString": text}]}
        return self._asked(course, key, json.dumps(other).encode()).status

    def _asked(self, course: str, key: str, body: bytes) -> Page:
        version = self.versions.get(course, 'W/"1"')
        kind = {"Content-Type": "application/fhir+json", "If-Match": version, "Idempotency-Key": key}
        return self.browser.ask("POST", "/fhir/Communication", body, **kind)

    def renew(self) -> None:
        """A new token: each lasts five minutes."""
        self.browser.headers["Authorization"] = self._token()

    def _token(self) -> str:
        sent = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": signed_assertion(self.id, self.private, self.address, self.subject),
            "scope": "user/*.crus",
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.browser.headers.pop("Authorization", None)  # an old token does not ask for a new one
        page = self.browser.ask("POST", PATH, urlencode(sent).encode(), **kind)
        assert page.status == 200, page.text
        return f"Bearer {json.loads(page.body)['access_token']}"


def delivered(way: Sends, course: str, text: str) -> None:
    """One message, sent until it is acknowledged."""
    ready = way.prepared(course, text)
    while way.sent(ready) is None:
        pass


class Sender(threading.Thread):
    """Sends one message after another until told to stop; what was not acknowledged is sent again with its key."""

    def __init__(self, name: str, way: Sends, courses: list[str], enough: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.way, self.courses, self.enough = way, courses, enough
        self.ledger, self.problem = Ledger(), ""

    def run(self) -> None:
        """A problem ends it, and is told to who waits."""
        try:
            for number in count():
                if self.enough.is_set():
                    return
                self._deliver(self.courses[number % len(self.courses)], f"{self.name} besked {number} æøå")
        except Exception as problem:  # told by ``problem``; a thread's own exception would be lost
            self.problem = f"{type(problem).__name__}: {problem}"
        finally:
            self.way.browser.close()

    def _deliver(self, course: str, text: str) -> None:
        ready = None
        self.ledger.tried[text] = course.partition("|")[0]
        while True:
            try:
                ready = ready or self.way.prepared(course, text)
                got = self.way.sent(ready)
            except GONE:
                self.ledger.again += 1
                time.sleep(_AGAIN_AFTER)
                continue
            if got is not None:
                self.ledger.acknowledged[text] = got
                return
