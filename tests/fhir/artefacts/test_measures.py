"""The indicators as Measures: valid by third parties, with the words, the rule and the places of the content."""

import json
import re

import pytest

from rygrad.fhir.artefacts.measures import measures
from rygrad.pathway.pathway import Pathway
from rygrad.quality.definitions import Indicators
from rygrad.quality.read import load_indicators
from rygrad.quality.terms import parse
from tests.fhir.artefacts.plan import Part
from tests.fhir.validator.problems import problems_of


@pytest.fixture(scope="module")
def made(pathway: Pathway) -> dict[str, Part]:
    return {one["id"]: one for one in measures(pathway)}


@pytest.fixture(scope="module")
def definitions(pathway: Pathway) -> Indicators:
    return load_indicators(pathway=pathway)


def test_every_measure_passes_the_validator(made: dict[str, Part]) -> None:
    assert problems_of(list(made.values())) == []


def test_there_is_one_for_each_indicator_with_its_words_and_rules(
    made: dict[str, Part], definitions: Indicators
) -> None:
    assert list(made) == list(definitions.all)
    for name, indicator in definitions.all.items():
        assert made[name]["title"] == indicator.words.da
        found = {p["code"]["coding"][0]["code"]: p for p in made[name]["group"][0]["population"]}
        assert parse(json.loads(found["numerator"]["criteria"]["expression"]), name) == indicator.numerator.rule
        assert found["denominator"]["description"] == definitions.said(indicator.denominator.says).da
        assert ("denominator-exclusion" in found) == (indicator.excluded is not None)
        assert (
            made[name]["improvementNotation"]["coding"][0]["code"]
            == {"higher": "increase", "lower": "decrease"}[indicator.direction]
        )


def test_a_measure_cites_the_source_or_says_that_it_is_local(
    pathway: Pathway, made: dict[str, Part], definitions: Indicators
) -> None:
    for name, one in made.items():
        assert definitions.all[name].is_local == ("Lokalt valg" in one["description"])
        for cited in one.get("relatedArtifact", ()):
            place = re.search(r"pixi\.txt:(\d+)(?:-(\d+))?$", cited["display"])
            assert place and pathway.source.span(cited["citation"], (int(place[1]), int(place[2] or place[1])))
        assert definitions.all[name].is_local or one["relatedArtifact"]
    assert "(local)" in json.dumps(made["Q3"]) and "7 (lokalt)" in made["Q3"]["guidance"]
