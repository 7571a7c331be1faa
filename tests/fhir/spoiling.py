"""Requests, and what may be wrong with them: a good one is spoiled in one to four places, from a seed."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.urls import Resolver404, resolve

from rygrad.fhir.api.kinds import KINDS

FHIR, FORM, JSON = "application/fhir+json", "application/x-www-form-urlencoded", "application/json"
NO_TOKEN = ("", "Bearer x", "Bearer " + "é" * 40, "Basic YTpi", "Bearer", "Bearer eyJhbGciOiJub25lIn0.e30.")

WORDS = [
    *("", " ", "\0", "é", "😀" * 70, "a" * 5_000, "null", "true", "undefined", "-1", "0", "٣", "²", "1e400", "NaN", str(2**70)),
    *("9999", "9999-12", "9999-12-31", "ge9999-12-31", "0001-01-01", "0000", "2026-02-30", "2026-13", "24:00", "lt0001"),
    *("9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T25:00:00Z"),
    *("|", "x|y|z", ",", ",,", "Patient/", "/", "//", "..", "../..", "#", "%00", "%", "$", "?", "*", "'", '"', "--", "\\", "\ufeff"),
    *("Patient/x", "http://x.example/Patient/1", "urn:uuid:1", "urn:oid:1.2", "Observation:subject", "count", "text", "-date"),
]  # fmt: skip
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**70, -(2**63), 1e308, [], {}, [[]], [{}], [None], {"": None}, "\ud800"),
]  # fmt: skip
BODIES = [
    *(b"", b"null", b"[]", b'""', b"\xff\xfe", b"{", b"[" * 5_000, b'{"a":' * 3_000, b"1" * 5_000, b'{"a":NaN}', b"\xef\xbb\xbf{}"),
    b" " * 2_700_000,  # more than is taken
]  # fmt: skip
HEADERS = {
    "If-Match": ['W/"1"', '"0"', "*", 'W/"999999999999"', "", 'W/""', "W/1"],
    "If-None-Match": ["*", 'W/"1"', ""],
    "If-None-Exist": ["identifier=x|1", "identifier=", "x", ""],
    "Idempotency-Key": ["k", "", "é", "k" * 3_000],
    "Prefer": ["handling=strict", "handling=lenient", "return=minimal", "respond-async", "x", ""],
    "Accept": ["*/*", "text/xml", "application/fhir+xml", "", ";;", FHIR, "é"],
    "Accept-Language": ["en", "xx", "*", "", "en-;q=x", "é", ",".join(["da"] * 900)],
    "Content-Type": [FHIR, JSON, FORM, "text/xml", "", "multipart/form-data", "multipart/form-data; boundary=x", f"{FORM}; charset=utf-16"],
}  # fmt: skip
CONTROL = ("_count", "_sort", "_include", "_summary", "_cursor", "_format", "_pretty", "_total", "_since", "_type", "_id", "_lastUpdated")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request. ``who`` asks: ``anna``, ``hanne``, their ``system`` alone, or who may not."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    who: str = "anna"

    @property
    def route(self) -> str:
        """The name of the route it comes to; empty when it leaves ours."""
        try:
            return str(resolve(self.path).url_name)
        except Resolver404:
            return ""

    @property
    def data(self) -> bytes:
        """The body as it is sent."""
        if isinstance(self.body, bytes):
            return self.body
        if self.body is None:
            return b""
        is_form = self.headers.get("Content-Type", "").startswith(FORM) and isinstance(self.body, dict)
        return urlencode(self.body, errors="replace").encode() if is_form else json.dumps(self.body).encode()


def spoiled(good: list[list[Asked]], dice: Random) -> Asked:
    """One of the good requests, with one to four things about it changed; as many writes as reads."""
    asked = dice.choice(dice.choices(good, (2, 2, 1))[0])
    others = dice.choice(good)
    for _ in range(dice.choice((1, 1, 1, 2, 2, 4))):
        asked = dice.choices(list(_WAYS), list(_WAYS.values()))[0](asked, others, dice)
    return asked


def _method(asked: Asked, good: list[Asked], dice: Random) -> Asked:
    return replace(asked, method=dice.choice(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")))


def _path(asked: Asked, good: list[Asked], dice: Random) -> Asked:
    parts, others = asked.path.split("/"), dice.choice(good).path.split("/")
    place = dice.randrange(min(2, len(parts) - 1), len(parts))
    parts[place] = dice.choice((dice.choice(WORDS), dice.choice(others), parts[place] + dice.choice(WORDS)))
    return replace(asked, path="/".join(parts))


def _query(asked: Asked, good: list[Asked], dice: Random) -> Asked:
    names = [*CONTROL, *(name for name, _ in asked.query), *KINDS[dice.choice(list(KINDS))].params, dice.choice(WORDS)]
    name = dice.choice(names) + dice.choice(("", "", "", ":exact", ":missing", ":"))
    times = 1_100 if dice.random() < 0.02 else 1  # more than are taken
    return replace(asked, query=(*asked.query, *[(name, dice.choice(WORDS))] * times))


def _value(asked: Asked, good: list[Asked], dice: Random) -> Asked:
    query = list(asked.query) or [("_count", "1")]
    place = dice.randrange(len(query))
    query[place] = (
        query[place][0],
        dice.choice(WORDS) if dice.random() < 0.8 else query[place][1] + dice.choice(WORDS),
    )
    return replace(asked, query=tuple(query))


def _header(asked: Asked, good: list[Asked], dice: Random) -> Asked:
    name = dice.choice(list(HEADERS))
    return replace(asked, headers=asked.headers | {name: dice.choice(HEADERS[name])})


def _who(asked: Asked, good: list[Asked], dice: Random) -> Asked:
    return replace(asked, who=dice.choice(("anna", "hanne", "system", "stranger", "narrow", *NO_TOKEN)))


def _body(asked: Asked, good: list[Asked], dice: Random) -> Asked:
    if not isinstance(asked.body, dict) or not asked.body or dice.random() < 0.1:
        return replace(asked, body=dice.choice((*BODIES, asked.data[: dice.randrange(len(asked.data) + 1)])))
    body = deepcopy(asked.body)
    inside, key = dice.choice(list(_places(body)))
    box, other = dice.choice(list(_places(body)))
    junk = deepcopy(dice.choice((dice.choice(WORDS), dice.choice(VALUES), box[other])))
    changes: tuple[Callable[[], Any], ...] = (
        lambda: inside.__setitem__(key, junk),
        lambda: inside.__setitem__(key, [inside[key], deepcopy(inside[key])]),
        lambda: inside.__delitem__(key),
        lambda: inside.update({str(junk)[:99]: junk}) if isinstance(inside, dict) else inside.append(junk),
    )
    dice.choices(changes, (6, 1, 2, 1))[0]()
    return replace(asked, body=body)


def _places(body: Any) -> Iterator[tuple[Any, Any]]:
    """Every element of a JSON body, as the box it lies in and its key."""
    for key, value in body.items() if isinstance(body, dict) else enumerate(body):
        yield body, key
        if isinstance(value, dict | list):
            yield from _places(value)


_WAYS = {_method: 1, _path: 4, _query: 3, _value: 4, _header: 2, _who: 3, _body: 9}
