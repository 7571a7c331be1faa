"""From NumPy to Arrow: a column's values, and where they are known. What is not known is null."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from rygrad.decision.coursetable import Column
from rygrad.simulation.synthdice import Codes, Days, Flags

_HEX = np.array([list(f"{byte:02x}".encode()) for byte in range(256)], dtype=np.uint8)
TYPES = {
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "array<string>": pa.list_(pa.string()),
}
"""Arrow's types for the types of the described columns."""


def flags(values: Flags, known: Flags | None = None) -> Any:
    """Yes or no."""
    return pa.array(values, type=pa.bool_(), mask=_unknown(known))


def numbers(values: Any, known: Flags, kind: str) -> Any:
    """Numbers of a described type."""
    return pa.array(values, mask=_unknown(known)).cast(TYPES[kind])


def days(values: Days, known: Flags | None = None) -> Any:
    """Dates, from days since 1970."""
    return pa.array(values.astype(np.int32), mask=_unknown(known)).cast(pa.date32())


def words(codes: Codes, which: Sequence[str], known: Flags | None = None) -> Any:
    """Words, from their positions; the words themselves are kept once."""
    positions = pa.array(codes.astype(np.int32), mask=_unknown(known))
    return pa.DictionaryArray.from_arrays(positions, pa.array(which, pa.string()))


def one_word_lists(codes: Codes, which: Sequence[str], known: Flags) -> Any:
    """A list of one word where it is known, else null."""
    ends = np.concatenate(([0], np.cumsum(known))).astype(np.int32)
    offsets = pa.array(ends, mask=np.concatenate((~known, [False])))
    return pa.ListArray.from_arrays(offsets, words(codes[known], which).cast(pa.string()))


def hex_ids(bits: np.ndarray) -> Any:
    """Sixteen hexadecimal digits for each row."""
    letters = _HEX[bits.astype(">u8").view(np.uint8)].reshape(-1)
    offsets = np.arange(len(bits) + 1, dtype=np.int32) * 16
    return pa.StringArray.from_buffers(len(bits), pa.py_buffer(offsets), pa.py_buffer(letters))


def of_rows(column: Any, rows: Codes) -> Any:
    """A column's cells in these rows; of words and ids only the positions are copied."""
    if pa.types.is_string(column.type) and len(rows) > len(column):
        return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), column)
    return column.take(pa.array(rows))


def table(columns: dict[str, Any], described: Sequence[Column]) -> Any:
    """A table of the described columns in their order; what nobody describes is left out."""
    return pa.table({column.name: columns[column.name] for column in described})


def constant(value: Any, count: int, kind: str) -> Any:
    """The same value in every row; None is null."""
    if kind == "string":
        return words(np.zeros(count, dtype=np.int64), [value])
    return pa.repeat(pa.scalar(value, TYPES[kind]), count)


def _unknown(known: Flags | None) -> Flags | None:
    return None if known is None else ~known
