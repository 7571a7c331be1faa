"""S5, the public programme: every line with its place, and a try that stores nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from rygrad.decision.decide import decide
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.source import letters
from rygrad.record import clocks
from rygrad.record.models import Change, Entry, Look
from rygrad.web.programme import lines
from rygrad.web.programme.picture import picture
from rygrad.web.programme.versions import changelog
from tests.record.cast import Cast
from tests.versions import LATER, PACKAGED, numbered
from tests.web.visitor import Visitor, forms_of

PAGES = (
    "programmet",
    "programmet/gruppe/first_time",
    "programmet/gruppe/recurrent",
    "programmet/gruppe/long_lasting",
    "programmet/gruppe/complex_chronic",
    "programmet/indsatser",
    "programmet/alarmtegn",
    "programmet/retningslinjer",
    "programmet/laesninger",
    "programmet/versioner",
    "programmet/ret?linje=recurrent.efforts.imaging",
    "programmet/proev",
    "programmet/kilden?linjer=156",
)
Visit = Callable[..., Visitor]


def page_of(visitor: Visitor, address: str, status: int = 200) -> str:
    answer: Any = visitor.get(f"/{address}")
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("lang", ["da", "en"])
def test_nobody_has_to_log_in_and_every_page_says_its_version_and_state(record: Cast, visit: Visit, lang: str) -> None:
    visitor = visit()
    visitor.cookies["sprog"] = lang
    for address in PAGES:
        shown = page_of(visitor, address)
        assert f'lang="{lang}"' in shown and PACKAGED in shown
        assert ("ikke underskrevet af en kliniker" if lang == "da" else "not signed by a clinician") in shown
        ids = re.findall(r'\bid="([^"]+)"', shown)
        assert len(ids) == len(set(ids)), address


def test_every_line_of_a_group_shows_its_quote_its_place_and_the_source_beside_it(
    record: Cast, visit: Visit, pathway: Pathway
) -> None:
    source = letters(pathway.source.text)
    for group in pathway.groups.values():
        shown = page_of(visit(), f"programmet/gruppe/{group.id}")
        found = [one for section in lines.of_group(pathway, group) for one in section.lines]
        listed = (*group.symptoms, *group.actors, *group.interventions, *group.information)
        assert len(found) == 1 + len(listed) + len(group.efforts) + 2 * bool(group.reassessment)
        for one in found:
            assert letters(one.quote) in source and letters(one.quote) in letters(" ".join(t for _, t in one.beside))
            assert f'id="{one.id}"' in shown and f"linje={one.id}" in shown and one.place in shown


def test_the_matrix_is_the_programmes(record: Cast, visit: Visit, pathway: Pathway) -> None:
    shown = page_of(visit(), "programmet")
    table = shown[shown.index("matrix") : shown.index("</table>")]
    for name, words in pathway.words["efforts"].items():
        row = table[table.index(words.clinician.da) :].partition("</tr>")[0]
        cells = re.findall(r"<td>(.*?)</td>", row)
        assert [("href" in cell) for cell in cells] == [name in g.efforts for g in pathway.groups.values()]


def test_every_sign_reading_guideline_and_source_is_there(record: Cast, visit: Visit, pathway: Pathway) -> None:
    signs = page_of(visit(), "programmet/alarmtegn")
    assert all(f'id="{name}"' in signs for name in (*pathway.alarms, *pathway.safety_sources))
    assert "ikke programmets ord" in signs and signs.count("endnu ikke læst") >= 5
    readings = page_of(visit(), "programmet/laesninger")
    assert all(f'id="{name}"' in readings for name in pathway.readings)
    assert readings.count("Ikke underskrevet af en kliniker") == len(pathway.readings)
    guidelines = page_of(visit(), "programmet/retningslinjer")
    assert all(f'id="{one["id"]}"' in guidelines for one in pathway.guidelines)


def test_offers_are_those_of_the_chosen_municipality(record: Cast, visit: Visit) -> None:
    shown = page_of(visit(), "programmet/indsatser?kommune=9999")
    assert shown.count("<section id=") == 8


def test_a_correction_is_a_ready_text(record: Cast, visit: Visit) -> None:
    shown = page_of(visit(), "programmet/ret?linje=recurrent.efforts.imaging")
    assert "Linje: recurrent.efforts.imaging (G2-R1)" in shown and "pixi.txt:156" in shown and "Forslag:" in shown
    assert 'href="/programmet/gruppe/recurrent#recurrent.efforts.imaging"' in shown
    sign = page_of(visit(), "programmet/ret?linje=saddle_numbness")
    assert "Chartered Society of Physiotherapy" in sign and 'href="/programmet/alarmtegn#saddle_numbness"' in sign
    assert "Linje: R3\n" in visit().get("/programmet/ret?linje=R3").content.decode()
    assert visit().get("/programmet/ret?linje=ukendt").status_code == 404
    assert visit().get("/programmet/gruppe/ukendt").status_code == 404


def test_every_line_has_one_address_that_leads_to_it(record: Cast, visit: Visit, pathway: Pathway) -> None:
    found = list(lines.placed(pathway))
    assert len({one.line.id for one in found}) == len(found)
    shown: dict[str, str] = {}
    for one in found:
        page, _, anchor = one.address.partition("#")
        shown.setdefault(page, page_of(visit(), page.removeprefix("/")))
        assert f'id="{anchor}"' in shown[page] and f"linje={anchor}" in shown[page]


def test_the_source_leads_back_to_the_lines_that_use_it(record: Cast, visit: Visit) -> None:
    shown = page_of(visit(), "programmet/kilden?linjer=156")
    assert "Her bruges den" in shown and 'href="/programmet/gruppe/recurrent#recurrent.efforts.imaging"' in shown
    assert shown.count("<mark>") == 1 and "Her bruges den" not in page_of(visit(), "programmet/kilden")


def test_the_picture_has_the_same_places_as_its_list_and_its_table(
    record: Cast, visit: Visit, pathway: Pathway
) -> None:
    drawn = picture(pathway, "treatment", "recurrent")
    named = [name for step in drawn.steps for name, _, _ in step]
    assert named and {name for name, _, _ in drawn.rows} == set(named) and len(drawn.boxes) == len(named)
    assert [name for step in drawn.steps for name, _, is_here in step if is_here] == [
        "2. Gentagne tilfælde",
        "Plan, behandling og information",
    ]
    assert "2. Gentagne tilfælde" in drawn.title
    shown = page_of(visit(), "programmet/gruppe/recurrent")
    assert 'role="img" aria-labelledby="map-t map-d"' in shown and "(du er her)" in shown
    assert max(len(text) for box in drawn.boxes for _, text in box.lines) < 50


def test_the_changelog_says_what_changed_without_its_marks(record: Cast) -> None:
    newest = changelog()[0]
    assert newest["title"].startswith(PACKAGED) and len(newest["points"]) >= 2
    assert not any("fingerprint" in point or point.startswith("-") for point in newest["points"])


def test_two_versions_side_by_side(record: Cast, visit: Visit) -> None:
    from rygrad.record import contents

    assert "Der er kun én version her" in page_of(visit(), "programmet/versioner")
    files = contents.content_files("rygsmerter")
    changed = numbered(files["pathway.yaml"]).replace(b"days: 42-56", b"days: 49-63")
    new = contents.keep(files | {"pathway.yaml": changed}).sha256
    old = contents.active().pathway.identity.sha256
    shown = page_of(visit(), f"programmet/versioner?fra={old}&til={new}")
    assert LATER in shown and "Side om side" in shown and "49" in shown
    assert "De to siger og afgør det samme" in page_of(visit(), f"programmet/versioner?fra={old}&til={old}")
    assert visit().get(f"/programmet/versioner?fra={old}&til=x").status_code == 404


def test_a_try_decides_as_the_engine_does_and_stores_nothing(record: Cast, visit: Visit, pathway: Pathway) -> None:
    facts = {
        "onset_on": "2026-01-01",
        "complex_surroundings": "no",
        "effect_of_physiotherapy": "no_effect",
        "age_years": "44",
    }
    before = [model.objects.count() for model in (Entry, Look, Change)]
    visitor = visit()
    form = next(
        f for f in forms_of(visitor.get("/programmet/proev").content.decode()) if f.action == "/programmet/proev"
    )
    answer: Any = visitor.post("/programmet/proev", form.data(**{f"f-{name}": value for name, value in facts.items()}))
    shown = answer.content.decode()
    decision = decide(pathway, facts | {"age_years": 44}, clocks.local_day(clocks.now()))
    assert answer.status_code == 200 and pathway.groups[decision.group or ""].words.clinician.da in shown
    assert decision.efforts["pain_clinic"] == "open" and shown.count("Hvorfor?") == 4 + 8
    assert 'value="2026-01-01"' in shown and answer.headers["Cache-Control"] == "no-store"
    assert [model.objects.count() for model in (Entry, Look, Change)] == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(("name", "value"), [("age_years", "gammel"), ("onset_on", "2199-01-01"), ("work", "spion")])
def test_a_wrong_fact_is_said_and_what_was_typed_stays(record: Cast, visit: Visit, name: str, value: str) -> None:
    visitor = visit()
    form = next(
        f for f in forms_of(visitor.get("/programmet/proev").content.decode()) if f.action == "/programmet/proev"
    )
    answer: Any = visitor.post("/programmet/proev", form.data(**{f"f-{name}": value, "f-function": "clearly_reduced"}))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Det kan ikke afgøres sådan" in shown and 'value="clearly_reduced" selected' in shown
    assert f'<a href="#f-{name}">' in shown and f'id="f-{name}-fejl"' in shown and f"{name}:" not in shown


def test_a_browser_may_keep_the_pages_of_nobody_and_no_others(
    record: Cast, visit: Visit, inside: Callable[[str], Visitor]
) -> None:
    answer: Any = visit().get("/programmet")
    assert answer.headers["Cache-Control"].startswith("private") and "Cookie" in answer.headers["Vary"]
    assert inside("anna").get("/programmet").headers["Cache-Control"] == "no-store"
