"""`rygrad population run`: what a person sees of it, and what it leaves when it is killed."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from rygrad.decision.many import ManyDecisions
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import content_folder, load_pathway
from rygrad.quality.population_compare import move_of
from tests.engines.columnar import from_decision, from_row
from tests.interfaces.command import RYGRAD, Ran, rygrad
from tests.quality.regions import DAY, Citizen, read_rows, some_citizens, table, write_parquet
from tests.versions import LATER, PACKAGED

AS_OF = ("--as-of", DAY.isoformat())


def population(*arguments: str | Path, **environment: str) -> Ran:
    return rygrad("population", "run", *arguments, **environment)


def test_it_says_part_by_part_where_it_is_and_ends_with_0(pathway: Pathway, tmp_path: Path) -> None:
    courses = table(pathway, some_citizens(pathway, 1_200))
    for number in (1, 2):
        write_parquet(courses.slice(600 * number - 600, 600), tmp_path / "in" / f"k={number}" / "p.parquet")
    done = population(tmp_path / "in", tmp_path / "out", "--lang", "en")
    assert (done.code, done.out) == (0, "")
    first, second, last = done.err.splitlines()
    assert first.startswith("[1/2] k=1/p: 600 rows · ") and first.endswith("/s")
    assert second.startswith("[2/2] k=2/p: 600 rows · ")
    assert last.startswith(f"1,200 rows in {tmp_path / 'out'} (")
    again = population(tmp_path / "in", tmp_path / "out")
    assert (again.code, again.err.splitlines()[0]) == (0, "Færdige i forvejen: 2 af 2.")
    assert "1.200 rækker" in again.err


@pytest.mark.long
def test_it_ends_with_3_when_values_were_not_accepted_and_says_what_is_missing_once(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("n,spinal_fracture,onset,onset_o\n1,hemmelig,2,2\n2,absent,2\n")
    done = population(tmp_path / "in.csv", tmp_path / "out", *AS_OF)
    assert done.code == 3
    assert done.err.count("Ukendt for alle, for kolonnen mangler: back_triggered_pain, ") == 1
    assert "Kolonnen onset_o læses ikke. Mente du onset_on?" in done.err
    assert "1 rækker har værdier, som intet faktum kan have; de er afgjort med værdien ukendt." in done.err
    assert "1 rækker kunne ikke læses og er ikke afgjort." in done.err
    assert str(tmp_path / "out" / "_rejects") in done.err
    kept = [file.read_text() for file in (tmp_path / "out").rglob("*.csv")] + [(tmp_path / "out/_run.json").read_text()]
    assert "hemmelig" not in done.err + "".join(kept)


def _refusals(tmp_path: Path) -> dict[str, tuple[list[str | Path], str]]:
    good = write_parquet(pa.table({"radiation": ["none"]}), tmp_path / "good.parquet")
    taken = write_parquet(pa.table({"radiation": ["none"], "scope": ["x"]}), tmp_path / "taken.parquet")
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").touch()
    out = tmp_path / "out"
    return {
        "nowhere": ([tmp_path / "nowhere", out, *AS_OF], "there is no file or folder here"),
        "empty": ([tmp_path / "empty", out, *AS_OF], "The files must end in .parquet, .csv or .csv.gz"),
        "full": ([good, tmp_path / "full", *AS_OF], "holds something else. Name a new folder"),
        "file": ([good, taken, *AS_OF], "a file is here. Name a new folder"),
        "no date": ([good, out], "the column as_of is missing. Give --as-of"),
        "taken": ([taken, out, *AS_OF], "rename the columns: scope. Mend the column in the file"),
        "date": ([good, out, "--as-of", "2026-02-30"], "as_of must be a possible date"),
        "memory": ([good, out, *AS_OF, "--memory", "much"], "--memory is an amount such as 1GB"),
        "no out": ([good, *AS_OF], "give OUT, a new folder"),
    }


@pytest.mark.long
@pytest.mark.parametrize("case", ["nowhere", "empty", "full", "file", "no date", "taken", "date", "memory", "no out"])
def test_it_says_what_is_in_the_way_and_what_to_do(case: str, tmp_path: Path) -> None:
    arguments, said = _refusals(tmp_path)[case]
    done = population(*arguments, "--lang", "en")
    assert done.code == 2
    assert said in done.err.replace("│", " ")
    assert not list((tmp_path / "out").glob("*.parquet"))
    assert "Traceback" not in done.err


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "extra", "options"), [("ibis", "region", []), ("pyspark", "spark", ["--engine", "spark"])]
)
def test_it_says_which_extra_is_missing(module: str, extra: str, options: list[str], tmp_path: Path) -> None:
    source = write_parquet(pa.table({"radiation": ["none"]}), tmp_path / "in.parquet")
    program = f"import sys; sys.modules[{module!r}] = None; from rygrad.cli.main import run; run()"
    command = [sys.executable, "-c", program, "population", "run", source, tmp_path / "out", *AS_OF, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"pip install 'rygrad[{extra}]'" in done.stderr


def _started(*arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [RYGRAD, "population", "run", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


@pytest.mark.long
def test_killed_between_and_within_parts_it_goes_on_and_no_row_is_lost_or_doubled(
    pathway: Pathway, tmp_path: Path
) -> None:
    citizens, parts = some_citizens(pathway, 2_400), 24
    courses, source, out = table(pathway, citizens), tmp_path / "in", tmp_path / "out"
    for number in range(parts):
        write_parquet(courses.slice(100 * number, 100), source / f"p={number:02}" / "p.parquet")
    before = 0
    for further in (3, 4):
        started = _started(source, out)
        assert started.stderr
        for _ in range(further):
            assert started.stderr.readline().startswith(b"[")
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
        started.stderr.close()
        finished = len(json.loads((out / "_run.json").read_text())["parts"])
        assert before < finished < parts
        before = finished
    done = population(source, out, "--lang", "en")
    assert done.code == 0
    said = done.err.splitlines()
    assert 0 < before <= int(said[-2].removeprefix("Finished already: ").partition(" ")[0]) < parts
    assert len([line for line in said if line.startswith("[")]) == parts - before
    many = ManyDecisions(pathway)
    rows = read_rows(out)
    assert [row["n"] for row in rows] == list(range(len(citizens)))
    assert [from_row(pathway, row) for row in rows] == [from_decision(many.decide(*citizen)) for citizen in citizens]
    assert {path.name for path in out.iterdir()} == {"_run.json", *(f"p={n:02}" for n in range(parts))}


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A later version: long-lasting begins after 4 months, the window a week later, severe paresis at grade 2."""
    folder = Path(shutil.copytree(content_folder(), tmp_path_factory.mktemp("content") / "new"))
    replaced = {
        "pathway.yaml": {"days: 42-56": "days: 49-63", "onset_on: 3}": "onset_on: 4}", f"version: {PACKAGED}": f"version: {LATER}"},
        "safety.yaml": {"rule: {at_most: {paresis_grade: 3}}": "rule: {at_most: {paresis_grade: 2}}"},
    }  # fmt: skip
    for name, changes in replaced.items():
        text = (folder / name).read_text()
        for was, will_be in changes.items():
            assert was in text
            text = text.replace(was, will_be)
        (folder / name).write_text(text)
    return folder


