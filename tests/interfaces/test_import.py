"""`rygrad import fhir` and `rygrad export course`: from one record to another, as an operator would."""

import json
import re
from pathlib import Path

import pytest

from tests.interfaces.command import Ran, rygrad


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small demo region."""
    folder = tmp_path_factory.mktemp("demo")
    shown = rygrad("demo", "--lists", "--courses", "12", "--as-of", "2026-11-24", TMPDIR=str(folder))
    found = re.search(r"--database (sqlite:///\S+)", shown.out)
    assert found, shown.err
    return found[1]


def taken(url: str, path: Path, rejects: Path, *more: str) -> Ran:
    return rygrad("import", "fhir", path, "--by", "anna", "--rejects", rejects, "--database", url, *more)


PATIENT = {
    "resourceType": "Patient",
    "id": "x",
    "identifier": [{"system": "urn:demo", "value": "77"}],
    "name": [{"given": ["Ida"], "family": "Demosen"}],
}


def test_it_takes_what_it_can_and_writes_the_rest_with_the_reason(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    order = {"resourceType": "ServiceRequest", "subject": {"reference": "Patient/x"}}
    lines = [PATIENT, order, {"resourceType": "Patient", "id": "y"}, {"resourceType": "Goal"}]
    text = "\n".join([*map(json.dumps, lines), "{ikke json", ""])
    (folder / "data.ndjson").write_text(text, "utf-8")
    (folder / "laes-mig.txt").write_text("intet", "utf-8")
    rejects = tmp_path / "rejects.ndjson"
    ran = taken(url, folder, rejects)
    assert ran.code == 3, ran.err
    assert "1 forløb oprettet." in ran.out
    assert "1 borgere blev ikke taget ind." in ran.out
    assert "1 linjer kunne ikke læses." in ran.out
    lost = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
    assert {one.get("resource", {}).get("resourceType") for one in lost} == {None, "ServiceRequest", "Patient", "Goal"}
    assert all(one["why"] for one in lost)
    assert any(one.get("text") == "{ikke json" for one in lost)
    assert rejects.stat().st_mode & 0o077 == 0
    again = taken(url, folder, tmp_path / "again.ndjson")
    assert "1 var her i forvejen." in again.out


@pytest.mark.long
def test_a_course_goes_out_as_a_bundle(url: str, tmp_path: Path) -> None:
    made = taken(url, _one(tmp_path, PATIENT | {"identifier": [{"system": "urn:demo", "value": "78"}]}), tmp_path / "r")
    assert made.code == 0, made.err
    import sqlite3

    with sqlite3.connect(url.removeprefix("sqlite:///")) as db:
        (course,) = db.execute("SELECT id FROM record_course ORDER BY opened_at DESC LIMIT 1").fetchone()
    ran = rygrad("export", "course", course, "--fhir", "--database", url)
    bundle = json.loads(ran.out)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert f"EpisodeOfCare/{course}" in {e["fullUrl"].partition("/fhir/")[2] for e in bundle["entry"]}
    assert rygrad("export", "course", "c-nothing", "--database", url).code == 2


def _one(tmp_path: Path, resource: dict[str, object]) -> Path:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(resource), "utf-8")
    return file


@pytest.mark.long
def test_it_says_who_may_and_never_writes_over_a_file(url: str, tmp_path: Path) -> None:
    file = _one(tmp_path, PATIENT)
    nobody = rygrad("import", "fhir", file, "--by", "freja", "--rejects", tmp_path / "r", "--database", url)
    assert nobody.code == 2
    assert "kliniker" in nobody.err
    (tmp_path / "there").write_text("mit", "utf-8")
    assert taken(url, file, tmp_path / "there").code == 2
    assert (tmp_path / "there").read_text("utf-8") == "mit"
