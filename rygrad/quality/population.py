"""``population run``: every course of a region decided, part by part, by the same expression on either engine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from rygrad.decision.decision import ENGINE
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.quality.population_csv import Unparsed, as_glob, as_parquet, quoted
from rygrad.quality.population_engines import MASTER, MEMORY, PART, DuckDB, Engine, Spark, needs_region
from rygrad.quality.population_parts import Part, check_columns, find_parts
from rygrad.quality.population_record import (
    WORK,
    Record,
    opened,
    part_path,
    rejects_path,
    remove,
    resumed,
    settle,
    size,
)


@dataclass(frozen=True)
class Population:
    """A region's rows: its parts, and the day they are decided for (None: each row's own ``as_of``).

    ``asked`` is the expression for each shape that parts have.
    """

    source: Path
    parts: list[Part]
    as_of: date | None
    asked: dict[tuple[Any, ...], Any]


@dataclass(frozen=True)
class How:
    """How it is run: ``duckdb`` or ``spark``, Spark's master, the limit of memory, and whether to start anew."""

    engine: str = "duckdb"
    master: str = MASTER
    memory: str = MEMORY
    fresh: bool = False


@dataclass(frozen=True)
class Finished:
    """One part has been decided: its number among all, rows, rows with rejects or not read, seconds."""

    number: int
    parts: int
    name: str
    rows: int
    with_rejects: int
    unparsed: int
    seconds: float


@dataclass
class Outcome:
    """What a run came to; ``rows``, ``with_rejects`` and ``unparsed`` are of all parts, also those done before."""

    rows: int = 0
    with_rejects: int = 0
    unparsed: int = 0
    done_before: int = 0
    done_now: int = 0
    seconds: float = 0.0

    @property
    def has_rejects(self) -> bool:
        """Whether any row has a value that was not accepted, or could not be read."""
        return bool(self.with_rejects or self.unparsed)


def read_population(pathway: Pathway, source: Path, as_of: date | None) -> Population:
    """The population of a file or folder, its columns checked; RygradError says what is in the way."""
    needs_region()
    parts = find_parts(source)
    check_columns(pathway, parts, as_of)
    asked: dict[tuple[Any, ...], Any] = {}
    for part in parts:
        if part.shape not in asked:
            asked[part.shape] = _asked(pathway, part, as_of)
    return Population(source, parts, as_of, asked)


def _asked(pathway: Pathway, part: Part, as_of: date | None) -> Any:
    """The expression over columns like the part's; what cannot be is said before anything is done."""
    import ibis

    from rygrad.quality.population_columns import decided

    try:
        return decided(pathway, ibis.table(part.all_columns, name=PART), as_of, part.keys)
    except RygradError as error:
        hint = error.hint or {"da": "Ret kolonnen i filen.", "en": "Mend the column in the file."}
        raise RygradError(error.code, error.message, hint, str(part.path)) from None


def run(
    pathway: Pathway, population: Population, out: Path, how: How, tell: Callable[[Finished], None] = lambda _: None
) -> Outcome:
    """Decide every part that is not finished; each is written under a temporary name, and gets its own when whole.

    ``tell`` hears of each part. A run that is stopped, in whatever way, is gone on with by running it again.
    """
    _refuse_nested(population.source, out)
    with opened(out):
        about = _about(pathway, population)
        record = resumed(out, about, {part.name for part in population.parts}, fresh=how.fresh)
        try:
            outcome = _Run(pathway, population, record, how).all_parts(tell)
        finally:
            record.write()
            remove(out / WORK)
    return outcome


def _about(pathway: Pathway, population: Population) -> dict[str, Any]:
    identity = pathway.identity
    return {
        "input": str(population.source.resolve()),
        "pathway": {"id": identity.id, "version": identity.version, "sha256": identity.sha256},
        "engine": ENGINE,
        "as_of": population.as_of.isoformat() if population.as_of else None,
    }


def _refuse_nested(source: Path, out: Path) -> None:
    """What is written must not be read as a part by the next run."""
    inside, outside = out.resolve(), source.resolve()
    if inside == outside or outside in inside.parents:
        raise RygradError(
            "same_folder",
            {"da": "OUT ligger i IN.", "en": "OUT lies within IN."},
            {"da": "Angiv en mappe uden for IN.", "en": "Name a folder outside IN."},
            str(out),
        )


