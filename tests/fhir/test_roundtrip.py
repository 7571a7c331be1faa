"""Courses go out as FHIR and come in again, into an empty record, and decide the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rygrad.decision.decide import decide
from rygrad.fhir.api.opened import of_view
from rygrad.fhir.arriving import Arrived, Citizen, by_citizen, receive
from rygrad.fhir.bundle import bundle_of
from rygrad.fhir.names import code_system
from rygrad.pathway.read import load_pathway
from rygrad.record import acts, clocks, people, verify
from rygrad.record.actor import Actor
from rygrad.record.contents import active
from rygrad.record.door import see_course
from rygrad.record.journal import entries_of
from rygrad.record.models import Course, Entry
from rygrad.record.refusals import Refused
from rygrad.simulation.region import region
from tests.fhir.validator.problems import problems_of
from tests.record.cast import GROUP_2, Cast
from tests.record.databases import Databases
from tests.record.test_demo_region import _registered, _write

AS_OF = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "now", lambda: NOW)


@pytest.fixture(scope="module")
def bundles(databases: Databases) -> Iterator[list[tuple[dict[str, Any], Any]]]:
    """The demo region's courses as bundles, each with the decision of the day."""
    patch = pytest.MonkeyPatch()
    patch.setattr(clocks, "now", lambda: NOW)
    with databases.fresh("sqlite"):
        made = region(load_pathway("rygsmerter"), 60, 5, AS_OF)
        _write(made, _registered(made))
        pathway, found = active().pathway, []
        for row in Course.objects.order_by("id"):
            view = see_course(people.citizen_actor(str(row.person_id)), row.id)
            assert view.file is not None
            bundle = bundle_of(of_view(view, "da"), "http://localhost/fhir")
            found.append((bundle, decide(pathway, view.file.facts(), AS_OF, with_reasons=False)))
    patch.undo()
    yield found


def a_gp() -> Actor:
    place = people.register_organisation("gp_practice", "Demo Læger i en anden region")
    people.register_professional("ina", "Ina Demo", "general_practitioner", place)
    return people.professional_actor("ina", AS_OF)


def the_only(bundle: dict[str, Any]) -> Citizen:
    citizens, _ = by_citizen([bundle])
    (citizen,) = citizens
    return citizen


@pytest.mark.long
def test_every_bundle_is_valid(bundles: list[tuple[dict[str, Any], Any]]) -> None:
    assert problems_of([bundle for bundle, _ in bundles[:8]]) == []


def test_out_and_in_again_decides_the_same(bundles: list[tuple[dict[str, Any], Any]], databases: Databases) -> None:
    assert len(bundles) >= 60
    with databases.fresh("sqlite"):
        gp, scopes, taken = a_gp(), set(), 0
        people_seen: set[str] = set()
        for bundle, expected in bundles:
            citizen = the_only(bundle)
            who = str(citizen.patient["id"])
            if who in people_seen:  # one open course a citizen: an earlier episode stays where it was
                continue
            people_seen.add(who)
            arrived = receive(gp, citizen, "Demo EPJ")
            assert arrived.problem is None, (arrived.problem, bundle)
            view = see_course(gp, arrived.course)
            assert view.file is not None
            facts = view.file.facts()
            assert decide(active().pathway, facts, AS_OF, with_reasons=False) == expected
            assert view.holder == gp.organisation
            scopes.add(expected.scope)
            taken += 1
        assert scopes == {"inside", "outside", "hold", "ask"}
        assert taken > 50
        assert not verify.verify().problems


def test_a_second_import_makes_nothing_new(record: Cast) -> None:
    record.without_effect()
    bundle = bundle_of(of_view(see_course(record.anna, record.course), "da"), "http://localhost/fhir")
    citizen = the_only(bundle)
    citizen.patient = {**citizen.patient, "identifier": [{"system": "urn:demo", "value": "99"}]}
    first = receive(record.anna, citizen, "A")
    before = Entry.objects.count()
    again = receive(record.anna, citizen, "A")
    assert (first.again, again.again, again.course) == (False, True, first.course)
    assert Entry.objects.count() == before


