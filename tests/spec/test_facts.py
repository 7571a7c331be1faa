"""Facts are read at the edge: what is allowed comes in, the rest is refused with what is allowed instead."""

from datetime import date, datetime
from typing import Any

import pytest

from rygrad.decision.dates import Interval, add_months, read_day
from rygrad.decision.decide import decide
from rygrad.decision.facts import InvalidFacts, Score, clarifiable, plain_value, read_facts
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway

DAY = date(2026, 3, 2)
ONE = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("name", "given", "known"),
    [
        ("sick_leave", True, "yes"), ("sick_leave", False, "no"), ("sick_leave", "no", "no"),
        ("function", "slightly_reduced", "slightly_reduced"),
        ("paresis_grade", 4, 4), ("paresis_grade", 4.0, 4),
        ("onset_on", "2026-01-05", Interval(ONE, ONE)), ("onset_on", ONE, Interval(ONE, ONE)), ("onset_on", DAY, Interval(DAY, DAY)),
        ("onset_on", {"earliest": "2026-01-05", "latest": DAY}, Interval(ONE, DAY)), ("onset_on", Interval(ONE, DAY), Interval(ONE, DAY)),
        ("pain_sites", "neck", ("neck",)), ("pain_sites", ["neck", "lumbar", "neck"], ("neck", "lumbar")),
        ("clarified_alarms", ["saddle_numbness"], ("saddle_numbness",)),
        ("nrs_pain", 7, (Score(7),)), ("nrs_pain", [{"value": 6, "on": "2026-01-05"}, 5], (Score(6, ONE), Score(5))),
        ("rmdq", {"value": 6, "items": 24}, (Score(6, None, 24),)), ("rmdq", {"value": 6, "on": "2026-01-05", "items": 24}, (Score(6, ONE, 24),)), ("rmdq", {"value": 23, "items": 23}, (Score(23, None, 23),)), ("psfs", 3.5, (Score(3.5),)), ("psfs", Score(2), (Score(2),)),
    ],
)  # fmt: skip
def test_a_value_is_read_into_the_cores_own_form(name: str, given: Any, known: Any, pathway: Pathway) -> None:
    assert read_facts(pathway, {name: given}, DAY) == {name: known}
    assert read_facts(pathway, {name: None}, DAY) == {}


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("sick_leave", "ja", "one of: yes, no"), ("function", True, "one of: as_expected"), ("function", 3, "one of"),
        ("paresis_grade", 6, "whole number 0–5"), ("paresis_grade", -1, "0–5"), ("paresis_grade", True, "0–5"), ("paresis_grade", 2.5, "whole"),
        ("paresis_grade", float("nan"), "0–5"), ("age_years", 121, "0–120"),
        ("onset_on", "2026-02-30", "possible date"), ("onset_on", "5. januar", "possible date"), ("onset_on", 20260105, "possible date"),
        ("onset_on", datetime(2026, 1, 5), "possible date"), ("onset_on", "1899-12-31", "possible date"),  # noqa: DTZ001
        ("onset_on", {"earliest": "2026-01-05"}, "possible date"), ("onset_on", {"earliest": "2026-01-06", "latest": "2026-01-05"}, "in order"),
        ("onset_on", {"earliest": None, "latest": "2026-01-05"}, "possible date"), ("onset_on", "2026-03-03", "after the as-of date"),
        ("pain_sites", ["knee"], "any of: neck"), ("pain_sites", 3, "any of"), ("clarified_alarms", ["work"], "saddle_numbness"),
        ("nrs_pain", {"points": 3}, "{value, on, items}"), ("nrs_pain", 11, "0–10"), ("nrs_pain", {"value": 3, "items": 4}, "items among –"),
        ("rmdq", {"value": 3, "on": "2027-01-01"}, "after the as-of date"), ("rmdq", {"value": 3, "items": 22}, "23, 24"),
        ("onset", "2026-01-05", "onset_on"), ("xyzzy", 1, "rygrad content facts"), ("Cpr 010190", 1, "unknown fact."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_with_what_is_allowed(
    name: str, given: Any, says: str, pathway: Pathway
) -> None:
    with pytest.raises(InvalidFacts) as refused:
        read_facts(pathway, {name: given}, DAY)
    assert says in refused.value.text("en")
    assert refused.value.text("da") != refused.value.text("en")
    assert set(refused.value.as_data()) == {"code", "message", "hint", "source"}


def test_grades_and_years_are_counted_in_whole_numbers(pathway: Pathway) -> None:
    for name in ("paresis_grade", "age_years"):
        assert read_facts(pathway, {name: 3}, DAY) == {name: 3}
        with pytest.raises(InvalidFacts):
            read_facts(pathway, {name: 2.5}, DAY)


def test_all_that_is_wrong_is_said_at_once(pathway: Pathway) -> None:
    with pytest.raises(InvalidFacts) as refused:
        decide(pathway, {"onset": 1, "paresis_grade": 9, "sick_leave": "yes"}, DAY)
    assert (refused.value.code, len(refused.value.problems)) == ("invalid_facts", 2)
    for language in ("da", "en"):
        assert refused.value.text(language) == " · ".join(p.text(language) for p in refused.value.problems)
    assert [p.code for p in refused.value.problems] == ["unknown_fact", "invalid_fact"]


def test_an_impossible_as_of_date_is_refused(pathway: Pathway) -> None:
    for wrong in ("2026-13-01", "today", 7, None):
        with pytest.raises(RygradError, match="as_of") as refused:
            decide(pathway, {}, wrong)  # type: ignore[arg-type]
        assert refused.value.code == "invalid_date"


def test_what_is_wrong_is_said_word_for_word_in_both_languages(pathway: Pathway) -> None:
    with pytest.raises(InvalidFacts) as refused:
        decide(pathway, {"onset": "2026-01-05", "paresis_grade": 9, "cpr 010203-1234": 1}, DAY)
    misspelt, grade, strange = refused.value.problems
    assert misspelt.message == {"da": "ukendt faktum »onset«.", "en": "unknown fact »onset«."}
    assert misspelt.hint == {"da": "Mente du onset_on?", "en": "Did you mean onset_on?"}
    assert grade.message == {
        "da": "paresis_grade: skal være et helt tal 0–5 (eller null for ukendt).",
        "en": "paresis_grade: must be a whole number 0–5 (or null for unknown).",
    }
    assert strange.message == {"da": "ukendt faktum.", "en": "unknown fact."}, (
        "a name that may tell of somebody is not said"
    )
    assert strange.hint == {"da": "Alle navne: rygrad content facts.", "en": "All names: rygrad content facts."}
    with pytest.raises(InvalidFacts) as elsewhere:
        decide(pathway, {"pain_sites": ["knee"]}, DAY)
    (sites,) = elsewhere.value.problems
    allowed = ", ".join(pathway.facts["pain_sites"].values)
    assert allowed.count(", ") > 1
    assert sites.message == {
        "da": f"pain_sites: skal være en liste med nogle af: {allowed} (eller null for ukendt).",
        "en": f"pain_sites: must be a list of any of: {allowed} (or null for unknown).",
    }
    for shown_nowhere in ("xyzzy", "onset_on 010203-1234"):
        with pytest.raises(InvalidFacts) as far:
            decide(pathway, {shown_nowhere: 1}, DAY)
        assert far.value.problems[0].message == {"da": "ukendt faktum.", "en": "unknown fact."}
    with pytest.raises(InvalidFacts) as several:
        decide(pathway, {"spinal_infect": "yes"}, DAY)
    assert several.value.problems[0].hint == {
        "da": "Mente du spinal_infection eller spinal_fracture eller spinal_tumour?",
        "en": "Did you mean spinal_infection or spinal_fracture or spinal_tumour?",
    }
    with pytest.raises(RygradError) as day:
        decide(pathway, {}, "today")
    assert day.value.message == {
        "da": "as_of skal være en mulig dato ÅÅÅÅ-MM-DD.",
        "en": "as_of must be a possible date YYYY-MM-DD.",
    }


def test_calendar_months_clamp_to_the_months_end() -> None:
    assert add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert read_day("2024-02-29") == date(2024, 2, 29)
    assert read_day("2026-02-29") is None


def test_values_are_shown_plainly() -> None:
    assert plain_value(Interval(ONE, ONE)) == ONE
    assert plain_value(Interval(ONE, DAY)) == {"earliest": ONE, "latest": DAY}
    assert plain_value((Score(3, ONE, 24),)) == [{"value": 3, "on": ONE, "items": 24}]


def test_every_alarm_and_exclusion_can_be_clarified(pathway: Pathway) -> None:
    assert set(clarifiable(pathway)) == {*pathway.exclusions, *pathway.alarm_facts}
