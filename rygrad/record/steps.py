"""Whether a step is legal: the table's word for the state, then the few conditions its ``!`` stands for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rygrad.decision.dates import read_day
from rygrad.decision.decision import Decision
from rygrad.pathway.words import Phrase
from rygrad.record import access, acts
from rygrad.record.actor import Actor
from rygrad.record.acts import NAMES, Act
from rygrad.record.clocks import LIMITS
from rygrad.record.contents import Programme
from rygrad.record.coursefile import CourseFile
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.signs import weight
from rygrad.record.states import (
    COURSE_STATES,
    COURSE_STEPS,
    REFERRAL_STATES,
    REFERRAL_STEPS,
    course_state,
    legal_course_steps,
    legal_referral_steps,
    signs_were_put,
)
from rygrad.record.wording import check_words, part_of_fact
from rygrad.record.words import ENTRY_WORDS


@dataclass(frozen=True, slots=True)
class Step:
    """One act about to be recorded, with all that its legality is judged by."""

    act: Act
    actor: Actor
    file: CourseFile
    decision: Decision
    programme: Programme
    stands: access.Standing
    day: date
    valid_on: date
    is_emergency: bool = False

    @property
    def name(self) -> str:
        """The entry's type."""
        return NAMES[type(self.act)]

    @property
    def state(self) -> str:
        """The course's state before this step."""
        return course_state(self.file, self.decision, tuple(self.programme.pathway.exclusions))


def check_step(step: Step) -> None:
    """Nothing when the step is legal; NotFound to a stranger, else Refused with the reason and the legal steps."""
    check_access(step)
    check_words(step.programme.pathway, step.act, step.valid_on)
    if step.valid_on > step.day:
        raise Refused("in_the_future", "datoen ligger i fremtiden.", "the date lies in the future.")
    if isinstance(step.act, _FROM_TODAY) and step.valid_on != step.day:
        raise Refused("from_today", "det gælder fra i dag.", "that holds from today.")
    if step.valid_on < step.file.opened_on and not isinstance(step.act, _MAY_BE_EARLIER):
        raise Refused("before_the_course", "dagen ligger før forløbet.", "the day lies before the course.")
    if COURSE_STEPS[step.name][step.state] == ".":
        raise _illegal(step, COURSE_STATES[step.state].first if step.state in COURSE_STATES else _OPEN_FIRST)
    guard = GUARDS.get(type(step.act))
    if guard:
        guard(step, step.act)


_OPEN_FIRST = Phrase("Åbn forløbet først.", "Open the course first.")


def check_access(step: Step) -> None:
    """By the access table: a stranger does not learn that the course is there."""
    granted = step.act if isinstance(step.act, acts.AccessGranted) else None
    if granted and granted.basis == "emergency" and step.is_emergency:
        allowed = access.may(step.actor, "emergency_access", frozenset({"any"}))
    else:
        if step.stands.is_stranger and step.name != "course_opened":
            raise NotFound
        relations = access.relations_for(step.act, step.actor, step.stands, step.file)
        allowed = access.may(step.actor, step.name, relations)
    if isinstance(step.act, acts.FactsRecorded | acts.AlarmRaised) and step.actor.role != "citizen":
        allowed &= all(part_of_fact(name) in step.stands.parts for name in step.act.facts)
    if isinstance(step.act, _NEED_CLINICAL) and step.actor.role != "citizen":
        allowed &= "clinical" in step.stands.parts
    if not allowed:
        raise NotAllowed


# Nobody decides or treats on a course without seeing its clinical part.
_NEED_CLINICAL = (
    acts.AlarmClarified,
    acts.GroupConfirmed,
    acts.GroupDeclined,
    acts.PlanConfirmed,
    acts.HistoryReceived,
    acts.TreatmentStarted,
    acts.Visit,
    acts.TreatmentEnded,
    acts.ScoresRecorded,
    acts.EffectJudged,
    acts.Reassessed,
    acts.ReturnedToGp,
    acts.GpDecided,
    acts.ReferralSent,
)
_MAY_BE_EARLIER = (acts.CourseOpened, acts.FactsRecorded, acts.AlarmRaised, acts.ScoresRecorded)
_FROM_TODAY = (
    acts.AccessGranted,
    acts.AccessRevoked,
    acts.PartBlocked,
    acts.PartUnblocked,
    acts.HolderChanged,
    acts.Correction,
)


