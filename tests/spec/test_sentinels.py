"""The sentinel citizens: their answers are pinned, and give every answer that the programme has."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rygrad.cli.commands import app
from rygrad.cli.sentinels import written
from rygrad.decision import decide as deciding
from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision
from rygrad.decision.many import ManyDecisions
from rygrad.decision.sentinels import Changed, changed_sentinels, check_sentinels, told
from rygrad.pathway.errors import ContentError
from rygrad.pathway.node import load_yaml
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import content_folder, load_pathway
from rygrad.pathway.sentinels import FILE, read_sentinels
from rygrad.pathway.words import Phrase

WEAKER = ("at_most: {paresis_grade: 3}", "at_most: {paresis_grade: 2}")


def changed(pathway: Pathway) -> list[Changed]:
    """The sentinels answered otherwise, by the path that decides for the record."""
    return changed_sentinels(pathway, ManyDecisions(pathway).decide)


def test_every_sentinel_is_answered_as_pinned_by_both_paths(pathway: Pathway) -> None:
    assert changed(pathway) == []
    assert changed_sentinels(pathway, lambda facts, day: decide(pathway, facts, day, with_reasons=False)) == []


def test_the_sentinels_give_every_answer_of_the_programme(pathway: Pathway) -> None:
    assert check_sentinels(pathway) == []
    nobody = check_sentinels(replace(pathway, sentinels=()))
    said = " · ".join(problem.text("en") for problem in nobody)
    assert "sentinels.yaml: ingen kontrolborger får svaret scope hold" in [problem.text("da") for problem in nobody]
    for answer in ("scope hold", "group recurrent", "urgency same_day", "efforts open", "return_to_gp due"):
        assert f"no sentinel is answered {answer}" in said
    for kind, names in (("alarms", pathway.alarms), ("exclusions", pathway.exclusions)):
        assert all(f"no sentinel is answered {kind} {name}" in said for name in names)


def test_the_file_is_what_the_command_writes(pathway: Pathway) -> None:
    assert (content_folder() / FILE).read_text("utf-8") == written(pathway)


def test_a_malformed_or_doubled_sentinel_is_refused(pathway: Pathway) -> None:
    plain = load_yaml((content_folder() / FILE).read_bytes(), FILE)
    first = plain["sentinels"][0]
    with pytest.raises(ContentError, match="same id"):
        read_sentinels({"sentinels": [first, first]})
    with pytest.raises(ContentError, match="unknown fields: hvis"):
        read_sentinels({"sentinels": [first | {"hvis": 1}]})
    with pytest.raises(ContentError, match="unknown fields: andet"):
        read_sentinels({"sentinels": [], "andet": 1})
    without = {key: value for key, value in first.items() if key != "digest"}
    with pytest.raises(ContentError, match="the field digest is missing"):
        read_sentinels({"sentinels": [without]})


@pytest.fixture
def weaker(tmp_path: Path) -> Path:
    """The content in a folder of its own, where a paresis of grade 3 has stopped being an alarm."""
    folder = Path(shutil.copytree(content_folder(), tmp_path / "weaker"))
    safety = folder / "safety.yaml"
    text = safety.read_text("utf-8")
    assert WEAKER[0] in text
    safety.write_text(text.replace(*WEAKER), "utf-8")
    return folder


def test_a_changed_rule_changes_the_answers_and_says_which(weaker: Path) -> None:
    loaded = load_pathway(weaker)
    found = changed(loaded)
    assert found
    assert all("severe_paresis" in pinned for one in found for name, pinned, _ in one.answers if name == "alarms")
    problem = check_sentinels(loaded)[0]
    name, told = (
        found[0].sentinel,
        "urgency: acute → urgent · alarms: severe_paresis, relevant_trauma → relevant_trauma",
    )
    assert problem.text("en") == (
        f"sentinels.yaml: the sentinel citizen {name} is answered otherwise ({told}): rygrad content sentinels"
    )
    assert problem.text("da") == (
        f"sentinels.yaml: kontrolborgeren {name} får et andet svar ({told}): rygrad content sentinels"
    )
    assert check_sentinels(replace(loaded, sentinels=read_sentinels(load_yaml(written(loaded).encode(), FILE)))) != [
        problem for problem in check_sentinels(loaded) if "otherwise" in problem.text("en")
    ]


def test_written_anew_the_sentinels_agree_with_the_changed_content(weaker: Path) -> None:
    loaded = load_pathway(weaker)
    anew = replace(loaded, sentinels=read_sentinels(load_yaml(written(loaded).encode(), FILE)))
    assert changed(anew) == []


def test_a_change_of_words_alone_is_seen_and_said_to_be_one(pathway: Pathway) -> None:
    cards = {**pathway.cards, "scope": dict(pathway.cards["scope"])}
    card = cards["scope"]["inside"]
    cards["scope"]["inside"] = replace(card, word=replace(card.word, en="Elsewhere"))
    found = changed(replace(pathway, cards=cards))
    assert found
    assert all(one.answers == () for one in found)
    assert "words or reasons alone" in found[0].said.en and "kun ord" in found[0].said.da


def test_changed_answers_are_told_first_and_words_alone_are_counted_in_one_line() -> None:
    words, answers = Changed("a", (), "1"), Changed("b", (("scope", "hold", "inside"),), "2")
    assert told([words, answers, replace(words, sentinel="c")]) == [
        answers.said,
        Phrase(
            "kontrolborgere, hvis svar kun er ændret i ord eller begrundelse: 2",
            "sentinel citizens whose answers differ in words or reasons alone: 2",
        ),
    ]
    assert told([answers]) == [answers.said]
    assert told([]) == []


def test_the_command_says_how_many_answers_it_writes_otherwise_and_whose(weaker: Path, tmp_path: Path) -> None:
    out = tmp_path / FILE
    names = [one.sentinel for one in changed(load_pathway(weaker))]
    asked = ["content", "sentinels", "--out", str(out), "--pathway"]
    said = CliRunner().invoke(app, [*asked, str(weaker)])
    assert out.read_text("utf-8") == written(load_pathway(weaker))
    assert said.stdout == ""
    asked_of = len(load_pathway(weaker).sentinels)
    last = f"{len(names)} af {asked_of} kontrolborgere får et andet svar end før: {', '.join(names)}"
    assert (said.exit_code, said.stderr.splitlines()[-1]) == (0, last)
    same = CliRunner().invoke(app, [*asked, str(content_folder())])
    assert (same.exit_code, same.stderr) == (0, f"0 af {asked_of} kontrolborgere får et andet svar end før: –\n")


def test_an_engine_that_raises_is_an_answer_that_changed(pathway: Pathway) -> None:
    def broken(_: Mapping[str, Any], __: date) -> Decision:
        raise ZeroDivisionError

    found = changed_sentinels(pathway, broken)
    assert len(found) == len(pathway.sentinels)
    pinned = pathway.sentinels[0].answers["scope"]
    assert found[0].answers[0] == ("scope", pinned, "–") and found[0].answers[-1] == ("error", "–", "ZeroDivisionError")


def test_an_engine_that_forgets_the_holds_is_found(pathway: Pathway, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = deciding.assess_safety

    def forgetful(*given: Any) -> Any:
        safety = whole(*given)
        return replace(safety, scope="inside") if safety.scope == "hold" else safety

    monkeypatch.setattr(deciding, "assess_safety", forgetful)
    found = changed_sentinels(pathway, lambda facts, day: decide(pathway, facts, day, with_reasons=False))
    assert {("scope", "hold", "inside")} <= {answer for one in found for answer in one.answers}


def test_an_answer_counts_for_its_own_conclusion_alone(pathway: Pathway) -> None:
    without = tuple(
        replace(
            one,
            answers={
                name: said
                for name, said in one.answers.items()
                if not (name.startswith("efforts.") and said == "not_yet")
            },
        )
        for one in pathway.sentinels
    )
    assert any(one.answers.get("return_to_gp") == "not_yet" for one in without)
    said = [problem.text("en") for problem in check_sentinels(replace(pathway, sentinels=without))]
    assert "sentinels.yaml: no sentinel is answered efforts not_yet" in said
