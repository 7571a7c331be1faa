"""The sentinel citizens notice it when a rule changes."""

import pytest

from rygrad.pathway.pathway import Pathway
from tests.figures import write_figures
from tests.properties.mutants import mutants
from tests.spec.test_sentinels import changed

EVERY = 50


def _noticed(pathway: Pathway, every: int) -> tuple[int, list[str]]:
    """How many of the content's single changes there are, and those that no sentinel notices."""
    tried = [mutant for number, mutant in enumerate(mutants(pathway)) if number % every == 0]
    return len(tried), [name for name, mutant in tried if not changed(mutant)]


def _write(pathway: Pathway, every: int, *, full: bool) -> list[str]:
    count, unnoticed = _noticed(pathway, every)
    write_figures(
        "sentinels",
        promise="rules",
        says="single changes of rules and lists, asked of the sentinel citizens of the deployed programme",
        test="tests/trust/decisions/test_sentinels.py::test_the_sentinels_notice_a_changed_rule",
        counts={"sentinel citizens": len(pathway.sentinels), "changes": count, "not noticed": len(unnoticed)},
        full=full,
    )
    return unnoticed


def test_the_sentinels_notice_a_changed_rule(pathway: Pathway) -> None:
    assert _write(pathway, EVERY, full=False) == []


@pytest.mark.long
def test_the_sentinels_notice_every_changed_rule(pathway: Pathway) -> None:
    assert _write(pathway, 1, full=True) == []
