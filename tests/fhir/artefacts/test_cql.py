"""The exported CQL decides the same as the reference, translated and run by programs that nobody here wrote."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from rygrad.decision.dates import Interval, first_day_over
from rygrad.decision.facts import Facts, read_facts
from rygrad.decision.reference import truth
from rygrad.decision.truth import FALSE, TRUE, UNKNOWN
from rygrad.fhir.artefacts.cql import RULES, conditions, definition_of, libraries
from rygrad.fhir.artefacts.cqltext import define, holds, value_of
from rygrad.fhir.understood import facts_from
from rygrad.pathway.cases import Case
from rygrad.pathway.criteria import Known, Over
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from tests.fhir.artefacts.cql.citizens import Citizen, invented, recorded
from tests.fhir.artefacts.cql.conclusions import Found, by_reference, differences
from tests.fhir.artefacts.cql.engine import Ran, Told, run, said
from tests.spaces import THE_DAY
from tests.spec.truth_tables import TABLES

DAY = date.fromisoformat(THE_DAY)
ANSWERS = {TRUE: True, FALSE: False, UNKNOWN: None}
SEED = 20260302


def known_of(pathway: Pathway, told: Told) -> Facts:
    """A citizen's facts as our own services read them from the same Observations."""
    observations, as_of = told
    assert as_of
    resources = [{"resourceType": "Observation", **one} for one in observations]
    return read_facts(pathway, facts_from(pathway, resources, as_of).facts, as_of)


def wrongly_decided(pathway: Pathway, citizens: Sequence[Told], ran: Ran) -> list[tuple[Facts, Found]]:
    """The facts of the citizens whom CQL decides otherwise than the reference, with what differs."""
    wrong = []
    for told, found in zip(citizens, ran.found, strict=True):
        known = known_of(pathway, told)
        difference = differences(by_reference(pathway, known, told[1] or DAY), found)
        wrong += [(known, difference)] if difference else []
    return wrong


def in_records(pathway: Pathway, citizens: Sequence[Citizen]) -> list[Told]:
    rng = Random(SEED)
    return [(recorded(pathway, citizen, rng), citizen[1]) for citizen in citizens]


@pytest.fixture(scope="module")
def some(pathway: Pathway, cases: list[Case]) -> list[Told]:
    """Every case of the case book, and 40 invented citizens in records as they come."""
    booked = [(said(pathway, case.given, case.as_of), case.as_of) for case in cases]
    return booked + in_records(pathway, invented(pathway, 40, SEED))


@pytest.fixture(scope="module")
def decided(pathway: Pathway, some: list[Told]) -> Ran:
    return run(libraries(pathway), RULES, some)


def test_every_case_and_40_citizens_are_decided_as_by_the_reference(
    pathway: Pathway, cases: list[Case], some: list[Told], decided: Ran
) -> None:
    for case, told in zip(cases, some, strict=False):
        given, known = read_facts(pathway, case.given, case.as_of), known_of(pathway, told)
        lost = [name for name, value in given.items() if pathway.facts[name].kind != "scores" and known[name] != value]
        assert given.keys() == known.keys() and not lost, case.id
    assert wrongly_decided(pathway, some, decided) == []
    print(f"CQL: translated in {decided.seconds:.1f} s, {decided.milliseconds:.1f} ms for each citizen")
    _assert_varied(pathway, decided.found)


def _assert_varied(pathway: Pathway, found: Sequence[Found]) -> None:
    """Equality over citizens who are all alike would prove little."""
    seen = {
        name: Counter(one[name] for one in found)
        for name in ("scope", "urgency", "group", "reassessment state", "return to own GP state")
    }
    assert set(seen["scope"]) == {"inside", "outside", "hold", "ask"}
    assert set(seen["urgency"]) == {*pathway.urgencies, "none"}
    assert set(seen["group"]) == {*pathway.groups, None}
    assert set(seen["reassessment state"]) == {"none", "not_started", "not_due", "due", "overdue", "done", "ask", "withheld"}  # fmt: skip
    assert set(seen["return to own GP state"]) == {"not_listed", "not_yet", "due", "done", "ask", "withheld"}
    efforts = {one[f"effort {name}"] for one in found for name in pathway.words["efforts"]}
    assert efforts == {"not_listed", "not_yet", "open", "already_done", "ask", "withheld"}
    assert any(alarm["clarified"] for one in found for alarm in one["alarms"])
    assert {note for one in found for note in one["mismatches"]} == {note.id for note in pathway.mismatches}


@pytest.mark.long
def test_10_000_citizens_are_decided_as_by_the_reference(pathway: Pathway) -> None:
    citizens = in_records(pathway, invented(pathway, 10_000, SEED + 1))
    ran = run(libraries(pathway), RULES, citizens)
    assert wrongly_decided(pathway, citizens, ran) == []
    print(f"CQL: translated in {ran.seconds:.1f} s, {ran.milliseconds:.1f} ms for each citizen")


