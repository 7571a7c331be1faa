"""Every change of some modules, each tried by the tests that run what is changed, the quickest first, until one fails.

``python -m tests.trust.mutation.hunting OUT decision/safety …`` in a process of its own. Nothing is written into the
source: the change is put into a fork of a process that has collected the tests already. What cannot be changed there
(lines that run when a module is imported), and what the tests of a warm process do not catch, is tried once more in
a fork that has imported nothing of Rygrad yet. OUT has one outcome a line, and is gone on with when it is there.
``MUTATION_SECONDS`` ends each of the two passes, ``MUTATION_SLOWEST`` leaves slower tests out.
"""

import cProfile
import hashlib
import json
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import hypothesis
import pytest

from tests.trust.mutation.operators import Change, Changes
from tests.trust.mutation.planting import Ground, Replaced, plant

ROOT = Path(__file__).resolve().parents[3]
FILES = (
    "tests/spec",
    "tests/contracts/test_content_rules.py",
    "tests/contracts/test_citizen_words.py",
    "tests/contracts/test_plain_language.py",
    "tests/contracts/test_region_tables.py",
    "tests/contracts/test_documentation.py",
    "tests/engines/test_equal.py",
    "tests/properties/test_exhaustive.py",
    "tests/properties/test_invariants.py",
)
# Tests that start other processes, follow what other batteries write, or walk for long what quicker ones walk too.
NOT_RUN = (
    "command-line.md",
    "trust.md",
    "test_every_link_and_every_named_test_exists",
    "test_every_command_fact_and_reading_is_documented",
    "test_learning_a_fact_of_the_",
    "test_the_questions_can_settle_all",
    "test_no_effort_outside_the_lists",
)
SLOWEST = float(os.environ.get("MUTATION_SLOWEST", "6"))
MOST_SECONDS = 60
"""Of the processor, for one change; the tests of a change that nobody catches take a third of it."""
FOUND, MISSED, IMPOSSIBLE = 1, 0, 77
CAUGHT = ("killed", "timeout")
COLD = ("impossible", "not run", "survived while warm")
"""Found while warm, and to be tried cold."""


@dataclass
class Seen:
    """One test of the baseline: its seconds of the processor, and the functions that it ran, as (file, qualified name)."""

    seconds: float
    ran: set[tuple[str, str]]


@dataclass(frozen=True)
class Tried:
    """One change of one module."""

    module: str
    changes: Changes
    change: Change

    @property
    def key(self) -> tuple[str, str]:
        return self.module, self.change.name

    @property
    def code(self) -> CodeType:
        return self.changes.compiled(self.change)

    @property
    def order(self) -> bytes:
        """As if shuffled, and the same each time: whatever has been tried when time is up is spread over everything."""
        return hashlib.sha256(repr(self.key).encode()).digest()


class Hunt:
    """Every change of the modules, the tests there are, and a file where each outcome is written as it is found."""

    def __init__(self, out: Path, modules: Iterable[str]) -> None:
        self.out = out
        self.all = sorted((tried for name in modules for tried in every_change(name)), key=lambda tried: tried.order)
        self.tests: dict[str, Seen] = {}

    def outcomes(self) -> dict[tuple[str, str], str]:
        """What has been written so far: of each change the last."""
        lines = self.out.read_text("utf-8").splitlines() if self.out.exists() else []
        return {(module, name): outcome for module, name, outcome in map(json.loads, lines)}

    def write(self, tried: Tried, outcome: str) -> None:
        """One more outcome."""
        with self.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps([*tried.key, outcome], ensure_ascii=False) + "\n")

    def waiting(self, *settled: str) -> Iterator[Tried]:
        """The changes without any of these outcomes, until time is up."""
        known, until = self.outcomes(), time.monotonic() + float(os.environ.get("MUTATION_SECONDS", "inf"))
        for tried in self.all:
            if time.monotonic() > until:
                return
            if known.get(tried.key) not in settled:
                yield tried


def hunt(out: Path, modules: Iterable[str]) -> None:
    """Try every change that ``out`` does not know to be caught: ``killed``, ``timeout`` or ``survived``."""
    found = Hunt(out, modules)
    _profile()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "tests"
        if _forked(lambda: _run(_Warm(found, kept)), 20_000) is None or not kept.exists():
            raise RuntimeError("the tests could not be run as they are")
        found.tests = pickle.loads(kept.read_bytes())  # noqa: S301  (our own fork wrote it)
    known = found.outcomes()
    for tried in found.waiting(*CAUGHT, "survived"):
        if not tried.change.function or tried.key in known:
            found.write(tried, _cold(found, tried))


def every_change(module: str) -> list[Tried]:
    """Every single change of one module."""
    path = ROOT / "rygrad" / f"{module}.py"
    changes = Changes(path.read_text("utf-8"), str(path))
    return [Tried(module, changes, change) for change in changes.all]


def _profile() -> None:
    """Properties draw the same citizens each time, and do not look for the smallest one that fails."""
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("mutation", derandomize=True, database=None, phases=phases)
    hypothesis.settings.load_profile("mutation")


def _forked(work: Callable[[], int], seconds: int) -> int | None:
    """What the work in a fork ended with; None when it took more of the processor than it may."""
    child = os.fork()
    if child == 0:
        code = IMPOSSIBLE
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
            code = work()
        except BaseException:
            code = FOUND
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return None if code in (-signal.SIGXCPU, -signal.SIGKILL) else code


def _run(plugin: object, files: Iterable[str] = FILES) -> int:
    """The tests in this process, said nowhere."""
    loaded_before = "ignore::pytest.PytestAssertRewriteWarning"
    arguments = ["-q", "-p", "no:xdist", "-W", loaded_before, "-m", "not long", "--rootdir", str(ROOT)]
    return int(pytest.main([*arguments, *(str(ROOT / name) for name in files)], plugins=[plugin]))


