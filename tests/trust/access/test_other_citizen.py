"""Two records that differ only in another citizen: nobody who has no access to that one can tell them apart by a byte.

Bodil is there with one name and one text, with another name and another text, or not at all. Everything that everybody
around Dina can ask is asked of each record; the answers, what was logged and what errors say are compared.
"""

import logging
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.test import override_settings

from rygrad.record import acts, identity, people
from rygrad.web import persons
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.cast import GROUP_2, Cast
from tests.record.databases import Databases
from tests.trust.access import neighbours, pages
from tests.trust.access.asking import browser, heard, taken_back
from tests.trust.access.table import LISTS, STANDINGS, TYPES
from tests.trust.access.world import NOW, World, frozen, made

X = {"name": "Bodil Xenia Demosen", "note": "Xylofontekst æøå", "work": "sick_listed"}
Y = {"name": "Bodil Yrsa Demosen", "note": "Yderst hemmeligt 🤫", "work": "employed"}
_NUMBER = "demo-4711"
_SIGNED_AT = time.time()
_KEY = "one key for all three records"
# They have access to Bodil: her therapists, and the practice that is her own GP (see tests.record.cast).
_FEW = "kim"  # by whom little is asked, in every run
_HERS = ("carla", "anna", "agnes")
# What differs with every entry of anybody, and says nothing of whose it is: the newest hash of the chain, of which the
# page for monitoring shows twelve characters (it is the same for everybody, logged in or not).
_CHAIN = ("health", "operations")


