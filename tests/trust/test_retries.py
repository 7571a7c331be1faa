"""T6: a submit that is sent again counts once, however often and however close together it is sent."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from django.db import connection
from django.test import override_settings

from rygrad.record import people, verify
from rygrad.record.models import Entry
from tests.fhir.tokens import registered
from tests.figures import write_figures
from tests.record.cast import Cast, cast
from tests.record.conftest import database, sqlite
from tests.trust.faults import retries
from tests.trust.faults.retries import Retried
from tests.trust.faults.senders import ByForm, BySystem, Sends
from tests.trust.faults.site import KEY, Site, site_of

__all__ = ["database", "sqlite"]
SEED = 20_260_302
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _courses(c: Cast, number: int, first: int = 10) -> list[str]:
    """Courses of Bo's with their citizens, as ``course|person``."""
    found = []
    for one in range(number):
        person = people.register_person("Dina Demosen", {"demo": f"demo-{one + first}"}, is_invented=True)
        found.append(f"{c.open(by=c.bo, person=person).course}|{person}")
    return found


def _judge(
    name: str, says: str, found: Retried, *, full: bool, test: str = "test_a_submit_that_is_sent_again_counts_once"
) -> None:
    written = [msgspec.json.decode(e.body)["text"] for e in Entry.objects.filter(type="message_to_gp")]
    doubled = len(written) - len(set(written))
    counts = {
        "submits": len(found.texts),
        "sendings": found.sendings,
        "submits sent all at once": found.at_once,
        "entries": len(written),
        "doubled": doubled,
        "lost": len(set(found.texts) - set(written)),
        "sendings of one submit answered differently": found.differing_answers,
        "keys with other content": found.other_content,
        "of these taken": found.other_content_taken,
    }
    test = f"tests/trust/test_retries.py::{test}"
    write_figures(f"retries-{name}", promise="T6", says=says, test=test, counts=counts, full=full)
    assert sorted(written) == sorted(found.texts)
    assert found.differing_answers == 0
    assert found.other_content > found.other_content_taken == 0
    assert not verify.verify().problems


def _retried_at_the_journal(submits: int, *, full: bool) -> None:
    c = cast()
    courses = [course.partition("|")[0] for course in _courses(c, max(1, submits // 50))]
    found = retries.at_the_journal(c, courses, submits, Random(SEED))
    says = f"a submit is sent two to four times with its key, some at the same moment ({NAMES[connection.vendor]})"
    _judge(connection.vendor, says, found, full=full)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_submit_that_is_sent_again_counts_once(database: str) -> None:
    _retried_at_the_journal(60, full=False)


@pytest.mark.long
def test_each_of_four_thousand_submits_that_is_sent_again_counts_once(database: str) -> None:
    _retried_at_the_journal(4_000, full=True)


@pytest.fixture
def site(sqlite: Path, tmp_path: Path) -> Iterator[Site]:
    """The server of a fresh record, started."""
    with site_of(f"sqlite:///{sqlite}", tmp_path) as site:
        site.start()
        yield site


@pytest.mark.long
def test_each_of_two_thousand_submits_over_http_counts_once(site: Site) -> None:
    from rygrad.web.login import demo_link

    c = cast()
    system = registered(c.bo)
    with override_settings(SECRET_KEY=KEY):
        by_form = ByForm(site.port, demo_link("bo"))
    by_system = BySystem(site.port, system.id, system.private, "bo")
    forms = [course.partition("|")[0] for course in _courses(c, 20, 100)]
    ways: list[tuple[Sends, list[str]]] = [(by_form, forms), (by_system, _courses(c, 20, 200))]
    found = retries.over_http(ways, 2_000, Random(SEED))
    for way, _ in ways:
        way.browser.close()
    says = "a form or a FHIR write is sent two to four times to `rygrad serve`, some at the same moment"
    _judge("http", says, found, full=True, test="test_each_of_two_thousand_submits_over_http_counts_once")
