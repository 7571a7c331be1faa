"""A shadow run counts exactly whom a new version of the content moves, and both engines say the same."""

import json
import shutil
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rygrad.decision.coursetable import facts_of
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import content_folder, load_pathway
from rygrad.quality import shadow as running
from rygrad.quality.population_compare import Move
from rygrad.quality.shadow import Shadow, needs_another, reference_moves, shadow
from rygrad.simulation.synth import Wanted, write
from rygrad.simulation.synthsize import KNOWN_UNTIL
from tests.figures import write_figures
from tests.interfaces.command import rygrad
from tests.people import AS_OF, INGA_GROUP_3

PLANTED = {
    "safety.yaml": ("at_most: {paresis_grade: 3}", "at_most: {paresis_grade: 2}"),
    "pathway.yaml": ("over: {onset_on: 3}", "over: {onset_on: 4}"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new version: a paresis of grade 3 is no alarm, and long lasting begins after four months."""
    copy = Path(shutil.copytree(content_folder(), tmp_path_factory.mktemp("content") / "planted"))
    for name, (old, new) in PLANTED.items():
        text = (copy / name).read_text("utf-8")
        assert old in text
        (copy / name).write_text(text.replace(old, new), "utf-8")
    return copy


@pytest.fixture(scope="module")
def planted(folder: Path) -> Pathway:
    """The new version, read."""
    return load_pathway(folder)


def _region(pathway: Pathway, courses: int, folder: Path) -> Path:
    write(pathway, Wanted(courses, 1), folder)
    return folder / "courses"


def _counted_by_reference(old: Pathway, new: Pathway, source: Path) -> tuple[int, Counter[Move]]:
    rows = [row for part in sorted(source.glob("*.parquet")) for row in pq.read_table(part).to_pylist()]
    moves = [reference_moves(old, new, facts_of(old, row), KNOWN_UNTIL) for row in rows]
    return sum(map(bool, moves)), Counter(move for found in moves for move in found)


def _write(found: Shadow, differing: int, seconds: float) -> None:
    counts: dict[str, int | float | str] = {
        "invented courses": found.courses,
        "moved by a planted change": found.moved,
        "kinds of moves": len(found.moves),
        "kinds counted otherwise by the reference engine": differing,
        "seconds of the shadow run": round(seconds),
    }
    write_figures(
        "shadow",
        promise="rules",
        says="shadow run of a content version with planted changes on an invented region",
        test="tests/trust/decisions/test_shadow.py::test_a_planted_change_is_counted_exactly",
        counts=counts,
        full=True,
    )


def test_a_citizen_moves_by_the_planted_changes_and_by_nothing_else(pathway: Pathway, planted: Pathway) -> None:
    day = date.fromisoformat(AS_OF)
    weak = INGA_GROUP_3 | {"paresis_grade": 3}
    moved = {move.conclusion: (move.was, move.will_be) for move in reference_moves(pathway, planted, weak, day)}
    assert moved["urgency"] == ("acute", "none") and moved["scope"] == ("hold", "inside")
    recent = INGA_GROUP_3 | {"onset_on": "2025-11-20"}
    assert Move("group", "long_lasting", "undetermined") in reference_moves(pathway, planted, recent, day)
    assert reference_moves(pathway, planted, INGA_GROUP_3 | {"onset_on": "2025-01-01"}, day) == ()
    found = Shadow()
    found.add("one", (Move("group", "long_lasting", "undetermined"),))
    found.add("two", ())
    assert (found.courses, found.moved, found.examples) == (
        2,
        1,
        {Move("group", "long_lasting", "undetermined"): ["one"]},
    )


@pytest.mark.long
@pytest.mark.parametrize("courses", [1_500, 100_000])
def test_a_planted_change_is_counted_exactly(pathway: Pathway, planted: Pathway, tmp_path: Path, courses: int) -> None:
    source = _region(pathway, courses, tmp_path / "region")
    began = time.monotonic()
    found = shadow(pathway, planted, source, KNOWN_UNTIL)
    seconds = time.monotonic() - began
    moved, moves = _counted_by_reference(pathway, planted, source)
    differing = sum(found.moves[move] != moves[move] for move in {*found.moves, *moves})
    if courses == 100_000:
        _write(found, differing, seconds)
    assert found.moved > 0 and len(found.moves) > 3
    assert (found.moved, found.moves, found.otherwise) == (moved, moves, 0)
    assert all(found.examples[move] for move in moves)


@pytest.mark.long
def test_an_engine_that_counts_otherwise_is_said(
    pathway: Pathway, planted: Pathway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _region(pathway, 1_500, tmp_path / "region")
    monkeypatch.setattr(running, "reference_moves", lambda *_: ())
    found = shadow(pathway, planted, source, KNOWN_UNTIL)
    assert found.otherwise == found.moved > 0


def test_the_same_content_twice_is_refused(pathway: Pathway, planted: Pathway) -> None:
    needs_another(pathway, planted)
    with pytest.raises(RygradError, match="the same content"):
        needs_another(pathway, pathway)


@pytest.mark.long
def test_the_command_says_it_in_both_languages_and_as_data(folder: Path) -> None:
    for lang, says in (
        ("da", "opfundne forløb får en anden afgørelse"),
        ("en", "invented courses are decided otherwise"),
    ):
        ran = rygrad("content", "shadow", folder, "--courses", "2000", "--lang", lang)
        assert (ran.code, says in ran.flat) == (0, True)
    data = json.loads(rygrad("content", "shadow", folder, "--courses", "2000", "--format", "json").out)
    assert data["courses"] == 2_000 and data["decided_otherwise_by_reference"] == 0
    assert {"conclusion", "was", "will_be", "courses", "examples"} <= set(data["moves"][0])
    refused = rygrad("content", "shadow", "rygsmerter", "--courses", "10")
    assert refused.code == 2 and "det samme indhold" in refused.err
