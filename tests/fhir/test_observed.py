"""Facts and Observations say the same, both ways; what cannot be read is not guessed."""

from typing import Any

import pytest

from rygrad.decision.facts import clarifiable, read_facts
from rygrad.fhir.observed import ANSWERS, FACTS, NotUnderstood, fact_of, observation_of
from rygrad.pathway.cases import Case
from rygrad.pathway.pathway import Pathway


def said(pathway: Pathway, name: str, value: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", **observation_of(pathway, name, value)}


def test_every_fact_of_every_case_comes_back_as_it_went(pathway: Pathway, cases: list[Case]) -> None:
    seen = set()
    for case in cases:
        for name, value in case.given.items():
            if value is None or pathway.facts[name].kind == "scores":
                continue
            back = fact_of(pathway, said(pathway, name, value))
            seen.add(pathway.facts[name].kind)
            assert read_facts(pathway, dict([back]), case.as_of) == read_facts(pathway, {name: value}, case.as_of)
    assert seen >= {"yes_no", "choice", "date", "number"}


def test_every_value_of_every_choice_comes_back(pathway: Pathway) -> None:
    for name, fact in pathway.facts.items():
        for value in fact.values if fact.kind in ("choice", "yes_no") else ():
            assert fact_of(pathway, said(pathway, name, value)) == (name, value)
        if fact.kind in ("several", "facts"):
            values = list(fact.values or clarifiable(pathway))
            for some in (values, values[:1], []):
                assert fact_of(pathway, said(pathway, name, some)) == (name, some)


def test_a_score_keeps_its_day_and_its_items(pathway: Pathway) -> None:
    observation = said(pathway, "rmdq", {"value": 12, "items": 23}) | {"effectiveDateTime": "2026-02-03T10:00:00+01:00"}
    assert fact_of(pathway, observation) == ("rmdq", {"value": 12, "on": "2026-02-03", "items": 23})


def test_asked_and_not_known_is_not_known(pathway: Pathway) -> None:
    for name in pathway.facts:
        assert fact_of(pathway, said(pathway, name, None)) == (name, None)


@pytest.mark.parametrize("status", ["preliminary", "registered"])
def test_what_is_not_final_is_not_known(pathway: Pathway, status: str) -> None:
    assert fact_of(pathway, said(pathway, "imaging_done", "no") | {"status": status}) == ("imaging_done", None)


_NOT_READ: list[dict[str, Any]] = [
    {"code": {"coding": [{"system": "http://loinc.org", "code": "imaging_done"}]}, "valueBoolean": False},
    {"code": {"coding": [{"system": FACTS, "code": "no_such_fact"}]}, "valueBoolean": False},
    {"code": {"coding": [{"system": FACTS, "code": "imaging_done"}]}},
    {"code": {"coding": [{"system": FACTS, "code": "imaging_done"}]}, "valueString": "no"},
    {"code": {"coding": [{"system": FACTS, "code": "imaging_done"}]}, "valueBoolean": "false"},
    {
        "code": {"coding": [{"system": FACTS, "code": "spinal_fracture"}]},
        "valueCodeableConcept": {"coding": [{"system": ANSWERS, "code": "spinal_tumour.absent"}]},
    },
    {"code": {"coding": [{"system": FACTS, "code": "onset_on"}]}, "valueDateTime": "2026-02"},
    {"code": {"coding": [{"system": FACTS, "code": "onset_on"}]}, "valuePeriod": {"start": "2026-02-01"}},
    {"code": {"coding": [{"system": FACTS, "code": "age_years"}]}, "valueQuantity": {"value": 600, "code": "mo"}},
    {"code": {"coding": [{"system": FACTS, "code": "age_years"}]}, "valueQuantity": {"value": 60, "comparator": "<"}},
    {"code": {"coding": [{"system": FACTS, "code": "pain_sites"}]}, "component": [{"valueBoolean": True}]},
    {"code": "imaging_done", "valueBoolean": False},
    {"code": {"coding": "imaging_done"}},
    {},
]


@pytest.mark.parametrize("observation", _NOT_READ)
def test_what_has_another_form_is_not_understood_and_never_a_no(pathway: Pathway, observation: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        fact_of(pathway, observation)
