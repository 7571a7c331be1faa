"""The region: whole commands, its pages, and two other engines on the same rules; writes docs/reference/performance-region.md.

`python -m benchmarks.region [SIZE ...] [--large] [--openfisca PYTHON]` writes the page. The parts that run in a process of
their own, and print one row a line as JSON, are called by name; nothing heavy is imported here, for a process that is
started takes over the peak memory of the one that started it, and OpenFisca's Python has none of our libraries.
"""

import argparse
import ctypes
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "performance-region.md"
_HEAD = """# Performance of the region

Written by `make bench` on {day}: {machine}. Shared machines are noisy, so the ratio (in processor time, against something run
in the same minute) is what to compare; no test depends on a time.

## Whole commands

Each row is a whole process, from its start to its end: seconds on the clock, seconds of processor time (of all cores and of every
process it starts), and the most memory it held at once. The comparison is DuckDB in a process of its own over the same files: copying
the same tables from Parquet to Parquet, or reading the same columns. They take turns; of {rounds} rounds (one above a million
courses) the one with the least processor time counts, for each by itself. The courses are `rygrad synth`'s, seed 1; all are invented.

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
server's own time, by somebody who sees every place. Every address there is, shuffled, takes turns with the login page, which asks
nothing; of three rounds of a hundred the calmest counts. The table is read when it has been written anew, by the first who looks.

Aim: under 200 ms at p99.

| what | reached | against |
|---|---|---|
"""
_PEERS = """
## Other engines on the same rules

**cql-execution**, one citizen after the other: the exported CQL, translated by `@cqframework/cql`, on courses drawn from the same table.
Every conclusion that the course table holds is compared first.

**OpenFisca**, vectorised in NumPy: the part it can express. It has no unknown (a value that is not given is the type's default: no), so
it cannot say which groups are still possible, nor what must be asked; a span of dates has no type. So it is given only the courses where
all four facts of the group rules (duration, recurrence, worry, complexity) are known and the onset is a day; every answer is compared
first. Its time leaves out reading the file and building the rules; ours leaves out building the query, and reads the Parquet.

| what | reached | against |
|---|---|---|
"""
_SIZES, _LARGE, _MOST_AT_ONCE = (100_000, 1_000_000), 10_000_000, 1_000_000
_ROUNDS, _CITIZENS, _USER = 3, 200, "mette"
_AS_OF = date(2026, 10, 31)
_FACTS = ("onset_on", "recurring_back_problems", "worried_about_diagnosis", "complex_surroundings")
_KNOWN = " AND ".join(f"{name} IS NOT NULL" for name in _FACTS) + " AND onset_on_latest IS NULL"
_RYGRAD = str(Path(sys.executable).with_name("rygrad"))
_SELF = (sys.executable, "-m", "benchmarks.region")
_HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
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

    def __init__(self, folder: Path, courses: int) -> None:
        self.courses, self.folder = courses, folder / str(courses)
        self.made, self.decided, self.numbers = (self.folder / name for name in ("made", "decided", "numbers"))
        self.copy = self.folder / "copy.parquet"
        self.folder.mkdir()

    def steps(self) -> list[Step]:
        """In the order in which each needs what the one before wrote."""
        made, table = self.made, self.numbers / "indicators.parquet"
        run = (_RYGRAD, "population", "run", made / "courses", self.decided, "--as-of", _AS_OF)
        copied, counted = self._copies("courses"), _reads(made)
        report = self.folder / "report.html"
        steps = [
            Step("`rygrad synth`", (_RYGRAD, "synth", made, "--courses", self.courses), "copying the tables it writes",
                 self._copies("courses", "referrals", "months"), made),
            Step("`rygrad population run`", run, "copying the courses", copied, self.decided),
            Step("the indicators' counting alone", (*_SELF, "count", made), "reading the columns it reads", counted,
                 self.folder / "none"),
            Step("`rygrad indicators`", (_RYGRAD, "indicators", made, self.numbers), "reading the columns it reads",
                 (*counted, _read(made, "months", "COLUMNS(*)")), self.numbers),
            Step("the HTML report of the region, from the indicators' table", (*_SELF, "report", self.numbers, report),
                 "reading that table", (f"SELECT bit_xor(hash(COLUMNS(*))) FROM '{table}'",), report),
        ]  # fmt: skip
        if _HAS_SPARK:
            out = self.folder / "spark"
            spark = (*run[:4], out, *run[5:], "--engine", "spark", "--memory", "4GB")
            steps.insert(2, Step("`rygrad population run --engine spark`", spark, "copying the courses", copied, out))
        return steps

    def _copies(self, *tables: str) -> tuple[str, ...]:
        found = (f"read_parquet('{self.made}/{table}/*.parquet')" for table in tables)
        return tuple(f"COPY (FROM {one}) TO '{self.copy}' (FORMAT parquet)" for one in found)

    def measure(self) -> dict[str, tuple[Spent, Spent, str]]:
        """Each step's cheapest round, DuckDB's, and what DuckDB did."""
        found = {}
        for step in self.steps():
            rounds = []
            for _ in range(_ROUNDS if self.courses <= _MOST_AT_ONCE else 1):
                _remove(step.out)
                rounds.append((spent(*step.command), spent(*_SELF, "duckdb", *step.queries)))
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


