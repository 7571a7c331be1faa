"""What is printed: tagged PDF from the same pages, checked with a PDF reader's tools, and the page where there is no PDF."""

import re
import subprocess
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, clocks, directory
from rygrad.record.journal import entries_of
from rygrad.record.models import Look
from rygrad.web.paper import documents, press
from rygrad.web.persons import person_account
from tests.record.cast import EFFORTS_OF_GROUP_2, Cast
from tests.web.visitor import Visitor

NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 4, 20)
A4, A5, PANEL = (595, 842), (420, 595), (210, 298)
Inside = Callable[[str], Visitor]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "now", lambda: NOW)


def tool(name: str, *arguments: str) -> str:
    """What one of poppler's tools says."""
    done = subprocess.run([name, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def read(made: bytes, tmp_path: Path) -> tuple[dict[str, str], str, str]:
    """A PDF's facts, its text in reading order, and its structure."""
    assert made.startswith(b"%PDF-")
    file = tmp_path / "made.pdf"
    file.write_bytes(made)
    facts = dict(line.split(":", 1) for line in tool("pdfinfo", str(file)).splitlines() if ":" in line)
    text = tool("pdftotext", "-enc", "UTF-8", str(file), "-")
    return {k: v.strip() for k, v in facts.items()}, text, tool("pdfinfo", "-struct-text", str(file))


def inflated(made: bytes) -> bytes:
    """The file with its packed parts unpacked, to look for a word in."""
    found = made
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        with suppress(zlib.error):
            found += zlib.decompress(part)
    return found


def size(facts: dict[str, str]) -> tuple[int, int]:
    width, _, height, *_ = facts["Page size"].split()
    return round(float(width)), round(float(height))


def is_accessible(made: bytes, facts: dict[str, str], structure: str, title: str, lang: str) -> None:
    assert facts["Tagged"] == "yes" and facts["Title"] == title
    plain = inflated(made)
    assert f"/Lang ({lang})".encode() in plain and b"pdfuaid:part" in plain
    assert "H1" in structure and "H2" in structure


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_leaflet_ends_with_the_card_alone_on_a_page(pathway: Pathway, tmp_path: Path, lang: str) -> None:
    made = press.pdf(documents.leaflet(pathway, lang, "recurrent", address="https://rygrad.example/mit-forloeb"))
    facts, text, structure = read(made, tmp_path)
    is_accessible(made, facts, structure, "Ondt i ryggen" if lang == "da" else "Back pain", lang)
    assert (size(facts), facts["Pages"]) == (A5, "4")
    pages = text.split("\f")
    title = pathway.citizen.call_card.title.text(lang)
    assert [title in page for page in pages[:4]] == [False, False, False, True]
    assert "så ring 112" in " ".join(pages[3].split()) or lang == "en"
    assert pages[3].lstrip().startswith(title)
    assert "rygrad.example" in pages[2]
    assert (b"QR-kode til siden" if lang == "da" else b"QR code to the page") in inflated(made)


@pytest.mark.long
def test_large_print_is_large_and_for_every_group(pathway: Pathway, tmp_path: Path) -> None:
    for group in ("", *pathway.groups):
        facts, text, _ = read(press.pdf(documents.leaflet(pathway, "da", group, is_large=True)), tmp_path)
        assert size(facts) == A4 and int(facts["Pages"]) >= 4 and "Må jeg arbejde?" in text


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_pocket_edition_is_one_sheet_and_nothing_of_it_is_cut(pathway: Pathway, tmp_path: Path, lang: str) -> None:
    made = press.pdf(documents.pocket(pathway, lang))
    facts, text, structure = read(made, tmp_path)
    is_accessible(made, facts, structure, pathway.identity.title.text(lang), lang)
    assert (size(facts), facts["Pages"]) == ((842, 595), "1")
    facts, eight, _ = read(press.pdf(documents.pocket(pathway, lang, is_imposed=False)), tmp_path)
    assert (size(facts), facts["Pages"]) == (PANEL, "8")  # a panel that overflows would be a ninth page
    assert sorted(text.split()) == sorted(eight.split())
    pages = eight.split("\f")
    for number, group in enumerate(pathway.groups.values(), start=2):
        assert f"{group.number}. {group.words.clinician.text(lang)}" in pages[number]
        said = " ".join(pages[number].split())
        for effort in group.efforts:
            assert pathway.words["efforts"][effort].clinician.text(lang) in said


def test_the_sheet_folds_into_a_booklet(pathway: Pathway, tmp_path: Path) -> None:
    """Seen from above: 5 4 3 2 on their heads, over 6 7 8 1; so 1 lies on 2, and 8 beside 1."""
    (tmp_path / "sheet.pdf").write_bytes(press.pdf(documents.pocket(pathway, "da")))
    wanted = {
        "Lommeudgave": (3, 1),
        "Alarmtegn": (1, 1),
        "Foldes": (2, 1),
        "Førstegangstilfælde": (2, 0),
        "Gentagne": (1, 0),
    }
    boxes = tool("pdftotext", "-bbox", str(tmp_path / "sheet.pdf"), "-")
    found = {}
    for line in boxes.splitlines():
        word = line.rpartition("</word>")[0].rpartition(">")[2]
        if word in wanted and word not in found:
            x, y = (float(line.partition(f'{axis}="')[2].partition('"')[0]) for axis in ("xMin", "yMin"))
            found[word] = (int(x / 842 * 4), int(y / 595 * 2))
    assert found == wanted


def test_the_questionnaire_fits_one_page_and_asks_what_the_screen_asks(pathway: Pathway, tmp_path: Path) -> None:
    made = press.pdf(documents.questionnaire(pathway, "da"))
    facts, text, structure = read(made, tmp_path)
    is_accessible(made, facts, structure, "Fem spørgsmål før dit besøg", "da")
    assert (size(facts), facts["Pages"]) == (A4, "1")
    said = " ".join(text.split())
    for name in ("saddle_numbness", "nrs_pain", "psfs", "work", "worried_about_diagnosis"):
        assert pathway.facts[name].question.citizen.da in said
    assert said.count("Ved ikke") >= 3


def test_the_plan_of_a_citizen_without_a_screen(record: Cast, inside: Inside, tmp_path: Path) -> None:
    record.grouped()
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    answer: Any = inside("bo").get(f"/papir/plan/{record.course}?format=pdf")
    assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    facts, text, structure = read(answer.content, tmp_path)
    is_accessible(answer.content, facts, structure, "Min plan", "da")
    said = " ".join(text.split())
    assert facts["Pages"] == "1" and "Dina Demosen" in said and "mellem 14. og 28. april" in said
    assert "Demo Fysioterapi" in said and "så ring 112" in said
    dina = Visitor()
    dina.force_login(person_account(record.dina.id))
    own: Any = dina.get("/papir/min-plan")
    assert own.status_code == 200 and "Dina Demosen" in own.content.decode()


def test_a_letter_is_printed_as_it_was_sent(record: Cast, inside: Inside, tmp_path: Path) -> None:
    record.without_effect()
    sent = acts.ReturnedToGp(
        {e: acts.Need("needed") for e in EFFORTS_OF_GROUP_2}, letter="Kære læge\n\næøå ÆØÅ é\nHilsen Bo"
    )
    record.write(record.bo, sent)
    entry = entries_of(record.course)[-1].id
    answer: Any = inside("anna").get(f"/papir/brev/{record.course}/{entry}?format=pdf")
    facts, text, _ = read(answer.content, tmp_path)
    assert facts["Tagged"] == "yes" and "æøå ÆØÅ é" in text and "SHA-256" in text
    assert "Dina Demosen" in text and "Demo Fysioterapi" in text
    assert inside("freja").get(f"/papir/brev/{record.course}/{entry}").status_code == 404


def test_the_emergency_sheet_holds_the_open_plans_of_the_clinic_and_each_is_a_look(
    record: Cast, inside: Inside, tmp_path: Path
) -> None:
    clinic = record.bo.organisation or ""
    directory.register_offer("imaging", "Skanning (demo)", clinic, clinic, phone="00 00 00 42")
    record.grouped()
    record.write(record.bo, acts.TreatmentStarted("physiotherapist"), days=1)
    before = Look.objects.filter(what="sheet").count()
    answer: Any = inside("bo").get("/papir/noedark?format=pdf")
    facts, text, structure = read(answer.content, tmp_path)
    is_accessible(answer.content, facts, structure, "Nødark", "da")
    said = " ".join(text.split())
    assert "Dina Demosen" in said and "mellem 14. og 28. april" in said and "2. Gentagne tilfælde" in said
    assert "Telefonnumre" in said and "00 00 00 42" in said
    assert "Akut" in said and Look.objects.filter(what="sheet").count() == before + 1
    record.write(record.bo, acts.CourseEnded("managing_alone"))
    ended: Any = inside("bo").get("/papir/noedark")
    assert "Dina Demosen" not in ended.content.decode()
    assert inside("freja").get("/papir/noedark").status_code == 404


def test_public_documents_need_no_login_and_personal_ones_do(record: Cast) -> None:
    for name in ("pjece", "pjece?gruppe=recurrent&stor=1", "lommeudgave", "lommeudgave?sider=1", "spoergeskema"):
        answer: Any = Visitor().get(f"/papir/{name}")
        assert answer.status_code == 200 and answer.headers["Cache-Control"].startswith("public")
    for name in ("min-plan", "noedark", "plan/x", "brev/x/y"):
        assert Visitor().get(f"/papir/{name}").status_code == 302
    assert Visitor().get("/papir/pjece?gruppe=ukendt").status_code == 404


def test_without_the_package_the_page_is_there_to_print_and_says_so(
    record: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "missing", lambda: "weasyprint")
    answer: Any = Visitor().get("/papir/pjece?format=pdf")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    assert "Udskriv siden fra browseren" in answer.content.decode()
    with pytest.raises(press.CannotPrint):
        press.pdf("<p>x")


def test_a_text_that_a_clinician_has_signed_is_not_called_unsigned(pathway: Pathway) -> None:
    signed = replace(pathway, citizen=replace(pathway.citizen, signed_by="Navn Navnesen"))
    for made in (documents.leaflet, documents.questionnaire):
        assert "ikke godkendt" in made(pathway, "da") and "ikke godkendt" not in made(signed, "da")


def test_nothing_is_fetched_from_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p { content: 'x' }")
    fetch = press._fetcher().fetch
    for address in (
        "http://127.0.0.1/x.css",
        secret.as_uri(),
        "file:///static/../../settings.py",
        "file:///etc/passwd",
    ):
        with pytest.raises(Exception, match=r"not ours|disallowed|No such file"):
            fetch(address)
