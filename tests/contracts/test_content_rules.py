"""Content that breaks its own rules is refused, with the place and what to mend."""

import shutil
from pathlib import Path

import pytest

from rygrad.pathway.cases import load_cases
from rygrad.pathway.changelog import newest_entry
from rygrad.pathway.check import check_content
from rygrad.pathway.citizen import citizen_texts
from rygrad.pathway.coverage import coverage
from rygrad.pathway.differences import differences
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.node import load_yaml
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import HASHED, content_folder, load_pathway, read_kept, read_pathway, sha256_of
from tests.versions import LATER, PACKAGED

FILES = {name: (content_folder() / name).read_bytes() for name in HASHED}


def spoiled(name: str, old: str, new: str) -> dict[str, bytes]:
    text = FILES[name].decode()
    assert old in text, old
    return FILES | {name: text.replace(old, new, 1).encode()}


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("pathway.yaml", "quote: Praktiserende læge, lines: 73", "quote: Praktiserende kok, lines: 73", "does not stand in pixi.txt:73"),
        ("pathway.yaml", "quote: Praktiserende læge, lines: 73", "quote: Praktiserende læge, lines: 74", "does not stand in pixi.txt:74"),
        ("pathway.yaml", "quote: Praktiserende læge, lines: 73", "quote: Praktiserende læge, lines: 0-999", "does not stand in"),
        ("pathway.yaml", "quote: Praktiserende læge, lines: 73", "quote: Praktiserende læge", "does not stand in the source"),
        ("pathway.yaml", "quote: Praktiserende læge, lines: 73", "quote: '!', lines: 73", "does not stand in"),
        ("pathway.yaml", "lines: 73}", "lines: side 3}", "lines is a line number"),
        ("pathway.yaml", "lines: 73}", "lines: 73, linse: 2}", "unknown fields: linse"),
        ("pathway.yaml", "{is: back_unit, statement: G2-R2,", "{is: back_unit, hvis: 2, statement: G2-R2,", "unknown fields: hvis"),
        ("pathway.yaml", "    - fact: spinal_tumour\n", "    - fact: spinal_tumour\n      hvis: 2\n", "unknown fields: hvis"),
        ("pathway.yaml", "      - statement: G1-C2\n", "      - statement: G1-C2\n        hvis: 2\n", "unknown fields: hvis"),
        ("pathway.yaml", "  - id: recurrent\n", "  - id: recurrent\n    hvis: 2\n", "unknown fields: hvis"),
        ("pathway.yaml", "    reassessment: {statement: G2-T,", "    reassessment: {hvis: 2, statement: G2-T,", "unknown fields: hvis"),
        ("pathway.yaml", "information_box:\n", "information_box:\n  hvis: 2\n", "unknown fields: hvis"),
        ("pathway.yaml", "reassessment:\n  readings", "reassessment:\n  hvis: 2\n  readings", "unknown fields: hvis"),
        ("pathway.yaml", "return_done:\n", "return_done:\n  hvis: 2\n", "unknown fields: hvis"),
        ("pathway.yaml", "scope:\n  covers:", "scope:\n  hvis: 2\n  covers:", "unknown fields: hvis"),
        ("safety.yaml", "  acute:\n    holds", "  acute:\n    hvis: 2\n    holds", "unknown fields: hvis"),
        ("safety.yaml", "  - id: severe_paresis\n", "  - id: severe_paresis\n    hvis: 2\n", "unknown fields: hvis"),
        ("safety.yaml", "  dsam_2006:\n", "  dsam_2006:\n    hvis: 2\n", "unknown fields: hvis"),
        ("facts.yaml", "paresis_grade:\n", "paresis_grade:\n  hvis: 2\n", "unknown fields: hvis"),
        ("citizen.yaml", "call_card:\n", "call_card:\n  hvis: 2\n", "unknown fields: hvis"),
        ("citizen.yaml", "    acute:\n", "    acute:\n      hvis: 2\n", "unknown fields: hvis"),
        ("pathway.yaml", "    number: 1\n", "", "the field number is missing"),
        ("pathway.yaml", "readings: [R1, R2, R4, R8]", "readings: [R99]", "unknown reading: R99"),
        ("pathway.yaml", "is: {recurring_back_problems: no}", "is: {recurring: no}", "unknown fact: recurring"),
        ("pathway.yaml", "is: {recurring_back_problems: no}", "is: {recurring_back_problems: maybe}", "cannot be maybe"),
        ("pathway.yaml", "is: {recurring_back_problems: no}", "was: {recurring_back_problems: no}", "unknown word in the rule"),
        ("pathway.yaml", "not: {over: {onset_on: 3}}", "not: {over: {onset_on: 4}}", "share no one duration"),
        ("pathway.yaml", "statement: G1-C2\n    readings: [R12, R18]", "statement: G9-C2\n    readings: [R12, R18]", "unknown statement: G9-C2"),
        ("pathway.yaml", "days: 42-56", "days: 56-42", "ends before it starts"),
        ("pathway.yaml", "window: {day_window: {after: [first_treatment_on, plan_confirmed_on], days: 42-56}}", "window: {known: first_treatment_on}", "must be a day_window"),
        ("pathway.yaml", ", quote: Praktiserende læge, lines: 73", "", "has no quote, reading or source"),
        ("pathway.yaml", "{da: Førstegangstilfælde, en: First-time}", "{da: Førstegangstilfælde, en: ''}", "a text is empty"),
        ("pathway.yaml", "{da: Førstegangstilfælde, en: First-time}", "{da: Førstegangstilfælde}", "the field en is missing"),
        ("pathway.yaml", "groups:\n", "groups: [\n", "not valid YAML"),
        ("pathway.yaml", "sha256: 0533", "sha256: 9533", "not the pinned one"),
        ("source/pixi.txt", "Kiropraktor", "Kiropraktør", "not the pinned one"),
        ("safety.yaml", "urgency: acute\n", "urgency: soon\n", "unknown urgency: soon"),
        ("safety.yaml", "sources: [csp_cauda_equina, rygcenter_syddanmark]", "sources: [hearsay]", "needs a known source"),
        ("safety.yaml", "rule: {at_most: {paresis_grade: 3}}", "rule: {is: {paresis_grade: 9}}", "cannot be 9"),
        ("facts.yaml", "kind: yes_no", "kind: perhaps", "unknown kind: perhaps"),
        ("safety.yaml", "rule: {is: {saddle_numbness: yes}}", "rule: {at_most: {saddle_numbness: 3}}", "of another kind"),
        ("pathway.yaml", "is: {recurring_back_problems: no}", "is: {pain_sites: neck}", "of another kind"),
        ("pathway.yaml", "not: {over: {onset_on: 3}}", "not: {over: {onset_on: tre}}", "whole number of months"),
        ("pathway.yaml", "days: 42-56", "days: 42", "needs days: N-M"),
        ("pathway.yaml", "duration_statement: G3-C0", "duration_statement: G9-C0", "unknown: G9-C0"),
        ("facts.yaml", "back_triggered_pain:\n", "back_triggered_pain: 3\nbacks:\n", "must be named fields"),
        ("citizen.yaml", "    acute:\n", "    same_day:\n", "the field same_day stands twice"),
        ("pathway.yaml", "    number: 1\n", "    number: 1\n    number: 2\n", "the field number stands twice"),
        ("readings.md", "| R1 |", "| R1 | |", "not eight cells"),
        ("coverage.yaml", "quote: PIXIUDGAVE AF", "quote: PIXIUDGAVEN AF", "does not stand in"),
        ("citizen.yaml", "    acute:\n", "    straks:\n", "unknown urgency: straks"),
        ("citizen.yaml", "signs: [saddle_numbness,", "signs: [fever_or_infection_signs,", "is no alarm sign here"),
    ],
)  # fmt: skip
def test_it_is_refused(name: str, old: str, new: str, says: str) -> None:
    with pytest.raises(ContentError) as refused:
        read_pathway(spoiled(name, old, new))
    assert says in refused.value.text("en")
    assert refused.value.message["da"]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("coverage.yaml", "  - {quote: PIXIUDGAVE AF, lines: 10, because: {da: Titel., en: Title.}}\n", "", "nothing carries the line"),
        ("coverage.yaml", "  - statement: GEN-2\n", "  - statement: GEN-1\n", "the statement is not in the content"),
        ("coverage.yaml", "[GEN-1, GEN-2,", "[GEN-1,", "unknown statement GEN-2"),
        ("pathway.yaml", "  municipality:\n    clinician", "  kommune:\n    clinician", "has no words"),
        ("pathway.yaml", "  imaging:\n    clinician", "  scanning:\n    clinician", "efforts.imaging: has no words"),
        ("pathway.yaml", "expected_in: [first_time]", "expected_in: [first]", "unknown group first"),
        ("facts.yaml", "  minimum: 0\n", "", "needs minimum and maximum"),
        ("citizen.yaml", "severe_paresis, paresis_worsening", "paresis_worsening, paresis_worsening", "severe_paresis is not on the card"),
        ("citizen.yaml", "sudden_severe_paralysis, ", "", "sudden_severe_paralysis is not on the card"),
        ("citizen.yaml", "  managing_alone:\n    statement: GEN-4", "  managing_alone:\n    statement: INF-2", "the statement does not stand in those lines"),
        ("citizen.yaml", "guideline: new_low_back_pain", "guideline: old_low_back_pain", "unknown guideline"),
        ("facts.yaml", "prompted_by: [comorbidity,", "prompted_by: [illness,", "unknown fact illness"),
        ("facts.yaml", "readings: [R9]", "readings: [R77]", "unknown reading R77"),
        ("facts.yaml", "  kind: yes_no\n  absent: no\n", "  kind: yes_no\n", "needs absent"),
        ("offers/places.yaml", "effort: back_unit", "effort: spa", "unknown effort"),
        ("safety.yaml", "rule: {is: {saddle_numbness: yes}}", "rule: {any: [{known: onset_on}, {is: {saddle_numbness: yes}}]}", "the rule reads a date"),
        ("facts.yaml", "  kind: yes_no\n  absent: no\n", "  kind: yes_no\n  absent: nope\n", "needs absent"),
        ("pathway.yaml", "      - is: {effect_of_chiropractic: no_effect}", "      - over: {onset_on: 6}", "the rule reads a date"),
        ("pathway.yaml", "        - is: {socially_well_functioning: no}", "        - day_window: {after: [onset_on], days: 1-2}", "the rule reads a date"),
    ],
)  # fmt: skip
def test_it_is_found_by_the_check(name: str, old: str, new: str, says: str) -> None:
    problems = check_content(read_pathway(spoiled(name, old, new)), "rygsmerter")
    assert says in " · ".join(problem.text("en") for problem in problems)