BROKEN = {
    "an unknown read as no": ('"scope" != \'outside\' and "rule first_time.group" is not false', '"rule first_time.group" is true'),
    "a limit of the calendar": ("end of since + 3 months + 1 day then true", "end of since + 3 months then true"),
    "a value of a rule": ("Facts.\"worried_about_diagnosis\" = 'yes'", "Facts.\"worried_about_diagnosis\" = 'no'"),
    "a day of the window": ("started + 56 days", "started + 57 days"),
}  # fmt: skip


def _notices(what: str, pathway: Pathway, citizens: Sequence[Told]) -> bool:
    right, wrong = BROKEN[what]
    texts = libraries(pathway)
    assert right in texts[RULES]
    broken = {**texts, RULES: texts[RULES].replace(right, wrong)}
    return bool(wrongly_decided(pathway, citizens, run(broken, RULES, citizens)))


@pytest.mark.long
def test_it_notices_when_the_cql_reads_an_unknown_as_no(pathway: Pathway, some: list[Told]) -> None:
    assert _notices("an unknown read as no", pathway, some[:60])


@pytest.mark.long
@pytest.mark.parametrize("what", BROKEN)
def test_it_notices_whatever_is_wrong(what: str, pathway: Pathway, some: list[Told]) -> None:
    assert _notices(what, pathway, some)


@pytest.mark.long
def test_every_row_of_the_tables_of_the_logic(pathway: Pathway) -> None:
    tables = {f"table {number}": table for number, table in enumerate(TABLES)}
    texts = libraries(pathway)
    texts[RULES] += "".join(define(name, holds(table.criterion, value_of)) for name, table in tables.items())
    rows = [(name, facts, table.criterion) for name, table in tables.items() for facts, _ in table.rows]
    ran = run(texts, RULES, [(said(pathway, facts, DAY), DAY) for _, facts, _ in rows])
    for (name, facts, criterion), found in zip(rows, ran.found, strict=True):
        wanted = ANSWERS[truth(criterion, read_facts(pathway, facts, DAY), DAY)]
        assert found[name] is wanted, (tables[name].word, facts)


@pytest.mark.long
def test_three_months_are_counted_as_by_the_reference(pathway: Pathway) -> None:
    """From every end of a month of a leap year and a common one: the day before it is over, and the day it is."""
    starts = [start for start in every_day(2027, 2028) if start.day > 27]
    days = [(start, first_day_over(start, 3)) for start in starts]
    told = [(start, day) for start, over in days for day in (over - timedelta(days=1), over)]
    ran = run(libraries(pathway), RULES, [(said(pathway, {"onset_on": start}, day), day) for start, day in told])
    assert [one["rule mismatches.e"] for one in ran.found] == [False, None] * len(starts)
    assert [one["over 3 months from"] for one in ran.found] == [over.isoformat() for _, over in days for _ in range(2)]


def every_day(first: int, last: int) -> list[date]:
    start, end = date(first, 1, 1), date(last, 12, 31)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@pytest.mark.long
def test_without_a_day_it_decides_for_today(pathway: Pathway) -> None:
    long_ago = said(pathway, {"onset_on": "2020-01-31"}, DAY)
    (found,) = run(libraries(pathway), RULES, [(long_ago, None)]).found
    assert found["possible groups"] == ["long_lasting", "complex_chronic"]


@pytest.mark.long
def test_what_is_asked_while_a_conclusion_is_unknown_is_itself_unknown(
    pathway: Pathway, some: list[Told], decided: Ran
) -> None:
    """An action that collects information asks for something that is missing: unknown, or a date that is a span."""
    for told, found in zip(some, decided.found, strict=True):
        known = known_of(pathway, told)
        settled = {name for name, value in known.items() if not isinstance(value, Interval) or value.is_exact}
        for condition in conditions(pathway).values():
            assert found[condition.unknown] is (found[condition.definition] is None)
            assert found[condition.definition] is not None or not settled.issuperset(condition.facts), condition


@pytest.mark.long
def test_the_same_content_gives_the_same_bytes_and_other_content_other_rules(pathway: Pathway) -> None:
    assert libraries(pathway) == libraries(load_pathway())
    other = replace(
        pathway, duration=Over("onset_on", 6), no_effect=replace(pathway.no_effect, criterion=Known("work"))
    )
    texts = libraries(other)
    assert 'define "over 6 months from"' in texts[RULES]
    assert 'define "rule no_effect":\n  Facts."work" is not null' in texts[RULES]


@pytest.mark.long
def test_every_rule_stands_under_its_own_quote(pathway: Pathway) -> None:
    text = libraries(pathway)[RULES]
    for rule in pathway.rules():
        above = text.partition(f'define "rule {rule.id}":')[0].rpartition("\n\n")[2].replace("\n// ", " ")
        assert (rule.citation.quote or "Source: ") in above, rule.id


@pytest.mark.long
def test_every_condition_is_a_definition_of_the_rules(pathway: Pathway) -> None:
    text = libraries(pathway)[RULES]
    for conclusion, condition in conditions(pathway).items():
        assert condition.definition == definition_of(conclusion)
        assert text.count(f'define "{condition.definition}":') == text.count(f'define "{condition.unknown}":') == 1
        assert condition.facts
