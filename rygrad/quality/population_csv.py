"""CSV, read once and by one reader, into Parquet of text; a line that is no row is told apart, never guessed at."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rygrad.pathway.words import Phrase
from rygrad.quality.population_parts import Part

_REASONS = {
    "TOO MANY COLUMNS": Phrase("har flere felter, end der er kolonner", "has more fields than there are columns"),
    "MISSING COLUMNS": Phrase("har færre felter, end der er kolonner", "has fewer fields than there are columns"),
    "UNQUOTED VALUE": Phrase("har et citationstegn, der ikke lukkes", "has a quotation mark that is not closed"),
    "LINE SIZE OVER MAXIMUM": Phrase("er for lang til at være en række", "is too long to be a row"),
    "INVALID ENCODING": Phrase("er ikke UTF-8", "is not UTF-8"),
}
_OTHERWISE = Phrase("kan ikke læses som en række", "cannot be read as a row")


@dataclass(frozen=True)
class Unparsed:
    """A row that could not be read: its number in the file (the first after the names is 1), and why.

    ``lines`` is how many lines of the file it swallowed: more than one where a quotation mark was never closed.
    """

    row: int
    reason: Phrase
    lines: int

    def said(self) -> tuple[str, str]:
        """Why, in Danish and English; and that more lines went with it, where they did."""
        if self.lines == 1:
            return self.reason.da, self.reason.en
        return f"{self.reason.da}; {self.lines} linjer", f"{self.reason.en}; {self.lines} lines"


def as_parquet(con: Any, part: Part, target: Path) -> list[Unparsed]:
    """Write the part's rows as Parquet, every column text and in the file's order; what could not be read comes back.

    ``con`` is a DuckDB connection.
    """
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in part.columns)
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    con.execute(
        f"""COPY (SELECT * FROM read_csv({quoted(as_glob(part.path))}, delim={quoted(part.delimiter)}, quote='"',
        escape='"', header=true, auto_detect=false, columns={{{columns}}}, nullstr='', strict_mode=true,
        ignore_errors=true, store_rejects=true)) TO {quoted(str(target))} (FORMAT parquet)"""  # noqa: S608  (quoted)
    )
    found = con.execute(
        """SELECT line - 1, first(error_type::VARCHAR ORDER BY column_idx),
        max(len(string_split(rtrim(csv_line, chr(10)), chr(10)))) FROM reject_errors GROUP BY line ORDER BY line"""
    ).fetchall()
    return [Unparsed(row, _REASONS.get(kind, _OTHERWISE), lines or 1) for row, kind, lines in found]


def numbers_kept(unparsed: list[Unparsed]) -> list[tuple[int, int]]:
    """From a row's place among those that could be read to its number in the file: ``(from place, add)``, in order.

    Places count from 1; before the first pair nothing is added.
    """
    return [(bad.row - before, before + 1) for before, bad in enumerate(unparsed)]


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def as_glob(path: Path) -> str:
    """A path in which no character stands for others."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
