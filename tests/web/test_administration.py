"""S12: every task of the administrator, who is kept out, what is never shown, and content that is handed in."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from rygrad.pathway.words import Phrase
from rygrad.record import administration, audit, clocks, directory
from rygrad.record.accesslog import Seen, log
from rygrad.record.condition import Finding
from rygrad.record.models import (
    Change,
    ContentVersion,
    Identifier,
    Membership,
    Offer,
    Organisation,
    Person,
    Professional,
)
from rygrad.record.refusals import NotFound
from rygrad.web import adminurls, health
from rygrad.web.models import SavedList
from tests.record.cast import Cast
from tests.versions import PACKAGED
from tests.web.filled_in import send, text_of
from tests.web.visitor import Visitor

Inside = Callable[[str], Visitor]
Visit = Callable[..., Visitor]
TODAY = clocks.local_day(clocks.now())
SOON = TODAY + timedelta(days=10)
BOTH = pytest.mark.parametrize("record", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
PLANTED, NUMBER = "Kunigunde Genkendelig", "demo-424242"


@pytest.fixture
def gustav(inside: Inside) -> Visitor:
    """The administrator, logged in."""
    health._LAST.clear()
    return inside("gustav")


def _page(visitor: Visitor, name: str, *args: Any, query: str = "") -> str:
    answer = visitor.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return text_of(answer)


def _koege() -> str:
    return str(
        Organisation.objects.get(kind="municipality", municipality_code="0259", names__name="Demo Kommune Køge").id
    )


def _offer(record: Cast, **more: Any) -> str:
    given = {"valid_from": TODAY - timedelta(days=100), **more}
    return administration.add_offer(record.gustav, "municipal_prevention", "Ryghold", _koege(), _koege(), **given)


def _addresses(record: Cast) -> list[str]:
    """Every address of the administration, filled in with what there is."""
    member = Membership.objects.get(professional__user="freja")
    given = {
        "organisation": member.organisation_id,
        "offer": Offer.objects.values_list("offer", flat=True)[0] if Offer.objects.exists() else _offer(record),
        "membership": member.pk,
        "sha256": ContentVersion.objects.values_list("sha256", flat=True)[0],
    }
    routes = [str(one.pattern) for one in adminurls.addresses if one.name != "health"]
    return ["/" + re.sub(r"<\w+:(\w+)>", lambda found: str(given[found[1]]), route) for route in routes]


# Who is kept out


@pytest.mark.parametrize("user", ["anna", "bo", "freja"])
def test_to_everybody_else_the_pages_are_not_there(record: Cast, inside: Inside, user: str) -> None:
    visitor = inside(user)
    addresses = _addresses(record)
    before = Change.objects.count()
    token = visitor.cookies["csrftoken"].value
    for address in addresses:
        assert visitor.get(address).status_code == 404, address
        assert visitor.post(address, {"csrfmiddlewaretoken": token}).status_code == 404, address
    assert Change.objects.count() == before


def test_nobody_is_asked_to_log_in(record: Cast, visit: Visit) -> None:
    for address in _addresses(record):
        assert visit().get(address).headers["Location"].startswith("/log-ind"), address


def test_every_address_says_for_whom_it_is() -> None:
    policies = {one.name: one.callback.policy for one in adminurls.addresses}
    assert policies.pop("health") == frozenset({"public"})
    assert set(policies.values()) == {frozenset({"administrator"})}


def test_what_is_not_there_is_not_found(record: Cast, gustav: Visitor) -> None:
    for name in ("unit", "rename_unit", "add_professional", "add_membership"):
        assert gustav.get(reverse(name, args=["o-nothing"])).status_code == 404
    for name in ("local_offer", "change_offer", "end_offer"):
        assert gustav.get(reverse(name, args=["offer-nothing"])).status_code == 404
    assert gustav.get(reverse("content", args=["0" * 64])).status_code == 404
    assert gustav.get(reverse("end_membership", args=[_koege(), 999_999])).status_code == 404


# Overview


@BOTH
def test_the_first_page_is_the_overview_and_says_what_needs_a_look(record: Cast, gustav: Visitor) -> None:
    assert gustav.get("/").headers["Location"] == "/administration"
    _offer(record, valid_until=SOON)
    membership = Membership.objects.get(professional__user="freja")
    administration.end_membership(record.gustav, membership.pk, SOON)
    shown = _page(gustav, "administration")
    assert "Indholdet er ikke underskrevet" in shown
    assert "Ventetid er ukendt eller ældre end 60 dage ved 1 tilbud" in shown
    assert "1 tilbud slutter inden 30 dage" in shown
    assert "1 tilknytninger slutter inden 30 dage" in shown
    assert re.search(r"[1-9][0-9]* enheder har ingen medarbejder", shown)


def test_what_goes_on_after_its_end_is_no_news(record: Cast, gustav: Visitor) -> None:
    offer = _offer(record, waiting_weeks=3, waiting_checked_on=TODAY)
    administration.replace_offer(record.gustav, offer, SOON, name="Ryghold, nyt")
    shown = _page(gustav, "administration")
    assert "tilbud slutter inden" not in shown and "Ventetid er ukendt" not in shown


# Units


def test_a_unit_is_added_renamed_and_found(record: Cast, gustav: Visitor) -> None:
    given = {"kind": "gp_practice", "name": "Lægerne Nyvej", "valid_from": "2026-01-01", "municipality_code": "12"}
    wrong = send(gustav, reverse("add_unit"), **given)
    assert wrong.status_code == 422 and "Lægerne Nyvej" in text_of(wrong) and "forkert form" in text_of(wrong)
    answer = send(gustav, reverse("add_unit"), **{**given, "municipality_code": "0259"})
    made = Organisation.objects.get(names__name="Lægerne Nyvej")
    assert answer.headers["Location"] == reverse("unit", args=[made.id])
    assert "Enheden er oprettet." in _page(gustav, "unit", made.id)
    send(gustav, reverse("rename_unit", args=[made.id]), name="Lægerne Nyvej 2", valid_from=str(TODAY))
    shown = _page(gustav, "unit", made.id)
    assert "<h1>Lægerne Nyvej 2</h1>" in shown and "1. januar 2026" in shown
    assert "Lægerne Nyvej 2" in _page(gustav, "units", query="?soeg=nyvej&slags=gp_practice&uden=1")
    assert "Ingen enheder passer" in _page(gustav, "units", query="?soeg=nyvej&slags=region")


def test_a_new_member_gets_a_link_that_is_shown_once_and_works_once(
    record: Cast, gustav: Visitor, visit: Visit
) -> None:
    address, unit = reverse("add_professional", args=[_koege()]), reverse("unit", args=[_koege()])
    given = {
        "user": "karen",
        "name": "Karen Ny",
        "role": "municipal_worker",
        "valid_from": str(TODAY),
        "authorisation": "0A1B2",
    }
    assert send(gustav, address, **given).headers["Location"] == unit
    shown = text_of(gustav.get(unit))
    link = re.search(r'id="invitation">http://localhost(/\S+)</p>', shown)
    assert link and "Karen Ny" in shown and "0A1B2" in shown and "inviteret" in shown
    assert 'id="invitation"' not in text_of(gustav.get(unit))
    karen, new = visit(), "fire gule paraplyer"
    assert send(karen, link[1], new=new, again=new).status_code == 302
    assert karen.log_in("karen", new).status_code == 302
    assert "kan logge ind" in text_of(gustav.get(unit))
    again = send(gustav, address, **given)
    assert again.status_code == 422 and "taget" in text_of(again)


def test_a_lost_password_is_a_new_link_for_a_member_and_nobody_else(record: Cast, gustav: Visitor) -> None:
    place = Membership.objects.get(professional__user="freja").organisation_id
    address, unit = reverse("invite_member", args=[place]), reverse("unit", args=[place])
    assert send(gustav, unit, address, user="freja").headers["Location"] == unit
    assert 'id="invitation"' in text_of(gustav.get(unit))
    assert send(gustav, unit, address, user="gustav").status_code == 404
    assert gustav.get(address).status_code == 302


def test_a_membership_is_added_and_ended(record: Cast, gustav: Visitor) -> None:
    address = reverse("add_membership", args=[_koege()])
    given = {"role": "municipal_worker", "valid_from": str(TODAY), "valid_until": ""}
    unknown = send(gustav, address, user="ingen", **given)
    assert unknown.status_code == 422 and "ingen har det brugernavn" in text_of(unknown).casefold()
    send(gustav, address, user="freja", **given)
    row = Membership.objects.get(professional__user="freja", organisation_id=_koege())
    assert "Freja" in _page(gustav, "unit", _koege())
    send(gustav, reverse("end_membership", args=[_koege(), row.pk]), valid_until=str(TODAY))
    row.refresh_from_db()
    assert row.valid_until == TODAY


def test_the_last_administrator_stays_and_the_form_says_so(record: Cast, gustav: Visitor) -> None:
    row = Membership.objects.get(professional__user="gustav")
    answer = send(gustav, reverse("end_membership", args=[row.organisation_id, row.pk]), valid_until=str(TODAY))
    assert answer.status_code == 422 and "ingen administrator" in text_of(answer)


# Offers


def test_an_offer_is_added_changed_from_a_day_and_ended(record: Cast, gustav: Visitor) -> None:
    given = {
        "effort": "municipal_prevention", "name": "Ryghold", "owner": _koege(), "delivered_by": _koege(),
        "takes": "Voksne", "waiting_weeks": "4", "valid_from": str(TODAY - timedelta(days=30)), "valid_until": "",
    }  # fmt: skip
    made = send(gustav, reverse("add_offer"), **given).headers["Location"].rpartition("/")[2]
    assert directory.offer(made, TODAY).waiting_checked_on == TODAY
    change = {"owner": _koege(), "delivered_by": _koege(), "waiting_weeks": "9", "valid_from": str(SOON)}
    assert send(gustav, reverse("change_offer", args=[made]), **change).status_code == 302
    assert (directory.offer(made, TODAY).waiting_weeks, directory.offer(made, SOON).waiting_weeks) == (4, 9)
    assert directory.offer(made, SOON).takes == "Voksne"
    shown = _page(gustav, "local_offer", made)
    assert "gælder nu" in shown and "kommer" in shown
    later = SOON + timedelta(days=5)
    send(gustav, reverse("end_offer", args=[made]), valid_until=str(later))
    with pytest.raises(NotFound):
        directory.offer(made, later + timedelta(days=1))


def test_a_change_that_changes_nothing_is_said(record: Cast, gustav: Visitor) -> None:
    offer = _offer(record, waiting_weeks=3, waiting_checked_on=TODAY)
    answer = send(gustav, reverse("change_offer", args=[offer]), owner=_koege(), delivered_by=_koege())
    assert answer.status_code == 422 and "ikke ændret noget" in text_of(answer)


def test_a_change_before_a_planned_one_leaves_what_was_planned(record: Cast, gustav: Visitor) -> None:
    offer = _offer(record, waiting_weeks=3, waiting_checked_on=TODAY)
    administration.replace_offer(record.gustav, offer, SOON, name="Ryghold, nyt")
    given = {"owner": _koege(), "delivered_by": _koege(), "phone": "00 00 00 07", "valid_from": str(SOON)}
    send(gustav, reverse("change_offer", args=[offer]), **given)
    assert (directory.offer(offer, SOON).name, directory.offer(offer, SOON).phone) == ("Ryghold, nyt", "00 00 00 07")


def test_the_same_waiting_time_is_one_click(record: Cast, gustav: Visitor) -> None:
    offer = _offer(record, waiting_weeks=3, waiting_checked_on=TODAY - timedelta(days=90))
    shown = _page(gustav, "local_offers", query="?vis=ventetid")
    assert "Ryghold" in shown and "se efter" in shown
    address = reverse("waiting_checked", args=[offer])
    assert send(gustav, reverse("local_offers"), address).headers["Location"].startswith("/administration/tilbud")
    now = directory.offer(offer, TODAY)
    assert (now.waiting_weeks, now.waiting_checked_on) == (3, TODAY)
    assert address not in _page(gustav, "local_offers")
    assert "Ingen tilbud passer" in _page(gustav, "local_offers", query="?vis=ventetid")


def test_a_date_that_is_none_is_said_and_what_was_typed_stays(record: Cast, gustav: Visitor) -> None:
    answer = send(gustav, reverse("end_offer", args=[_offer(record)]), valid_until="i morgen")
    assert answer.status_code == 422 and "i morgen" in text_of(answer) and "Datoen kan ikke læses" in text_of(answer)


# Access and log


def test_why_somebody_may_see_a_course_is_said_and_no_number_is_asked_about(record: Cast, gustav: Visitor) -> None:
    record.grouped()
    ask = reverse("explain_access")

    def why(user: str, course: str) -> Any:
        return send(gustav, reverse("access_and_log"), ask, user=user, course=course, day=str(record.at.date()))

    assert "har haft ansvaret" in text_of(why("anna", record.course)) or "egen læge" in text_of(
        why("anna", record.course)
    )
    assert "har ingen adgang" in text_of(why("freja", record.course))
    assert "har ingen adgang" in text_of(why("anna", "c-nothing"))
    assert why("ingen", record.course).status_code == 422
    before = Change.objects.count()
    for number in ("0101010101", "010101-0101", "demo-1", PLANTED):
        refused = why("anna", number)
        assert refused.status_code == 422 and number not in re.sub(r"value=\"anna\"", "", text_of(refused))
    assert Change.objects.count() == before, "what was not asked about is not written down"
    assert gustav.get(ask).status_code == 302


def test_the_access_table_is_said_in_words(record: Cast, gustav: Visitor) -> None:
    shown = _page(gustav, "access_and_log")
    assert "Tage nødadgang med begrundelse" in shown and "Når enheden har en behandlingsrelation" in shown
    gustav.cookies["sprog"] = "en"
    english = _page(gustav, "access_and_log")
    assert "When the unit has a care relationship" in english and "behandlingsrelation" not in english
    for raw in ("see_plan", "see_quality", "_"):
        assert not re.search(rf"<li>[^<]*{raw}", english), "every action has words"


@BOTH
def test_looks_are_listed_by_user_unit_and_period_in_pages(
    record: Cast, gustav: Visitor, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.grouped()
    anna = inside("anna")
    for _ in range(3):
        anna.get(f"/forloeb/{record.course}")
    shown = _page(gustav, "look_log", query=f"?bruger=anna&fra={TODAY}&til={TODAY}")
    assert record.course in shown and "Anna" in shown
    assert "Ingen opslag passer" in _page(gustav, "look_log", query="?bruger=freja")
    assert "Ingen opslag passer" in _page(gustav, "look_log", query=f"?til={TODAY - timedelta(days=1)}")
    assert gustav.get(reverse("look_log") + "?bruger=ingen").status_code == 422
    assert gustav.get(reverse("look_log") + "?fra=2026-13-01").status_code == 422
    monkeypatch.setattr("rygrad.web.auditpages._SIZE", 1)
    first = _page(gustav, "look_log", query="?bruger=anna")
    following = re.search(r'href="(\?bruger=anna&amp;efter=[0-9]+)"', first)
    assert following and "Til de nyeste" in _page(gustav, "look_log", query=following[1].replace("&amp;", "&"))
    assert Change.objects.filter(what="audit_viewed").count() >= 5


def test_looks_are_a_file_no_spreadsheet_takes_for_formulas(
    record: Cast, gustav: Visitor, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.grouped()
    inside("anna").get(f"/forloeb/{record.course}")
    Professional.objects.filter(user="anna").update(name="=HYPERLINK(1)")
    monkeypatch.setattr("rygrad.web.auditpages.LARGEST_PAGE", 1)
    answer = gustav.get(reverse("looks_csv"))
    rows = list(csv.reader(io.StringIO(text_of(answer).lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == len(audit.looks(record.gustav, size=500).rows) + 1
    assert {row[1] for row in rows[1:]} >= {"'=HYPERLINK(1)"}
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]


def test_what_administrators_changed_is_listed_in_words(record: Cast, gustav: Visitor) -> None:
    offer = _offer(record, waiting_weeks=3, waiting_checked_on=TODAY)
    administration.replace_offer(record.gustav, offer, TODAY, waiting_weeks=5)
    shown = _page(gustav, "change_log")
    assert "Tilbud ændret" in shown and "ventetid i uger: 3 → 5" in shown and "Ryghold" in shown
    assert "Demo Kommune Køge" in shown and _koege() not in shown


# No citizen anywhere


@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_citizen_is_named_anywhere(record: Cast, gustav: Visitor, inside: Inside, lang: str) -> None:
    record.grouped()
    Person.objects.update(name=PLANTED)
    Identifier.objects.filter(person_id=record.dina.id).update(value=NUMBER)
    anna = inside("anna")
    assert PLANTED in text_of(anna.get(f"/forloeb/{record.course}")), "a clinician sees it"
    gustav.cookies["sprog"] = lang
    for address in [*_addresses(record), f"{reverse('look_log')}?bruger=anna"]:
        answer = gustav.get(address, follow=True)
        assert answer.status_code == 200, address
        assert PLANTED.split(maxsplit=1)[0] not in text_of(answer) and NUMBER not in text_of(answer), address


def test_the_reason_for_emergency_access_stays_with_the_citizen(record: Cast, gustav: Visitor) -> None:
    log(record.anna, [Seen("p-x", "c-x", "emergency")], "emergency", reason=f"{PLANTED} er bevidstløs")
    shown = _page(gustav, "look_log") + text_of(gustav.get(reverse("looks_csv")))
    assert PLANTED not in shown and "med begrundelse, som borgeren kan læse" in shown


# Operations


def test_operations_say_how_the_record_is(record: Cast, gustav: Visitor) -> None:
    shown = _page(gustav, "operations")
    assert "journalen kan skrives" in shown and "Den nyeste del af kæderne holder" in shown


@BOTH
def test_monitoring_gets_a_short_answer_about_nobody(record: Cast, visit: Visit) -> None:
    health._LAST.clear()
    answer = visit().get("/sundhed")
    found = json.loads(answer.content)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    assert (found["status"], found["storage"], found["chain"]["fine"]) == ("well", "writable", True)
    assert found["content"]["version"] == PACKAGED and date.fromisoformat(found["time"][:10])
    assert not re.search(r"[Gg]ustav|[Aa]nna|Demo", text_of(answer))


@pytest.mark.parametrize("fault", ["finding", "broken", "disk"])
def test_monitoring_is_told_when_it_is_not_well(
    record: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("anything")

    if fault == "finding":
        monkeypatch.setattr(
            health, "examine", lambda _: [Finding(False, Phrase("kæden er brudt", "the chain is broken"))]
        )
    elif fault == "broken":
        monkeypatch.setattr(health, "examine", broken)
        monkeypatch.setattr(health, "verify", broken)
        monkeypatch.setattr(health, "active", broken)
    else:
        monkeypatch.setattr(health, "storage", lambda: "not_writable")
    health._LAST.clear()
    answer = visit().get("/sundhed")
    assert answer.status_code == 503 and json.loads(answer.content)["status"] == "not_well"
    assert visit().get("/sundhed").status_code == 503
    health._LAST.clear()


def test_asking_often_examines_seldom(record: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(health, "examine", lambda name: asked.append(name) or [])
    health._LAST.clear()
    for _ in range(5):
        visit().get("/sundhed")
    assert len(asked) == 1
    health._LAST.clear()


@BOTH
def test_trying_the_storage_leaves_nothing(record: Cast) -> None:
    assert health.storage() == "writable"
    assert not SavedList.objects.exists()
