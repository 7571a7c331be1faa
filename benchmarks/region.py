"""The region: whole commands, its pages, and two other engines on the same rules; writes docs/reference/performance-region.md.

`python -m benchmarks.region [SIZE ...] [--large] [--spark PYTHON] [--openfisca PYTHON]` writes the page. Little is imported here:
a process that is started takes over the peak memory of the one that started it.
"""

import argparse
import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.region_parts import AS_OF

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "performance-region.md"
_HEAD = """# Performance of the region

Written by `make bench` on {day}: {machine}. Shared machines are noisy, so the ratio
(in processor time, against something run in the same minute) is what to compare; no test depends on a time.

## Whole commands

Each row is a whole process, from its start to its end: seconds on the clock, seconds of processor time (of all cores and of every
process it starts), and the most memory it held at once (of Spark's processes the largest one). The comparison is DuckDB in a process
of its own over the same files: copying the same tables from Parquet to Parquet, or reading the same columns. They take turns; of {rounds} rounds (one above a million
courses, and one of Spark, which is left out there) the one with the least processor time counts, for each by itself. At 100,000 courses
the start of Python and DuckDB is much of it. The courses are `rygrad synth`'s, seed 1; all are invented.

| what | reached | against |
|---|---|---|
"""
_GROWTH = """
## How it grows

From {small:,} to {large:,} courses, {times:g} times as many. Below {times:g} × a start that is the same for any size is shared by more.

| what | processor time | most memory |
|---|---|---|
"""
_PAGES = """
## The pages

S9 and S10 at the indicator table of {courses:,} courses, called through the whole application with a session, without a network: the
server's own time, by somebody who sees every place. Addresses drawn from all that have numbers take turns with the login page, which
asks nothing; of three rounds of a hundred the calmest counts. The table is read when it has been written anew, by the first who looks.

Aim: under 200 ms at p99.

| what | reached | against |
|---|---|---|
"""
_PEERS = """
## Other engines on the same rules

**cql-execution**, one citizen after the other: the exported CQL, translated by `@cqframework/cql`, on courses drawn from the same table.
Every conclusion that the course table holds is compared first. Its time is on the clock, in one Node, with the reading of the citizen's
Observations and without the translation; ours is the processor time of the whole command, shared among its courses.

**OpenFisca**, vectorised in NumPy: the part it can express. It has no unknown (a value that is not given is the type's default: no), so
it cannot say which groups are still possible, nor what must be asked; a span of dates has no type. So it is given only the courses where
all four facts of the group rules (duration, recurrence, worry, complexity) are known and the onset is a day; every answer is compared
first. Its time leaves out reading the file and building the rules; ours leaves out building the query, and reads the Parquet.

| what | reached | against |
|---|---|---|
"""
_SIZES, _LARGE, _MOST_AT_ONCE = (100_000, 1_000_000), 10_000_000, 1_000_000
_ROUNDS = 3
_RUN, _SPARK = "`rygrad population run`", "`rygrad population run --engine spark`"
_RYGRAD = str(Path(sys.executable).with_name("rygrad"))
_PART = (sys.executable, "-m", "benchmarks.region_parts")
_MOVED = ["course", "municipality", "group", "holder_kind", "month"]
_COMMAND = "from rygrad.cli.main import run; run()"
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Spent:
    """What a whole process took: seconds on the clock, seconds of processor time, MB at the peak."""

    wall: float
    core: float
    peak: float


def spent(*command: object) -> Spent:
    """Run it to its end, and the end of what it leaves behind (Spark's Java). RuntimeError with its words when it fails."""
    with tempfile.TemporaryFile("w+") as said:
        began = perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        uses = [used, *_left_behind()]
        wall = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command}: {process.returncode}\n{said.read()[-2000:]}")
    return Spent(wall, sum(u.ru_utime + u.ru_stime for u in uses), max(u.ru_maxrss for u in uses) / 1024)


def _left_behind() -> Iterator[Any]:
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


