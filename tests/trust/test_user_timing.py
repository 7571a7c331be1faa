"""Whether the time or the work of an answer tells who is known here: at the login, the token endpoint, and the links.

Short: the same hashing, the same signature check, the same questions to the database. Long and alone: the times
themselves, interleaved at random and ranked, with a planted difference that must be found by the same rule.
"""

import math
import random
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jwt.algorithms import ECAlgorithm

from rygrad.web import accounts, lockout
from tests.fhir.tokens import EVERYTHING, System, post, registered
from tests.figures import write_figures
from tests.record.cast import Cast
from tests.web import conftest as web

databases, record = web.databases, web.record
KNOWN, UNKNOWN = "anna", "arne"
TIMES = 600
# A difference counts as found when chance would make it once in a million, and it is large enough to be of use.
CHANCE, OF_USE_MS = 1e-6, 0.25
# Planted for the control: a login is one slow hashing, whose own time wavers more.
PLANTED_MS = {"login": 5, "token": 1, "link": 1}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hashing with the smallest cost, where it is counted and not timed."""
    for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


def _client() -> Client:
    return Client(SERVER_NAME="localhost")


def _log_in(name: str) -> int:
    return _client().post("/log-ind", {"username": name, "password": "gættet"}).status_code


def _ask(system: System, issuer: str) -> int:
    """An assertion by this issuer, signed by a key that is not its own."""
    claims = {"iss": issuer, "sub": issuer}
    return post({"scope": EVERYTHING, "client_assertion": _misfit(system.assertion(**claims))}).status_code


def _misfit(assertion: str) -> str:
    head, body, signature = assertion.split(".")
    return f"{head}.{body}.{signature[:-3]}{'AAA' if signature[-3:] != 'AAA' else 'BBB'}"


def _open(key: object) -> int:
    """An invitation as somebody would forge it, for the account of this number."""
    return (
        _client().get(f"/ny-adgangskode/{Signer(key='guessed', salt='x', sep='.').sign(f'{key}.c0ffee')}").status_code
    )


class Work:
    """What an answer costs: hashings, signature checks, and the questions to the database by their shape."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        for kind, method in (
            (Argon2PasswordHasher, "encode"),
            (Argon2PasswordHasher, "verify"),
            (ECAlgorithm, "verify"),
        ):
            self._count(monkeypatch, kind, method)

    def _count(self, monkeypatch: pytest.MonkeyPatch, kind: type, method: str) -> None:
        real = getattr(kind, method)
        word = "hashing" if kind is Argon2PasswordHasher else "signature check"

        def counted(*given: Any, **named: Any) -> Any:
            self.done.append(word)
            return real(*given, **named)

        monkeypatch.setattr(kind, method, counted)

    def of(self, act: Callable[[], Any]) -> tuple[str, ...]:
        """The costly things that this did, in order, questions by their first words and table."""
        self.done.clear()
        AccessAttempt.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            act()
        return (*self.done, *(" ".join(one["sql"].split(" WHERE ")[0].split()) for one in asked.captured_queries))


def _like(queries: tuple[str, ...]) -> tuple[str, ...]:
    """Without the values that are written into a statement, and without the numbers of savepoints."""
    return tuple(re.sub(r"s\d+_x\d+", "s", one.partition(" VALUES ")[0].partition("SET ")[0]) for one in queries)