def test_each_of_the_83_statements_is_carried(pathway: Pathway) -> None:
    assert len(pathway.statements) == len(set(pathway.statements)) == 83
    assert check_content(pathway, "rygsmerter") == []


def test_only_blank_lines_need_no_carrier(pathway: Pathway) -> None:
    for line in coverage(pathway):
        assert line.missing == ""
        assert line.carriers or line.is_blank


def test_the_hash_covers_every_file_and_nothing_else(pathway: Pathway) -> None:
    assert sha256_of(FILES) == pathway.identity.sha256
    for name, content in FILES.items():
        assert sha256_of(FILES | {name: content + b" "}) != pathway.identity.sha256


def test_every_reading_of_the_programme_is_registered_and_unsigned(pathway: Pathway) -> None:
    assert {f"R{n}" for n in range(1, 18)} <= set(pathway.readings)
    assert all(reading.signed_by is None for reading in pathway.readings.values())
    signed = spoiled("readings.md", '"over" | – |', '"over" | Anne Læge, 01ABC, 2026-12-01 |')
    assert read_pathway(signed).readings["R2"].signed_by == "Anne Læge, 01ABC, 2026-12-01"


def test_a_folder_without_content_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RygradError, match=r"pathway\.yaml is missing"):
        load_pathway(tmp_path)
    (tmp_path / "pathway.yaml").write_text("id: x\n")
    with pytest.raises(ContentError, match="the file is missing"):
        load_pathway(tmp_path)


