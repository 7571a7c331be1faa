"""The invented region: a pure function of its size, seed and date, clearly invented, and with every story in it."""

import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rygrad.pathway.read import load_pathway
from rygrad.simulation.region import Region, region
from rygrad.simulation.scenarios import SCENARIOS, allotted

AS_OF = date(2026, 11, 24)
CLOSES = datetime(2026, 11, 24, 20, tzinfo=ZoneInfo("Europe/Copenhagen"))
NOT_TOLD = {
    "correction", "persons_linked", "persons_unlinked", "access_revoked", "part_blocked", "part_unblocked", "history_received",
}  # fmt: skip
PATHWAY = load_pathway("rygsmerter")


@pytest.fixture(scope="module")
def told() -> Region:
    return region(PATHWAY, 200, 1, AS_OF)


def test_it_is_a_pure_function_of_what_is_given(told: Region) -> None:
    random.seed(99)
    before = random.getstate()
    assert region(PATHWAY, 200, 1, AS_OF) == told
    assert random.getstate() == before
    assert region(PATHWAY, 200, 2, AS_OF).writes != told.writes


def test_writes_are_in_order_at_distinct_instants_and_none_lies_ahead(told: Region) -> None:
    instants = [write.at for write in told.writes]
    assert instants == sorted(set(instants))
    assert all(at.tzinfo is UTC for at in instants)
    assert instants[-1] < CLOSES
    assert instants[0] > CLOSES - timedelta(days=366)


@pytest.mark.parametrize("as_of", [AS_OF + timedelta(days=n) for n in range(7)])
def test_nothing_lies_ahead_on_any_day_of_the_week(as_of: date) -> None:
    last = region(PATHWAY, 60, 3, as_of).writes[-1].at
    assert last < CLOSES + (as_of - AS_OF)


def test_a_course_begins_with_its_opening_and_no_write_is_true_of_the_future(told: Region) -> None:
    opened: set[str] = set()
    for write in told.writes:
        names = [name for name, _ in write.acts]
        assert (names[0] == "course_opened") == (write.course not in opened)
        assert "course_opened" not in names[1:]
        opened.add(write.course)
        assert write.valid_on is None or write.valid_on < write.at.date()
    assert len(opened) == 200


def test_everything_is_clearly_invented_and_nothing_looks_like_a_cpr_number(told: Region) -> None:
    assert not re.search(r"\d{10}|\d{6}-\d{4}", repr(told))
    assert all(re.search("demo|prøve", citizen.name, re.IGNORECASE) for citizen in told.citizens)
    assert all("demo" in worker.name.lower() for worker in told.workers)
    assert all("demo" in place.name.lower() or "som kilden nævner den" in place.name for place in told.places)
    assert all(place.sor_code is None and place.ydernummer is None for place in told.places)
    assert [citizen.demo_number for citizen in told.citizens] == [f"demo-{n + 1}" for n in range(len(told.citizens))]


def test_ids_are_unique_and_everybody_who_writes_is_there(told: Region) -> None:
    known = [x.id for x in (*told.places, *told.workers, *told.citizens)]
    assert len(known) == len(set(known))
    assert {write.by for write in told.writes} <= set(known)
    assert {write.citizen for write in told.writes} == {citizen.id for citizen in told.citizens}
    assert all(worker.organisation in known for worker in told.workers)
    assert len({worker.user for worker in told.workers}) == len(told.workers)


def test_anna_bo_and_freja_are_there_and_have_work(told: Region) -> None:
    workers = {worker.user: worker for worker in told.workers}
    roles = {"anna": "general_practitioner", "bo": "physiotherapist", "freja": "municipal_worker"}
    assert {user: workers[user].role for user in roles} == roles
    assert (workers["anna"].name, workers["bo"].name) == ("Anna Demolæge", "Bo Demofys")
    wrote = Counter(write.by for write in told.writes)
    assert all(wrote[workers[user].id] > 10 for user in roles)
    assert {place.kind for place in region(PATHWAY, 1, 1, AS_OF).places} == {place.kind for place in told.places}