def adopt_orphans() -> None:
    """What a child leaves behind becomes ours, and can be waited for (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


Found = dict[str, tuple[Spent, Spent, str]]
"""For each command: what it took, what DuckDB took beside it, and what DuckDB did."""


@dataclass(frozen=True)
class Step:
    """A command, what DuckDB does beside it, and where it writes: removed before each round."""

    name: str
    command: tuple[object, ...]
    against: str
    queries: tuple[str, ...]
    out: Path


class Size:
    """The commands at one size, in a folder that keeps what they wrote last."""

    def __init__(self, folder: Path, courses: int, spark: str | None) -> None:
        self.courses, self.folder, self.spark = courses, folder / str(courses), spark
        self.made, self.decided, self.numbers = (self.folder / name for name in ("made", "decided", "numbers"))
        self.copy = self.folder / "copy.parquet"
        self.folder.mkdir()

    def steps(self) -> list[Step]:
        """In the order in which each needs what the one before wrote."""
        made, table = self.made, self.numbers / "indicators.parquet"
        run = (_RYGRAD, "population", "run", made / "courses", self.decided, "--as-of", AS_OF)
        copied, counted = self._copies("courses"), _reads(made)
        report = self.folder / "report.html"
        steps = [
            Step("`rygrad synth`", (_RYGRAD, "synth", made, "--courses", self.courses), "copying the tables it writes",
                 self._copies("courses", "referrals", "months"), made),
            Step(_RUN, run, "copying the courses", copied, self.decided),
            Step("the indicators' counting alone", (*_PART, "count", made), "reading the columns it reads", counted,
                 self.folder / "none"),
            Step("`rygrad indicators`", (_RYGRAD, "indicators", made, self.numbers), "reading the columns it reads",
                 (*counted, _read(made, "months", f"COLUMNS({_MOVED})")), self.numbers),
            Step("the HTML report of the region, from the indicators' table", (*_PART, "report", self.numbers, report),
                 "reading that table", (f"SELECT bit_xor(hash(COLUMNS(*))) FROM '{table}'",), report),
        ]  # fmt: skip
        if self.spark and self.courses <= _MOST_AT_ONCE:
            out = self.folder / "spark"
            spark = (self.spark, "-c", _COMMAND, *run[1:4], out, *run[5:], "--engine", "spark", "--memory", "4GB")
            steps.insert(2, Step(_SPARK, spark, "copying the courses", copied, out))
        return steps

    def _copies(self, *tables: str) -> tuple[str, ...]:
        found = (f"read_parquet('{self.made}/{table}/*.parquet')" for table in tables)
        return tuple(f"COPY (FROM {one}) TO '{self.copy}' (FORMAT parquet)" for one in found)

    def measure(self) -> Found:
        """Each step's cheapest round, DuckDB's, and what DuckDB did."""
        found: Found = {}
        for step in self.steps():
            rounds = []
            for _ in range(_ROUNDS if self.courses <= _MOST_AT_ONCE and step.name != _SPARK else 1):
                _remove(step.out)
                rounds.append((spent(*step.command), spent(*_PART, "duckdb", *step.queries)))
            best = [min(kind, key=lambda one: one.core) for kind in zip(*rounds, strict=True)]
            found[step.name] = (best[0], best[1], step.against)
            _say(row(step.name, self.courses, *found[step.name]))
        return found


def _reads(made: Path) -> tuple[str, ...]:
    """Reading every column that an indicator reads."""
    from rygrad.quality.definitions import LEVELS
    from rygrad.quality.read import load_indicators

    definitions, found = load_indicators(), []
    for table in ("courses", "referrals"):
        indicators = definitions.of(table)
        columns = set(LEVELS).union(*(one.columns() for one in indicators), (one.month_of for one in indicators))
        found.append(_read(made, table, f"COLUMNS({sorted(columns)})"))
    return tuple(found)


def _read(made: Path, table: str, columns: str) -> str:
    """Every value is taken up, which a count would not do."""
    return f"SELECT bit_xor(hash({columns})) FROM read_parquet('{made}/{table}/*.parquet')"


def _remove(out: Path) -> None:
    if out.is_dir():
        shutil.rmtree(out)
    out.unlink(missing_ok=True)


def row(name: str, courses: int, took: Spent, base: Spent, against: str) -> Row:
    """One row of the page."""
    reached = f"{took.wall:.1f} s, {took.core:.1f} s of processor time, {took.peak:,.0f} MB"
    return (
        f"{name}, {courses:,} courses",
        reached,
        f"{took.core / base.core:.1f} × DuckDB {against} ({base.core:.2f} s)",
    )


def _say(found: Sequence[str]) -> None:
    print(*found, sep=" · ", file=sys.stderr, flush=True)


def growth(small: Found, large: Found) -> list[Row]:
    """How many times the processor time and the memory of each command."""
    pairs = {name: (small[name][0], large[name][0]) for name in small if name in large}
    return [
        (name, f"{b.core / a.core:.1f} × ({a.core:.1f} → {b.core:.1f} s)",
         f"{b.peak / a.peak:.1f} × ({a.peak:,.0f} → {b.peak:,.0f} MB)")
        for name, (a, b) in pairs.items()
    ]  # fmt: skip


def _rows(*command: object, **environment: str) -> list[Row]:
    """What a part of its own printed."""
    words = [*_PART, *map(str, command)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | environment)
    rows = [(a, b, c) for a, b, c in map(json.loads, done.stdout.splitlines())]
    for one in rows:
        _say(one)
    return rows


def has_spark(python: str) -> bool:
    """Whether this Python has PySpark, and there is a Java to run it."""
    return (
        shutil.which("java") is not None
        and not subprocess.run([python, "-c", "import pyspark"], check=False, stderr=subprocess.DEVNULL).returncode
    )


def write_page(sizes: Sequence[int], spark: str | None, python: str | None) -> None:
    """Every size, how it grows, the pages, the other engines; the page."""
    adopt_orphans()
    folder = Path(tempfile.mkdtemp(prefix="rygrad-bench-"))
    try:
        measured = {size: Size(folder, size, spark) for size in sorted(sizes)}
        found = {size: one.measure() for size, one in measured.items()}
        chosen = shown_at(found)
        looked, peers = shown(measured[chosen]), asked_of_others(measured[chosen], found[chosen], python)
    finally:
        shutil.rmtree(folder)
    PAGE.write_text(page(found, looked, peers), "utf-8")


def shown_at(found: Mapping[int, Found]) -> int:
    """At which size the pages and the other engines are measured."""
    return max((size for size in found if size <= _MOST_AT_ONCE), default=min(found))


def shown(size: Size) -> list[Row]:
    """The pages over the numbers of this size."""
    settings = {"RYGRAD_INDICATORS": str(size.numbers), "RYGRAD_DEMO": "1", "RYGRAD_SECRET_KEY": "x" * 50}
    return _rows("pages", f"sqlite:///{size.folder}/pages.sqlite3", **settings)


def asked_of_others(size: Size, found: Found, python: str | None) -> list[Row]:
    """cql-execution, and OpenFisca where there is a Python that has it."""
    rows = _rows("cql", size.decided, found[_RUN][0].core / size.courses)
    return rows + (_rows("groups", size.decided, python) if python else [])


def page(found: Mapping[int, Found], looked: Sequence[Row], peers: Sequence[Row]) -> str:
    """The whole page."""
    from benchmarks.run import machine

    small, large = min(found), max(found)
    whole = [row(name, size, *one) for size in found for name, one in found[size].items()]
    parts = [_HEAD.format(day=datetime.now(UTC).date(), machine=machine(), rounds=_ROUNDS), _table(whole)]
    if not any(_SPARK in one for one in found.values()):
        parts.append("\nSpark is skipped: no Python that has it (`--spark PYTHON`), or no Java.\n")
    if large > small:
        parts += [
            _GROWTH.format(small=small, large=large, times=large / small),
            _table(growth(found[small], found[large])),
        ]
    parts += [_PAGES.format(courses=shown_at(found)), _table(looked), _PEERS, _table(peers)]
    if not any("OpenFisca" in one[0] for one in peers):
        parts.append("\nOpenFisca is skipped: no Python that has it was named (`--openfisca PYTHON`).\n")
    return "".join(parts)


def _table(rows: Sequence[Row]) -> str:
    return "".join(f"| {' | '.join(one)} |\n" for one in rows)


def main() -> None:
    """The page, by the sizes and the peer that were asked for."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("sizes", nargs="*", type=int, default=_SIZES, metavar="SIZE")
    asked.add_argument("--large", action="store_true", help="10 million courses as well")
    asked.add_argument("--spark", metavar="PYTHON", default=sys.executable, help="a Python with rygrad[spark]")
    asked.add_argument("--openfisca", metavar="PYTHON", help="a Python with openfisca-core")
    given = asked.parse_args()
    sizes = [*given.sizes, *([_LARGE] if given.large else [])]
    write_page(sizes, given.spark if has_spark(given.spark) else None, given.openfisca)


if __name__ == "__main__":
    main()