class NotAllowed(Refused):
    """The course is known to the actor, but this is not theirs to do (403)."""

    status = 403

    def __init__(self) -> None:
        super().__init__("not_allowed", "det må din rolle ikke her.", "your role may not do that here.")


def _illegal(step: Step, first: Phrase) -> Refused:
    legal = legal_course_steps(step.state)
    return Refused(
        "illegal_step",
        f"»{ENTRY_WORDS[step.name].da}« kan ikke registreres nu. {first.da}",
        f'"{ENTRY_WORDS[step.name].en}" cannot be recorded now. {first.en}',
        legal=legal,
    )


def _group(step: Step, act: acts.GroupConfirmed) -> None:
    if not signs_were_put(step.decision, step.file, tuple(step.programme.pathway.exclusions)):
        raise _illegal(step, COURSE_STATES["opened"].first)
    if act.group not in step.decision.possible_groups:
        possible = ", ".join(step.decision.possible_groups)
        raise Refused(
            "group_not_possible", "svarene udelukker den gruppe.", "the answers rule that group out.", known=possible
        )
    if (len(step.decision.possible_groups) > 1 or step.file.group not in (None, act.group)) and not act.reason:
        raise Refused("missing", "reason mangler: hvorfor denne gruppe.", "reason is missing: why this group.")


def _returned(step: Step, act: acts.ReturnedToGp) -> None:
    groups = [step.programme.pathway.groups[g] for g in step.decision.possible_groups]
    listed = list(dict.fromkeys(effort for group in groups for effort in group.efforts))
    missing = [effort for effort in listed if effort not in act.needs]
    if missing:
        names = ", ".join(missing)
        raise Refused("need_missing", f"vurdering af behov mangler: {names}.", f"assessment of need missing: {names}.")
    if any(need.need != "needed" and not need.why for need in act.needs.values()):
        raise Refused("missing", "why mangler: hvorfor ikke eller usikkert.", "why is missing: why not, or why unsure.")


def _gp_decided(step: Step, act: acts.GpDecided) -> None:
    if step.file.returned_on is None:
        raise _illegal(step, COURSE_STATES["without_effect"].first)
    if any(one.decision != "accepted" and not one.reason for one in act.efforts.values()):
        raise Refused("missing", "reason mangler for en indsats.", "reason is missing for an effort.")


def _referral_sent(step: Step, act: acts.ReferralSent) -> None:
    if act.referral in step.file.referrals:
        raise Refused("referral_exists", "henvisningen findes allerede.", "the referral is there already.")
    if step.decision.efforts[act.effort] != "open" and not act.outside_programme:
        raise Refused(
            "effort_not_open",
            "indsatsen er ikke åben; uden for programmet kræver en begrundelse (outside_programme).",
            "the effort is not open; outside the programme needs a reason (outside_programme).",
        )


def _referral_step(step: Step, act: Act) -> None:
    referral = step.file.referrals.get(getattr(act, "referral", ""))
    if referral is None:
        raise NotFound
    if REFERRAL_STEPS[step.name][referral.state] == ".":
        legal = legal_referral_steps(referral.state)
        words = REFERRAL_STATES[referral.state].words
        raise Refused(
            "illegal_step", f"henvisningen er {words.da.lower()}.", f"the referral is {words.en.lower()}.", legal=legal
        )
    if step.valid_on < referral.since_on:
        raise Refused(
            "before_the_last", "dagen ligger før henvisningens sidste skridt.", "the day lies before its last step."
        )
    booked = referral.booked_on
    if isinstance(act, acts.ReferralDone) and booked and step.valid_on < booked:
        raise Refused("before_the_time", "dagen ligger før den givne tid.", "the day lies before the time booked.")
    if isinstance(act, acts.ReferralBooked) and act.booked_on < step.valid_on:
        raise Refused("booked_in_the_past", "tiden ligger før i dag.", "the time lies in the past.")


def _treated(step: Step, act: acts.TreatmentStarted | acts.Visit | acts.TreatmentEnded) -> None:
    if act.profession != step.actor.role:
        raise NotAllowed
    if isinstance(act, acts.TreatmentEnded) and act.profession not in step.file.treatments:
        raise Refused("not_started", "behandlingen er ikke begyndt.", "the treatment has not started.")


def _ended(step: Step, act: acts.CourseEnded) -> None:
    if step.state == "without_effect" and act.outcome != "died":
        raise _illegal(step, COURSE_STATES["without_effect"].first)
    if step.state == "held" and act.outcome not in ("died", "moved_to_other_care"):
        raise _illegal(step, COURSE_STATES["held"].first)


