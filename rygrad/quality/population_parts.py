"""The parts of a population: each Parquet or CSV file is one, and keeps its place and name in what is written."""

import csv
import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from rygrad.decision.coursetable import LATEST_SUFFIX, input_columns, output_columns
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway

COURSES = "courses"
_PARQUET, _CSV = (".parquet",), (".csv", ".csv.gz")
_NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_DELIMITERS = ",;\t|"
_OURS = ("file_row_number", "_unread")


@dataclass(frozen=True)
class Part:
    """One file: where it is, its name within the population, what its folders say, its columns (Ibis types)."""

    path: Path
    name: str
    columns: dict[str, Any]
    keys: dict[str, str | None] = field(default_factory=dict)
    delimiter: str = ","

    @property
    def is_csv(self) -> bool:
        """Comma-separated (or by semicolon, tab, bar) rather than Parquet."""
        return self.path.name.lower().endswith(_CSV)

    @property
    def fingerprint(self) -> str:
        """Changes when the file does: its size and the instant it was written."""
        stat = self.path.stat()
        return f"{stat.st_size}-{stat.st_mtime_ns}"

    @property
    def all_columns(self) -> dict[str, Any]:
        """The file's columns and those in its folders' names, which are text and stand for the file's own."""
        import ibis.expr.datatypes as dt

        return self.columns | dict.fromkeys(self.keys, dt.string)

    @property
    def shape(self) -> tuple[Any, ...]:
        """What parts that are asked the same question have in common."""
        return tuple(self.all_columns.items()), tuple(self.keys)


def find_parts(source: Path) -> list[Part]:
    """The parts of a file or a folder, by name. A folder of the region's tables means its ``courses``.

    Names that begin with a dot or an underscore are left out, as Spark and Arrow do. RygradError: nothing there, no
    Parquet or CSV, a file that cannot be read, two files that would become one part.
    """
    if not source.exists():
        raise RygradError(
            "no_input",
            {"da": "her er ingen fil eller mappe.", "en": "there is no file or folder here."},
            None,
            str(source),
        )
    root, files = _files(source)
    if not files:
        raise RygradError(
            "no_parts",
            {"da": "her er hverken Parquet eller CSV.", "en": "there is neither Parquet nor CSV here."},
            {
                "da": "Filerne skal ende på .parquet, .csv eller .csv.gz.",
                "en": "The files must end in .parquet, .csv or .csv.gz.",
            },
            str(source),
        )
    parts = [_part(file, file.relative_to(root)) for file in files]
    _refuse_twins(parts)
    return parts


def _files(source: Path) -> tuple[Path, list[Path]]:
    if source.is_file():
        return source.parent, [source] if _ending(source) else []
    root = source
    if (source / f"{COURSES}.parquet").is_file():
        return source, [source / f"{COURSES}.parquet"]
    if (source / COURSES).is_dir():
        root = source / COURSES
    found = sorted(file for file in root.rglob("*") if file.is_file() and _ending(file))
    return root, [f for f in found if not any(part[0] in "._" for part in f.relative_to(root).parts)]


def _ending(file: Path) -> str | None:
    return next((ending for ending in (*_PARQUET, *_CSV) if file.name.lower().endswith(ending)), None)


def _part(file: Path, relative: Path) -> Part:
    keys = dict(_key(folder) for folder in relative.parts[:-1] if "=" in folder)
    name = str(relative)[: -len(_ending(file) or "")].replace("\\", "/")
    if file.name.lower().endswith(_CSV):
        header, delimiter = _header(file)
        return Part(file, name, header, keys, delimiter)
    return Part(file, name, _schema(file), keys)


def _key(folder: str) -> tuple[str, str | None]:
    """``municipality=0259`` → the column and its text, as Spark and Arrow write it."""
    name, _, text = folder.partition("=")
    return unquote(name), None if text == _NO_PARTITION else unquote(text)


def _schema(file: Path) -> dict[str, Any]:
    import ibis
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(file)
        return dict(ibis.Schema.from_pyarrow(schema).items())
    except (pa.ArrowException, OSError, NotImplementedError) as problem:
        raise _unreadable(file, "Parquet") from problem


