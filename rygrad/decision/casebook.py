"""The case book: every case decided and compared with what it says, and every rule seen both true and false."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision
from rygrad.decision.facts import plain_value, read_facts
from rygrad.decision.reference import truth
from rygrad.decision.truth import FALSE, TRUE
from rygrad.pathway.cases import Case
from rygrad.pathway.criteria import plain
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.pathway import Pathway


@dataclass(frozen=True, slots=True)
class Difference:
    """What a case says about one conclusion, and what was decided instead."""

    case: str
    path: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.case}: {self.path}: {self.expected!r} → {self.found!r}"


def run_case(pathway: Pathway, case: Case) -> list[Difference]:
    """The differences between a case and its decision; empty when it holds."""
    decision = decide(pathway, case.given, case.as_of, with_reasons=False)
    return [
        Difference(case.id, path, plain(expected), found)
        for path, expected in case.then.items()
        if not _same(plain(expected), found := _found(decision, path, expected))
    ]


def _found(decision: Decision, path: str, expected: Any) -> Any:
    """The decision's value at a case's path."""
    asked = [question.fact for question in decision.ask]
    match path.split("."):
        case ["efforts"]:
            return expected if set(decision.efforts.values()) == {expected} else decision.efforts
        case ["efforts", name]:
            return decision.efforts[name]
        case ["reassessment", name]:
            return plain_value(dict(decision.reassessment)[name])
        case ["alarms"]:
            return [alarm["id"] for alarm in decision.alarms]
        case ["exclusions"]:
            return {found["fact"]: found["state"] for found in decision.exclusions}
        case ["asks"]:
            return [name for name in asked if name in expected]
        case ["asks_not"]:
            return expected if not set(asked) & set(expected) else asked
        case ["asks_nothing"]:
            return not asked
        case [name] if name in Decision.__slots__:
            return getattr(decision, name)
    raise ContentError(path, "ukendt sti i et tilfælde", "unknown path in a case")


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, list) and isinstance(found, list | tuple):
        return sorted(map(str, expected)) == sorted(map(str, found))
    return bool(plain(expected) == plain(found))


def check_cases(pathway: Pathway, cases: Iterable[Case]) -> list[ContentError]:
    """Every case that does not hold, and every rule that no case makes true or no case makes false."""
    problems: list[ContentError] = []
    seen: dict[str, set[bool]] = {rule.id: set() for rule in pathway.rules()}
    for case in cases:
        try:
            problems += [_problem(case, difference) for difference in run_case(pathway, case)]
            _see(pathway, read_facts(pathway, case.given, case.as_of), case, seen)
        except RygradError as error:
            problems.append(ContentError(f"cases/{case.file}: {case.id}", error.message["da"], error.message["en"]))
    return problems + [problem for rule, values in seen.items() for problem in _unseen(rule, values)]


def _see(pathway: Pathway, known: Mapping[str, Any], case: Case, seen: dict[str, set[bool]]) -> None:
    for rule in pathway.rules():
        found = truth(rule.criterion, known, case.as_of)
        if found is TRUE:
            seen[rule.id].add(True)
        elif found is FALSE:
            seen[rule.id].add(False)


def _unseen(rule: str, values: set[bool]) -> list[ContentError]:
    danish, english = {True: "sand", False: "falsk"}, {True: "true", False: "false"}
    return [
        ContentError(rule, f"intet tilfælde gør reglen {danish[value]}", f"no case makes the rule {english[value]}")
        for value in (True, False)
        if value not in values
    ]


def _problem(case: Case, difference: Difference) -> ContentError:
    place = f"cases/{case.file}: {case.id}"
    da = f"{difference.path} skulle være {difference.expected}, er {difference.found}"
    en = f"{difference.path} should be {difference.expected}, is {difference.found}"
    return ContentError(place, da, en)
