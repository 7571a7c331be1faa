"""How large the synthetic region may be, the day it tells of, how dirty it is; needs no extra."""

from dataclasses import dataclass
from datetime import date

KNOWN_UNTIL = date(2026, 10, 31)
"""The day the tables tell of, where none is chosen: a constant, so that the same seed gives the same bytes tomorrow."""
MOST = 100_000_000


@dataclass(frozen=True, slots=True)
class Dirt:
    """How much is as in real data, as parts of one."""

    missing: float = 0.03
    """Of each value that may be left out."""
    late: float = 0.05
    """Of the courses: what happened in the last 1–21 days before the table's day has not been entered yet."""
    lost_letters: float = 0.03
    """Of the assessments sent to own GP: no day of receipt, although the citizen was sent back."""
    duplicates: float = 0.005
    """Of the courses: the one before it once more, under another id."""
