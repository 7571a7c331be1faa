"""The journal text: a course in at most six lines, for a clinician to put in their own system. Pure."""

from collections.abc import Mapping

from rygrad.decision import spoken
from rygrad.pathway.words import Phrase
from rygrad.record.blocks import FEW, SHORT, alarm_line, group_line, told_line, treatment_line, work_line
from rygrad.record.coursefile import Referral
from rygrad.record.matter import Matter, bare, flat, large, small
from rygrad.record.states import REFERRAL_STATES
from rygrad.record.wording import GOALS_OF_DAILY_LIFE

_WITH_WINDOW = ("not_due", "due", "overdue")
_NEEDS = {
    "needed": Phrase("behov for {efforts}", "need for {efforts}"),
    "unsure": Phrase("usikkert behov for {efforts}", "unsure of the need for {efforts}"),
    "not_needed": Phrase("ikke behov for {efforts}", "no need for {efforts}"),
}
_DECISIONS = {
    "accepted": Phrase("ja til {efforts}", "yes to {efforts}"),
    "waiting": Phrase("venter med {efforts}", "waits with {efforts}"),
    "declined": Phrase("nej til {efforts}", "no to {efforts}"),
}


def journal_text(matter: Matter) -> str:
    """At most six lines; what nobody knows is left out, but that alarm signs were not asked is said."""
    lines = (
        group_line(matter),
        treatment_line(matter),
        f"{told_line(matter)} {alarm_line(matter, FEW)}".strip(),
        _decided_line(matter),
        plan_line(matter),
        work_line(matter, matter.work),
    )
    return "\n".join(line for line in lines if line)


def plan_line(matter: Matter) -> str:
    """How the course ended, what holds the plan back, or plan, window and return; empty when none is known."""
    if matter.file.outcome:
        return ending_line(matter)
    if matter.decision.scope in ("outside", "hold"):
        return f"{matter.cards['scope'].sentence} {matter.cards['scope'].action}"
    parts = [_interventions(matter), _reassessment(matter)]
    if matter.file.is_returned:
        phrase = Phrase("Egen læge tager stilling til hver indsats.", "Own GP decides on each effort.")
        parts.append(matter.say(phrase))
    elif matter.decision.return_to_gp == "due":
        parts.append(matter.cards["return_to_gp"].sentence)
    return " ".join(part for part in parts if part)


def shared_plan_line(matter: Matter) -> str:
    """Plan, window and what the citizen wants to manage: nothing clinical, for those who see the plan alone."""
    if matter.file.outcome:
        return ending_line(matter)
    if matter.decision.scope in ("outside", "hold"):
        return matter.say(Phrase("Planen afventer.", "The plan is on hold."))
    return " ".join(
        part for part in (_interventions(matter), goals_line(matter, GOALS_OF_DAILY_LIFE), _window(matter)) if part
    )


def goals_line(matter: Matter, headings: tuple[str, ...] = ()) -> str:
    """The goals of the plan, under these headings or all; empty without any."""
    given = matter.file.plan.goals if matter.file.plan else {}
    goals = [small(flat(goal)) for heading in headings or given for goal in given.get(heading, ())]
    return matter.say(Phrase("Mål: {goals}.", "Goals: {goals}."), goals=matter.listed(goals)) if goals else ""


def ending_line(matter: Matter, outcome: str = "") -> str:
    """How and when the course ended (or ends today, with this outcome); empty while it goes on."""
    ended = matter.file.outcome or outcome
    if not ended:
        return ""
    name = matter.named(matter.pathway.outcomes[ended]).partition(",")[0]
    day = matter.day(matter.file.ended_on or matter.who.today)
    return matter.say(Phrase("Forløb afsluttet {day}: {name}.", "Course ended {day}: {name}."), day=day, name=name)


def _interventions(matter: Matter) -> str:
    words, plan = matter.pathway.words["interventions"], matter.file.plan
    chosen = [name for name in plan.interventions if name in words and name != "reassessment"] if plan else []
    names = matter.listed(bare(matter.named(words[name])) for name in chosen)
    return matter.say(Phrase("Plan: {names}.", "Plan: {names}."), names=names) if names else ""


def _reassessment(matter: Matter) -> str:
    """The card's own sentence on the window, or the day it was done; empty when there is none."""
    state, done = matter.decision.reassessment["state"], matter.file.reassessed_on
    if state == "done" and done:
        return matter.say(Phrase("Revurderet {day}.", "Reassessed {day}."), day=matter.day(done))
    return matter.cards["reassessment"].sentence if state in _WITH_WINDOW else ""


def _window(matter: Matter) -> str:
    found = matter.decision.reassessment
    if found["state"] not in _WITH_WINDOW or not found["from"] or not found["to"]:
        return ""
    between = spoken.window(found["from"], found["to"], matter.who.today, matter.language)
    return matter.say(Phrase("Revurdering {between}.", "Reassessment {between}."), between=between)


def _decided_line(matter: Matter) -> str:
    """The need as assessed, what own GP decided, and where each referral stands; empty when nothing is."""
    file, parts = matter.file, []
    if file.is_returned and file.returned_on:
        needs = _by(matter, {name: need.need for name, need in file.needs.items()}, _NEEDS)
        phrase = Phrase("Sendt til egen læge {day}", "Returned to own GP {day}")
        parts.append(f"{matter.say(phrase, day=matter.day(file.returned_on))}{f': {needs}' if needs else ''}.")
    elif file.gp_decisions:
        decided = _by(matter, {name: one.decision for name, one in file.gp_decisions.items()}, _DECISIONS)
        day = f" {matter.day(file.gp_decided_on)}" if file.gp_decided_on else ""
        parts.append(f"{matter.say(Phrase('Egen læge', 'Own GP'))}{day}: {decided}.")
    parts += [_referral(matter, referral) for referral in file.referrals.values()]
    return " ".join(parts)


def _by(matter: Matter, words: Mapping[str, str], phrases: Mapping[str, Phrase]) -> str:
    """``behov for a og b; usikkert behov for c``: the efforts by what was said of them."""
    said = {word: [matter.effort(name) for name in words if words[name] == word] for word in phrases}
    return "; ".join(matter.say(phrases[word], efforts=matter.listed(names)) for word, names in said.items() if names)


def _referral(matter: Matter, referral: Referral) -> str:
    place = matter.who.places.get(referral.to)
    day = referral.booked_on if referral.state == "booked" and referral.booked_on else referral.since_on
    state = f"{small(matter.say(REFERRAL_STATES[referral.state].words))} {matter.day(day)}"
    more = ""
    if referral.state == "refused":
        phrase = Phrase(" ({reason}; i stedet: {instead})", " ({reason}; instead: {instead})")
        more = matter.say(phrase, reason=flat(referral.reason, SHORT), instead=flat(referral.alternative, SHORT))
    elif referral.state == "answered":
        more = f" ({flat(referral.answer, SHORT)})"
    return f"{large(matter.effort(referral.effort))}{f', {place}' if place else ''}: {state}{more}."
