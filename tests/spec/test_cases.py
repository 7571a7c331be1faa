"""Every case of the case book holds, each as a test of its own."""

import pytest

from rygrad.decision.casebook import check_cases, run_case
from rygrad.pathway.cases import Case, load_cases
from rygrad.pathway.pathway import Pathway

CASES = load_cases("rygsmerter")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_the_case_holds(case: Case, pathway: Pathway) -> None:
    assert run_case(pathway, case) == []


def test_every_rule_is_seen_true_and_false(pathway: Pathway) -> None:
    assert check_cases(pathway, CASES) == []


def test_the_published_citizens_are_all_retold_with_their_source() -> None:
    published = [case for case in CASES if case.file.startswith("09")]
    assert len(published) == 12
    assert all(case.source and case.source.startswith("http") for case in published)
