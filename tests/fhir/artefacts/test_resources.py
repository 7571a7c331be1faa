"""The exported resources: valid by third parties, every action with its sentence, nothing of the content left out."""

import base64
import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rygrad.fhir.artefacts.cql import conditions, libraries
from rygrad.fhir.artefacts.programme import resources
from rygrad.fhir.artefacts.questionnaires import FELT, FELT_QUESTION, FELT_WORDS, HOME_QUESTIONS, home_signs
from rygrad.fhir.artefacts.wording import TRANSLATION
from rygrad.fhir.names import CANONICAL
from rygrad.fhir.observed import fact_of
from rygrad.pathway.pathway import Pathway
from rygrad.record.door import CourseView
from rygrad.web.citizen import questions
from rygrad.web.language import language
from tests.fhir.artefacts.plan import Part, actions, asked, codes, expressions
from tests.fhir.validator.problems import problems_of


@pytest.fixture(scope="module")
def made(pathway: Pathway) -> list[Part]:
    return resources(pathway)


def of(made: list[Part], kind: str, name: str = "") -> list[Part]:
    return [one for one in made if one["resourceType"] == kind and name in ("", one["id"])]


def walk(data: Any) -> Iterator[Part]:
    """Every object of a resource."""
    if isinstance(data, dict):
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from walk(part)


def test_every_resource_passes_the_validator(made: list[Part]) -> None:
    assert problems_of(made, resolve=True) == []


@pytest.mark.parametrize(
    ("kind", "name", "spoil"),
    [
        ("PlanDefinition", "rygsmerter", lambda one: one["action"][0]["condition"][0].pop("kind")),
        ("PlanDefinition", "recurrent", lambda one: one["action"][1].update(prioritet="routine")),
        ("ActivityDefinition", "effort-imaging", lambda one: one.update(kind="Scanning")),
        ("Questionnaire", "clinician", lambda one: one["item"][0]["item"][0].pop("linkId")),
        ("Library", "RygradRules", lambda one: one.pop("type")),
        ("CodeSystem", "facts", lambda one: one["concept"][0].update(code=7)),
        ("ValueSet", "facts", lambda one: one.update(status="udkast")),
        ("Measure", "Q2", lambda one: one["group"][0]["population"][0].pop("criteria")),
        ("Measure", "Q2", lambda one: one["scoring"]["coding"][0].update(code="share")),
    ],
)
def test_a_spoiled_resource_does_not_pass(made: list[Part], kind: str, name: str, spoil: Any) -> None:
    (spoiled,) = copy.deepcopy(of(made, kind, name))
    spoil(spoiled)
    assert problems_of([spoiled]) != []


def test_every_action_carries_a_sentence_that_stands_in_the_source_a_safety_source_or_a_reading(
    pathway: Pathway, made: list[Part]
) -> None:
    every = [action for plan in of(made, "PlanDefinition") for action in actions(plan)]
    assert len(every) > 150
    for action in every:
        assert action["documentation"], action["id"]
        for cited in action["documentation"]:
            place = re.search(r"pixi\.txt:(\d+)(?:-(\d+))?$", cited["display"])
            if place:
                lines = int(place[1]), int(place[2] or place[1])
                assert pathway.source.span(cited["citation"], lines) is not None
            else:
                assert cited["label"] in {*pathway.readings, *pathway.safety_sources}


def test_a_groups_action_quotes_that_group_and_no_other(pathway: Pathway, made: list[Part]) -> None:
    for group in pathway.groups.values():
        (plan,) = of(made, "PlanDefinition", group.id.replace("_", "-"))
        labels = {cited["label"] for one in actions(plan) for cited in one["documentation"]}
        statements = {label for label in labels if re.match(r"G\d-", label)}
        assert statements and all(label.startswith(f"G{group.number}-") for label in statements)


def test_each_condition_is_defined_in_the_cql_and_paired_with_a_question(pathway: Pathway, made: list[Part]) -> None:
    text = "".join(libraries(pathway).values())
    facts = {one.definition: set(one.facts) for one in conditions(pathway).values()}
    for plan in of(made, "PlanDefinition"):
        every = list(actions(plan))
        names = {name for one in every for name in expressions(one)}
        assert names and all(f'define "{name}":' in text for name in names)
        for name in names & set(facts):
            (asks,) = [one for one in every if expressions(one) == [f"{name} is unknown"]]
            assert asked([asks]) == facts[name]
            assert asks["definitionCanonical"].startswith(f"{CANONICAL}/Questionnaire/clinician|")
        assert len({one["id"] for one in every}) == len(every)


def test_every_part_of_the_content_is_in_a_plan(pathway: Pathway, made: list[Part]) -> None:
    (strategy,) = of(made, "PlanDefinition", pathway.identity.id)
    told = list(actions(strategy))
    assert codes(told, "alarms") == set(pathway.alarms)
    assert codes(told, "urgencies") == set(pathway.urgencies)
    assert codes(told, "groups") == set(pathway.groups)
    excluded = json.dumps(strategy, ensure_ascii=False)
    assert all(one.instead.da in excluded and one.instead.en in excluded for one in pathway.exclusions.values())
    for group in pathway.groups.values():
        (plan,) = of(made, "PlanDefinition", group.id.replace("_", "-"))
        told = list(actions(plan))
        assert codes(told, "efforts") == set(group.efforts)
        assert codes(told, "interventions") == set(group.listed["interventions"])
        assert codes(told, "information") == set(group.listed["information"])
        assert codes(told, "entries") == ({"returned_to_gp"} if group.return_to_gp else set())
        roles = {role["role"]["coding"][0]["code"] for one in told for role in one.get("participant", ())}
        assert roles == set(group.listed["actors"])
        could = {one["id"].rpartition(".")[2] for one in told if one.get("requiredBehavior") == "could"}
        items = (*group.interventions, *group.information, *group.efforts.values())
        assert could == {item.id.replace("_", "-") for item in items if item.optional}


