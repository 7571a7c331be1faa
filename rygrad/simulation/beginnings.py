"""Stories of courses that have just begun, are held, are not covered, or wait for somebody to confirm something."""

from datetime import timedelta

from rygrad.simulation import care, texts
from rygrad.simulation.shapes import act
from rygrad.simulation.story import Story

ACUTE = (
    "saddle_numbness",
    "bladder_or_bowel_disturbance",
    "paresis_grade",
    "fever_or_infection_signs",
    "new_symptoms_in_both_legs",
)
URGENT = ("previous_cancer", "unexplained_weight_loss", "relevant_trauma", "spinal_fracture", "spinal_tumour")


def just_opened(s: Story) -> None:
    """Opened by own GP; nothing is known yet."""
    s.at(s.rng.randint(0, 6))
    care.open_course(s)


def answered_at_home(s: Story) -> None:
    """Opened; the citizen has answered at home in the evening, not everything, and nobody has looked yet."""
    s.at(s.rng.randint(3, 9))
    care.open_course(s)
    s.wait(0, 2)
    told = {**s.case.grouping(s.day), **s.case.background()}
    told |= {name: s.pathway.facts[name].absent for name in s.pathway.exclusions if s.chance(0.8)}
    if s.chance(0.5):
        told |= s.case.safety(s.pathway)
    not_known = [name for name in ("inflammatory_pattern", "relevant_trauma") if name not in told]
    s.write(None, act("facts_recorded", facts=told, said_by="citizen", not_known=not_known))
    if s.chance(0.6):
        s.write(None, act("scores_recorded", instrument="nrs_pain", value=s.case.scores["nrs_pain"], said_by="citizen"))


def undetermined(s: Story) -> None:
    """Alarm signs asked, the group not settled: an answer is missing, or the onset is only known as a span."""
    s.at(s.rng.randint(3, 40))
    if s.chance(0.4):
        first, last = (s.day - timedelta(days=s.case.lasted + n) for n in (20, -min(20, s.case.lasted)))
        if s.chance(0.7):  # around 3 months before today
            first, last = (s.as_of - timedelta(days=n) for n in (120, 75))
            last = min(last, s.day)
        span = {"earliest": first.isoformat(), "latest": last.isoformat()}
        care.open_course(s, None, care.answers(s, {"onset_on": span}, without=("complex_surroundings",)))
        return
    is_long = s.case.lasted > 92
    missing = ("complex_surroundings",) if is_long else ("worried_about_diagnosis", "recurring_back_problems")
    if s.chance(0.3):
        missing = ("onset_on",)
    care.open_course(s, None, care.answers(s, without=missing))


def excluded(s: Story) -> None:
    """Not covered; some are handed over and ended, some wait for it."""
    s.at(s.rng.randint(2, 90))
    facts, ending = s.rng.choice(texts.EXCLUDED)
    care.open_course(s, None, care.answers(s, facts))
    if s.age > 14 and s.chance(0.5):
        s.wait(0, 3)
        care.end(s, s.team.gp, "moved_to_other_care", ending)


def held(s: Story) -> None:
    """An alarm stands open: told by the citizen at home, found at the opening, or come up during treatment."""
    how = s.rng.randrange(3)
    sign = s.rng.choice(ACUTE if how != 1 or s.chance(0.3) else URGENT)
    facts, note, _ = texts.ALARMS[sign]
    if how == 0:
        s.at(s.rng.randint(1, 4))
        care.open_course(s)
        s.at(s.rng.randint(0, 1))
        s.write(None, act("alarm_raised", facts=facts, said_by="citizen", note=note))
    elif how == 1:
        s.at(s.rng.randint(0, 2) if sign in ACUTE else s.rng.randint(1, 9))
        care.open_course(s, None, care.answers(s, facts))
    else:
        care.until_treated(s, s.rng.randint(10, 35), 2)
        s.at(s.rng.randint(0, 1))
        s.write(s.treater, act("alarm_raised", facts=facts, said_by="professional", note=note))


def clarified(s: Story) -> None:
    """An alarm at the opening, clarified by own GP, and the plan went on."""
    s.at(s.rng.randint(40, 200))
    facts, _, finding = texts.ALARMS[s.rng.choice((*ACUTE, *URGENT))]
    care.open_course(s, None, care.answers(s, facts))
    s.wait(1, 9)
    s.write(s.team.gp, act("alarm_clarified", facts=list(facts), finding=finding))
    care.confirm_group(s, s.team.gp)
    care.confirm_plan(s, s.team.gp)
    care.hand_over(s, s.team.gp, s.treater)
    s.wait(4, 10)
    care.begin(s, s.treater, s.age)
    care.visits(s, s.treater, max(0, s.age - s.rng.randint(20, 45)))


def to_confirm(s: Story) -> None:
    """Everything asked and one group possible; nobody has confirmed it."""
    s.at(s.rng.randint(0, 10))
    care.open_course(s, None, care.answers(s))


def plan_missing(s: Story) -> None:
    """The group is confirmed, the plan is not; some declined the first group that was proposed."""
    s.at(s.rng.randint(1, 12))
    care.open_course(s, None, care.answers(s))
    if s.chance(0.25):
        group = s.decision().possible_groups[0]
        s.write(s.team.gp, act("group_declined", group=group, reason="Sygehistorien skal afklares med borgeren først."))
        s.wait(0, 3)
    care.confirm_group(s, s.team.gp)


def new_at_treatment(s: Story) -> None:
    """Handed over in these days; the clinic has not begun."""
    care.until_handed_over(s, -4)


def not_started(s: Story) -> None:
    """The plan is weeks old, the clinic has written, and treatment has not begun."""
    care.until_handed_over(s, s.rng.randint(8, 25))
    s.wait(1, 4)
    s.write(
        s.treater, act("message_to_gp", about="other", text="Borgeren er kontaktet og har endnu ikke fundet en tid.")
    )
