"""``append``: the one way into the journal. Checked, chained, projected and stored at once, or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from rygrad.decision.decision import ENGINE
from rygrad.record import access, acts, clocks
from rygrad.record.act import PARTS, Part
from rygrad.record.actor import Actor
from rygrad.record.acts import NAMES, Act, read, written
from rygrad.record.chain import ENTRY_COLUMNS, extend, head, is_erased
from rygrad.record.contents import Programme, activation, programme
from rygrad.record.corrections import check_correction
from rygrad.record.coursefile import CourseFile, Recorded
from rygrad.record.directory import check_offered
from rygrad.record.fold import add, fold
from rygrad.record.identity import new_id, same_person
from rygrad.record.models import Activation, Course, Entry, Head, Organisation, Person
from rygrad.record.projection import project_course, project_relations, project_tasks, relations_of, rules
from rygrad.record.refusals import KeyReused, NotFound, Refused, StaleVersion, VersionMissing
from rygrad.record.steps import NotAllowed, Step, check_step
from rygrad.record.storage import insert, rows, writing
from rygrad.record.within import is_near
from rygrad.record.wording import storable

_LONGEST_KEY = 200
_MUNICIPAL = ("municipality", "employment_service")
_CONFIRMS = (acts.GroupConfirmed, acts.PlanConfirmed, acts.ReturnedToGp, acts.GpDecided)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was acknowledged: the course, its version now, and the entries of this write. ``again``: it was a retry."""

    course: str
    version: int
    entries: tuple[str, ...]
    again: bool = False


def append(
    actor: Actor,
    course: str,
    new: Sequence[Act],
    *,
    expected_version: int | None,
    key: str,
    valid_on: date | None = None,
    purpose: str = "care",
    at: datetime | None = None,
) -> Receipt:
    """Record these acts, all or none, on a course that was read at ``expected_version``.

    ``key`` makes a retry count once. ``valid_on`` is the local day they are true of (today when None). ``at`` is the
    clock, for tests and simulations. Raises NotFound to strangers, VersionMissing, StaleVersion, KeyReused, Refused
    with the legal steps, StorageFull, StorageFailed.
    """
    if expected_version is None:
        raise VersionMissing
    return _append(actor, course, new, expected_version, key, valid_on, purpose, at or clocks.now())


def append_emergency(actor: Actor, course: str, granted: acts.AccessGranted, *, key: str, at: datetime) -> Receipt:
    """Record emergency access for somebody who cannot have read the course. The door logs it first."""
    return _append(actor, course, [granted], None, key, None, "emergency", at)


def _append(
    actor: Actor,
    course: str,
    new: Sequence[Act],
    expected_version: int | None,
    key: str,
    valid_on: date | None,
    purpose: str,
    at: datetime,
) -> Receipt:
    storable(course, purpose)
    with writing():
        earlier = _acknowledged(actor, key, new, valid_on)
        if earlier and earlier.course != course:
            raise KeyReused
        if earlier:
            return earlier
        if expected_version is not None and not is_near(actor, course):
            raise NotFound
        found = rows(Course, "SELECT * FROM record_course WHERE id = %s", course)
        if not found:
            raise NotFound
        write = _Write(actor, found[0], key, purpose, at, valid_on)
        if expected_version is None:
            write.is_emergency = True
            return write.record(new)
        if write.standing().is_stranger:
            raise NotFound
        if write.file.version != expected_version:
            raise StaleVersion(write.file.version)
        return write.record(new)


def open_course(
    actor: Actor,
    person: str,
    opened: acts.CourseOpened,
    more: Sequence[Act] = (),
    *,
    key: str,
    valid_on: date | None = None,
    at: datetime | None = None,
    course: str | None = None,
) -> Receipt:
    """Open a course for a person, and record more in the same write. Raises as ``append`` does.

    Refused while the person has an open course; one that ended is named in the new one, and within 12 months makes
    the back problems recurring (R4).
    """
    if not access.may(actor, "course_opened", frozenset({"any"})):
        raise NotAllowed
    storable(person, course)
    with writing():
        people = same_person(person)
        before = Course.objects.filter(person_id__in=people).order_by("opened_at")
        ended = [c for c in before if c.ended_on is not None]
        last, ended_on = (ended[-1].id, ended[-1].ended_on) if ended else (None, None)
        opened = msgspec.structs.replace(opened, previous_course=last, previous_ended_on=ended_on)
        earlier = _acknowledged(actor, key, [opened, *more], valid_on)
        if earlier and not before.filter(id=earlier.course).exists():
            raise KeyReused
        if earlier:
            return earlier
        if not rows(Person, "SELECT id FROM record_person WHERE id = %s", person):
            raise NotFound
        if len(ended) < len(before):
            raise Refused("course_open", "borgeren har et åbent forløb.", "the citizen has an open course.")
        instant = at or clocks.now()
        row = Course(id=course or new_id("c"), person_id=person, opened_at=instant, version=0, state="none")
        insert([row])
        return _Write(actor, row, key, "care", instant, valid_on).record([opened, *more])


