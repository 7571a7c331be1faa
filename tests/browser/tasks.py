"""The daily tasks, as each role does them from the first screen, and the proof in the journal that they were done.

The same steps are counted with scripts and walked without them.
"""

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser import situations
from tests.browser.person import Person
from tests.browser.server import Server


def last(site: Server, name: str, kind: str) -> Any:
    """The newest entry of this kind in a citizen's course, as it stands in the journal."""
    found = [entry for entry in site.entries(site.made.situations.course(name)) if entry.type == kind]
    assert found, f"nothing of the kind {kind} was recorded"
    return found[-1]


def opens_row(person: Person, name: str, step: str) -> None:
    """The next step that the citizen's row names."""
    person.clicks(person.row(name).get_by_role("link", name=step))


def answers(person: Person, fact: str, answer: str) -> None:
    """One question in place, answered with one of its buttons."""
    person.clicks(person.section(f"#sp-{fact}").get_by_role("button", name=answer, exact=True))


def sends_letter(person: Person, button: Locator) -> str:
    """Sends the letter, looked at as it stands; without scripts it is made anew by the first click. The letter's text."""
    if person.has_scripts:
        person.waits_for_letter()
    shown = person.page.locator("#letter-body").input_value()
    person.clicks(button)
    if person.page.locator("#letter-body").count():
        person.sees("Brevet er ændret efter dine valg")
        shown = person.page.locator("#letter-body").input_value()
        person.clicks(button)
    return shown.strip()


def reevaluates(anna: Person) -> None:
    """A returned citizen: open, answer what is missing, accept an effort, copy the text."""
    opens_row(anna, "Tilde Tilbage", "Tag stilling")
    answers(anna, "imaging_done", "Nej")
    anna.clicks(anna.section("#indsats-imaging").get_by_role("button", name=re.compile("^Ja")))
    if anna.has_scripts:
        anna.presses(anna.section("aside").get_by_role("button", name="Kopiér"))
        anna.sees("Kopieret")
    assert last(anna.server, "Tilde Tilbage", "facts_recorded").act.facts == {"imaging_done": "no"}
    assert last(anna.server, "Tilde Tilbage", "gp_decided").act.efforts["imaging"].decision == "accepted"
    assert 0 < len(anna.page.locator("#journal-text").input_value().strip().splitlines()) <= 6


def starts_a_course(anna: Person) -> None:
    """For a citizen without one: start, none of the alarm signs, the deciding questions, confirm."""
    anna.types(anna.page.get_by_label("Navn eller nummer"), situations.UNKNOWN_SO_FAR)
    anna.clicks(anna.button("Start forløb"))
    anna.clicks(anna.button("ingen af dem"))
    answers(anna, "onset_on", "2–6 uger siden")
    answers(anna, "recurring_back_problems", "Nej")
    answers(anna, "worried_about_diagnosis", "Nej")
    anna.clicks(anna.button("Bekræft gruppe og plan"))
    entries = anna.server.entries(anna.server.course_of(situations.UNKNOWN_SO_FAR))
    signs = next(entry for entry in entries if entry.type == "facts_recorded")
    assert signs.act.facts["saddle_numbness"] == "no"
    assert signs.actor == situations.ANNA
    assert [entry.type for entry in entries][-2:] == ["group_confirmed", "plan_confirmed"]


def starts_what_was_answered_at_home(anna: Person) -> None:
    """The same when the citizen has answered the deciding questions."""
    opens_row(anna, "Hjemme Harsvaret", "Spørg")
    anna.sees("Borgeren har svaret hjemmefra")
    anna.clicks(anna.button("ingen af dem"))
    anna.clicks(anna.button("Bekræft gruppe og plan"))
    assert last(anna.server, "Hjemme Harsvaret", "group_confirmed").act.group == "first_time"
    assert last(anna.server, "Hjemme Harsvaret", "plan_confirmed").act.interventions


def refers(anna: Person) -> None:
    """From an open effort on the citizen's page."""
    anna.clicks(anna.section("#indsats-back_unit").get_by_role("link", name="Henvis"))
    shown = sends_letter(anna, anna.button("Send henvisningen"))
    sent = last(anna.server, "Henny Henvises", "referral_sent").act
    assert sent.to == situations.BACK_UNIT
    assert shown in sent.letter


def visits_with_effect(person: Person, name: str) -> None:
    """A visit, and it has helped."""
    opens_row(person, name, "Revurdér")
    person.clicks(person.button("Besøg, effekt"))
    assert last(person.server, name, "effect_judged").act.effect == "effect"
    assert last(person.server, name, "visit").actor.endswith(person.user)


def judges_on_the_row(bo: Person, name: str) -> None:
    """One choice on the row."""
    bo.chooses_at_once(bo.row(name).get_by_label("Udfald"), "effect")
    assert name in bo.receipt
    assert last(bo.server, name, "effect_judged").act.effect == "effect"


