"""What is understood of another system's resources: the newest counts, nothing is guessed, and what is lacking is said."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rygrad.decision.decide import decide
from rygrad.decision.facts import clarifiable, read_facts
from rygrad.fhir.names import CANONICAL, DATA_ABSENT, ICPC2, SKS_D, SNOMED
from rygrad.fhir.observed import ANSWERS, observation_of
from rygrad.fhir.understood import SIGN_DAYS, STATE_DAYS, WEAK_SIGN_DAYS, Understood, facts_from, limits_of
from rygrad.pathway.cases import Case
from rygrad.pathway.pathway import Pathway
from tests.properties.citizens import citizens
from tests.versions import PACKAGED

DAY = date(2026, 3, 2)
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_BUT = {"id", "resourceType"}


def observed(pathway: Pathway, name: str, value: Any, on: str | None = "2026-03-01", **more: Any) -> dict[str, Any]:
    told = observation_of(pathway, name, value) | {"resourceType": "Observation", "id": "o1", "status": "final"}
    return told | ({"effectiveDateTime": on} if on else {}) | more


def condition(system: str, code: str, **more: Any) -> dict[str, Any]:
    coding = {"system": system, "code": code}
    return {"resourceType": "Condition", "id": "c1", "code": {"coding": [coding]}, "recordedDate": "2026-02-01", **more}


def status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def answers(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"questionnaire": f"{CANONICAL}/Questionnaire/hjemme|{PACKAGED}", "authored": "2026-03-01T10:00:00+01:00"}
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "q1",
        "status": "completed",
        **given,
        "item": list(items),
        **more,
    }


def item(fact: str, *values: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": fact, "answer": list(values)}


def understood(pathway: Pathway, *resources: Any, **options: Any) -> Understood:
    return facts_from(pathway, resources, DAY, **options)


def why(found: Understood) -> list[str]:
    return [one.why.en for one in found.not_understood]


def test_every_case_of_the_case_book_told_by_fhir_gets_the_same_decision(pathway: Pathway, cases: list[Case]) -> None:
    for case in cases:
        told = _told(pathway, case.given, case.as_of)
        assert decide(pathway, told, case.as_of) == decide(pathway, case.given, case.as_of), case.id


@given(citizens())
@settings(max_examples=60, deadline=None)
def test_a_citizen_told_by_fhir_gets_the_same_decision(pathway: Pathway, citizen: tuple[dict[str, Any], date]) -> None:
    facts, day = citizen
    assert decide(pathway, _told(pathway, facts, day), day) == decide(pathway, facts, day)


def _told(pathway: Pathway, facts: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The facts as they come back when they are sent as Observations of the same day."""
    resources = []
    for name, value in facts.items():
        is_several = pathway.facts[name].kind == "scores" and isinstance(value, list)
        for one in value if is_several else [value]:
            on = one.get("on") if isinstance(one, dict) else None
            resources.append(observed(pathway, name, one, str(on or day), id=f"o{len(resources)}"))
    found = facts_from(pathway, resources, day)
    assert not found.not_understood
    assert not found.old
    return found.facts


def test_the_newest_counts_by_day_then_clock_then_when_it_was_issued(pathway: Pathway) -> None:
    def told(value: str, on: str, **more: Any) -> dict[str, Any]:
        return observed(pathway, "worried_about_diagnosis", value, on, **more)

    for older, newer in (
        (told("yes", "2026-02-01"), told("no", "2026-02-02")),
        (told("yes", "2026-02-01T09:00:00Z"), told("no", "2026-02-01T11:00:00+01:00")),
        (
            told("yes", "2026-02-01", issued="2026-02-01T09:00:00Z"),
            told("no", "2026-02-01", issued="2026-02-01T09:00:01Z"),
        ),
        (told("yes", "2026-02"), told("no", "2026-02-02")),
    ):
        assert understood(pathway, newer, older).facts == understood(pathway, older, newer).facts
        assert understood(pathway, older, newer).facts == {"worried_about_diagnosis": "no"}


def test_an_instant_is_a_local_day(pathway: Pathway) -> None:
    told = observed(pathway, "worried_about_diagnosis", "yes", "2026-03-01T23:30:00Z")
    assert understood(pathway, told).facts == {"worried_about_diagnosis": "yes"}
    assert facts_from(pathway, [told], date(2026, 3, 1)).facts == {}


def test_conflicting_answers_of_the_same_time_are_unknown_and_said(pathway: Pathway) -> None:
    found = understood(pathway, *(observed(pathway, "sick_leave", value, id=value) for value in ("yes", "no")))
    assert found.facts == {}
    assert [(one.id, one.fact) for one in found.not_understood] == [("yes", "sick_leave"), ("no", "sick_leave")]


