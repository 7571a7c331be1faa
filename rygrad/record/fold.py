"""``fold``: entries in, a ``CourseFile`` out. Pure, and the only place where an entry gets its meaning."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import singledispatch

from rygrad.decision.dates import add_months
from rygrad.record import acts
from rygrad.record.act import PARTS
from rygrad.record.acts import Act
from rygrad.record.clocks import LIMITS
from rygrad.record.coursefile import CourseFile, Recorded, Referral, Relationship, Said, Treatment
from rygrad.record.signs import weight

NEW_EPISODE_WITHIN_MONTHS = 12  # R4
_ALL = PARTS
_DONE_IN_COURSE = {"imaging": "imaging_done", "surgical_assessment": "surgical_assessment_done"}


def fold(entries: Iterable[Recorded], signs: frozenset[str], on: date | None = None) -> CourseFile:
    """What these entries of one course, in order, add up to; with ``on``, only what is true of that day or before.

    A corrected entry counts as its last correction says, in its own place. ``signs`` are the content's alarm signs and
    exclusions.
    """
    given = list(entries)
    file = CourseFile(signs=signs)
    for entry in as_they_stand(given):
        if on is None or entry.valid_on <= on:
            add(file, entry)
    file.last = given[-1] if given else None
    return file


def as_they_stand(entries: Iterable[Recorded]) -> list[Recorded]:
    """The entries with their corrections in place, without those that were struck."""
    given = list(entries)
    corrections = {e.act.corrects: e for e in given if isinstance(e.act, acts.Correction)}
    standing = (_corrected(entry, corrections) for entry in given)
    return [entry for entry in standing if entry is not None]


def _corrected(entry: Recorded, corrections: dict[str, Recorded]) -> Recorded | None:
    by = corrections.get(entry.id)
    if by is None:
        return entry
    assert isinstance(by.act, acts.Correction)  # noqa: S101
    return None if by.act.body is None else replace(entry, act=acts.read(entry.type, by.act.body))


def add(file: CourseFile, entry: Recorded) -> None:
    """Fold one more entry in."""
    _add(entry.act, file, entry)
    file.heard_on = max(file.heard_on, entry.valid_on)
    if entry.organisation == file.holder or not file.seen_with:
        file.seen_with = entry.content_sha256
    if file.holder_is_new and entry.organisation == file.holder:
        file.holder_is_new = isinstance(entry.act, acts.HolderChanged | acts.ReturnedToGp)
    file.last = entry


@singledispatch
def _add(act: Act, file: CourseFile, entry: Recorded) -> None:
    """Acts that change nothing but the day of the last news."""


@_add.register
def _(act: acts.CourseOpened, file: CourseFile, entry: Recorded) -> None:
    file.opened_on, file.own_gp = entry.valid_on, act.own_gp
    _hold(file, act.holder, entry, basis="holder")
    file.holder_is_new = act.holder != entry.organisation
    if act.own_gp != act.holder:
        file.relationships.append(Relationship(act.own_gp, "own_gp", _ALL, entry.valid_on))
    ended = act.previous_ended_on
    if ended and entry.valid_on <= add_months(ended, NEW_EPISODE_WITHIN_MONTHS):
        _say(file, "recurring_back_problems", "yes", "record", entry)


@_add.register
def _(act: acts.FactsRecorded, file: CourseFile, entry: Recorded) -> None:
    for name, value in act.facts.items():
        _say(file, name, value, act.said_by, entry)
    file.not_known = (file.not_known - set(act.facts)) | set(act.not_known)


@_add.register
def _(act: acts.AlarmRaised, file: CourseFile, entry: Recorded) -> None:
    for name, value in act.facts.items():
        _say(file, name, value, act.said_by, entry)


@_add.register
def _(act: acts.AlarmClarified, file: CourseFile, entry: Recorded) -> None:
    for name in act.facts:
        _newer(file.clarified, name, _said(act.finding, "professional", entry))


@_add.register
def _(act: acts.GroupConfirmed, file: CourseFile, entry: Recorded) -> None:
    file.group, file.group_on, file.declined = act.group, entry.valid_on, ()
    file.confirmed_with = entry.content_sha256


@_add.register
def _(act: acts.GroupDeclined, file: CourseFile, entry: Recorded) -> None:
    file.declined = (*file.declined, act.group)
    file.group = None if file.group == act.group else file.group


@_add.register
def _(act: acts.PlanConfirmed, file: CourseFile, entry: Recorded) -> None:
    file.plan, file.gp_decision_is_news = act, False
    file.plan_on = min(file.plan_on or entry.valid_on, entry.valid_on)
    file.confirmed_with = entry.content_sha256
    _settle(file, None)


@_add.register
def _(act: acts.HistoryReceived, file: CourseFile, entry: Recorded) -> None:
    file.plan_on, file.treated_since = act.plan_confirmed_on, act.first_treatment_on
    file.reassessed_on, file.returned_on = act.reassessed_on, act.returned_to_gp_on
    file.effects = {who: _said(effect, "professional", entry) for who, effect in act.effects.items()}
    for name in act.clarified:
        _newer(file.clarified, name, _said(act.source, "professional", entry))


@_add.register
def _(act: acts.InformationGiven, file: CourseFile, entry: Recorded) -> None:
    for item in act.items:
        file.information.setdefault(item, entry.valid_on)


@_add.register
def _(act: acts.InformationRead, file: CourseFile, entry: Recorded) -> None:
    for item in act.items:
        file.information_read.setdefault(item, entry.valid_on)


@_add.register
def _(act: acts.TreatmentStarted, file: CourseFile, entry: Recorded) -> None:
    _treatment(file, act.profession, entry)


@_add.register
def _(act: acts.Visit, file: CourseFile, entry: Recorded) -> None:
    _treatment(file, act.profession, entry).visits += 1


@_add.register
def _(act: acts.TreatmentEnded, file: CourseFile, entry: Recorded) -> None:
    treatment = _treatment(file, act.profession, entry)
    treatment.ended_on, treatment.visits = entry.valid_on, max(treatment.visits, act.visits)


@_add.register
def _(act: acts.ScoresRecorded, file: CourseFile, entry: Recorded) -> None:
    measured = {"value": act.value, "on": entry.valid_on, "items": act.items}
    file.scores.setdefault(act.instrument, []).append(measured)


@_add.register
def _(act: acts.EffectJudged, file: CourseFile, entry: Recorded) -> None:
    _newer(file.effects, act.profession, _said(act.effect, "professional", entry))
    is_news = file.returned_on is None or entry.valid_on >= file.returned_on
    if act.effect == "no_effect" and is_news:  # a new verdict after a return asks for a new return
        file.returned_on = file.gp_decided_on = None


@_add.register
def _(act: acts.EffectFelt, file: CourseFile, entry: Recorded) -> None:
    file.effect_felt = _said(act.felt, "citizen", entry)


@_add.register
def _(act: acts.Reassessed, file: CourseFile, entry: Recorded) -> None:
    file.reassessed_on = max(file.reassessed_on or entry.valid_on, entry.valid_on)


@_add.register
def _(act: acts.ReturnedToGp, file: CourseFile, entry: Recorded) -> None:
    file.returned_on, file.gp_decided_on, file.needs = entry.valid_on, None, act.needs
    _hold(file, file.own_gp, entry, basis="own_gp")


@_add.register
def _(act: acts.GpDecided, file: CourseFile, entry: Recorded) -> None:
    file.gp_decided_on, file.gp_decision_is_news = entry.valid_on, True
    file.gp_decisions |= act.efforts
    file.confirmed_with = entry.content_sha256
    for effort in act.efforts:
        _settle(file, effort)


@_add.register
def _(act: acts.ReferralSent, file: CourseFile, entry: Recorded) -> None:
    _settle(file, act.effort)
    file.referrals[act.referral] = Referral(act.referral, act.effort, act.to, "sent", entry.valid_on, entry.valid_on)
    file.relationships.append(Relationship(act.to, "referral", act.parts, entry.valid_on))


@_add.register
def _(act: acts.ReferralReceived, file: CourseFile, entry: Recorded) -> None:
    _move(file, act.referral, "received", entry)


@_add.register
def _(act: acts.ReferralAccepted, file: CourseFile, entry: Recorded) -> None:
    _move(file, act.referral, "accepted", entry).offer = act.offer


@_add.register
def _(act: acts.ReferralRefused, file: CourseFile, entry: Recorded) -> None:
    referral = _move(file, act.referral, "refused", entry)
    referral.reason, referral.alternative = act.reason, act.alternative
    if any(r.to == referral.to and r.state != "refused" for r in file.referrals.values()):
        return  # the receiver still has another
    for relationship in file.relationships:
        if (relationship.to, relationship.basis) == (referral.to, "referral"):
            relationship.valid_until = relationship.valid_until or entry.valid_on


@_add.register
def _(act: acts.ReferralBooked, file: CourseFile, entry: Recorded) -> None:
    _move(file, act.referral, "booked", entry).booked_on = act.booked_on


@_add.register
def _(act: acts.ReferralDone, file: CourseFile, entry: Recorded) -> None:
    done = _move(file, act.referral, "done", entry)
    if done.effort in _DONE_IN_COURSE:
        _say(file, _DONE_IN_COURSE[done.effort], "yes", "professional", entry)


@_add.register
def _(act: acts.ReferralAnswered, file: CourseFile, entry: Recorded) -> None:
    _move(file, act.referral, "answered", entry).answer = act.answer


@_add.register
def _(act: acts.ReferralSettled, file: CourseFile, entry: Recorded) -> None:
    file.referrals[act.referral].is_settled = True


@_add.register
def _(act: acts.MessageToGp, file: CourseFile, entry: Recorded) -> None:
    file.told_gp.setdefault((entry.organisation or "", act.about), entry.valid_on)


@_add.register
def _(act: acts.HolderChanged, file: CourseFile, entry: Recorded) -> None:
    _hold(file, act.to, entry, basis="holder")


@_add.register
def _(act: acts.CourseEnded, file: CourseFile, entry: Recorded) -> None:
    file.outcome, file.ended_on = act.outcome, entry.valid_on
    last_day = entry.valid_on + timedelta(days=LIMITS.access_after_end_days)
    for relationship in file.relationships:
        if relationship.to != file.own_gp:
            relationship.valid_until = min(relationship.valid_until or last_day, last_day)


@_add.register
def _(act: acts.AccessGranted, file: CourseFile, entry: Recorded) -> None:
    granted = Relationship(act.to, act.basis, act.parts, entry.valid_on, act.until)
    (file.sharings if act.basis == "sharing" else file.relationships).append(granted)


@_add.register
def _(act: acts.AccessRevoked, file: CourseFile, entry: Recorded) -> None:
    """Ends at once: the last day in force is the day before."""
    before = entry.valid_on - timedelta(days=1)
    for relationship in (*file.relationships, *file.sharings):
        if relationship.to == act.to and (relationship.valid_until is None or relationship.valid_until > before):
            relationship.valid_until = before


@_add.register
def _(act: acts.PartBlocked, file: CourseFile, entry: Recorded) -> None:
    file.blocked.add((act.part, act.sector))


@_add.register
def _(act: acts.PartUnblocked, file: CourseFile, entry: Recorded) -> None:
    file.blocked.discard((act.part, act.sector))


def _said(value: object, said_by: str, entry: Recorded) -> Said:
    return Said(value, entry.valid_on, entry.seq, said_by, entry.id)


def _say(file: CourseFile, name: str, value: object, said_by: str, entry: Recorded) -> None:
    """A sign that stands unclarified is only pushed out by one that weighs as much; of other facts the newer counts."""
    said, standing = _said(value, said_by, entry), file.facts_said.get(name)
    if standing is None or name not in file.signs or weight(value) == weight(standing.value):
        _newer(file.facts_said, name, said)
    elif weight(value) > weight(standing.value) or not file.stands_unclarified(name):
        file.facts_said[name] = said


def _newer(known: dict[str, Said], name: str, said: Said) -> None:
    """A late entry about an earlier day does not push out what is true of a later one."""
    if name not in known or known[name].order <= said.order:
        known[name] = said


def _hold(file: CourseFile, organisation: str, entry: Recorded, basis: str) -> None:
    """Exactly one holder from now on, and the holder has a care relationship."""
    file.holder_is_new = organisation != file.holder
    if organisation != file.holder:
        file.holder, file.holder_since = organisation, entry.valid_on
    own = (r for r in file.relationship(organisation, entry.valid_on) if r.basis in ("holder", "own_gp"))
    if not any(r.valid_until is None for r in own):
        file.relationships.append(Relationship(organisation, basis, _ALL, entry.valid_on))


def _treatment(file: CourseFile, profession: str, entry: Recorded) -> Treatment:
    file.gp_decision_is_news = False
    treatment = file.treatments.setdefault(profession, Treatment(entry.valid_on))
    treatment.started_on = min(treatment.started_on, entry.valid_on)
    return treatment


def _move(file: CourseFile, referral: str, state: str, entry: Recorded) -> Referral:
    moved = file.referrals[referral]
    moved.state, moved.since_on = state, entry.valid_on
    return moved


def _settle(file: CourseFile, effort: str | None) -> None:
    """Its sender has acted on what came back: on this effort, or with a new plan on all."""
    for referral in file.referrals.values():
        if referral.state in ("refused", "answered") and effort in (None, referral.effort):
            referral.is_settled = True
