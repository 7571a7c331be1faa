"""The indicator table as text: CSV and JSON, line by line, with the columns and names of the Parquet file."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from rygrad.quality.cells import harmless


def as_csv(path: Path) -> Iterator[str]:
    """A line of names, then one per row; what is not shown, or the whole period, is empty."""
    for n, row in enumerate(_rows(path)):
        if n == 0:
            yield ",".join(row)
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow([_cell(value) for value in row.values()])
        yield line.getvalue().removesuffix("\r\n")


def _cell(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value


def as_json(path: Path) -> Iterator[str]:
    """One array, a row on each line; what is not shown, or the whole period, is null."""
    before = "["
    for row in _rows(path):
        yield before + json.dumps(row, ensure_ascii=False)
        before = ","
    yield "]" if before == "," else "[]"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(path).iter_batches(batch_size=10_000):
        for row in batch.to_pylist():
            yield {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
