"""Every route of the FHIR server, its tokens and CDS Hooks, asked what nobody thought of.

A good request of each kind is spoiled in one to four places, from a seed: every batch is the same each time. The long
battery sends 100,000, a fifth of the batches to PostgreSQL.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.test import Client

from rygrad.fhir import urls
from rygrad.fhir.api.kinds import KINDS
from rygrad.fhir.api.oauth import ASSERTION_TYPE
from rygrad.fhir.hooks.offered import SERVICES
from rygrad.fhir.names import code_system, extension, identifier_system
from rygrad.fhir.observed import observation_of
from rygrad.pathway.pathway import Pathway
from rygrad.record.models import Course
from rygrad.record.verify import verify
from tests.fhir.spoiling import FHIR, FORM, JSON, NO_TOKEN, Asked, spoiled
from tests.fhir.tokens import EVERYTHING, System, registered
from tests.record.administrators import places
from tests.record.cast import Cast, cast
from tests.record.databases import Databases

AT_ONCE, IN_A_BATCH, BATCHES = 250, 2_000, 50
PUBLIC = ("fhir_metadata", "smart_configuration", "oauth_token", "integration", "integration_example")
TOO_LITTLE = "system/Organization.rs user/Organization.rs"
SECRET = b"Demosen"
"""A citizen's name: never in an answer to who may not see one."""


class House:
    """A fresh record with a course that was referred, who may ask, and a good request of each kind."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway, self.record = pathway, cast()
        self.record.gustav = places().gustav
        self.record.referred()
        self.systems = _systems(self.record)
        self.tokens: dict[str, str] = {}
        self.renew()
        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        self.export = ""
        self.seen = self._seen()
        self.export = self.send(self._export()).headers["Content-Location"].rpartition("/")[2]
        self.good = [list(self.reads()), list(self.writes()), list(self.hooks())]

    def renew(self) -> None:
        """New tokens: they last five minutes."""
        for name, (system, subject) in self.systems.items():
            self.tokens[name] = f"Bearer {system.ask(EVERYTHING, subject).json()['access_token']}"

    def send(self, asked: Asked) -> Any:
        """The answer."""
        sent = {name: value for name, value in asked.headers.items() if name not in ("Content-Type", "Authorization")}
        token = self.tokens.get(asked.who, asked.who)
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
            answer = self.send(Asked("GET", f"/fhir/{kind.name}", query, who=_reader(kind.name))).json()
            found[kind.name] = [one["resource"] for one in answer.get("entry", [])][:6]
        return found

    @staticmethod
    def _export() -> Asked:
        return Asked("GET", "/fhir/$export", (("_type", "Patient,Observation"),), {"Prefer": "respond-async"})

    def reads(self) -> Iterator[Asked]:
        """Each way to read, of each type."""
        dina, plan = self.record.dina.id, next(iter(self.seen["PlanDefinition"]))["id"]
        yield Asked("GET", "/fhir/metadata", who="")
        yield Asked("GET", "/fhir/.well-known/smart-configuration", who="")
        yield self._export()
        yield Asked("GET", f"/fhir/$export-status/{self.export}")
        yield Asked("GET", f"/fhir/$export-file/{self.export}/Observation.ndjson")
        yield Asked("GET", f"/fhir/Patient/{dina}/$everything")
        yield Asked("GET", f"/fhir/PlanDefinition/{plan}/$apply", (("subject", f"Patient/{dina}"),))
        for name in KINDS:
            yield from (replace(asked, who=_reader(name)) for asked in self._reads_of(name))

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
        yield Asked("PUT", f"/fhir/Task/{self.record.course}.r1", headers=headers, body=self._task(), who="hanne")
        plan, given = (
            "long_lasting",
            [{"name": "subject", "valueReference": dina}, {"name": "reason", "valueString": "x"}],
        )
        body = {"resourceType": "Parameters", "parameter": given}
        yield Asked("POST", f"/fhir/PlanDefinition/{plan.replace('_', '-')}/$apply", headers=headers, body=body)
        token = {"grant_type": "client_credentials", "scope": "system/*.rs", "client_assertion_type": ASSERTION_TYPE}
        yield Asked(
            "POST", "/oauth/token", headers={"Content-Type": FORM}, body=token | {"client_assertion": "now"}, who=""
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
        found = self.send(Asked("GET", f"/fhir/Task/{self.record.course}.r1", who="hanne")).json()
        return {**found, "status": "in-progress", "executionPeriod": {"start": "2026-12-24"}}

    def hooks(self) -> Iterator[Asked]:
        """Each service of CDS Hooks with a whole call of the integrators' page, and what became of its card."""
        yield Asked("GET", "/cds-services", who="")
        yield Asked("GET", "/integration", who="")
        for service in SERVICES:
            example = Asked("GET", f"/integration/mr-udfoert/{service}.json", who="")
            call = self.send(example).json()
            asked = Asked("POST", f"/cds-services/{service}", headers={"Content-Type": JSON}, body=call, who="")
            yield from (example, asked)
            for card in self.send(asked).json()["cards"][:1]:
                told = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-06-01T10:00:00Z"}
                reason = {"overrideReason": {"reason": {"code": "x", "system": "y"}, "userComment": "z"}}
                yield replace(asked, path=f"{asked.path}/feedback", body={"feedback": [told | reason]})


