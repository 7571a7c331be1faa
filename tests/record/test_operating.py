"""The operator's commands: what they say, in both languages, and what they leave behind."""

import errno
import gzip
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rygrad.cli import main
from rygrad.cli.commands import app
from rygrad.cli.language import choose
from rygrad.record import backup
from rygrad.record.models import Activation, Course, Entry, Person
from tests.record.cast import Cast, cast
from tests.record.databases import Databases
from tests.record.faults import tampering


@pytest.fixture
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language that the commands speak meanwhile."""
    yield choose(["--lang", request.param])
    choose(["--lang", "da"])


def _run(command: str, *arguments: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["record", command, *map(str, arguments)], input=typed)


def _said(ran: Result, lang: str) -> str:
    """The error of a command that was refused."""
    text = getattr(ran.exception, "text", None)
    return text(lang) if text else ""


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.fixture
def new(databases: Databases) -> Iterator[Path]:
    """A SQLite file that is not there yet, in a folder of its own, and that this process's connection goes to."""
    folder = Path(tempfile.mkdtemp(dir=databases.folder))
    file = folder / "new.sqlite3"
    before = os.umask(0o022)
    databases.use(f"sqlite:///{file}")
    yield file
    databases.release()
    os.umask(before)


@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_a_record_is_made_for_its_owner_alone_and_the_command_says_where(lang: str, new: Path) -> None:
    made = _run("create", "--database", f"sqlite:///{new}")
    assert (made.exit_code, made.output) == (0, f"The record is ready: {new}\n"), lang
    assert _mode(new) == 0o600
    new.chmod(0o640)
    again = _run("create", "--database", f"sqlite:///{new}")
    assert (again.exit_code, "already" in again.output, str(new) in again.output) == (0, True, True)
    assert _mode(new) == 0o640
    assert Activation.objects.count() == 1


def _copy_with_a_changed_entry(file: Path) -> None:
    people = cast()
    people.grouped()
    tampering.change(Entry, 1, actor="x")
    backup.backup(file)


def test_a_restore_that_does_not_verify_leaves_neither_file_nor_journal(new: Path, databases: Databases) -> None:
    copy = new.with_name("copy.gz")
    with databases.fresh("sqlite"):
        _copy_with_a_changed_entry(copy)
    databases.use(f"sqlite:///{new}")
    ran = _run("restore", copy, "--database", f"sqlite:///{new}")
    assert (ran.exit_code, "Intet er gendannet" in ran.output) == (4, True)
    assert [one.name for one in new.parent.iterdir()] == ["copy.gz"]
    copy.write_bytes(gzip.compress(b"hej"))  # nor one that is no backup at all
    assert _run("restore", copy, "--database", f"sqlite:///{new}").exit_code == 1
    assert [one.name for one in new.parent.iterdir()] == ["copy.gz"]


def test_where_no_backup_is_whole_most_of_one_can_be_kept(new: Path, databases: Databases) -> None:
    copy = new.with_name("copy.gz")
    with databases.fresh("sqlite"):
        _copy_with_a_changed_entry(copy)
        entries = Entry.objects.count()
    databases.use(f"sqlite:///{new}")
    ran = _run("restore", copy, "--despite-problems", "--database", f"sqlite:///{new}")
    assert (ran.exit_code, "Gendannet alligevel" in ran.output) == (4, True)
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_a_database_that_was_there_is_left_empty_by_such_a_restore(
    engine: str, databases: Databases, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.gz"
    with databases.fresh("sqlite"):
        _copy_with_a_changed_entry(copy)
    with databases.empty(engine) as url:
        assert _run("restore", copy, "--database", url).exit_code == 4
        for model in (Activation, Person, Course, Entry):
            assert not model.objects.exists()


def test_a_restored_file_is_its_owners_alone(new: Path, databases: Databases) -> None:
    copy = new.with_name("copy.gz")
    with databases.fresh("sqlite"):
        cast()
        backup.backup(copy)
    databases.use(f"sqlite:///{new}")
    ran = _run("restore", copy, "--database", f"sqlite:///{new}")
    assert (ran.exit_code, "0 fejl" in ran.output, _mode(new)) == (0, True, 0o600)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_kept_head_is_not_looked_for_in_the_newest_part_alone(lang: str, sqlite: Path) -> None:
    ran = _run("verify", "--newest", "--expect", "0" * 64, "--database", f"sqlite:///{sqlite}")
    assert _said(ran, lang).endswith({"da": "Udelad --newest.", "en": "Leave --newest out."}[lang])


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("command", ["verify", "create"])
def test_a_file_that_is_no_record_is_said_to_be_none(lang: str, command: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Ikke en database, men en seddel")
    said = _said(_run(command, "--database", f"sqlite:///{file}"), lang)
    assert said.startswith(f"{file}: " + {"da": "filen er ingen journal", "en": "the file is no record"}[lang])
    assert file.read_text() == "Ikke en database, men en seddel"


@pytest.mark.parametrize(
    ("lang", "typed"), [("da", "n\n"), ("en", "\n"), ("da", ""), ("en", "what\n")], indirect=["lang"]
)
def test_an_erasure_that_is_not_agreed_to_says_that_nothing_was_erased(lang: str, typed: str, sqlite: Path) -> None:
    people = _ended()
    ran = _erase(people.course, sqlite, typed)
    assert (ran.exit_code, {"da": "Intet er slettet.", "en": "Nothing was erased."}[lang] in ran.output) == (1, True)
    assert "Abort" not in ran.output
    assert Course.objects.filter(id=people.course).exists()


def test_an_erasure_is_agreed_to_in_danish_too(sqlite: Path) -> None:
    people = _ended()
    assert _erase(people.course, sqlite, "ja\n").exit_code == 0
    gone = _erase(people.course, sqlite, "j\n")
    assert [_said(gone, lang).partition(",")[0] for lang in ("da", "en")] == [
        "forløbet findes ikke",
        "the course is not there",
    ]


def _ended() -> Cast:
    from rygrad.record import acts

    people = cast()
    people.grouped()
    people.write(people.bo, acts.CourseEnded("managing_alone"))
    return people


def _erase(course: str, sqlite: Path, typed: str) -> Result:
    database = ("--database", f"sqlite:///{sqlite}")
    return _run("erase", course, "--basis", "Kendelse", "--by-order", *database, typed=typed)


@pytest.mark.parametrize("number", [errno.EEXIST, errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR])
@pytest.mark.parametrize("lang", ["da", "en"], indirect=True)
def test_what_the_system_says_in_english_is_said_with_what_to_do(
    lang: str, number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise OSError(number, os.strerror(number), "copy.gz")

    monkeypatch.setattr(main.commands, "app", fails)
    with pytest.raises(SystemExit) as ended:
        main.run()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said == f"rygrad: copy.gz: {main.SYSTEM[number].text(lang)}\n"
    assert os.strerror(number) not in said and said.rstrip().endswith(".")


def test_a_backup_into_a_folder_that_is_not_there_names_the_folder(sqlite: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        backup.backup(tmp_path / "nowhere" / "copy.gz")
    assert missing.value.filename == str(tmp_path / "nowhere"), sqlite
