"""S1 without a browser's help: chips, lists kept, search, outcomes, undo, several at once, the file."""

from collections.abc import Callable
from typing import Any

from rygrad.record import acts, people
from rygrad.record.journal import entries_of
from rygrad.record.models import Look, Person
from rygrad.web.worklist import harmless
from tests.record.cast import Cast
from tests.web.visitor import Visitor, forms_of

Inside = Callable[[str], Visitor]


def _page(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def _types(c: Cast) -> list[str]:
    return [entry.type for entry in entries_of(c.course)]


def test_a_chip_narrows_the_list_to_a_reason_and_its_address_names_nobody(record: Cast, inside: Inside) -> None:
    record.returned()
    anna = inside("anna")
    assert "Dina Demosen" in _page(anna, "/liste?hvorfor=return_received")
    nothing = _page(anna, "/liste?hvorfor=referral_silent")
    assert "Dina Demosen" not in nothing
    assert "Ingen rækker med det valg" in nothing
    assert "demo-1" not in "".join(line for line in nothing.splitlines() if "href" in line)


def test_an_empty_list_says_that_nobody_waits(record: Cast, inside: Inside) -> None:
    assert "Ingen venter på jer" in _page(inside("anna"), "/liste")


def test_a_list_is_kept_shared_and_removed_by_its_owner_alone(record: Cast, inside: Inside) -> None:
    record.returned()
    people.register_professional("anton", "Anton Demo", "general_practitioner", record.anna.organisation or "")
    anna = inside("anna")
    form = anna.form(anna.get("/liste?hvorfor=return_received"), "/liste/gem")
    address = anna.send(form, name="Mine hjemvendte", shared="on").headers["Location"]
    assert "Dina Demosen" in _page(anna, address)
    assert "Mine hjemvendte" in _page(anna, "/liste")
    assert inside("bo").get(address).status_code == 404
    removing = [f for f in forms_of(_page(anna, "/liste")) if f.action == "/liste/gem"][-1]
    anna.post("/liste/gem", removing.data(remove=address.rpartition("=")[2]))
    assert "Mine hjemvendte" not in _page(anna, "/liste")


def test_a_citizen_is_found_by_name_or_number_only_by_those_who_treat(record: Cast, inside: Inside) -> None:
    record.grouped()
    Person.objects.filter(id=record.dina.id).update(name="Åse Ærlig-Demosen")
    for user, words, status in (("anna", "åse demosen", 302), ("anna", "demo-1", 302), ("freja", "demo-1", 200)):
        visitor = inside(user)
        form = visitor.form(visitor.get("/liste"), "/find")
        answer = visitor.send(form, words=words)
        assert answer.status_code == status, (user, words)
    assert "Ærlig" not in answer.content.decode()
    assert Look.objects.filter(what="search", actor=record.anna.id).count() == 2
    assert not Look.objects.filter(what="search", actor=record.freja.id).exists()


def test_one_select_records_an_outcome_and_it_can_be_undone_for_a_minute(record: Cast, inside: Inside) -> None:
    record.grouped()
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    bo = inside("bo")
    form = next(f for f in forms_of(_page(bo, "/liste")) if f.action == "/liste/valg")
    back = bo.send(form, outcome="visit")
    assert back.headers["Location"].startswith("/liste#r-")
    assert _types(record)[-1] == "visit"
    page = bo.get("/liste")
    assert "Besøg i dag" in page.content.decode()
    bo.send(bo.form(page, "/fortryd"))
    assert _types(record)[-1] == "correction"
    assert bo.send(form, outcome="visit").status_code == 302
    assert "Det er registreret én gang" in bo.get("/liste").content.decode()
    assert _types(record).count("visit") == 1


def test_work_status_is_one_select_in_the_municipalitys_row(record: Cast, inside: Inside) -> None:
    record.referred(record.freja, "labour_market_and_income")
    freja = inside("freja")
    form = next(f for f in forms_of(_page(freja, "/liste")) if f.action == "/liste/arbejde")
    freja.send(form, work="sick_listed")
    assert entries_of(record.course)[-1].act.facts == {"work": "sick_listed"}  # type: ignore[attr-defined]
    bo = inside("bo")
    token = bo.form(bo.get("/liste"), "/sprog").value("csrfmiddlewaretoken")
    assert bo.post("/liste/arbejde", form.data(work="retired", by="", csrfmiddlewaretoken=token)).status_code == 404


def test_several_at_once_says_first_what_will_and_what_will_not_change(record: Cast, inside: Inside) -> None:
    record.grouped()
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    first = record.course
    other = people.register_person("Otto Demosen", {"demo": "demo-9"}, is_invented=True)
    record.open(by=record.bo, person=other)
    bo = inside("bo")
    rows = list({f.value("row").partition("|")[0]: f.value("row") for f in forms_of(_page(bo, "/liste"))
                 if f.action == "/liste/valg"}.values())  # fmt: skip
    form = bo.form(bo.get("/liste"), "/liste/flere")
    before = len(entries_of(first))
    preview = bo.post("/liste/flere", form.data(row=[*rows, "c-not-mine|due|"], outcome="visit"))
    text = preview.content.decode()
    assert len(entries_of(first)) == before, "a preview stores nothing"
    assert f"Vil blive ændret ({len(rows)})" in text
    assert "Bliver ikke ændret (1)" in text
    done = bo.send(bo.form(preview, "/liste/flere/gem"))
    assert done.status_code == 302
    assert len(entries_of(first)) == before + 1


def test_the_file_holds_every_row_and_no_formula(record: Cast, inside: Inside) -> None:
    record.returned()
    Person.objects.filter(id=record.dina.id).update(name='=HYPERLINK("http://x","Dina")')
    answer: Any = inside("anna").get("/liste/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("navn;nummer;hvorfor")
    assert "'=HYPERLINK" in text
    reader = inside("anna")
    reader.cookies["sprog"] = "en"
    english: Any = reader.get("/liste/csv")
    text = b"".join(english.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("name;number;why") and "decide per effort" in text
    assert [harmless(cell) for cell in ("=1", "+1", "-1", "@a", "\t=1", "Dina")] == [
        "'=1", "'+1", "'-1", "'@a", "'\t=1", "Dina",
    ]  # fmt: skip
