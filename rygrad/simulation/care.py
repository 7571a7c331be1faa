"""The steps of care that the stories are made of: opening, grouping, treating, judging, returning, ending."""

from typing import Any

from rygrad.simulation import texts
from rygrad.simulation.shapes import Act, Worker, act
from rygrad.simulation.story import Story

_WISHED = {"municipal_prevention": 5, "back_unit": 2, "imaging": 2, "pain_clinic": 2}
_FOR_WORK = ("labour_market_and_income", "occupational_medicine", "employment")
_REASSESSED_AFTER = (46, 53)


def open_course(s: Story, by: Worker | None = None, *more: Act, holder: str | None = None) -> None:
    """A professional (own GP, when nothing is said) opens the course, and records more in the same write."""
    who = by or s.team.gp
    opened = act("course_opened", holder=holder or who.organisation, own_gp=s.team.gp.organisation)
    s.write(who, opened, *more)


def answers(s: Story, instead: dict[str, Any] | None = None, *, without: tuple[str, ...] = ()) -> Act:
    """What a professional asks and finds at the first contact, without some of it, or with something else."""
    facts = {**s.case.safety(s.pathway), **s.case.grouping(s.day), **s.case.background(), **(instead or {})}
    return act("facts_recorded", facts={n: v for n, v in facts.items() if n not in without}, said_by="professional")


def confirm_group(s: Story, by: Worker) -> None:
    """The one possible group; of several the likeliest, with a reason."""
    possible = s.decision().possible_groups
    likely = "complex_chronic" if s.case.is_complex else "long_lasting"
    group = likely if likely in possible else possible[0]
    reason = texts.SEVERAL_GROUPS if len(possible) > 1 else ""
    if s.known.group not in (None, group):
        reason = texts.OTHER_GROUP
    s.write(by, act("group_confirmed", group=group, reason=reason))


def confirm_plan(s: Story, by: Worker) -> None:
    """The plan with its goals, and (nearly always) the information of the group."""
    assert s.known.group  # noqa: S101
    group = s.pathway.groups[s.known.group]
    interventions = [i.id for i in group.interventions if not i.optional or s.chance(0.3)]
    actors = ["general_practitioner", s.treater.role]
    goals = {heading: [s.rng.choice(texts.GOALS[heading])] for heading in s.pathway.goals if s.chance(0.7)}
    acts = [act("plan_confirmed", interventions=interventions, actors=actors, goals=goals)]
    items = [item.id for item in group.information]
    if group.id in s.pathway.information_expected_in:
        items += ["as_active_as_possible", "warning_and_alarm_symptoms"]
    if s.chance(0.88):
        items = items[: s.rng.randint(2, len(items))] if s.chance(0.2) else items
        acts.append(act("information_given", items=items))
    s.write(by, *acts)
    if acts[-1][0] == "information_given" and s.chance(0.3):
        s.write(None, act("information_read", items=items))


def hand_over(s: Story, by: Worker, to: Worker, reason: str = texts.HAND_OVER) -> None:
    """Another place is accountable from now on."""
    s.write(by, act("holder_changed", to=to.organisation, reason=reason))


def until_handed_over(s: Story, treated: int) -> None:
    """Own GP opens some days before the first treatment, confirms group and plan, and hands over."""
    s.at(treated + s.rng.randint(4, 14))
    open_course(s, None, answers(s))
    confirm_group(s, s.team.gp)
    confirm_plan(s, s.team.gp)
    hand_over(s, s.team.gp, s.treater)


def begin(s: Story, who: Worker, treated: int, *, late: int = 0) -> None:
    """First treatment, with scores and a message to own GP (nearly always)."""
    s.at(treated)
    acts = [act("treatment_started", profession=who.role), act("visit", profession=who.role, note=texts.VISITS[0])]
    if s.chance(0.85):
        acts += _measured(s, 1.0)
    s.write(who, *acts, late=late)
    if s.chance(0.9):
        is_reassessed = s.pathway.groups[s.known.group or ""].reassessment
        text = texts.START_REASSESSED if is_reassessed else texts.START
        s.write(who, act("message_to_gp", about="start", text=text))
    if s.chance(0.6):
        s.write(who, act("message_to_gp", about="plan", text=texts.PLAN))


def _measured(s: Story, change: float) -> list[Act]:
    scores = {
        name: min(10.0, value / change) if name == "psfs" else value * change for name, value in s.case.scores.items()
    }
    found = []
    for name in ("nrs_pain", "rmdq", "psfs"):
        value = round(min(scores[name], 23 if name == "rmdq" else 10), 1 if name == "psfs" else 0)
        if s.chance(0.9):
            items = s.rng.choice((23, 24)) if name == "rmdq" else None
            found.append(act("scores_recorded", instrument=name, value=value, said_by="citizen", items=items))
    return found


