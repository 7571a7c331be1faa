"""Bulk export: a file for each type, of what one's own organisation may see, written as it is fetched."""

import json
from typing import Any

import pytest

from rygrad.record import acts
from rygrad.record.models import Look
from tests.fhir.api import Api, in_april, problem
from tests.fhir.validator.problems import problems_of
from tests.record.cast import Cast


@pytest.fixture(autouse=True)
def spring(monkeypatch: pytest.MonkeyPatch) -> None:
    in_april(monkeypatch)


def path_of(url: str) -> str:
    return url.partition("/fhir/")[2]


def begun(api: Api, query: str = "") -> Any:
    answer = api.get(f"$export{query}", Prefer="respond-async")
    assert answer.status_code == 202, answer.content
    status = api.get(path_of(answer.headers["Content-Location"]))
    assert status.status_code == 200
    return status.json()


def lines(api: Api, url: str) -> list[dict[str, Any]]:
    answer = api.get(path_of(url))
    assert answer.headers["Content-Type"] == "application/fhir+ndjson"
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_every_file_of_the_manifest_is_there_and_valid(record: Cast) -> None:
    record.referred()
    api = Api(record.anna)
    manifest = begun(api)
    assert manifest["requiresAccessToken"] is True and manifest["error"] == []
    found = {one["type"]: lines(api, one["url"]) for one in manifest["output"]}
    assert {one["resourceType"] for several in found.values() for one in several} == set(found) - {
        "RelatedPerson",
        "QuestionnaireResponse",
        "Communication",
    }
    assert problems_of([one for several in found.values() for one in several], resolve=True) == []
    assert [one["id"] for one in found["Patient"]] == [record.dina.id]


def test_it_holds_only_what_one_may_see_and_each_course_is_a_look(record: Cast) -> None:
    record.referred()
    carla = Api(record.carla)
    assert lines(carla, begun(carla, "?_type=Patient")["output"][0]["url"]) == []
    anna, before = Api(record.anna), Look.objects.count()
    lines(anna, begun(anna, "?_type=EpisodeOfCare")["output"][0]["url"])
    assert Look.objects.count() == before + 1


def test_types_since_and_scopes_are_held(record: Cast) -> None:
    record.referred()
    api = Api(record.anna, "user/Task.rs user/Patient.r")
    assert {one["type"] for one in begun(api)["output"]} == {"Task", "Patient"}
    for query, status in (("?_type=Goal", 400), ("?_type=Condition", 403), ("?_since=i%20g%C3%A5r", 400)):
        assert api.get(f"$export{query}", Prefer="respond-async").status_code == status
    after = begun(api, "?_type=Task&_since=2100-01-01T00:00:00Z")
    assert lines(api, after["output"][0]["url"]) == []
    assert api.get("$export").status_code == 400


def test_an_export_is_its_own_systems_alone(record: Cast) -> None:
    record.referred()
    url = begun(Api(record.anna))["output"][0]["url"]
    for other in (Api(record.bo), Api(record.anna)):  # another organisation's, and another system of the same
        answer = other.get(path_of(url))
        assert (answer.status_code, problem(answer)) == (404, "not_found")
    assert Api(record.anna).get("$export-status/forged").status_code == 404


def test_a_relationship_that_ends_is_not_in_a_file_fetched_later(record: Cast) -> None:
    record.referred()
    hanne = Api(record.hanne)
    url = begun(hanne, "?_type=EpisodeOfCare")["output"][0]["url"]
    assert len(lines(hanne, url)) == 1
    record.write(record.dina, acts.AccessRevoked(record.hanne.organisation or "", "mig selv"))
    assert lines(hanne, url) == []
