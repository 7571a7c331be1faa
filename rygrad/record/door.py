"""The door: the one way personal data leaves the record. Whoever looks is known, allowed, and logged first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision
from rygrad.pathway.words import Phrase
from rygrad.record import access, acts, clocks
from rygrad.record.accesslog import Seen, log
from rygrad.record.act import PARTS
from rygrad.record.actor import Actor
from rygrad.record.chain import present
from rygrad.record.contents import Programme, active
from rygrad.record.coursefile import CourseFile, Recorded, Referral, Relationship, Said
from rygrad.record.dated import in_force
from rygrad.record.fold import as_they_stand, fold
from rygrad.record.identity import same_person
from rygrad.record.journal import Receipt, append_emergency, check_key, entries_of
from rygrad.record.lookagain import LookAgain, look_again
from rygrad.record.models import Course, Identifier, Look, Person, Professional
from rygrad.record.people import organisation_name, organisation_names, person_of, relative_actor
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.states import course_state
from rygrad.record.within import is_near
from rygrad.record.wording import GOALS_OF_DAILY_LIFE, part_of_fact, storable


@dataclass(frozen=True, slots=True)
class CourseView:
    """What one actor may see of a course, as it was known at an instant.

    ``decision`` is only for professionals who see the clinical part; citizens see what a clinician has confirmed.
    ``blocked`` are the parts the citizen has blocked from this actor; ``blocks`` (to the citizen) all there are.
    ``names`` says who the organisations, professionals and relatives are that are mentioned by their ids.
    """

    course: str
    person: str
    name: str
    version: int
    state: str
    holder: str
    group: str | None
    parts: frozenset[str]
    entries: tuple[Recorded, ...]
    decision: Decision | None
    file: CourseFile | None
    why: Phrase
    born_on: date | None = None
    number: str = ""
    is_invented: bool = False
    municipality_code: str | None = None
    own_gp: str = ""
    holder_since: date = date.min
    bases: tuple[str, ...] = ()
    plan: acts.PlanConfirmed | None = None
    referrals: tuple[Referral, ...] = ()
    work: Mapping[str, Said] = field(default_factory=dict)
    relationships: tuple[Relationship, ...] = ()
    sharings: tuple[Relationship, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    blocked: tuple[str, ...] = ()
    blocks: frozenset[tuple[str, str]] = frozenset()
    again: LookAgain | None = None


def see_course(
    actor: Actor,
    course: str,
    *,
    channel: str = "api",
    what: str = "course",
    as_of: date | None = None,
    known_at: datetime | None = None,
    at: datetime | None = None,
    reason: str | None = None,
) -> CourseView:
    """The course as this actor may see it, after the look is logged.

    ``known_at``: only what was recorded by that instant; ``as_of``: only what is true of that day or before (of the
    day of ``known_at`` when None). Raises NotFound to strangers; whatever hinders the logging hinders the answer.
    """
    storable(course)
    if not is_near(actor, course):
        raise NotFound
    row, entries = Course.objects.select_related("person").get(id=course), entries_of(course)
    instant = _present(entries, at)
    stands = _standing(actor, row, entries, instant)
    seen = access.sees(actor, stands)
    if stands.is_stranger or not seen:
        raise NotFound
    log(actor, [Seen(row.person_id, course, " ".join(stands.bases))], what, channel=channel, reason=reason, at=instant)
    if known_at is not None:
        entries = [entry for entry in entries if entry.recorded_at <= known_at]
    return _view(actor, row, entries, stands, as_of or clocks.local_day(known_at or instant), active(known_at))


def see_versions(
    actor: Actor, course: str, *, channel: str = "api", at: datetime | None = None
) -> tuple[CourseView, list[CourseView]]:
    """The course now, and as it was after each of its entries, the first first; one look. Raises as ``see_course``.

    What the actor may see is judged today: what one sees now, one may see as it was.
    """
    now = see_course(actor, course, channel=channel, at=at)
    row, entries = Course.objects.select_related("person").get(id=course), entries_of(course)
    stands = _standing(actor, row, entries, _present(entries, at))
    versions = [
        _view(actor, row, entries[:n], stands, clocks.local_day(entries[n - 1].recorded_at), active())
        for n in range(1, len(entries) + 1)
    ]
    return now, versions


def see_as_relative(
    actor: Actor, course: str, relative: str, *, channel: str = "api", at: datetime | None = None
) -> CourseView:
    """Exactly what a relative sees today, shown to the citizen, whose look it is; NotFound when nothing is shared."""
    own = see_course(actor, course, channel=channel, what="as_relative", at=at)
    if actor.role != "citizen" or not any(share.to == relative for share in own.sharings):
        raise NotFound
    who, row = relative_actor(relative), Course.objects.select_related("person").get(id=course)
    entries = entries_of(course)
    instant = _present(entries, at)
    return _view(who, row, entries, _standing(who, row, entries, instant), clocks.local_day(instant), active())


def _standing(actor: Actor, row: Course, entries: list[Recorded], instant: datetime) -> access.Standing:
    file = fold(entries, active().signs)
    return access.standing(actor, same_person(row.person_id), file, clocks.local_day(instant))


def _present(entries: Sequence[Recorded], at: datetime | None) -> datetime:
    """``at``; else now, never before the course's newest entry."""
    return at or clocks.not_before(entries[-1].recorded_at if entries else None)


