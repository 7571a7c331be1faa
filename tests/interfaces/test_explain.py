"""`rygrad explain`."""

from pathlib import Path

import yaml

from rygrad.pathway.read import content_folder
from tests.interfaces.command import rygrad
from tests.people import AS_OF, INGA_GROUP_3

CITIZENS = content_folder() / "examples" / "citizens.yaml"


def test_it_says_why_the_mri_of_a_given_citizen_is_closed() -> None:
    ran = rygrad("explain", CITIZENS, "--id", "demo-07 Hanne Harprøvet", "--about", "imaging")
    assert ran.code == 0
    for said in (
        "Allerede udført",
        "Er billeddiagnostik/MR udført i dette forløb, samme region? ja",
        "»Billeddiagnostik/MR hvis ikke tidligere udført« (G3-R1, pixi.txt:231-233)",
        "R10",
        "ikke underskrevet af kliniker",
    ):
        assert said in ran.out
    assert "Rygenheden" not in ran.out


def test_it_says_the_same_in_english() -> None:
    ran = rygrad("explain", CITIZENS, "--id", "demo-07 Hanne Harprøvet", "--about", "efforts.imaging", "--lang", "en")
    assert "Already done" in ran.out
    assert "Our reading R10" in ran.out
    assert "not signed by a clinician" in ran.out


def test_it_marks_the_safety_layer_as_not_the_programme() -> None:
    ran = rygrad("explain", CITIZENS, "--id", "demo-10 Kaj Kørnu", "--about", "alarms")
    assert "Sikkerhedslaget, ikke programmet" in ran.out


def test_it_shows_ruled_out_groups_and_actors_only_on_request(tmp_path: Path) -> None:
    file = tmp_path / "inga.yaml"
    file.write_text(yaml.safe_dump({"id": "inga", "as_of": AS_OF, "facts": INGA_GROUP_3}))
    assert "udelukket af svarene" not in rygrad("explain", file).out
    everything = rygrad("explain", file, "--all").out
    assert "udelukket af svarene" in everything
    assert "Kommunen" in everything


def test_it_helps_when_the_name_is_wrong(tmp_path: Path) -> None:
    unknown = rygrad("explain", CITIZENS, "--about", "mri")
    assert unknown.code == 2
    assert "imaging" in unknown.err
    assert rygrad("explain", CITIZENS, "--id", "nobody").code == 2
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: x\nfacts: {paresis_grade: 9}\n")
    assert rygrad("explain", bad).code == 3


def test_it_goes_on_past_citizens_without_that_conclusion() -> None:
    ran = rygrad("explain", CITIZENS, "--about", "alarms")
    assert ran.code == 0
    assert "demo-10" in ran.out
    assert "demo-11" in ran.out
    assert "demo-01" not in ran.out
    assert rygrad("explain", CITIZENS, "--id", "hanne", "--about", "group").out.startswith("demo-07")


def test_it_names_everything_that_holds_a_plan_back(tmp_path: Path) -> None:
    file = tmp_path / "held.yaml"
    file.write_text(
        "id: x\nfacts: {fever_or_infection_signs: yes, previous_cancer: yes, unexplained_weight_loss: yes}\n"
    )
    ran = rygrad("explain", file, "--about", "imaging")
    for sign in ("safety.fever_or_infection_signs", "safety.previous_cancer", "safety.unexplained_weight_loss"):
        assert sign in ran.flat