def _raised(step: Step, act: acts.AlarmRaised) -> None:
    if not all(weight(value) > 0 for value in act.facts.values()):
        raise Refused("raises_nothing", "svaret rejser ingen alarm.", "the answer raises no alarm.")


def _clarified(step: Step, act: acts.AlarmClarified) -> None:
    unknown = [name for name in act.facts if name not in step.file.facts_said]
    if unknown:
        names = ", ".join(unknown)
        raise Refused("nothing_to_clarify", f"ikke rejst: {names}.", f"not raised: {names}.")


def _granted(step: Step, act: acts.AccessGranted) -> None:
    last = step.day + timedelta(days=LIMITS.emergency_access_days)
    if not set(act.parts) <= step.stands.parts and act.basis != "emergency":
        raise NotAllowed
    if step.actor.organisation and act.basis == "consent" and set(step.stands.bases) <= {"emergency", "consent"}:
        raise NotAllowed
    if act.basis == "referral":
        raise Refused("basis", "den adgang følger af en henvisning.", "that access follows from a referral.")
    if act.basis == "sharing" and step.actor.role != "citizen":
        raise NotAllowed
    if act.basis == "sharing" and act.until is None:
        raise Refused("missing", "until mangler: til hvornår.", "until is missing: until when.")
    if act.basis == "emergency":
        _emergency(step, act, last)


def _emergency(step: Step, act: acts.AccessGranted, last: date) -> None:
    if not step.is_emergency:
        raise NotAllowed  # it is taken at the door, which logs it
    if act.to != step.actor.organisation or not act.reason or not act.until or act.until > last:
        raise Refused(
            "emergency",
            "nødadgang gælder egen enhed, kort, og med begrundelse.",
            "emergency access is for one's own unit, short, and has a reason.",
        )


def _history(step: Step, act: acts.HistoryReceived) -> None:
    """It is told before anything of its kind has happened here, and tells of nothing to come."""
    file = step.file
    here = (file.group, file.plan, file.plan_on, file.treatments, file.treated_since, file.effects, file.returned_on)
    if any(here) or file.reassessed_on:
        raise Refused("history_late", "forløbet er allerede i gang her.", "the course is already under way here.")
    days = (act.plan_confirmed_on, act.first_treatment_on, act.reassessed_on, act.returned_to_gp_on)
    if any(day is not None and (read_day(day) is None or day > step.day) for day in days):
        raise Refused("in_the_future", "datoen ligger i fremtiden.", "the date lies in the future.")


def _revoked(step: Step, act: acts.AccessRevoked) -> None:
    if act.to == step.file.holder and step.file.outcome is None:
        raise Refused(
            "holder",
            "den ansvarlige kan ikke miste adgangen; skift ansvarlig først.",
            "the holder cannot lose access; change the holder first.",
        )
    given = [r for r in (*step.file.relationships, *step.file.sharings) if r.to == act.to]
    if all(r.valid_until is not None and r.valid_until < step.day for r in given):
        raise NotFound


def _blocked(step: Step, act: acts.PartBlocked) -> None:
    if (act.part, act.sector) in step.file.blocked:
        raise Refused("blocked_already", "det er spærret i forvejen.", "it is blocked already.")


def _unblocked(step: Step, act: acts.PartUnblocked) -> None:
    if (act.part, act.sector) not in step.file.blocked:
        raise Refused("not_blocked", "det er ikke spærret.", "it is not blocked.")


GUARDS: dict[type[Act], Callable[[Step, Any], None]] = {
    acts.GroupConfirmed: _group,
    acts.HistoryReceived: _history,
    acts.ReturnedToGp: _returned,
    acts.GpDecided: _gp_decided,
    acts.ReferralSent: _referral_sent,
    acts.ReferralReceived: _referral_step,
    acts.ReferralAccepted: _referral_step,
    acts.ReferralRefused: _referral_step,
    acts.ReferralBooked: _referral_step,
    acts.ReferralDone: _referral_step,
    acts.ReferralAnswered: _referral_step,
    acts.ReferralSettled: _referral_step,
    acts.TreatmentStarted: _treated,
    acts.Visit: _treated,
    acts.TreatmentEnded: _treated,
    acts.CourseEnded: _ended,
    acts.AlarmRaised: _raised,
    acts.AlarmClarified: _clarified,
    acts.AccessGranted: _granted,
    acts.AccessRevoked: _revoked,
    acts.PartBlocked: _blocked,
    acts.PartUnblocked: _unblocked,
}
