"""How the exported CQL reads Observations: the newest counts, and what cannot be read is unknown, never no."""

from datetime import date
from typing import Any

import pytest

from rygrad.fhir.artefacts.cql import FACTS, libraries
from rygrad.fhir.names import DATA_ABSENT, code_system
from rygrad.fhir.understood import facts_from
from rygrad.pathway.pathway import Pathway
from tests.fhir.artefacts.cql.engine import run

ANSWERS = code_system("answers")
DAY = date(2026, 3, 2)
UNKNOWN = {"dataAbsentReason": {"coding": [{"system": DATA_ABSENT, "code": "asked-unknown"}]}}
YES, NO = {"valueBoolean": True}, {"valueBoolean": False}


def about(fact: str, *said: dict[str, Any]) -> list[dict[str, Any]]:
    coding = [{"system": "http://example.org/local", "code": "x"}, {"system": code_system("facts"), "code": fact}]
    return [{"status": "final", "code": {"coding": coding}, **one} for one in said]


def chosen(*codes: str, system: str = ANSWERS) -> dict[str, Any]:
    return {"valueCodeableConcept": {"coding": [{"system": system, "code": code} for code in codes]}}


def each(**answers: bool | None) -> dict[str, Any]:
    parts = [
        {"code": {"coding": [{"system": ANSWERS, "code": f"pain_sites.{name}"}]}, "valueBoolean": told}
        for name, told in answers.items()
    ]
    return {"component": parts}


def amount(value: float, **more: str) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, **more}}


def at(moment: str, said: dict[str, Any], **more: str) -> dict[str, Any]:
    return {**said, "effectiveDateTime": moment, **more}


# One Observation each, of the day itself.
ALONE: list[tuple[str, dict[str, Any], Any]] = [
    ("sick_leave", YES, "yes"),
    ("sick_leave", NO, "no"),
    ("sick_leave", UNKNOWN, None),
    ("sick_leave", {}, None),
    ("sick_leave", chosen("sick_leave.no"), "no"),
    ("sick_leave", chosen("comorbidity.yes"), None),
    ("sick_leave", {"valueString": "nej"}, None),
    ("sick_leave", YES | {"status": "preliminary"}, None),
    ("sick_leave", YES | {"status": "amended"}, "yes"),
    ("radiation", chosen("radiation.both_legs"), "both_legs"),
    ("radiation", chosen("radiation.toes"), None),
    ("radiation", chosen("radiation.toes", "radiation.leg"), "leg"),
    ("radiation", chosen("radiation.leg", system="http://example.org/other"), None),
    ("radiation", NO, None),
    ("pain_sites", NO, []),
    ("pain_sites", YES, None),
    ("pain_sites", each(neck=True, lumbar=True), ["neck", "lumbar"]),
    ("pain_sites", each(neck=False), []),
    ("paresis_grade", amount(4), 4),
    ("paresis_grade", amount(4, code="{score}"), 4),
    ("paresis_grade", amount(4, code="mm"), None),
    ("paresis_grade", amount(4, comparator="<"), None),
    ("paresis_grade", {"valueInteger": 0}, 0),
    ("age_years", amount(44, code="a"), 44),
    ("age_years", amount(44, code="mo"), None),
    ("onset_on", {"valueDateTime": "2026-01-31"}, ["2026-01-31", "2026-01-31"]),
    ("onset_on", {"valueDateTime": "2026-01-31T23:30:00+01:00"}, ["2026-01-31", "2026-01-31"]),
    ("onset_on", {"valueDateTime": "2026-01"}, None),
    ("onset_on", {"valueDateTime": "1820-01-31"}, None),
    ("onset_on", {"valuePeriod": {"start": "2026-01-31", "end": "2026-02-02"}}, ["2026-01-31", "2026-02-02"]),
    ("onset_on", {"valuePeriod": {"start": "2026-01-31"}}, None),
    ("onset_on", {"valuePeriod": {"start": "2026-02-02", "end": "2026-01-31"}}, None),
    ("onset_on", {"valueDateTime": "2026-03-03"}, None),
    ("paresis_grade", amount(6), None),
    ("paresis_grade", amount(4.5), None),
    ("pain_sites", each(neck=True, toes=True), None),
    ("clarified_alarms", {"component": [{"code": {"coding": [{"system": ANSWERS, "code": "clarified_alarms.radiation"}]}, "valueBoolean": True}]}, ["radiation"]),
    ("sick_leave", YES | {"modifierExtension": [{"url": "http://example.org/not", "valueBoolean": True}]}, None),
    ("sick_leave", YES | {"status": "unknown"}, None),
]  # fmt: skip


CLEARED = {
    "component": [
        {"code": {"coding": [{"system": ANSWERS, "code": "clarified_alarms.saddle_numbness"}]}, "valueBoolean": True}
    ]
}
BY_CITIZEN = {"performer": [{"reference": "http://example.org/fhir/Patient/1"}, {"reference": "RelatedPerson/2"}]}