def resource(kind: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "subject": {"reference": "Patient/x"}, **more}


PATIENT = {
    "resourceType": "Patient",
    "id": "x",
    "identifier": [{"system": "urn:demo", "value": "1"}],
    "name": [{"given": ["Ida"], "family": "Demosen"}],
}


def taken_in(record: Cast, *resources: dict[str, Any]) -> Arrived:
    citizens, nobody = by_citizen([PATIENT, *resources])
    assert not nobody
    return receive(record.anna, citizens[0], "B")


def test_an_answer_keeps_its_day(record: Cast) -> None:
    code = {"coding": [{"system": code_system("facts"), "code": "saddle_numbness"}]}
    said = resource("Observation", status="final", code=code, valueBoolean=False, effectiveDateTime="2026-03-01")
    arrived = taken_in(record, said)
    told = [e for e in entries_of(arrived.course) if e.type == "facts_recorded"]
    assert [(e.valid_on, e.act) for e in told] == [
        (date(2026, 3, 1), acts.FactsRecorded({"saddle_numbness": "no"}, "professional"))
    ]


def test_what_is_not_understood_is_kept_with_its_reason_and_in_the_course(record: Cast) -> None:
    scan = resource("Observation", status="final", code={"text": "MR"}, valueString="intet")
    order = resource("ServiceRequest", status="active", intent="order")
    arrived = taken_in(record, scan, order, resource("MedicationRequest"))
    assert [one.resource for one in arrived.not_used] == [scan, order, arrived.not_used[2].resource]
    history = entries_of(arrived.course)[-1].act
    assert isinstance(history, acts.HistoryReceived)
    assert len(history.not_understood) == 3
    assert see_course(record.anna, arrived.course).decision.scope == "ask"  # type: ignore[union-attr]


def test_nothing_is_confirmed_on_anybodys_behalf(record: Cast) -> None:
    record.open(acts.FactsRecorded(GROUP_2, "professional"))
    record.write(record.anna, acts.GroupConfirmed("recurrent"), acts.PlanConfirmed(("physiotherapy_and_chiropractic",)))
    bundle = bundle_of(of_view(see_course(record.anna, record.course), "da"), "http://localhost/fhir")
    citizen = the_only(bundle)
    citizen.patient = {**citizen.patient, "identifier": [{"system": "urn:demo", "value": "98"}]}
    view = see_course(record.anna, receive(record.anna, citizen, "A").course)
    assert (view.group, view.state) == (None, "asked")
    history = view.entries[-1].act
    assert isinstance(history, acts.HistoryReceived)
    assert (history.group, history.plan_confirmed_on) == ("recurrent", date(2026, 3, 2))


def test_a_citizen_who_cannot_be_taken_is_left_out_whole(record: Cast) -> None:
    record.open()
    before = (Entry.objects.count(), Course.objects.count())
    dina = {**PATIENT, "identifier": [{"system": "https://rygrad.example/fhir/identifier/demo", "value": "demo-1"}]}
    arrived = receive(record.anna, Citizen(dina, [dina]), "B")
    assert arrived.problem is not None and arrived.problem.code == "course_open"
    nameless = {**PATIENT, "name": []}
    assert receive(record.anna, Citizen(nameless, [nameless]), "B").problem is not None
    numberless = {**PATIENT, "identifier": []}
    assert receive(record.anna, Citizen(numberless, [numberless]), "B").problem is not None
    assert (Entry.objects.count(), Course.objects.count()) == before


def test_history_is_told_before_anything_of_its_kind_happens_here(record: Cast) -> None:
    record.open(acts.FactsRecorded(GROUP_2, "professional"))
    with pytest.raises(Refused, match="future"):
        record.write(record.anna, acts.HistoryReceived("Andet system", reassessed_on=date(2027, 1, 1)))
    record.write(record.anna, acts.Reassessed())
    with pytest.raises(Refused, match="under way here"):
        record.write(record.anna, acts.HistoryReceived("Andet system"))
