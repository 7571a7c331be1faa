"""Courses without a database: the same checks and the same fold, walked step by step."""

from collections import deque
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from rygrad.decision.many import ManyDecisions
from rygrad.pathway.pathway import Pathway
from rygrad.record import access, acts
from rygrad.record.act import PARTS
from rygrad.record.actor import Actor
from rygrad.record.acts import NAMES, Act
from rygrad.record.contents import Programme
from rygrad.record.coursefile import CourseFile, Recorded
from rygrad.record.fold import add
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.states import course_state
from rygrad.record.steps import Step, check_step
from rygrad.record.tasks import Rules
from tests.record.cast import GROUP_2, NEEDS

DAY = date(2026, 3, 2)
GP = Actor("u-anna", "Anna", "general_practitioner", "o-gp")
PHYSIO = Actor("u-bo", "Bo", "physiotherapist", "o-physio")
SURGEON = Actor("u-hanne", "Hanne", "specialist", "o-surgeon")
ACTORS = (GP, PHYSIO, SURGEON)
PLAN = acts.PlanConfirmed(("physiotherapy_and_chiropractic",))
HISTORY = acts.HistoryReceived(
    "Andet system",
    group="recurrent",
    plan_confirmed_on=DAY,
    first_treatment_on=DAY,
    effects={"physiotherapist": "no_effect"},
    returned_to_gp_on=DAY,
    clarified=("saddle_numbness",),
)
# Enough to reach every state of the course …
COURSE_ACTS: tuple[Act, ...] = (
    acts.FactsRecorded(GROUP_2, "professional"),
    acts.FactsRecorded({"spinal_tumour": "confirmed"}, "professional"),
    acts.AlarmRaised({"saddle_numbness": "yes"}, "professional"),
    acts.AlarmClarified(("saddle_numbness",), "MR uden tegn på cauda equina"),
    acts.GroupConfirmed("recurrent", "bekymret"),
    PLAN,
    acts.TreatmentStarted("physiotherapist"),
    acts.EffectJudged("physiotherapist", "effect"),
    acts.EffectJudged("physiotherapist", "no_effect"),
    acts.ReturnedToGp(NEEDS),
    acts.GpDecided({"surgical_assessment": acts.EffortDecision("accepted")}),
    acts.HolderChanged("o-physio", "behandling"),
    acts.CourseEnded("managing_alone"),
    acts.CourseEnded("moved_to_other_care"),
    acts.CourseEnded("died"),
    HISTORY,
)
# … and of two referrals of a course that has come back to own GP.
REFERRAL_ACTS: tuple[Act, ...] = (
    *(
        act
        for number, effort in (("r1", "surgical_assessment"), ("r2", "imaging"))
        for act in (
            acts.ReferralSent(number, effort, "o-surgeon", "Vurdering?", parts=PARTS),
            acts.ReferralReceived(number),
            acts.ReferralAccepted(number),
            acts.ReferralRefused(number, "ikke indikation", "fysioterapi"),
            acts.ReferralBooked(number, DAY),
            acts.ReferralDone(number),
            acts.ReferralAnswered(number, "Ingen operation"),
        )
    ),
    acts.GpDecided({"surgical_assessment": acts.EffortDecision("accepted")}),
    acts.CourseEnded("managing_alone"),
    acts.CourseEnded("died"),
)


@dataclass
class Walk:
    """One course under way: its file, and the steps that led there."""

    programme: Programme
    file: CourseFile
    day: date = DAY
    steps: tuple[str, ...] = ()

    @property
    def rules(self) -> Rules:
        """What its tasks are derived with."""
        return Rules(self.programme.pathway, self.programme.decide)

    @property
    def state(self) -> str:
        """Its state that day."""
        decision = self.programme.decide(self.file.facts(), self.day)
        return course_state(self.file, decision, self.rules.exclusions)

    @property
    def key(self) -> tuple[object, ...]:
        """What its future depends on."""
        f = self.file
        referrals = tuple((r.state, r.is_settled) for r in f.referrals.values())
        facts = tuple(sorted((n, str(v)) for n, v in f.facts().items()))
        return (
            facts,
            f.group,
            f.plan is None,
            tuple(f.treatments),
            f.is_returned,
            f.gp_decided_on,
            referrals,
            f.holder,
            f.outcome,
        )

    def taking(self, act: Act, days: int = 0) -> "Walk | None":
        """The walk after this step, some days later, by the first actor who may; None when it is refused to all."""
        for actor in ACTORS:
            after = self._by(actor, act, self.day + timedelta(days=days))
            if after:
                return after
        return None

    def _by(self, actor: Actor, act: Act, day: date) -> "Walk | None":
        stands = access.standing(actor, frozenset({"p-dina"}), self.file, day)
        decision = self.programme.decide(self.file.facts(), day)
        try:
            check_step(Step(act, actor, self.file, decision, self.programme, stands, day, day))
        except (Refused, NotFound):
            return None
        number = self.file.version + 1
        at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC) + timedelta(seconds=number)
        name = NAMES[type(act)]
        entry = Recorded(
            number, f"e{number}", number, name, act, day, at, actor.id, actor.role, actor.organisation, "sha"
        )
        file = deepcopy(self.file)
        add(file, entry)
        return replace(self, file=file, day=day, steps=(*self.steps, name))


def opened(pathway: Pathway, day: date = DAY) -> Walk:
    """A course just opened by the GP, who is also own GP."""
    programme = Programme(pathway, ManyDecisions(pathway))
    first = Walk(programme, CourseFile(signs=programme.signs), day).taking(acts.CourseOpened("o-gp", "o-gp"))
    assert first
    return first


def returned(pathway: Pathway) -> Walk:
    """A course that came back to own GP with the assessment of need."""
    walk = opened(pathway)
    for act in (COURSE_ACTS[0], COURSE_ACTS[4], PLAN, COURSE_ACTS[8], COURSE_ACTS[9]):
        after = walk.taking(act)
        assert after, act
        walk = after
    return walk


Space = dict[tuple[object, ...], tuple[Walk, list[tuple[object, ...]]]]


def space_of(first: Walk, alphabet: Iterable[Act]) -> Space:
    """Every course that can be reached, up to what its future depends on, with where each step leads."""
    found: Space = {}
    waiting = deque([first])
    while waiting:
        walk = waiting.popleft()
        if walk.key in found:
            continue
        after = [next_ for act in alphabet if (next_ := walk.taking(act))]
        found[walk.key] = (walk, [next_.key for next_ in after])
        waiting += [next_ for next_ in after if next_.key not in found]
    return found
