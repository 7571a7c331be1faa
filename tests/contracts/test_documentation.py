"""What is not documented, or documented wrongly, fails."""

import re
from pathlib import Path

import pytest

from docs.generate import PAGES
from rygrad.cli import language
from rygrad.decision.decision import ENGINE
from rygrad.pathway.pathway import Pathway

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted(p for p in ROOT.glob("**/*.md") if not {".venv", "node_modules"} & set(p.relative_to(ROOT).parts))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_generated_page_is_not_stale(page: Path, pathway: Pathway) -> None:
    language.choose(["--lang", "da"])
    assert page.read_text("utf-8") == PAGES[page](pathway), "run make docs"


def test_the_python_example_of_the_readme_works_and_is_five_lines(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    assert len(example.splitlines()) == 5
    exec(example, {})  # noqa: S102  (our own README)
    assert "long_lasting Længerevarende rygsmerter" in capsys.readouterr().out


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: str(t.relative_to(ROOT)))
def test_every_link_and_every_named_test_exists(text: Path) -> None:
    content = text.read_text("utf-8")
    for target in re.findall(r"\]\(((?!https?:)[^)#]+)\)", content):
        assert (text.parent / target).exists(), target
    for file, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", content):
        assert (ROOT / file).is_file(), file
        assert name in (ROOT / file).read_text(), name


def test_every_command_fact_and_reading_is_documented(pathway: Pathway) -> None:
    commands = (ROOT / "docs/reference/command-line.md").read_text()
    for name in (
        "assess",
        "explain",
        "ask",
        "demo",
        "examples",
        "doctor",
        "record create",
        "record verify",
        "record rebuild",
        "record backup",
        "record restore",
        "record export",
        "record export-columns",
        "population run",
        "indicators",
        "synth",
        "export fhir",
        "export course",
        "import fhir",
        "client add",
        "record doctor",
        "user add",
        "user password",
        "user deactivate",
        "user list",
        "content activate",
        "content check",
        "content coverage",
        "content show",
        "content diff",
        "content casebook",
        "content sentinels",
        "content shadow",
    ):
        assert f"## rygrad {name}\n" in commands
    facts = (ROOT / "docs/reference/facts.md").read_text()
    assert all(f"| `{name}` |" in facts for name in pathway.facts)
    architecture = (ROOT / "ARCHITECTURE.md").read_text()
    assert all(f"| {n} | " in architecture for n in range(1, 11))


def test_the_engine_says_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), flags=re.MULTILINE)
    assert version
    assert f"rygrad {version[1]}" == ENGINE
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text()
