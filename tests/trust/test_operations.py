"""The operations guide: every command and every setting in it exists, and what it promises of a backup holds."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer.main
from django.contrib.auth import get_user_model

from rygrad.cli import commands
from rygrad.fhir.models import Advice, ApiClient, Feedback
from rygrad.record import backup, clocks, condition
from rygrad.web import accounts, persons
from rygrad.web.models import SavedList
from tests.record.cast import cast
from tests.record.databases import Databases
from tests.web.visitor import PASSWORD, Visitor

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("docs/operations.md", "docs/privacy.md", "SECURITY.md")
COMMAND = re.compile(r"(?m)(?:^|[`(]|bin/)rygrad ((?:[a-z][a-z-]+ ?)+)([^`\n|;]*)")
SETTING = re.compile(r"\b(RYGRAD_[A-Z_]+|DATABASE_URL)\b")
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize("engine", ENGINES)
def test_whoever_could_log_in_can_after_a_restore_into_either_database(
    engine: str, databases: Databases, tmp_path: Path
) -> None:
    file = tmp_path / "copy.gz"
    with databases.fresh("sqlite"):
        people = cast()
        accounts.choose_password(accounts.account("anna"), PASSWORD)
        persons.person_account(people.dina.id)
        SavedList.objects.create(owner="anna", organisation=str(people.anna.organisation), name="Mine", whys="overdue")
        ApiClient(
            id="c1", name="EHR", organisation="o", user="anna", keys="{}", scopes="system/*.rs", added_at=NOW
        ).save()
        advice = Advice(id="a1", service="s", at=NOW, content_sha256="0", engine="e", about="x", state="y")
        advice.save()
        Feedback(advice=advice, at=NOW, outcome="overridden", outcome_at=NOW).save()
        counts = backup.backup(file)
    assert (counts["User"], counts["PersonAccount"], counts["SavedList"], counts["ApiClient"]) == (2, 1, 1, 1)
    with databases.empty(engine):
        assert not backup.restore(file).problems
        assert Visitor().log_in("anna").status_code == 302
        assert persons.person_account(people.dina.id).pk == get_user_model().objects.exclude(username="anna").get().pk
        assert ApiClient.objects.get().scopes == "system/*.rs"
        assert Feedback.objects.get().advice_id == "a1"
        accounts.account("bo")  # the counters go on behind the restored numbers


def _root() -> Any:
    return typer.main.get_command(commands.app)


def _problem(words: str, rest: str) -> str:
    """What is wrong with one command line of a guide; empty when nothing is."""
    command, path = _root(), words.split()
    while path and hasattr(command, "commands"):
        if path[0] not in command.commands:
            return f"rygrad {words}: no such command"
        command = command.commands[path.pop(0)]
    if hasattr(command, "commands"):
        return f"rygrad {words}: a group of commands"
    known = {option for param in command.params for option in param.opts}
    return " ".join(f"rygrad {words}: {option}?" for option in re.findall(r"--[a-z-]+", rest) if option not in known)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_and_every_setting_of_a_guide_exists(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    found = COMMAND.findall(text)
    assert not list(filter(None, (_problem(words, rest) for words, rest in found)))
    settings = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    assert not [name for name in SETTING.findall(text) if f"| `{name}` |" not in settings]
    assert len(found) > {"docs/operations.md": 25, "docs/privacy.md": 4, "SECURITY.md": 1}[guide]


def test_a_command_that_is_none_is_found() -> None:
    assert _problem("record rescue ", "") and _problem("record", "") and _problem("record verify", "--everything")
    assert not _problem("record verify ", "--expect HEAD")


def test_the_guides_commands_are_those_of_its_own_function(tmp_path: Path) -> None:
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    (function,) = re.findall(r"(?m)^\w+\(\) \{(?:.*\\\n)*.*\}$", text)
    (tmp_path / "systemd-run").write_text('#!/bin/sh\nfor one; do echo "$one"; done\n', "utf-8")
    (tmp_path / "systemd-run").chmod(0o700)
    script = f'{function}\nrygrad user add anna --name "Anna Demo"\n'
    ran = subprocess.run(
        ["/bin/sh", "-c", script], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    called = ["/opt/rygrad/.venv/bin/rygrad", "user", "add", "anna", "--name", "Anna Demo"]
    assert ran.stdout.splitlines()[-len(called) :] == called


def test_every_target_of_make_in_the_guide_exists() -> None:
    targets = re.findall(r"(?m)(?:^|`)make (?:-C \S+ )?([a-z-]+)", (ROOT / "docs/operations.md").read_text("utf-8"))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {"setup", "audit", "bom"} <= set(targets)
    assert not [target for target in targets if f"\n{target}:" not in makefile]


def test_a_clock_behind_the_newest_entry_is_said(databases: Databases) -> None:
    with databases.fresh("sqlite"):
        people = cast()
        people.at = clocks.now() + timedelta(days=400)
        assert all(finding.is_fine is not False for finding in condition.examine("rygsmerter"))
        people.open()
        wrong = [finding.said.en for finding in condition.examine("rygsmerter") if finding.is_fine is False]
    assert wrong == ["the newest entry lies ahead of the clock: set the clock, see the operations guide"]
