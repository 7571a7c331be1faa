"""The safety file: twelve hazards, and no control without tests that exist and run."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from docs.safety_page import hazards, proofs
from rygrad.cli.commands import app

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "rygrad" / "web" / "templates" / "web"
BOTH = {"da", "en"}
GRADES = ("improbable", "remote", "occasional", "probable")


@cache
def _marks(file: str) -> dict[str, set[str]]:
    """The marks of each test of a file, with those of the whole file; not those of single parameters."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    whole = {mark for node in tree.body if _names_marks(node) for mark in _listed(node.value)}  # type: ignore[attr-defined]
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return {test.name: whole | {_name(one) for one in test.decorator_list} for test in tests}


def _names_marks(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "pytestmark" for target in node.targets)


def _listed(node: ast.expr) -> set[str]:
    return set(map(_name, node.elts)) if isinstance(node, ast.List | ast.Tuple) else {_name(node)}


def _name(node: ast.expr) -> str:
    """The last word of ``pytest.mark.long`` or ``pytest.mark.skipif(…)``, or a name."""
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_there_are_twelve_and_each_is_said_whole_in_both_languages() -> None:
    found = hazards()["hazards"]
    assert [hazard["id"] for hazard in found] == [f"H{number}" for number in range(1, 13)]
    for hazard in found:
        texts = [hazard[part] for part in ("title", "cause", "harm", "remains")]
        texts += [control["says"] for control in hazard["controls"]]
        assert all(set(text) == BOTH and all(text.values()) for text in texts), hazard["id"]
        assert hazard["severity"] in hazards()["severities"]
        assert GRADES.index(hazard["after"]) < GRADES.index(hazard["before"]), hazard["id"]


def test_every_control_stands_somewhere_in_the_product_and_is_proved_in_every_run() -> None:
    for hazard in hazards()["hazards"]:
        assert len(hazard["controls"]) > 2, hazard["id"]
        for control in hazard["controls"]:
            assert control["where"] and all((ROOT / place).exists() for place in control["where"]), control["says"][
                "en"
            ]
            assert any(map(_runs_by_default, control["proofs"])), control["says"]["en"]


def _runs_by_default(proof: str) -> bool:
    file, _, name = proof.partition("::")
    return not _marks(file)[name] & {"long", "alone"}


def test_every_test_that_proves_a_control_exists_and_runs_where_it_is_said_to() -> None:
    assert not list(filter(None, map(_wrong_with, proofs())))


def _wrong_with(proof: str) -> str:
    """Why a test proves nothing; empty when it does."""
    file, _, name = proof.partition("::")
    marks = _marks(file).get(name) if (ROOT / file).is_file() else None
    if marks is None:
        return f"{proof}: no such test"
    if {mark for mark in marks if "skip" in mark or "xfail" in mark or mark.startswith("needs_")}:
        return f"{proof}: may be skipped"
    return "" if ("long" in marks) is proofs().get(proof) else f"{proof}: is it of the long battery?"


def test_a_proof_that_is_none_is_found() -> None:
    """The same check, on what it is there to find."""
    assert _wrong_with("tests/spec/test_cases.py::test_nobody_wrote").endswith("no such test")
    assert _wrong_with("tests/spec/test_nothing.py::test_x").endswith("no such test")
    assert _wrong_with("tests/long/test_spark.py::test_a_thousand_citizens_are_decided_alike_from_parquet_and_csv")
    assert not _runs_by_default("tests/trust/test_safety.py::test_pytest_itself_collects_every_proof")
    assert _runs_by_default("tests/trust/test_safety.py::test_a_proof_that_is_none_is_found")


def test_the_danish_has_the_words_of_the_clinic() -> None:
    foreign = re.compile(r"(?i)indlæg(?!gelse)|regnemaskin|snagen|et tilsyn|siges ikke omfattet")
    for name in ("safety/hazards.yaml", "safety/intended-use.md", "privacy.md"):
        assert foreign.findall((ROOT / "docs" / name).read_text("utf-8")) == [], name


def test_it_says_that_nobody_clinical_has_signed() -> None:
    assert hazards()["signed_by"] is None
    for name in ("hazards.md", "intended-use.md"):
        text = (ROOT / "docs" / "safety" / name).read_text("utf-8")
        assert "Ingen kliniker har underskrevet" in text
        assert "No clinician has signed" in text


def test_every_page_and_every_command_says_what_it_is_not() -> None:
    assert "{{ footer|tr }}" in (TEMPLATES / "frame.html").read_text("utf-8")
    printed = [file for file in (TEMPLATES / "paper").glob("*.html") if "paper/frame.html" in file.read_text("utf-8")]
    assert len(printed) >= 6
    for file in printed:
        text = file.read_text("utf-8")
        assert "footer|tr" in text or "signed_by" in text, file.name
    said = str(app.info.epilog)
    assert "CE" in said and ("rigtige patienter" in said or "real patients" in said)
    assert len(app.registered_groups) >= 8
    assert [one.name for one in app.registered_groups if one.typer_instance.info.epilog != said] == []


def test_a_proof_that_is_skipped_fails_the_run(tmp_path: Path) -> None:
    """The rule of ``tests/conftest.py``, tried on tests of its own."""
    rule = "from tests.proved import failed_when_skipped\n\nimport pytest\n\n\n"
    hook = "@pytest.hookimpl(wrapper=True)\ndef pytest_runtest_makereport(item):\n"
    body = "    return failed_when_skipped((yield), {'test_a.py::test_skipped': False})\n"
    (tmp_path / "conftest.py").write_text(rule + hook + body)
    tests = ("import pytest\n\n\ndef test_skipped():\n    pytest.skip('not here')\n\n\n"
             "def test_other():\n    pytest.skip('may be')\n")  # fmt: skip
    (tmp_path / "test_a.py").write_text(tests)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
    ]
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )
    assert "1 failed, 1 skipped" in done.stdout, done.stdout + done.stderr
    assert "proves a control of a hazard" in done.stdout


@pytest.mark.long
def test_pytest_itself_collects_every_proof() -> None:
    files = sorted({proof.split("::")[0] for proof in proofs()})
    command = [sys.executable, "-m", "pytest", "--collect-only", *files]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    collected = {line.split("[")[0] for line in shown}
    assert not set(proofs()) - collected
