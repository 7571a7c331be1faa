"""A public FHIR client (npm ``fhir-kit-client``), which nobody here wrote, drives the API of a running server."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from rygrad.fhir.api.oauth import ASSERTION_TYPE
from rygrad.fhir.names import code_system, extension, identifier_system
from rygrad.fhir.observed import observation_of
from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, people
from tests.fhir.tokens import EVERYTHING, System, registered
from tests.record.cast import GROUP_2, Cast, cast
from tests.record.databases import Databases
from tests.web.broker import free_port, served

SCRIPT = Path(__file__).with_name("client_library.mjs")
Given = dict[str, Any]

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("client library")]


@dataclass(frozen=True)
class Answer:
    """What the library gave back: the status and headers it kept, and the resource."""

    status: int | None
    headers: dict[str, str]
    body: Any

    @property
    def problem(self) -> tuple[int | None, str]:
        """The status and our code of a refusal, which is an OperationOutcome."""
        assert self.body["resourceType"] == "OperationOutcome", self.body
        return self.status, self.body["issue"][0]["details"]["coding"][0]["code"]

    @property
    def ids(self) -> list[str]:
        """The ids of what a search found."""
        return [one["resource"]["id"] for one in self.body.get("entry", ()) if one["search"]["mode"] == "match"]


@dataclass(frozen=True)
class Library:
    """The client library at one base address, with a token or without."""

    process: "subprocess.Popen[str]"
    base: str
    bearer: str | None = None

    def call(self, name: str, *given: Any) -> Answer:
        """One of the library's methods with its arguments."""
        assert self.process.stdin and self.process.stdout
        asked = {"base": self.base, "token": self.bearer, "call": name, "given": given}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        found = json.loads(self.process.stdout.readline())
        assert "error" not in found, found
        return Answer(found["status"], found["headers"], found["body"])

    def request(self, address: str, **more: Any) -> Answer:
        """Whatever the library has no method for."""
        return self.call("request", address, more)

    def read(self, kind: str, id: str, **more: Any) -> Answer:
        """A resource."""
        return self.call("read", {"resourceType": kind, "id": id, **more})

    def search(self, kind: str, *, options: Given | None = None, **params: Any) -> Answer:
        """A search; an underscore first stays, others inside a name are dashes."""
        return self.call("search", {"resourceType": kind, "searchParams": params, "options": options or {}})

    def create(self, body: Given, **headers: str) -> Answer:
        """A new resource, sent with these headers."""
        options = {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}
        return self.call("create", {"resourceType": body["resourceType"], "body": body, "options": options})

    def version(self, course: str) -> str:
        """The ETag of a course: what a writer has read."""
        return self.read("EpisodeOfCare", course).headers["etag"]


@dataclass(frozen=True)
class House:
    """A server that answers, the record behind it, and the library."""

    record: Cast
    nobody: Library
    systems: dict[str, System]

    def __getattr__(self, user: str) -> Library:
        """The library with a token for this user at their own system."""
        return replace(self.nobody, bearer=token(self, user, user))

    def system(self, user: str) -> Library:
        """The library with a token of this user's system, nobody being at the keyboard."""
        return replace(self.nobody, bearer=token(self, user, None))


def token(house: House, system: str, subject: str | None) -> str:
    """A token by SMART Backend Services, from the address that the library found."""
    where = house.nobody.request(".well-known/smart-configuration").body["token_endpoint"]
    sent = {
        "grant_type": "client_credentials",
        "scope": EVERYTHING,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": house.systems[system].assertion(subject, aud=where),
    }
    answer = requests.post(where, data=sent, timeout=10)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


