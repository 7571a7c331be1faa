"""The local directory: what is offered where on a day, to which citizen, and which offer a referral ended in."""

from datetime import date, timedelta

import pytest

from rygrad.record import acts, directory, door, export, people
from rygrad.record.alphabet import danish_order
from rygrad.record.models import Entry
from rygrad.record.refusals import NotFound, Refused
from tests.record.administrators import DAY, Places, places
from tests.record.cast import cast

pytestmark = pytest.mark.usefixtures("database")
NEXT_DAY, EVE = date(2027, 1, 1), date(2026, 12, 31)


def _offer(p: Places, name: str, by: str, effort: str = "municipal_prevention", **more: object) -> str:
    return directory.register_offer(effort, name, by, by, **more)  # type: ignore[arg-type]


def _names(effort: str, code: str | None = None, day: date = DAY) -> list[str]:
    return [offer.name for offer in directory.offers(effort, day, code)]


def test_a_municipal_effort_is_offered_by_ones_own_municipality_only() -> None:
    p = places()
    for name, by in (("Ryghold", p.koege), ("Individuel vejledning", p.koege), ("Ryghold i Faxe", p.faxe)):
        _offer(p, name, by)
    _offer(p, "Fasthold job", p.job, "employment")
    assert _names("municipal_prevention", "0259") == ["Individuel vejledning", "Ryghold"]
    assert _names("municipal_prevention", "0320") == ["Ryghold i Faxe"]
    assert _names("municipal_prevention") == ["Individuel vejledning", "Ryghold", "Ryghold i Faxe"]
    assert _names("municipal_prevention", "0101") == []
    assert _names("employment", "0259") == ["Fasthold job"]


def test_others_are_all_shown_with_ones_own_municipality_first_and_names_in_danish_order() -> None:
    p = places()
    far = people.register_organisation("hospital_unit", "Demo Sygehus", municipality_code="0316")
    for name in ("Ørsted", "Aabo", "Zenit", "Ærø", "anders", "Åse"):
        _offer(p, name, far, "pain_clinic")
    _offer(p, "Åben smerteklinik", p.back_unit, "pain_clinic")
    assert _names("pain_clinic", "0259") == [
        "Åben smerteklinik", "anders", "Zenit", "Ærø", "Ørsted", "Aabo", "Åse"
    ]  # fmt: skip


def test_the_danish_alphabet_ends_in_ae_oe_aa() -> None:
    given = ["Åse", "Ærø", "Zebra", "Ødis", "Aalborg", "Andeby", "André", "Andre"]
    assert sorted(given, key=danish_order) == [
        "Andeby", "Andre", "André", "Zebra", "Ærø", "Ødis", "Aalborg", "Åse"
    ]  # fmt: skip


def test_an_offer_and_its_places_are_as_they_are_that_day() -> None:
    p = places()
    offer = _offer(p, "Ryghold", p.koege, valid_until=EVE, takes="Voksne", phone="00 00 00 12")
    directory.register_offer("municipal_prevention", "Ryghold", p.region, p.koege, valid_from=NEXT_DAY, offer=offer)
    before, after = (directory.offers("municipal_prevention", day, "0259") for day in (EVE, NEXT_DAY))
    assert [(o.owner_name, o.receiver_name, o.takes) for o in before] == [
        ("Demo Kommune Køge", "Demo Kommune Køge", "Voksne")
    ]
    assert [(o.owner_name, o.receiver, o.takes) for o in after] == [("Region Demo", p.koege, "")]
    assert directory.offer(offer, EVE).phone == "00 00 00 12"
    with pytest.raises(NotFound):
        directory.offer("offer-nothing", EVE)


def test_an_offer_ends_on_its_last_day() -> None:
    p = places()
    offer = _offer(p, "Ryghold", p.koege, valid_from=DAY, valid_until=EVE)
    for day, there in ((DAY - timedelta(days=1), 0), (DAY, 1), (EVE, 1), (NEXT_DAY, 0)):
        assert len(directory.offers("municipal_prevention", day)) == there, day
        assert len(directory.receivers("municipal_prevention", day)) == there, day
    with pytest.raises(NotFound):
        directory.offer(offer, NEXT_DAY)