def _view(
    actor: Actor, row: Course, entries: list[Recorded], stands: access.Standing, day: date, programme: Programme
) -> CourseView:
    seen = access.sees(actor, stands)
    file = fold(entries, programme.signs, on=day)
    decision = decide(programme.pathway, file.facts(), day)
    clinical, plan = "clinical" in seen, "plan" in seen
    shown = entries if seen == frozenset(PARTS) else as_they_stand(entries)
    own = (actor.organisation,)
    entries_seen = tuple(part for part in (visible(entry, seen, actor.organisation) for entry in shown) if part)
    referrals = tuple(_referral_seen(one, seen, own) for one in file.referrals.values()) if plan else ()
    return CourseView(
        course=row.id,
        person=row.person_id,
        name=row.person.name,
        version=file.version,
        state=_state_seen(course_state(file, decision, tuple(programme.pathway.exclusions)), seen),
        holder=file.holder,
        group=file.group if plan else None,
        parts=seen,
        entries=entries_seen,
        decision=decision if clinical and actor.organisation else None,
        file=file if clinical and "scores" in seen else None,
        why=access.why_may(actor, stands),
        born_on=row.person.born_on,
        number=_number(row.person_id, day),
        is_invented=row.person.is_invented,
        municipality_code=row.person.municipality_code,
        own_gp=file.own_gp,
        holder_since=file.holder_since,
        bases=stands.bases,
        plan=_plan_seen(file.plan, clinical=clinical) if plan else None,
        referrals=referrals,
        work={name: said for name, said in file.facts_said.items() if part_of_fact(name) == "work" and "work" in seen},
        relationships=tuple(r for r in file.relationships if r.holds_on(day)),
        sharings=tuple(s for s in file.sharings if s.holds_on(day) and seen == frozenset(PARTS)),
        names=_names(file, entries_seen, day),
        blocked=tuple(part for part in PARTS if part in stands.blocked),
        blocks=frozenset(file.blocked) if actor.role == "citizen" else frozenset(),
        again=look_again(programme.pathway, file, day) if plan and file.outcome is None else None,
    )


def _state_seen(state: str, seen: frozenset[str]) -> str:
    """That an alarm holds the plan back is clinical: whoever sees only the plan is told no state then."""
    return state if "plan" in seen and ("clinical" in seen or state != "held") else ""


def _plan_seen(plan: acts.PlanConfirmed | None, *, clinical: bool) -> acts.PlanConfirmed | None:
    seen = plan if clinical or plan is None else _without_clinical(plan)
    assert seen is None or isinstance(seen, acts.PlanConfirmed)  # noqa: S101
    return seen


def _referral_seen(referral: Referral, seen: frozenset[str], own: tuple[str | None]) -> Referral:
    """Without what was written, for those who see no clinical part, unless they receive it."""
    if "clinical" in seen or referral.to in own:
        return referral
    return replace(referral, reason="", alternative="", answer="")


def _number(person: str, day: date) -> str:
    """The identifier a person is shown with: of those in force that day the newest, a CPR number before another."""
    rows = Identifier.objects.filter(in_force(day), person_id=person).order_by("valid_from")
    known = dict(rows.values_list("system", "value"))
    return next((known[system] for system in ("cpr", "ecpr", *known) if system in known), "")


def _names(file: CourseFile, entries: Sequence[Recorded], day: date) -> dict[str, str]:
    places = {r.to for r in file.relationships} | {e.organisation for e in entries if e.organisation}
    places |= {file.holder, file.own_gp} | {r.to for r in file.referrals.values()}
    known = {place: place for place in places if place} | organisation_names(places, day)
    who = {entry.actor for entry in entries} | {s.to for s in file.sharings}
    known |= dict(Professional.objects.filter(id__in=who).values_list("id", "name"))
    return known | dict(Person.objects.filter(id__in=who).values_list("id", "name"))


def visible(entry: Recorded, seen: frozenset[str], organisation: str | None = None) -> Recorded | None:
    """The entry cut down to the parts that are seen; None when nothing of it is.

    One's own entries, and a referral that one is to receive, are read whole.
    """
    act = entry.act
    is_own = organisation is not None and organisation in (entry.organisation, getattr(act, "to", None))
    if is_own or seen == frozenset(PARTS):
        return entry
    if isinstance(act, acts.FactsRecorded | acts.AlarmRaised):
        return _facts_seen(entry, act, seen)
    if isinstance(act, acts.Correction) or act.PART not in seen:
        return None
    if "clinical" not in seen:
        return replace(entry, act=_without_clinical(act))
    whole = {name: _CLINICAL_FIELDS[name] for name in ("letter", "decided") if getattr(act, name, None)}
    return replace(entry, act=msgspec.structs.replace(act, **whole)) if whole else entry  # these hold every part


