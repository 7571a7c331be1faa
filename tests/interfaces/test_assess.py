"""`rygrad assess`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rygrad.cli import screen
from rygrad.decision.decide import decide
from rygrad.decision.schema import decision_schema
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from tests.interfaces.command import RYGRAD, rygrad
from tests.people import AS_OF, COVERED, INGA_GROUP_3, NO_ALARM_SIGNS

INGA = {"id": "inga", "as_of": AS_OF, "facts": {**INGA_GROUP_3, "imaging_done": True}}


def ndjson(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def decisions(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("suffix", ["ndjson", "json", "yaml", "-"])
def test_it_reads_every_format_and_writes_a_line_per_citizen(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"citizens.{suffix}"
    text = {"json": json.dumps([INGA, INGA], indent=2), "yaml": json.dumps([INGA, INGA])}.get(
        suffix, ndjson(INGA, INGA)
    )
    file.write_text(text)
    ran = rygrad("assess", "-" if suffix == "-" else file, "--format", "ndjson", stdin=text if suffix == "-" else "")
    assert ran.code == 0, ran.err
    first, second = decisions(ran.out)
    assert first == second
    assert first["id"] == "inga"
    assert first["group"] == "long_lasting"
    assert first["efforts"]["imaging"] == "already_done"
    assert first["reasons"]["efforts.imaging"]["quote"] == "Billeddiagnostik/MR hvis ikke tidligere udført"
    assert ran.err == ""


def test_it_writes_decisions_that_follow_the_published_schema(tmp_path: Path) -> None:
    ran = rygrad(
        "assess",
        "-",
        "--format",
        "json",
        stdin=ndjson(INGA, {"id": 2, "facts": {}}, {"id": "x", "facts": {"spinal_tumour": "suspected"}}),
    )
    found = json.loads(ran.out)
    assert [f["id"] for f in found] == ["inga", 2, "x"]
    for decision in found:
        jsonschema.validate({k: v for k, v in decision.items() if k != "id"}, decision_schema(load_pathway()))


def test_it_decides_the_same_with_and_without_reasons() -> None:
    full = decisions(rygrad("assess", "--format", "ndjson", stdin=ndjson(INGA)).out)[0]
    bare = decisions(rygrad("assess", "--format", "ndjson", "--no-reasons", stdin=ndjson(INGA)).out)[0]
    assert full.pop("reasons")
    assert bare.pop("reasons") == {}
    assert full == bare


def test_it_takes_yes_as_true_and_null_as_unknown() -> None:
    words = {"back_triggered_pain": "yes", "recurring_back_problems": "no"}
    flags = {"back_triggered_pain": True, "recurring_back_problems": False, "worried_about_diagnosis": None}
    ran = rygrad(
        "assess",
        "--format",
        "ndjson",
        stdin=ndjson({"id": 1, "as_of": AS_OF, "facts": words}, {"id": 1, "as_of": AS_OF, "facts": flags}),
    )
    assert len(set(ran.out.splitlines())) == 1


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ('{"id": 1, "facts": {"onset": "2026-01-01"}}', "onset_on"),
        ('{"id": 1, "facts": {"010190-1234": "yes"}}', "unknown fact."),
        ('{"id": 1, "facts": {"function": "poor"}}', "as_expected_for_age, slightly_reduced, clearly_reduced"),
        ('{"id": 1, "facts": {"back_triggered_pain": "ja"}}', "yes, no"),
        ('{"id": 1, "facts": {"paresis_grade": 7}}', "0–5"),
        ('{"id": 1, "facts": {"paresis_grade": 4.5}}', "whole number"),
        ('{"id": 1, "facts": {"paresis_grade": true}}', "whole number"),
        ('{"id": 1, "facts": {"onset_on": "2026-02-30"}}', "possible date"),
        ('{"id": 1, "facts": {"onset_on": "2026-W01-1"}}', "possible date"),
        ('{"id": 1, "facts": {"onset_on": {"earliest": "2026-02-02", "latest": "2026-02-01"}}}', "in order"),
        ('{"id": 1, "facts": {"onset_on": {"from": "2026-02-02"}}}', "possible date"),
        ('{"id": 1, "facts": {"onset_on": "2026-03-03"}}', "after the as-of date"),
        ('{"id": 1, "facts": {"first_treatment_on": "2027-01-01"}}', "after the as-of date"),
        ('{"id": 1, "facts": {"clarified_alarms": ["imaging_done"]}}', "saddle_numbness"),
        ('{"id": 1, "facts": {"pain_sites": "knee"}}', "neck, thoracic, lumbar"),
        ('{"id": 1, "facts": {"rmdq": {"value": 3, "items": 22}}}', "23, 24"),
        ('{"id": 1, "facts": {"nrs_pain": {"points": 3}}}', "value"),
        ('{"id": 1, "facts": {"nrs_pain": 11}}', "0–10"),
        ('{"id": 1, "fact": {}}', "facts"),
        ('{"id": 1}', "facts is missing"),
        ('{"id": [1], "facts": {}}', "id is"),
        ('{"id": 1, "as_of": "yesterday", "facts": {}}', "as_of"),
        ("[]", "{id, as_of, facts}"),
        ("{", "not valid JSON"),
        ('{"id": 1, "facts": {"saddle_numbness": "yes", "saddle_numbness": "no"}}', "stands twice"),
        ('{"id" : 1, "facts" : {"sick_leave" : "yes", "sick_leave" : "no"}}', "stands twice"),
        ('{"id": 1, "facts": {"rmdq": {"value": 1, "value": 2}}}', "stands twice"),
        ('{"id": 1, "facts": {"work": ' + "[" * 20_000 + "]" * 20_000 + "}}", "nested too deeply"),
        ('{"id": "\xff"', "not UTF-8"),
    ],
)
def test_it_rejects_a_bad_record_with_place_and_reason_and_goes_on(record: str, says: str, tmp_path: Path) -> None:
    file, rejects = tmp_path / "in.ndjson", tmp_path / "rejects.ndjson"
    file.write_bytes(ndjson(INGA).encode() + record.encode("latin-1") + b"\n" + ndjson(INGA).encode())
    ran = rygrad("assess", file, "--format", "ndjson", "--as-of", AS_OF, "--rejects", rejects, "--lang", "en")
    assert ran.code == 3
    assert len(decisions(ran.out)) == 2, "the good ones are decided"
    assert f"{file}:2: " in ran.err
    assert says in ran.err
    kept = json.loads(rejects.read_text())
    assert kept["place"] == f"{file}:2"
    assert kept["record"] == record.replace("\xff", r"\xff"), "nothing is lost, not even a byte that is no text"
    assert {"da", "en"} <= set(kept["message"])


def test_it_says_no_value_of_a_citizen_in_an_error() -> None:
    secret = "hemmelig-tekst-0101901234"
    records = (
        {
            "id": secret,
            "facts": {"function": secret, "onset_on": secret, "pain_sites": [secret], "paresis_grade": secret},
        },
        {"id": 1, "as_of": secret, "facts": {}},
        {"id": 1, secret: 1, "facts": {}},
        {"id": 1, "facts": {secret: 1}},
    )
    ran = rygrad("assess", "--format", "ndjson", stdin=ndjson(*records) + secret)
    assert ran.code == 3
    assert secret not in ran.err
    assert "5 afvist" in ran.err


def test_it_names_the_line_of_a_bad_record_inside_json_and_yaml(tmp_path: Path) -> None:
    bad = {"id": "b", "facts": {"paresis_grade": 9}}
    (tmp_path / "a.json").write_text(json.dumps([INGA, bad], indent=1))
    line = json.dumps([INGA, bad], indent=1).splitlines().index(" {", 2) + 1
    (tmp_path / "b.yaml").write_text("- id: a\n  facts: {}\n- id: b\n  facts: {paresis_grade: 9}\n")
    (tmp_path / "c.yaml").write_text("- id: a\n  facts: {}\n- id: b\n  facts: {paresis_grade: [}\n")
    (tmp_path / "d.json").write_text('[{"id": 1, "facts": {}},\n {"id": ]')
    ran = rygrad("assess", "a.json", "b.yaml", "c.yaml", "d.json", "--format", "ndjson", cwd=tmp_path)
    assert ran.code == 3
    assert f"a.json:{line}: " in ran.err
    assert "b.yaml:3: " in ran.err
    assert "c.yaml:4: " in ran.err
    assert "d.json:2: " in ran.err
    assert [d["id"] for d in decisions(ran.out)] == ["inga", "a", 1]


def test_it_reads_one_pretty_printed_citizen_from_standard_input() -> None:
    assert (
        json.loads(rygrad("assess", "-", "--format", "json", stdin=json.dumps(INGA, indent=4)).out)[0]["id"] == "inga"
    )
    assert json.loads(rygrad("assess", "-", "--format", "json", stdin="id: inga\nfacts: {}\n").out)[0]["scope"] == "ask"
    assert (
        json.loads(rygrad("assess", "-", "--format", "json", stdin="\ufeff" + json.dumps(INGA)).out)[0]["id"] == "inga"
    )
    assert rygrad("assess", "-", "--format", "json", stdin="").out == "[]\n"


def test_it_shows_everything_about_one_citizen_and_a_line_each_for_several() -> None:
    one = rygrad("assess", stdin=ndjson(INGA))
    assert "Længerevarende" in one.out
    assert "Allerede udført" in one.out
    assert "»Billeddiagnostik/MR hvis ikke tidligere udført« (G3-R1, pixi.txt:231-233)" in one.flat
    several = rygrad("assess", "--lang", "en", stdin=ndjson(INGA, INGA, {"id": "blank", "facts": {}}))
    assert len(several.out.splitlines()) == 4
    assert "undetermined: 1/2/3/4" in several.out
    assert "not asked" in several.out, "a blank alarm sign is not “none”"


def test_it_is_plain_when_piped_and_says_nothing_on_stdout_but_data() -> None:
    assert "\x1b[" not in rygrad("assess", stdin=ndjson(INGA)).out
    assert "\x1b[" not in rygrad("examples", NO_COLOR="1").out


def test_it_ends_with_2_on_wrong_use() -> None:
    assert rygrad("assess", "nowhere.json").code == 2
    assert rygrad("assess", "--as-of", "2026-02-30", stdin=ndjson(INGA)).code == 2
    assert rygrad("assess", "--format", "xml").code == 2
    assert rygrad("assess", "--lang", "sv").code == 2
    assert rygrad("nonsense").code == 2


def test_it_ends_quietly_when_nobody_reads_on(tmp_path: Path) -> None:
    file = tmp_path / "many.ndjson"
    file.write_text(ndjson(INGA) * 3000)
    shell = f"set -o pipefail; {RYGRAD} assess {file} --format ndjson | head -1 | wc -l"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "1"
    assert "Traceback" not in done.stderr


def test_it_says_a_bug_is_a_bug(tmp_path: Path) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import rygrad.decision.decide as d\nd.assess_safety = None\n")
    ran = rygrad("assess", "--format", "ndjson", stdin=ndjson(INGA), PYTHONPATH=str(tmp_path))
    assert ran.code == 1
    assert "fejl i programmet" in ran.err


def test_it_decides_as_the_python_example_does(pathway: Pathway) -> None:
    out = decisions(rygrad("assess", "--format", "ndjson", stdin=ndjson(INGA)).out)[0]
    decision = decide(pathway, INGA["facts"], AS_OF)
    assert (out["group"], out["efforts"]) == (decision.group, decision.efforts)


def test_it_uses_the_option_for_citizens_without_a_date_of_their_own() -> None:
    own = {"id": 1, "as_of": "2026-01-31", "facts": {}}
    out = decisions(
        rygrad("assess", "--format", "ndjson", "--as-of", "2026-05-01", stdin=ndjson(own, {"id": 2, "facts": {}})).out
    )
    assert [d["as_of"] for d in out] == ["2026-01-31", "2026-05-01"]


def test_it_refuses_to_write_the_rejects_over_its_input(tmp_path: Path) -> None:
    file = tmp_path / "in.ndjson"
    file.write_text(ndjson(INGA))
    (tmp_path / "link").symlink_to(file)
    for rejects in (file, tmp_path / "link"):
        assert rygrad("assess", file, "--rejects", rejects).code == 2
        assert file.read_text() == ndjson(INGA)
    nowhere = rygrad("assess", file, "--rejects", tmp_path / "no" / "where")
    assert nowhere.code == 2
    assert "Traceback" not in nowhere.err


@pytest.mark.parametrize("text", ['[{"id": 1, "facts": {}},', '[{"id": 1, "facts": {}}', '[{"id": 1, "facts": {}}] x', '[{"id": 1, "facts": {}},,{}]', '{"id": 1, "facts": {}}\n]', "[" * 100_000])  # fmt: skip
def test_it_never_takes_a_cut_or_damaged_document_for_a_whole_one(text: str, tmp_path: Path) -> None:
    file = tmp_path / "cut.json"
    file.write_text(text)
    ran = rygrad("assess", file, "--format", "ndjson")
    assert ran.code == 3
    assert ran.out.count("\n") == (0 if text.startswith("[[") else 1), "what stands before the damage is decided"


def test_it_goes_on_after_a_bad_record_inside_yaml(tmp_path: Path) -> None:
    file = tmp_path / "some.yaml"
    file.write_text(
        "- {id: a, as_of: 2026-03-02, facts: {onset_on: 2026-02-30}}\n"
        "- {id: b, as_of: 2026-03-02, facts: {nrs_pain: [{value: 8, on: 2026-01-20}], sick_leave: yes, comorbidity: no}}\n"
        "- {id: c, facts: {sick_leave: yes, sick_leave: no}}\n"
        "- {id: d, facts: {}}\n"
    )
    ran = rygrad("assess", file, "--format", "ndjson")
    assert ran.code == 3
    assert [d["id"] for d in decisions(ran.out)] == ["b", "d"]
    assert "some.yaml:1: onset_on" in ran.err
    assert "some.yaml:3: et felt står to gange" in ran.err


def test_it_reads_lines_from_standard_input_though_the_first_is_garbage() -> None:
    ran = rygrad("assess", "-", "--format", "ndjson", stdin="garbage\r\n" + ndjson(INGA, INGA).replace("\n", "\r\n"))
    assert (ran.code, len(decisions(ran.out))) == (3, 2)
    assert ran.err.count("stdin:1:") == 1


def test_mended_rejects_can_be_run_again(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.ndjson"
    rygrad(
        "assess",
        "--format",
        "ndjson",
        "--rejects",
        rejects,
        stdin=ndjson({"id": "æ", "facts": {"onset": "2026-01-01"}}),
    )
    rejects.write_text(rejects.read_text().replace("onset", "onset_on"))
    ran = rygrad("assess", rejects, "--format", "ndjson")
    assert (ran.code, decisions(ran.out)[0]["id"]) == (0, "æ")


def test_it_never_says_that_signs_were_asked_when_they_were_not() -> None:
    acute = {"saddle_numbness", "bladder_or_bowel_disturbance", "paresis_grade", "paresis_worsening", "spinal_cord_signs", "pulsating_abdominal_mass", "fever_or_infection_signs", "immunosuppression_or_injected_drugs", "new_symptoms_in_both_legs", "relevant_trauma"}  # fmt: skip
    some = {**COVERED, **{name: value for name, value in NO_ALARM_SIGNS.items() if name in acute}}
    ran = rygrad("assess", stdin=ndjson({"id": 0, "as_of": AS_OF, "facts": some}))
    assert "Andre alarmtegn, der ikke er spurgt: 3." in ran.flat
    assert "De akutte alarmtegn er spurgt; ingen er til stede." in ran.flat
    assert "╭─ 0 ·" in ran.out, "0 is an id"
    blank = rygrad("assess", stdin=ndjson({"id": "\x1b[31m\n", "facts": {}}))
    assert "Akutte alarmtegn, der ikke er spurgt: 12 (ukendt, ikke »nej«)." in blank.flat
    assert "er spurgt; ingen er til stede" not in blank.flat
    assert "\x1b" not in blank.out, "no control character reaches the terminal"


def test_the_table_keeps_every_column_on_a_narrow_screen() -> None:
    ran = rygrad("assess", "--lang", "en", stdin=ndjson(INGA, INGA), COLUMNS="80")
    wide = ran.out.splitlines()
    assert all(len(line) <= 120 for line in wide)
    assert "Reassessment" in wide[0]
    assert screen.widths(80) is screen.NARROW
    assert sum(screen.NARROW.values()) + len(screen.NARROW) - 1 < 80
