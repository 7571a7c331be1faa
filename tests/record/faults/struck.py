"""A workload on a disk that fails at one write: what is found on it at each moment after."""

from collections import Counter
from dataclasses import dataclass, field

import apsw

from rygrad.record.sqlite.base import PRAGMAS
from tests.record.faults.disk import Disk, Fault, opened
from tests.record.faults.workload import Workload, fingerprint, is_sound, play

_READ_BEFORE: dict[bytes, str] = {}


@dataclass
class Struck:
    """What was seen: ``read`` or ``refused`` while it was broken, ``absent`` or ``whole`` once it was mended."""

    hit: bool = False
    refusals: set[type[Exception]] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)


def struck(workload: Workload, fault: Fault) -> Struck:
    """Play the workload on the failing disk; after each failure look, mend, look again, and go on with the same write."""
    disk, result, done = workload.disk(fault=fault), Struck(), 0
    while done < len(workload.transactions):
        done = _until_it_fails(workload, disk, result, done)
    assert _sound_state(disk) == workload.states[-1]
    result.hit = fault.hits > 0
    return result


def _until_it_fails(workload: Workload, disk: Disk, result: Struck, done: int) -> int:
    """How many transactions are on the disk when one failed, or all were played."""
    allowed = workload.states[done : done + 2]
    with opened(disk, PRAGMAS) as db:
        while done < len(workload.transactions):
            allowed = workload.states[done : done + 2]
            try:
                play(db, workload.transactions[done])
            except apsw.Error as problem:
                result.refusals.add(type(problem))
                _roll_back(db)
                result.seen[_look_while_broken(db, allowed)] += 1
                break
            done += 1
        else:
            return done
    if disk.fault and disk.fault.for_good:
        result.seen["another reader " + _another_looks_while_broken(disk, allowed)] += 1
    disk.fault = None
    state = _sound_state(disk)
    assert state in allowed, "a half transaction"
    result.seen["whole" if state == allowed[1] else "absent"] += 1
    return workload.states.index(state)


def _sound_state(disk: Disk) -> str:
    """What a reader finds, in a file without fault. Files that were read before are not read again."""
    mark = disk.mark
    if mark not in _READ_BEFORE:
        with opened(disk, PRAGMAS) as db:
            state = fingerprint(db)
            assert is_sound(db)
        _READ_BEFORE[mark] = state
    return _READ_BEFORE[mark]


def _roll_back(db: apsw.Connection) -> None:
    if db.in_transaction:
        try:
            db.execute("ROLLBACK")
        except apsw.Error:
            assert not db.in_transaction


def _look_while_broken(db: apsw.Connection, allowed: list[str]) -> str:
    try:
        state = fingerprint(db)
    except apsw.Error:
        return "refused"
    assert state in allowed, "a half transaction was read"
    return "read"


def _another_looks_while_broken(disk: Disk, allowed: list[str]) -> str:
    try:
        with opened(disk, PRAGMAS) as db:
            return _look_while_broken(db, allowed)
    except apsw.Error:
        return "refused"
