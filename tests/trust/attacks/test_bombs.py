"""Documents that are bombs, at every reader of documents: refused with a reason, soon, and in little memory."""

import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from rygrad.cli import records
from rygrad.pathway.errors import RygradError
from rygrad.pathway.read import HASHED, content_folder
from rygrad.record.backup import FORMAT, restore
from rygrad.record.models import Person
from rygrad.web.contentupload import from_folder
from tests.fhir.api import Api
from tests.fhir.hooks.calls import PATIENT, ask
from tests.figures import write_figures
from tests.interfaces.command import rygrad
from tests.record.cast import Cast
from tests.record.databases import Databases
from tests.trust.attacks.bombs import AS_JSON, AS_YAML
from tests.web.visitor import Visitor

_SOON_SECONDS = 10
_TEST = "tests/trust/attacks/test_bombs.py::test_"


@contextmanager
def soon(what: str) -> Iterator[None]:
    """A bomb is put out in seconds, on a slow machine too."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < _SOON_SECONDS, what


def _citizens(folder: Path, ending: str, bombs: dict[str, bytes]) -> list[str]:
    """What `rygrad assess` takes of these; it should take nothing."""
    taken = []
    for name, data in bombs.items():
        file = folder / f"bomb.{ending}"
        file.write_bytes(data)
        with soon(name):
            taken += [f"{ending}, {name}: {one}"[:200] for one in records.read_file(str(file)) if _is_citizen(one)]
    return taken


def _is_citizen(found: Any) -> bool:
    """It has a shape that goes on to be decided; whether its facts are possible is asked there."""
    if isinstance(found, records.Rejected):
        return False
    try:
        _, _, facts = records.checked(found)
    except RygradError:
        return False
    return all(isinstance(value, str) and value.isascii() for value in facts.values())


def test_no_bomb_becomes_a_citizen(tmp_path: Path) -> None:
    readers: dict[str, dict[str, bytes]] = {
        "json": AS_JSON,
        "ndjson": AS_JSON,
        "yaml": AS_YAML,
        "yml": AS_YAML,
        "txt": AS_JSON,
    }
    taken = [one for ending, bombs in readers.items() for one in _citizens(tmp_path, ending, bombs)]
    counts: dict[str, int | float | str] = {"documents": sum(map(len, readers.values())), "taken": len(taken)}
    says = "bombs in JSON, YAML and XML at `rygrad assess`"
    write_figures(
        "attack-bombs-files",
        promise="attacks",
        says=says,
        test=f"{_TEST}no_bomb_becomes_a_citizen",
        counts=counts,
        full=False,
    )
    assert taken == []


def test_references_that_are_used_sensibly_are_read(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text("- {id: a, facts: &f {work: employed}}\n- {id: b, facts: *f}\n", "utf-8")
    assert [records.checked(one)[2] for one in records.read_file(str(file)) if isinstance(one, records.Record)] == [
        {"work": "employed"}
    ] * 2


def _systems(record: Cast) -> dict[str, Callable[[bytes], Any]]:
    """Every address that reads a document of another system."""
    api, scim = Api(record.anna), "application/fhir+json"
    wanted = {"If_Match": 'W/"1"'}
    fhir = {
        path: lambda data, path=path: api.post(path, data, **wanted)
        for path in (
            "Observation",
            "QuestionnaireResponse",
            "Communication",
            "ServiceRequest",
            "PlanDefinition/recurrent/$apply",
        )
    }
    task = {"Task": lambda data: api.put(f"Task/{record.course}.r1", data, **wanted)}
    hooks = {
        "a service": lambda data: ask(PATIENT, data),
        "feedback": lambda data: ask(f"{PATIENT}/feedback", data),
        "token": lambda data: api.client.post("/oauth/token", data, content_type=scim),
    }
    return fhir | task | hooks


FEW = ("Observation", "a service", "token")


@pytest.mark.parametrize("all_readers", [False, pytest.param(True, marks=pytest.mark.long)])
def test_no_bomb_of_another_system_is_taken(record: Cast, monkeypatch: pytest.MonkeyPatch, all_readers: bool) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    record.referred()
    before, counts, wrong = record.version, Counter[str](), []
    readers = _systems(record)
    for reader in readers if all_readers else FEW:
        send = readers[reader]
        for name, data in AS_JSON.items():
            with soon(name):
                answer = send(data)
            counts.update(
                {"documents": 1, "refused": 400 <= answer.status_code < 500, "answers 5xx": answer.status_code >= 500}
            )
            if not 400 <= answer.status_code < 500 or b"root:" in answer.content:
                wrong.append(f"{reader}, {name}: {answer.status_code}")
    says = "bombs in JSON and XML at the FHIR server, CDS Hooks and the token endpoint"
    write_figures(
        "attack-bombs-systems",
        promise="attacks",
        says=says,
        test=f"{_TEST}no_bomb_of_another_system_is_taken",
        counts=dict(counts),
        full=all_readers,
    )
    assert wrong == []
    assert record.version == before


@pytest.mark.long
@pytest.mark.parametrize("bomb", AS_YAML)
def test_no_bomb_becomes_content(bomb: str, tmp_path: Path) -> None:
    whole = content_folder("rygsmerter")
    for name in HASHED:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(AS_YAML[bomb] if name == "facts.yaml" else (whole / name).read_bytes())
    with soon(bomb):
        checked = from_folder(str(tmp_path))
    assert checked.problems
    assert checked.files == {}
    assert not any("Error (" in one.text("en") for one in checked.problems)


def _backups() -> dict[str, bytes]:
    head = json.dumps({"format": FORMAT}).encode() + b"\n"
    return {
        "a line without end": head + b" " * 60_000_000,
        "lists 100,000 deep": head + b"[" * 100_000 + b"\n",
        "a number without end": head + b'["Person", {"id": ' + b"9" * 100_000 + b"}]\n",
        "a way up": head + b'["../../etc/passwd", {}]\n',
        "a class": head + b'["__class__", {"__init__": 1}]\n',
        "columns of our own": head + b'["Person", {"id": "p", "_state": 1, "pk": 2}]\n',
        "zipped twice": gzip.compress(head),
    }


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "lists 100,000 deep", "a way up", "a line without end", "a number without end", "a class", "columns of our own",
        "zipped twice",
    ],
)  # fmt: skip
def test_a_backup_that_is_a_bomb_leaves_nothing(name: str, databases: Databases, tmp_path: Path) -> None:
    file = tmp_path / "bomb.gz"
    file.write_bytes(gzip.compress(_backups()[name], 1))
    with databases.empty("sqlite"), soon(name):
        with pytest.raises(RygradError) as refused:
            restore(file)
        assert refused.value.code == "cut_backup"
        assert Person.objects.count() == 0


@pytest.mark.long
def test_bombs_are_put_in_the_login_in_vain(record: Cast) -> None:
    for name, data in AS_JSON.items():
        visitor = Visitor(raise_request_exception=False)
        form = visitor.form(visitor.get("/log-ind"), "/log-ind")
        with soon(name):
            answer = visitor.send(form, username="anna", carried=data.decode("utf-8", "replace"))
        assert answer.status_code in (401, 429), name


@pytest.mark.long
def test_an_import_takes_no_bomb_and_follows_no_link_out_of_its_folder(tmp_path: Path) -> None:
    shown = rygrad("demo", "--lists", "--courses", "12", "--as-of", "2026-11-24", TMPDIR=str(tmp_path))
    url = next(word for word in shown.out.split() if word.startswith("sqlite:///"))
    folder, secret, rejects = tmp_path / "in", tmp_path / "secret.json", tmp_path / "rejects.ndjson"
    folder.mkdir()
    for number, data in enumerate(AS_JSON.values()):
        (folder / f"b{number:02}.json").write_bytes(data)
    secret.write_text('{"resourceType": "Patient", "id": "hemmelig"}', "utf-8")
    (folder / "x.json").symlink_to(secret)
    (folder / "up.json").symlink_to("../secret.json")
    (folder / "folder.json").mkdir()
    with soon("an import"):
        ran = rygrad("import", "fhir", folder, "--by", "anna", "--rejects", rejects, "--database", url)
    assert ran.code == 3, ran.err
    assert "Traceback" not in ran.err
    assert "hemmelig" not in rejects.read_text("utf-8")
    lines = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
    assert sum("ud af mappen" in line["why"] for line in lines) == 2
    assert "0 forløb oprettet." in ran.out