@pytest.fixture(scope="module")
def library() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(["node", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


@pytest.fixture(scope="module")
def house(
    databases: Databases, library: "subprocess.Popen[str]", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Dina's course returned to Anna, one more of Anna's, and a system at three places."""
    folder, port = tmp_path_factory.mktemp("house"), free_port()
    address = f"http://127.0.0.1:{port}"
    with databases.fresh("sqlite") as url:
        record = cast()
        other = people.register_person("Ejnar Demosen", {"demo": "demo-3"}, is_invented=True)
        record.open(acts.FactsRecorded(GROUP_2, "professional"), person=other)
        record.returned()
        systems = {user: registered(getattr(record, user)) for user in ("anna", "hanne", "carla")}
        with served(folder, url, port, "", RYGRAD_ADDRESS=address):
            yield House(record, Library(library, f"{address}/fhir"), systems)


def observed(house: House, pathway: Pathway, name: str, value: Any) -> Given:
    """A fact about Dina as another system sends it."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{house.record.dina.id}"},
        **observation_of(pathway, name, value),
    }


@pytest.mark.parametrize("attempt", range(4))
def test_it_finds_where_tokens_are_given(house: House, attempt: int) -> None:
    """The library asks the SMART document and the CapabilityStatement at once, and takes what comes first."""
    assert house.nobody.call("smartAuthMetadata", {}).body["tokenUrl"].endswith("/oauth/token")


def test_it_reads_what_the_server_can_do(house: House) -> None:
    statement = house.nobody.call("capabilityStatement")
    assert (statement.status, statement.body["fhirVersion"]) == (200, "4.0.1")
    kinds = {one["type"]: one for one in statement.body["rest"][0]["resource"]}
    assert {"create", "read", "search-type"} <= {one["code"] for one in kinds["Observation"]["interaction"]}


def test_without_a_token_it_gets_an_outcome(house: House) -> None:
    assert house.nobody.read("Patient", house.record.dina.id).problem == (401, "no_token")
    assert house.nobody.search("Observation").problem == (401, "no_token")
    assert replace(house.nobody, bearer="x").read("Patient", house.record.dina.id).problem == (401, "no_token")


def test_a_system_reads_alone_what_its_organisation_may_see(house: House) -> None:
    assert house.system("anna").read("Patient", house.record.dina.id).body["name"][0]["family"] == "Demosen"
    assert house.carla.read("Patient", house.record.dina.id).problem[0] == 404


def test_it_reads_a_resource_its_versions_and_its_history(house: House) -> None:
    anna, course = house.anna, house.record.course
    now = anna.read("EpisodeOfCare", course)
    assert now.headers["etag"] == f'W/"{now.body["meta"]["versionId"]}"'
    history = anna.call("history", {"resourceType": "EpisodeOfCare", "id": course}).body
    versions = [one["resource"]["meta"]["versionId"] for one in history["entry"]]
    assert history["total"] == len(versions) > 1 and versions == sorted(versions, key=int, reverse=True)
    then = anna.call("vread", {"resourceType": "EpisodeOfCare", "id": course, "version": versions[-1]})
    assert then.body == history["entry"][-1]["resource"]
    assert then.body != now.body


def pages(library: Library, first: Answer) -> list[Answer]:
    """The first page and all that follow by the library's own way of going on."""
    found = [first]
    while any(link["relation"] == "next" for link in found[-1].body["link"]):
        found.append(library.call("nextPage", {"bundle": found[-1].body}))
        assert len(found) < 100
    return found


def test_it_goes_through_the_pages_of_a_search_of_one_citizen(house: House) -> None:
    anna, dina = house.anna, house.record.dina.id
    whole = anna.search("Observation", patient=dina, _sort="date", _count=200)
    found = pages(anna, anna.search("Observation", patient=dina, _sort="date", _count=7))
    assert len(whole.ids) == whole.body["total"] == len(set(whole.ids)) > 14
    assert [id for page in found for id in page.ids] == whole.ids
    assert {len(page.ids) for page in found[:-1]} == {7}


def test_it_goes_through_the_pages_of_a_search_that_names_nobody(house: House) -> None:
    anna = house.anna
    found = pages(anna, anna.search("Observation", _count=4))
    patients = {one["resource"]["subject"]["reference"] for page in found for one in page.body["entry"]}
    ids = [id for page in found for id in page.ids]
    assert len(ids) == len(set(ids)) > 30
    assert len(patients) == 2, "both citizens of the practice"
    assert house.carla.search("Observation", _count=4).ids == []


def test_it_finds_a_citizen_by_number_only_where_no_address_tells_it(house: House) -> None:
    number = f"{identifier_system('demo')}|demo-1"
    found = house.anna.search("Patient", identifier=number, options={"postSearch": True})
    assert found.ids == [house.record.dina.id]
    assert "demo-1" not in json.dumps(found.body["link"])
    assert house.anna.search("Patient", identifier=number).problem == (405, "only_by_post")


def test_it_resolves_references_within_a_bundle_and_beyond(house: House) -> None:
    anna, dina = house.anna, house.record.dina.id
    bundle = anna.search("EpisodeOfCare", patient=dina, _include="EpisodeOfCare:patient").body
    reference = bundle["entry"][0]["resource"]["patient"]["reference"]
    assert reference == f"Patient/{dina}"
    assert any(one["search"]["mode"] == "include" and one["resource"]["id"] == dina for one in bundle["entry"])
    holder = bundle["entry"][0]["resource"]["managingOrganization"]["reference"]
    assert anna.call("resolve", {"reference": holder}).body["name"] == "Lægerne på Demovej"


def test_it_creates_and_reads_back_what_it_created(house: House, pathway: Pathway) -> None:
    anna = house.anna
    sent = observed(house, pathway, "work", "sick_listed")
    made = anna.create(sent, If_Match=anna.version(house.record.course))
    assert made.status == 201 and made.headers["location"].startswith(f"{anna.base}/Observation/{made.body['id']}/")
    back = anna.read("Observation", made.body["id"])
    assert (
        back.body["valueCodeableConcept"] == sent["valueCodeableConcept"]
        and back.body["code"]["coding"] == sent["code"]["coding"]
    )
    assert anna.request(made.headers["location"]).body == back.body
    code = f"{code_system('facts')}|work"
    assert anna.search("Observation", patient=house.record.dina.id, code=code).ids == [made.body["id"]]


def test_a_conditional_create_counts_once(house: House, pathway: Pathway) -> None:
    anna, course = house.anna, house.record.course
    sent, before = observed(house, pathway, "work", "employed"), anna.version(course)
    once = {"If_None_Exist": f"identifier={identifier_system('key')}|client-1"}
    first = anna.create(sent, If_Match=before, **once)
    again = anna.create(sent, If_Match=before, **once)
    assert (first.status, again.status) == (201, 200)
    assert first.body["id"] == again.body["id"]
    assert anna.version(course) == first.headers["etag"] != before


def test_who_writes_on_what_was_read_too_long_ago_gets_a_conflict(house: House, pathway: Pathway) -> None:
    anna, course = house.anna, house.record.course
    stale = anna.version(course)
    sent = observed(house, pathway, "work", "employed")
    assert anna.create(sent, If_Match=stale).status == 201
    conflict = anna.create(observed(house, pathway, "work", "sick_listed"), If_Match=stale)
    assert conflict.problem[0] == 412
    assert conflict.headers["etag"] == anna.version(course) != stale
    assert anna.create(sent).problem[0] == 428
    assert anna.create(sent, If_Match="yesterday").problem == (400, "if_match")


def test_a_referral_goes_round_between_two_systems(house: House) -> None:
    """Anna's system refers, Hanne's accepts, and Anna's sees it; each by its own token."""
    anna, hanne, course = house.anna, house.hanne, house.record.course
    sent = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{house.record.dina.id}"},
        "code": {"coding": [{"system": code_system("efforts"), "code": "surgical_assessment"}]},
        "performer": [{"reference": f"Organization/{house.record.hanne.organisation}"}],
        "note": [{"text": "Vurdering ønskes"}],
        "extension": [{"url": extension("outside-programme"), "valueString": "Aftalt på konference"}],
    }
    referral = anna.create(sent, If_Match=anna.version(course))
    assert referral.status == 201, referral.body
    focus = f"ServiceRequest/{referral.body['id']}"
    (task,) = hanne.search("Task", patient=house.record.dina.id, focus=focus).body["entry"]
    task = task["resource"]
    assert task["status"] == "requested"
    options = {"headers": {"If-Match": hanne.read("Task", task["id"]).headers["etag"]}}
    update = {"resourceType": "Task", "id": task["id"], "body": task | {"status": "accepted"}, "options": options}
    accepted = hanne.call("update", update)
    assert (accepted.status, accepted.body["status"]) == (200, "accepted"), accepted.body
    assert anna.read("Task", task["id"]).body["status"] == "accepted"
    assert hanne.call("update", update).problem[0] == 412


