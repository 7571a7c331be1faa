"""A small record by an earlier release's code: PYTHONPATH=CHECKOUT python make.py OUT COURSES."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from rygrad.cli.record import make_record

DAY = date(2026, 11, 20)


def make(out: Path, courses: int) -> None:
    """The record and its backup in this folder; imports wait until Django is ready."""
    make_record(f"sqlite:///{out / 'record.sqlite3'}")
    from rygrad.cli.region import load
    from rygrad.pathway.read import load_pathway
    from rygrad.record import people, worklist
    from rygrad.record.backup import backup
    from rygrad.record.verify import verify
    from rygrad.simulation.region import region

    load(region(load_pathway("rygsmerter"), courses, 1, DAY), "rygsmerter", lambda done: None)
    for user in ("anna", "bo", "freja"):
        worklist.worklist(people.professional_actor(user, DAY), DAY, at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    _with_accounts(people.professional_actor("anna", DAY).organisation or "")
    backup(out / "record.backup.gz")
    assert not verify().problems


def _with_accounts(organisation: str) -> None:
    """Who may log in, and a saved list; the first releases had neither."""
    try:
        from rygrad.record.models import Course
        from rygrad.web import accounts, persons
        from rygrad.web.models import SavedList
    except ImportError:
        return
    anna = accounts.account("anna")
    anna.set_password("korrekt hest batteri hæfteklamme")
    anna.save()
    SavedList.objects.create(owner="anna", organisation=organisation, name="Mine", whys="overdue")
    persons.person_account(Course.objects.order_by("id")[0].person_id)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
