"""The rejects of a part: file, row, column of each value that was not accepted; what it must be, never what it was."""

from datetime import date
from pathlib import Path
from typing import Any

from rygrad.pathway.pathway import Pathway
from rygrad.quality.cells import harmless
from rygrad.quality.population_columns import ROW, accepted, wrong_values
from rygrad.quality.population_csv import Unparsed, numbers_kept, quoted
from rygrad.quality.population_engines import PART, DuckDB
from rygrad.quality.population_parts import Part

COLUMNS = ("file", "row", "is_decided", "column", "da", "en")


def write_rejects(
    engine: DuckDB, pathway: Pathway, part: Part, parquet: Path, as_of: date | None, unparsed: list[Unparsed], to: Path
) -> None:
    """Write a line for each value that was not accepted, and for each row that could not be read, by row.

    A row with such a value is decided all the same, the value unknown (``is_decided``); one that could not be read is
    not. Rows count from 1. A second reading of the part, done for parts with rejects alone.
    """
    import ibis

    engine.show(parquet, part.keys)
    numbered = ibis.table({**part.all_columns, ROW: "int64"}, name=PART)
    found = wrong_values(pathway, numbered, as_of)
    for name, made in {"shifts": _shifts(unparsed), "said": _said(pathway), "unparsed": _unparsed(unparsed)}.items():
        engine.con.register(name, made)
    name = part.path.name if "/" not in part.name else f"{Path(part.name).parent}/{part.path.name}"
    file = quoted(harmless(name))
    query = f"""
        WITH wrong AS ({engine.query(found)}),
        numbered AS (SELECT {ROW} + 1 + more AS "row", "column" FROM wrong ASOF JOIN shifts ON {ROW} + 1 >= place)
        SELECT {file} AS file, "row", true AS is_decided, "column", da, en FROM numbered JOIN said USING ("column")
        UNION ALL SELECT {file}, "row", false, NULL, da, en FROM unparsed ORDER BY "row", "column" NULLS FIRST
    """  # noqa: S608  (names and quoted texts of ours)
    to.parent.mkdir(parents=True, exist_ok=True)
    engine.con.execute(f"COPY ({query}) TO {quoted(str(to))} (FORMAT csv, HEADER)")


def _shifts(unparsed: list[Unparsed]) -> Any:
    import pyarrow as pa

    more = {0: 0, **dict(numbers_kept(unparsed))}  # of rows that stand together the last pair says it all
    return pa.table({"place": pa.array(more, pa.int64()), "more": pa.array(more.values(), pa.int64())})


def _said(pathway: Pathway) -> Any:
    import pyarrow as pa

    words = accepted(pathway)
    return pa.table({"column": list(words), "da": [w.da for w in words.values()], "en": [w.en for w in words.values()]})


def _unparsed(unparsed: list[Unparsed]) -> Any:
    import pyarrow as pa

    rows = [(bad.row, *bad.said()) for bad in unparsed]
    names = (("row", pa.int64()), ("da", pa.string()), ("en", pa.string()))
    return pa.table({name: pa.array([row[n] for row in rows], kind) for n, (name, kind) in enumerate(names)})
