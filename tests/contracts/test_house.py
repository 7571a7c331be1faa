"""The house keeps its rules: floors, purity, sizes, names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "rygrad").rglob("*.py"))
PURE = [f for f in FILES if f.parent.name in ("decision", "pathway")]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service", "processor", "base", "misc"}
CLOCKS_AND_DICE = {
    "today",
    "now",
    "utcnow",
    "time",
    "monotonic",
    "perf_counter",
    "random",
    "urandom",
    "getenv",
    "environ",
}
DISK = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "is_file", "glob"}


def test_a_floor_sees_only_the_floors_below_it() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _names(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            called = node.func
            names.add(called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""))
    return names


@pytest.mark.parametrize("file", PURE, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_the_core_reads_no_clock_and_rolls_no_dice(file: Path) -> None:
    assert not _names(file) & CLOCKS_AND_DICE


@pytest.mark.parametrize("file", [f for f in PURE if f.parent.name == "decision"], ids=lambda f: f.name)
def test_the_decision_reads_no_disk(file: Path) -> None:
    assert not _names(file) & DISK


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_files_and_functions_stay_small_and_say_what_they_are(file: Path) -> None:
    assert file.stem not in FORBIDDEN_NAMES or file.parent.name == "sqlite"  # the name Django looks for
    lines = file.read_text().splitlines()
    assert len(lines) <= 400
    tree = ast.parse(file.read_text())
    assert ast.get_docstring(tree), "every file says what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name
    public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    methods = [m for n in public if isinstance(n, ast.ClassDef) for m in n.body if isinstance(m, ast.FunctionDef)]
    for node in (*public, *(m for m in methods if not m.name.startswith("_"))):
        assert ast.get_docstring(node), f"{file.name}: {node.name} has no docstring"


def test_nothing_committed_names_a_host_of_packages_or_a_path_of_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    needles = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npmjs" + ".org",
        "/" + "root/",
        "/" + "work/",
        "deb.debian" + ".org",
    )
    for name in filter(None, tracked):
        path = ROOT / name
        if path.is_file():
            text = path.read_text("utf-8", "ignore")
            assert not [n for n in needles if n in text], name
