"""T1 over HTTP: what the server acknowledged survives its ``kill -9`` and counts once; soon after it answers again."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

import msgspec
import pytest
from django.db import connection
from django.test import override_settings

from rygrad.record import people, verify
from rygrad.record.models import Entry
from tests.fhir.tokens import registered
from tests.figures import write_figures
from tests.record.cast import Cast, cast
from tests.record.conftest import database
from tests.trust.faults.senders import ByForm, BySystem, Ledger, Sender
from tests.trust.faults.site import KEY, Site, site_of

__all__ = ["database"]
SEED = 20_260_302
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_PATIENCE = 60.0


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    """The server of a fresh record, not started yet."""
    with site_of(database, tmp_path) as site:
        yield site


def _courses(c: Cast, number: int) -> list[str]:
    """Courses of Bo's with their citizens, as ``course|person``."""
    found = []
    for one in range(number):
        person = people.register_person("Dina Demosen", {"demo": f"demo-{one + 10}"}, is_invented=True)
        found.append(f"{c.open(by=c.bo, person=person).course}|{person}")
    return found


def _senders(site: Site, c: Cast, courses: list[str], enough: threading.Event) -> list[Sender]:
    """Two at browsers and two systems, all on the same courses."""
    from rygrad.web.login import demo_link

    with override_settings(SECRET_KEY=KEY):
        forms = [ByForm(site.port, demo_link("bo")) for _ in range(2)]
    systems = []
    for _ in range(2):
        system = registered(c.bo)
        systems.append(BySystem(site.port, system.id, system.private, "bo"))
    names = [course.partition("|")[0] for course in courses]
    by_form = [Sender(f"form {one}", way, names, enough) for one, way in enumerate(forms)]
    return by_form + [Sender(f"system {one}", way, courses, enough) for one, way in enumerate(systems)]


def _wait_until_written(senders: list[Sender], number: int) -> None:
    """So many of them have had something acknowledged since now."""
    before = [len(sender.ledger.acknowledged) for sender in senders]
    until = time.monotonic() + _PATIENCE
    while sum(len(s.ledger.acknowledged) > had for s, had in zip(senders, before, strict=True)) < number:
        assert time.monotonic() < until, "a sender did not come back"
        assert not [s.problem for s in senders if s.problem], [s.problem for s in senders]
        time.sleep(0.002)


def _killed_under_load(site: Site, senders: list[Sender], kills: int, cold_every: int) -> None:
    chance = Random(SEED)
    for number in range(kills):
        _wait_until_written(senders, 2)
        time.sleep(chance.random() * 0.05)
        site.kill()
        site.start(cold=bool(cold_every) and number % cold_every == 0)


def _run(site: Site, kills: int, courses: int, *, cold_every: int, full: bool) -> None:
    c, enough = cast(), threading.Event()
    shared = _courses(c, courses)
    site.start()
    senders = _senders(site, c, shared, enough)
    for sender in senders:
        sender.start()
    _killed_under_load(site, senders, kills, cold_every)
    _wait_until_written(senders, len(senders))
    enough.set()
    for sender in senders:
        sender.join(_PATIENCE)
        assert not sender.is_alive() and not sender.problem, sender.problem
    _judge(site, [sender.ledger for sender in senders], kills, full=full)


def _judge(site: Site, ledgers: list[Ledger], kills: int, *, full: bool) -> None:
    tried = {text for ledger in ledgers for text in ledger.tried}
    acknowledged = {text: got for ledger in ledgers for text, got in ledger.acknowledged.items()}
    written: dict[str, list[str]] = {}
    for entry in Entry.objects.filter(type="message_to_gp"):
        written.setdefault(msgspec.json.decode(entry.body)["text"], []).append(entry.id)
    lost = [text for text, got in acknowledged.items() if not _is_there(got, written.get(text, []))]
    doubled = sum(len(ids) - 1 for ids in written.values())
    counts: dict[str, int | float | str] = {"kills": kills, "lost": len(lost), "doubled": doubled}
    if full:
        counts["acknowledged entries"] = len(acknowledged)
        counts["requests cut off and sent again"] = sum(ledger.again for ledger in ledgers)
        counts["seconds from a cold start to a page"] = _times(site.ready_after_cold)
        counts["of these on a processor"] = _times(site.processor_cold)
        counts["the same without the imports"] = _times(site.ready_after)
    write_figures(
        f"kill-server-{connection.vendor}",
        promise="T1",
        says=f"`rygrad serve` on {NAMES[connection.vendor]} is killed while four clients send forms and FHIR",
        test="tests/trust/test_kill_server.py::test_a_killed_server_loses_and_doubles_nothing_it_acknowledged",
        counts=counts,
        full=full,
    )
    assert (len(lost), doubled) == (0, 0)
    assert set(written) == tried == set(acknowledged)
    assert not verify.verify().problems
    assert max(site.ready_after + site.ready_after_cold) < 20
    assert max(site.processor_cold, default=0) < 4


def _times(seconds: list[float]) -> str:
    return f"median {median(seconds):.2f}, longest {max(seconds):.2f} ({len(seconds)} starts)"


def _is_there(got: str, ids: list[str]) -> bool:
    return bool(ids) if got == "by form" else any(got.startswith(id) for id in ids)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_killed_server_loses_and_doubles_nothing_it_acknowledged(site: Site) -> None:
    _run(site, kills=3, courses=4, cold_every=0, full=False)


@pytest.mark.long
def test_a_server_killed_three_hundred_times_loses_and_doubles_nothing(site: Site) -> None:
    _run(site, kills=300, courses=30, cold_every=10, full=True)
