"""The package: the same bytes for the same content, read by npm, and never written over what is somebody else's."""

import gzip
import io
import json
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from rygrad.fhir.artefacts import folder
from rygrad.fhir.artefacts.package import INDEX, MANIFEST, files
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from tests.versions import LATER, PACKAGED

ARCHIVE = f"rygrad.rygsmerter-{PACKAGED}.tgz"


@pytest.fixture(scope="module")
def made(pathway: Pathway) -> dict[str, bytes]:
    return files(pathway)


def newer(pathway: Pathway) -> dict[str, bytes]:
    return files(replace(pathway, identity=replace(pathway.identity, version=LATER)))


def test_the_same_content_gives_the_same_bytes(made: dict[str, bytes]) -> None:
    assert files(load_pathway()) == made


def test_it_is_a_fhir_package(made: dict[str, bytes]) -> None:
    manifest, index = json.loads(made[MANIFEST]), json.loads(made[INDEX])
    assert (manifest["name"], manifest["version"], manifest["fhirVersions"]) == (
        "rygrad.rygsmerter",
        PACKAGED,
        ["4.0.1"],
    )
    assert manifest["dependencies"] == {"hl7.fhir.r4.core": "4.0.1"}
    listed = {f"package/{one['filename']}": one for one in index["files"]}
    assert set(listed) == {name for name in made if name.startswith("package/")} - {MANIFEST, INDEX}
    for name, one in listed.items():
        resource = json.loads(made[name])
        assert (one["resourceType"], one["id"], one["url"]) == (
            resource["resourceType"],
            resource["id"],
            resource["url"],
        )
    assert {name for name in made if name.endswith(".cql")} == {"cql/RygradFacts.cql", "cql/RygradRules.cql"}


def test_the_archive_holds_the_folder_and_no_time_or_person(made: dict[str, bytes]) -> None:
    with tarfile.open(fileobj=io.BytesIO(made[ARCHIVE])) as archive:
        entries = archive.getmembers()
        held = {one.name: archive.extractfile(one).read() for one in entries}  # type: ignore[union-attr]
    assert held == {name: content for name, content in made.items() if name.startswith("package/")}
    assert {(one.mtime, one.uid, one.uname) for one in entries} == {(0, 0, "")}
    assert made[ARCHIVE][4:8] == bytes(4), "the compressor's own time"


def test_npm_reads_the_archive(made: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / ARCHIVE).write_bytes(made[ARCHIVE])
    command = ["npm", "pack", f"./{ARCHIVE}", "--dry-run", "--json", "--offline", "--silent"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    (read,) = json.loads(done.stdout)
    assert (read["name"], read["version"]) == ("rygrad.rygsmerter", PACKAGED)
    assert {f"package/{one['path']}" for one in read["files"]} >= {MANIFEST, INDEX}


def test_a_newer_version_takes_the_olders_place(pathway: Pathway, made: dict[str, bytes], tmp_path: Path) -> None:
    old = {**made, "package/Measure-gone.json": b"{}"}
    index = json.loads(made[INDEX])
    index["files"].append({"filename": "Measure-gone.json"})
    folder.write(tmp_path, {**old, INDEX: json.dumps(index).encode()})
    assert folder.stale(tmp_path, made) == [INDEX, "package/Measure-gone.json"]
    folder.write(tmp_path, newer(pathway))
    assert folder.stale(tmp_path, newer(pathway)) == []
    assert [one.name for one in tmp_path.glob("*.tgz")] == [f"rygrad.rygsmerter-{LATER}.tgz"]
    assert not (tmp_path / "package/Measure-gone.json").exists()


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "package/notes.txt", "package/other/Patient-1.json", "cql/Mine.cql", "other-1.0.0.tgz", ".git/HEAD"],
)
def test_a_folder_with_anything_else_in_it_is_left_as_it_is(made: dict[str, bytes], tmp_path: Path, name: str) -> None:
    folder.write(tmp_path, made)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(RygradError) as refused:
        folder.write(tmp_path, {**made, MANIFEST: made[MANIFEST] + b"\n"})
    assert name in refused.value.text("en") and "Nothing is written" in refused.value.text("en")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("manifest", [b'{"name": "another.package"}', b"no json", b"[]"])
def test_another_package_is_not_ours_though_the_names_are_the_same(
    made: dict[str, bytes], tmp_path: Path, manifest: bytes
) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / MANIFEST).write_bytes(manifest)
    with pytest.raises(RygradError, match="not from this export"):
        folder.write(tmp_path, made)
    assert (tmp_path / MANIFEST).read_bytes() == manifest


def test_a_file_or_a_link_in_the_way_is_refused(made: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RygradError, match="not from this export"):
        folder.write(tmp_path / "file", made)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/package").symlink_to(tmp_path)
    with pytest.raises(RygradError, match="not from this export"):
        folder.write(tmp_path / "out", made)


def test_what_is_missing_changed_or_left_over_is_stale(made: dict[str, bytes], tmp_path: Path) -> None:
    assert len(folder.stale(tmp_path / "none", made)) == len(made)
    folder.write(tmp_path, made)
    (tmp_path / "cql/RygradRules.cql").unlink()
    (tmp_path / "package/ValueSet-facts.json").write_text("{}")
    (tmp_path / "extra").write_text("x")
    assert folder.stale(tmp_path, made) == ["cql/RygradRules.cql", "extra", "package/ValueSet-facts.json"]


def test_another_compressor_is_no_change_but_a_broken_archive_is(made: dict[str, bytes], tmp_path: Path) -> None:
    folder.write(tmp_path, made)
    (tmp_path / ARCHIVE).write_bytes(gzip.compress(gzip.decompress(made[ARCHIVE]), compresslevel=1))
    assert folder.stale(tmp_path, made) == []
    (tmp_path / ARCHIVE).write_bytes(made[ARCHIVE][:-9])
    assert folder.stale(tmp_path, made) == [ARCHIVE]