# Several Observations, in any order, and what they make known of one fact.
TOGETHER: list[tuple[str, str, list[dict[str, Any]], Any]] = [
    ("the newest counts", "sick_leave", [at("2026-02-01", NO), at("2026-01-01", YES)], "no"),
    ("one without a day is older", "imaging_done", [at("2026-02-01", NO), YES], "no"),
    ("time zones are heeded", "sick_leave", [at("2026-02-01T10:30:00Z", NO), at("2026-02-01T11:00:00+01:00", YES)], "no"),
    ("then when it was issued", "sick_leave", [at("2026-02-01", NO, issued="2026-02-02T09:00:00Z"), at("2026-02-01", YES, issued="2026-02-02T08:00:00Z")], "no"),
    ("what differs at the same time is unknown", "sick_leave", [at("2026-02-01", NO), at("2026-02-01", YES)], None),
    ("of a sign the gravest counts", "saddle_numbness", [at("2026-03-01", NO), at("2026-03-01", YES)], "yes"),
    ("what agrees at the same time is known", "sick_leave", [at("2026-02-01", NO), at("2026-02-01", NO)], "no"),
    ("a withdrawn one is not there", "sick_leave", [at("2026-02-01", NO, status="entered-in-error"), at("2026-01-01", YES)], "yes"),
    ("a cancelled one is not there", "sick_leave", [at("2026-02-01", NO, status="cancelled"), at("2026-01-01", YES)], "yes"),
    ("one of a later day is not there", "sick_leave", [at("2026-03-03", NO), at("2026-01-01", YES)], "yes"),
    ("a newer one that is not ready leaves it unknown", "sick_leave", [at("2026-02-01", NO, status="registered"), at("2026-01-01", YES)], None),
    ("a newer »don't know« leaves it unknown", "sick_leave", [at("2026-02-01", UNKNOWN), at("2026-01-01", YES)], None),
    ("a newer one that cannot be read leaves it unknown", "sick_leave", [at("2026-02-01", {"valueString": "?"}), at("2026-01-01", YES)], None),
    ("a »don't know« does not take a sign back", "saddle_numbness", [at("2026-02-01", UNKNOWN), at("2026-01-01", YES)], "yes"),
    ("a no takes a sign back", "saddle_numbness", [at("2026-03-01", NO), at("2026-01-01", YES)], "no"),
    ("a blank does not take a weakness back", "paresis_grade", [at("2026-02-01", UNKNOWN), at("2026-01-01", amount(3))], 3),
    ("a suspicion stays", "spinal_tumour", [at("2026-02-01", UNKNOWN), at("2024-01-01", chosen("spinal_tumour.suspected"))], "suspected"),
    ("an old no about a sign is no answer", "saddle_numbness", [at("2026-02-22", NO)], None),
    ("a no about a sign holds a week", "saddle_numbness", [at("2026-02-23", NO)], "no"),
    ("an old grade that is normal is no answer", "paresis_grade", [at("2026-02-22", amount(5))], None),
    ("what was done once holds for good", "imaging_done", [at("2012-02-22", YES)], "yes"),
    ("a date holds for good", "onset_on", [at("2012-02-22", {"valueDateTime": "2012-02-20"})], ["2012-02-20", "2012-02-20"]),
    ("the end of a period is its day", "sick_leave", [{**NO, "effectivePeriod": {"start": "2026-01-01", "end": "2026-02-10"}}, at("2026-02-01", YES)], "no"),
    ("an instant is a time", "sick_leave", [{**NO, "effectiveInstant": "2026-02-10T10:00:00Z"}, at("2026-02-01", YES)], "no"),
    ("without another time it is when it was issued", "sick_leave", [{**NO, "issued": "2026-02-10T10:00:00Z"}, at("2026-02-01", YES)], "no"),
    ("a citizen clarifies nothing", "clarified_alarms", [at("2026-02-01", CLEARED | BY_CITIZEN)], None),
    ("a clinician does", "clarified_alarms", [at("2026-02-01", CLEARED | {"performer": [{"reference": "Practitioner/1"}]})], ["saddle_numbness"]),
    ("a clarification is not of a sign seen later", "clarified_alarms", [at("2026-02-01", CLEARED), at("2026-02-02", YES, about="saddle_numbness")], []),
    ("a clarification is of a sign seen before", "clarified_alarms", [at("2026-02-01", CLEARED), at("2026-01-02", YES, about="saddle_numbness")], ["saddle_numbness"]),
    ("the clock decides on the same day", "clarified_alarms", [at("2026-02-01T10:00:00Z", CLEARED), at("2026-02-01T10:30:00+01:00", YES, about="saddle_numbness")], ["saddle_numbness"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def told() -> list[tuple[str, str, list[dict[str, Any]], Any]]:
    """What each case above is called, its fact, its Observations, and what they make known."""
    alone = [(f"{fact}: {one}", fact, about(fact, at("2026-03-02", one)), wanted) for fact, one, wanted in ALONE]
    together = [
        (what, fact, [said for one in several for said in about(one.get("about", fact), one)], wanted)
        for what, fact, several, wanted in TOGETHER
    ]
    return alone + together


@pytest.mark.long
def test_observations_are_read_as_by_our_own_services_and_nothing_else_is(
    pathway: Pathway, told: list[tuple[str, str, list[dict[str, Any]], Any]]
) -> None:
    found = run(libraries(pathway), FACTS, [(said, DAY) for _, _, said, _ in told]).found
    for (what, fact, said, wanted), facts in zip(told, found, strict=True):
        assert facts[fact] == wanted, what
        assert ours(pathway, fact, said) == wanted, what


def ours(pathway: Pathway, fact: str, said: list[dict[str, Any]]) -> Any:
    """As our own services read it, in the shape of the CQL."""
    resources = [{"resourceType": "Observation", **one} for one in said]
    value = facts_from(pathway, resources, DAY).facts.get(fact)
    if pathway.facts[fact].kind == "date" and value is not None:
        return [value["earliest"], value["latest"]] if isinstance(value, dict) else [value, value]
    return value