def growth(small: dict[str, Any], large: dict[str, Any]) -> list[Row]:
    """How many times the processor time and the memory of each command."""
    pairs = {name: (small[name][0], large[name][0]) for name in small}
    return [
        (name, f"{b.core / a.core:.1f} × ({a.core:.1f} → {b.core:.1f} s)",
         f"{b.peak / a.peak:.1f} × ({a.peak:,.0f} → {b.peak:,.0f} MB)")
        for name, (a, b) in pairs.items()
    ]  # fmt: skip


# What runs in a process of its own.


def duckdb(*queries: str) -> None:
    """DuckDB and nothing else."""
    con = import_module("duckdb").connect()
    con.execute("SET enable_progress_bar = false")
    for query in queries:
        con.execute(query).fetchall()


def count(made: str) -> None:
    """The counts of every indicator, level, unit and month, before any is hidden."""
    from rygrad.quality.counting import count as counted
    from rygrad.quality.read import load_indicators

    print(len(counted(load_indicators(), Path(made))))


def report(numbers: str, out: str) -> None:
    """The region's report from the written table, as `rygrad indicators --report html` writes it."""
    from rygrad.quality.report import html
    from rygrad.quality.table import IndicatorTable

    Path(out).write_text(html(IndicatorTable.load(numbers)), "utf-8")


def pages(url: str) -> None:
    """Every address of the region's pages on this empty database; the numbers are those of RYGRAD_INDICATORS."""
    from django.conf import settings

    from benchmarks.pages import timed
    from benchmarks.site import Site, logged_in
    from rygrad.cli.region import load
    from rygrad.pathway.read import load_pathway
    from rygrad.record import clocks
    from rygrad.simulation.region import region
    from rygrad.site.start import start

    start(url)
    load(region(load_pathway(), 20, 1, clocks.local_day(clocks.now())), "rygsmerter", lambda done: None)
    from rygrad.web.region.read import table_of_the_site

    began = perf_counter()
    table = table_of_the_site()
    _print("reading the table, once for each time it is written", f"{(perf_counter() - began) * 1000:.0f} ms", "–")
    site, cookie = Site(), logged_in(_USER)
    for name, paths in _addresses(table).items():
        shown = [partial(site.get, path, cookie) for path in paths]
        page, login = timed(shown, [partial(site.get, settings.LOGIN_URL)])
        reached = f"p50 {page.p50:.0f} ms, p99 {page.p99:.0f} ms; {1000 / page.core:.0f} pages/s of one core"
        _print(
            f"{name}, {len(paths)} addresses",
            reached,
            f"{page.p50 / login.p50:.0f} × the login page ({login.p50:.1f} ms)",
        )
    took = statistics.median(_milliseconds(partial(site.get, "/region/rapport", cookie)) for _ in range(10))
    _print(
        "the report (a document, not a page)", f"p50 {took:.0f} ms of ten", f"{took / login.p50:.0f} × the login page"
    )