@pytest.mark.usefixtures("quick")
def test_a_refusal_costs_the_same_work_whoever_is_named(record: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for user, change in (("hanne", None), ("bo", False)):  # hanne never chose a password, bo is deactivated
        account = accounts.account(user)
        account.is_active = account.is_active if change is None else change
        account.save()
    system, work = registered(record.anna), Work(monkeypatch)
    doors: dict[str, list[Callable[[], Any]]] = {
        "login": [lambda name=name: _log_in(name) for name in (KNOWN, "hanne", "bo", UNKNOWN, "x" * 500, "nul\0")],
        "token": [lambda issuer=issuer: _ask(system, issuer) for issuer in (system.id, "s-nobody", "x" * 200)],
        "link": [lambda key=key: _open(key) for key in (accounts.account(KNOWN).pk, 999_999, "x")],
    }
    done = {door: [work.of(act) for act in acts] for door, acts in doors.items()}
    kinds = {door: len({_like(one) for one in all_of}) for door, all_of in done.items()}
    write_figures(
        "timing-work",
        promise="attacks",
        says="the work of a refusal, for names that are known and that are not",
        test="tests/trust/test_user_timing.py::test_a_refusal_costs_the_same_work_whoever_is_named",
        counts={
            "login: kinds of names": len(doors["login"]),
            "login: hashings each": done["login"][0].count("hashing"),
            "login: ways of working": kinds["login"],
            "token: issuers": len(doors["token"]),
            "token: signature checks each": done["token"][0].count("signature check"),
            "token: ways of working": kinds["token"],
            "link: forged": len(doors["link"]),
            "link: ways of working": kinds["link"],
        },
        full=False,
    )
    assert kinds == {"login": 1, "token": 1, "link": 1}, done
    assert [one.count("hashing") for one in done["login"]] == [1] * len(doors["login"])
    assert [one.count("signature check") for one in done["token"]] == [1] * len(doors["token"])


@pytest.mark.usefixtures("quick")
def test_waiting_is_told_for_a_known_and_an_unknown_name_alike(record: Cast) -> None:
    for name in (KNOWN, UNKNOWN):
        AccessAttempt.objects.all().delete()
        assert _log_in(name) == 401
        AccessAttempt.objects.update(ip_address="10.0.0.1", failures_since_start=lockout.AT_ONE_NAME)
        assert _log_in(name) == 429


def _timed(act: Callable[[], Any]) -> float:
    AccessAttempt.objects.all().delete()
    begun = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - begun) / 1e6


def _pairs(first: Callable[[], Any], second: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds that the second took longer than the first, each pair in an order drawn by lot."""
    chance, found = random.Random(5), []
    for _ in range(times):
        if chance.random() < 0.5:
            one = _timed(first)
            found.append(_timed(second) - one)
        else:
            other = _timed(second)
            found.append(other - _timed(first))
    return found


def signed_ranks(differences: list[float]) -> float:
    """How often chance alone would rank them as one-sidedly (Wilcoxon, by the normal curve)."""
    ranked = sorted((one for one in differences if one), key=abs)
    plus = sum(rank for rank, one in enumerate(ranked, 1) if one > 0)
    count = len(ranked)
    mean, spread = count * (count + 1) / 4, math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
    return math.erfc(abs(plus - mean) / spread / math.sqrt(2)) if spread else 1.0


def _is_found(differences: list[float]) -> bool:
    return signed_ranks(differences) < CHANCE and abs(statistics.median(differences)) >= OF_USE_MS


def test_the_ranks_find_what_is_there_and_nothing_else() -> None:
    chance = random.Random(3)
    same = [chance.gauss(0, 3) for _ in range(TIMES)]
    assert signed_ranks(same) > 0.01
    assert signed_ranks([one + 1 for one in same]) < CHANCE
    assert signed_ranks([0.0] * 10) == 1.0


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.parametrize("door", ["login", "token", "link"])
def test_the_time_of_a_refusal_does_not_tell_who_is_known(record: Cast, door: str) -> None:
    system, number = registered(record.anna), accounts.account(KNOWN).pk
    known, unknown = {
        "login": (lambda: _log_in(KNOWN), lambda: _log_in(UNKNOWN)),
        "token": (lambda: _ask(system, system.id), lambda: _ask(system, "s-" + "n" * (len(system.id) - 2))),
        "link": (lambda: _open(number), lambda: _open(999_999)),
    }[door]

    def slower() -> None:
        unknown()
        time.sleep(PLANTED_MS[door] / 1_000)

    _pairs(known, unknown, 20)  # everything is loaded
    found, planted = (_pairs(known, other, TIMES) for other in (unknown, slower))
    write_figures(
        f"timing-{door}",
        promise="attacks",
        says=f"the time of a refusal at the {door}, known and unknown, interleaved at random",
        test="tests/trust/test_user_timing.py::test_the_time_of_a_refusal_does_not_tell_who_is_known",
        counts={
            "pairs": TIMES,
            "median difference, ms": round(statistics.median(found), 3),
            "by chance (p)": f"{signed_ranks(found):.2g}",
            "difference found": int(_is_found(found)),
            f"control: {PLANTED_MS[door]} ms planted, found": int(_is_found(planted)),
            "control: median, ms": round(statistics.median(planted), 3),
        },
        full=True,
    )
    assert _is_found(planted)
    assert not _is_found(found)
