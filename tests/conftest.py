"""What all tests share: the pathway, its cases, and the command line run in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rygrad.cli import language
from rygrad.pathway.cases import Case, load_cases
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway


@pytest.fixture(scope="session")
def pathway() -> Pathway:
    return load_pathway()


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    return load_cases("rygsmerter")


@pytest.fixture
def rygrad(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs ``rygrad …`` in this process; ``lang`` chooses the language as the entry point would."""
    from rygrad.cli import commands

    def run(*arguments: str | Path, stdin: str | bytes | None = None, lang: str = "da") -> Result:
        monkeypatch.setattr(language, "_spoken", lang)
        return CliRunner().invoke(commands.app, ["--lang", lang, *map(str, arguments)], input=stdin)

    return run
