"""Every route of the FHIR server, its tokens and CDS Hooks, asked what nobody thought of.

A good request of each kind is spoiled in one to four places, from a seed: every batch is the same each time. The long
battery sends 100,000, half of the batches to PostgreSQL.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import chain
from random import Random
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from rygrad.fhir import urls
from rygrad.fhir.api.kinds import KINDS
from rygrad.fhir.api.oauth import ASSERTION_TYPE
from rygrad.fhir.hooks.offered import SERVICES
from rygrad.fhir.names import code_system, extension, identifier_system
from rygrad.fhir.observed import observation_of
from rygrad.pathway.pathway import Pathway
from rygrad.record.models import Course
from tests.fhir.tokens import System, bearer, registered
from tests.people import AS_OF, INGA_GROUP_3
from tests.record.administrators import places
from tests.record.cast import Cast, cast
from tests.record.databases import Databases

AT_ONCE, IN_A_BATCH, BATCHES = 500, 2_000, 50
FHIR, FORM, JSON = "application/fhir+json", "application/x-www-form-urlencoded", "application/json"
PUBLIC = ("fhir_metadata", "smart_configuration", "oauth_token")
NO_TOKEN = ("", "Bearer x", "Bearer " + "é" * 40, "Basic YTpi", "Bearer", "Bearer eyJhbGciOiJub25lIn0.e30.")
TOO_LITTLE = "system/Organization.rs user/Organization.rs"
SECRET = (b"Demosen", b"demo-1")
"""Of a citizen: never in an answer to who may not see one."""

WORDS = [
    *("", " ", "\0", "é", "😀" * 70, "a" * 5_000, "null", "true", "undefined", "-1", "0", "٣", "²", "1e400", "NaN", str(2**70)),
    *("9999", "9999-12", "9999-12-31", "ge9999-12-31", "0001-01-01", "0000", "2026-02-30", "2026-13", "24:00", "lt0001"),
    *("9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T25:00:00Z"),
    *("|", "x|y|z", ",", ",,", "Patient/", "/", "//", "..", "../..", "#", "%00", "%", "$", "?", "*", "'", '"', "--", "\\", "\ufeff"),
    *("Patient/x", "http://x.example/Patient/1", "urn:uuid:1", "urn:oid:1.2", "Observation:subject", "count", "text", "-date"),
]  # fmt: skip
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**70,
    -(2**63),
    1e308,
    [],
    {},
    [[]],
    [{}],
    [None],
    {"": None},
    "\ud800",
]
BODIES = [
    b"",
    b"null",
    b"[]",
    b'""',
    b"\xff\xfe",
    b"[" * 5_000,
    b'{"a":' * 3_000,
    b"{",
    b"1" * 5_000,
    b'{"a":NaN}',
    b"\xef\xbb\xbf{}",
]
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


@dataclass(frozen=True)
class Asked:
    """One request. ``token`` is who asks: ``anna``, ``hanne``, their ``system`` alone, or who may not."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    token: str = "anna"

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


