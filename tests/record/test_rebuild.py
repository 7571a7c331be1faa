"""What is derived can be dropped: rebuilt rows equal the old ones; a backup restores, in either database."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from rygrad.pathway.errors import RygradError
from rygrad.record import acts, backup, journal, people, persons, rebuild, verify, worklist
from rygrad.record.models import CareRelationship, Course, Entry, Look, Person, Sharing, Task
from tests.figures import write_figures
from tests.record.cast import Cast, cast
from tests.record.databases import Databases
from tests.record.steps_at_random import play

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
DERIVED = (Task, CareRelationship, Sharing, Course, Person)


def rebuilt_and_restored(databases: Databases, file: Path) -> None:
    """What is derived is made anew as it was, and a backup into this file restores whole."""
    kept = derived()
    rebuild.rebuild()
    assert derived() == kept
    backup.backup(file)
    with databases.empty("sqlite"):
        assert not backup.restore(file).problems


def derived() -> dict[str, list[tuple[Any, ...]]]:
    """Every derived row, without its number."""
    return {
        model.__name__: sorted(
            tuple(
                str(getattr(row, f.attname))
                for f in model._meta.concrete_fields
                if f.name != "id" or model in (Course, Person)
            )
            for row in model.objects.all()
        )
        for model in DERIVED
    }


def played(seed: int) -> Cast:
    """A citizen's courses at random, with a relative, and a second record of the same person linked."""
    c = cast()
    play(c, seed, 40)
    worklist.worklist(c.anna, at=c.at + timedelta(days=1))
    return c


def _rebuilt(databases: Databases, engine: str, seeds: range, *, full: bool) -> None:
    """Courses at random, each in a record of its own, and every derived row before and after a rebuild."""
    rows, courses, differing = 0, 0, 0
    for seed in seeds:
        with databases.fresh(engine):
            played(seed)
            before = derived()
            assert before["Task"]
            courses += rebuild.rebuild()
            rows += sum(map(len, before.values()))
            differing += derived() != before
    write_figures(
        f"rebuild-{engine}",
        promise="T11",
        says=f"what is derived is dropped and made anew from the journal alone ({NAMES[engine]})",
        test="tests/record/test_rebuild.py::test_rebuilding_gives_equal_rows_with_their_history",
        counts={"records": len(seeds), "courses": courses, "derived rows": rows, "records that differ": differing},
        full=full,
    )
    assert differing == 0


@pytest.mark.parametrize("engine", ["sqlite"])
def test_rebuilding_gives_equal_rows_with_their_history(databases: Databases, engine: str) -> None:
    _rebuilt(databases, engine, range(3), full=False)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_rebuilding_gives_equal_rows_in_a_hundred_records(databases: Databases, engine: str) -> None:
    _rebuilt(databases, engine, range(100), full=True)


@pytest.mark.usefixtures("database")
def test_links_of_persons_are_rebuilt_and_reversible() -> None:
    c = cast()
    c.grouped()
    c.write(c.bo, acts.CourseEnded("managing_alone"))
    c.open(person=c.erik.id)
    link = acts.PersonsLinked(c.erik.id, "samme person")
    persons.link_persons(c.anna, c.dina.id, link, key="l1", at=c.at)
    assert Person.objects.get(id=c.erik.id).linked_to_id == c.dina.id
    before = derived()
    rebuild.rebuild()
    assert derived() == before
    with pytest.raises(RygradError):
        persons.link_persons(c.anna, c.dina.id, link, key="l2", at=c.at)
    persons.link_persons(c.anna, c.dina.id, acts.PersonsUnlinked(c.erik.id, "fejl"), key="l3", at=c.at)
    assert Person.objects.get(id=c.erik.id).linked_to_id is None
    assert not verify.verify().problems


@pytest.mark.usefixtures("database")
def test_only_who_treats_both_links_them() -> None:
    c = cast()
    c.grouped()
    link = acts.PersonsLinked(c.erik.id, "samme person")
    for who in (c.bo, c.anna, c.carla):
        with pytest.raises(RygradError, match="not found"):
            persons.link_persons(who, c.dina.id, link, key=f"l-{who.id}", at=c.at)


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_restores_in_either_database(databases: Databases, database: str, into: str, tmp_path: Path) -> None:
    played(5)
    file = tmp_path / "backup.gz"
    counts = backup.backup(file)
    was, chains = derived(), verify.verify()
    with databases.empty(into):
        found = backup.restore(file)
        assert not found.problems
        assert (found.head, found.look_head) == (chains.head, chains.look_head)
        assert (Entry.objects.count(), Look.objects.count()) == (counts["Entry"], counts["Look"])
        assert derived() == was
        anna = people.professional_actor("anna", date(2027, 1, 1))
        new = people.register_person("Ny Demosen", {"demo": "demo-99"}, is_invented=True)
        opened = acts.CourseOpened(anna.organisation or "", anna.organisation or "")
        assert journal.open_course(anna, new, opened, key="goes on").version == 1
    databases.use(database)


def test_a_cut_backup_restores_nothing(databases: Databases, database: str, tmp_path: Path) -> None:
    played(6)
    file = tmp_path / "backup.gz"
    backup.backup(file)
    with pytest.raises(FileExistsError):
        backup.backup(file)
    cut = tmp_path / "cut.gz"
    cut.write_bytes(file.read_bytes()[:-200])
    no_backup = tmp_path / "other.txt"
    no_backup.write_text("hej")
    with databases.empty("sqlite"):
        for bad in (cut, no_backup):
            with pytest.raises(RygradError, match="backup"):
                backup.restore(bad)
        assert not Person.objects.exists()
        backup.restore(file)
        with pytest.raises(RygradError, match="already"):
            backup.restore(file)
    databases.use(database)
