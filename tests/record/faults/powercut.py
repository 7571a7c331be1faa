"""A simulated power cut: what was synced is there; of what was not, nothing, all, the first part or any part is."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import apsw

from rygrad.record.sqlite.base import PRAGMAS
from tests.record.faults.disk import Change, Disk, apply, opened
from tests.record.faults.workload import Workload, fingerprint, is_sound, play

KINDS = ("nothing", "everything", "the first", "some")
_SECTOR = 512
Files = dict[str, bytearray]


@dataclass
class Platter:
    """What is safe on the disk, and what has been done since and may be lost."""

    safe: Files
    unsynced: list[Change] = field(default_factory=list)

    def do(self, change: Change) -> None:
        """A sync makes a file's changes safe, and on Linux its name as well; a delete is safe when its folder is synced."""
        if change.kind == "sync":
            for earlier in self.unsynced:
                if earlier.file == change.file:
                    _keep(earlier, self.safe)
            self.unsynced = [c for c in self.unsynced if c.file != change.file]
        elif change.kind == "delete" and change.offset:
            self.safe.pop(change.file, None)
            self.unsynced = [c for c in self.unsynced if c.file != change.file]
        else:
            self.unsynced.append(change)

    def after_a_cut(self, kind: str, chance: Random) -> Files:
        """The files as they may be found."""
        found = {name: bytearray(content) for name, content in self.safe.items()}
        for change in _surviving(self.unsynced, kind, chance):
            _keep(change, found)
        return found


def _surviving(unsynced: list[Change], kind: str, chance: Random) -> Iterable[Change]:
    if kind == "nothing":
        return []
    if kind == "everything":
        return unsynced
    if kind == "the first":
        return unsynced[: chance.randint(0, len(unsynced))]
    sectors = [sector for change in unsynced for sector in _sectors(change)]
    share = chance.choice((0.1, 0.5, 0.9))
    return [sector for sector in sectors if chance.random() < share]


def _sectors(change: Change) -> Iterator[Change]:
    """A write may be torn between sectors."""
    if change.kind != "write":
        yield change
        return
    for at in range(0, len(change.data), _SECTOR):
        yield change._replace(offset=change.offset + at, data=change.data[at : at + _SECTOR])


def _keep(change: Change, files: Files) -> None:
    if change.kind == "create":
        files.setdefault(change.file, bytearray())
    elif change.kind == "delete":
        files.pop(change.file, None)
    elif change.file in files:  # the content of a file whose name was lost is lost
        apply(change, files[change.file])


@dataclass(frozen=True)
class Played:
    """A workload played on a disk: every change to it, and how many there were when each COMMIT had returned."""

    workload: Workload
    changes: Sequence[Change]
    acknowledged: Sequence[int]

    def acknowledged_by(self, position: int) -> int:
        """How many transactions were acknowledged before this change."""
        return bisect_right(self.acknowledged, position)


def played(workload: Workload, pragmas: tuple[str, ...] = PRAGMAS) -> Played:
    """All its transactions, one after the other."""
    disk, acknowledged = workload.disk(), []
    with opened(disk, pragmas) as db:
        for transaction in workload.transactions:
            play(db, transaction)
            acknowledged.append(len(disk.changes))
        changes = list(disk.changes)  # without those of closing
    return Played(workload, changes, acknowledged)


def cuts(start: Files, changes: Sequence[Change], chance: Random, kinds: Sequence[str]) -> Iterator[tuple[int, Files]]:
    """A cut before every change and after the last, of each kind: the position, and the files as found."""
    platter = Platter({name: bytearray(content) for name, content in start.items()})
    for position in range(len(changes) + 1):
        for kind in kinds:
            yield position, platter.after_a_cut(kind, chance)
        if position < len(changes):
            platter.do(changes[position])


def found_after(files: Files, workload: Workload, acknowledged: int) -> tuple[str, list[Change]]:
    """What a reader finds when the power is back, in a word, and what SQLite did to the disk to get there.

    ``whole``: all that was acknowledged, and the one on its way either whole or not at all. Else ``lost``, ``half`` or
    ``broken``.
    """
    disk = Disk(files)
    try:
        with opened(disk, PRAGMAS) as db:
            state, sound = fingerprint(db), is_sound(db)
            recovery = list(disk.changes)
    except (apsw.Error, UnicodeError):
        return "broken", []
    if not sound:
        return "broken", recovery
    if state not in workload.states:
        return "half", recovery
    return ("whole" if workload.states.index(state) in (acknowledged, acknowledged + 1) else "lost"), recovery


def tally(p: Played, chance: Random, kinds: Sequence[str] = KINDS, *, again: bool = False) -> Counter[str]:
    """What was found after every cut; with ``again`` the power goes once more at every step of the recovery."""
    found: Counter[str] = Counter()
    for position, files in cuts(p.workload.disk().files, p.changes, chance, kinds):
        acknowledged = p.acknowledged_by(position)
        before = {name: bytearray(content) for name, content in files.items()} if again else {}
        word, recovery = found_after(files, p.workload, acknowledged)
        found[word] += 1
        if again and recovery and chance.random() < 0.2:
            for _, once_more in cuts(before, recovery, chance, [chance.choice(kinds)]):
                found[found_after(once_more, p.workload, acknowledged)[0]] += 1
    return found
