"""Scripts off: each daily task can be done, with a click more here and there, and nothing else is lost."""

import pytest

from tests.browser import situations, tasks
from tests.browser.conftest import SatDown
from tests.browser.person import Person
from tests.browser.server import Server


@pytest.fixture
def without(writing: Server, sits_down: SatDown) -> "Without":
    """Somebody whose browser runs no scripts."""
    return Without(writing, sits_down)


class Without:
    """Sits users down at browsers without scripts, all at one record."""

    def __init__(self, writing: Server, sits_down: SatDown) -> None:
        self.writing, self.sits_down = writing, sits_down

    def __call__(self, user: str) -> Person:
        """The user, on the first screen."""
        return self.sits_down(user, self.writing, java_script_enabled=False)


def test_a_gp_does_everything(without: Without) -> None:
    tasks.reevaluates(without("anna"))
    tasks.starts_a_course(without("anna"))
    tasks.starts_what_was_answered_at_home(without("anna"))
    anna = without("anna")
    anna.opens(anna.server.course("Henny Henvises"))
    tasks.refers(anna)


@pytest.mark.long
def test_those_who_treat_do_everything(without: Without) -> None:
    tasks.visits_with_effect(without("bo"), "Effie Effekt")
    tasks.visits_with_effect(without("kirsten"), "Kim Kiropraktik")
    tasks.gives_information(without("bo"))
    tasks.judges_on_the_row(without("bo"), "Maja Målt")
    tasks.returns_without_effect(without("bo"))


@pytest.mark.long
def test_those_who_receive_referrals_do_everything(without: Without) -> None:
    tasks.accepts(without("hanne"), "Sonja Sendtkirurg")
    tasks.refuses(without("hanne"), "Modtaget Demosen")
    tasks.accepts(without("rasmus"), "Rasmine Sendtryg")
    tasks.refuses(without(situations.PAIN_USER), "Smilla Sendtsmerte")


@pytest.mark.long
def test_a_municipality_does_everything(without: Without) -> None:
    tasks.assigns(without("freja"))
    tasks.sets_work_status(without("freja"), "Kommunal Igang")
    tasks.sends_end_note(without("freja"))


def test_undo_and_several_at_once_need_no_scripts(without: Without) -> None:
    bo = without("bo")
    tasks.judges_on_the_row(bo, "Effie Effekt")
    bo.clicks(bo.button("Fortryd"))
    bo.sees("Fortrudt")
    assert tasks.last(bo.server, "Effie Effekt", "correction").act.reason
    bo.opens("/liste?hvorfor=due")
    for name in ("Effie Effekt", "Maja Målt"):
        bo.ticks(bo.row(name).get_by_role("checkbox"))
    outcome = bo.page.locator("#bulk-outcome")
    bo.unfolds(outcome)
    bo.chooses(outcome, "effect")
    bo.clicks(bo.page.locator("button[form=bulk]"))
    bo.clicks(bo.button("Gem for"))
    assert tasks.last(bo.server, "Maja Målt", "effect_judged").act.effect == "effect"


def test_a_citizen_does_everything(without: Without) -> None:
    tasks.sees_where_i_am(without("dina"))
    tasks.answers_five_questions(without("dina"))
    tasks.shares_with_a_relative(without("dina"))
    tasks.raises_an_alarm(without("dina"))
