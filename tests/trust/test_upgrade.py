"""Records of earlier releases, opened with today's code: nothing of them is changed, lost or read otherwise."""

import lzma
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rygrad.pathway.errors import ContentError
from rygrad.pathway.read import read_kept, read_pathway, sha256_of
from rygrad.record import activation, acts, backup, clocks, condition, journal, people, rebuild, verify
from rygrad.record.contents import active, content_files
from rygrad.record.models import Course, Entry
from rygrad.site.start import start
from rygrad.web import accounts, persons
from rygrad.web.models import SavedList
from tests.figures import write_figures
from tests.record.databases import Databases
from tests.record.test_rebuild import derived
from tests.web.visitor import PASSWORD, Visitor, page_of

RECORDS = Path(__file__).resolve().parent / "upgrade"
RELEASES = ("first_record", "before_neighbours")
CHAINED = ("record_entry", "record_look", "record_activation", "record_contentversion", "record_head")


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    """The name of a record that an earlier release left."""
    return str(request.param)


def _unpacked(release: str, folder: Path) -> Path:
    """Its SQLite file."""
    file = folder / f"{release}.sqlite3"
    file.write_bytes(lzma.decompress((RECORDS / f"{release}.sqlite3.xz").read_bytes()))
    return file


@pytest.fixture
def upgraded(release: str, tmp_path: Path, databases: Databases) -> Iterator[Path]:
    """The same file, in use and migrated by today's code."""
    file = _unpacked(release, tmp_path)
    databases.use(f"sqlite:///{file}")
    start()
    yield file
    databases.release()


def _columns(file: Path) -> dict[str, str]:
    """The columns that the release knew of the chains and contents."""
    with sqlite3.connect(file) as connection:
        told = {table: connection.execute(f"PRAGMA table_info({table})") for table in CHAINED}
        return {table: ", ".join(f'"{row[1]}"' for row in rows) for table, rows in told.items()}


def _kept(file: Path, columns: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the chains and contents in these columns, as the database keeps it."""
    with sqlite3.connect(file) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {names} FROM {table}"))  # noqa: S608
            for table, names in columns.items()
        }


def test_a_record_of_the_earlier_release_is_whole_after_the_upgrade(tmp_path: Path, databases: Databases) -> None:
    counts = {"entries": 0, "decisions replayed": 0, "not as they were": 0, "tables changed": 0}
    for release in RELEASES:
        file = _unpacked(release, tmp_path)
        columns = _columns(file)
        before = _kept(file, columns)
        databases.use(f"sqlite:///{file}")
        start()
        found, well = verify.verify(), condition.examine("rygsmerter")
        databases.release()
        counts["entries"] += found.entries
        counts["decisions replayed"] += found.decisions
        counts["not as they were"] += len(found.problems) + sum(finding.is_fine is False for finding in well)
        counts["tables changed"] += sum(_kept(file, columns)[table] != before[table] for table in CHAINED)
    _write("upgrade", "two records made by earlier releases, migrated and verified by today's code", counts)
    assert counts == {"entries": 143 + 156, "decisions replayed": 19 + 19, "not as they were": 0, "tables changed": 0}


def _write(name: str, says: str, counts: dict[str, int], *, full: bool = False) -> None:
    test = (
        "test_the_backup_of_an_earlier_release_restores"
        if full
        else "test_a_record_of_the_earlier_release_is_whole_after_the_upgrade"
    )
    write_figures(
        name,
        promise="T11" if full else "T12",
        says=says,
        test=f"tests/trust/test_upgrade.py::{test}",
        counts=counts,
        full=full,
    )


@pytest.mark.usefixtures("upgraded")
def test_lists_and_relations_rebuilt_by_todays_code_are_those_the_earlier_release_kept() -> None:
    before = derived()
    assert len(before["Task"]) > 100
    assert rebuild.rebuild() == Course.objects.count() == 8
    assert derived() == before


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize("release", RELEASES[:1], indirect=True)
def test_an_old_course_opens_for_clinician_and_citizen_and_takes_a_new_entry() -> None:
    anna = people.professional_actor("anna", clocks.local_day(clocks.now()))
    course = Course.objects.filter(holder_id=anna.organisation, ended_on=None).order_by("id")[0]
    clinician, citizen = Visitor(), Visitor()
    accounts.choose_password(accounts.account("anna"), PASSWORD)
    clinician.log_in("anna")
    citizen.force_login(persons.person_account(course.person_id))
    pages = [(clinician, "/liste"), (clinician, f"/forloeb/{course.id}"), (citizen, "/mit-forloeb")]
    assert all("<h1" in page_of(visitor, address) for visitor, address in pages)
    told = acts.MessageToGp("other", "Efter opgraderingen")
    receipt = journal.append(anna, course.id, [told], expected_version=course.version, key="new")
    assert receipt.version == course.version + 1
    found = verify.verify()
    assert not found.problems
    assert found.looks > 5


def test_password_and_saved_list_of_the_earlier_release_work_after_the_upgrade(
    tmp_path: Path, databases: Databases
) -> None:
    databases.use(f"sqlite:///{_unpacked('before_neighbours', tmp_path)}")
    start()
    anna = Visitor()
    answer = anna.log_in("anna")
    lists = list(SavedList.objects.values_list("owner", "name"))
    databases.release()
    assert (answer.status_code, lists) == (302, [("anna", "Mine")])


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize("release", RELEASES[:1], indirect=True)
def test_a_later_content_is_previewed_and_put_in_force_over_the_earlier_one() -> None:
    files = content_files("rygsmerter")
    files["pathway.yaml"] = files["pathway.yaml"].replace(b"\nversion: 1.", b"\nversion: 9.")
    found = activation.preview(files)
    assert (found.open_courses, found.undecidable) == (7, [])
    activation.activate(found.sha256, "Anna Demo", "Bo Demo")
    assert active().pathway.identity.version.startswith("9.")
    kept = derived()
    rebuild.rebuild()
    assert derived() == kept
    assert not verify.verify().problems


def test_content_that_is_new_is_read_only_whole() -> None:
    files = content_files("rygsmerter")
    del files["citizen.yaml"]
    with pytest.raises(ContentError):
        read_pathway(files)
    told = read_kept(files)
    assert told.citizen.call_card.levels
    assert told.identity.sha256 == sha256_of(files) != sha256_of(content_files("rygsmerter"))


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_backup_of_an_earlier_release_restores(engine: str, databases: Databases) -> None:
    counts = {"entries restored": 0, "looks restored": 0, "decisions replayed": 0, "not as they were": 0}
    for release in RELEASES:
        with databases.empty(engine):
            found = backup.restore(RECORDS / f"{release}.backup.gz")
            counts["entries restored"] += Entry.objects.count()
            counts["looks restored"] += found.looks
            counts["decisions replayed"] += found.decisions
            counts["not as they were"] += len(found.problems)
    _write(f"upgrade-{engine}", f"the backups of two earlier releases, restored into {engine}", counts, full=True)
    assert list(counts.values()) == [143 + 156, 10, 38, 0]
