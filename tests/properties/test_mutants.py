"""Every single change of the content is caught by a case."""

from collections.abc import Iterator

from rygrad.decision.casebook import run_case
from rygrad.pathway.cases import Case
from rygrad.pathway.pathway import Pathway
from tests.properties.mutants import Mutant, mutants

# A mutant that no case can catch, with the reason why it decides the same. Empty is the aim.
EXPLAINED: dict[str, str] = {}


def _survivors(some: Iterator[Mutant], cases: list[Case]) -> tuple[int, list[str]]:
    count, alive = 0, []
    for name, mutant in some:
        count += 1
        if not any(_caught(mutant, case) for case in cases):
            alive.append(name)
    return count, alive


def _caught(mutant: Pathway, case: Case) -> bool:
    try:
        return bool(run_case(mutant, case))
    except Exception:
        return True  # content that cannot even decide is caught


def test_every_mutant_of_the_content_is_caught_by_a_case(pathway: Pathway, cases: list[Case]) -> None:
    count, alive = _survivors(mutants(pathway), cases)
    assert count > 350
    assert set(alive) == set(EXPLAINED), sorted(alive)
