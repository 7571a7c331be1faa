"""S8 once more: sharing again, what each part shows, what a block means, why somebody looked, everything on a page."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from rygrad.record import acts, clocks, people
from rygrad.record.act import Part
from rygrad.record.door import see_course
from rygrad.record.models import Person, Sharing
from rygrad.record.worklist import worklist
from rygrad.web.citizen.looks import SIZE
from tests.record.cast import Cast
from tests.web.visitor import Visitor, page_of, posted

NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
SHARING = "/mit-forloeb/deling"
LOOKS = "/mit-forloeb/hvem-har-set"
LINK = re.compile(r'value="http://[^/]+(/ny-adgangskode/[^"]+)"')
Enter = Callable[[str], Visitor]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "now", lambda: NOW)


def share(record: Cast, *parts: Part) -> None:
    record.grouped()
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), acts.Visit("physiotherapist", "Noten om Dina"))
    record.write(record.bo, acts.ScoresRecorded("nrs_pain", 7, "citizen"))
    record.write(record.bo, acts.FactsRecorded({"work": "sick_listed"}, "citizen"))
    record.write(record.dina, acts.AccessGranted(record.erik.id, "sharing", ("plan", *parts), date(2026, 5, 30)))


@pytest.mark.parametrize(
    ("part", "text"), [("scores", "Dine smerter, 0 til 10"), ("work", "sygemeldt"), ("clinical", "Noten om Dina")]
)
def test_a_part_shared_alone_is_seen_and_the_others_are_not(record: Cast, person: Enter, part: Part, text: str) -> None:
    share(record, part)
    page = page_of(person(record.erik.id), f"/delt-med-mig/{record.course}")
    assert text in page
    for other in {"Dine smerter, 0 til 10", "sygemeldt", "Noten om Dina"} - {text}:
        assert other not in page, other


def test_a_new_relative_who_lost_the_link_is_chosen_again_and_gets_another(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    first = posted(dina, SHARING, "/inviter", name="Frida Pårørende").content.decode()
    posted(dina, SHARING, "/stop")
    assert "Frida Pårørende (delt før)" in page_of(dina, SHARING)
    (frida,) = {row.relative_id for row in Sharing.objects.all()}
    second = posted(dina, SHARING, "/inviter", to=frida, part=["work"]).content.decode()
    assert LINK.search(first) and LINK.search(second)
    assert Person.objects.filter(name="Frida Pårørende").count() == 1
    assert "(delt før)" not in page_of(dina, SHARING)
    assert see_course(people.relative_actor(frida), record.course).parts == {"plan", "work"}


def test_who_has_logged_in_gets_no_link_for_others_to_hold(record: Cast, person: Enter) -> None:
    share(record)
    person(record.erik.id)  # has logged in
    dina = person(record.dina.id)
    posted(dina, SHARING, "/stop")
    answer = posted(dina, SHARING, "/inviter", to=record.erik.id).content.decode()
    assert "logger ind som før" in answer and not LINK.search(answer)


def test_a_citizens_own_login_is_never_handed_to_another(record: Cast, person: Enter) -> None:
    record.open(person=record.erik.id)
    share(record)
    dina = person(record.dina.id)
    posted(dina, SHARING, "/stop")
    assert not LINK.search(posted(dina, SHARING, "/inviter", to=record.erik.id).content.decode())


def test_only_a_relative_of_ones_own_is_chosen_again(record: Cast, person: Enter) -> None:
    record.grouped()
    answer = posted(person(record.dina.id), SHARING, "/inviter", name="Erik", to=record.erik.id)
    assert answer.status_code == 404 and not Sharing.objects.exists()


def test_a_refused_sharing_leaves_no_person_behind(record: Cast, person: Enter) -> None:
    record.grouped()
    before = Person.objects.count()
    answer = posted(person(record.dina.id), SHARING, "/inviter", name="Frida", version="1")
    assert answer.status_code == 412 and Person.objects.count() == before


def test_sharing_in_an_earlier_course_is_reached_from_the_page(record: Cast, person: Enter) -> None:
    record.grouped()
    record.write(record.bo, acts.CourseEnded("managing_alone"), days=1)
    earlier = record.course
    record.at += timedelta(days=10)
    record.open()
    dina = person(record.dina.id)
    assert f'href="{SHARING}/{earlier}"' in page_of(dina, SHARING)
    page = page_of(dina, f"{SHARING}/{earlier}")
    assert "/inviter" not in page and "Spær for noget" in page


def test_what_a_block_means_is_told_for_each_before_it_is_done(record: Cast, person: Enter) -> None:
    record.grouped()
    page = page_of(person(record.dina.id), SHARING)
    for text in (
        "Så kan kommunen ikke se dit arbejde og din sygemelding. Det kan betyde,",
        "Så kan sygehuset ikke se dine svar og det, behandlerne skriver.",
        "Din egen læge, og den der har ansvaret, ser det stadig.",
        "De får at vide, at du har spærret.",
    ):
        assert text in page, text


def test_a_block_is_lifted_on_the_same_page(record: Cast, person: Enter) -> None:
    record.grouped()
    dina = person(record.dina.id)
    fields = {"part": "clinical", "sector": "hospital"}
    assert posted(dina, SHARING, "/spaer", **fields).status_code == 302
    assert see_course(record.dina, record.course).blocks == {("clinical", "hospital")}
    lifted = posted(dina, SHARING, "/spaer", **fields, lift="1")
    assert lifted.status_code == 302 and see_course(record.dina, record.course).blocks == frozenset()


def test_who_does_not_see_the_sharing_is_not_told_that_there_is_none(record: Cast, inside: Enter) -> None:
    record.referred(record.freja, "labour_market_and_income")
    record.write(record.dina, acts.AccessGranted(record.erik.id, "sharing", ("plan",), date(2026, 6, 30)))
    record.write(record.dina, acts.PartBlocked("work", "municipality"))
    page = page_of(inside("freja"), f"/forloeb/{record.course}")
    assert "ingen pårørende" not in page and "vises ikke for dig" in page
    assert record.erik.name not in page


def test_every_look_says_why(record: Cast, person: Enter) -> None:
    share(record)
    worklist(record.bo, channel="web")
    see_course(record.erik, record.course, channel="web")
    page = page_of(person(record.dina.id), LOOKS)
    assert "så arbejdslisten · er med i dit forløb" in page and "så forløbet · du deler med" in page
    assert not re.search(r"så [^<·]+</span>", page)


def test_looks_are_leafed_through_and_keep_the_place(record: Cast, person: Enter) -> None:
    record.grouped()
    for _ in range(SIZE + 1):
        see_course(record.anna, record.course, channel="web")
    dina = person(record.dina.id)
    place = "?enhed=L%C3%A6gerne+p%C3%A5+Demovej"
    first = page_of(dina, LOOKS + place)
    assert first.count("Anna Demo,") == SIZE and "Ældre" in first and "Nyere" not in first
    assert "mine=1&amp;enhed=L" in first
    second = page_of(dina, LOOKS + place + f"&fra={SIZE}")
    assert second.count("Anna Demo,") == 1 and "Nyere" in second and "Ældre" not in second
    assert "Ingen andre har set" not in page_of(dina, LOOKS + "?fra=900")


def test_the_page_with_everything_looks_as_the_site_allows(record: Cast, person: Enter) -> None:
    record.grouped()
    page = page_of(person(record.dina.id), "/mit-forloeb/mine-data/side")
    assert "<style" not in page and 'href="/static/web/mydata.css"' in page and "<main>" in page
