"""`make bench`: every measurement against something run in the same minute; writes docs/reference/performance.md."""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from benchmarks.citizens import citizens, write_courses
from rygrad.decision.decide import decide
from rygrad.pathway.read import load_pathway

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "performance.md"
RYGRAD = Path(sys.executable).with_name("rygrad")
PATHWAY = load_pathway()
Row = tuple[str, str, str]


def median_seconds(run: Callable[[], object], times: int = 7) -> float:
    """The median of some runs after one warm-up."""
    run()
    return statistics.median(_seconds(run) for _ in range(times))


def _seconds(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started


def one_citizen() -> list[Row]:
    """`decide` with all reasons and without, against the standard library's JSON writing that decision."""
    some = [(record["facts"], record["as_of"]) for record in citizens(PATHWAY, 300)]
    written = [msgspec.to_builtins(decide(PATHWAY, *citizen)) for citizen in some]
    as_json = median_seconds(lambda: [json.dumps(decision) for decision in written]) / len(some)
    rows = []
    for reasons, name in ((True, "with all reasons"), (False, "without reasons")):
        took = median_seconds(partial(_decide_all, some, with_reasons=reasons)) / len(some)
        rows.append(
            (
                f"`decide`, one citizen, {name}",
                f"{took * 1000:.2f} ms",
                f"{took / as_json:.1f} × `json.dumps` of that decision",
            )
        )
    return rows


def _decide_all(some: list[Any], *, with_reasons: bool) -> None:
    for citizen in some:
        decide(PATHWAY, *citizen, with_reasons=with_reasons)


def cold_start(folder: Path) -> list[Row]:
    """The whole process for one citizen, against an empty Python."""
    file = folder / "one.ndjson"
    file.write_text(json.dumps(next(citizens(PATHWAY, 1))))
    empty = median_seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    took = median_seconds(lambda: _assess(file, folder / "out"))
    return [("`rygrad assess`, one citizen, cold start", f"{took:.2f} s", f"{took / empty:.0f} × an empty Python")]


def _assess(file: Path, out: Path, *options: str) -> None:
    with out.open("wb") as stream:
        subprocess.run([RYGRAD, "assess", file, "--format", "ndjson", *options], stdout=stream, check=True)


def stream(folder: Path) -> list[Row]:
    """NDJSON through the command, against the standard library merely reading and writing the same lines."""
    count, file, out = 100_000, folder / "many.ndjson", folder / "out"
    with file.open("w") as lines:
        lines.writelines(json.dumps(record) + "\n" for record in citizens(PATHWAY, count))
    rows = []
    for options, name in ((("--no-reasons",), "without reasons"), ((), "with all reasons")):
        took = min(_seconds(partial(_assess, file, out, *options)) for _ in range(3))
        copying = min(_seconds(partial(_copy, file, out, folder / "copy")) for _ in range(2))
        rows.append(
            (
                f"`rygrad assess`, NDJSON, {name}",
                f"{count / took:,.0f} citizens/s",
                f"{took / copying:.1f} × reading the input and writing the output with `json`",
            )
        )
    return rows


def _copy(file: Path, written: Path, to: Path) -> None:
    with file.open() as lines:
        for line in lines:
            json.loads(line)
    with written.open() as lines, to.open("w") as out:
        out.writelines(json.dumps(decision) + "\n" for decision in [json.loads(next(lines))] * 100_000)


def columns(folder: Path, courses: int) -> list[Row]:
    """Parquet to Parquet in a process of its own, against DuckDB copying the same input columns."""
    file = folder / f"courses-{courses}.parquet"
    write_courses(PATHWAY, file, courses)
    command = [sys.executable, "-m", "benchmarks.run", "columns", str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    copied, decided, megabytes, characters = map(float, done.stdout.split())
    file.unlink()
    return [
        (
            f"columns, {courses:,} courses, Parquet to Parquet, every output",
            f"{decided:.1f} s, {megabytes:,.0f} MB at the peak",
            f"{decided / copied:.1f} × copying the input columns; query of {characters:,.0f} characters",
        )
    ]


def measure_columns(file: Path) -> None:
    """The inner process: the best of three, interleaved; seconds, seconds, MB, characters."""
    import ibis

    from rygrad.decision.columns import evaluate

    con = ibis.duckdb.connect()
    con.raw_sql("SET preserve_insertion_order = false")
    courses = con.read_parquet(file, table_name="courses")
    expression = evaluate(PATHWAY, courses)
    outputs = expression.select(*(n for n in expression.columns if n not in courses.columns))
    query = str(ibis.to_sql(outputs, dialect="duckdb"))
    target = file.with_suffix(".out")
    queries = [f"COPY ({sql}) TO '{target}' (FORMAT parquet)" for sql in ("FROM courses", query)]
    times = [[_seconds(partial(con.raw_sql, sql)) for sql in queries] for _ in range(3)]
    target.unlink()
    copied, decided = (min(run[n] for run in times) for n in (0, 1))
    print(copied, decided, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(query))


def machine() -> str:
    """Cores, memory and versions; nothing that names a machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {platform.system()}"


def main() -> None:
    """Measure all and write the page."""
    rows: list[Row] = one_citizen()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for step in (cold_start, stream, lambda f: columns(f, 1_000_000), lambda f: columns(f, 10_000_000)):
            rows += step(folder)
            print(*rows[-1], sep=" · ", file=sys.stderr)
    table = "\n".join(f"| {what} | {figure} | {ratio} |" for what, figure, ratio in rows)
    PAGE.write_text(
        f"# Performance\n\nWritten by `make bench` on {datetime.now(UTC).date()}: {machine()}. Shared machines are noisy, so the ratio "
        "(against something run in the same minute) is what to compare; no test depends on a time.\n\n"
        "The citizens are invented (`benchmarks/citizens.py`): most were asked for alarm signs in one act, every fact may be unknown.\n\n"
        f"| what | reached | against |\n|---|---|---|\n{table}\n\n"
        "Aims: `decide` with reasons under 0.5 ms, cold start under 0.4 s, NDJSON without reasons 20,000 citizens/s on one core, "
        "columns at most 2.5 × a copy.\n",
        "utf-8",
    )


if __name__ == "__main__":
    measure_columns(Path(sys.argv[2])) if sys.argv[1:2] == ["columns"] else main()
