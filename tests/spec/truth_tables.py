"""The logic, as tables that people read and every engine must reproduce (T true, F false, – unknown)."""

from dataclasses import dataclass
from typing import Any

from rygrad.pathway.criteria import parse


@dataclass(frozen=True)
class Table:
    """One word of the vocabulary: what it says, a rule, and rows of facts with the truth they give on 2026-03-02."""

    word: str
    says: str
    rule: dict[str, Any]
    rows: tuple[tuple[dict[str, Any], str], ...]

    @property
    def criterion(self) -> Any:
        return parse(self.rule, self.word)


YES, NO, UNKNOWN = "yes", "no", None
A, B = "recurring_back_problems", "worried_about_diagnosis"


def _two(*truths: str) -> tuple[tuple[dict[str, Any], str], ...]:
    pairs = [(a, b) for a in (YES, NO, UNKNOWN) for b in (YES, NO, UNKNOWN)]
    return tuple(({A: a, B: b}, truth) for (a, b), truth in zip(pairs, truths, strict=True))


def _spans(name: str, *rows: tuple[Any, str]) -> tuple[tuple[dict[str, Any], str], ...]:
    return tuple(({name: value}, truth) for value, truth in rows)


BOTH = [{"is": {A: YES}}, {"is": {B: YES}}]
WINDOW = {"after": ["first_treatment_on", "plan_confirmed_on"], "days": "42-56"}

TABLES = (
    Table("all", "Every part holds. One false part settles it, whatever is unknown.", {"all": BOTH}, _two(*"TF–FFF–F–")),
    Table("any", "At least one part holds. One true part settles it, whatever is unknown.", {"any": BOTH}, _two(*"TTTTF–T––")),
    Table(
        "not", "The part does not hold. The opposite of unknown is unknown.", {"not": {"is": {A: YES}}},
        (({A: YES}, "F"), ({A: NO}, "T"), ({A: UNKNOWN}, "–")),
    ),
    Table(
        "is", "A fact has a value, or one of several. An unknown fact is unknown, never false.", {"is": {"function": ["slightly_reduced", "clearly_reduced"]}},
        _spans("function", ("slightly_reduced", "T"), ("clearly_reduced", "T"), ("as_expected_for_age", "F"), (UNKNOWN, "–")),
    ),
    Table("is no", "A no is an answer.", {"is": {A: NO}}, (({A: YES}, "F"), ({A: NO}, "T"), ({A: UNKNOWN}, "–"))),
    Table(
        "at_least", "A number is this or more.", {"at_least": {"paresis_grade": 4}},
        _spans("paresis_grade", (3, "F"), (4, "T"), (5, "T"), (UNKNOWN, "–")),
    ),
    Table(
        "at_most", "A number is this or less.", {"at_most": {"paresis_grade": 3}},
        _spans("paresis_grade", (0, "T"), (3, "T"), (4, "F"), (UNKNOWN, "–")),
    ),
    Table(
        "over", "More than this many calendar months since a date; exactly that many is not over. A span of days is unknown when its ends differ.",
        {"over": {"onset_on": 3}},
        _spans(
            "onset_on", ("2025-12-03", "F"), ("2025-12-02", "F"), ("2025-12-01", "T"), (UNKNOWN, "–"),
            ({"earliest": "2025-11-01", "latest": "2025-12-01"}, "T"),
            ({"earliest": "2025-12-02", "latest": "2025-12-20"}, "F"),
            ({"earliest": "2025-12-01", "latest": "2025-12-02"}, "–"),
        ),
    ),
    Table(
        "day_window", "The date lies from day N to day M after the first of these dates that is known. A span of days is unknown when its ends differ.",
        {"day_window": WINDOW},
        (
            ({"first_treatment_on": "2026-01-20"}, "F"), ({"first_treatment_on": "2026-01-19"}, "T"),
            ({"first_treatment_on": "2026-01-05"}, "T"), ({"first_treatment_on": "2026-01-04"}, "F"),
            ({"plan_confirmed_on": "2026-01-05"}, "T"),
            ({"first_treatment_on": "2026-02-20", "plan_confirmed_on": "2026-01-05"}, "F"),
            ({"first_treatment_on": {"earliest": "2026-01-05", "latest": "2026-01-19"}}, "T"),
            ({"first_treatment_on": {"earliest": "2026-01-04", "latest": "2026-01-05"}}, "–"),
            ({"first_treatment_on": {"earliest": "2026-01-19", "latest": "2026-01-20"}}, "–"),
            ({"first_treatment_on": {"earliest": "2025-12-01", "latest": "2026-02-20"}}, "–"),
            ({"first_treatment_on": {"earliest": "2025-12-01", "latest": "2025-12-20"}}, "F"),
            ({}, "–"),
        ),
    ),
    Table(
        "known", "A fact is known, whatever it is. Never itself unknown.", {"known": "returned_to_gp_on"},
        _spans("returned_to_gp_on", ("2026-02-01", "T"), (UNKNOWN, "F")),
    ),
)  # fmt: skip