def test_it_asks_for_everything_and_for_what_the_programme_proposes(house: House, pathway: Pathway) -> None:
    anna, dina = house.anna, house.record.dina.id
    everything = anna.call("operation", {"name": "everything", "resourceType": "Patient", "id": dina, "method": "GET"})
    kinds = {one["resource"]["resourceType"] for one in everything.body["entry"]}
    assert {"Patient", "EpisodeOfCare", "Observation", "CarePlan"} <= kinds
    asked = {"name": "apply", "resourceType": "PlanDefinition", "id": pathway.identity.id, "method": "GET"}
    before = anna.version(house.record.course)
    proposal = anna.call("operation", asked | {"input": {"subject": f"Patient/{dina}"}})
    assert (proposal.status, proposal.body["intent"]) == (200, "proposal")
    assert anna.version(house.record.course) == before, "a preview stores nothing"


def test_what_the_server_does_not_do_is_said_as_an_outcome(house: House) -> None:
    anna, dina = house.anna, house.record.dina.id
    assert anna.call("delete", {"resourceType": "Patient", "id": dina}).problem == (405, "method")
    patch = {"resourceType": "Patient", "id": dina, "jsonPatch": []}
    assert anna.call("patch", patch).problem == (405, "method")
    batch = {"resourceType": "Bundle", "type": "batch", "entry": []}
    assert anna.call("batch", {"body": batch}).problem[0] in (404, 405)
    assert anna.call("systemHistory", {}).problem[0] in (404, 405)
    assert anna.read("Encounter", "x").problem[0] == 404
    assert anna.search("Observation", _sort="nothing").problem == (400, "sort")