def test_the_changelog_is_read_from_its_newest_entry(tmp_path: Path) -> None:
    assert newest_entry("# nothing\n") is None
    entry = newest_entry(f"## 2.0\nfingerprint: {'a' * 64}\n- one\n- two\n## 1.0\n- old\n")
    assert entry
    assert (entry.version, entry.sha256, entry.lines) == ("2.0", "a" * 64, 2)
    (tmp_path / "pathway.yaml").touch()
    missing = check_content(load_pathway("rygsmerter"), tmp_path)
    assert "needs an entry" in " ".join(p.text("en") for p in missing)
    problems = check_content(
        read_pathway(spoiled("pathway.yaml", f"version: {PACKAGED}", f"version: {LATER}")), "rygsmerter"
    )
    assert f"newest entry is {PACKAGED}" in " ".join(p.text("en") for p in problems)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {id: a, title: {da: x, en: y}, as_of: 2026-01-01, then: {}}\n" * 2, "two cases have the same id"),
        ("- {id: a, title: {da: x, en: y}, as_of: 2026-01-01, then: {}, sets: [none]}", "unknown set"),
        ("- [", "not valid YAML"),
        ("- {id: a, title: {da: x, en: y}, as_of: 2026-01-01, then: {}, hvis: 1}", "unknown fields: hvis"),
    ],
)
def test_a_malformed_case_is_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "pathway.yaml").touch()
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.yaml").write_text(text)
    with pytest.raises(ContentError, match=says):
        load_cases(tmp_path)