def _header(file: Path) -> tuple[dict[str, Any], str]:
    """The names of the first line and what stands between them; every column is text."""
    import ibis.expr.datatypes as dt

    opened = gzip.open if file.name.lower().endswith(".gz") else open
    try:
        with opened(file, "rb") as lines:
            first = lines.readline().decode("utf-8-sig")
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as problem:
        raise _unreadable(file, "CSV (UTF-8)") from problem
    delimiter = max(_DELIMITERS, key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    if not names or not all(names) or len({n.lower() for n in names}) < len(names):
        raise RygradError(
            "csv_header",
            {
                "da": "første linje skal være kolonnernes navne: ingen tomme, ingen to ens.",
                "en": "the first line must be the columns' names: none empty, no two alike.",
            },
            None,
            str(file),
        )
    return dict.fromkeys(names, dt.string), delimiter


def _unreadable(file: Path, kind: str) -> RygradError:
    return RygradError(
        "unreadable_part",
        {"da": f"filen kan ikke læses som {kind}.", "en": f"the file cannot be read as {kind}."},
        {"da": "Er den skrevet færdig?", "en": "Was it written to its end?"},
        str(file),
    )


def _refuse_twins(parts: Iterable[Part]) -> None:
    seen: dict[str, Part] = {}
    for part in parts:
        twin = seen.setdefault(part.name, part)
        if twin is not part:
            raise RygradError(
                "same_part",
                {
                    "da": f"{twin.path.name} og {part.path.name} bliver til samme del.",
                    "en": f"{twin.path.name} and {part.path.name} become the same part.",
                },
                {"da": "Omdøb den ene.", "en": "Rename one of them."},
                str(part.path.parent),
            )


def check_columns(pathway: Pathway, parts: Iterable[Part], as_of: date | None) -> None:
    """RygradError when a part's columns cannot be decided upon; said before anything is written.

    No as-of date, a name that is written, a name that differs from a known one in capitals only, or not one fact.
    """
    inputs = {c.name for c in input_columns(pathway)}
    written = {c.name for c in output_columns(pathway)}
    for part in parts:
        names = part.all_columns
        _refuse_capitals(names, inputs | written, part)
        if "as_of" not in names and as_of is None:
            raise RygradError(
                "no_date",
                {"da": "kolonnen as_of mangler.", "en": "the column as_of is missing."},
                {"da": "Angiv --as-of ÅÅÅÅ-MM-DD.", "en": "Give --as-of YYYY-MM-DD."},
                str(part.path),
            )
        if not {*names} & inputs - {"as_of"}:
            raise _not_one_fact(part)


def _refuse_capitals(names: Iterable[str], known: set[str], part: Part) -> None:
    """The engines do not tell capitals apart, so two names that differ in them alone are one column to them."""
    odd = [n for n in names if n not in known and n.lower() in known]
    taken = [n for n in names if n in _OURS or n.startswith("_was_")]
    if odd:
        raise RygradError(
            "column_case",
            {
                "da": f"{', '.join(odd)}: kolonnens navn skrives med små bogstaver.",
                "en": f"{', '.join(odd)}: the column's name is written in small letters.",
            },
            {"da": "Omdøb kolonnen.", "en": "Rename the column."},
            str(part.path),
        )
    if taken:
        raise RygradError(
            "taken_column",
            {"da": f"omdøb kolonnerne: {', '.join(taken)}.", "en": f"rename the columns: {', '.join(taken)}."},
            None,
            str(part.path),
        )


def _not_one_fact(part: Part) -> RygradError:
    return RygradError(
        "no_facts",
        {
            "da": "ingen af kolonnerne er et faktum, som programmet kender.",
            "en": "none of the columns is a fact that the programme knows.",
        },
        {"da": "Alle navne: rygrad content facts.", "en": "All names: rygrad content facts."},
        str(part.path),
    )


@dataclass(frozen=True)
class Missing:
    """Which facts nobody has (unknown for everybody), which only some parts have, and names that look like them."""

    everywhere: list[str]
    somewhere: dict[str, int]
    alike: dict[str, str]


def missing_columns(pathway: Pathway, parts: list[Part]) -> Missing:
    """The facts that are not there. The latest day of a span is no fact of its own."""
    wanted = [c.name for c in input_columns(pathway) if c.name != "as_of" and not c.name.endswith(LATEST_SUFFIX)]
    lacking = {name: sum(name not in part.all_columns for part in parts) for name in wanted}
    everywhere = [name for name, count in lacking.items() if count == len(parts)]
    others = dict.fromkeys(n for part in parts for n in part.all_columns if n not in wanted)
    near = {other: get_close_matches(other.lower(), everywhere, n=1, cutoff=0.85) for other in others}
    somewhere = {name: count for name, count in lacking.items() if 0 < count < len(parts)}
    return Missing(everywhere, somewhere, {other: found[0] for other, found in near.items() if found})
