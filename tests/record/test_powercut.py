"""T2: what was acknowledged survives a power cut; and the harness that says so finds the losses where there are some."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from rygrad.record.sqlite.base import PRAGMAS
from tests.figures import write_figures
from tests.record.cast import cast
from tests.record.faults.numbered import numbered_ids
from tests.record.faults.powercut import KINDS, Played, played, tally
from tests.record.faults.workload import Workload, written_by

SEED = 20_260_302
FULL = 10_000
FOUND = {
    "whole": "all there",
    "lost": "lost an acknowledged entry",
    "half": "left a half entry",
    "broken": "left an unreadable file",
}


@pytest.fixture
def workload(sqlite: Path) -> Workload:
    """A course's later half, as the record itself writes it."""
    with numbered_ids():
        return written_by(cast(), sqlite)


@pytest.fixture
def longer(sqlite: Path) -> Workload:
    """The same, with more writes after it."""
    with numbered_ids():
        return written_by(cast(), sqlite, rounds=5)


def _without(workload: Workload, *pragmas: str) -> Played:
    return played(workload, (*PRAGMAS, *pragmas))


def _keep(name: str, says: str, test: str, found: Counter[str], *, full: bool = False) -> None:
    write_figures(
        f"powercut-{name}",
        promise="T2",
        says=says,
        test=f"tests/record/test_powercut.py::{test}",
        counts={"power cuts": found.total(), **{words: found[word] for word, words in FOUND.items()}},
        full=full,
    )


def _many(play: Played, *, again: bool) -> Counter[str]:
    """Every place and kind of cut, over and over with new chances."""
    found, chance = Counter[str](), Random(SEED)
    while found.total() < FULL:
        found += tally(play, chance, KINDS, again=again)
    return found


def _keep_whole(found: Counter[str], *, full: bool = False) -> None:
    says = "the power goes at every change of the file, and of what was not synced any part may be left"
    _keep("full-sync", says, "test_no_acknowledged_entry_is_lost_at_any_power_cut", found, full=full)


def _keep_control(setting: str, found: Counter[str], *, full: bool = False) -> None:
    says = f"negative control: the same cuts with `synchronous = {setting}` must find losses"
    _keep(setting.lower(), says, "test_the_same_harness_finds_losses_when_less_is_synced", found, full=full)


def test_no_acknowledged_entry_is_lost_at_any_power_cut(workload: Workload) -> None:
    found = tally(played(workload), Random(SEED))
    _keep_whole(found)
    assert found.total() > 400
    assert set(found) == {"whole"}


def test_nor_when_changed_pages_leave_memory_before_the_commit(workload: Workload) -> None:
    found = tally(_without(workload, "PRAGMA cache_size = 10"), Random(SEED), ["nothing", "some"])
    says = "the power goes at every change, and changed pages are written before the commit (a page cache of 10)"
    _keep("full-sync-small-cache", says, "test_nor_when_changed_pages_leave_memory_before_the_commit", found)
    assert found.total() > 400
    assert set(found) == {"whole"}


def test_nor_when_the_power_goes_again_during_recovery(workload: Workload) -> None:
    found = tally(played(workload), Random(SEED), ["everything", "some"], again=True)
    says = "the power goes at every change, and again at every step of the recovery"
    _keep("full-sync-recovery", says, "test_nor_when_the_power_goes_again_during_recovery", found)
    assert found.total() > 400
    assert set(found) == {"whole"}


@pytest.mark.parametrize(("setting", "finds"), [("NORMAL", {"lost"}), ("OFF", {"lost", "broken"})])
def test_the_same_harness_finds_losses_when_less_is_synced(workload: Workload, setting: str, finds: set[str]) -> None:
    found = tally(_without(workload, f"PRAGMA synchronous = {setting}"), Random(SEED), ["nothing", "some"])
    _keep_control(setting, found)
    assert finds <= set(found)


@pytest.mark.long
def test_no_acknowledged_entry_is_lost_in_ten_thousand_power_cuts(longer: Workload) -> None:
    found = _many(played(longer), again=True)
    _keep_whole(found, full=True)
    assert found.total() >= FULL
    assert set(found) == {"whole"}


@pytest.mark.long
@pytest.mark.parametrize(("setting", "finds"), [("NORMAL", {"lost"}), ("OFF", {"lost", "broken"})])
def test_the_same_ten_thousand_find_losses_when_less_is_synced(longer: Workload, setting: str, finds: set[str]) -> None:
    found = _many(_without(longer, f"PRAGMA synchronous = {setting}"), again=False)
    _keep_control(setting, found, full=True)
    assert finds <= set(found)
