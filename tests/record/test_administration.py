"""Administration: who may, what is dated, what is refused, and that every change is written and stays."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from rygrad.record import administration, backup, changes, directory, people, rebuild, rosters, verify
from rygrad.record.actor import ORGANISATION_KINDS, Actor
from rygrad.record.models import Change, Membership, Offer, Organisation
from rygrad.record.refusals import NotFound, Refused, StorageFailed
from rygrad.record.steps import NotAllowed
from tests.record.administrators import DAY, Places, places
from tests.record.cast import cast
from tests.record.databases import Databases

EVE, NEXT_DAY = date(2026, 12, 31), date(2027, 1, 1)
LATER = NEXT_DAY + timedelta(days=30)
pytestmark = pytest.mark.usefixtures("database")


def _worker(p: Places, user: str = "freja", role: str = "municipal_worker") -> str:
    return administration.add_professional(p.gustav, user, "Freja Demo", role, p.koege, valid_from=DAY)


def _ryghold(p: Places, **more: Any) -> str:
    return administration.add_offer(
        p.gustav, "municipal_prevention", "Ryghold", p.koege, p.koege, **{"valid_from": DAY, **more}
    )


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def _ids() -> list[int]:
    return list(Membership.objects.order_by("pk").values_list("pk", flat=True))


EVERY: dict[str, Callable[[Places, Actor], object]] = {
    "add_organisation": lambda p, who: administration.add_organisation(who, "gp_practice", "Demo", valid_from=DAY),
    "rename_organisation": lambda p, who: administration.rename_organisation(who, p.koege, "Ny", NEXT_DAY),
    "add_professional": lambda p, who: administration.add_professional(
        who, "x", "X Demo", "administrator", p.region, valid_from=DAY
    ),
    "add_membership": lambda p, who: administration.add_membership(
        who, "gustav", p.koege, "administrator", valid_from=DAY
    ),
    "end_membership": lambda p, who: administration.end_membership(who, _ids()[0], NEXT_DAY),
    "add_offer": lambda p, who: administration.add_offer(
        who, "imaging", "MR", p.back_unit, p.back_unit, valid_from=DAY
    ),
    "replace_offer": lambda p, who: administration.replace_offer(who, "t", NEXT_DAY, name="Ny"),
    "end_offer": lambda p, who: administration.end_offer(who, "t", NEXT_DAY),
    "organisations": lambda p, who: rosters.organisations(who, DAY),
    "names": lambda p, who: rosters.names(who, p.koege),
    "members": lambda p, who: rosters.members(who, p.koege, DAY),
    "offers_of": lambda p, who: rosters.offers_of(who, p.koege, DAY),
    "changes": lambda p, who: changes.changes(who),
}


@pytest.mark.parametrize("act", EVERY)
def test_everybody_but_an_administrator_is_refused_and_nothing_is_written(act: str) -> None:
    p = places()
    freja = _worker(p)
    count = Change.objects.count()
    for role in ("general_practitioner", "municipal_worker", "programme_manager", "citizen", "relative"):
        with pytest.raises(NotAllowed):
            EVERY[act](p, Actor(freja, "Freja Demo", role, p.koege, "p-x"))
    assert Change.objects.count() == count


def test_an_organisation_is_added_and_found() -> None:
    p = places()
    made = administration.add_organisation(
        p.gustav, "gp_practice", "Lægerne på Ågade", valid_from=DAY, ydernummer="012345", municipality_code="0259"
    )
    found = rosters.organisations(p.gustav, DAY, "ågade læg")
    assert found == (rosters.OrganisationLine(made, "Lægerne på Ågade", "gp_practice", "0259", None, "012345"),)
    assert rosters.organisations(p.gustav, DAY, "012345") == found
    assert rosters.organisations(p.gustav, DAY, "0259", "gp_practice") == found
    assert [o.name for o in rosters.organisations(p.gustav, DAY, kind="municipality")] == [
        "Demo Kommune Faxe",
        "Demo Kommune Køge",
    ]
    assert {o.kind for o in rosters.organisations(p.gustav, DAY)} <= set(ORGANISATION_KINDS)
    assert people.organisation_name(made, DAY - timedelta(days=1)) == made, "it had no name before"
    for wrong in ({"kind": "shop"}, {"name": ""}, {"sor_code": "x"}, {"valid_from": date(1, 1, 1)}):
        with pytest.raises(Refused):
            administration.add_organisation(
                p.gustav, **{"kind": "gp_practice", "name": "Demo", "valid_from": DAY, **wrong}
            )
    with pytest.raises(Refused, match="municipality code"):
        administration.add_organisation(p.gustav, "municipality", "Demo Kommune", valid_from=DAY)


def test_a_new_name_holds_from_its_day_and_the_old_one_until_the_day_before() -> None:
    p = places()
    administration.rename_organisation(p.gustav, p.koege, "Køge Kommune (demo)", NEXT_DAY)
    assert people.organisation_name(p.koege, EVE) == "Demo Kommune Køge"
    assert people.organisation_name(p.koege, NEXT_DAY) == "Køge Kommune (demo)"
    administration.rename_organisation(p.gustav, p.koege, "Køge Demokommune", NEXT_DAY)  # the same day: put right
    administration.rename_organisation(p.gustav, p.koege, "Mellemnavn", EVE)
    assert [(n.name, n.valid_from, n.valid_until) for n in rosters.names(p.gustav, p.koege)][1:] == [
        ("Mellemnavn", EVE, EVE),
        ("Køge Demokommune", NEXT_DAY, None),
    ]
    with pytest.raises(Refused, match="nothing is other"):
        administration.rename_organisation(p.gustav, p.koege, "Køge Demokommune", LATER)
    with pytest.raises(NotFound):
        administration.rename_organisation(p.gustav, "o-nothing", "X", NEXT_DAY)
    put_right = changes.changes(p.gustav).rows[1]
    assert put_right.detail["before"] == {"name": "Køge Kommune (demo)"}


def test_there_is_nothing_to_rename_before_there_was_a_name() -> None:
    p = places()
    made = administration.add_organisation(p.gustav, "gp_practice", "Demo", valid_from=DAY)
    with pytest.raises(Refused, match="in force") as refused:
        administration.rename_organisation(p.gustav, made, "Ny", DAY - timedelta(days=1))
    assert str(DAY) in refused.value.hint["en"]


def test_a_professional_works_somewhere_from_a_day_until_a_day() -> None:
    p = places()
    _worker(p)
    number = administration.add_membership(
        p.gustav, "freja", p.faxe, "municipal_worker", valid_from=NEXT_DAY, valid_until=LATER
    )
    assert len(people.professional_actors("freja", EVE)) == 1
    assert [a.organisation for a in people.professional_actors("freja", NEXT_DAY)] == [p.koege, p.faxe]
    assert people.professional_actor("freja", NEXT_DAY, p.faxe).organisation == p.faxe
    administration.end_membership(p.gustav, number, NEXT_DAY)
    with pytest.raises(NotFound):
        people.professional_actor("freja", NEXT_DAY + timedelta(days=1), p.faxe)
    for wrong, why in ((EVE, "last day lies before"), (LATER, "ends on")):
        with pytest.raises(Refused, match=why):
            administration.end_membership(p.gustav, number, wrong)
    with pytest.raises(NotFound):
        administration.end_membership(p.gustav, 0, NEXT_DAY)


@pytest.mark.parametrize(
    ("days", "overlaps"),
    [
        ((DAY, None), True),
        ((DAY - timedelta(days=9), DAY - timedelta(days=1)), False),
        ((DAY - timedelta(days=9), DAY), True),
        ((EVE, EVE), True),
        ((NEXT_DAY, None), False),
    ],
)
def test_nobody_is_a_member_twice_on_one_day(days: tuple[date, date | None], overlaps: bool) -> None:
    p = places()
    _worker(p)
    administration.end_membership(p.gustav, _ids()[-1], EVE)
    given = {"valid_from": days[0], "valid_until": days[1]}
    if overlaps:
        with pytest.raises(Refused, match="overlaps"):
            administration.add_membership(p.gustav, "freja", p.koege, "municipal_worker", **given)
    else:
        administration.add_membership(p.gustav, "freja", p.koege, "municipal_worker", **given)


def test_members_are_those_of_the_day_then_the_coming_and_the_past() -> None:
    p = places()
    for user, name in (("y", "Ænder Demo"), ("z", "Åse Demo"), ("x", "Bo Demo")):
        administration.add_professional(p.gustav, user, name, "municipal_worker", p.koege, valid_from=DAY)
    administration.end_membership(p.gustav, rosters.members(p.gustav, p.koege, DAY)[0].membership, EVE)
    administration.add_professional(p.gustav, "n", "Ny Demo", "municipal_worker", p.koege, valid_from=LATER)
    found = [(m.name, m.when) for m in rosters.members(p.gustav, p.koege, NEXT_DAY)]
    assert found == [("Ænder Demo", "now"), ("Åse Demo", "now"), ("Ny Demo", "coming"), ("Bo Demo", "past")]
    with pytest.raises(NotFound):
        rosters.members(p.gustav, "o-nothing", DAY)


def test_roles_that_cannot_be_are_refused() -> None:
    p = places()
    for role, where in (("citizen", p.koege), ("king", p.koege), ("physiotherapist", p.region)):
        with pytest.raises(Refused, match="no such role"):
            administration.add_professional(p.gustav, "x", "X Demo", role, where, valid_from=DAY)
    with pytest.raises(NotFound):
        administration.add_professional(p.gustav, "x", "X Demo", "specialist", "o-nothing", valid_from=DAY)
    with pytest.raises(NotFound):
        administration.add_membership(p.gustav, "nobody", p.koege, "municipal_worker", valid_from=DAY)
    with pytest.raises(Refused, match="taken"):
        administration.add_professional(p.gustav, "gustav", "X", "administrator", p.region, valid_from=DAY)


def test_there_is_always_an_administrator() -> None:
    p = places()
    with pytest.raises(Refused, match="nobody administers"):
        administration.end_membership(p.gustav, _ids()[0], NEXT_DAY)
    administration.add_professional(p.gustav, "grete", "Grete Demo", "administrator", p.region, valid_from=NEXT_DAY)
    with pytest.raises(Refused, match="nobody administers"):
        administration.end_membership(p.gustav, _ids()[0], EVE - timedelta(days=1))
    administration.end_membership(p.gustav, _ids()[0], EVE)


def test_an_offer_is_replaced_from_a_day_and_what_is_planned_after_it_stays() -> None:
    p = places()
    offer = _ryghold(p, takes="Voksne", waiting_weeks=3, waiting_checked_on=DAY)
    administration.replace_offer(p.gustav, offer, NEXT_DAY, owner=p.region)
    half = date(2026, 7, 1)
    administration.replace_offer(p.gustav, offer, half, waiting_weeks=9, waiting_checked_on=half)
    found = [(o.owner, o.waiting_weeks, o.valid_from, o.valid_until) for o in rosters.offers_of(p.gustav, p.koege, DAY)]
    assert found == [
        (p.koege, 3, DAY, half - timedelta(days=1)),
        (p.koege, 9, half, EVE),
        (p.region, 3, NEXT_DAY, None),
    ]
    assert directory.offer(offer, EVE).takes == "Voksne", "what is not named stays"
    assert [o.offer for o in rosters.offers_of(p.gustav, p.region, DAY)] == [offer]
    administration.replace_offer(p.gustav, offer, half, waiting_weeks=8)
    assert directory.offer(offer, half).waiting_weeks == 8
    assert Offer.objects.filter(offer=offer).count() == 3, "what begins that day is put right in place"


def test_a_replacement_that_cannot_be_leaves_everything_as_it_was() -> None:
    p = places()
    offer = _ryghold(p)
    before = (list(Offer.objects.values()), Change.objects.count())
    for wrong, why in (
        ({"delivered_by": p.region}, "delivers nothing"),
        ({"name": ""}, "name"),
        ({"name": "Ryghold"}, "nothing is other"),
        ({"waiting_weeks": 4}, "checked"),
    ):
        with pytest.raises(Refused, match=why):
            administration.replace_offer(p.gustav, offer, NEXT_DAY, **wrong)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="in force"):
        administration.replace_offer(p.gustav, offer, DAY - timedelta(days=1), name="Ny")
    with pytest.raises(NotFound):
        administration.replace_offer(p.gustav, "offer-nothing", DAY, name="Ny")
    assert (list(Offer.objects.values()), Change.objects.count()) == before


def test_an_offer_ends_and_what_was_planned_after_it_is_dropped() -> None:
    p = places()
    offer = _ryghold(p)
    at = _at(DAY)
    administration.replace_offer(p.gustav, offer, NEXT_DAY, owner=p.region, at=at)
    administration.end_offer(p.gustav, offer, EVE - timedelta(days=1), at=at)
    assert directory.offers("municipal_prevention", EVE - timedelta(days=1))
    assert not directory.offers("municipal_prevention", EVE)
    assert not directory.offers("municipal_prevention", NEXT_DAY)
    assert changes.changes(p.gustav).rows[0].detail["dropped_from"] == [str(NEXT_DAY)]
    with pytest.raises(Refused, match="already"):
        administration.end_offer(p.gustav, offer, EVE - timedelta(days=1), at=at)
    with pytest.raises(Refused, match="in force"):
        administration.end_offer(p.gustav, offer, LATER, at=at)


def test_what_an_offer_has_been_since_is_not_dropped() -> None:
    p = places()
    offer = _ryghold(p)
    administration.replace_offer(p.gustav, offer, NEXT_DAY, owner=p.region)
    with pytest.raises(Refused, match=f"from {NEXT_DAY} on"):
        administration.end_offer(p.gustav, offer, EVE, at=_at(LATER))


def test_every_change_is_a_line_with_who_when_and_what() -> None:
    p = places()
    at = _at(DAY)
    administration.rename_organisation(p.gustav, p.koege, "Ny Demo Kommune", NEXT_DAY, at=at)
    _ryghold(p, at=at - timedelta(hours=1))
    second, first = changes.changes(p.gustav).rows
    assert (first.seq, first.at, first.name, first.about) == (1, at, "Gustav Demo", p.koege)
    assert first.words("da") == "Enhed har fået nyt navn"
    assert first.detail["after"] == {"name": "Ny Demo Kommune"}
    assert (second.seq, second.at) == (2, at), "the clock going back changes no order"
    assert Change.objects.get(seq=1).detail == (
        '{"after":{"name":"Ny Demo Kommune"},"before":{"name":"Demo Kommune Køge"},"valid_from":"2027-01-01"}'
    )


def test_changes_come_in_pages() -> None:
    p = places()
    for number in range(5):
        administration.add_organisation(p.gustav, "gp_practice", f"Demo {number}", valid_from=DAY)
    seen, after = [], None
    while True:
        page = changes.changes(p.gustav, after, 2)
        seen += [row.detail["name"] for row in page.rows]
        after = page.following
        if after is None:
            break
    assert seen == [f"Demo {number}" for number in (4, 3, 2, 1, 0)]
    for size in (0, 501):
        with pytest.raises(Refused):
            changes.changes(p.gustav, size=size)


@pytest.mark.parametrize("act", ["UPDATE record_change SET what = 'x'", "DELETE FROM record_change"])
def test_the_database_itself_refuses_to_change_what_was_done(act: str) -> None:
    p = places()
    _ryghold(p)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(act)
    assert changes.changes(p.gustav).rows[0].what == "offer_added"


def test_what_cannot_be_written_down_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    p = places()

    def broken(*_: object, **__: object) -> None:
        raise StorageFailed

    monkeypatch.setattr(administration, "write_change", broken)
    before = Organisation.objects.count()
    with pytest.raises(StorageFailed):
        administration.add_organisation(p.gustav, "gp_practice", "Demo", valid_from=DAY)
    assert Organisation.objects.count() == before


def test_an_unknown_change_is_a_mistake_in_the_code() -> None:
    with pytest.raises(ValueError, match="tidied"):
        changes.write_change(places().gustav, "tidied", "", {})


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_backup_and_restore_keep_changes_and_offers(
    databases: Databases, database: str, into: str, tmp_path: Path
) -> None:
    c, p = cast(), places()
    c.grouped()
    offer = _ryghold(p, waiting_weeks=2, waiting_checked_on=DAY, phone="00 00 00 12")
    administration.replace_offer(p.gustav, offer, NEXT_DAY, owner=p.region)
    was = (list(Change.objects.order_by("seq").values()), list(Offer.objects.order_by("pk").values()))
    rebuild.rebuild()
    assert (list(Change.objects.order_by("seq").values()), list(Offer.objects.order_by("pk").values())) == was
    file = tmp_path / "backup.gz"
    assert backup.backup(file)["Change"] == 2
    with databases.empty(into):
        assert not backup.restore(file).problems
        assert (list(Change.objects.order_by("seq").values()), list(Offer.objects.order_by("pk").values())) == was
        administration.end_offer(p.gustav, offer, LATER)
        assert changes.changes(p.gustav).rows[0].seq == 3
        assert not verify.verify().problems
    databases.use(database)


def test_a_backup_from_before_there_were_changes_restores(databases: Databases, database: str, tmp_path: Path) -> None:
    p = places()
    offer = directory.register_offer("municipal_prevention", "Ryghold", p.koege, p.koege)
    new, old = tmp_path / "new.gz", tmp_path / "old.gz"
    backup.backup(new)
    added = {"takes", "preconditions", "does_not_take", "phone", "waiting_weeks", "waiting_checked_on"}
    with gzip.open(new, "rt", encoding="utf-8") as lines, gzip.open(old, "wt", encoding="utf-8") as out:
        for line in map(json.loads, lines):
            if isinstance(line, list):
                line[1] = {name: value for name, value in line[1].items() if name not in added}
            out.write(json.dumps(line) + "\n")
    with databases.empty("sqlite"):
        assert not backup.restore(old).problems
        assert directory.offer(offer, DAY).takes == ""
    databases.use(database)
