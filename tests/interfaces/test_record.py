"""`rygrad demo` and `rygrad record …`, as an operator would run them."""

import gzip
import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from rygrad.pathway.read import content_folder, load_pathway
from tests.interfaces.command import Ran, rygrad
from tests.versions import LATER, PACKAGED, numbered


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A small demo region, once."""
    return rygrad(
        "demo", "--lists", "--courses", "40", "--as-of", "2026-11-24", TMPDIR=str(tmp_path_factory.mktemp("demo"))
    )


@pytest.fixture(scope="module")
def url(shown: Ran) -> str:
    """Its database."""
    found = re.search(r"--database (sqlite:///\S+)", shown.out)
    assert found
    return found[1]


def test_demo_shows_what_three_actors_are_to_do(shown: Ran) -> None:
    assert shown.code == 0, shown.err
    assert len(re.findall(r"(?m)^(Anna|Bo|Freja) Demo\w+, .+: \d+ på listen", shown.out)) == 3
    assert "hvorfor" in shown.out
    assert "Alle borgere er opfundne" in shown.out


def test_verify_goes_through_every_link_and_every_decision(url: str) -> None:
    ran = rygrad("record", "verify", "--database", url)
    assert ran.code == 0
    assert re.search(
        r"\d+ indførsler, \d+ opslag, \d+ afgørelser: 0 fejl\.\nJournalens ende [0-9a-f]{64}\nLoggens ende [0-9a-f]{64}",
        ran.out,
    )


def test_doctor_says_how_the_record_is(url: str) -> None:
    ran = rygrad("record", "doctor", "--database", url, "--lang", "en")
    assert ran.code == 0
    assert "✓ journal mode truncate" in ran.out
    assert "✓ every entry is on disk before it is acknowledged" in ran.out
    assert "(first installation)" in ran.out
    assert "✗" not in ran.out


def test_a_changed_entry_is_found(url: str, tmp_path: Path) -> None:
    file = tmp_path / "changed.sqlite3"
    file.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
    connection = sqlite3.connect(file)
    connection.execute("DROP TRIGGER record_entry_no_update")
    connection.execute("UPDATE record_entry SET valid_on = '2020-01-01' WHERE seq = 7")
    connection.commit()
    connection.close()
    ran = rygrad("record", "verify", "--database", f"sqlite:///{file}")
    assert ran.code == 4
    assert "journal 7: ændret" in ran.out
    assert rygrad("record", "doctor", "--database", f"sqlite:///{file}").code == 4


@pytest.mark.long
def test_rebuild_backup_and_restore(url: str, tmp_path: Path) -> None:
    assert "40 forløb genopbygget" in rygrad("record", "rebuild", "--database", url).out
    file, other = tmp_path / "backup.gz", f"sqlite:///{tmp_path}/other.sqlite3"
    assert rygrad("record", "backup", file, "--database", url).code == 0
    again = rygrad("record", "backup", file, "--database", url)
    assert again.code == 2
    restored = rygrad("record", "restore", file, "--database", other)
    assert (restored.code, "0 fejl" in restored.out) == (0, True)
    verified = [rygrad("record", "verify", "--database", one).out for one in (url, other)]
    heads = [re.findall(r"ende (\w{64})", out) for out in verified]
    assert heads[0] == heads[1]
    assert rygrad("record", "verify", "--database", other, "--expect", heads[0][0]).code == 0
    assert rygrad("record", "verify", "--database", other, "--expect", "0" * 64).code == 4
    assert rygrad("record", "restore", file, "--database", other).code == 2


def test_export_gives_everything_about_one_citizen_and_logs_it(url: str, tmp_path: Path) -> None:
    out = tmp_path / "citizen"
    ran = rygrad("record", "export", "demo-1", "--out", out, "--database", url)
    assert ran.code == 0, ran.err
    found = json.loads((out / "citizen.json").read_text())
    assert found["courses"][0]["entries"][0]["type"] == "course_opened"
    assert found["persons"][0]["identifiers"][0]["value"] == "demo-1"
    assert any(line["what"] == "export" for line in found["access_log"])
    page = (out / "citizen.html").read_text()
    assert "Forløb åbnet" in page
    assert "Hvem har set oplysningerne" in page
    assert rygrad("record", "export", "demo-1", "--out", out, "--database", url).code == 2
    assert rygrad("record", "export", "demo-999999", "--out", tmp_path / "x", "--database", url).code == 2


def test_a_new_content_version_is_checked_previewed_and_takes_two_names(url: str, tmp_path: Path) -> None:
    file, folder = tmp_path / "record.sqlite3", tmp_path / "rygsmerter"
    file.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
    database = ("--database", f"sqlite:///{file}")
    shutil.copytree(content_folder("rygsmerter"), folder)
    main, changelog = folder / "pathway.yaml", folder / "CHANGELOG.md"
    was, will_be = (b"da: Klarer sig selv", b"da: Klarer sig nu selv")
    main.write_bytes(numbered(main.read_bytes().replace(was, will_be)))
    refused = rygrad("content", "activate", folder, "--by", "Kim Kliniker", "--also-by", "Lis Leder", *database)
    assert refused.code == 4, "it has not passed the content check"
    new = load_pathway(folder).identity.sha256
    text = changelog.read_text()
    changelog.write_text(
        text.replace(
            f"## {PACKAGED}",
            f"## {LATER} · gælder fra 24. november 2026\n\nfingerprint: {new}\n\n- Et ord. Alle fire grupper.\n\n## {PACKAGED}",
            1,
        )
    )
    assert rygrad("content", "check", "--pathway", folder).code == 0, rygrad(
        "content", "check", "--pathway", folder
    ).out
    shown = rygrad("content", "activate", folder, *database)
    assert shown.code == 0, shown.err
    assert re.search(r"1 steder ændret; berører 0 af \d+ åbne forløb", shown.out)
    assert "Intet er sat i kraft" in shown.out
    assert rygrad("content", "activate", folder, "--by", "Kim Kliniker", *database).code == 2
    done = rygrad("content", "activate", LATER, "--by", "Kim Kliniker", "--also-by", "Lis Leder", *database)
    assert done.code == 0, done.err
    assert "(Kim Kliniker, Lis Leder)" in rygrad("record", "doctor", *database).out


def test_there_must_be_a_record_to_open(tmp_path: Path) -> None:
    ran = rygrad("record", "verify", "--database", f"sqlite:///{tmp_path}/nothing.sqlite3")
    assert ran.code == 2
    assert "rygrad record create" in ran.err
    assert not (tmp_path / "nothing.sqlite3").exists()
    assert rygrad("record", "create", "--database", f"sqlite:///{tmp_path}/new.sqlite3").code == 0
    assert rygrad("record", "verify", "--database", f"sqlite:///{tmp_path}/new.sqlite3").code == 0


@pytest.mark.long
def test_another_database_is_never_made_into_a_record(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE patients (name)")
    connection.close()
    before = other.read_bytes()
    for command in (["verify"], ["doctor"], ["rebuild"], ["backup", tmp_path / "b.gz"]):
        ran = rygrad("record", *command, "--database", f"sqlite:///{other}")
        assert (ran.code, "her er ingen journal" in ran.err) == (2, True), ran.err
    assert other.read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        "mysql://host/name",
        "sqlite://x.sqlite3",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:/x",
        "postgresql://u:p@h:notaport/d",
        "postgres://[::1",
        "postgresql:///",
        "rubbish",
    ],
)
def test_an_address_that_cannot_be_used_is_said_to_be_one(wrong: str, tmp_path: Path) -> None:
    for command in ("create", "verify"):
        ran = rygrad("record", command, "--database", wrong, cwd=tmp_path)
        assert ran.code == 2, ran.err
        assert "sqlite:///" in ran.err
        assert "Traceback" not in ran.err
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_restore_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gz"
    for text in (
        "hej",
        '{"format": "rygrad backup 1"}\n5\n',
        '{"format": "rygrad backup 1"}\n["Entry", {"seq": "x"}]\n',
    ):
        bad.write_bytes(gzip.compress(text.encode()))
        ran = rygrad("record", "restore", bad, "--database", f"sqlite:///{tmp_path}/new.sqlite3")
        assert (ran.code, "Traceback" in ran.err) == (2, False), ran.err
        assert not (tmp_path / "new.sqlite3").exists()


def test_a_damaged_file_is_said_to_be_one(url: str, tmp_path: Path) -> None:
    file = tmp_path / "damaged.sqlite3"
    content = bytearray(Path(url.removeprefix("sqlite:///")).read_bytes())
    content[len(content) // 3 : len(content) // 3 + 200_000] = b"x" * 200_000
    file.write_bytes(content)
    for command in (["verify"], ["doctor"], ["rebuild"], ["backup", tmp_path / "b.gz"]):
        ran = rygrad("record", *command, "--database", f"sqlite:///{file}")
        assert ran.code == 4, (command, ran.out, ran.err)
        assert "Traceback" not in ran.err