def _addresses(table: Any) -> dict[str, list[str]]:
    """Every address there are numbers behind, by kind, shuffled the same way each time."""
    from random import Random

    municipalities, clinics = (table.units(level) for level in ("municipality", "clinic"))
    regions = [("", "region", unit) for unit in table.units("region")[:1]]
    within = [(f"?kommune={unit.id}", "municipality", unit) for unit in municipalities]
    within += [(f"?klinik={unit.id}", "clinic", unit) for unit in clinics]
    here = [(q, n) for q, level, unit in regions + within for n in table.indicators if table.whole(n, level, unit.id)]
    found = {
        "S9, the overview": ["/region", *(f"/region{query}" for query, _, _ in within)],
        "S9, an indicator": [f"/region/{name}{query}" for query, name in here],
        "S10, the flow": ["/region/flow", *(f"/region/flow?kommune={unit.id}" for unit in municipalities)],
        "CSV of an indicator": [f"/region/{name}/csv?tabel=steder" for name in table.indicators],
    }
    for paths in found.values():
        Random(1).shuffle(paths)
    return found


def _milliseconds(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1000


def cql(decided: str, core: str) -> None:
    """cql-execution on some of the decided courses, against the processor time that `population run` took for each."""
    from rygrad.fhir.artefacts.cql import RULES, libraries
    from rygrad.pathway.read import load_pathway
    from tests.engines.columnar import from_row
    from tests.fhir.artefacts.cql.engine import run, said

    pathway = load_pathway()
    query = f"FROM read_parquet('{decided}/**/*.parquet') ORDER BY hash(course) LIMIT {_CITIZENS}"
    rows = import_module("duckdb").sql(query).to_arrow_table().to_pylist()
    ran = run(libraries(pathway), RULES, [(said(pathway, _facts(pathway, one), _AS_OF), _AS_OF) for one in rows])
    for one, found in zip(rows, ran.found, strict=True):
        if from_row(pathway, one) != _concluded(pathway, found):
            raise RuntimeError(f"{one['course']}: {from_row(pathway, one)} is not {_concluded(pathway, found)}")
    ours = float(core) * 1000
    _print(
        f"cql-execution, every conclusion, one course ({len(rows)} of them, all equal)",
        f"{ran.milliseconds:.1f} ms",
        f"{ran.milliseconds / ours:,.0f} × `population run`'s share of one ({ours * 1000:.1f} µs)",
    )


def _facts(pathway: Any, one: dict[str, Any]) -> dict[str, Any]:
    """A row's facts as a decision is given them."""
    facts: dict[str, Any] = {name: one[name] for name in pathway.facts if one.get(name) is not None}
    spans = {name: one.get(f"{name}_latest") for name in facts}
    return facts | {n: {"earliest": facts[n], "latest": latest} for n, latest in spans.items() if latest}


def _concluded(pathway: Any, found: dict[str, Any]) -> dict[str, Any]:
    """What CQL found, in the shape of a row's conclusions."""
    same = {name: found[name] for name in ("scope", "urgency", "provisional", "group", "mismatches", "contradictions")}
    window = {name: found[f"reassessment {name}"] for name in ("from", "to", "state")}
    return same | {
        "return_to_gp": found["return to own GP state"],
        "over_3_months_from": _day(found["over 3 months from"]),
        "alarms": [alarm["id"] for alarm in found["alarms"]],
        "not_asked": len(found["alarm signs not asked"]),
        "possible": found["possible groups"],
        "reassessment": window | {name: _day(window[name]) for name in ("from", "to")},
        "efforts": {name: found[f"effort {name}"] for name in pathway.words["efforts"]},
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def groups(decided: str, python: str) -> None:
    """The group rules by OpenFisca, in its own Python, and by the columnar expression over the same four columns."""
    import numpy as np

    from rygrad.decision.columns import evaluate
    from rygrad.pathway.read import load_pathway

    pathway, folder = load_pathway(), Path(tempfile.mkdtemp(prefix="rygrad-bench-"))
    con = import_module("ibis").duckdb.connect()
    source = f"read_parquet('{decided}/**/*.parquet')"
    con.raw_sql(
        f"COPY (SELECT {', '.join(_FACTS)}, scope, \"group\" AS found FROM {source} WHERE {_KNOWN}) TO '{folder}/part.parquet'"
    )
    part = con.read_parquet(folder / "part.parquet")
    for name, values in con.raw_sql(f"SELECT {', '.join(_FACTS)} FROM '{folder}/part.parquet'").fetchnumpy().items():
        np.save(folder / name, np.asarray(values).astype("M8[D]" if name == "onset_on" else bool))
    number = import_module("ibis").to_sql(
        evaluate(pathway, part.select(*_FACTS), _AS_OF).select("group"), dialect="duckdb"
    )
    query = f'SELECT coalesce(list_position({list(pathway.groups)}, "group"), 0) AS n FROM ({number})'
    times = [_processor_time(lambda: con.raw_sql(query).fetchnumpy()["n"]) for _ in range(3)]
    ours, answers = min(took for took, _ in times), times[0][1]
    done = subprocess.run([python, __file__, "openfisca", folder], check=True, capture_output=True, text=True)
    theirs, answered = float(done.stdout), np.load(folder / "answers.npy")
    decided_as = con.raw_sql(
        f"SELECT coalesce(list_position({list(pathway.groups)}, found), 0) AS n, scope = 'outside' AS o FROM '{folder}/part.parquet'"
    ).fetchnumpy()
    if not (np.array_equal(answers, answered) and (decided_as["o"] | (decided_as["n"] == answered)).all()):
        raise RuntimeError("OpenFisca finds other groups")
    everybody = con.raw_sql(f"SELECT count(*) FROM {source}").fetchone()[0]
    shutil.rmtree(folder)
    _print(
        f"OpenFisca, the group rules, {len(answered):,} of {everybody:,} courses, all equal; the others it cannot express",
        f"{theirs:.2f} s of processor time, {theirs / len(answered) * 1e6:.2f} µs a course",
        f"{theirs / ours:.1f} × the same rules by the columnar expression ({ours:.2f} s)",
    )


def _processor_time(act: Callable[[], Any]) -> tuple[float, Any]:
    began = process_time()
    answer = act()
    return process_time() - began, answer


def openfisca(folder: str) -> None:
    """In OpenFisca's Python: the number of each course's group; prints the processor time of the best of three."""
    np, system = import_module("numpy"), _rules()
    given = {name: np.load(Path(folder) / f"{name}.npy") for name in _FACTS}

    def calculated() -> Any:
        builder = import_module("openfisca_core.simulations").SimulationBuilder()
        simulation = builder.build_default_simulation(system, len(given["onset_on"]))
        for name, values in given.items():
            simulation.set_input(name, _AS_OF.isoformat(), values)
        return simulation.calculate("group", _AS_OF.isoformat())

    times = [_processor_time(calculated) for _ in range(3)]
    np.save(Path(folder) / "answers.npy", times[0][1])
    print(min(took for took, _ in times))


def _rules() -> Any:
    """The titles of the four groups as OpenFisca's variables, written by hand."""
    np = import_module("numpy")
    citizen = import_module("openfisca_core.entities").build_entity("citizen", "citizens", "", is_person=True)
    daily, base = (
        import_module("openfisca_core.periods").DateUnit.DAY,
        import_module("openfisca_core.variables").Variable,
    )

    def variable(name: str, kind: type, formula: Any = None) -> type:
        body = {"value_type": kind, "entity": citizen, "definition_period": daily, "label": name}
        return type(name, (base,), body | ({"formula": formula} if formula else {}))

    def over(who: Any, day: Any) -> Any:
        """From the day after the same day three months later, or after that month's last day."""
        onset = who("onset_on", day)
        month = onset.astype("M8[M]")
        last = (month + 4).astype("M8[D]") - 1
        same = (month + 3).astype("M8[D]") + (onset - month.astype("M8[D]"))
        return np.datetime64(str(day.start), "D") > np.minimum(same, last)

    def group(who: Any, day: Any) -> Any:
        back = who("recurring_back_problems", day) | who("worried_about_diagnosis", day)
        return np.where(who("over", day), np.where(who("complex_surroundings", day), 4, 3), np.where(back, 2, 1))

    system = import_module("openfisca_core.taxbenefitsystems").TaxBenefitSystem([citizen])
    given = [variable(name, date if name == "onset_on" else bool) for name in _FACTS]
    system.add_variables(*given, variable("over", bool, over), variable("group", int, group))
    return system


def _print(what: str, reached: str, against: str) -> None:
    print(json.dumps([what, reached, against]), flush=True)


def _rows(*command: object, **environment: str) -> list[Row]:
    """What a part of its own printed."""
    words = [*_SELF, *map(str, command)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | environment)
    rows = [(a, b, c) for a, b, c in map(json.loads, done.stdout.splitlines())]
    for one in rows:
        _say(one)
    return rows


def write_page(sizes: Sequence[int], python: str | None) -> None:
    """Every size, how it grows, the pages, the other engines; the page."""
    from benchmarks.run import machine

    adopt_orphans()
    folder = Path(tempfile.mkdtemp(prefix="rygrad-bench-"))
    try:
        measured = {size: Size(folder, size) for size in sorted(sizes)}
        found = {size: one.measure() for size, one in measured.items()}
        small, large = min(found), max(found)
        chosen = max((size for size in found if size <= _MOST_AT_ONCE), default=small)
        whole = [row(name, size, *one) for size in found for name, one in found[size].items()]
        parts = [_HEAD.format(day=datetime.now(UTC).date(), machine=machine(), rounds=_ROUNDS) + _table(whole)]
        if not _HAS_SPARK:
            parts.append("\nSpark is skipped: `pyspark` is not installed here.\n")
        if large > small:
            told = _GROWTH.format(small=small, large=large, times=large / small)
            parts.append(told + _table(growth(found[small], found[large])))
        shown = {"RYGRAD_INDICATORS": str(measured[chosen].numbers), "RYGRAD_DEMO": "1", "RYGRAD_SECRET_KEY": "x" * 50}
        parts.append(
            _PAGES.format(courses=chosen) + _table(_rows("pages", f"sqlite:///{folder}/pages.sqlite3", **shown))
        )
        core = found[chosen]["`rygrad population run`"][0].core / chosen
        parts.append(_PEERS + _table(_rows("cql", measured[chosen].decided, core)))
        parts.append(_table(_rows("groups", measured[chosen].decided, python)) if python else _NO_OPENFISCA)
    finally:
        shutil.rmtree(folder)
    PAGE.write_text("".join(parts), "utf-8")


_NO_OPENFISCA = "\nOpenFisca is skipped: no Python that has it was named (`--openfisca PYTHON`).\n"


def _table(rows: Sequence[Row]) -> str:
    return "".join(f"| {' | '.join(one)} |\n" for one in rows)


def main() -> None:
    """The page, by the sizes and the peer that were asked for."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("sizes", nargs="*", type=int, default=_SIZES, metavar="SIZE")
    asked.add_argument("--large", action="store_true", help="10 million courses as well")
    asked.add_argument("--openfisca", metavar="PYTHON", help="a Python with openfisca-core")
    given = asked.parse_args()
    write_page([*given.sizes, *([_LARGE] if given.large else [])], given.openfisca)


PARTS: dict[str, Callable[..., None]] = {
    "duckdb": duckdb, "count": count, "report": report, "pages": pages, "cql": cql, "groups": groups, "openfisca": openfisca,
}  # fmt: skip

if __name__ == "__main__":
    PARTS[sys.argv[1]](*sys.argv[2:]) if sys.argv[1:2] and sys.argv[1] in PARTS else main()
