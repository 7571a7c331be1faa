"""Random but repeatable courses: every step is tried, the refused ones are remembered too."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from rygrad.pathway.errors import RygradError
from rygrad.record import acts, journal
from rygrad.record.actor import Actor
from tests.record.cast import GROUP_2, NEEDS, Cast


def alphabet(c: Cast) -> list[tuple[Actor, acts.Act]]:
    """Who might do what."""
    physio, gp, surgeon = (a.organisation or "" for a in (c.bo, c.anna, c.hanne))
    return [
        (c.dina, acts.FactsRecorded({"onset_on": "2025-12-20", "work": "employed"}, "citizen")),
        (c.anna, acts.FactsRecorded(GROUP_2, "professional")),
        (c.bo, acts.FactsRecorded({"worried_about_diagnosis": "yes"}, "professional")),
        (c.dina, acts.AlarmRaised({"saddle_numbness": "yes"}, "citizen")),
        (c.anna, acts.AlarmClarified(("saddle_numbness",), "intet at bemærke")),
        (c.anna, acts.GroupConfirmed("recurrent", "skøn")),
        (c.anna, acts.GroupConfirmed("long_lasting", "skøn")),
        (c.anna, acts.HistoryReceived("Andet system", "recurrent", c.today, first_treatment_on=c.today)),
        (c.anna, acts.PlanConfirmed(("physiotherapy_and_chiropractic",))),
        (c.anna, acts.HolderChanged(physio, "behandling")),
        (c.bo, acts.HolderChanged(gp, "retur")),
        (c.bo, acts.TreatmentStarted("physiotherapist")),
        (c.bo, acts.Visit("physiotherapist", "øvelser")),
        (c.bo, acts.ScoresRecorded("nrs_pain", 6, "citizen")),
        (c.bo, acts.EffectJudged("physiotherapist", "no_effect")),
        (c.bo, acts.EffectJudged("physiotherapist", "effect")),
        (c.bo, acts.Reassessed()),
        (c.bo, acts.ReturnedToGp({**NEEDS, **{e: acts.Need("unsure", "?") for e in ("pain_clinic", "employment")}})),
        (c.anna, acts.GpDecided({"imaging": acts.EffortDecision("accepted")})),
        (c.anna, acts.ReferralSent("r1", "imaging", surgeon, "MR?")),
        (c.hanne, acts.ReferralReceived("r1")),
        (c.hanne, acts.ReferralRefused("r1", "nej", "andet")),
        (c.hanne, acts.ReferralAccepted("r1")),
        (c.hanne, acts.ReferralDone("r1")),
        (c.hanne, acts.ReferralAnswered("r1", "Svar")),
        (c.dina, acts.AccessGranted(c.erik.id, "sharing", ("plan",), c.today + timedelta(days=200))),
        (c.dina, acts.AccessRevoked(c.erik.id)),
        (c.bo, acts.CourseEnded("managing_alone")),
    ]


@dataclass
class Played:
    """What became of it: how each step was answered, and every course there was."""

    answers: list[str] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)


def play(c: Cast, seed: int, steps: int) -> Played:
    """Steps at random on one citizen's courses; a day or a few between them now and then."""
    dice, played = random.Random(seed), Played()
    c.open()
    played.courses.append(c.course)
    for _ in range(steps):
        c.at += timedelta(days=dice.choice((0, 0, 1, 5, 20)))
        actor, act = dice.choice(alphabet(c))
        try:
            if dice.random() < 0.1:
                act = _correction(c, dice)
            c.write(actor, act)
            played.answers.append(f"{acts.NAMES[type(act)]}: {c.version}")
        except RygradError as refused:
            played.answers.append(f"{acts.NAMES[type(act)]}: {refused.code}")
        if played.answers[-1].startswith("course_ended") and c.version and dice.random() < 0.7:
            try:
                c.open(by=c.bo)
                played.courses.append(c.course)
            except RygradError as refused:
                played.answers.append(refused.code)
    return played


def _correction(c: Cast, dice: random.Random) -> acts.Act:
    """Strike one of the course's last entries."""
    return acts.Correction(dice.choice(journal.entries_of(c.course)[-5:]).id, "fejl")