def entries_of(stream: str) -> list[Recorded]:
    """The entries of a course (or of a person's own), in order."""
    return list(map(recorded, rows(Entry, "SELECT * FROM record_entry WHERE stream = %s ORDER BY version", stream)))


def recorded(row: Entry) -> Recorded:
    """A stored entry with its body read."""
    return Recorded(
        row.seq,
        row.id,
        row.version,
        row.type,
        read(row.type, row.body),
        row.valid_on,
        row.recorded_at,
        row.actor,
        row.role,
        row.organisation,
        row.content_sha256,
    )


def next_instant(at: datetime, last: Head, activated: Activation | None) -> datetime:
    """The instant a write is recorded at: the clock's, but always after the journal's head and the last activation."""
    earlier = [instant for instant in (last.at, activated and activated.at) if instant]
    return max([at, *(instant + timedelta(microseconds=1) for instant in earlier)])


def check_key(key: str) -> None:
    """Refused when an idempotency key is missing, longer than 200 characters, or has characters it may not have."""
    storable(key)
    if not key or len(key) > _LONGEST_KEY or "#" in key:
        raise Refused(
            "key", "nøglen (idempotency key) mangler eller kan ikke bruges.", "the key is missing or unusable."
        )


def acknowledged(actor: Actor, key: str) -> str:
    """The course on which this actor's write with this key was recorded; empty when there is none."""
    check_key(key)
    found = Entry.objects.filter(actor=actor.id, key=key).values_list("stream", flat=True).first()
    return found or ""


def _acknowledged(actor: Actor, key: str, new: Sequence[Act], valid_on: date | None) -> Receipt | None:
    """The receipt of an earlier write with this key; KeyReused when it wrote something else."""
    check_key(key)
    if not rows(Entry, "SELECT seq FROM record_entry WHERE actor = %s AND key = %s", actor.id, key):
        return None
    keys = [_numbered(key, number) for number in range(len(new) + 1)]
    there = list(Entry.objects.filter(actor=actor.id, key__in=keys).order_by("seq"))
    if any(is_erased(e.body) for e in there):
        raise KeyReused
    same_kinds = [e.type for e in there] == [NAMES[type(act)] for act in new]
    same_day = valid_on is None or all(e.valid_on == valid_on for e in there)
    if not (same_kinds and same_day and all(map(_same, there, new))):
        raise KeyReused
    return Receipt(there[-1].stream, there[-1].version, tuple(e.id for e in there), again=True)


def _same(entry: Entry, act: Act) -> bool:
    """The same but for what the record itself filled in."""
    return written(_as_given(read(entry.type, entry.body))) == written(_as_given(act))


def _as_given(act: Act) -> Act:
    filled = {"decided": None, "parts": (), "previous_course": None, "previous_ended_on": None}
    own = {
        name: value for name, value in filled.items() if hasattr(act, name) and not isinstance(act, acts.AccessGranted)
    }
    return msgspec.structs.replace(act, **own)


def _numbered(key: str, number: int) -> str:
    return key if number == 0 else f"{key}#{number + 1}"