class _Chosen:
    """Ids as they would be chosen, the same in every record."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def choice(self, alphabet: str) -> str:
        """One character."""
        return self.dice.choice(alphabet)

    def randbelow(self, limit: int) -> int:
        """One number."""
        return self.dice.randrange(limit)


@contextmanager
def record(
    databases: Databases, engine: str, monkeypatch: pytest.MonkeyPatch, bodil: dict[str, str] | None
) -> Iterator[World]:
    """The record with Bodil so, or without her; all other ids are the same in each."""
    monkeypatch.setattr(identity, "secrets", _Chosen(1))
    monkeypatch.setattr(persons, "secrets", _Chosen(2))
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: _SIGNED_AT))
    with databases.fresh(engine), override_settings(SECRET_KEY=_KEY, DEMO=True):
        w = made("treated")
        if bodil is not None:
            _add(w, bodil)
        monkeypatch.setattr(identity, "secrets", _Chosen(3))  # of what is tried and taken back
        yield w


def _add(w: World, bodil: dict[str, str]) -> None:
    person = people.register_person(bodil["name"], {"demo": _NUMBER}, is_invented=True)
    c: Any = Cast(
        **{
            name: w.who.get(name, w.c.gustav)
            for name in ("anna", "bo", "carla", "dina", "erik", "freja", "gustav", "hanne")
        }
    )
    c.at, c.keys = NOW, count(1000)
    c.open(acts.FactsRecorded(GROUP_2, "professional"), by=w.who["carla"], person=person)
    c.write(w.who["carla"], acts.FactsRecorded({"work": bodil["work"]}, "professional"))
    c.write(w.who["carla"], acts.TreatmentStarted("physiotherapist"), acts.Visit("physiotherapist", bodil["note"]))
    c.write(w.who["carla"], acts.MessageToGp("other", bodil["note"]))


def told_to(w: World, who: tuple[str, ...], types: tuple[str, ...], log: list[str]) -> dict[str, Any]:
    """Everything these can ask, by what was asked: the answers, and what was logged meanwhile."""
    found: dict[str, Any] = {}
    filled = pages.forms(w, "treated")
    for name in who:
        for what, answer in (
            _pages(w, name, filled) if name not in _SYSTEMS else _systems(w, name.removesuffix("'s system"), types)
        ):
            found[f"{name} {what}"] = answer, tuple(log)
            log.clear()
    return found


_SYSTEMS = tuple(f"{one.who}'s system" for one in STANDINGS)


def _pages(w: World, who: str, filled: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    client = browser(w.who.get(who))
    for name in _asked_by(who):
        at = pages.address(name, _ids(w))
        for how in ("get", "post"):
            client.cookies.pop("messages", None)
            with taken_back():
                answer = client.get(at) if how == "get" else client.post(at, filled.get(name, {}))
                yield f"{how} {name}", heard(answer)
    for words in (X["name"], "yrsa", "demosen"):
        with taken_back():
            yield f"find {words}", heard(client.post(pages.address("find", {}), {"words": words}))


def _asked_by(who: str) -> list[str]:
    """The addresses of courses, lists and forms by everybody; all the others, which are the same for many, by a few."""
    every = pages.addresses()
    near = [name for name, at in every.items() if pages.leads_to_a_course(at) or name in (*LISTS, *pages.BY_FORM)]
    if who == _FEW:
        return [name for name in near if name in (*LISTS, "found", "course", "message")]
    if who not in ("nobody", "mette", "gudrun"):
        return near
    return [name for name in every if not name.startswith(_ELSEWHERE)]


# FHIR and hooks are asked by systems; the rest would end the session, or take a minute each.
_ELSEWHERE = (
    "fhir_",
    "cds_",
    "oauth_",
    "smart_",
    *_CHAIN,
    "demo",
    "logout",
    "activate",
    "content",
    "print_pocket",
    "print_leaflet",
)


def _ids(w: World) -> dict[str, Any]:
    from rygrad.record.contents import active

    return w.ids | {
        "group": "recurrent", "citizen": "laenge", "service": "rygrad-patient-view", "token": "x", "indicator": "Q2",
        "sha256": active().sha256,
    }  # fmt: skip


def _systems(w: World, who: str, types: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    api = Api(w.who[who])
    dina = w.who["dina"].id
    for name in types:
        for path in (f"{name}?_count=200", f"{name}?_id={dina}", f"{name}?_lastUpdated=ge2020-01-01"):
            with taken_back():
                yield path, heard(api.get(path))
    with taken_back():
        yield "name", heard(api.search("Patient", name="Bodil"))
    yield "export", heard(neighbours.exported(api)) if w.who[who].role != "administrator" else ""


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Every line that is logged, as it is written."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, line: logging.LogRecord) -> None:
            lines.append(line.getMessage())

    handler, root = Kept(), logging.getLogger()
    names = ("", "rygrad.web", "rygrad.fhir", "rygrad.security", "django.request")
    for name in names:
        logging.getLogger(name).addHandler(handler)
    before, _ = root.level, root.setLevel(logging.INFO)
    yield lines
    root.setLevel(before)
    for name in names:
        logging.getLogger(name).removeHandler(handler)


def _compared(
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    log: list[str],
    engine: str,
    who: tuple[str, ...],
    types: tuple[str, ...],
) -> tuple[int, list[str]]:
    """How many answers were compared in three records, and which tell them apart."""
    told = []
    for bodil in (X, Y, None):
        with record(databases, engine, monkeypatch, bodil) as w:
            log.clear()
            told.append(told_to(w, who, types, log))
    assert all(set(one) == set(told[0]) for one in told)
    differ = [name for name in told[0] if not told[0][name] == told[1][name] == told[2][name]]
    words = [word for one in (X, Y) for word in (one["name"].split()[1], one["note"])]
    named = [
        name
        for one in told
        for name, (answer, lines) in one.items()
        if name.split()[1] != "find" and any(word in f"{answer}{lines}" for word in words)
    ]
    return len(told[0]), differ + [f"{name} names her" for name in named]


_SAYS = "two citizens: every answer, header, error and log line of those without access to one, with that one so, otherwise, and not there"
_TEST = "tests/trust/access/test_other_citizen.py::test_no_byte_of_the_other_citizen_is_in_anything_anybody_is_told"


def test_no_byte_of_the_other_citizen_is_told_to_a_few(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, log: list[str]
) -> None:
    frozen(monkeypatch)
    answers, differ = _compared(databases, monkeypatch, log, "sqlite", (_FEW,), ())
    counts = {"answers compared in three records": answers, "that differ": len(differ)}
    write_figures("access-other-citizen", promise="T7", says=_SAYS, test=_TEST, counts=counts, full=False)
    assert differ == []


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite"])
def test_no_byte_of_the_other_citizen_is_in_anything_anybody_is_told(
    engine: str, databases: Databases, monkeypatch: pytest.MonkeyPatch, log: list[str]
) -> None:
    frozen(monkeypatch)
    who = tuple(one.who for one in STANDINGS if one.who not in _HERS)
    systems = tuple(f"{one}'s system" for one in ("bo", "hanne", "freja", "tom", "mads", "gudrun"))
    answers, differ = _compared(databases, monkeypatch, log, engine, (*who, *systems), tuple(TYPES))
    counts = {
        "people and systems": len(who) + len(systems),
        "answers compared in three records": answers,
        "that differ": len(differ),
    }
    write_figures("access-other-citizen", promise="T7", says=_SAYS, test=_TEST, counts=counts, full=True)
    assert differ == []


@pytest.mark.long
def test_the_comparison_finds_a_word_of_the_other_citizen(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, log: list[str]
) -> None:
    """The negative control: those who have access to Bodil are told otherwise, and the comparison sees it."""
    frozen(monkeypatch)
    told = []
    for bodil in (X, Y):
        with record(databases, "sqlite", monkeypatch, bodil) as w, taken_back():
            told.append(heard(browser(w.who["carla"]).post(pages.address("find", {}), {"words": "demosen"})))
    assert told[0] != told[1]