class House:
    """A fresh record with a course that was referred, who may ask, and a good request of each kind."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway, self.record = pathway, cast()
        self.record.gustav = places().gustav
        self.record.referred()
        self.systems: dict[str, System] = {}
        self.tokens = _tokens(self.record)
        self.system = registered(self.record.anna)
        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        self.export = ""
        self.seen = self._seen()
        self.export = self.send(self._export()).headers["Content-Location"].rpartition("/")[2]
        self.good = [list(self.reads()), list(self.writes()), list(self.hooks())]

    def send(self, asked: Asked) -> Any:
        """The answer."""
        sent = {name: value for name, value in asked.headers.items() if name not in ("Content-Type", "Authorization")}
        token = self.tokens.get(asked.token, asked.token)
        if asked.headers.get("If-Match") == "now":
            sent["If-Match"] = f'W/"{Course.objects.get(id=self.record.course).version}"'
        return self.client.generic(
            asked.method,
            quote(asked.path, safe="/$~", errors="replace"),
            asked.data,
            content_type=asked.headers.get("Content-Type", FHIR),
            headers=sent | ({"Authorization": token} if token else {}),
            query_params=None,
            QUERY_STRING=urlencode(asked.query, errors="replace"),
        )

    def _seen(self) -> dict[str, list[dict[str, Any]]]:
        """A few resources of each type that Anna may see."""
        found: dict[str, list[dict[str, Any]]] = {}
        for kind in KINDS.values():
            query = (("patient", self.record.dina.id),) if "patient" in kind.params else ()
            answer = self.send(Asked("GET", f"/fhir/{kind.name}", query, token=_reader(kind.name))).json()
            found[kind.name] = [one["resource"] for one in answer.get("entry", [])][:6]
        return found

    @staticmethod
    def _export() -> Asked:
        return Asked("GET", "/fhir/$export", (("_type", "Patient,Observation"),), {"Prefer": "respond-async"})

    def reads(self) -> Iterator[Asked]:
        """Each way to read, of each type."""
        dina, plan = self.record.dina.id, next(iter(self.seen["PlanDefinition"]))["id"]
        yield Asked("GET", "/fhir/metadata", token="")
        yield Asked("GET", "/fhir/.well-known/smart-configuration", token="")
        yield self._export()
        yield Asked("GET", f"/fhir/$export-status/{self.export}")
        yield Asked("GET", f"/fhir/$export-file/{self.export}/Observation.ndjson")
        yield Asked("GET", f"/fhir/Patient/{dina}/$everything")
        yield Asked("GET", f"/fhir/PlanDefinition/{plan}/$apply", (("subject", f"Patient/{dina}"),))
        for name in KINDS:
            yield from (replace(asked, token=_reader(name)) for asked in self._reads_of(name))

    def _reads_of(self, name: str) -> Iterator[Asked]:
        params, dina = KINDS[name].params, self.record.dina.id
        for param in params:
            narrow = {"patient": dina} if "patient" in params else {}
            query = {
                **narrow,
                "_count": "20",
                param: dina if param in ("patient", "subject") else self._known(name, param),
            }
            yield Asked("POST", f"/fhir/{name}/_search", headers={"Content-Type": FORM}, body=query)
            if not params[param].is_personal:
                yield Asked("GET", f"/fhir/{name}", tuple(query.items()))
        for one in self.seen[name][:2]:
            address = f"/fhir/{name}/{one['id']}"
            version = one.get("meta", {}).get("versionId") or one.get("version", "1")
            yield Asked("GET", address)
            yield Asked("GET", f"{address}/_history")
            yield Asked("GET", f"{address}/_history/{version}")

    def _known(self, name: str, param: str) -> str:
        match KINDS[name].params[param].kind:
            case "date":
                return "ge2026-01-01"
            case "reference":
                return KINDS[name].params[param].target + "/x"
            case "string":
                return "De"
            case _:
                return f"{identifier_system('demo')}|demo-1" if param == "identifier" else "active"

    def writes(self) -> Iterator[Asked]:
        """Each way to write: a fact of each kind, a form, a message, a referral, a step with one, a plan, a token."""
        dina = {"reference": f"Patient/{self.record.dina.id}"}
        headers = {"If-Match": "now", "Content-Type": FHIR}
        facts = {
            "work": "employed",
            "radiation": "none",
            "paresis_grade": 4,
            "onset_on": "2026-02-11",
            "relevant_trauma": None,
        }
        facts |= {"pain_sites": [next(iter(self.pathway.facts["pain_sites"].values))], "recurring_back_problems": "yes", "nrs_pain": None}  # fmt: skip
        for name, value in facts.items():
            said = observation_of(self.pathway, name, value)
            body = {
                "resourceType": "Observation",
                "status": "final",
                "subject": dina,
                "effectiveDateTime": "2026-06-01",
                **said,
            }
            yield Asked("POST", "/fhir/Observation", headers=headers, body=body)
        answer = [{"valueCoding": {"system": code_system("answers"), "code": "work.employed"}}]
        items = [
            {"linkId": "work", "answer": answer},
            {"linkId": "relevant_trauma", "answer": [{"valueBoolean": False}]},
        ]
        form = {"resourceType": "QuestionnaireResponse", "status": "completed", "subject": dina, "item": items}
        yield Asked("POST", "/fhir/QuestionnaireResponse", headers=headers, body=form)
        message = {
            "resourceType": "Communication",
            "status": "completed",
            "subject": dina,
            "payload": [{"contentString": "Hej"}],
        }
        yield Asked("POST", "/fhir/Communication", headers=headers, body=message)
        yield Asked("POST", "/fhir/ServiceRequest", headers=headers, body=self._referral(dina))
        yield Asked("PUT", f"/fhir/Task/{self.record.course}.r1", headers=headers, body=self._task(), token="hanne")
        plan, given = (
            "long_lasting",
            [{"name": "subject", "valueReference": dina}, {"name": "reason", "valueString": "x"}],
        )
        body = {"resourceType": "Parameters", "parameter": given}
        yield Asked("POST", f"/fhir/PlanDefinition/{plan.replace('_', '-')}/$apply", headers=headers, body=body)
        token = {"grant_type": "client_credentials", "scope": "system/*.rs", "client_assertion_type": ASSERTION_TYPE}
        yield Asked(
            "POST", "/oauth/token", headers={"Content-Type": FORM}, body=token | {"client_assertion": "now"}, token=""
        )

    def _referral(self, dina: dict[str, str]) -> dict[str, Any]:
        return {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "subject": dina,
            "code": {"coding": [{"system": code_system("efforts"), "code": "back_unit"}]},
            "performer": [{"reference": f"Organization/{self.record.hanne.organisation}"}],
            "note": [{"text": "Vurdering ønskes"}],
            "extension": [{"url": extension("outside-programme"), "valueString": "aftalt"}],
        }

    def _task(self) -> dict[str, Any]:
        found = self.send(Asked("GET", f"/fhir/Task/{self.record.course}.r1", token="hanne")).json()
        return {**found, "status": "in-progress", "executionPeriod": {"start": "2026-12-24"}}

    def hooks(self) -> Iterator[Asked]:
        """Each service of CDS Hooks with all it wants, and what became of its card."""
        told = [{"status": "final", **observation_of(self.pathway, name, v)} for name, v in INGA_GROUP_3.items()]
        entry = [{"resource": {"resourceType": "Observation", "effectiveDateTime": AS_OF, **one}} for one in told]
        order = self._referral({"reference": "Patient/p"}) | {"id": "o", "status": "draft"}
        drafts = {"resourceType": "Bundle", "entry": [{"resource": order}]}
        context = {
            "patientId": "p",
            "userId": "Practitioner/1",
            "encounterId": "e",
            "draftOrders": drafts,
            "selections": ["ServiceRequest/o"],
        }
        prefetch = {
            "patient": {"resourceType": "Patient", "id": "p", "birthDate": "1970-01-01"},
            "facts": {"resourceType": "Bundle", "entry": entry},
        }
        headers = {"Content-Type": JSON}
        yield Asked("GET", "/cds-services", token="")
        for service in SERVICES.values():
            call = {"hook": service.hook, "hookInstance": str(uuid4()), "context": context, "prefetch": prefetch}
            asked = Asked("POST", f"/cds-services/{service.id}", headers=headers, body=call, token="")
            yield asked
            for card in self.send(asked).json().get("cards", [])[:1]:
                told_back = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-06-01T10:00:00Z"}
                reason = {"overrideReason": {"reason": {"code": "x", "system": "y"}, "userComment": "z"}}
                yield Asked(
                    "POST", f"{asked.path}/feedback", headers=headers, body={"feedback": [told_back | reason]}, token=""
                )


def _reader(name: str) -> str:
    """Who may read this type: the log of looks is for who administers."""
    return "gustav" if name == "AuditEvent" else "anna"


def _tokens(record: Cast) -> dict[str, str]:
    return {
        "anna": bearer(record.anna)["Authorization"],
        "hanne": bearer(record.hanne)["Authorization"],
        "gustav": bearer(record.gustav)["Authorization"],
        "system": bearer(record.anna, at_keyboard=False)["Authorization"],
        "stranger": bearer(record.carla)["Authorization"],
        "narrow": bearer(record.anna, TOO_LITTLE)["Authorization"],
    }


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
    control = (
        "_count",
        "_sort",
        "_include",
        "_summary",
        "_cursor",
        "_format",
        "_pretty",
        "_total",
        "_since",
        "_type",
        "_id",
        "_lastUpdated",
    )
    names = [*control, *(name for name, _ in asked.query), *KINDS[dice.choice(list(KINDS))].params, dice.choice(WORDS)]
    name = dice.choice(names) + dice.choice(("", "", "", ":exact", ":missing", ":"))
    return replace(asked, query=(*asked.query, (name, dice.choice(WORDS))))


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
    return replace(asked, token=dice.choice(("anna", "hanne", "system", "stranger", "narrow", *NO_TOKEN)))


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


def answered(house: House, asked: Asked) -> int:
    """Send it and hold the answer against what is promised; its status."""
    answer = house.send(_with_assertion(house, asked))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    status, route, said = answer.status_code, asked.route, (asked, answer.status_code, content[:500])
    assert 200 <= status < 500, said
    if asked.token in ("stranger", "narrow", *NO_TOKEN):
        assert not any(secret in content for secret in SECRET), said
    if asked.token in NO_TOKEN and route.startswith("fhir_") and route not in PUBLIC:
        assert status >= 400, said
    if status >= 400 and asked.method != "HEAD":
        _has_the_shape_of_a_refusal(asked.path, route, content, said)
    return int(status)


def _with_assertion(house: House, asked: Asked) -> Asked:
    if isinstance(asked.body, dict) and asked.body.get("client_assertion") == "now":
        return replace(asked, body=asked.body | {"client_assertion": house.system.assertion()})
    return asked


def _has_the_shape_of_a_refusal(path: str, route: str, content: bytes, said: Any) -> None:
    if route.startswith("fhir_"):
        outcome = json.loads(content)
        assert outcome["resourceType"] == "OperationOutcome", said
        assert all(one["severity"] and one["code"] for one in outcome["issue"]), said
    elif route.startswith("cds_"):
        assert {"code", "message"} <= json.loads(content).keys(), said
    elif route == "oauth_token":
        assert {"error", "error_description"} == json.loads(content).keys(), said


@pytest.fixture
def house(
    request: pytest.FixtureRequest, databases: Databases, pathway: Pathway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """A fresh record; CDS Hooks answers without a signature, as on a demo."""
    monkeypatch.setattr(settings, "DEMO", True)
    with databases.fresh(getattr(request, "param", "sqlite")):
        yield House(pathway)


def test_every_route_has_a_good_request_that_is_answered(house: House) -> None:
    routes, good = {pattern.name for pattern in urls.urlpatterns}, chain.from_iterable(house.good)
    met = {asked.route for asked in good if answered(house, asked) < 300 or pytest.fail(str(asked))}
    assert met | {"fhir_nowhere"} >= routes


def test_no_route_is_answered_without_a_token(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    for asked in chain.from_iterable(house.good):
        for token in NO_TOKEN:
            if asked.route not in PUBLIC:
                assert house.send(replace(asked, token=token)).status_code == 401, asked


def _batches() -> Iterator[Any]:
    yield pytest.param("sqlite", 0, AT_ONCE, id="a-few")
    for number in range(1, BATCHES + 1):
        engine = ("sqlite", "postgresql")[number % 2]
        yield pytest.param(engine, number, IN_A_BATCH, id=f"{engine}-{number}", marks=pytest.mark.long)


@pytest.mark.parametrize(("house", "batch", "requests"), list(_batches()), indirect=["house"])
def test_what_is_spoiled_is_refused_in_order_and_breaks_nothing(house: House, batch: int, requests: int) -> None:
    dice = Random(batch)
    seen = Counter(answered(house, spoiled(house.good, dice)) for _ in range(requests))
    assert {200, 201, 400, 401, 403, 404, 405, 406, 422} <= seen.keys()