def test_the_window_is_counted_from_the_treatment(pathway: Pathway, made: list[Part]) -> None:
    rule = pathway.reassessment.window
    for group in pathway.groups.values():
        (plan,) = of(made, "PlanDefinition", group.id.replace("_", "-"))
        related = [related for one in actions(plan) for related in one.get("relatedAction", ())]
        spans = [(one["offsetRange"]["low"]["value"], one["offsetRange"]["high"]["value"]) for one in related]
        assert spans == ([(rule.first_day, rule.last_day)] if group.reassessment else [])
        assert {one["actionId"] for one in related} <= {one["id"] for one in actions(plan)}


def test_a_title_for_the_clinician_and_words_for_the_citizen_stand_in_both_languages(made: list[Part]) -> None:
    for plan in of(made, "PlanDefinition"):
        for action in actions(plan):
            for key in ("title", "textEquivalent"):
                (translated,) = action[f"_{key}"]["extension"]
                assert translated["url"] == TRANSLATION
                assert action[key] and translated["extension"][1]["valueString"]


def test_every_address_of_ours_is_exported_with_its_version(made: list[Part]) -> None:
    there = {f"{one['url']}|{one['version']}" for one in made}
    named = {
        value
        for one in made
        for part in walk(one)
        for value in part.values()
        if isinstance(value, str) and value.startswith(CANONICAL) and "|" in value
    }
    assert len(named) > 40 and named <= there


def test_every_code_of_ours_is_in_its_vocabulary_with_its_words(made: list[Part]) -> None:
    systems = {one["url"]: {c["code"]: c["display"] for c in one["concept"]} for one in of(made, "CodeSystem")}
    used = [part for one in made for part in walk(one) if str(part.get("system", "")).startswith(CANONICAL)]
    codings = [part for part in used if "code" in part]
    assert len(codings) > 400
    assert all(one["code"] in systems[one["system"]] for one in codings)


def test_it_is_a_draft_until_somebody_signs(pathway: Pathway, made: list[Part]) -> None:
    assert all((one["status"], one["experimental"]) == ("draft", True) for one in made)
    assert all("ikke underskrevet" in one.get("purpose", one["description"]) for one in made)
    signed = replace(pathway, identity=replace(pathway.identity, signed_by="Anne Læge, 01ABC, 2026-12-01"))
    for one in resources(signed):
        assert (one["status"], one["experimental"]) == ("active", False)
        assert "Anne Læge" in one.get("purpose", one["description"])


def test_nothing_is_pretended(made: list[Part]) -> None:
    """No extension of our own is used in the programme's resources."""
    urls = {extension["url"] for one in made for part in walk(one) for extension in part.get("extension", ())}
    ours = {url for url in urls if "://" in url and not url.startswith("http://hl7.org/fhir/StructureDefinition/")}
    assert ours == set()


def test_a_library_holds_the_cql_text(pathway: Pathway, made: list[Part]) -> None:
    held = {one["id"]: base64.b64decode(one["content"][0]["data"]).decode() for one in of(made, "Library")}
    assert held == libraries(pathway)
    assert all(f"library {name} version '{pathway.identity.version}'" in text for name, text in held.items())


def _items(questionnaire: Part) -> dict[str, Part]:
    every = (item for section in questionnaire["item"] for item in section.get("item", (section,)))
    return {item["linkId"]: item for item in every}


def test_the_clinician_is_asked_every_fact_and_no_licensed_instrument(pathway: Pathway, made: list[Part]) -> None:
    (form,) = of(made, "Questionnaire", "clinician")
    assert set(_items(form)) == set(pathway.facts) - {"rmdq"}
    assert pathway.facts["rmdq"].question.clinician.da not in json.dumps(form, ensure_ascii=False)


def test_dont_know_is_an_answer_and_no_blank_box_can_be_a_no(made: list[Part]) -> None:
    for form in of(made, "Questionnaire"):
        for item in _items(form).values():
            assert item["type"] != "boolean"
            if item["type"] == "choice":
                assert item["answerOption"][-1]["valueCoding"]["code"] == "asked-unknown"


def test_an_answer_of_a_form_is_read_as_the_fact(pathway: Pathway, made: list[Part]) -> None:
    read = 0
    for form in of(made, "Questionnaire"):
        for name, item in _items(form).items():
            if name == FELT or item["type"] != "choice" or item["repeats"]:
                continue
            for option in item["answerOption"][:-1]:
                answer = {"code": {"coding": item["code"]}, "valueCodeableConcept": {"coding": [option["valueCoding"]]}}
                value = option["valueCoding"]["code"].removeprefix(f"{name}.")
                assert fact_of(pathway, {"status": "final", **answer}) == (name, value)
                read += 1
    assert read > 80


def test_the_citizen_is_asked_what_the_citizens_page_asks(pathway: Pathway, made: list[Part]) -> None:
    (form,) = of(made, "Questionnaire", "before-visit")
    signs = questions.signs(pathway)
    assert list(_items(form)) == ["signs", "call", *signs, "questions", *HOME_QUESTIONS]
    assert "112" in _items(form)["call"]["text"], "whom to call stands before any question"
    assert home_signs(pathway) == signs and len(HOME_QUESTIONS) == 5
    view = cast(CourseView, SimpleNamespace(entries=(), plan=None))
    page = questions.question(pathway, view, "virkning", date(2026, 3, 2))
    assert page["text"] == FELT_QUESTION.text(language())
    assert {one.value: one.words for one in page["answers"]} == {
        value: words.text(language()) for value, words in FELT_WORDS.items()
    }
