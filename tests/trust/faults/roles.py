"""A day's work of each role, over HTTP, again and again: what each opens and what each writes."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, cycle

from rygrad.fhir.hooks.offered import SERVICES
from rygrad.fhir.hooks.patients import INVENTED, call
from rygrad.pathway.read import load_pathway
from tests.trust.faults.browser import Browser, Page
from tests.trust.faults.senders import BySystem

_COURSE = re.compile(r"/forloeb/(c-[\w-]+)")
_ANSWER = re.compile(r'<button[^>]*name="answer" value="([^"]*)"')
_STALE = 412
_FINE = (200, 204, 302)
_SHOWN = 400
_RENEWED_EVERY = 200.0  # seconds; a token lasts 300


@dataclass
class Worked:
    """What came of it: how long each request took, which were not answered as they should be, how many writes."""

    seconds: list[float] = field(default_factory=list)
    writes: int = 0
    stale: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, page: Page) -> Page:
        """An answer; being too late with a version is no error, the form is shown again."""
        self.seconds.append(page.seconds)
        self.stale += page.status == _STALE
        if page.status not in (*_FINE, _STALE):
            self.wrong.append(f"{what}: {page.status} {page.body[:_SHOWN]!r}")
        return page


class Role(threading.Thread):
    """One user, who waits a moment after each page."""

    def __init__(self, name: str, browser: Browser, day: Callable[["Role"], None], pause: float) -> None:
        super().__init__(name=name, daemon=True)
        self.browser, self.day, self.pause = browser, day, pause
        self.worked, self.numbers, self.enough = Worked(), count(1), threading.Event()

    def run(self) -> None:
        """Day after day, until it is enough; what breaks is told."""
        try:
            while not self.enough.is_set():
                self.day(self)
        except Exception as problem:  # told at the end; a thread's own exception would be lost
            self.worked.wrong.append(f"{self.name}: {type(problem).__name__}: {problem}")
        finally:
            self.browser.close()

    def open(self, path: str) -> Page:
        """A page, led on to where it leads."""
        page = self.worked.note(f"{self.name} opens {_plain(path)}", self.browser.get(path))
        while page.status == 302:
            page = self.worked.note(f"{self.name} opens {_plain(page.location)}", self.browser.get(page.location))
        time.sleep(self.pause)
        return page

    def send(self, page: Page, ends: str, **fields: str) -> Page:
        """A form of this page, filled in."""
        answer = self.worked.note(f"{self.name} sends {ends}", self.browser.send(page.form(ends), **fields))
        self.worked.writes += answer.status == 302
        time.sleep(self.pause)
        return answer

    def asks(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Page:
        """What a system asks."""
        answer = self.browser.ask(method, path, body, **headers)
        time.sleep(self.pause)
        return self.worked.note(f"{self.name} {method} {_plain(path)}", answer)


def _plain(path: str) -> str:
    return re.sub(r"[cptreo]-[\w-]+", "…", path.partition("?")[0])


def _courses(role: Role, most: int) -> list[str]:
    """The first courses on the role's own list."""
    return list(dict.fromkeys(_COURSE.findall(role.open("/liste").text)))[:most]


def general_practitioner(role: Role) -> None:
    """The list, courses with their plan, a message, who may see it, one plan on paper, a search."""
    courses = _courses(role, 6)
    for course in courses:
        page = role.open(f"/forloeb/{course}")
        role.send(page, "/besked", text=f"besked {next(role.numbers)} fra egen læge æøå")
        role.open(f"/forloeb/{course}/plan")
        role.open(f"/forloeb/{course}/hvem")
    role.open(f"/papir/plan/{courses[next(role.numbers) % len(courses)]}?format=pdf")
    role.send(role.open("/liste"), "/find", words="demosen")


def physiotherapist(role: Role) -> None:
    """The list, and a visit with a note on each course that is treated."""
    for course in _courses(role, 8):
        page = role.open(f"/forloeb/{course}")
        if any(form.action.endswith("/besoeg") for form in page.forms):
            role.send(page, "/besoeg", note=f"øvelser {next(role.numbers)}")


def receiver(role: Role) -> None:
    """A hospital unit or a municipality: referrals, the course behind them, a message."""
    for course in _courses(role, 5):
        page = role.open(f"/forloeb/{course}")
        found = re.search(rf"/forloeb/{course}/henvisning/[\w-]+", page.text)
        if found:
            role.open(found[0])
        role.send(page, "/besked", text=f"svar {next(role.numbers)} æøå")


def citizen(role: Role) -> None:
    """The own course, the questions at home answered one by one, who has looked, all one's data."""
    role.open("/mit-forloeb")
    page = role.open("/mit-forloeb/spoergsmaal")
    for _ in range(4):
        if not any(form.action.endswith("/svar") for form in page.forms):
            break
        offered = [value for value in _ANSWER.findall(page.text) if value != "each"]
        answer = role.send(page, "/svar", answer=offered[next(role.numbers) % len(offered)])
        if answer.status != 302:
            break
        page = role.open(answer.location)
    for path in ("hvem-har-set", "mine-data/side", "deling"):
        role.open(f"/mit-forloeb/{path}")


def relative(role: Role) -> None:
    """What is shared."""
    page = role.open("/delt-med-mig")
    found = re.search(r"/delt-med-mig/c-[\w-]+", page.text)
    role.open(found[0] if found else "/delt-med-mig")


def administrator(role: Role) -> None:
    """The administration's pages and logs."""
    for path in ("", "/enheder", "/tilbud", "/indhold", "/adgang", "/adgang/log", "/adgang/aendringer", "/drift"):
        role.open(f"/administration{path}")


def programme_manager(role: Role) -> None:
    """The region's numbers, the programme, health."""
    for path in ("/region", "/region/csv", "/region/rapport", "/region/flow", "/programmet", "/sundhed"):
        role.open(path)


def system(way: BySystem, courses: list[str]) -> Callable[[Role], None]:
    """Another system: what is known of a citizen, and a message with a key of its own."""
    turns, renewed = cycle(courses), [float("-inf")]

    def day(role: Role) -> None:
        course = next(turns)
        person = course.partition("|")[2]
        ready = way.prepared(course, f"besked {next(role.numbers)} fra et andet system")
        while way.sent(ready) is None:
            time.sleep(role.pause)
        role.worked.writes += 1
        kind = {"Accept": "application/fhir+json"}
        for path in (f"Observation?patient={person}", f"CarePlan?patient={person}", f"Patient/{person}/$everything"):
            if time.monotonic() > renewed[0] + _RENEWED_EVERY:
                way.renew()
                renewed[0] = time.monotonic()
            role.asks("GET", f"/fhir/{path}", **kind)

    return day


def decision_support(today: Callable[[], object]) -> Callable[[Role], None]:
    """A journal system that asks for cards."""
    pathway = load_pathway()
    calls: Iterator[tuple[str, str]] = cycle((service, one) for one in INVENTED for service in SERVICES)

    def day(role: Role) -> None:
        service, one = next(calls)
        invented = INVENTED[one]
        body = call(pathway, SERVICES[service], invented, invented.tries, today())  # type: ignore[arg-type]
        role.asks("POST", f"/cds-services/{service}", json.dumps(body).encode(), **{"Content-Type": "application/json"})

    return day