def test_a_field_that_stands_twice_is_named_with_its_line() -> None:
    with pytest.raises(ContentError) as refused:
        load_yaml(b"a: 1\nb: {c: 2}\na: 3\n", "x.yaml")
    assert refused.value.text("en") == "x.yaml:3: the field a stands twice"
    assert refused.value.text("da") == "x.yaml:3: feltet a står to gange"


def test_every_text_of_a_citizen_is_named_by_its_place(pathway: Pathway) -> None:
    names = [name for name, _ in citizen_texts(pathway)]
    assert {f"urgencies.{name}" for name in pathway.urgencies} <= set(names)
    assert len(names) == len(set(names))


def test_the_difference_of_two_versions_names_what_is_new_and_gone(pathway: Pathway) -> None:
    assert differences(pathway, pathway) == []
    without = spoiled("pathway.yaml", "      - {is: specialist, statement: G1-A4, quote: Speciallæge, lines: 79}\n", "")
    gone = [change for change in differences(pathway, read_pathway(without)) if "specialist" in change.where]
    assert gone
    assert all(change.after is None for change in gone)


def test_a_bare_name_is_the_packaged_programme_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = Path(shutil.copytree(content_folder(), tmp_path / "rygsmerter"))
    safety = edited / "safety.yaml"
    safety.write_text(safety.read_text().replace("at_most: {paresis_grade: 3}", "at_most: {paresis_grade: 2}"))
    monkeypatch.chdir(tmp_path)
    packaged = load_pathway("rygsmerter")
    assert packaged.identity.sha256 == sha256_of(FILES)
    assert load_pathway("./rygsmerter").identity.sha256 != packaged.identity.sha256
    safety.write_text(safety.read_text().replace("at_most: {paresis_grade: 2}", "at_most: {paresis_grade: 3}"))
    assert load_pathway(edited).identity.sha256 == packaged.identity.sha256, "read anew"


def test_every_alarm_is_of_one_urgency() -> None:
    pathway = load_pathway()
    found = [alarm.id for urgency in pathway.urgencies.values() for alarm in pathway.alarms_of(urgency)]
    assert sorted(found) == sorted(pathway.alarms)


def test_content_that_a_record_has_kept_is_read_with_the_files_its_release_knew(pathway: Pathway) -> None:
    older = {name: text for name, text in FILES.items() if name not in ("citizen.yaml", "sentinels.yaml")}
    kept = read_kept(older)
    assert kept.groups == pathway.groups and kept.sentinels == ()
    assert kept.identity.sha256 == sha256_of(older) != pathway.identity.sha256
    with pytest.raises(ContentError, match="the file is missing"):
        read_pathway(older)
    assert read_kept(FILES).identity == pathway.identity
