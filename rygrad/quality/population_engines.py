"""The two engines that run the one expression: DuckDB in this process, Apache Spark here or on a cluster."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from rygrad.pathway.errors import RygradError
from rygrad.quality.population_csv import as_glob, quoted

Expr = Any
Keys = Mapping[str, str | None]
PART = "part"
MEMORY = "1GB"
MASTER = "local[*]"


class Engine(Protocol):
    """Asks one Parquet file after the other the same question: a query of the table ``part``."""

    def query(self, asked: Expr) -> str:
        """An expression over the table ``part`` in the engine's own SQL; made once for many parts."""

    def show(self, source: Path, keys: Keys) -> None:
        """Let ``part`` be this file, with what its folders' names say as columns of text."""

    def write(self, query: str, target: Path) -> None:
        """Write the answer: a Parquet file, or a folder of them."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The answer as rows, when it is small."""


def needs_region() -> None:
    """RygradError when the extra `region` is not installed."""
    try:
        import duckdb  # noqa: F401
        import ibis  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as problem:
        raise not_installed("region") from problem


def not_installed(extra: str) -> RygradError:
    """The error that says which extra to install."""
    return RygradError(
        "not_installed",
        {"da": f"udvidelsen »{extra}« er ikke installeret.", "en": f"the extra “{extra}” is not installed."},
        {"da": f"Installér den: pip install 'rygrad[{extra}]'.", "en": f"Install it: pip install 'rygrad[{extra}]'."},
    )


class DuckDB:
    """In this process, on every core, within a limit of memory."""

    def __init__(self, memory: str, work: Path) -> None:
        import duckdb

        self.con = duckdb.connect()
        settings = {
            "memory_limit": memory,
            "temp_directory": str(work / "spill"),
            "autoinstall_known_extensions": "false",
            "enable_progress_bar": "false",
        }
        try:
            for name, value in settings.items():
                self.con.execute(f"SET {name} = {quoted(value)}")
        except duckdb.Error as problem:
            raise RygradError(
                "memory",
                {"da": "--memory er en mængde som 1GB.", "en": "--memory is an amount such as 1GB."},
                source=memory,
            ) from problem
        self.con.execute(f"SET threads = {cores()}")

    def query(self, asked: Expr) -> str:
        """DuckDB's SQL."""
        import ibis

        return str(ibis.to_sql(asked, dialect="duckdb"))

    def show(self, source: Path, keys: Keys) -> None:
        """``part`` is the file, its rows also numbered from 0 in ``file_row_number``."""
        named = "".join(f", {_literal(text)} AS {_name(name)}" for name, text in keys.items())
        replaced = ", ".join(map(_name, keys))
        others = f"* EXCLUDE ({replaced})" if keys else "*"
        read = f"read_parquet({quoted(as_glob(source))}, hive_partitioning=false)"
        columns = {row[0] for row in self.con.execute(f"DESCRIBE FROM {read}").fetchall()}
        others = "*" if not columns & set(keys) else others
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW {PART} AS SELECT {others}{named}, file_row_number FROM {read}"  # noqa: S608
        )

    def write(self, query: str, target: Path) -> None:
        """One Parquet file, the rows in the order of the source."""
        self.con.execute(f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet)")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows, in no order."""
        found: list[dict[str, Any]] = self.con.sql(query).to_arrow_table().to_pylist()
        return found


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str | None) -> str:
    return "NULL::VARCHAR" if text is None else quoted(text)


class Spark:
    """Apache Spark: in this process's machine (``local[2]``) or on a cluster by its master's address.

    A cluster reads and writes the same folders, so they must be where all its machines find them.
    """

    def __init__(self, master: str, memory: str, work: Path) -> None:
        try:
            import ibis
            from pyspark.sql import SparkSession
        except ImportError as problem:
            raise not_installed("spark") from problem
        if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
            raise RygradError(
                "no_java",
                {"da": "Spark kræver Java 17 eller nyere.", "en": "Spark needs Java 17 or newer."},
                {"da": "Installér Java, eller sæt JAVA_HOME.", "en": "Install Java, or set JAVA_HOME."},
            )
        building = SparkSession.builder.master(master).appName("rygrad population")
        for name, value in _spark_settings(master, memory, work).items():
            building = building.config(name, value)
        self.session = building.getOrCreate()
        self.con = ibis.pyspark.connect(self.session)

    def query(self, asked: Expr) -> str:
        """Spark's SQL."""
        return str(self.con.compile(asked))

    def show(self, source: Path, keys: Keys) -> None:
        """``part`` is the file."""
        from pyspark.sql import functions

        escaped = "".join(f"\\{c}" if c in "*?[]{}\\" else c for c in str(source.resolve()))
        table = self.session.read.parquet(escaped)
        for name, text in keys.items():
            table = table.withColumn(name, functions.lit(text).cast("string"))
        table.createOrReplaceTempView(PART)

    def write(self, query: str, target: Path) -> None:
        """A folder of Parquet files, the rows in no order."""
        self.session.sql(query).write.parquet(str(target.resolve()))
        for checksum in target.glob(".*.crc"):
            checksum.unlink()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows, in no order."""
        return [row.asDict() for row in self.session.sql(query).collect()]


def _spark_settings(master: str, memory: str, work: Path) -> dict[str, str]:
    settings = {
        "spark.driver.memory": memory.lower().replace("gb", "g").replace("mb", "m"),
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.warehouse.dir": str((work / "warehouse").resolve()),
        "spark.local.dir": str((work / "spill").resolve()),
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1"}
    return settings


def cores() -> int:
    """How many cores this process may use."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
