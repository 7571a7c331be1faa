"""A correction: of what, by whom, and that the course still holds together afterwards.

What only says something can be corrected or struck. What moved the course on (hand-overs, referrals, the
return, own GP's decisions, access) is undone by a new step, so that everybody concerned sees it.
"""

from collections.abc import Sequence
from dataclasses import replace

from rygrad.record import acts
from rygrad.record.coursefile import Recorded
from rygrad.record.fold import fold
from rygrad.record.identity import same_person
from rygrad.record.models import Course
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.signs import weight
from rygrad.record.steps import GUARDS, NotAllowed, Step, check_access
from rygrad.record.wording import check_words

MAY_BE_REWORDED: tuple[type[acts.Act], ...] = (
    acts.FactsRecorded,
    acts.AlarmRaised,
    acts.ScoresRecorded,
    acts.InformationGiven,
    acts.InformationRead,
    acts.TreatmentStarted,
    acts.Visit,
    acts.TreatmentEnded,
    acts.EffectFelt,
    acts.EffectJudged,
    acts.Reassessed,
    acts.GroupDeclined,
    acts.MessageToGp,
    acts.ReferralAnswered,
)
MAY_BE_STRUCK: tuple[type[acts.Act], ...] = (
    *(kind for kind in MAY_BE_REWORDED if kind is not acts.ReferralAnswered),
    acts.AlarmClarified,
    acts.GroupConfirmed,
    acts.PlanConfirmed,
    acts.HistoryReceived,
    acts.ReferralSent,
    acts.CourseEnded,
)
_ALSO_BY_HOLDER = (acts.FactsRecorded, acts.ScoresRecorded)


def check_correction(step: Step, act: acts.Correction, entries: Sequence[Recorded], person: str) -> None:
    """Refused unless the entry may be corrected, by this actor, into a legal one, and the rest still stands."""
    target = next((entry for entry in entries if entry.id == act.corrects), None)
    if target is None or isinstance(target.act, acts.Correction):
        raise NotFound
    if not isinstance(target.act, MAY_BE_STRUCK if act.body is None else MAY_BE_REWORDED):
        raise Refused(
            "by_a_new_step",
            "det rettes ikke i indførslen, men med et nyt skridt.",
            "that is not corrected in the entry, but by a new step.",
        )
    _check_author(step, target)
    new = target.act if act.body is None else acts.read(target.type, act.body)
    before = fold(entries[: entries.index(target)], step.file.signs)
    as_new = replace(step, act=new, file=before, valid_on=target.valid_on)
    check_access(as_new)
    if act.body is not None:
        check_words(step.programme.pathway, new, target.valid_on)
        guard = GUARDS.get(type(new))
        if guard and not isinstance(new, acts.ReferralAnswered):
            guard(as_new, new)
    _still_holds(step, act, entries)
    if isinstance(target.act, acts.CourseEnded):
        others = Course.objects.filter(person_id__in=same_person(person), ended_on=None)
        if others.exists():
            raise Refused("course_open", "borgeren har et nyt åbent forløb.", "the citizen has a new open course.")


def _check_author(step: Step, target: Recorded) -> None:
    """One's own, or one's unit's; the holder also corrects facts and scores. A sign is taken back by who said it."""
    own = step.actor.id == target.actor
    unit = step.actor.organisation is not None and step.actor.organisation == target.organisation
    holder = step.actor.organisation == step.file.holder and isinstance(target.act, _ALSO_BY_HOLDER)
    signs = isinstance(target.act, acts.FactsRecorded | acts.AlarmRaised) and any(
        name in step.file.signs and weight(value) > 0 for name, value in target.act.facts.items()
    )
    if not (own or ((unit or holder) and not signs)):
        raise NotAllowed


def _still_holds(step: Step, act: acts.Correction, entries: Sequence[Recorded]) -> None:
    last = entries[-1]
    correction = replace(last, id="", version=last.version + 1, type="correction", act=act)
    try:
        after = fold([*entries, correction], step.file.signs)
    except KeyError:
        after = None
    if after is None or (after.outcome is None and not after.relationship(after.holder, step.day)):
        raise Refused(
            "others_build_on_it",
            "andre indførsler bygger på den; ret dem først.",
            "other entries build on it; correct them first.",
        )
