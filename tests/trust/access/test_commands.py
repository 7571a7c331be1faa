"""Every command: what of a citizen it reads or writes, what it needs, and which line it leaves in the citizen's log.

A command needs the machine and the database: who runs it is the operator. What it hands out of one citizen stands in
that citizen's log, with the channel and the reason; what names nobody leaves no line.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rygrad.cli.commands import app
from rygrad.record.models import Look
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.databases import Databases
from tests.trust.access.asking import entries
from tests.trust.access.world import World, frozen, made

# command · whom it concerns · lines it leaves in the citizen's log (what they say). ``nobody``: it opens no record, or
# names no citizen. ``all``: it keeps the record whole, for the operator. ``one``: it hands out what is known of a citizen.
_COMMANDS = """
record export       one     export access_log
export course       one     export
print plan          one     course
print letter        one     letter
print emergency     unit    sheet
import fhir         writes  -
record erase        writes  -
record create       nobody  -
record verify       all     -
record rebuild      all     -
record backup       all     -
record restore      all     -
record doctor       all     -
record export-columns all   -
record retention    all     -
doctor              nobody  -
assess              nobody  -
ask                 nobody  -
bom                 nobody  -
audit               nobody  -
demo                nobody  -
examples            nobody  -
explain             nobody  -
indicators          nobody  -
serve               nobody  -
synth               nobody  -
population run      nobody  -
content check       nobody  -
content coverage    nobody  -
content show        nobody  -
content diff        nobody  -
content casebook    nobody  -
content facts       nobody  -
content plain       nobody  -
content schema      nobody  -
content activate    nobody  -
content sentinels   nobody  -
content shadow      nobody  -
client add          nobody  -
client list         nobody  -
client keys         nobody  -
client end          nobody  -
client cards        nobody  -
client key          nobody  -
client token        nobody  -
export mermaid      nobody  -
export fhir         nobody  -
print pocket        nobody  -
print leaflet       nobody  -
print questionnaire nobody  -
user add            nobody  -
user password       nobody  -
user deactivate     nobody  -
user list           nobody  -
"""


def _read() -> dict[str, tuple[str, list[str]]]:
    found = {}
    for line in _COMMANDS.strip().splitlines():
        words = line.split()
        at = next(n for n, word in enumerate(words) if word in ("one", "unit", "writes", "all", "nobody"))
        found[" ".join(words[:at])] = (words[at], [word for word in words[at + 1 :] if word != "-"])
    return found


TABLE = _read()
_HERE = "tests/trust/access/test_commands.py::test_what_a_command_hands_out_of_a_citizen_stands_in_the_log"


def _walk(typer_app: Any, before: str = "") -> Iterator[str]:
    for one in typer_app.registered_commands:
        yield f"{before} {one.name or one.callback.__name__}".strip()
    for group in typer_app.registered_groups:
        yield from _walk(group.typer_instance, f"{before} {group.name}".strip())


def test_every_command_stands_in_the_table() -> None:
    assert sorted(_walk(app)) == sorted(TABLE)


@pytest.fixture
def w(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    frozen(monkeypatch)
    with databases.fresh("sqlite"):
        yield made("treated")


def _arguments(w: World, folder: Path) -> dict[str, list[str]]:
    """How each is called about Dina, or about the record."""
    return {
        "record export": ["demo-1", "--out", str(folder / "all")],
        "export course": [w.c.course],
        "print plan": ["demo-1", "--html", "--out", str(folder / "plan.html")],
        "print letter": ["demo-1", "--html", "--out", str(folder / "letter.html")],
        "print emergency": ["bo", "--html", "--out", str(folder / "sheet.html")],
        "record verify": [],
        "record doctor": [],
        "record rebuild": [],
        "record retention": [],
        "record backup": [str(folder / "backup.gz")],
        "client list": [],
        "client cards": [],
        "user list": [],
    }


def _not_as_written(w: World, called: dict[str, list[str]]) -> list[str]:
    """Run these; what left other lines than the table says, or named the citizen where nobody is to be named."""
    wrong = []
    for name, arguments in called.items():
        whom, lines = TABLE[name]
        before = Look.objects.count()
        ran = CliRunner().invoke(app, [*name.split(), *arguments])
        left = list(Look.objects.filter(seq__gt=before, person=w.who["dina"].id).order_by("seq"))
        if ran.exit_code or [(look.what, look.channel) for look in left] != [(what, "cli") for what in lines]:
            wrong.append(f"{name}: {ran.exit_code} {[(look.what, look.channel) for look in left]}")
        if whom == "one" and not all(look.reason for look in left):
            wrong.append(f"{name}: without a reason")
        if whom in ("all", "nobody") and ("Dina" in ran.output or "demo-1" in ran.output):
            wrong.append(f"{name}: names the citizen")
    return wrong


def _write(run: int, wrong: list[str], *, full: bool) -> None:
    counts = {"commands in the table": len(TABLE), "run": run, "not as the table says": len(wrong)}
    says = "each command that hands out a citizen's data, and its lines in the log"
    write_figures("access-commands", promise="T9", says=says, test=_HERE, counts=counts, full=full)


def test_what_a_command_hands_out_of_a_citizen_stands_in_the_log(w: World, tmp_path: Path) -> None:
    hands_out = {name for name, (whom, _) in TABLE.items() if whom in ("one", "unit")}
    called = {name: given for name, given in _arguments(w, tmp_path).items() if name in hands_out}
    wrong = _not_as_written(w, called)
    _write(len(called), wrong, full=False)
    assert set(called) == hands_out
    assert wrong == []


@pytest.mark.long
def test_a_command_for_the_operator_names_nobody_and_leaves_no_line(w: World, tmp_path: Path) -> None:
    called = _arguments(w, tmp_path)
    wrong = _not_as_written(w, called)
    _write(len(called), wrong, full=True)
    assert wrong == []


def test_a_number_that_nobody_has_and_a_course_that_is_not_there_leave_nothing(w: World, tmp_path: Path) -> None:
    before, stood = Look.objects.count(), entries()
    for name, arguments in _arguments(w, tmp_path).items():
        if TABLE[name][0] == "one":
            asked = [one.replace("demo-1", "demo-77777").replace(w.c.course, "c-2222222222222222") for one in arguments]
            assert CliRunner().invoke(app, [*name.split(), *asked]).exit_code != 0, name
    assert (Look.objects.count(), entries()) == (before, stood)
    assert not list(tmp_path.iterdir())


def test_what_is_imported_is_written_in_the_name_of_a_clinician_who_is_there_today(w: World, tmp_path: Path) -> None:
    bundle = Api(w.who["anna"]).get(f"Patient/{w.who['dina'].id}/$everything").json()
    (tmp_path / "in.json").write_text(json.dumps(bundle), "utf-8")
    stood = entries()
    for user in ("gudrun", "freja", "ingen"):
        done = CliRunner().invoke(
            app,
            ["import", "fhir", str(tmp_path / "in.json"), "--by", user, "--rejects", str(tmp_path / f"{user}.ndjson")],
        )
        assert done.exit_code != 0, user
    assert entries() == stood