def visits(s: Story, who: Worker, until: int) -> None:
    """A visit every week or so, until this many days ago; now and then written down some days late."""
    while True:
        following = s.age - s.rng.randint(5, 13)
        if following <= until:
            return
        s.at(following)
        late = s.rng.randint(2, 4) if s.chance(0.07) else 0
        s.write(who, act("visit", profession=who.role, note=s.rng.choice(texts.VISITS)), late=late)


def until_treated(s: Story, treated: int, until: int = 0) -> None:
    """Opened, handed over and in treatment, with visits until this many days ago."""
    until_handed_over(s, treated)
    begin(s, s.treater, treated)
    visits(s, s.treater, until)
    if s.chance(0.8):
        look_at_group(s, s.treater)


def look_at_group(s: Story, by: Worker) -> None:
    """The group is settled anew when the old one is no longer possible: 3 months have passed."""
    if s.known.group in s.decision().possible_groups:
        return
    if "complex_surroundings" not in s.known.said:
        found = {"complex_surroundings": s.case.facts["complex_surroundings"]}
        s.write(by, act("facts_recorded", facts=found, said_by="professional"))
    confirm_group(s, by)


def judge(s: Story, who: Worker, age: int, effect: str, *, reassessed: bool = True) -> None:
    """The verdict on the effect, with the reassessment and new scores."""
    s.at(age)
    look_at_group(s, who)
    note = s.rng.choice(texts.EFFECT if effect == "effect" else texts.NO_EFFECT)
    change = s.rng.uniform(0.25, 0.65) if effect == "effect" else s.rng.uniform(0.85, 1.1)
    acts = _measured(s, change) if s.chance(0.8) else []
    acts.append(act("effect_judged", profession=who.role, effect=effect, note=note))
    if reassessed:
        acts.append(act("reassessed", note=note))
    s.write(who, *acts)


def until_judged(s: Story, judged: int, effect: str) -> None:
    """Treated for 6–8 weeks and judged this many days ago."""
    treated = judged + s.rng.randint(*_REASSESSED_AFTER)
    until_treated(s, treated, judged)
    judge(s, s.treater, judged, effect)


def send_back(s: Story, who: Worker, age: int) -> None:
    """Back to own GP with the assessment of need for each effort of the group; one is wanted most."""
    s.at(age)
    look_at_group(s, who)
    decision = s.decision()
    listed = dict.fromkeys(e for g in decision.possible_groups for e in s.pathway.groups[g].efforts)
    open_ones = [effort for effort in listed if decision.efforts[effort] == "open"]
    is_retired = s.case.facts["work"] == "retired"
    weights = [0 if is_retired and effort in _FOR_WORK else _WISHED.get(effort, 1) for effort in open_ones]
    s.wanted = s.wish if s.wish in open_ones else s.rng.choices(open_ones, weights)[0]
    needs = {}
    for effort in listed:
        unsure = s.chance(0.2)
        why = s.rng.choice(texts.UNSURE if unsure else texts.NOT_NEEDED)
        needs[effort] = {"need": "unsure" if unsure else "not_needed", "why": why}
    needs[s.wanted] = {"need": "needed"}
    s.write(who, act("returned_to_gp", needs=needs, note=s.rng.choice(texts.NO_EFFECT)))


def until_returned(s: Story, age: int) -> None:
    """No effect, and returned this many days ago."""
    until_judged(s, age + s.rng.randint(0, 6), "no_effect")
    send_back(s, s.treater, age)


def until_decided(s: Story, age: int) -> None:
    """Returned, and own GP decided this many days ago."""
    until_returned(s, age + s.rng.randint(1, 9))
    s.at(age)
    look_at_group(s, s.team.gp)
    decisions = {s.wanted: {"decision": "accepted"}}
    others = [e for e, state in s.decision().efforts.items() if state == "open" and e != s.wanted]
    for effort in others[:2]:
        waits = s.chance(0.4)
        reason = s.rng.choice(texts.WAITING if waits else texts.DECLINED)
        decisions[effort] = {"decision": "waiting" if waits else "declined", "reason": reason}
    s.write(s.team.gp, act("gp_decided", efforts=decisions))


def end(s: Story, by: Worker, outcome: str = "managing_alone", reason: str = "") -> None:
    """Treatment and course end; own GP is told (nearly always)."""
    acts = []
    if by.role in s.known.visits:
        acts.append(act("treatment_ended", profession=by.role, visits=s.known.visits[by.role]))
    if by != s.team.gp and s.chance(0.9):
        acts.append(act("message_to_gp", about="end", text=texts.END[outcome]))
    s.write(by, *acts, act("course_ended", outcome=outcome, reason=reason))
