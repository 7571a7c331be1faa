"""`rygrad ask`."""

from pathlib import Path

import yaml

from tests.interfaces.command import rygrad


def test_it_asks_alarm_signs_as_one_act_then_what_decides_and_shows_the_plan(tmp_path: Path) -> None:
    saved = tmp_path / "answers.yaml"
    ran = rygrad("ask", "--as-of", "2026-03-02", "--save", saved, stdin="0\nja\n2025-11-01\nnej\n")
    assert ran.code == 0
    assert "Er nogen af disse tegn til stede?" in ran.err
    assert "Gruppe 3" in ran.out
    facts = yaml.safe_load(saved.read_text())["facts"]
    assert facts["saddle_numbness"] is False or facts["saddle_numbness"] == "no"
    assert facts["paresis_grade"] == 5
    assert facts["onset_on"] == "2025-11-01"
    assert "recurring_back_problems" not in facts, "what can change nothing is not asked"
    assert rygrad("assess", saved).code == 0


def test_it_takes_dont_know_for_an_answer_and_never_asks_it_again() -> None:
    ran = rygrad("ask", "--as-of", "2026-03-02", stdin="\n" * 30)
    assert ran.code == 0
    assert "Mangler svar" in ran.out
    assert ran.err.count("Hvornår begyndte") == 1


def test_it_stops_at_an_acute_alarm_and_shows_the_way() -> None:
    ran = rygrad("ask", "--as-of", "2026-03-02", "--lang", "en", stdin="5\nyes\n")
    assert "acute admission" in ran.flat
    assert "When did the present episode start" not in ran.err


def test_it_asks_grade_and_state_and_whether_the_rest_was_asked() -> None:
    ran = rygrad("ask", "--as-of", "2026-03-02", stdin="2,7\nmåske\n2\n4\nnej\nja\n")
    assert "bekræftet, 2 mistænkt" in ran.err.replace("1 ", "")
    assert "Plan og indsatser holdes tilbage: brud på rygsøjlen (mistænkt)" in ran.flat
    assert "Parese grad 4" in ran.out
    assert "der ikke er spurgt" in ran.flat, "the rest was not asked, so it is unknown"


def test_it_says_when_it_does_not_understand_and_asks_again() -> None:
    ran = rygrad("ask", "--as-of", "2026-03-02", stdin="99\nx\n0\nmaybe\nja\n2026-13\n2027-01-01\n2026-02\nja\n")
    assert ran.err.count("Forstår ikke svaret") == 2
    assert "yes, no" in ran.err
    assert "en mulig dato" in ran.err
    assert "ligger efter opgørelsesdatoen" in ran.err
    assert "Gentagne tilfælde" in ran.out


def test_it_starts_from_what_is_known_and_shows_what_prompts_a_question(tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    known.write_text(
        "id: ida\nas_of: 2026-03-02\nfacts: {back_triggered_pain: yes, onset_on: 2025-01-01, sick_leave: yes}\n"
    )
    ran = rygrad("ask", known, stdin="0\nja\n")
    assert "Sygemeldt på grund af ryggen? ja" in ran.err
    assert "Kompleks kronisk" in ran.out
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    assert rygrad("ask", empty).code == 2


def test_none_of_the_signs_writes_nothing_that_was_not_asked(tmp_path: Path) -> None:
    saved = tmp_path / "answers.yaml"
    ran = rygrad("ask", "--as-of", "2026-03-02", "--save", saved, stdin="0\n")
    assert "Smerteudstråling" not in ran.err
    assert "radiation" not in yaml.safe_load(saved.read_text())["facts"]
    again = rygrad("ask", "--save", saved, stdin="0\n")
    assert (again.code, "findes allerede" in again.err) == (2, True)


def test_it_goes_on_to_the_treatment_and_its_effect() -> None:
    ran = rygrad("ask", "--as-of", "2026-03-02", stdin="0\nja\n1-11-2025\nnej\n05/01/2026\n2\n\nja\nnej\n")
    assert "Effekt af fysioterapi" in ran.err
    assert "1. november" not in ran.err
    assert "Manglende effekt: sendes tilbage til egen læge" in ran.flat
    assert "Allerede udført" in ran.flat


def test_it_asks_about_one_citizen_and_takes_this_month_for_an_onset(tmp_path: Path) -> None:
    two = tmp_path / "two.yaml"
    two.write_text("- {id: a, facts: {}}\n- {id: b, facts: {}}\n")
    assert "flere borgere" in rygrad("ask", two).err
    ran = rygrad("ask", "--as-of", "2026-03-10", stdin="²\n0\nja\n2026-03\nja\n")
    assert ran.err.count("Hvornår begyndte") == 1
    assert "Gentagne tilfælde" in ran.out