def _reader(name: str) -> str:
    """Who may read this type: the log of looks is for who administers."""
    return "gustav" if name == "AuditEvent" else "anna"


def _systems(record: Cast) -> dict[str, tuple[System, str | None]]:
    """Who asks, each with a system of their own, and who is at the keyboard."""
    return {
        "anna": (registered(record.anna), "anna"),
        "hanne": (registered(record.hanne), "hanne"),
        "gustav": (registered(record.gustav), "gustav"),
        "system": (registered(record.anna), None),
        "stranger": (registered(record.carla), "carla"),
        "narrow": (registered(record.anna, TOO_LITTLE), "anna"),
    }


def answered(house: House, asked: Asked) -> int:
    """Send it and hold the answer against what is promised; its status."""
    answer = house.send(_with_assertion(house, asked))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    status, route, said = answer.status_code, asked.route, (asked, answer.status_code, content[:500])
    assert 200 <= status < 500, said
    if asked.who in ("stranger", "narrow", *NO_TOKEN):
        assert SECRET not in content, said
    if asked.who in NO_TOKEN and route.startswith("fhir_") and route not in PUBLIC:
        assert status >= 400, said
    if status >= 400 and asked.method != "HEAD":
        _has_the_shape_of_a_refusal(asked.path, route, content, said)
    return int(status)


def _with_assertion(house: House, asked: Asked) -> Asked:
    if isinstance(asked.body, dict) and asked.body.get("client_assertion") == "now":
        return replace(asked, body=asked.body | {"client_assertion": house.systems["system"][0].assertion()})
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


@pytest.mark.long
def test_every_route_has_a_good_request_that_is_answered(house: House) -> None:
    routes, good = {pattern.name for pattern in urls.urlpatterns}, chain.from_iterable(house.good)
    met = {asked.route for asked in good if answered(house, asked) < 300 or pytest.fail(str(asked))}
    assert met | {"fhir_nowhere"} >= routes


def test_no_route_is_answered_without_a_token(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    for asked in chain.from_iterable(house.good):
        for nobody in NO_TOKEN:
            if asked.route not in PUBLIC:
                assert house.send(replace(asked, who=nobody)).status_code == 401, asked


def test_it_notices_when_a_stranger_is_answered(house: House) -> None:
    house.tokens["stranger"] = house.tokens["anna"]
    with pytest.raises(AssertionError, match="Demosen"):
        answered(house, Asked("GET", f"/fhir/Patient/{house.record.dina.id}", who="stranger"))


def _batches() -> Iterator[Any]:
    yield pytest.param("sqlite", 0, AT_ONCE, id="a-few")
    for number in range(1, BATCHES + 1):
        engine = "sqlite" if number % 5 else "postgresql"
        yield pytest.param(engine, number, IN_A_BATCH, id=f"{engine}-{number}", marks=pytest.mark.long)


@pytest.mark.parametrize(("house", "batch", "requests"), list(_batches()), indirect=["house"])
def test_what_is_spoiled_is_refused_in_order_and_breaks_nothing(house: House, batch: int, requests: int) -> None:
    dice = Random(batch)
    seen = Counter[int]()
    for _ in range(0, requests, AT_ONCE):
        house.renew()
        seen.update(answered(house, spoiled(house.good, dice)) for _ in range(AT_ONCE))
    assert {200, 201, 400, 401, 403, 404, 405, 422} <= seen.keys()
    assert not verify(replay=False).problems
