"""What each fact is: its kind, its allowed values, its question."""

from dataclasses import dataclass, field
from typing import Literal

from rygrad.pathway.criteria import Scalar
from rygrad.pathway.words import Phrase, Words

Kind = Literal["yes_no", "choice", "several", "date", "number", "facts", "scores"]
KINDS: tuple[Kind, ...] = ("yes_no", "choice", "several", "date", "number", "facts", "scores")

YES_NO = {"yes": Phrase("ja", "yes"), "no": Phrase("nej", "no")}


@dataclass(frozen=True, slots=True)
class Improvement:
    """How much a score must change to count: the minimal important change, or this share of the baseline (R5)."""

    worse: Literal["higher", "lower"]
    important_change: float
    important_change_per_cent: float


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One fact.

    ``absent`` is the value that says "asked, and not there"; None for facts that are no signs. ``choices`` are the
    values of a fact that has exactly one of them.
    """

    id: str
    kind: Kind
    question: Words
    values: dict[str, Phrase]
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    unit: Phrase | None = None
    absent: Scalar | None = None
    readings: tuple[str, ...] = ()
    prompted_by: tuple[str, ...] = ()
    item_counts: tuple[int, ...] = ()
    improvement: Improvement | None = None
    choices: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        single = self.values if self.kind in ("yes_no", "choice") else ()
        object.__setattr__(self, "choices", frozenset(single))
