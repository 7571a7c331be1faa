"""The cast in a fresh record, each with a password, and a browser without scripts for each who visits."""

import os
from collections.abc import Callable, Iterator
from functools import cache

import pytest

os.environ["DATABASE_URL"] = "sqlite:///nothing/at/all"  # nothing is ever written outside the test's own database
from rygrad.site.start import start

start(migrate=False)  # models can only be imported when Django is ready
from django.contrib.auth.hashers import make_password  # noqa: E402

from rygrad.web import accounts, persons  # noqa: E402
from tests.record.administrators import places  # noqa: E402
from tests.record.cast import Cast, cast  # noqa: E402
from tests.record.conftest import databases  # noqa: E402, F401  (a fixture)
from tests.record.databases import Databases  # noqa: E402
from tests.web.visitor import PASSWORD, Visitor  # noqa: E402

USERS = ("anna", "bo", "freja", "gustav")


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


@pytest.fixture
def record(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Cast]:  # noqa: F811
    """The cast in a record of its own, on SQLite unless a test asks for another; four of them have a password."""
    with databases.fresh(getattr(request, "param", "sqlite")):
        people = cast()
        people.gustav = places().gustav
        for user in USERS:
            made = accounts.account(user)
            made.password = _hashed()
            made.save()
        yield people


@pytest.fixture
def visit(record: Cast) -> Callable[..., Visitor]:
    """Somebody at a browser of their own."""
    return Visitor


@pytest.fixture
def inside(visit: Callable[..., Visitor]) -> Callable[[str], Visitor]:
    """A user who has logged in."""

    def enter(user: str) -> Visitor:
        visitor = visit()
        assert visitor.log_in(user).status_code == 302
        return visitor

    return enter


@pytest.fixture
def person(record: Cast) -> Callable[[str], Visitor]:
    """A citizen or relative who has logged in, by the person's id."""

    def enter(who: str) -> Visitor:
        visitor = Visitor()
        visitor.force_login(persons.person_account(who))
        return visitor

    return enter
