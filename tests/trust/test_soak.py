"""A mixed load of all roles on the real server, for as long as ``RYGRAD_SOAK_MINUTES`` says: it ends as it began."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings

from rygrad.record import people, verify
from rygrad.record.models import Course, Entry
from rygrad.web.paper import press
from tests.browser import server, situations
from tests.browser.server import Made
from tests.fhir.tokens import registered
from tests.figures import write_figures
from tests.trust.faults import roles
from tests.trust.faults.browser import Browser
from tests.trust.faults.roles import Role, Worked
from tests.trust.faults.senders import BySystem
from tests.trust.faults.site import KEY, Site, site_of

WHOLE = 30.0
MINUTES = float(os.environ.get("RYGRAD_SOAK_MINUTES", str(WHOLE)))
WARM_UP = 0.5  # of the time, at most five minutes
PAUSE = 0.25
_EVERY = 2.0
# After the warm-up the server may grow by so much and no more; a leak of 1 kB a request would be seen.
GROWTH_MB = 30
JOURNAL_MB = 8
DAYS = {
    "anna": roles.general_practitioner,
    "bo": roles.physiotherapist,
    "hanne": roles.receiver,
    "rasmus": roles.receiver,
    "freja": roles.receiver,
    "dina": roles.citizen,
    "erik": roles.relative,
    "gustav": roles.administrator,
    "mette": roles.programme_manager,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The demo region with the citizens the tests know."""
    return server.make_region(tmp_path_factory.mktemp("soak") / "region.sqlite3")


@pytest.fixture
def site(made: Made, tmp_path: Path) -> Iterator[Site]:
    """`rygrad serve` on it."""
    indicators = {"RYGRAD_INDICATORS": str(server.indicators_of(made.file))}
    with site_of(f"sqlite:///{made.file}", tmp_path, **indicators) as site:
        site.start(cold=True)
        yield site


@dataclass
class Watched:
    """What was measured of server and files while it went on."""

    warm_mb: float
    end_mb: float
    most_journal_mb: float
    file_mb: tuple[float, float]


def _roles(made: Made, site: Site) -> list[Role]:
    """Everybody, logged in."""
    from rygrad.web.login import demo_link, demo_link_of_person

    persons = {"dina": made.situations.tales[situations.DINA].citizen.id, "erik": situations.ERIK}
    found = []
    for user, day in DAYS.items():
        browser = Browser(site.port)
        with override_settings(SECRET_KEY=KEY):
            link = demo_link_of_person(persons[user]) if user in persons else demo_link(user)
        assert browser.get(link).status == 302
        found.append(Role(user, browser, day, PAUSE))
    with server.pointed_at(made.file):
        bo = people.professional_actor("bo", server.today())
        other = registered(bo)
        held = Course.objects.filter(holder=bo.organisation, ended_on=None).order_by("id")[:20]
        courses = [f"{course.id}|{course.person_id}" for course in held]
    way = BySystem(site.port, other.id, other.private, "bo")
    asks = Role("cds", Browser(site.port), roles.decision_support(server.today), PAUSE)
    return [*found, Role("system", way.browser, roles.system(way, courses), PAUSE), asks]


def _watched(site: Site, file: Path, everybody: list[Role]) -> Watched:
    """Let them work, and look at memory and files meanwhile."""
    began, before, journal = time.monotonic(), _megabytes(file), 0.0
    for role in everybody:
        role.start()
    warm, at_warm = 0.0, min(MINUTES * WARM_UP, 5) * 60
    while time.monotonic() < began + MINUTES * 60:
        time.sleep(_EVERY)
        journal = max(journal, _megabytes(file.with_name(f"{file.name}-journal")))
        if not warm and time.monotonic() > began + at_warm:
            warm = _memory(site.process)
    for role in everybody:
        role.enough.set()
    for role in everybody:
        role.join(60)
    return Watched(warm, _memory(site.process), journal, (before, _megabytes(file)))


def _megabytes(file: Path) -> float:
    return file.stat().st_size / 1e6 if file.exists() else 0.0


def _memory(process: int) -> float:
    """Resident, in MB."""
    said = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", said)
    assert found
    return int(found[1]) / 1000


def _keep(worked: list[Worked], watched: Watched, entries: int, problems: int) -> list[str]:
    """Write the figures; everything that was not answered as it should be."""
    seconds = sorted(second for one in worked for second in one.seconds)
    wrong = [what for one in worked for what in one.wrong]
    if MINUTES >= WHOLE:  # a shorter one, for trying, is no figure
        write_figures(
            "soak",
            promise="soak",
            says="nine users, another system and a journal system work on `rygrad serve` (SQLite) at once",
            test="tests/trust/test_soak.py::test_a_mixed_load_ends_as_it_began",
            counts={
                "minutes": MINUTES,
                "requests": len(seconds),
                "writes sent": sum(one.writes for one in worked),
                "entries written": entries,
                "told that somebody had written": sum(one.stale for one in worked),
                "wrong answers": len(wrong),
                "milliseconds": f"p50 {_at(seconds, 0.5)}, p99 {_at(seconds, 0.99)}",
                "server's memory": f"{watched.warm_mb:.0f} MB after the warm-up, {watched.end_mb:.0f} MB at the end",
                "record's file": f"{watched.file_mb[0]:.1f} MB, then {watched.file_mb[1]:.1f} MB",
                "rollback journal at most": f"{watched.most_journal_mb:.2f} MB",
                "problems found by verify": problems,
            },
            full=True,
        )
    return wrong


def _at(seconds: list[float], share: float) -> int:
    return round(seconds[int(len(seconds) * share)] * 1000)


@pytest.mark.long
@pytest.mark.alone
def test_a_mixed_load_ends_as_it_began(made: Made, site: Site) -> None:
    with server.pointed_at(made.file):
        before = Entry.objects.count()
    everybody = _roles(made, site)
    watched = _watched(site, made.file, everybody)
    with server.pointed_at(made.file):
        entries, found = Entry.objects.count() - before, verify.verify()
    wrong = _keep([role.worked for role in everybody], watched, entries, len(found.problems))
    assert not [role.name for role in everybody if role.is_alive()]
    assert not wrong, wrong[:20]
    assert not found.problems
    assert entries >= sum(role.worked.writes for role in everybody) // 2 > 0
    assert watched.end_mb < watched.warm_mb + GROWTH_MB
    assert watched.most_journal_mb < JOURNAL_MB
    assert "ERROR" not in site.log.read_text("utf-8")


@pytest.mark.long
def test_printing_again_and_again_takes_no_more_memory() -> None:
    """Fonts that are read anew for each document stay behind: forty were ten megabytes."""
    html = '<html lang="da"><title>Plan</title><link rel="stylesheet" href="file:///static/web/paper.css"><p>Plan æøå'
    grown = [_printed(html, 10) for _ in range(5)]
    assert grown[-1] - grown[0] < 5


def _printed(html: str, times: int) -> float:
    for _ in range(times):
        press.pdf(html)
    return _memory(os.getpid())
