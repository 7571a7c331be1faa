"""`rygrad export`."""

import re
from pathlib import Path

from rygrad.decision.pathwaymap import HERE, mermaid, pathway_map
from rygrad.fhir.artefacts.package import files
from rygrad.pathway.pathway import Pathway
from rygrad.record.states import COURSE_STATES
from tests.interfaces.command import rygrad


def test_it_writes_the_map_as_mermaid_in_both_languages(pathway: Pathway) -> None:
    for language, says in (("da", "manglende effekt"), ("en", "no effect")):
        done = rygrad("export", "mermaid", "--lang", language)
        assert (done.code, done.out) == (0, mermaid(pathway, language))
        assert done.out.startswith("flowchart TD\n") and f'-->|"{says}"|' in done.out


def test_the_map_holds_every_group_and_effort_and_no_way_to_nowhere(pathway: Pathway) -> None:
    found = pathway_map(pathway)
    ids = [place.id for place in found.places]
    assert len(ids) == len(set(ids))
    assert {f"group_{g}" for g in pathway.groups} | {f"effort_{e}" for e in pathway.words["efforts"]} <= set(ids)
    assert {end for way in found.ways for end in (way.start, way.end)} == set(ids)
    when = {way.end: way.when.da for way in found.ways}
    assert when["effort_imaging"] == "gruppe 2, 3" and when["effort_pain_clinic"] == "gruppe 3, 4"
    assert when["window"] == "gruppe 2, 3, 4"


def test_every_state_of_a_course_has_its_place_on_the_map(pathway: Pathway) -> None:
    assert set(HERE) == set(COURSE_STATES)
    assert set(HERE.values()) <= {place.id for place in pathway_map(pathway).places}
    assert set(pathway.citizen.states) == set(COURSE_STATES)


def test_quotes_in_a_label_do_not_break_the_chart(pathway: Pathway) -> None:
    assert all(re.fullmatch(r'  \w+\["[^"]*"\]', one) for one in mermaid(pathway, "da").splitlines() if "[" in one)


def test_it_writes_the_fhir_package_and_says_when_it_is_stale(pathway: Pathway, tmp_path: Path) -> None:
    made = files(pathway)
    done = rygrad("export", "fhir", tmp_path, "--lang", "en")
    assert (done.code, done.out) == (0, f"{len(made)} files written to {tmp_path}.\n")
    written = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert written == made, "another process writes the same bytes"
    assert rygrad("export", "fhir", tmp_path, "--check").code == 0
    (tmp_path / "cql/RygradRules.cql").write_text("library Other")
    stale = rygrad("export", "fhir", tmp_path, "--check", "--lang", "en")
    assert (stale.code, stale.out, stale.err) == (4, "cql/RygradRules.cql\n", "Stale: export again.\n")
    assert rygrad("export", "fhir", tmp_path).code == 0
    assert rygrad("export", "fhir", tmp_path, "--check").code == 0


def test_it_writes_no_package_over_what_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "dagbog.txt").write_text("min")
    for language, says in (("da", "Intet er skrevet"), ("en", "Nothing is written")):
        done = rygrad("export", "fhir", tmp_path, "--lang", language)
        assert (done.code, done.out) == (2, "") and says in done.err and "dagbog.txt" in done.err
    assert [one.name for one in tmp_path.iterdir()] == ["dagbog.txt"]