def test_everybody_known_by_name_is_there_once_for_each_role(told: Region) -> None:
    kinds = {place.id: place.kind for place in told.places}
    known = ("anna", "bo", "kirsten", "hanne", "rasmus", "freja", "gustav")
    found = {worker.user: (worker.role, kinds[worker.organisation]) for worker in told.workers if worker.user in known}
    assert found == {
        "anna": ("general_practitioner", "gp_practice"),
        "bo": ("physiotherapist", "physiotherapy_clinic"),
        "kirsten": ("chiropractor", "chiropractic_clinic"),
        "hanne": ("specialist", "specialist_practice"),
        "rasmus": ("hospital_clinician", "hospital_unit"),
        "freja": ("municipal_worker", "municipality"),
        "gustav": ("administrator", "region"),
    }


def test_every_offer_says_what_it_takes_and_how_long_one_waits(told: Region) -> None:
    for offer in told.offers:
        assert offer.takes
        assert offer.preconditions
        assert offer.does_not_take
        assert offer.phone.startswith("00 00 ")
        assert offer.waiting_weeks is not None
        assert offer.waiting_checked_on
        assert offer.waiting_checked_on < AS_OF
    phones = {offer.offer: offer.phone for offer in told.offers}
    assert len(set(phones.values())) == len(phones)
    towns = {place.id: place.municipality_code for place in told.places if place.kind == "municipality"}
    prevention = {offer.offer: offer.delivered_by for offer in told.offers if offer.effort == "municipal_prevention"}
    assert set(Counter(prevention.values()).values()) <= {2, 3}
    assert set(prevention.values()) == set(towns)
    assert {citizen.municipality_code for citizen in told.citizens} <= set(towns.values())


def test_who_accepts_gives_one_of_their_own_offers(told: Region) -> None:
    offered = {(offer.offer, offer.delivered_by) for offer in told.offers}
    places = {worker.id: worker.organisation for worker in told.workers}
    given = [
        (body["offer"], places[write.by])
        for write in told.writes
        for name, body in write.acts
        if name == "referral_accepted"
    ]
    assert given
    assert set(given) <= offered


def test_every_scenario_and_every_act_is_there_at_200_courses(told: Region) -> None:
    assert {scenario.name for scenario in allotted(200, random.Random(1))} == {s.name for s in SCENARIOS}
    from rygrad.record.acts import ACTS

    assert {name for write in told.writes for name, _ in write.acts} == set(ACTS) - NOT_TOLD
    assert len({write.course for write in told.writes}) > len(told.citizens)


def test_two_thirds_have_had_pain_over_3_months_and_age_is_about_53() -> None:
    long = total = 0
    large = region(PATHWAY, 1000, 5, AS_OF)
    for write in large.writes:
        for name, body in write.acts:
            onset = body["facts"].get("onset_on") if name == "facts_recorded" else None
            if isinstance(onset, str):
                total += 1
                long += (write.at.date() - date.fromisoformat(onset)).days > 92
    assert 0.58 < long / total < 0.72
    ages = [(AS_OF - citizen.born_on).days / 365.25 for citizen in large.citizens]
    assert 50 < sum(ages) / len(ages) < 56


def test_one_prevention_offer_changes_owner_on_1_january_2027(told: Region) -> None:
    kinds = {place.id: place for place in told.places}
    before, after = [o for o in told.offers if o.offer == "offer-demo-soft-01"]
    assert (before.valid_until, after.valid_from) == (date(2026, 12, 31), date(2027, 1, 1))
    assert kinds[before.owner].kind == "municipality"
    assert (kinds[after.owner].kind, kinds[after.owner].name) == ("region", "Region Østdanmark (demo)")
    assert before.delivered_by == after.delivered_by == before.owner
    owners = Counter(offer.offer for offer in told.offers)
    assert [offer for offer, rows in owners.items() if rows > 1] == ["offer-demo-soft-01"]
    assert {offer.effort for offer in told.offers} == set(PATHWAY.words["efforts"])


@pytest.mark.parametrize("courses", [0, 1, 7])
def test_small_regions_have_at_least_two_practices(courses: int) -> None:
    small = region(PATHWAY, courses, 1, AS_OF)
    assert sum(place.kind == "gp_practice" for place in small.places) == 2
    assert len({write.course for write in small.writes}) == courses
    with pytest.raises(ValueError, match="courses"):
        region(PATHWAY, -1, 1, AS_OF)
