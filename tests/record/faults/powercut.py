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


@dataclass(frozen=True)
class Found:
    """What a reader finds when the power is back: the state of the record, or a word for what is no record."""

    state: str
    recovery: tuple[Change, ...]

    def word(self, workload: Workload, acknowledged: int) -> str:
        """``whole``: all that was acknowledged, and the one on its way either whole or not at all.

        Else ``lost``, ``half`` or ``broken``.
        """
        if self.state == "broken":
            return "broken"
        if self.state not in workload.states:
            return "half"
        return "whole" if workload.states.index(self.state) in (acknowledged, acknowledged + 1) else "lost"


def found_in(files: Files) -> Found:
    """Open it as the record does; and what SQLite did to the disk to get there."""
    disk = Disk(files)
    try:
        with opened(disk, PRAGMAS) as db:
            state, sound = fingerprint(db), is_sound(db)
            recovery = tuple(disk.changes)
    except (apsw.Error, UnicodeError):
        return Found("broken", ())
    return Found(state if sound else "broken", recovery)


class _Opened:
    """Files that were opened before are not opened again: many cuts leave the same on the disk."""

    def __init__(self) -> None:
        self.known: dict[bytes, Found] = {}

    def found_in(self, files: Files) -> Found:
        mark = Disk(files).mark
        if mark not in self.known:
            self.known[mark] = found_in(files)
        return self.known[mark]


def tally(p: Played, chance: Random, kinds: Sequence[str] = KINDS, *, again: bool = False) -> Counter[str]:
    """What was found after every cut; with ``again`` the power goes once more at every step of the recovery."""
    words: Counter[str] = Counter()
    opened_before = _Opened()
    for position, files in cuts(p.workload.disk().files, p.changes, chance, kinds):
        acknowledged = p.acknowledged_by(position)
        before = {name: bytearray(content) for name, content in files.items()} if again else {}
        found = opened_before.found_in(files)
        words[found.word(p.workload, acknowledged)] += 1
        if again and found.recovery and chance.random() < 0.2:
            for _, once_more in cuts(before, found.recovery, chance, [chance.choice(kinds)]):
                words[opened_before.found_in(once_more).word(p.workload, acknowledged)] += 1
    return words