class _Write:
    """One write on one course, inside its transaction."""

    def __init__(self, actor: Actor, row: Course, key: str, purpose: str, at: datetime, valid_on: date | None) -> None:
        self.actor, self.row, self.key, self.purpose = actor, row, key, purpose
        self.activation = activation()
        self.programme: Programme = programme(self.activation.content_id)
        self.head = head("journal")
        self.at = next_instant(at, self.head, self.activation)
        self.today = clocks.local_day(self.at)
        self.valid_on = valid_on or self.today
        self.is_emergency = False
        self.entries = entries_of(row.id)
        self.file: CourseFile = fold(self.entries, self.programme.signs)
        self.people = same_person(row.person_id)
        self.related = relations_of(self.file)

    def standing(self) -> access.Standing:
        """How the actor stands to the course now."""
        return access.standing(self.actor, self.people, self.file, self.today)

    def record(self, new: Sequence[Act]) -> Receipt:
        """Check each act against what the ones before it made of the course; then store and project them all."""
        made = [self._one(act, number, self.head.seq + 1) for number, act in enumerate(new)]
        extend(self.head, made, ENTRY_COLUMNS, self.at)
        insert(made)
        by = rules(self.file, self.programme, self.activation.at, self.today)
        project_course(self.row, self.file, by, self.at)
        if relations_of(self.file) != self.related:
            project_relations(self.row.id, self.file)
        project_tasks(self.row.id, self.file, by, self.at)
        return Receipt(self.row.id, self.file.version, tuple(row.id for row in made))

    def _one(self, act: Act, number: int, first: int) -> Entry:
        decision = self.programme.decide(self.file.facts(), self.today)
        step = Step(
            act,
            self.actor,
            self.file,
            decision,
            self.programme,
            self.standing(),
            self.today,
            self.valid_on,
            self.is_emergency,
        )
        check_step(step)
        if isinstance(act, acts.Correction):
            check_correction(step, act, self.entries, self.row.person_id)
        row = new_entry(
            self.actor,
            self._filled(act),
            stream=self.row.id,
            version=self.file.version + 1,
            key=_numbered(self.key, number),
            valid_on=self.valid_on,
            at=self.at,
            purpose=self.purpose,
            content=self.programme.sha256,
        )
        row.seq = first + number
        self.entries.append(recorded(row))
        if isinstance(act, acts.Correction):
            self.file = fold(self.entries, self.programme.signs)
        else:
            add(self.file, self.entries[-1])
        return row

    def _filled(self, act: Act) -> Act:
        """With what the record itself knows: the decision a confirmation stands on, the parts a receiver may see."""
        if isinstance(act, _CONFIRMS):
            return msgspec.structs.replace(act, decided=self.programme.decided(self.file.facts(), self.today))
        kind = _kind_of_receiver(act)
        if isinstance(act, acts.ReferralAccepted) and act.offer:
            referral = self.file.referrals[act.referral]
            check_offered(act.offer, referral.effort, referral.to, self.valid_on)
        if isinstance(act, acts.ReferralSent):
            return msgspec.structs.replace(act, parts=parts_of_receiver(kind))
        return act


def parts_of_receiver(kind: str) -> tuple[Part, ...]:
    """Which parts of the course a referral shows its receiver: municipal staff see plan and work, no clinical data."""
    return ("plan", "work") if kind in _MUNICIPAL else PARTS


def new_entry(
    actor: Actor,
    act: Act,
    *,
    stream: str,
    version: int,
    key: str,
    valid_on: date,
    at: datetime,
    purpose: str,
    content: str,
) -> Entry:
    """An entry to be chained and stored."""
    return Entry(
        stream=stream,
        version=version,
        id=new_id("e"),
        key=key,
        type=NAMES[type(act)],
        schema_version=act.SCHEMA,
        valid_on=valid_on,
        recorded_at=at,
        actor=actor.id,
        role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        organisation=actor.organisation,
        purpose=purpose,
        content_sha256=content,
        engine=ENGINE,
        body=written(act),
    )


def _kind_of_receiver(act: Act) -> str:
    """The kind of organisation an act hands something to; Refused when there is no such place (or relative)."""
    match act:
        case acts.CourseOpened():
            if _kind(act.own_gp) != "gp_practice":
                raise Refused("own_gp", "egen læge skal være en lægepraksis.", "own GP must be a GP practice.")
            return _clinical_kind(act.holder)
        case acts.HolderChanged():
            return _clinical_kind(act.to)
        case acts.AccessGranted(basis="sharing"):
            if not Person.objects.filter(id=act.to).exists():
                raise Refused("receiver", "den pårørende findes ikke.", "there is no such relative.")
        case acts.ReferralSent():
            kind = _kind(act.to)
            if kind == "region":
                raise Refused("receiver", "regionen modtager ingen henvisninger.", "the region receives no referrals.")
            return kind
        case acts.AccessGranted():
            return _kind(act.to)
    return ""


def _clinical_kind(organisation: str) -> str:
    """A holder sees everything, so it is one that treats: the municipality gets referrals, and what is consented to."""
    kind = _kind(organisation)
    if kind in (*_MUNICIPAL, "region"):
        raise Refused(
            "holder",
            "kommune og region kan ikke være ansvarlige for forløbet.",
            "neither municipality nor region can be the holder.",
        )
    return kind


def _kind(organisation: str) -> str:
    found = rows(Organisation, "SELECT * FROM record_organisation WHERE id = %s", organisation)
    if not found:
        raise Refused("receiver", "modtageren findes ikke.", "there is no such receiver.")
    return str(found[0].kind)


def batches(entries: Sequence[Recorded]) -> Iterator[list[Recorded]]:
    """The entries by write: those of one write share their instant, and no two writes do."""
    batch: list[Recorded] = []
    for entry in entries:
        if batch and batch[-1].recorded_at != entry.recorded_at:
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch
