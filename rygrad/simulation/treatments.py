"""Stories of treatment: on its way, due, overdue, quiet, over; without effect, and back at own GP."""

from datetime import timedelta

from rygrad.simulation import care, referrals, texts
from rygrad.simulation.shapes import act
from rygrad.simulation.story import Story


def in_treatment(s: Story) -> None:
    """The first weeks."""
    care.until_treated(s, s.rng.randint(1, 41))


def due(s: Story) -> None:
    """In the window of 6–8 weeks, not reassessed yet."""
    care.until_treated(s, s.rng.randint(43, 54))


def overdue(s: Story) -> None:
    """The window has passed; some were looked at too early, which does not settle it."""
    treated = s.rng.randint(59, 120)
    care.until_treated(s, treated, treated - 35)
    if s.chance(0.4):
        s.wait(0, 3)
        s.write(s.treater, act("reassessed", note="Set på tidligt efter borgerens ønske. Går fremad."))
    care.visits(s, s.treater, s.rng.randint(0, 30))


def passing_3_months(s: Story) -> None:
    """A new episode that reaches 3 months about now."""
    treated = s.rng.randint(20, 40)
    s.at(treated + s.rng.randint(4, 10))
    onset = (s.as_of - timedelta(days=s.rng.randint(80, 104))).isoformat()
    care.open_course(s, None, care.answers(s, {"onset_on": onset}))
    care.confirm_group(s, s.team.gp)
    care.confirm_plan(s, s.team.gp)
    care.hand_over(s, s.team.gp, s.treater)
    care.begin(s, s.treater, treated)
    care.visits(s, s.treater, 2)


def group_changed(s: Story) -> None:
    """During treatment the surroundings turn out to be complex (or no longer so): another group is possible now."""
    care.until_treated(s, s.rng.randint(20, 41), 4)
    now = "no" if s.case.is_complex else "yes"
    s.write(s.treater, act("facts_recorded", facts={"complex_surroundings": now}, said_by="professional"))


def quiet(s: Story) -> None:
    """Treated with effect, and then nobody has heard anything for months."""
    care.until_judged(s, s.rng.randint(86, 200), "effect")
    s.wait(1, 3)
    s.write(None, act("effect_felt", felt=s.rng.choice(("better", "same"))))


def managing_alone(s: Story) -> None:
    """Treatment with effect, ended as managing alone."""
    ended = s.rng.randint(2, 280)
    care.until_judged(s, ended + s.rng.randint(0, 21), "effect")
    s.at(ended)
    care.look_at_group(s, s.treater)
    care.end(s, s.treater)


def earlier_episode(s: Story) -> None:
    """The same, most of a year ago."""
    care.until_judged(s, s.rng.randint(190, 240), "effect")
    s.wait(3, 20)
    care.end(s, s.treater)


def came_back(s: Story) -> None:
    """A new course for a citizen whose earlier one ended within 12 months: recurring back problems."""
    s.case.facts |= {"recurring_back_problems": "yes", "back_healthy_before": "no"}
    care.until_treated(s, s.rng.randint(5, 80))


def early_imaging(s: Story) -> None:
    """Imaging in the first weeks, outside the programme and with a reason; treatment goes on."""
    treated = s.rng.randint(15, 110)
    care.until_handed_over(s, treated)
    s.wait(1, 3)
    referral, to = referrals.send(s, s.team.gp, "imaging", texts.OUTSIDE_IMAGING, texts.EARLY_IMAGING)
    aside = s.day
    care.begin(s, s.treater, min(treated, s.age))
    if s.day <= aside + timedelta(days=5):  # else the letter was lost, and nobody has answered
        referrals.follow(s, referral, to, "answered")
    care.visits(s, s.treater, 1)


def opened_in_practice(s: Story) -> None:
    """The citizen went straight to the physiotherapist or chiropractor, who opens, confirms and treats."""
    s.at(s.rng.randint(3, 70))
    care.open_course(s, s.treater, care.answers(s))
    care.confirm_group(s, s.treater)
    care.confirm_plan(s, s.treater)
    care.begin(s, s.treater, s.age)
    care.visits(s, s.treater, 1)


def late_entries(s: Story) -> None:
    """The clinic writes the first weeks down days after they were."""
    treated = s.rng.randint(12, 60)
    care.until_handed_over(s, treated + 8)
    care.begin(s, s.treater, treated, late=s.rng.randint(3, 6))
    s.at(treated - 9)
    for days in (5, 2):
        note = s.rng.choice(texts.VISITS)
        s.write(s.treater, act("visit", profession=s.treater.role, note=note), late=days)
    care.visits(s, s.treater, 2)


def no_effect(s: Story) -> None:
    """No effect, and not yet returned to own GP."""
    care.until_judged(s, s.rng.randint(0, 18), "no_effect")


def returned(s: Story) -> None:
    """Returned with the assessment of need; own GP has not decided."""
    care.until_returned(s, s.rng.randint(0, 15))


def gp_decided(s: Story) -> None:
    """Own GP has decided; the referral is not written yet, or treatment goes on."""
    care.until_decided(s, s.rng.randint(0, 20))
    if s.chance(0.4):
        care.hand_over(s, s.team.gp, s.treater, texts.BACK_TO_TREATMENT)


def several_actors(s: Story) -> None:
    """Own GP opens, both physiotherapist and chiropractor treat (with consent), and the municipality joins in."""
    treated = s.rng.randint(25, 54)
    s.treater = s.team.physiotherapist
    care.until_handed_over(s, treated)
    parts = ["plan", "work", "clinical", "scores"]
    s.write(s.team.gp, act("access_granted", to=s.team.chiropractor.organisation, basis="consent", parts=parts))
    care.begin(s, s.treater, treated)
    s.wait(2, 5)
    care.begin(s, s.team.chiropractor, s.age)
    s.wait(1, 4)
    referral, to = referrals.send(s, s.team.gp, "municipal_prevention", texts.OUTSIDE_SOFT)
    referrals.follow(s, referral, to, s.rng.choice(("accepted", "booked")))
    care.visits(s, s.treater, s.rng.randint(2, 8))


def other_ending(s: Story) -> None:
    """Ended otherwise: moved to other care, another reason, or died."""
    ended = s.rng.randint(5, 250)
    care.until_treated(s, ended + s.rng.randint(15, 40), ended + 4)
    s.at(ended)
    outcome, reason = s.rng.choice(texts.OTHER_ENDINGS)
    care.end(s, s.treater, outcome, reason)
