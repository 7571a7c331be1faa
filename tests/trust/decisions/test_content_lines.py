"""No line of the content that carries a rule or a value can be changed unseen."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs import indicators_page
from docs.generate import REFERENCE
from docs.generate import facts as facts_page
from rygrad.decision.casebook import run_case
from rygrad.decision.many import ManyDecisions
from rygrad.decision.sentinels import changed_sentinels
from rygrad.pathway.cases import Case
from rygrad.pathway.check import check_content
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import HASHED, content_folder, read_pathway
from rygrad.quality.read import FILE as INDICATORS
from rygrad.quality.read import read_indicators
from rygrad.quality.rows import status
from rygrad.record.states import COURSE_STATES
from tests.figures import write_figures
from tests.quality.test_definitions import COUNTED, UNTIL
from tests.quality.test_definitions import test_every_indicator_is_counted_at_every_level as counted_everywhere
from tests.spec import test_facts as allowed
from tests.spec import test_said as said
from tests.spec import test_scores as scored
from tests.spec import test_words as worded
from tests.trust.decisions.content_lines import LineMutant, carrying, is_words, line_mutants, scalars

FOLDER = content_folder()
FILES = {name: (FOLDER / name).read_bytes() for name in HASHED}
RULES = ("pathway.yaml", "safety.yaml", "facts.yaml", "coverage.yaml", "citizen.yaml", INDICATORS)
EVERY = 300

# Lines that carry something, and decide nothing.
SAID = {
    "who stands behind it, and since when": (
        "id",
        "version",
        "signed_by",
        "in_force_from",
        "checked_on",
        "check_again_on",
    ),
    "when a source was read": ("read_on",),
}
NOT_RULES = {
    "source/pixi.txt": "the source, pinned by its hash: any change of it is refused",
    "readings.md": "words: a reading is shown where it is used, and decides through the rule that names it",
    "sentinels.yaml": "citizens asked, and their pinned answers: any other answer is found by the check of the content",
    "offers/places.yaml": "local and dated: shown beside an effort on the public page; a clinic's own directory is the record's",
}


# A change that decides the same, with the reason why. Empty is the aim.
_SAID_ALONE = "said for the reader: what it says is asked as recurring_back_problems, and no rule reads it here"
EXPLAINED: dict[str, str] = {
    "pathway.yaml: endings.new_episode.within_months: 12 → 13": _SAID_ALONE,
    "pathway.yaml: endings.new_episode.group: recurrent → xrecurrent": _SAID_ALONE,
    "pathway.yaml: endings.new_episode.readings.[]: R4 → R15": _SAID_ALONE,
}


def mutants_of(name: str) -> Iterator[LineMutant]:
    """Every line of a file changed that carries a rule or a value."""
    data = (FOLDER / name).read_bytes()
    yield from line_mutants(name, data, carrying(scalars(data), is_words))


def catch(mutant: LineMutant, cases: list[Case]) -> str:
    """What finds the change out; empty when nothing does."""
    try:
        changed = read_pathway(FILES | {mutant.file: mutant.data})
        if any(run_case(changed, case) for case in cases):
            return "by a case"
        if changed_sentinels(changed, ManyDecisions(changed).decide):
            return "by a sentinel citizen"
        if not _holds(changed):
            return "by a table of scores or items"
    except Exception:
        return "refused"
    if any("CHANGELOG" not in str(problem.source) for problem in check_content(changed, FOLDER)):
        return "by the content check"
    return "" if facts_page(changed) == (REFERENCE / "facts.md").read_text("utf-8") else "by the page of facts"


def _holds(changed: Pathway) -> bool:
    """The tests of what is said beside the rules, asked of the changed content."""
    try:
        for judged in scored.JUDGED:
            scored.test_a_change_counts_from_30_per_cent_or_the_important_change(*judged, changed)
        scored.test_both_lengths_of_a_form_are_read(changed)
        worded.test_evt_stands_where_the_source_says_evt(changed)
        said.test_a_bullet_rests_on_the_reading_of_its_words(changed)
        assert set(changed.citizen.states) == set(COURSE_STATES)
        allowed.test_grades_and_years_are_counted_in_whole_numbers(changed)
    except (AssertionError, pytest.fail.Exception):
        return False
    return True


def catch_indicator(mutant: LineMutant, folder: Path, pathway: Pathway) -> str:
    """The same for a line of the indicators: refused, or a row that counts otherwise."""
    (folder / INDICATORS).write_bytes(mutant.data)
    found, problems = read_indicators(folder, pathway)
    if problems or found is None:
        return "refused"
    try:
        for name, row, counted in COUNTED:
            if status(found, found.all[name], {"known_until": UNTIL} | row) != counted:
                return "by a row that counts otherwise"
        counted_everywhere(found)
    except AssertionError:
        return "by the levels"
    except Exception:
        return "refused"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(indicators_page, "load_indicators", lambda **_: found)
        shown = indicators_page.indicators(pathway)
    return "" if shown == (REFERENCE / "indicators.md").read_text("utf-8") else "by the page of indicators"


def is_said(mutant: LineMutant) -> bool:
    """Whether what was changed says who, where or when."""
    return any(mutant.field in fields for fields in SAID.values())


@dataclass(frozen=True)
class Lines:
    """The lines of a file by what they carry; every line is one of these."""

    total: int
    empty: int
    rules: int
    words: int

    @classmethod
    def of(cls, name: str) -> "Lines":
        data = (FOLDER / name).read_bytes()
        lines, found = data.decode().splitlines(), scalars(data)
        empty = {n for n, line in enumerate(lines, start=1) if not line.strip() or line.strip().startswith("#")}
        rules = set(carrying(found, is_words))
        within = {n for scalar in found for n in range(scalar.line, scalar.last_line + 1)}
        unnamed = set(range(1, len(lines) + 1)) - empty - within
        assert not unnamed, (name, sorted(unnamed))
        return cls(len(lines), len(empty), len(rules), len(within - rules))


def test_every_line_is_a_rule_a_text_or_empty_and_every_rule_line_is_changed() -> None:
    for name in RULES:
        lines = Lines.of(name)
        assert lines.total == lines.empty + lines.rules + lines.words
        assert {mutant.line for mutant in mutants_of(name)} == set(
            carrying(scalars((FOLDER / name).read_bytes()), is_words)
        ), name
    assert {*RULES, *NOT_RULES} == {*HASHED, INDICATORS}, "every file of the content is one or the other"


def _found_out(cases: list[Case], folder: Path, pathway: Pathway, every: int) -> tuple[Counter[str], list[str]]:
    by, unseen = Counter[str](), list[str]()
    for name in RULES:
        chosen = [mutant for number, mutant in enumerate(mutants_of(name)) if number % every == 0]
        for mutant in chosen:
            found = catch_indicator(mutant, folder, pathway) if name == INDICATORS else catch(mutant, cases)
            by[found or ("said beside the rules" if is_said(mutant) else "unseen")] += 1
            if not found and not is_said(mutant) and f"{mutant.file}: {mutant.says}" not in EXPLAINED:
                unseen.append(f"{mutant.file}:{mutant.line} {mutant.says}")
    return by, unseen


def _write(by: Counter[str], unseen: list[str], *, full: bool) -> None:
    files = [Lines.of(name) for name in RULES]
    explained = by["unseen"] - len(unseen)
    counts: dict[str, int | float | str] = {
        "lines of content": sum(lines.total for lines in files),
        "lines that carry a rule or a value": sum(lines.rules for lines in files),
        "lines of words alone": sum(lines.words for lines in files),
        "changes": by.total(),
        "refused": by["refused"],
        "found by cases": by.total() - by["refused"] - by["said beside the rules"] - by["unseen"],
        "of who, where and when": by["said beside the rules"],
        "explained": explained,
        "not found": len(unseen),
    }
    write_figures(
        "content-lines",
        promise="rules",
        says=f"every line of the content that carries a rule or a value, each value changed (short: every {EVERY}th)",
        test="tests/trust/decisions/test_content_lines.py::test_no_change_of_any_line_goes_unseen",
        counts=counts,
        full=full,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content to spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def test_a_change_of_a_line_does_not_go_unseen(cases: list[Case], folder: Path, pathway: Pathway) -> None:
    by, unseen = _found_out(cases, folder, pathway, EVERY)
    _write(by, unseen, full=False)
    assert unseen == []


@pytest.mark.long
def test_no_change_of_any_line_goes_unseen(cases: list[Case], folder: Path, pathway: Pathway) -> None:
    by, unseen = _found_out(cases, folder, pathway, 1)
    _write(by, unseen, full=True)
    assert unseen == []
