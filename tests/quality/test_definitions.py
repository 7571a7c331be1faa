"""Q1–Q15 as content: sound, worded, cited; what is wrong is refused with its place; each counts whom it says."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import content_folder
from rygrad.quality.definitions import LEVELS, Indicators
from rygrad.quality.read import FILE, load_indicators, read_indicators
from rygrad.quality.rows import is_improved, status
from rygrad.quality.terms import as_data, parse

D = date(2026, 3, 2)
UNTIL = D + timedelta(days=200)


def day(n: int) -> date:
    return D + timedelta(days=n)


def test_there_are_fifteen_in_order_and_nothing_is_wrong_with_them(pathway: Pathway) -> None:
    found, problems = read_indicators("rygsmerter", pathway)
    assert problems == []
    assert found and list(found.all) == [f"Q{n}" for n in range(1, 16)]


def test_days_the_programme_does_not_give_are_local_and_the_window_is_its_own(definitions: Indicators) -> None:
    local = {name: s.number for name, s in definitions.settings.items() if s.is_local and s.unit == "days"}
    assert local == {"return_days": 7, "early_imaging_days": 28, "quiet_days": 90, "answer_days": 28}
    own = {name: s.number for name, s in definitions.settings.items() if not s.is_local}
    assert own == {"reassessed_from": 42, "reassessed_to": 56}
    assert definitions.all["Q2"].settings == ("reassessed_from", "reassessed_to")


def test_every_indicator_is_counted_at_every_level(definitions: Indicators) -> None:
    assert all(set(one.levels) == set(LEVELS) for one in definitions.all.values())


def test_q2_q3_and_q4_come_straight_from_the_programme(definitions: Indicators) -> None:
    for name in ("Q2", "Q3", "Q4"):
        assert not definitions.all[name].is_local
    assert definitions.all["Q5"].is_local


COUNTED: list[tuple[str, dict[str, Any], str | None]] = [
    ("Q1", {"opened_on": D, "safety_asked_first": True}, "yes"),
    ("Q1", {"opened_on": D, "safety_asked_first": False}, "no"),
    ("Q1", {"opened_on": D}, "unknown"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "reassessed_on": day(42)}, "yes"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "reassessed_on": day(56)}, "yes"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "reassessed_on": day(41)}, "no"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "reassessed_on": day(57)}, "no"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D}, "no"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "reassessed_on": day(40), "reassessed_on_latest": day(44)}, "unknown"),
    ("Q2", {"group": "first_time", "first_treatment_on": D, "reassessed_on": day(44)}, None),
    ("Q2", {"first_treatment_on": D, "reassessed_on": day(44)}, None),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "known_until": day(56)}, None),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "known_until": day(57)}, "no"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "ended_on": day(41)}, "excluded"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "ended_on": day(42)}, "no"),
    ("Q2", {"group": "recurrent", "first_treatment_on": D, "held_on": day(3)}, "excluded"),
    ("Q3", {"no_effect_on": D, "need_received_on": day(7)}, "yes"),
    ("Q3", {"no_effect_on": D, "need_received_on": day(8)}, "no"),
    ("Q3", {"no_effect_on": D}, "no"),
    ("Q3", {"no_effect_on": D, "need_received_on": day(1), "known_until": day(7)}, None),
    ("Q3", {"need_received_on": D}, None),
    ("Q4", {"opened_on": D, "group": "recurrent", "information_complete": True}, "yes"),
    ("Q4", {"opened_on": D, "information_complete": True}, None),
    ("Q5", {"opened_on": D, "contact_180_before": False, "imaging_on": day(28)}, "yes"),
    ("Q5", {"opened_on": D, "contact_180_before": False, "imaging_on": day(29)}, "no"),
    ("Q5", {"opened_on": D, "contact_180_before": False}, "no"),
    ("Q5", {"opened_on": D, "contact_180_before": False, "alarm": True}, "excluded"),
    ("Q5", {"opened_on": D, "contact_180_before": True, "imaging_on": D}, None),
    ("Q5", {"opened_on": D, "imaging_on": D}, None),
    ("Q6", {"imaging_on": D, "group": "long_lasting", "imaging_before_treatment": True}, "yes"),
    ("Q6", {"imaging_on": D, "group": "first_time", "imaging_before_treatment": True}, None),
    ("Q6", {"imaging_on": D, "group": "recurrent", "alarm": True}, "excluded"),
    ("Q7", {"imaging_on": D, "group": "long_lasting", "second_imaging_on": day(9)}, "yes"),
    ("Q7", {"imaging_on": D, "group": "long_lasting"}, "no"),
    ("Q7", {"imaging_on": D, "group": "recurrent", "second_imaging_on": day(9)}, None),
    ("Q7", {"imaging_on": D, "group": "long_lasting", "alarm": True}, "excluded"),
    ("Q8", {"opened_on": D, "pain_first": 6.0, "pain_last": 4.0, "function_first": 10.0, "function_last": 7.0}, "yes"),
    ("Q8", {"opened_on": D, "pain_first": 6.0, "pain_last": 5.0, "function_first": 10.0, "function_last": 7.0}, "no"),
    ("Q8", {"opened_on": D, "pain_first": 6.0, "pain_last": 6.0, "function_first": 10.0}, "unknown"),
    ("Q8", {"opened_on": D, "pain_first": 6.0, "pain_last": 4.0}, None),
    ("Q9", {"opened_on": D, "in_work_first": True, "in_work_last": False}, "no"),
    ("Q9", {"opened_on": D, "in_work_first": True, "in_work_last": False, "retired": True}, "excluded"),
    ("Q9", {"opened_on": D, "in_work_first": False, "in_work_last": True}, None),
    ("Q10", {"ended_on": D, "profession": "chiropractor", "told_start": True, "told_plan": True, "told_end": True}, "yes"),
    ("Q10", {"ended_on": D, "profession": "chiropractor", "told_start": True, "told_plan": False}, "no"),
    ("Q10", {"ended_on": D, "profession": "chiropractor", "told_start": True, "told_plan": True}, "unknown"),
    ("Q10", {"ended_on": D, "profession": "general_practitioner"}, None),
    ("Q11", {"opened_on": D, "active_day_14": True, "possible_groups_day_14": 2}, "yes"),
    ("Q11", {"opened_on": D, "active_day_14": True, "possible_groups_day_14": 1}, "no"),
    ("Q11", {"opened_on": D, "active_day_14": True, "held_day_14": True}, "excluded"),
    ("Q11", {"opened_on": D, "active_day_14": False, "possible_groups_day_14": 2}, None),
    ("Q12", {"ended_on": D, "outcome": "managing_alone", "last_contact_on": D}, "yes"),
    ("Q12", {"ended_on": D, "outcome": "managing_alone", "last_contact_on": day(1)}, "no"),
    ("Q12", {"ended_on": D, "outcome": "managing_alone", "last_contact_on": day(90)}, "no"),
    ("Q12", {"ended_on": D, "outcome": "managing_alone", "last_contact_on": day(91)}, "yes"),
    ("Q12", {"ended_on": D, "outcome": "other", "last_contact_on": D}, "no"),
    ("Q12", {"ended_on": D, "outcome": "managing_alone", "last_contact_on": D, "known_until": day(90)}, None),
    ("Q13", {"opened_on": D, "group": "complex_chronic", "radiation": "none", "opioids_over_12_weeks": True}, "yes"),
    ("Q13", {"opened_on": D, "group": "complex_chronic", "radiation": "leg", "opioids_over_12_weeks": True}, None),
    ("Q9", {"opened_on": D, "in_work_first": True, "in_work_last": True}, "yes"),
    ("Q13", {"opened_on": D, "group": "long_lasting", "radiation": "none", "other_opioid_indication": True}, "excluded"),
    ("Q14", {"sent_on": D, "effort": "pain_clinic", "visits_before": 5}, "yes"),
    ("Q14", {"sent_on": D, "effort": "back_unit", "visits_before": 4}, "no"),
    ("Q14", {"sent_on": D, "effort": "imaging", "visits_before": 4}, None),
    ("Q14", {"sent_on": D, "effort": "back_unit", "alarm": True}, "excluded"),
    ("Q15", {"sent_on": D, "answered_on": day(28)}, "yes"),
    ("Q15", {"sent_on": D, "refused_on": day(3), "refused_with_reason": True}, "yes"),
    ("Q15", {"sent_on": D, "refused_on": day(3), "refused_with_reason": False}, "no"),
    ("Q15", {"sent_on": D, "refused_on": day(3)}, "unknown"),
    ("Q15", {"sent_on": D, "answered_on": day(29)}, "no"),
    ("Q15", {"sent_on": D}, "no"),
    ("Q15", {"sent_on": D, "answered_on": day(3), "known_until": day(28)}, None),
    ("Q2", {"group": "long_lasting", "first_treatment_on": D, "reassessed_on": day(44)}, "yes"),
    ("Q2", {"group": "complex_chronic", "first_treatment_on": D, "reassessed_on": day(44)}, "yes"),
    ("Q3", {"no_effect_on": D, "known_until": day(8)}, "no"),
    ("Q5", {"opened_on": D, "contact_180_before": False, "imaging_on": day(-1)}, "no"),
    ("Q5", {"opened_on": D, "contact_180_before": False, "known_until": day(29)}, "no"),
    ("Q8", {"opened_on": D, "pain_first": 10.0, "pain_last": 8.0, "function_first": 10.0, "function_last": 7.0}, "yes"),
    ("Q8", {"opened_on": D, "pain_first": 6.0, "pain_last": 4.0, "function_first": 20.0, "function_last": 17.0}, "no"),
    ("Q8", {"opened_on": D, "function_first": 10.0, "function_last": 7.0}, None),
    ("Q10", {"ended_on": D, "profession": "physiotherapist", "told_start": False}, "no"),
    ("Q10", {"ended_on": D, "profession": "specialist", "told_start": False}, "no"),
    ("Q10", {"ended_on": D, "profession": "hospital_clinician", "told_start": False}, "no"),
    ("Q14", {"sent_on": D, "effort": "surgical_assessment", "visits_before": 5}, "yes"),
    ("Q15", {"sent_on": D, "refused_on": day(29), "refused_with_reason": True}, "no"),
    ("Q15", {"sent_on": D, "known_until": day(29)}, "no"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "counted"), COUNTED)
def test_it_counts_whom_it_says(definitions: Indicators, name: str, row: dict[str, Any], counted: str | None) -> None:
    assert status(definitions, definitions.all[name], {"known_until": UNTIL} | row) == counted


def test_every_way_of_counting_is_tried_for_every_indicator(definitions: Indicators) -> None:
    tried: dict[str, set[str | None]] = {}
    for name, _, counted in COUNTED:
        tried.setdefault(name, set()).add(counted)
    for name, indicator in definitions.all.items():
        assert "yes" in tried[name]
        assert ("excluded" in tried[name]) == (indicator.excluded is not None)


def test_no_text_says_a_number_that_a_region_may_change(definitions: Indicators) -> None:
    given = {str(s.number) for s in definitions.settings.values() if s.unit == "days"}
    for indicator in definitions.all.values():
        for phrase in indicator.texts():
            assert not given & set(re.findall(r"\d+", phrase.da + phrase.en)), phrase


def test_nothing_known_counts_nowhere(definitions: Indicators) -> None:
    assert {status(definitions, one, {}) for one in definitions.all.values()} == {None}


def test_a_row_without_its_day_is_in_no_denominator(definitions: Indicators) -> None:
    assert status(definitions, definitions.all["Q4"], {"group": "recurrent", "information_complete": True}) is None


def test_improved_is_the_important_change_or_that_share_of_the_start(definitions: Indicators) -> None:
    rule = definitions.scores["nrs_pain"]
    assert is_improved(10, 8, rule) and not is_improved(10, 8.5, rule), "2 points where 30 per cent is more"
    assert is_improved(3, 2.1, rule) and not is_improved(3, 2.2, rule), "30 per cent where it is less"
    assert is_improved(5, 8, definitions.scores["psfs"]), "where lower is worse"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    return Path(shutil.copytree(content_folder(), tmp_path / "copy"))


SPOILED = {
    "a denominator that is true when nothing is known": ("rule: {known: opened_on}", "rule: {not: {known: alarm}}", "nævneren er sand, når intet er kendt"),
    "a column that is not there": ("rule: {known: opened_on}", "rule: {known: shoe_size}", "ukendt kolonne: shoe_size"),
    "a threshold in the rule": ("{possible_groups_day_14: several_groups}", "{possible_groups_day_14: 2}", "grænsen 2 skal stå under settings"),
    "a threshold in days": ("at_most: answer_days}", "at_most: 28}", "grænsen 28 skal stå under settings"),
    "a limit that is not there": ("at_most: return_days}", "at_most: some_days}", "ukendt grænse: some_days"),
    "a quote that is not in its place": ("quote: Revurdering, lines: 144", "quote: Revurdering, lines: 145", "citatet står ikke i pixi.txt:145"),
    "an unknown statement": ("statement: G2-I5", "statement: G9-X", "ukendt udsagn G9-X"),
    "missing words": ("words: {da: Effekt, en: Effect}", "words: {da: Effekt, en: ''}", "en tekst er tom"),
    "no English": ("words: {da: Effekt, en: Effect}", "words: {da: Effekt}", "feltet en mangler"),
    "a misspelt key": ("    month_of: sent_on", "    month_from: sent_on", "month_of"),
    "an unknown word in a rule": ("rule: {is: {safety_asked_first: yes}}", "rule: {maybe: {safety_asked_first: yes}}", "ukendt ord i reglen: maybe"),
    "a word for a yes or no": ("{safety_asked_first: yes}", "{safety_asked_first: often}", "safety_asked_first er af en anden slags"),
    "days from what is no date": ("from: no_effect_on, to: known_until", "from: outcome, to: known_until", "outcome er af en anden slags"),
    "an unknown score": ("score: rmdq", "score: iq", "ukendt score: iq"),
    "an unknown level": ("levels: [region, municipality, clinic, profession]", "levels: [planet]", "ukendt niveau: planet"),
    "a month that is no date": ("month_of: sent_on", "month_of: effort", "er ikke en dato i tabellen"),
    "a direction that ranks": ("direction: higher", "direction: best", "er ét af: higher, lower, none"),
    "a number that hides that it is local": ("number: 7\n    unit: days\n    local: yes", "number: 7\n    unit: days", "local: yes"),
    "a setting nobody uses": ("indicators:\n", "  idle:\n    number: 3\n    unit: days\n    local: yes\n    words: {da: x, en: x}\n\nindicators:\n", "bruges ikke"),
    "a limit in a text that is no setting": ("({return_days} dage", "({days_to_return} dage", "ukendt grænse i teksten"),
    "a file that is no YAML": ("settings:\n", "settings: [\n", "ikke gyldig YAML"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_wrong_is_refused_with_its_place(copy: Path, pathway: Pathway, name: str) -> None:
    before, after, told = SPOILED[name]
    text = (copy / FILE).read_text("utf-8")
    assert before in text
    (copy / FILE).write_text(text.replace(before, after, 1), "utf-8")
    _, problems = read_indicators(copy, pathway)
    assert any(told in problem.text("da") and FILE in problem.text("da") for problem in problems), problems
    with pytest.raises(ContentError):
        load_indicators(copy, pathway)


def test_a_programme_without_indicators_has_none(copy: Path, pathway: Pathway) -> None:
    (copy / FILE).unlink()
    assert read_indicators(copy, pathway) == (None, [])
    with pytest.raises(RygradError, match="no indicators"):
        load_indicators(copy, pathway)


def test_a_region_chooses_its_local_limits_and_no_others(definitions: Indicators) -> None:
    row = {"no_effect_on": D, "need_received_on": day(10), "known_until": UNTIL}
    chosen = definitions.with_numbers({"return_days": 10})
    assert status(definitions, definitions.all["Q3"], row) == "no"
    assert status(chosen, chosen.all["Q3"], row) == "yes"
    says = chosen.all["Q3"].numerator.says
    assert "(10 dage, lokalt valg)" in chosen.said(says).da and "(7 days, local choice)" in definitions.said(says).en
    for name, number in (("reassessed_to", 60), ("shoe_size", 1), ("return_days", -1)):
        with pytest.raises(RygradError) as refused:
            definitions.with_numbers({name: number})
        assert "return_days" in refused.value.text("en")


def test_a_rule_is_shown_as_it_stands_in_the_file(definitions: Indicators) -> None:
    for indicator in definitions.all.values():
        for population in indicator.populations().values():
            assert parse(as_data(population.rule), "again") == population.rule