def test_of_conflicting_answers_about_a_sign_the_gravest_counts_and_it_is_said(pathway: Pathway) -> None:
    found = understood(pathway, *(observed(pathway, "paresis_grade", grade) for grade in (5, 3, 4)))
    assert found.facts == {"paresis_grade": 3}
    assert why(found)[0] == "conflicts with another answer of the same time"


def test_asked_and_not_known_is_said_and_is_no_no(pathway: Pathway) -> None:
    found = understood(pathway, observed(pathway, "sick_leave", None))
    assert (found.facts, found.not_known) == ({}, ("sick_leave",))


@pytest.mark.parametrize("blank", [None, "unreadable", "preliminary"])
def test_a_blank_that_comes_later_does_not_hide_a_sign(pathway: Pathway, blank: str | None) -> None:
    later = observed(pathway, "saddle_numbness", None if blank is None else "no", "2026-03-02", id="o2")
    if blank == "unreadable":
        later = {**later, "valueBoolean": "no"}
    if blank == "preliminary":
        later["status"] = "preliminary"
    found = understood(pathway, observed(pathway, "saddle_numbness", "yes"), later)
    assert found.facts == {"saddle_numbness": "yes"}


def test_a_newer_value_that_cannot_be_read_makes_the_fact_unknown(pathway: Pathway) -> None:
    broken = observed(pathway, "sick_leave", "no", "2026-03-02") | {"valueBoolean": "no"}
    found = understood(pathway, observed(pathway, "sick_leave", "no", "2026-02-01"), broken)
    assert found.facts == {}
    assert why(found) == ["the value has not the fact's form"]


def test_what_was_entered_in_error_is_not_there(pathway: Pathway) -> None:
    for gone in ("entered-in-error", "cancelled"):
        assert understood(pathway, observed(pathway, "sick_leave", "yes", status=gone)) == Understood()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": "unknown"}, "the status is missing or unknown"),
        ({"effectiveDateTime": "2026-03-03"}, "is dated after today"),
        ({"modifierExtension": [{"url": "http://example.org/not"}]}, "an extension changes its meaning"),
        ({"subject": {"reference": "Patient/somebody-else"}}, "is about another citizen"),
        ({"code": {"coding": [{"system": "http://loinc.org", "code": "1-8"}]}}, "the code is not among the facts"),
        ({"code": {"text": "sygemeldt"}}, "the code is not among the facts"),
    ],
)
def test_it_is_not_read_and_said_why(pathway: Pathway, change: dict[str, Any], says: str) -> None:
    found = understood(pathway, observed(pathway, "sick_leave", "no") | change, patient="dina")
    assert (found.facts, why(found)) == ({}, [says])


@pytest.mark.parametrize(
    "subject", ["Patient/dina", "http://ehr.example/fhir/Patient/dina", "Patient/dina/_history/2", "dina"]
)
def test_a_reference_to_the_citizen_may_be_written_in_any_way(pathway: Pathway, subject: str) -> None:
    told = observed(pathway, "sick_leave", "no", subject={"reference": subject})
    assert understood(pathway, told, patient="dina").facts == {"sick_leave": "no"}


@pytest.mark.parametrize(
    ("name", "value"), [("paresis_grade", 7), ("paresis_grade", 2.5), ("age_years", -1), ("onset_on", "2026-03-09")]
)
def test_an_impossible_value_is_unknown_and_said(pathway: Pathway, name: str, value: Any) -> None:
    found = understood(pathway, observed(pathway, name, value))
    assert (found.facts, why(found)) == ({}, ["the value is not possible for the fact"])


def test_scores_are_all_kept_with_their_days_in_order(pathway: Pathway) -> None:
    told = [observed(pathway, "rmdq", {"value": n, "items": 23}, f"2026-02-0{n}", id=str(n)) for n in (3, 1, 2, 2)]
    found = understood(pathway, *told).facts["rmdq"]
    assert [(one["value"], one["on"], one["items"]) for one in found] == [(n, date(2026, 2, n), 23) for n in (1, 2, 3)]


@pytest.mark.parametrize(("days", "counts"), [(SIGN_DAYS, True), (SIGN_DAYS + 1, False)])
def test_an_old_no_to_a_sign_reassures_nobody(pathway: Pathway, days: int, *, counts: bool) -> None:
    on = DAY - timedelta(days=days)
    found = understood(pathway, observed(pathway, "saddle_numbness", "no", on.isoformat()))
    assert ("saddle_numbness" in found.facts) is counts
    assert [(one.fact, one.on, one.counts) for one in found.old] == ([] if counts else [("saddle_numbness", on, False)])


