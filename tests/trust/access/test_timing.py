"""That there is nothing takes as long to say as that it is not yours."""

import random
import re
import time
from collections.abc import Callable
from statistics import NormalDist, median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rygrad.record import door
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.databases import Databases
from tests.trust.access import pages
from tests.trust.access.asking import browser
from tests.trust.access.world import World, frozen, made

PAIRS = 1500
# Ten sentences are tested, so a chance in a thousand for each is one in a hundred for all.
_LIMIT = NormalDist().inv_cdf(1 - 0.001 / 2)
_PLANTED = 0.001
Ask = Callable[[], object]


def _took(ask: Ask) -> int:
    begun = time.perf_counter_ns()
    ask()
    return time.perf_counter_ns() - begun


def differing(one: Ask, other: Ask, pairs: int) -> tuple[float, float]:
    """The signed-rank statistic (Wilcoxon, as a normal deviate) and the median difference in milliseconds.

    Each pair is asked one right after the other, in an order drawn by lot, so that whatever else the machine and the
    collector of garbage do falls on both: what comes in a rhythm would find one that alternates.
    """
    chance, differences = random.Random(7), list[int]()
    for _ in range(pairs):
        if chance.random() < 0.5:
            first = _took(other)
            differences.append(_took(one) - first)
        else:
            first = _took(one)
            differences.append(first - _took(other))
    ranked = sorted(filter(None, differences), key=abs)
    size = len(ranked)
    positive = sum(rank for rank, one_difference in enumerate(ranked, start=1) if one_difference > 0)
    expected, spread = size * (size + 1) / 4, (size * (size + 1) * (2 * size + 1) / 24) ** 0.5
    return (positive - expected) / spread, median(differences) / 1e6


def _ways(w: World) -> dict[str, tuple[Ask, Ask]]:
    """What a stranger asks of Dina's course, and of one that never existed."""
    carla, lone, relative = (browser(w.who[name]) for name in ("carla", "lone", "rel-never"))
    maja, api = browser(w.who["maja"]), Api(w.who["carla"])
    nothing, dina = pages.never(w.ids), w.who["dina"].id
    form = {"text": "Hej", "version": w.ids["version"], "key": "k"}

    def page(client: object, name: str) -> tuple[Ask, Ask]:
        there, not_there = pages.address(name, w.ids), pages.address(name, nothing)
        return lambda: client.get(there), lambda: client.get(not_there)  # type: ignore[attr-defined]

    def read(there: str, not_there: str) -> tuple[Ask, Ask]:
        return lambda: api.get(there), lambda: api.get(not_there)

    message = [pages.address("message", ids) for ids in (w.ids, nothing)]
    found = pages.address("find", {})
    return {
        "a course's page": page(carla, "course"),
        "another citizen's course": page(lone, "mine_course"),
        "a course that is not shared": page(relative, "shared_course"),
        "a form": (lambda: carla.post(message[0], form), lambda: carla.post(message[1], form)),
        "a number": (lambda: maja.post(found, {"words": "demo-1"}), lambda: maja.post(found, {"words": "demo-7"})),
        "FHIR, a course": read(f"EpisodeOfCare/{w.c.course}", f"EpisodeOfCare/{nothing['course']}"),
        "FHIR, a citizen": read(f"Condition?patient={dina}", "Condition?patient=p-2222222222222222"),
        "FHIR, an entry": read(f"Communication/{w.ids['entry']}", "Communication/e-2222222222222222"),
    }


def _measured(databases: Databases, monkeypatch: pytest.MonkeyPatch, pairs: int) -> dict[str, tuple[float, float]]:
    frozen(monkeypatch)
    with databases.fresh("sqlite"):
        w = made("treated")
        ways = _ways(w)
        for one, other in ways.values():
            differing(one, other, 20)  # warm
        told = {name: differing(*way, pairs) for name, way in ways.items()}
        near = door.is_near

        def slower(actor: object, course: str) -> bool:
            if course == w.c.course:
                time.sleep(_PLANTED)
            return near(actor, course)  # type: ignore[arg-type]

        monkeypatch.setattr(door, "is_near", slower)
        told["planted: one millisecond more"] = differing(*ways["a course's page"], pairs)
        return told


def _questions(ask: Ask) -> list[str]:
    """What the database was asked, without the values."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    return [re.sub(r"'[^']*'", "'…'", one["sql"]) for one in asked.captured_queries]


def test_not_yours_asks_the_database_what_not_there_asks(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)
    with databases.fresh("sqlite"):
        w = made("treated")
        ways = _ways(w)
        for one, other in ways.values():
            one(), other()  # what is remembered is remembered
        apart = {name: (_questions(one), _questions(other)) for name, (one, other) in ways.items()}
        own = _questions(lambda: browser(w.who["bo"]).get(pages.address("course", w.ids)))
    assert len(own) > len(apart["a course's page"][0]) > 0
    assert [name for name, (one, other) in apart.items() if one != other] == []


@pytest.mark.long
@pytest.mark.alone
def test_not_yours_takes_as_long_as_not_there(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _measured(databases, monkeypatch, PAIRS)
    planted = told.pop("planted: one millisecond more")
    counts: dict[str, int | float | str] = {"pairs of each": PAIRS}
    counts |= {f"{name}: median difference, ms": round(apart, 4) for name, (_, apart) in told.items()}
    counts |= {"told apart": sum(abs(z) > _LIMIT for z, _ in told.values())}
    counts |= {
        "planted 1 ms: median difference, ms": round(planted[1], 3),
        "planted 1 ms found": str(abs(planted[0]) > _LIMIT),
    }
    test = "tests/trust/access/test_timing.py::test_not_yours_takes_as_long_as_not_there"
    says = "the time of 'not yours' and of 'not there', many interleaved pairs, signed ranks"
    write_figures("access-timing", promise="T7", says=says, test=test, counts=counts, full=True)
    assert abs(planted[0]) > _LIMIT
    assert {name: (round(z, 1), apart) for name, (z, apart) in told.items() if abs(z) > _LIMIT} == {}
