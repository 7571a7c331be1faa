"""A region in a file, and `rygrad serve` on it as an operator would run it: another process on a free loopback port."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections
from django.test import override_settings

from rygrad.record import clocks
from rygrad.site import database
from tests.browser import situations
from tests.browser.situations import Situations
from tests.web import invented_region

RYGRAD = Path(sys.executable).with_name("rygrad")
KEY = "a key for the browser tests only"
PASSWORD = "sommerfugl-i-vinterhi"
COURSES, SEED = 120, 1
_STARTS_WITHIN = 30
CLINIC_OF_BO = invented_region.Clinic(situations.CLINIC, "Demo Fysioterapi 1, Køge", situations.KOEGE)
USERS = ("anna", "bo", "kirsten", "hanne", "rasmus", "freja", "gustav", "mette", "tom", situations.PAIN_USER)


@dataclass(frozen=True)
class Made:
    """A region that is made: its file, and the citizens the tests know by name."""

    file: Path
    situations: Situations = field(repr=False)


@contextmanager
def pointed_at(file: Path) -> Iterator[None]:
    """This process's own connection to a record, beside the server's."""
    before = connections.settings["default"]
    _use(connections.configure_settings({"default": database.database(f"sqlite:///{file}")})["default"])
    try:
        yield
    finally:
        _use(before)


def _use(settings: Any) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = settings


def make_region(file: Path) -> Made:
    """The demo region as of today, with the tests' citizens, and a password for each demo user."""
    from rygrad.cli.region import load
    from rygrad.pathway.read import load_pathway
    from rygrad.simulation.region import region
    from rygrad.site.start import start

    today = clocks.local_day(clocks.now())
    made, told = situations.added(region(load_pathway("rygsmerter"), COURSES, SEED, today), today)
    with pointed_at(file):
        start()
        load(made, "rygsmerter", lambda _: None)
        for user in USERS:
            get_user_model().objects.create_user(user, password=PASSWORD)
        _save_lists()
        _add_persons(told, today)
    invented_region.write(indicators_of(file), invented_region.clinics(CLINIC_OF_BO))
    return Made(file, told)


def _add_persons(told: Situations, today: date) -> None:
    """A citizen ("dina") who shares the plan with a relative ("erik"), each with an account."""
    from rygrad.record import acts, journal, people
    from rygrad.record.models import Course
    from rygrad.web.persons import person_account

    course = Course.objects.get(id=told.course(situations.DINA))
    people.register_person("Erik Pårørendedemo", {}, is_invented=True, id=situations.ERIK)
    share = acts.AccessGranted(situations.ERIK, "sharing", ("plan",), today + timedelta(days=30))
    citizen = people.citizen_actor(str(course.person_id))
    journal.append(citizen, course.id, [share], expected_version=course.version, key="sharing")
    for user, person in (("dina", str(course.person_id)), ("erik", situations.ERIK)):
        account = person_account(person, user)
        account.set_password(PASSWORD)
        account.save()


def indicators_of(file: Path) -> Path:
    """Where the invented numbers of the region in this file lie."""
    return file.with_name("indicators")


def _save_lists() -> None:
    """A list of Bo's own and one that he shares."""
    from rygrad.web.models import SavedList

    for name, whys, shared in (("Uden effekt", "no_effect_return", False), ("Revurdering", "due overdue", True)):
        SavedList.objects.create(
            owner=situations.BO, organisation=situations.CLINIC, name=name, whys=whys, is_shared=shared
        )


def copied(made: Made, folder: Path) -> Made:
    """The same region in a file of its own."""
    file = folder / "region.sqlite3"
    shutil.copy(made.file, file)
    shutil.copytree(indicators_of(made.file), indicators_of(file))
    return Made(file, made.situations)


@dataclass(frozen=True)
class Server:
    """A site that answers, and the record behind it."""

    address: str
    made: Made

    def demo_link(self, user: str) -> str:
        """The address that logs this user in."""
        from rygrad.web.login import demo_link, demo_link_of_person

        persons = {"dina": self.made.situations.tales[situations.DINA].citizen.id, "erik": situations.ERIK}
        with override_settings(SECRET_KEY=KEY):
            return self.address + (demo_link_of_person(persons[user]) if user in persons else demo_link(user))

    def course(self, name: str) -> str:
        """The address of this citizen's course."""
        return f"/forloeb/{self.made.situations.course(name)}"

    def referral(self, name: str) -> str:
        """The address of this citizen's referral."""
        return f"{self.course(name)}/henvisning/{self.made.situations.referral(name)}"

    def entries(self, course: str) -> list[Any]:
        """What stands in the journal of a course now, read by a connection of our own."""
        from rygrad.record.journal import entries_of

        with pointed_at(self.made.file):
            return entries_of(course)

    def course_of(self, number: str) -> str:
        """The course of the citizen with this demo number."""
        from rygrad.record.models import Course
        from rygrad.record.people import person_of

        with pointed_at(self.made.file):
            person = person_of("demo", number, clocks.local_day(clocks.now()))
            return str(Course.objects.get(person_id=person, ended_on=None).id)


def _environment(file: Path) -> dict[str, str]:
    own = {"RYGRAD_DEMO": "1", "RYGRAD_SECRET_KEY": KEY, "RYGRAD_INDICATORS": str(indicators_of(file))}
    return {**os.environ, **own, "DATABASE_URL": f"sqlite:///{file}"}


@contextmanager
def served(made: Made, folder: Path) -> Iterator[Server]:
    """`rygrad serve` on this region, until the block ends; it is ended by its own process id."""
    said = folder / "server.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [RYGRAD, "serve", "--port", "0"],
            env=_environment(made.file) | {"PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield Server(_address(process, said), made)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _address(process: "subprocess.Popen[bytes]", said: Path) -> str:
    """Where it says that it answers."""
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"^Rygrad: (http\S+)$", said.read_text("utf-8"), re.MULTILINE)
        if found:
            return found[1]
        time.sleep(0.02)
    raise AssertionError(f"the server did not start: {said.read_text('utf-8')}")


class Starter:
    """Starts a server in a moment: a fork of a process that has everything loaded."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.starter"],
            env=_environment(folder / "none.sqlite3"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def served(self, made: Made, folder: Path) -> Iterator[Server]:
        """The site on this region, until the block ends."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{made.file}\t{folder / 'server.txt'}\n")
        self.process.stdin.flush()
        child, _, address = self.process.stdout.readline().strip().partition(" ")
        assert child.isdigit(), address
        try:
            yield Server(address, made)
        finally:
            os.kill(int(child), signal.SIGTERM)

    def stop(self) -> None:
        """No more servers."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


def today() -> date:
    """The day the pages show."""
    return clocks.local_day(clocks.now())
