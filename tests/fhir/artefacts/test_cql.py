"""The exported CQL decides the same as the reference, translated and run by programs that nobody here wrote."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random

import pytest

from rygrad.decision.facts import read_facts
from rygrad.decision.reference import truth
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN
from rygrad.fhir.artefacts.cql import RULES, libraries
from rygrad.fhir.artefacts.cqltext import define, holds, value_of
from rygrad.pathway.cases import Case
from rygrad.pathway.pathway import Pathway
from tests.fhir.artefacts.cql.citizens import Citizen, invented, recorded
from tests.fhir.artefacts.cql.conclusions import Found, by_reference, differences
from tests.fhir.artefacts.cql.engine import Observations, Ran, run, said
from tests.spaces import THE_DAY
from tests.spec.truth_tables import TABLES

DAY = date.fromisoformat(THE_DAY)
ANSWERS = {TRUE: True, FALSE: False, UNKNOWN: None}
SEED = 20260302


def wrongly_decided(pathway: Pathway, citizens: Sequence[Citizen], ran: Ran) -> list[tuple[Citizen, Found]]:
    """The citizens whom CQL decides otherwise than the reference, with what differs."""
    assert len(ran.found) == len(citizens)
    compared = (
        (citizen, differences(by_reference(pathway, *citizen), found))
        for citizen, found in zip(citizens, ran.found, strict=True)
    )
    return [(citizen, difference) for citizen, difference in compared if difference]


def with_noise(pathway: Pathway, citizens: Sequence[Citizen]) -> list[tuple[Observations, date | None]]:
    rng = Random(SEED)
    return [(recorded(pathway, citizen, rng), citizen[1]) for citizen in citizens]


@pytest.fixture(scope="module")
def some(pathway: Pathway, cases: list[Case]) -> list[Citizen]:
    """Every case of the case book, and 400 invented citizens."""
    return [(dict(case.given), case.as_of) for case in cases] + invented(pathway, 400, SEED)


def test_every_case_and_400_citizens_are_decided_as_by_the_reference(pathway: Pathway, some: list[Citizen]) -> None:
    ran = run(libraries(pathway), RULES, with_noise(pathway, some))
    assert wrongly_decided(pathway, some, ran) == []
    print(f"CQL: translated in {ran.seconds:.1f} s, {ran.milliseconds:.1f} ms for each citizen")
    _assert_varied(pathway, ran.found)


def _assert_varied(pathway: Pathway, found: Sequence[Found]) -> None:
    """Equality over citizens who are all alike would prove little."""
    seen = {
        name: Counter(one[name] for one in found)
        for name in ("scope", "urgency", "group", "reassessment state", "return to own GP state")
    }
    assert set(seen["scope"]) == {"inside", "outside", "hold", "ask"}
    assert set(seen["urgency"]) == {*pathway.urgencies, "none"}
    assert set(seen["group"]) == {*pathway.groups, None}
    assert set(seen["reassessment state"]) == {
        "none",
        "not_started",
        "not_due",
        "due",
        "overdue",
        "done",
        "ask",
        "withheld",
    }
    assert set(seen["return to own GP state"]) == {"not_listed", "not_yet", "due", "done", "ask", "withheld"}
    efforts = {one[f"effort {name}"] for one in found for name in pathway.words["efforts"]}
    assert efforts == {"not_listed", "not_yet", "open", "already_done", "ask", "withheld"}
    assert any(alarm["clarified"] for one in found for alarm in one["alarms"])
    assert {note for one in found for note in one["mismatches"]} == {note.id for note in pathway.mismatches}


@pytest.mark.long
def test_10_000_citizens_are_decided_as_by_the_reference(pathway: Pathway) -> None:
    citizens = invented(pathway, 10_000, SEED + 1)
    ran = run(libraries(pathway), RULES, with_noise(pathway, citizens))
    assert wrongly_decided(pathway, citizens, ran) == []
    print(f"CQL: translated in {ran.seconds:.1f} s, {ran.milliseconds:.1f} ms for each citizen")


BROKEN = {
    "a limit of the calendar": ("end of since + 3 months + 1 day then true", "end of since + 3 months then true"),
    "a value of a rule": ("Facts.\"worried_about_diagnosis\" = 'yes'", "Facts.\"worried_about_diagnosis\" = 'no'"),
    "an unknown read as no": ('"first_time is possible":\n  "scope" != \'outside\' and "rule first_time.group" is not false',
                              '"first_time is possible":\n  "scope" != \'outside\' and "rule first_time.group" is true'),
    "a day of the window": ("started + 56 days", "started + 57 days"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_it_notices_when_the_cql_is_wrong(what: str, pathway: Pathway, some: list[Citizen]) -> None:
    right, wrong = BROKEN[what]
    texts = libraries(pathway)
    assert right in texts[RULES]
    broken = {**texts, RULES: texts[RULES].replace(right, wrong)}
    assert wrongly_decided(pathway, some, run(broken, RULES, with_noise(pathway, some)))


def test_every_row_of_the_tables_of_the_logic(pathway: Pathway) -> None:
    value = value_of(pathway)
    tables = {f"table {number}": table for number, table in enumerate(TABLES)}
    texts = libraries(pathway)
    texts[RULES] += "".join(define(name, holds(table.criterion, value)) for name, table in tables.items())
    rows = [(name, facts, table.criterion) for name, table in tables.items() for facts, _ in table.rows]
    ran = run(texts, RULES, [(said(pathway, facts, DAY), DAY) for _, facts, _ in rows])
    for (name, facts, criterion), found in zip(rows, ran.found, strict=True):
        assert found[name] is ANSWERS[truth(criterion, read_facts(pathway, facts, DAY), DAY)], (
            tables[name].word,
            facts,
        )
