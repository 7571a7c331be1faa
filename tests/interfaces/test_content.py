"""`rygrad content …`, `rygrad doctor`, `rygrad examples`."""

import json
import re
import shutil
from pathlib import Path

import pytest

from rygrad.decision.schema import decision_schema
from rygrad.pathway.read import content_folder, load_pathway
from tests.interfaces.command import rygrad


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    return Path(shutil.copytree(content_folder(), tmp_path / "copy"))


def test_check_finds_nothing_wrong() -> None:
    ran = rygrad("content", "check")
    assert ran.code == 0
    assert "83 udsagn" in ran.out
    assert ": 0 fejl." in ran.out


def test_check_fails_when_a_rule_changes_without_case_or_changelog(copy: Path) -> None:
    file = copy / "pathway.yaml"
    file.write_text(
        file.read_text()
        .replace("- over: {onset_on: 3}", "- over: {onset_on: 4}")
        .replace("not: {over: {onset_on: 3}}", "not: {over: {onset_on: 4}}")
    )
    ran = rygrad("content", "check", "--pathway", copy, "--lang", "en")
    assert ran.code == 4
    assert "CHANGELOG.md: the content has changed" in ran.out
    assert "should be" in ran.out


def test_coverage_shows_every_line_and_what_carries_it() -> None:
    ran = rygrad("content", "coverage")
    assert ran.code == 0
    assert "0 uden bærer" in ran.err
    assert re.search(r"^231 .*Billeddiagnostik/MR +G3-R1 long_lasting", ran.out, flags=re.MULTILINE)
    assert "G3-R1 long_lasting.efforts.imaging" in ran.out
    assert "INTET" not in ran.out


def test_coverage_fails_on_a_line_that_nothing_carries(copy: Path) -> None:
    file = copy / "coverage.yaml"
    file.write_text("\n".join(line for line in file.read_text().split("\n") if "PIXIUDGAVE" not in line))
    ran = rygrad("content", "coverage", "--pathway", copy)
    assert ran.code == 4
    assert " 10  PIXIUDGAVE AF" in ran.out
    assert "INTET" in ran.out


@pytest.mark.parametrize("name", ["3", "long_lasting"])
def test_show_prints_a_group_in_the_programmes_own_words(name: str) -> None:
    ran = rygrad("content", "show", name)
    assert "Længerevarende" in ran.out
    assert "»Kirurgisk vurdering hvis ikke tidligere udført« (G3-R5, pixi.txt:242-243)" in ran.out
    assert rygrad("content", "show", "5").code == 2


def test_diff_names_each_place_that_differs(copy: Path) -> None:
    assert rygrad("content", "diff", content_folder(), copy).out == ""
    file = copy / "safety.yaml"
    file.write_text(
        file.read_text().replace("rule: {at_most: {paresis_grade: 3}}", "rule: {at_most: {paresis_grade: 2}}")
    )
    ran = rygrad("content", "diff", content_folder(), copy, "--lang", "en")
    assert "alarms.severe_paresis.rule.criterion" in ran.out
    assert '− {"at_most": {"paresis_grade": 3}}' in ran.out
    assert '+ {"at_most": {"paresis_grade": 2}}' in ran.out


@pytest.mark.parametrize(("lang", "title"), [("da", "# Tilfældebog"), ("en", "# Case book")])
def test_casebook_is_written_in_both_languages(lang: str, title: str, tmp_path: Path) -> None:
    out = tmp_path / "casebook.md"
    assert rygrad("content", "casebook", "--lang", lang, "--out", out).code == 0
    assert out.read_text().startswith(title)
    assert "✗" not in out.read_text()
    assert rygrad("content", "casebook", "--lang", lang).out == out.read_text()


def test_facts_lists_every_fact_with_its_values() -> None:
    out = rygrad("content", "facts", "--lang", "en").out
    assert "as_expected_for_age · slightly_reduced · clearly_reduced" in out
    assert "0–5" in out
    assert len(out.splitlines()) > 40


def test_schema_is_the_published_one() -> None:
    assert json.loads(rygrad("content", "schema").out) == decision_schema(load_pathway())


def test_an_unknown_pathway_says_what_is_missing(tmp_path: Path) -> None:
    ran = rygrad("assess", "--pathway", tmp_path, stdin="{}")
    assert ran.code == 2
    assert "pathway.yaml" in ran.err


def test_doctor_says_what_is_in_place_and_what_is_unsigned(copy: Path) -> None:
    ran = rygrad("doctor")
    assert ran.code == 0
    assert "✓ indholdstjek: 0 fejl" in ran.out
    assert "19 læsninger er ikke underskrevet" in ran.out
    (copy / "CHANGELOG.md").unlink()
    assert rygrad("doctor", "--pathway", copy).code == 4


def test_examples_show_a_dozen_citizens_one_explanation_and_what_to_try_next(tmp_path: Path) -> None:
    ran = rygrad("examples")
    assert ran.code == 0
    assert sum(line.startswith("demo-") for line in ran.out.splitlines()) >= 12
    assert "Hvorfor er MR lukket?" in ran.out
    assert "rygrad ask" in ran.out
    citizens = tmp_path / "citizens.yaml"
    assert rygrad("examples", "--write", citizens).code == 0
    assert rygrad("assess", citizens).code == 0


def test_help_is_danish_first_and_english_on_request() -> None:
    assert "Afgør for én eller mange borgere" in rygrad("assess", "--help").out
    assert "Decide for one or many citizens" in rygrad("assess", "--lang", "en", "--help").out
    assert "Decide for one or many citizens" in rygrad("assess", "--help", RYGRAD_LANG="en").out
    assert rygrad("--version").out.startswith("rygrad ")
