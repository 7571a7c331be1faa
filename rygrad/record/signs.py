"""How much an answer to an alarm sign or exclusion weighs: a milder one does not take a standing sign back."""

from typing import Any

_WEIGHTS = {"yes": 2, "confirmed": 2, "suspected": 1, "both_legs": 1}
_NORMAL_STRENGTH = 5  # Oxford/MRC


def weight(value: Any) -> float:
    """0 for an answer that raises nothing; the more, the graver. A grade of strength weighs what is missing to 5."""
    if isinstance(value, int | float):
        return max(0, _NORMAL_STRENGTH - value)
    return _WEIGHTS.get(value, 0) if isinstance(value, str) else 0
