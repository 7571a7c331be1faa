"""T2: what was acknowledged survives a power cut; and the harness that says so finds the losses where there are some."""

from pathlib import Path
from random import Random

import pytest

from rygrad.record.sqlite.base import PRAGMAS
from tests.record.cast import cast
from tests.record.faults.powercut import KINDS, Played, played, tally
from tests.record.faults.workload import Workload, written_by

SEED = 20_260_302


@pytest.fixture
def workload(sqlite: Path) -> Workload:
    """A course's later half, as the record itself writes it."""
    return written_by(cast(), sqlite)


def _without(workload: Workload, *pragmas: str) -> Played:
    return played(workload, (*PRAGMAS, *pragmas))


def test_no_acknowledged_entry_is_lost_at_any_power_cut(workload: Workload) -> None:
    found = tally(played(workload), Random(SEED))
    print(f"{found.total()} power cuts: {dict(found)}")
    assert found.total() > 400
    assert set(found) == {"whole"}


def test_nor_when_changed_pages_leave_memory_before_the_commit(workload: Workload) -> None:
    found = tally(_without(workload, "PRAGMA cache_size = 10"), Random(SEED), ["nothing", "some"])
    print(f"{found.total()} power cuts with a small page cache: {dict(found)}")
    assert set(found) == {"whole"}


def test_nor_when_the_power_goes_again_during_recovery(workload: Workload) -> None:
    found = tally(played(workload), Random(SEED), ["everything", "some"], again=True)
    print(f"{found.total()} power cuts, some of them in a recovery: {dict(found)}")
    assert set(found) == {"whole"}


@pytest.mark.parametrize(("setting", "finds"), [("NORMAL", {"lost"}), ("OFF", {"lost", "broken"})])
def test_the_same_harness_finds_losses_when_less_is_synced(workload: Workload, setting: str, finds: set[str]) -> None:
    found = tally(_without(workload, f"PRAGMA synchronous = {setting}"), Random(SEED), ["nothing", "some"])
    print(f"synchronous = {setting}: {found.total()} power cuts: {dict(found)}")
    assert finds <= set(found)


@pytest.mark.long
def test_no_acknowledged_entry_is_lost_in_ten_thousand_power_cuts(sqlite: Path) -> None:
    play, chance, cuts = played(written_by(cast(), sqlite, rounds=5)), Random(SEED), 0
    while cuts < 10_000:
        found = tally(play, chance, KINDS, again=True)
        cuts += found.total()
        assert set(found) == {"whole"}
    print(f"{cuts} power cuts, nothing lost")