def test_receivers_are_each_there_once() -> None:
    p = places()
    _offer(p, "Ryghold", p.koege)
    _offer(p, "Vejledning", p.koege)
    found = directory.receivers("municipal_prevention", DAY, "0259")
    assert found == (directory.Receiver(p.koege, "Demo Kommune Køge", "municipality", "0259"),)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"effort": "massage"}, "unknown effort"),
        ({"delivered_by": "region"}, "delivers nothing"),
        ({"delivered_by": "nobody"}, "exist"),
        ({"waiting_weeks": 3}, "checked"),
        ({"waiting_weeks": -1, "waiting_checked_on": DAY}, "weeks"),
        ({"takes": "a" * 2001}, "too long"),
        ({"takes": "\0"}, "not kept"),
        ({"name": " "}, "name"),
        ({"valid_from": NEXT_DAY, "valid_until": EVE}, "last day"),
        ({"valid_from": date(1800, 1, 1)}, "not possible"),
        ({"offer": "again"}, "overlaps"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(wrong: dict[str, object], why: str) -> None:
    p = places()
    again = _offer(p, "Ryghold", p.koege)
    ids = {"region": p.region, "nobody": "o-nobody", "again": again}
    given = {"effort": "municipal_prevention", "name": "Hold", "owner": p.koege, "delivered_by": p.koege, **wrong}
    with pytest.raises(Refused, match=why):
        directory.register_offer(**{n: ids.get(v, v) if isinstance(v, str) else v for n, v in given.items()})  # type: ignore[arg-type]


def test_a_municipality_code_has_four_digits() -> None:
    with pytest.raises(Refused, match="wrong form"):
        people.register_person("Dina Demosen", {}, municipality_code="259")
    with pytest.raises(Refused, match="wrong form"):
        people.register_organisation("municipality", "Demo", municipality_code="Køge")


def test_the_receiver_says_which_of_its_offers_the_citizen_gets() -> None:
    c = cast()
    c.referred(to=c.freja, effort="labour_market_and_income")
    municipality = c.freja.organisation or ""
    offer = directory.register_offer("labour_market_and_income", "Samtale om arbejde", municipality, municipality)
    other = directory.register_offer("municipal_prevention", "Ryghold", municipality, municipality)
    for wrong in (other, "offer-nothing"):
        with pytest.raises(Refused, match="not one you give"):
            c.write(c.freja, acts.ReferralAccepted("r1", wrong))
    c.write(c.freja, acts.ReferralAccepted("r1", offer))
    file = door.see_course(c.anna, c.course, at=c.at).file
    assert file
    assert file.referrals["r1"].offer == offer
    assert Entry.objects.order_by("-seq").values_list("schema_version", flat=True).first() == 2
    page = export.printable(export.everything(c.dina, at=c.at), "da")
    assert "tilbud: Samtale om arbejde" in page


def test_an_acceptance_of_the_first_version_names_no_offer() -> None:
    act = acts.read("referral_accepted", '{"referral":"r1"}')
    assert isinstance(act, acts.ReferralAccepted)
    assert act.offer == ""


def test_a_region_is_never_accountable_and_receives_nothing() -> None:
    c, p = cast(), places()
    c.grouped()
    with pytest.raises(Refused, match="region can be the holder"):
        c.write(c.bo, acts.HolderChanged(p.region, "flytter"))
    with pytest.raises(Refused, match="receives no referrals"):
        c.write(c.bo, acts.ReferralSent("r1", "imaging", p.region, "MR?", outside_programme="aftalt"))


def test_a_citizens_municipality_is_seen_with_the_course_and_in_their_own_export() -> None:
    c = cast()
    lone = people.register_person("Lone Demosen", {"demo": "demo-7"}, municipality_code="0259", is_invented=True)
    c.open(person=lone)
    assert door.see_course(c.anna, c.course, at=c.at).municipality_code == "0259"
    assert export.everything(people.citizen_actor(lone), at=c.at)["persons"][0]["municipality_code"] == "0259"