def test_an_old_sign_that_was_there_goes_on_counting_and_is_said_to_be_old(pathway: Pathway) -> None:
    found = understood(pathway, observed(pathway, "saddle_numbness", "yes", "2025-03-01"))
    assert found.facts == {"saddle_numbness": "yes"}
    assert [(one.fact, one.counts) for one in found.old] == [("saddle_numbness", True)]


def test_an_answer_without_a_day_is_old_where_there_is_a_limit(pathway: Pathway) -> None:
    told = [observed(pathway, name, "no", None) for name in ("saddle_numbness", "imaging_done")]
    found = understood(pathway, *told)
    assert found.facts == {"imaging_done": "no"}
    assert [(one.fact, one.on) for one in found.old] == [("saddle_numbness", None)]


def test_every_kind_of_fact_has_its_limit_or_none(pathway: Pathway) -> None:
    limits = limits_of(pathway)
    assert {name for name, days in limits.items() if days == SIGN_DAYS} == set(pathway.must_be_asked)
    assert {name for name, days in limits.items() if days == WEAK_SIGN_DAYS} == {*clarifiable(pathway)} - set(
        pathway.must_be_asked
    )
    for_good = {"imaging_done", "surgical_assessment_done", "effect_of_physiotherapy", "effect_of_chiropractic"}
    for_good |= {name for name, fact in pathway.facts.items() if fact.kind in ("date", "scores", "facts")}
    assert set(pathway.facts) - set(limits) == for_good
    assert limits["complex_surroundings"] == STATE_DAYS


def test_without_limits_nothing_is_old(pathway: Pathway) -> None:
    found = understood(pathway, observed(pathway, "saddle_numbness", "no", "2020-01-01"), limits={})
    assert (found.facts, found.old) == ({"saddle_numbness": "no"}, ())


def test_a_clarification_covers_only_what_was_seen_before_it(pathway: Pathway) -> None:
    cleared = observed(pathway, "clarified_alarms", ["saddle_numbness"], "2026-02-27")
    before, after = (observed(pathway, "saddle_numbness", "yes", f"2026-02-2{day}") for day in (6, 8))
    assert understood(pathway, cleared, before).facts["clarified_alarms"] == ["saddle_numbness"]
    found = understood(pathway, cleared, after)
    assert found.facts == {"clarified_alarms": [], "saddle_numbness": "yes"}
    assert why(found) == ["was clarified before the sign was last seen"]
    undated = observed(pathway, "clarified_alarms", ["saddle_numbness"], None)
    assert understood(pathway, undated, before).facts["clarified_alarms"] == []


def test_only_a_clinician_can_clarify_a_sign(pathway: Pathway) -> None:
    by = [{"reference": "Patient/dina"}]
    told = observed(pathway, "clarified_alarms", ["saddle_numbness"], performer=by)
    assert why(understood(pathway, told)) == ["only a clinician can clarify an alarm sign"]
    answered = answers(
        item("clarified_alarms", {"valueCoding": {"system": ANSWERS, "code": "clarified_alarms.radiation"}})
    )
    assert understood(pathway, answered).facts == {}


BACK = [
    *(
        (system, code)
        for system in (ICPC2, "http://hl7.org/fhir/sid/icpc-2")
        for code in ("L84", "L86", "L83", "L02", "L03")
    ),
    *(
        (system, code)
        for system in (SKS_D, "urn:oid:1.2.208.176.2.4")
        for code in ("DM543", "DM544", "DM545", "DM542", "DM511")
    ),
]


@pytest.mark.parametrize(("system", "code"), BACK)
def test_a_back_diagnosis_says_that_the_pain_comes_from_the_back(pathway: Pathway, system: str, code: str) -> None:
    found = understood(pathway, condition(system, code))
    assert (found.facts, found.not_understood) == ({"back_triggered_pain": "yes"}, ())


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (ICPC2, "L27"),
        (ICPC2, "L99"),
        (SNOMED, "161891005"),
        ("http://hl7.org/fhir/sid/icd-10", "M54.4"),
        (SNOMED, "L84"),
    ],
)
def test_any_other_code_is_kept_as_not_understood_and_is_no_no(pathway: Pathway, system: str, code: str) -> None:
    found = understood(pathway, condition(system, code))
    assert found.facts == {}
    assert why(found) == [f"the code {code} does not say back pain"]
    assert (found.not_understood[0].type, found.not_understood[0].id) == ("Condition", "c1")