class _Warm:
    """Runs the tests once as they are, then each change in a fork of its own."""

    def __init__(self, found: Hunt, kept: Path) -> None:
        self.found, self.kept = found, kept

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not any(name in item.nodeid for name in NOT_RUN)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        profile = self.kept.with_suffix(".profile")
        if _forked(lambda: self._baseline(session.items, profile), 3_000) != MISSED:
            raise RuntimeError("the tests could not be run as they are")
        self.kept.write_bytes(profile.read_bytes())
        self.found.tests = pickle.loads(profile.read_bytes())  # noqa: S301
        if all(tried.module.startswith("decision/") for tried in self.found.all):
            self._read_content(session.items)
        self.ground = Ground()
        self.items = {item.nodeid: item for item in session.items}
        for tried in self.found.waiting(*CAUGHT, "survived", *COLD):
            if tried.change.function:
                self.found.write(tried, self._outcome(tried))
        return True

    def _baseline(self, items: list[pytest.Item], profile: Path) -> int:
        seen = {}
        for number, item in enumerate(items):
            noted, started = cProfile.Profile(subcalls=False, builtins=False), time.process_time()
            failed = item.session.testsfailed
            noted.runcall(_protocol, item, items[number + 1 : number + 2])
            if item.session.testsfailed > failed:  # it is said by its own run; nothing is caught by it here
                os.write(2, f"fails as it is: {item.nodeid}\n".encode())
                continue
            codes = (entry.code for entry in noted.getstats() if isinstance(entry.code, CodeType))
            ran = {(code.co_filename, code.co_qualname) for code in codes}
            seen[item.nodeid] = Seen(
                time.process_time() - started, {one for one in ran if str(ROOT / "rygrad") in one[0]}
            )
        profile.write_bytes(pickle.dumps(seen))
        return MISSED

    def _read_content(self, items: list[pytest.Item]) -> None:
        """The content is the same whatever changes in the decision: it is read once, by a test that asks for it."""
        first = next(item for item in items if "test_cases.py" in item.nodeid)
        other = next(item for item in items if "test_invariants.py" in item.nodeid)
        _protocol(first, [other])

    def _outcome(self, tried: Tried) -> str:
        chosen = [self.items[name] for name in _quickest(self.found, list(self.items), tried)]
        if not chosen:
            return "not run"
        code, function = tried.code, tried.change.function
        outcome = _named(_forked(lambda: _try(self.ground, code, function, chosen), MOST_SECONDS))
        return "survived while warm" if outcome == "survived" else outcome


def _try(ground: Ground, code: CodeType, function: str, items: list[pytest.Item]) -> int:
    _silent()
    if not plant(ground, code, function):
        return IMPOSSIBLE
    for number, item in enumerate(items):
        _protocol(item, items[number + 1 : number + 2])
        if item.session.testsfailed:
            return FOUND
    return MISSED


def _cold(found: Hunt, tried: Tried) -> str:
    """The tests that run the module, and for lines outside functions then all the others."""
    code, outcome = tried.code, "survived"
    for others in (False, True):
        chosen = _quickest(found, list(found.tests), tried, others=others)
        if chosen and outcome == "survived":
            outcome = _named(_forked(lambda: _try_cold(tried, code, chosen), 3 * MOST_SECONDS))  # noqa: B023
    return outcome


def _try_cold(tried: Tried, code: CodeType, chosen: list[str]) -> int:
    _silent()
    Replaced(f"rygrad.{tried.module.replace('/', '.')}", code)
    ended = _run(_Cold(chosen), dict.fromkeys(name.partition("::")[0] for name in chosen))
    return MISSED if ended in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else FOUND


class _Cold:
    """Runs the module's tests in the order of their seconds, until one fails."""

    def __init__(self, chosen: list[str]) -> None:
        self.place = {name: place for place, name in enumerate(chosen)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        found = [item for item in items if item.nodeid in self.place]
        items[:] = sorted(found, key=lambda item: self.place[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os._exit(FOUND)


def _quickest(found: Hunt, names: list[str], tried: Tried, *, others: bool = False) -> list[str]:
    """The tests that run this function (the module, for lines outside functions), the quickest first.

    ``others``: instead the tests that do not run the module, which lines outside functions may matter for all the same.
    """
    file, function = tried.changes.filename, tried.change.function
    quick = {name: found.tests[name] for name in names if name in found.tests and found.tests[name].seconds <= SLOWEST}

    def runs(seen: Seen) -> bool:
        names = (name for ran, name in seen.ran if ran == file)
        return any(not function or name == function or name.startswith(f"{function}.") for name in names)

    chosen = [name for name, seen in quick.items() if runs(seen) is not others and not (others and function)]
    return sorted(chosen, key=lambda name: quick[name].seconds)


def _protocol(item: pytest.Item, following: list[pytest.Item]) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following[0] if following else None)


def _silent() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _named(code: int | None) -> str:
    if code is None:
        return "timeout"
    return {MISSED: "survived", IMPOSSIBLE: "impossible"}.get(code, "killed")


def _load() -> None:
    """What is nobody's under test, imported once for all forks."""
    import duckdb
    import ibis
    import msgspec
    import rich.console
    import rich.table
    import typer
    import yaml

    assert all((duckdb, ibis, msgspec, rich, typer, yaml))


def main(out: str, *modules: str) -> None:
    """Hunt; an OUT that is there is gone on with."""
    _load()
    hunt(Path(out), modules)


if __name__ == "__main__":
    main(*sys.argv[1:])
