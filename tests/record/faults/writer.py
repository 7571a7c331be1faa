"""A process that writes to courses until it is told to stop, or is killed: ``python -m tests.record.faults.writer``."""

import sys
from pathlib import Path
from random import Random

from rygrad.site.start import start
from tests.record.faults.ledger import Ledger


def main(url: str, folder: str, name: str, user: str) -> None:
    """Retry what was left unacknowledged, then write on; ``folder`` holds the ledgers, the courses and the word to stop."""
    start(url, migrate=False)
    from rygrad.record import clocks, people

    actor = people.professional_actor(user, clocks.local_day(clocks.now()))
    place = Path(folder)
    courses = (place / "courses").read_text().split()
    ledger, chance = Ledger(place / f"{name}.ledger"), Random(name)
    ledger.mend()
    left = ledger.unfinished()
    if left:
        _until_acknowledged(actor, ledger, left.key, left.about)
    while not (place / "stop").exists():
        _until_acknowledged(actor, ledger, f"{name}-{len(ledger.lines())}", chance.choice(courses))


def _until_acknowledged(actor: object, ledger: Ledger, key: str, course: str) -> None:
    """Try, and on a stale version read and try again: always the same key, course and text."""
    from rygrad.record import acts, journal
    from rygrad.record.models import Course
    from rygrad.record.refusals import StaleVersion

    while True:
        read = Course.objects.get(id=course).version
        ledger.write("try", key, course)
        try:
            receipt = journal.append(
                actor, course, [acts.MessageToGp("other", f"besked {key} æøå")], expected_version=read, key=key
            )
        except StaleVersion:
            continue
        ledger.write("ack", key, receipt.entries[0])
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