@pytest.mark.parametrize(
    "change",
    [
        {"verificationStatus": status(VERIFIED, "refuted")},
        {"verificationStatus": status(VERIFIED, "entered-in-error")},
        {"clinicalStatus": status(CLINICAL, "inactive")},
        {"clinicalStatus": status(CLINICAL, "resolved")},
        {"clinicalStatus": status(CLINICAL, "remission")},
        {"abatementDateTime": "2026-01-01"},
    ],
)
def test_a_diagnosis_that_is_over_or_refuted_is_not_there(pathway: Pathway, change: dict[str, Any]) -> None:
    assert understood(pathway, condition(ICPC2, "L84") | change) == Understood()


@pytest.mark.parametrize("word", ["provisional", "differential", "unconfirmed"])
def test_a_diagnosis_that_is_only_thought_of_is_said_and_not_used(pathway: Pathway, word: str) -> None:
    found = understood(pathway, condition(ICPC2, "L84", verificationStatus=status(VERIFIED, word)))
    assert (found.facts, why(found)) == ({}, ["the diagnosis is not confirmed"])


@pytest.mark.parametrize(
    ("onset", "earliest", "latest"),
    [
        ({"onsetDateTime": "2026-01-15"}, date(2026, 1, 15), date(2026, 1, 15)),
        ({"onsetDateTime": "2026-01-15T23:30:00Z"}, date(2026, 1, 16), date(2026, 1, 16)),
        ({"onsetDateTime": "2025-11"}, date(2025, 11, 1), date(2025, 11, 30)),
        ({"onsetDateTime": "2024"}, date(2024, 1, 1), date(2024, 12, 31)),
        ({"onsetDateTime": "2026"}, date(2026, 1, 1), DAY),
        ({"onsetPeriod": {"start": "2025-12", "end": "2026-01"}}, date(2025, 12, 1), date(2026, 1, 31)),
        ({"onsetPeriod": {"start": "2026-02-20"}}, date(2026, 2, 20), DAY),
    ],
)
def test_an_onset_is_a_day_or_the_days_it_may_be(
    pathway: Pathway, onset: dict[str, Any], earliest: date, latest: date
) -> None:
    found = understood(pathway, condition(ICPC2, "L84", **onset))
    value = read_facts(pathway, found.facts, DAY)["onset_on"]
    assert (value.earliest, value.latest) == (earliest, latest)


@pytest.mark.parametrize(
    "onset",
    [
        {"onsetAge": {"value": 40, "code": "a"}},
        {"onsetString": "i vinter"},
        {"onsetPeriod": {"end": "2026-01-01"}},
        {"onsetPeriod": {"start": "2026-02-01", "end": "2026-01-01"}},
        {"onsetDateTime": "2026-02-30"},
    ],
)
def test_an_onset_without_a_date_is_unknown_and_said(pathway: Pathway, onset: dict[str, Any]) -> None:
    found = understood(pathway, condition(ICPC2, "L84", **onset))
    assert (found.facts, why(found)) == ({"back_triggered_pain": "yes"}, ["the onset has no date"])


def test_an_onset_after_today_is_not_possible(pathway: Pathway) -> None:
    found = understood(pathway, condition(ICPC2, "L84", onsetDateTime="2026-04-01"))
    assert (found.facts, why(found)) == ({"back_triggered_pain": "yes"}, ["the value is not possible for the fact"])


def test_an_active_diagnosis_is_of_today_however_old(pathway: Pathway) -> None:
    found = understood(pathway, condition(ICPC2, "L84", recordedDate="2015-01-01"))
    assert (found.facts, found.old) == ({"back_triggered_pain": "yes"}, ())


@pytest.mark.parametrize(
    ("born", "age"), [("1980-03-02", 46), ("1980-03-03", 45), ("2026-03-02", 0), ("1926", None), ("1980-01", 46)]
)
def test_the_age_comes_from_the_date_of_birth(pathway: Pathway, born: str, age: int | None) -> None:
    found = understood(pathway, {"resourceType": "Patient", "id": "dina", "birthDate": born})
    assert found.facts == ({} if age is None else {"age_years": age})
    assert bool(found.not_understood) is (age is None)


@pytest.mark.parametrize("born", ["1800-01-01", "2027-01-01", "31-12-1980", 1980])
def test_a_date_of_birth_that_gives_no_age_is_said(pathway: Pathway, born: Any) -> None:
    found = understood(pathway, {"resourceType": "Patient", "id": "dina", "birthDate": born})
    assert (found.facts, why(found)) == ({}, ["the date of birth gives no certain age"])