def returns_without_effect(bo: Person) -> None:
    """No effect: back to own GP, with what is needed and why the rest is not."""
    opens_row(bo, "Ulf Udeneffekt", "Revurdér")
    bo.clicks(bo.button("Besøg, manglende effekt"))
    bo.ticks(bo.page.get_by_role("group", name="MR").get_by_label("Behov", exact=True))
    bo.ticks(bo.page.get_by_role("group", name="De øvrige").get_by_role("radio").nth(1))
    shown = sends_letter(bo, bo.button("Send til egen læge"))
    sent = last(bo.server, "Ulf Udeneffekt", "returned_to_gp").act
    assert [name for name, need in sent.needs.items() if need.need == "needed"] == ["imaging"]
    assert shown in sent.letter


def gives_information(bo: Person) -> None:
    """All of it."""
    opens_row(bo, "Maja Målt", "Revurdér")
    bo.clicks(bo.button("Alt givet"))
    assert len(last(bo.server, "Maja Målt", "information_given").act.items) > 1
    expect(bo.page.get_by_text("ikke givet")).to_have_count(0)


def accepts(person: Person, name: str) -> None:
    """A referral, taken."""
    opens_row(person, name, "Visitér")
    person.clicks(person.button("Acceptér"))
    assert last(person.server, name, "referral_accepted").actor.endswith(person.user)


def refuses(person: Person, name: str) -> None:
    """A referral, refused with a reason and what to do instead."""
    opens_row(person, name, "Visitér")
    person.chooses(person.page.get_by_label("Hvorfor, og hvad i stedet"), "Oplysninger mangler i henvisningen")
    person.clicks(person.button("Afvis", exact=True))
    refused = last(person.server, name, "referral_refused").act
    assert refused.reason == "Oplysninger mangler i henvisningen"
    assert refused.alternative == "Send igen med de manglende oplysninger"


def assigns(freja: Person) -> None:
    """A referral received, and an offer given."""
    opens_row(freja, "Karla Sendtkommune", "Visitér")
    freja.ticks(freja.page.get_by_role("group", name="Tildel et tilbud").get_by_role("radio").first)
    freja.clicks(freja.button("Modtag og tildel"))
    assert last(freja.server, "Karla Sendtkommune", "referral_accepted").act.offer.startswith("offer-demo-")


def sends_end_note(freja: Person) -> str:
    """The end note to own GP; its text."""
    opens_row(freja, "Kommunal Igang", "Svar")
    note = freja.page.locator("#answer").input_value().strip()
    freja.clicks(freja.button("Send svaret"))
    assert last(freja.server, "Kommunal Igang", "message_to_gp").act.about == "end"
    assert last(freja.server, "Kommunal Igang", "referral_answered").act.answer == note
    return note


def sets_work_status(freja: Person, name: str) -> None:
    """In the row."""
    freja.chooses_at_once(freja.row(name).get_by_label("Arbejdsstatus"), "employed")
    assert last(freja.server, name, "facts_recorded").act.facts == {"work": "employed"}
    assert freja.row(name).get_by_label("Arbejdsstatus").input_value() == "employed"


def sees_where_i_am(dina: Person) -> None:
    """Where I am, what is next, who has me, and why: on the first screen, above the fold."""
    for text in ("Hvor er jeg?", "Hvad er det næste?", "Hvem har mig nu?"):
        heading = dina.page.get_by_role("heading", name=text)
        expect(heading).to_be_visible()
        expect(heading).to_be_in_viewport()
    dina.sees("Hvorfor denne plan?")


def answers_five_questions(dina: Person) -> None:
    """Alarm signs, five questions, and done."""
    dina.clicks(dina.page.get_by_role("main").get_by_role("link", name="Svar på fem spørgsmål"))
    dina.clicks(dina.button("Jeg har ingen af dem"))
    for answer in ("4", "6", "I arbejde", "Det går bedre", "Nej"):
        dina.clicks(dina.button(answer, exact=True))
    dina.sees("Tjek dine svar")
    kinds = [entry.type for entry in dina.server.entries(dina.server.made.situations.course(situations.DINA))[-6:]]
    assert kinds == [
        "facts_recorded", "scores_recorded", "scores_recorded", "facts_recorded", "effect_felt", "facts_recorded",
    ]  # fmt: skip


def shares_with_a_relative(dina: Person) -> None:
    """A relative gets access to plan and scores, until a day."""
    dina.clicks(dina.page.get_by_role("navigation").get_by_role("link", name="Deling"))
    dina.types(dina.page.get_by_label("Navn"), "Frida Pårørende")
    dina.ticks(dina.page.get_by_label(re.compile("^Målinger")))
    dina.clicks(dina.button("Del", exact=True))
    dina.sees("Nu deler du med Frida Pårørende")
    granted = last(dina.server, situations.DINA, "access_granted").act
    assert set(granted.parts) == {"plan", "scores"} and granted.until is not None


def raises_an_alarm(dina: Person) -> None:
    """A yes leads straight to the card, and the course to the top of the clinic's list."""
    dina.clicks(dina.page.get_by_role("main").get_by_role("link", name="Svar på fem spørgsmål"))
    question = dina.page.get_by_role("group", name=re.compile("følelsesløst i skridtet"))
    dina.ticks(question.get_by_label("Ja"))
    dina.clicks(dina.button("Gem mine svar, og gå videre"))
    expect(dina.page.get_by_role("heading", name="Ring nu", level=1)).to_be_visible()
    dina.sees("så ring 112")
    assert last(dina.server, situations.DINA, "alarm_raised").act.facts == {"saddle_numbness": "yes"}
