"""`rygrad bom`: every locked part, once, with its version, hashes and licence."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rygrad.cli.bom import bill
from rygrad.cli.commands import app
from rygrad.cli.parts import parts
from rygrad.pathway.errors import RygradError

ROOT = Path(__file__).resolve().parents[2]
DIGITS = {"SHA-256": 64, "SHA-512": 128}
INSTALLED_ELSEWHERE = {"colorama", "brotlicffi"}
"""Locked for other systems than this one, so that nothing here can say their licence."""


def components() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bill(parts(ROOT))["components"]
    return found


def test_every_part_of_both_locks_is_there_once_in_the_locked_version() -> None:
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    pinned = re.findall(r"(?m)^([\w.-]+)(?:\[[\w,]+\])?==([^\s;\\]+)", lock)
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    expected = {f"pkg:pypi/{name}@{version}" for name, version in pinned}
    expected |= {
        f"pkg:npm/{n.rpartition('node_modules/')[2].replace('@', '%40')}@{p['version']}"
        for n, p in packages.items()
        if n
    }
    found = [component["purl"] for component in components()]
    assert len(found) == len(set(found)) == len(expected)
    assert set(found) == expected


def test_every_part_has_its_hashes_and_every_installed_one_its_licence() -> None:
    for component in components():
        assert component["hashes"], component["purl"]
        assert all(re.fullmatch(rf"[0-9a-f]{{{DIGITS[one['alg']]}}}", one["content"]) for one in component["hashes"])
    unlicensed = {one["name"] for one in components() if "licenses" not in one}
    assert "django" not in unlicensed
    assert len(unlicensed - INSTALLED_ELSEWHERE) <= 2, unlicensed


def test_what_runs_is_told_from_what_only_tests() -> None:
    scopes = {component["name"]: component["scope"] for component in components()}
    assert {scopes[name] for name in ("django", "sqlparse", "cffi", "dkfds")} == {"required"}
    assert {scopes[name] for name in ("duckdb", "psycopg", "weasyprint")} == {"optional"}
    assert {scopes[name] for name in ("pytest", "hypothesis", "oidc-provider")} == {"excluded"}


def test_the_document_is_written_as_the_standard_says_and_the_same_every_time(tmp_path: Path) -> None:
    run = CliRunner()
    for name in ("a", "b"):
        done = run.invoke(app, ["bom", "--out", str(tmp_path / name), "--checkout", str(ROOT)])
        assert done.exit_code == 0, done.output
    text = (tmp_path / "a").read_text("utf-8")
    document = json.loads(text)
    assert text == (tmp_path / "b").read_text("utf-8")
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    assert document["metadata"]["component"]["name"] == "rygrad"
    assert len({one["bom-ref"] for one in document["components"]}) == len(document["components"])


def test_without_the_locks_it_says_which_folder_to_choose(tmp_path: Path) -> None:
    with pytest.raises(RygradError, match="no locked versions"):
        parts(tmp_path)