def test_answers_to_our_questionnaire_are_read_item_by_item_and_group_by_group(pathway: Pathway) -> None:
    coded = {"valueCoding": {"system": ANSWERS, "code": "radiation.leg"}}
    sites = [{"valueCoding": {"system": ANSWERS, "code": f"pain_sites.{site}"}} for site in ("neck", "lumbar")]
    unknown = {"valueCoding": {"system": DATA_ABSENT, "code": "asked-unknown"}}
    group = {"linkId": "tegn", "item": [item("saddle_numbness", {"valueBoolean": False}), item("radiation", coded)]}
    found = understood(
        pathway,
        answers(
            group,
            item("pain_sites", *sites),
            item("onset_on", {"valueDate": "2026-01-15"}),
            item("paresis_grade", {"valueInteger": 4}),
            item("nrs_pain", {"valueDecimal": 6.5}),
            item("sick_leave", unknown),
            item("comorbidity"),
        ),
    )
    assert found.not_understood == ()
    assert found.not_known == ("sick_leave",)
    assert found.facts == {
        "saddle_numbness": "no",
        "radiation": "leg",
        "pain_sites": ["neck", "lumbar"],
        "onset_on": "2026-01-15",
        "paresis_grade": 4,
        "nrs_pain": [{"value": 6.5, "on": date(2026, 3, 1), "items": None}],
    }


def test_answers_elsewhere_half_done_or_in_error_are_no_facts(pathway: Pathway) -> None:
    said = item("sick_leave", {"valueBoolean": True})
    assert why(understood(pathway, answers(said, questionnaire="http://example.org/q"))) == [
        "answers another questionnaire"
    ]
    assert why(understood(pathway, answers(item("vejret", {"valueBoolean": True})))) == ["the question is not a fact"]
    assert understood(pathway, answers(said, status="in-progress")).not_known == ("sick_leave",)
    for gone in ("entered-in-error", "stopped"):
        assert understood(pathway, answers(said, status=gone)) == Understood()
    both = item("sick_leave", {"valueBoolean": True}, {"valueBoolean": False})
    assert understood(pathway, answers(both)).facts == {}


def test_a_bundle_says_what_its_entries_say_and_that_some_could_not_be_got(pathway: Pathway) -> None:
    issue = {"severity": "warning", "code": "incomplete"}
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": observed(pathway, "sick_leave", "no")},
            {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}},
            {"resource": {"resourceType": "OperationOutcome", "issue": [{**issue, "severity": "information"}]}},
            {"resource": {"resourceType": "Bundle", "id": "b2"}},
            {"resource": {"resourceType": "Encounter", "id": "e1"}},
            {"fullUrl": "urn:uuid:1"},
            "rubbish",
        ],
    }
    found = understood(pathway, bundle)
    assert found.facts == {"sick_leave": "no"}
    assert why(found) == [
        "the sender could not get all data",
        "a Bundle in a Bundle is not read",
        "that kind is not read here",
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "status", "code", "valueBoolean", "valueQuantity", "valueCodeableConcept", "valuePeriod", "component", "subject",
    "effectiveDateTime", "effectivePeriod", "issued", "item", "authored", "questionnaire", "clinicalStatus",
    "verificationStatus", "onsetDateTime", "onsetPeriod", "recordedDate", "birthDate", "performer", "entry", "id",
    "dataAbsentReason", "issue", "modifierExtension",
)  # fmt: skip


@given(
    kind=st.sampled_from(
        ["Observation", "QuestionnaireResponse", "Condition", "Patient", "Bundle", "OperationOutcome"]
    ),
    fact=st.sampled_from(["saddle_numbness", "onset_on", "paresis_grade", "pain_sites", "rmdq", "clarified_alarms"]),
    change=st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_whatever_comes_it_is_read_or_said_and_never_a_fault(
    pathway: Pathway, kind: str, fact: str, change: dict[str, Any]
) -> None:
    value = {"onset_on": "2026-01-01", "paresis_grade": 3, "rmdq": 5}.get(
        fact, ["neck"] if fact == "pain_sites" else "yes"
    )
    value = ["saddle_numbness"] if fact == "clarified_alarms" else value
    base = {
        "Observation": observed(pathway, fact, value),
        "QuestionnaireResponse": answers(item(fact, {"valueBoolean": True})),
        "Condition": condition(ICPC2, "L84", onsetDateTime="2026-01"),
    }.get(kind, {"resourceType": kind, "id": "x"})
    found = facts_from(pathway, [base | change], DAY, patient="dina")
    read_facts(pathway, found.facts, DAY)


def test_nothing_is_understood_of_nothing(pathway: Pathway) -> None:
    assert understood(pathway) == Understood()
