"""Three values. Unknown is never false and never true."""

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """True, false, or unknown (Kleene). An unknown in an ``if`` raises and says what to write instead."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        if self is Truth.UNKNOWN:
            raise TypeError(
                "unknown is neither true nor false. Write 'is TRUE' for known to hold, 'is FALSE' for known "
                "not to hold, 'is not FALSE' for possible, or 'is UNKNOWN' for not yet answered."
            )
        return self is Truth.TRUE


TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def truth_of(value: bool | None) -> Truth:
    """The truth of a yes, a no, or an answer that is missing (None)."""
    if value is None:
        return UNKNOWN
    return TRUE if value else FALSE


def both(truths: Iterable[Truth]) -> Truth:
    """All of them: false if any is false, true if all are true, unknown otherwise."""
    result = TRUE
    for truth in truths:
        if truth is FALSE:
            return FALSE
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def either(truths: Iterable[Truth]) -> Truth:
    """Any of them: true if any is true, false if all are false, unknown otherwise."""
    result = FALSE
    for truth in truths:
        if truth is TRUE:
            return TRUE
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def opposite(truth: Truth) -> Truth:
    """The other one; the opposite of unknown is unknown."""
    if truth is UNKNOWN:
        return UNKNOWN
    return FALSE if truth is TRUE else TRUE
