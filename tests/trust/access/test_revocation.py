"""Access that is taken back is gone at the next request: in a session that goes on, and for a form that was open."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from rygrad.fhir.api import clients
from rygrad.fhir.api.keys import new_pair
from rygrad.fhir.models import ApiClient
from rygrad.record import acts, administration, clocks
from rygrad.record.models import Course, Membership
from rygrad.web.accounts import OPERATOR, deactivate
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.databases import Databases
from tests.trust.access import pages
from tests.trust.access.asking import browser, entries
from tests.trust.access.world import NOW, World, frozen, made

Move = Callable[[datetime], None]


@dataclass(frozen=True)
class Kind:
    """One kind of access: who has it, what they opened and were about to send, and how it is taken back.

    ``shows`` is a text that is seen until then; empty when the whole page is gone. ``api``: also through a token.
    """

    who: str
    opens: str
    sends: str
    ends: Callable[[World, Move], None]
    shows: str = ""
    api: bool = False
    form: dict[str, str] = field(default_factory=dict)


def _by(user: str, *new: acts.Act | Callable[[World], acts.Act]) -> Callable[[World, Move], None]:
    def write(w: World, move: Move) -> None:
        w.c.at, w.c.version = clocks.now(), _version(w)
        w.c.write(w.who[user], *(one(w) if callable(one) else one for one in new))

    return write


def _later(**ago: int) -> Callable[[World, Move], None]:
    return lambda w, move: move(NOW + timedelta(**ago))


def _left_the_unit(w: World, move: Move) -> None:
    member = Membership.objects.get(professional_id=w.who["bente"].id)
    administration.end_membership(w.who["gudrun"], member.pk, NOW.date() - timedelta(days=1))


def _system_ended(w: World, move: Move) -> None:
    for one in ApiClient.objects.filter(user="bo", ended_at=None):
        clients.end(OPERATOR, one.id)


def _keys_replaced(w: World, move: Move) -> None:
    for one in ApiClient.objects.filter(user="bo", ended_at=None):
        clients.replace_keys(OPERATOR, one.id, json.dumps(new_pair()[1]))


def _refused_by_hanne(w: World, move: Move) -> None:
    _by("hanne", acts.ReferralRefused("r-1", "Nej", "Andet"))(w, move)
    move(NOW + timedelta(days=3))


def _ended_long_ago(w: World, move: Move) -> None:
    _by("bo", acts.CourseEnded("managing_alone"))(w, move)
    move(NOW + timedelta(days=3 + 31))


_MESSAGE = {"text": "Hej"}
KINDS = {
    "membership ended": Kind("bente", "course", "message", _left_the_unit, api=True, form=_MESSAGE),
    "user deactivated": Kind("agnes", "course", "message", lambda w, m: deactivate("agnes"), api=True, form=_MESSAGE),
    "care relationship ended": Kind(
        "kirsten", "course", "message", _by("anna", lambda w: acts.AccessRevoked(w.place("kirsten"))), api=True, form=_MESSAGE
    ),
    "consent withdrawn": Kind(
        "malene", "course", "message", _by("dina", lambda w: acts.AccessRevoked(w.place("malene"))), api=True, form=_MESSAGE
    ),
    "part blocked": Kind(
        "hanne", "course", "score", _by("dina", acts.PartBlocked("clinical", "practice")), "Noten om Dina",
        form={"instrument": "nrs_pain", "value": "5"},
    ),
    "sharing stopped": Kind("rel-all", "shared_course", "", _by("dina", lambda w: acts.AccessRevoked(w.who["rel-all"].id))),
    "one part no longer shared": Kind(
        "rel-clinical", "shared_course", "",
        _by(
            "dina",
            lambda w: acts.AccessRevoked(w.who["rel-clinical"].id),
            lambda w: acts.AccessGranted(w.who["rel-clinical"].id, "sharing", ("plan",), NOW.date() + timedelta(days=9)),
        ),
        "Noten om Dina",
    ),
    "system ended": Kind("bo", "", "", _system_ended, api=True),
    "keys replaced": Kind("bo", "", "", _keys_replaced, api=True),
    # From here on the days pass.
    "sharing over": Kind("rel-last", "shared_course", "", _later(days=1)),
    "emergency access over": Kind("ea", "course", "message", _later(days=2), api=True, form=_MESSAGE),
    "referral refused": Kind("hanne", "course", "message", _refused_by_hanne, api=True, form=_MESSAGE),
    "course ended 31 days ago": Kind("greta", "course", "message", _ended_long_ago, api=True, form=_MESSAGE),
}  # fmt: skip


def _tried(kind: Kind, w: World, move: Move) -> list[str]:
    """What was not as it should be."""
    client, wrong = browser(w.who[kind.who]), []
    api = Api(w.who[kind.who]) if kind.api else None
    path = f"EpisodeOfCare/{w.c.course}"
    at = pages.address(kind.opens, w.ids) if kind.opens else ""
    before = [client.get(at).status_code] if at else []
    before += [api.get(path).status_code] if api else []
    if kind.shows and kind.shows not in client.get(at).content.decode():
        wrong.append("was not shown before")
    if set(before) != {200}:
        wrong.append(f"not open before: {before}")
    kind.ends(w, move)
    if at:
        after: Any = client.get(at)
        gone = kind.shows not in after.content.decode() if kind.shows else after.status_code in (302, 404)
        if not gone or ("Dina Demosen" in after.content.decode() and not kind.shows):
            wrong.append(f"still opened: {after.status_code}")
    if kind.sends:
        stood = entries()
        form = kind.form | {"version": str(_version(w)), "key": "open-form"}
        sent = client.post(pages.address(kind.sends, w.ids), form)
        if sent.status_code not in (401, 403, 404) or entries() != stood:
            wrong.append(f"the open form: {sent.status_code}")
    if api and api.get(path).status_code not in (401, 404):
        wrong.append("still read through the token")
    return wrong


def _version(w: World) -> int:
    return int(Course.objects.get(id=w.c.course).version)


def test_access_that_is_taken_back_is_gone_at_the_next_request(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    move, wrong = frozen(monkeypatch), {}
    with databases.fresh("sqlite"):
        w = made("treated")
        for name, kind in KINDS.items():
            found = _tried(kind, w, move)
            wrong |= {name: found} if found else {}
    ways = sum(bool(kind.opens) + bool(kind.sends) + kind.api for kind in KINDS.values())
    counts = {"kinds of access": len(KINDS), "pages, open forms and tokens": ways, "kinds that went on": len(wrong)}
    test = "tests/trust/access/test_revocation.py::test_access_that_is_taken_back_is_gone_at_the_next_request"
    says = "each kind of access taken back in an open session; the next request, and the form that was open"
    write_figures("access-revoked", promise="T8", says=says, test=test, counts=counts, full=False)
    assert wrong == {}