@pytest.mark.long
def test_another_content_decides_the_parts_anew(changed: Path, pathway: Pathway, tmp_path: Path) -> None:
    source = write_parquet(table(pathway, some_citizens(pathway, 300)), tmp_path / "in.parquet")
    assert population(source, tmp_path / "out").code == 0
    done = population(source, tmp_path / "out", "--pathway", changed, "--lang", "en")
    assert done.code == 0 and "[1/1]" in done.err
    later = load_pathway(changed)
    many = ManyDecisions(later)
    expected = [from_decision(many.decide(*citizen)) for citizen in some_citizens(pathway, 300)]
    assert [from_row(later, row) for row in read_rows(tmp_path / "out")] == expected


PLACES = ("0259", "0101", None)


@pytest.fixture(scope="module")
def region(pathway: Pathway, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Citizen]]:
    """Two thousand citizens in two municipalities, and some of whom it is not known."""
    citizens = some_citizens(pathway, 2_000)
    courses = table(pathway, citizens)
    places = pa.array([PLACES[min(n % 5 // 2, 2)] for n in range(len(citizens))], pa.string())
    folder = tmp_path_factory.mktemp("region")
    return write_parquet(courses.append_column("municipality", places), folder / "in.parquet"), citizens


def _counted(pathway: Pathway, changed: Path, citizens: list[Citizen]) -> dict[tuple[str | None, ...], int]:
    """The moves by the reference, by municipality and altogether (``"all"``)."""
    old, new = ManyDecisions(pathway), ManyDecisions(load_pathway(changed))
    counts: dict[tuple[str | None, ...], int] = {}
    for n, citizen in enumerate(citizens):
        was, will_be = _concluded(old.decide(*citizen)), _concluded(new.decide(*citizen))
        moves = {move_of(name, was[name], will_be[name]) for name in was if was[name] != will_be[name]}
        keys = [(move.conclusion, move.was, move.will_be, move.effect) for move in moves]
        for key in [*keys, *([("moved", "", "", "")] if keys else [])]:
            for place in ("all", PLACES[min(n % 5 // 2, 2)]):
                counts[place, *key] = counts.get((place, *key), 0) + 1
    return counts


def _concluded(decision: Any) -> dict[str, str]:
    group = "none" if decision.scope == "outside" else decision.group or "undetermined"
    found = {"scope": decision.scope, "urgency": decision.urgency, "group": group}
    found |= {"reassessment": decision.reassessment["state"], "return_to_gp": decision.return_to_gp}
    return found | {f"effort_{name}": state for name, state in decision.efforts.items()}


@pytest.mark.long
def test_it_counts_whom_a_new_content_moves_as_the_reference_does_and_shows_no_small_count(
    changed: Path, pathway: Pathway, region: tuple[Path, list[Citizen]]
) -> None:
    source, citizens = region
    done = population(source, "--compare-content", "rygsmerter", changed, "--format", "json")
    assert done.code == 0
    found, true = json.loads(done.out), _counted(pathway, changed, citizens)
    assert (found["courses"], found["new"]["version"]) == (2_000, LATER)
    seen, hidden = set(), 0
    for move in found["moves"]:
        key = tuple(move[name] for name in ("conclusion", "was", "will_be", "effect"))
        cells = [("all", move["courses"]), *((m["municipality"], m["courses"]) for m in move["municipalities"])]
        for place, count in cells if key[0] != "window" else []:
            seen.add((place, *key))
            hidden += count is None
            assert count in ({true[place, *key]} if true[place, *key] >= 5 else set()) | {None}
        shown = [count for _, count in cells[1:] if count is not None]
        if move["courses"] is not None and len(shown) < len(cells) - 1:
            assert (move["courses"] - sum(shown) > 1 and len(cells) - 1 - len(shown) > 1) or key[0] == "window"
    assert seen == {key for key in true if key[1] != "moved"}
    assert hidden
    assert {("effort_pain_clinic", "closes"), ("group", ""), ("urgency", ""), ("scope", "")} <= {
        (move["conclusion"], move["effect"]) for move in found["moves"]
    }
    assert {m["municipality"]: m["courses"] for m in found["municipalities"]} == {"0101": 800, "0259": 800, None: 400}


@pytest.mark.long
def test_the_difference_as_a_table_and_as_csv_and_in_a_new_file(
    changed: Path, region: tuple[Path, list[Citizen]], tmp_path: Path
) -> None:
    source, out = region[0], tmp_path / "difference.csv"
    done = population(source, "--compare-content", "rygsmerter", changed)
    assert done.code == 0
    assert "forløb får en anden afgørelse" in done.flat and "Smerteklinik lukker: " in done.flat
    assert done.flat.index(" 0101 ") < done.flat.index(" 0259 ") < done.flat.index(" ukendt ")
    assert population(source, out, "--compare-content", "rygsmerter", changed, "--format", "csv").out == ""
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert (
        rows[0] | {"municipality": ""} == rows[0]
        and rows[0]["conclusion"] == "courses"
        and rows[0]["courses"] == "2000"
    )
    assert {row["municipality"] for row in rows} == {"", "0101", "0259", "unknown"}
    assert all((row["courses"] == "") == (row["is_suppressed"] == "true") for row in rows)
    assert all(row["courses"] in ("", "0") or int(row["courses"]) >= 5 for row in rows)
    assert population(source, out, "--compare-content", "rygsmerter", changed).code == 2, "nothing is written over"


def peak_megabytes(*arguments: str | Path) -> float:
    """The peak resident memory of one run, as the kernel tells it of that process alone."""
    started = _started(*arguments)
    assert started.stderr
    started.stderr.read()
    started.stderr.close()
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    assert started.returncode == 0
    return usage.ru_maxrss / 1024


@pytest.mark.long
def test_memory_follows_its_limit_and_not_the_rows(pathway: Pathway, tmp_path: Path) -> None:
    courses = table(pathway, some_citizens(pathway, 5_000))
    few = write_parquet(pa.concat_tables([courses] * 4), tmp_path / "few.parquet", 20_000)
    many = write_parquet(pa.concat_tables([courses] * 60), tmp_path / "many.parquet", 20_000)
    small, large = (
        peak_megabytes(source, tmp_path / f"out-{source.stem}", "--memory", "300MB") for source in (few, many)
    )
    assert large < small + 300, (small, large)


@pytest.mark.long
def test_the_as_of_date_of_the_option_wins_over_the_column(tmp_path: Path) -> None:
    source = write_parquet(pa.table({"radiation": ["none"], "as_of": [date(2020, 1, 1)]}), tmp_path / "in.parquet")
    assert population(source, tmp_path / "out", *AS_OF).code == 0
    assert read_rows(tmp_path / "out", "alarm_signs_not_asked")[0]["as_of"] == DAY
