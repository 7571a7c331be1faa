"""`rygrad demo` and `rygrad record …`, as an operator would run them."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.interfaces.command import Ran, rygrad


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A small demo region, once."""
    return rygrad("demo", "--courses", "40", "--as-of", "2026-11-24", TMPDIR=str(tmp_path_factory.mktemp("demo")))


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
    assert re.search(r"\d+ indførsler, \d+ opslag, \d+ afgørelser: 0 fejl\. Kædens ende: [0-9a-f]{64}", ran.out)


def test_doctor_says_how_the_record_is(url: str) -> None:
    ran = rygrad("record", "doctor", "--database", url, "--lang", "en")
    assert ran.code == 0
    assert "✓ journal mode truncate" in ran.out
    assert "✓ every entry is on disk before it is acknowledged" in ran.out
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
    assert "journal 7: changed" in ran.out
    assert rygrad("record", "doctor", "--database", f"sqlite:///{file}").code == 4


def test_rebuild_backup_and_restore(url: str, tmp_path: Path) -> None:
    assert "40 forløb genopbygget" in rygrad("record", "rebuild", "--database", url).out
    file, other = tmp_path / "backup.gz", f"sqlite:///{tmp_path}/other.sqlite3"
    assert rygrad("record", "backup", file, "--database", url).code == 0
    again = rygrad("record", "backup", file, "--database", url)
    assert again.code == 2
    restored = rygrad("record", "restore", file, "--database", other)
    assert (restored.code, "0 fejl" in restored.out) == (0, True)
    heads = [rygrad("record", "verify", "--database", one).out.rpartition(" ")[2] for one in (url, other)]
    assert heads[0] == heads[1]
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


def test_a_new_content_version_is_previewed_and_takes_two_names(url: str, tmp_path: Path) -> None:
    file = tmp_path / "record.sqlite3"
    file.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
    database = ("--database", f"sqlite:///{file}")
    folder = tmp_path / "rygsmerter"
    import shutil

    from rygrad.pathway.read import content_folder

    shutil.copytree(content_folder("rygsmerter"), folder)
    main = folder / "pathway.yaml"
    main.write_text(main.read_text().replace("days: 42-56", "days: 49-63").replace("version: 1.0.0", "version: 1.1.0"))
    shown = rygrad("content", "activate", folder, *database)
    assert shown.code == 0, shown.err
    assert "Intet er ændret" in shown.out
    assert re.search(r"reassessment: \w+ → \w+", shown.out)
    assert rygrad("content", "activate", folder, "--by", "Kim Kliniker", *database).code == 2
    done = rygrad("content", "activate", "1.1.0", "--by", "Kim Kliniker", "--also-by", "Lis Leder", *database)
    assert done.code == 0, done.err
    assert "står på den ansvarliges liste" in done.out
    assert "(Kim Kliniker)" in rygrad("record", "doctor", *database).out


def test_there_must_be_a_record_to_open(tmp_path: Path) -> None:
    ran = rygrad("record", "verify", "--database", f"sqlite:///{tmp_path}/nothing.sqlite3")
    assert ran.code == 2
    assert "rygrad record create" in ran.err
    assert not (tmp_path / "nothing.sqlite3").exists()
    assert rygrad("record", "create", "--database", f"sqlite:///{tmp_path}/new.sqlite3").code == 0
    assert rygrad("record", "verify", "--database", f"sqlite:///{tmp_path}/new.sqlite3").code == 0
    wrong = rygrad("record", "verify", "--database", "mysql://host/name")
    assert wrong.code == 2
    assert "sqlite:///" in wrong.err
