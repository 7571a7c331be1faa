"""Each task in the interactions it may take, counted at a real browser; and it really happened.

The budgets are the project's table of tasks: logged in, on the first screen; typing is not counted.
"""

from collections.abc import Callable

import pytest

from tests.browser import situations, tasks
from tests.browser.conftest import SatDown
from tests.browser.person import Person
from tests.browser.server import Server

Within = Callable[[int, Person], None]


@pytest.fixture
def within(record_property: Callable[[str, object], None]) -> Within:
    """Holds a count against its budget, and keeps it, with what had to be scrolled to, for a report (``--junitxml``)."""

    def check(budget: int, person: Person) -> None:
        record_property("interactions", person.interactions)
        record_property("below the fold", ", ".join(person.below_the_fold))
        assert person.interactions <= budget

    return check


def test_own_gp_reevaluates_a_returned_citizen_in_4(writing: Server, sits_down: SatDown, within: Within) -> None:
    anna = sits_down("anna", writing, permissions=["clipboard-read", "clipboard-write"])
    tasks.reevaluates(anna)
    within(4, anna)
    copied = anna.page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == anna.page.locator("#journal-text").input_value().strip()


def test_a_gp_starts_a_course_in_6(writing: Server, sits_down: SatDown, within: Within) -> None:
    anna = sits_down("anna", writing)
    tasks.starts_a_course(anna)
    within(6, anna)


def test_a_gp_starts_what_was_answered_at_home_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    anna = sits_down("anna", writing)
    tasks.starts_what_was_answered_at_home(anna)
    within(3, anna)


def test_a_gp_refers_from_an_open_effort_in_2(writing: Server, sits_down: SatDown, within: Within) -> None:
    anna = sits_down("anna", writing)
    anna.opens(writing.course("Henny Henvises"))
    tasks.refers(anna)
    within(2, anna)
    rasmus = sits_down("rasmus", writing)
    assert rasmus.row("Henny Henvises").count() == 1


def test_a_physiotherapist_records_a_visit_with_effect_in_3(
    writing: Server, sits_down: SatDown, within: Within
) -> None:
    bo = sits_down("bo", writing)
    tasks.visits_with_effect(bo, "Effie Effekt")
    within(3, bo)


def test_a_chiropractor_records_a_visit_with_effect_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    kirsten = sits_down("kirsten", writing)
    tasks.visits_with_effect(kirsten, "Kim Kiropraktik")
    within(3, kirsten)


def test_an_effect_is_one_choice_on_the_row(writing: Server, sits_down: SatDown, within: Within) -> None:
    bo = sits_down("bo", writing)
    tasks.judges_on_the_row(bo, "Effie Effekt")
    within(1, bo)


def test_no_effect_goes_back_to_own_gp_in_5(writing: Server, sits_down: SatDown, within: Within) -> None:
    bo = sits_down("bo", writing)
    tasks.returns_without_effect(bo)
    within(5, bo)
    anna = sits_down("anna", writing)
    tasks.opens_row(anna, "Ulf Udeneffekt", "Tag stilling")
    anna.sees("Behandlers vurdering: behov")


def test_all_information_is_given_in_2(writing: Server, sits_down: SatDown, within: Within) -> None:
    bo = sits_down("bo", writing)
    tasks.gives_information(bo)
    within(2, bo)


def test_a_specialist_accepts_a_referral_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    hanne = sits_down("hanne", writing)
    tasks.accepts(hanne, "Sonja Sendtkirurg")
    within(3, hanne)


def test_a_specialist_refuses_a_referral_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    hanne = sits_down("hanne", writing)
    tasks.refuses(hanne, "Sonja Sendtkirurg")
    within(3, hanne)
    anna = sits_down("anna", writing)
    tasks.opens_row(anna, "Sonja Sendtkirurg", "Se alternativet")
    anna.sees("Send igen med de manglende oplysninger")


def test_a_back_unit_accepts_a_referral_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    rasmus = sits_down("rasmus", writing)
    tasks.accepts(rasmus, "Rasmine Sendtryg")
    within(3, rasmus)


def test_a_back_unit_refuses_a_referral_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    rasmus = sits_down("rasmus", writing)
    tasks.refuses(rasmus, "Rasmine Sendtryg")
    within(3, rasmus)


def test_a_pain_clinic_refuses_a_referral_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    noah = sits_down(situations.PAIN_USER, writing)
    tasks.refuses(noah, "Smilla Sendtsmerte")
    within(3, noah)


def test_a_municipality_receives_and_assigns_an_offer_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    freja = sits_down("freja", writing)
    tasks.assigns(freja)
    within(3, freja)


def test_a_municipality_sends_the_end_note_to_own_gp_in_3(writing: Server, sits_down: SatDown, within: Within) -> None:
    freja = sits_down("freja", writing)
    note = tasks.sends_end_note(freja)
    within(3, freja)
    anna = sits_down("anna", writing)
    tasks.opens_row(anna, "Kommunal Igang", "Læs svaret")
    anna.sees(note.splitlines()[0])


def test_a_municipality_records_work_status_in_1(writing: Server, sits_down: SatDown, within: Within) -> None:
    freja = sits_down("freja", writing)
    tasks.sets_work_status(freja, "Kommunal Igang")
    within(1, freja)


def test_a_citizen_sees_where_they_are_in_0(reading: Server, sits_down: SatDown, within: Within) -> None:
    dina = sits_down("dina", reading)
    tasks.sees_where_i_am(dina)
    within(0, dina)


def test_a_citizen_answers_five_questions_in_7(writing: Server, sits_down: SatDown, within: Within) -> None:
    dina = sits_down("dina", writing)
    tasks.answers_five_questions(dina)
    within(7, dina)


def test_a_citizen_gives_a_relative_access_in_4(writing: Server, sits_down: SatDown, within: Within) -> None:
    dina = sits_down("dina", writing)
    tasks.shares_with_a_relative(dina)
    within(4, dina)


def test_a_citizen_with_an_alarm_sign_is_led_to_the_card_at_once(writing: Server, sits_down: SatDown) -> None:
    tasks.raises_an_alarm(sits_down("dina", writing))