def _facts_seen(entry: Recorded, act: acts.FactsRecorded | acts.AlarmRaised, seen: frozenset[str]) -> Recorded | None:
    facts = {name: value for name, value in act.facts.items() if part_of_fact(name) in seen}
    if len(facts) == len(act.facts) and "clinical" in seen:
        return entry
    kept = acts.FactsRecorded(facts=facts, said_by=act.said_by)
    return replace(entry, type="facts_recorded", act=kept) if facts else None


_CLINICAL_FIELDS: dict[str, Any] = {
    "decided": None,
    "note": "",
    "question": "",
    "reason": "",
    "alternative": "",
    "needs": {},
    "outside_programme": "",
    "letter": "",
}


def _without_clinical(act: acts.Act) -> acts.Act:
    """A plan entry for somebody who sees no clinical data: without the facts it stands on, and without free text."""
    changed = {name: value for name, value in _CLINICAL_FIELDS.items() if hasattr(act, name)}
    if isinstance(act, acts.GpDecided):
        changed["efforts"] = {name: acts.EffortDecision(one.decision) for name, one in act.efforts.items()}
    if isinstance(act, acts.PlanConfirmed):
        changed["goals"] = {name: goals for name, goals in act.goals.items() if name in GOALS_OF_DAILY_LIFE}
    return msgspec.structs.replace(act, **changed)


@dataclass(frozen=True, slots=True)
class Identified:
    """Who a number belongs to, for somebody about to start a course: no more than tells one from another."""

    person: str
    name: str
    born_on: date | None


def identify(
    actor: Actor, system: str, value: str, *, channel: str = "api", at: datetime | None = None
) -> Identified | None:
    """The person with this number, after the look is logged; None when nobody here has it.

    Raises NotFound for those who may not open a course.
    """
    if not access.may(actor, "course_opened", frozenset({"any"})) or not actor.organisation:
        raise NotFound
    storable(value)
    instant = at or clocks.now()
    try:
        person = Person.objects.get(id=person_of(system, value, clocks.local_day(instant)))
    except NotFound:
        return None
    log(actor, [Seen(person.id, None, "start")], "identify", channel=channel, at=instant)
    return Identified(person.id, person.name, person.born_on)


def take_emergency_access(
    actor: Actor, system: str, value: str, reason: str, *, key: str, at: datetime | None = None
) -> Receipt:
    """Short access without a care relationship, with a reason; it stands in the citizen's log and in the journal."""
    instant = present(at)
    today = clocks.local_day(instant)
    if not access.may(actor, "emergency_access", frozenset({"any"})) or not actor.organisation:
        raise NotFound
    storable(value, reason)
    check_key(key)
    if not reason.strip():
        raise Refused("missing", "nødadgang kræver en begrundelse.", "emergency access needs a reason.")
    people = same_person(person_of(system, value, today))
    row = Course.objects.filter(person_id__in=people, ended_on=None).first()
    if row is None:
        raise NotFound
    log(actor, [Seen(row.person_id, row.id, "emergency")], "emergency", reason=reason, at=instant)
    until = today + timedelta(days=clocks.LIMITS.emergency_access_days)
    granted = acts.AccessGranted(actor.organisation, "emergency", PARTS, until, reason)
    return append_emergency(actor, row.id, granted, key=key, at=instant)


def why_may(actor: Actor, course: str, asked_by: Actor, *, at: datetime | None = None) -> Phrase:
    """In words, to the citizen or somebody who sees the course: why may this actor see it?"""
    see_course(asked_by, course, what="why_may", at=at)
    row, entries = Course.objects.get(id=course), entries_of(course)
    return access.why_may(actor, _standing(actor, row, entries, _present(entries, at)))


@dataclass(frozen=True, slots=True)
class LookLine:
    """One line of the citizen's own access log, in words."""

    at: datetime
    actor: str
    role: str
    organisation: str | None
    what: str
    basis: str
    reason: str | None


def see_access_log(
    actor: Actor, *, channel: str = "api", reason: str | None = None, at: datetime | None = None
) -> list[LookLine]:
    """Who has looked at my data, when, where from, and why. The newest first. Only to the citizen."""
    if actor.role != "citizen" or actor.person is None:
        raise NotFound
    people = same_person(actor.person)
    log(actor, [Seen(actor.person, None, "self")], "access_log", channel=channel, reason=reason, at=at)
    looks = list(Look.objects.filter(person__in=people).order_by("-seq"))
    who = {look.actor for look in looks}
    names = dict(Person.objects.filter(id__in=who).values_list("id", "name"))
    names |= dict(Professional.objects.filter(id__in=who).values_list("id", "name"))
    return [_line(look, names) for look in looks]


def _line(look: Look, names: dict[str, str]) -> LookLine:
    place = organisation_name(look.organisation, clocks.local_day(look.at)) if look.organisation else None
    return LookLine(look.at, names.get(look.actor, look.actor), look.role, place, look.what, look.basis, look.reason)
