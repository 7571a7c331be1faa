"""The cast's pages that hold forms, in a record with a course at its beginning, one planned, and one referred."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model

from rygrad.record import acts, people
from rygrad.web import accounts, persons
from tests.record.cast import Cast
from tests.trust.attacks.walking import Walk, walked
from tests.web.visitor import Visitor

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class House:
    """The cast with courses of each kind, and a client for each of them."""

    record: Cast
    courses: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Visitor] = field(default_factory=dict)

    def client(self, user: str) -> Visitor:
        """Somebody who has logged in; nobody for an empty name."""
        if user not in self.clients:
            self.clients[user] = entered(self.record, user)
        return self.clients[user]


def entered(record: Cast, user: str) -> Visitor:
    """A browser of their own, logged in, with no guard against forged forms: its forms are not forged."""
    visitor = Visitor(raise_request_exception=False)
    visitor.handler.enforce_csrf_checks = False
    if user:
        visitor.force_login(account_of(record, user), backend=BACKEND)
    return visitor


def account_of(record: Cast, user: str) -> Any:
    """The account that this member of the cast logs in with."""
    if user in ("dina", "erik"):
        return persons.person_account(getattr(record, user).id)
    return get_user_model().objects.filter(username=user).first() or accounts.account(user)


def house(record: Cast) -> House:
    """Dina's course was referred, shared with Erik and ended once before; a new citizen's has just begun."""
    made = House(record)
    record.referred()
    record.write(record.dina, acts.AccessGranted(record.erik.id, "sharing", ("plan",), record.today.replace(year=2027)))
    made.courses["referred"] = record.course
    other = people.register_person("Olga Demosen", {"demo": "demo-77"}, is_invented=True)
    record.open(person=other)
    made.courses["begun"] = record.course
    third = people.register_person("Nora Demosen", {"demo": "demo-78"}, is_invented=True)
    record.open(acts.FactsRecorded({"work": "other"}, "professional"), by=record.bo, person=third)
    made.courses["bo"] = record.course
    record.course = made.courses["referred"]
    return made


def starts(made: House) -> dict[str, list[str]]:
    """Where each of the cast begins."""
    referred, begun, own = (f"/forloeb/{made.courses[name]}" for name in ("referred", "begun", "bo"))
    worker = [
        "/liste",
        referred,
        f"{referred}/plan",
        f"{referred}/overdrag",
        f"{referred}/henvis/back_unit",
        f"{referred}/tilbage",
    ]
    return {
        "anna": [*worker, begun, f"{begun}/start", f"{begun}/kommunen"],
        "bo": [*worker, own, f"{own}/start", f"{own}/tilbage"],
        "hanne": ["/liste", referred, f"{referred}/henvisning/r1"],
        "freja": ["/liste"],
        "gustav": ["/administration", "/administration/enheder/ny", "/administration/tilbud/nyt", "/administration/indhold", "/administration/adgang"],
        "dina": ["/mit-forloeb"],
        "erik": ["/delt-med-mig"],
        "": ["/log-ind", "/programmet/proev", "/integration"],
    }  # fmt: skip


def walks(made: House, most: int = 2, look: Callable[[str, Any, str], None] | None = None) -> dict[str, Walk]:
    """What each of them meets."""
    more = {"look": look} if look else {}
    return {user: walked(made.client(user), where, most, **more) for user, where in starts(made).items()}


def few(made: House) -> dict[str, Walk]:
    """What is met on the pages where most is written, with no link followed: enough for every run."""
    where, referred = starts(made), f"/forloeb/{made.courses['referred']}"
    chosen = {
        "anna": [
            referred,
            f"{referred}/plan",
            f"{referred}/henvis/back_unit",
        ],
        "gustav": where["gustav"][1:3],
        "dina": [f"/mit-forloeb/deling/{made.courses['referred']}"],
    }
    return {user: walked(made.client(user), at, 0) for user, at in chosen.items()}
