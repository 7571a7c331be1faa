"""The course table: a citizen's facts as a row, and back."""

import ibis
import pytest

from rygrad.decision.columns import evaluate
from rygrad.decision.coursetable import facts_of, row_of
from rygrad.decision.facts import read_facts
from rygrad.pathway.cases import Case
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway


def test_a_row_gives_back_the_facts_it_was_made_of(pathway: Pathway, cases: list[Case]) -> None:
    for case in cases:
        known = read_facts(pathway, case.given, case.as_of)
        row = row_of(pathway, known)
        read = read_facts(pathway, facts_of(pathway, row), case.as_of)
        assert read == {name: value for name, value in known.items() if name in row}, case.id
        assert facts_of(pathway, {**row, "as_of": case.as_of}) == facts_of(pathway, row), "the day is no fact"


def test_columns_that_would_be_overwritten_are_named_word_for_word(pathway: Pathway) -> None:
    brought = ibis.table({"as_of": "date", "scope": "string", "group": "string"}, name="courses")
    with pytest.raises(RygradError) as refused:
        evaluate(pathway, brought)
    assert refused.value.code == "taken_column"
    assert refused.value.message == {"da": "omdøb kolonnerne: group, scope.", "en": "rename the columns: group, scope."}