class _Run:
    def __init__(self, pathway: Pathway, population: Population, record: Record, how: How) -> None:
        self.pathway, self.population, self.record, self.how = pathway, population, record, how
        self.work = record.out / WORK
        self.engines: tuple[DuckDB, Engine] | None = None
        self.queries: dict[tuple[Any, ...], str] = {}

    def all_parts(self, tell: Callable[[Finished], None]) -> Outcome:
        parts, started = self.population.parts, monotonic()
        made_of = {part.name: self._made_of(part) for part in parts}
        waiting = [part for part in parts if not self.record.is_finished(part.name, made_of[part.name])]
        self.record.forget({part.name for part in waiting})
        outcome = Outcome(done_before=len(parts) - len(waiting))
        for number, part in enumerate(waiting, start=outcome.done_before + 1):
            begun = monotonic()
            rows, with_rejects, unparsed = self._one(part)
            target = part_path(self.record.out, part.name)
            counts = {"rows": rows, "with_rejects": with_rejects, "unparsed": unparsed}
            self.record.finish(part.name, {"of": made_of[part.name], **counts, "bytes": size(target)})
            tell(Finished(number, len(parts), part.name, **counts, seconds=monotonic() - begun))
        outcome.done_now, outcome.seconds = len(waiting), monotonic() - started
        for part in parts:
            kept = self.record.parts[part.name]
            outcome.rows += kept["rows"]
            outcome.with_rejects += kept["with_rejects"]
            outcome.unparsed += kept["unparsed"]
        return outcome

    def _made_of(self, part: Part) -> dict[str, Any]:
        about = self.record.about
        return {
            "file": part.fingerprint,
            "sha256": about["pathway"]["sha256"],
            "engine": about["engine"],
            "as_of": about["as_of"],
        }

    def _one(self, part: Part) -> tuple[int, int, int]:
        """Decide one part; how many rows it has, how many of them with rejects, and how many could not be read."""
        local, engine = self._started()
        try:
            return self._decided(part, local, engine)
        except RygradError:
            raise
        except Exception as problem:
            if _is_of_engine(problem):
                raise _failed(part, problem) from problem
            raise

    def _started(self) -> tuple[DuckDB, Engine]:
        if self.engines is None:
            self.engines = needed_engines(self.how, self.work)
        return self.engines

    def _decided(self, part: Part, local: DuckDB, engine: Engine) -> tuple[int, int, int]:
        from rygrad.quality.population_rejects import write_rejects

        out, as_of = self.record.out, self.population.as_of
        parquet, unparsed = read_part(local, part, self.work)
        written = self.work / "part.parquet"
        if part.shape not in self.queries:
            self.queries[part.shape] = engine.query(self.population.asked[part.shape])
        engine.show(parquet, part.keys)
        engine.write(self.queries[part.shape], written)
        rows, wrong = _counts(local, written)
        remove(rejects_path(out, part.name))
        if wrong or unparsed:
            rejects = self.work / "rejects.csv"
            write_rejects(local, self.pathway, part, parquet, as_of, unparsed, rejects)
            settle(rejects, rejects_path(out, part.name))
        settle(written, part_path(out, part.name))
        return rows, wrong, len(unparsed)


def needed_engines(how: How, work: Path) -> tuple[DuckDB, Engine]:
    """DuckDB, which reads CSV and finds rejects for both, and the engine that decides: itself, or Spark."""
    local = DuckDB(how.memory, work)
    return local, (Spark(how.master, how.memory, work) if how.engine == "spark" else local)


def read_part(local: DuckDB, part: Part, work: Path) -> tuple[Path, list[Unparsed]]:
    """The part as a Parquet file: itself, or its CSV read into ``work`` with what could not be read."""
    if not part.is_csv:
        return part.path, []
    parquet = work / "read.parquet"
    return parquet, as_parquet(local.con, part, parquet)


def _counts(local: DuckDB, written: Path) -> tuple[int, int]:
    where = as_glob(written) + ("/*.parquet" if written.is_dir() else "")
    query = f"SELECT count(*), count(*) FILTER (invalid_facts > 0) FROM read_parquet({quoted(where)})"  # noqa: S608
    rows, wrong = local.con.execute(query).fetchone()
    return rows, wrong


def _is_of_engine(problem: Exception) -> bool:
    return type(problem).__module__.partition(".")[0] in ("_duckdb", "duckdb", "pyspark", "py4j", "pyarrow")


def _failed(part: Part, problem: Exception) -> RygradError:
    """What an engine says may hold a citizen's value; its kind says enough."""
    kind = type(problem).__name__
    return RygradError(
        "part_failed",
        {"da": f"delen kunne ikke afgøres ({kind}).", "en": f"the part could not be decided ({kind})."},
        {
            "da": "Er filen hel, er der plads på disken, er --memory nok? Færdige dele er gemt; kør igen.",
            "en": "Is the file whole, is there room on the disk, --memory enough? Finished parts are kept; run again.",
        },
        str(part.path),
    )
