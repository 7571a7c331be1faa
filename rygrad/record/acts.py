"""The closed list of journal entries: each act with its typed, versioned body.

A body is frozen, refuses fields it does not know, and is written as canonical JSON. What the words in it may be
(facts, groups, efforts, items) is checked against the content in ``wording``.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct

from rygrad.record.accessacts import AccessGranted as AccessGranted
from rygrad.record.accessacts import AccessRevoked as AccessRevoked
from rygrad.record.accessacts import PartBlocked as PartBlocked
from rygrad.record.accessacts import PartUnblocked as PartUnblocked
from rygrad.record.accessacts import PersonsLinked as PersonsLinked
from rygrad.record.accessacts import PersonsUnlinked as PersonsUnlinked
from rygrad.record.act import Act as Act
from rygrad.record.act import Effect, Part, Profession, Speaker
from rygrad.record.refusals import Refused

_WRITE = msgspec.json.Encoder(order="sorted")


class CourseOpened(Act, frozen=True, forbid_unknown_fields=True):
    """A course begins. ``own_gp`` is the organisation of own GP; ``holder`` the one accountable from now on."""

    holder: str
    own_gp: str
    previous_course: str | None = None
    previous_ended_on: date | None = None


class FactsRecorded(Act, frozen=True, forbid_unknown_fields=True):
    """Answers and findings, true of the entry's day. ``not_known``: asked, and answered "don't know"."""

    PART = "clinical"
    facts: dict[str, Any]
    said_by: Speaker
    not_known: tuple[str, ...] = ()


class AlarmRaised(Act, frozen=True, forbid_unknown_fields=True):
    """Somebody raises an alarm: the signs that are there, and a word on it."""

    PART = "clinical"
    facts: dict[str, Any]
    said_by: Speaker
    note: str = ""


class AlarmClarified(Act, frozen=True, forbid_unknown_fields=True):
    """A named clinician has clarified these signs or suspicions (R19), and found this."""

    PART = "clinical"
    facts: tuple[str, ...]
    finding: str


class Decided(Struct, frozen=True, forbid_unknown_fields=True):
    """The decision a confirmation stood on: facts and date in, and the decision out, to be replayed to the byte."""

    as_of: date
    facts: dict[str, Any]
    decision: dict[str, Any]


class GroupConfirmed(Act, frozen=True, forbid_unknown_fields=True):
    """A person confirms the group; ``reason`` when several were possible or an earlier one is left."""

    group: str
    reason: str = ""
    decided: Decided | None = None


class GroupDeclined(Act, frozen=True, forbid_unknown_fields=True):
    """A person declines the proposed group, with a reason."""

    group: str
    reason: str


class PlanConfirmed(Act, frozen=True, forbid_unknown_fields=True):
    """The plan: interventions, who acts, and goals under the three headings of GEN-7."""

    interventions: tuple[str, ...]
    actors: tuple[str, ...] = ()
    goals: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  (a Struct copies its defaults)
    note: str = ""
    decided: Decided | None = None


class HistoryReceived(Act, frozen=True, forbid_unknown_fields=True):
    """What had happened before the course came here, as another system told it; no step of ours.

    ``source`` says which system and what it sent; ``not_understood`` what of it could not be read, in words. ``group``
    is what was confirmed there: here a person confirms it anew, once the signs are asked.
    """

    PART = "clinical"
    source: str
    group: str = ""
    plan_confirmed_on: date | None = None
    first_treatment_on: date | None = None
    effects: dict[Profession, Effect] = {}  # noqa: RUF012
    reassessed_on: date | None = None
    returned_to_gp_on: date | None = None
    clarified: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()


class InformationGiven(Act, frozen=True, forbid_unknown_fields=True):
    """Which items of information were given, and to whom."""

    items: tuple[str, ...]
    to: Literal["citizen", "relative"] = "citizen"


class InformationRead(Act, frozen=True, forbid_unknown_fields=True):
    """The citizen has read these items of information."""

    items: tuple[str, ...]


class TreatmentStarted(Act, frozen=True, forbid_unknown_fields=True):
    """The first treatment by this profession."""

    profession: Profession


class Visit(Act, frozen=True, forbid_unknown_fields=True):
    """One visit; ``note`` is the clinician's own."""

    PART = "clinical"
    profession: Profession
    note: str = ""


class TreatmentEnded(Act, frozen=True, forbid_unknown_fields=True):
    """The treatment ends; ``visits`` is how many there were."""

    profession: Profession
    visits: int


class ScoresRecorded(Act, frozen=True, forbid_unknown_fields=True):
    """One measurement (NRS, RMDQ, PSFS), with the number of items the form had."""

    PART = "scores"
    instrument: str
    value: float
    said_by: Speaker
    items: int | None = None


class EffectJudged(Act, frozen=True, forbid_unknown_fields=True):
    """The professional's verdict on the effect (R5)."""

    profession: Profession
    effect: Effect
    note: str = ""


class EffectFelt(Act, frozen=True, forbid_unknown_fields=True):
    """How the citizen finds that it goes; the verdict on the effect stays the professional's (R5)."""

    PART = "clinical"
    felt: Literal["better", "same", "worse", "not_known"]


class Reassessed(Act, frozen=True, forbid_unknown_fields=True):
    """The reassessment; ``note`` says what was found."""

    note: str = ""


class Need(Struct, frozen=True, forbid_unknown_fields=True):
    """The sender's assessment of the need for one effort."""

    need: Literal["needed", "not_needed", "unsure"]
    why: str = ""


class ReturnedToGp(Act, frozen=True, forbid_unknown_fields=True):
    """Returned to own GP with the assessment of need for each listed effort (G2-R, R6).

    ``letter`` is the letter as sent (in version 2). It is frozen: the entry's hash covers it.
    """

    SCHEMA = 2
    needs: dict[str, Need]
    note: str = ""
    decided: Decided | None = None
    letter: str = ""


class EffortDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """Own GP's decision on one effort; declining or waiting has a reason."""

    decision: Literal["accepted", "declined", "waiting"]
    reason: str = ""


class GpDecided(Act, frozen=True, forbid_unknown_fields=True):
    """Own GP decides per effort (R6)."""

    efforts: dict[str, EffortDecision]
    decided: Decided | None = None


class ReferralSent(Act, frozen=True, forbid_unknown_fields=True):
    """A referral to an effort's receiver, who may see ``parts`` (the record fills them in by the receiver's kind).

    ``outside_programme`` is the reason when the effort is not open. ``letter`` is the letter as sent (in version 2).
    It is frozen: the entry's hash covers it.
    """

    SCHEMA = 2
    referral: str
    effort: str
    to: str
    question: str
    urgency: Literal["routine", "soon"] = "routine"
    outside_programme: str = ""
    parts: tuple[Part, ...] = ()
    letter: str = ""


class ReferralReceived(Act, frozen=True, forbid_unknown_fields=True):
    """The receiver has it."""

    referral: str


class ReferralAccepted(Act, frozen=True, forbid_unknown_fields=True):
    """The receiver takes it, and (in version 2) says which of its offers the citizen is given."""

    SCHEMA = 2
    referral: str
    offer: str = ""


class ReferralRefused(Act, frozen=True, forbid_unknown_fields=True):
    """The receiver does not take it: why, and what instead."""

    referral: str
    reason: str
    alternative: str


class ReferralBooked(Act, frozen=True, forbid_unknown_fields=True):
    """The citizen has a time."""

    referral: str
    booked_on: date


class ReferralDone(Act, frozen=True, forbid_unknown_fields=True):
    """What was asked for has been done."""

    referral: str


class ReferralAnswered(Act, frozen=True, forbid_unknown_fields=True):
    """The answer back: the loop is closed."""

    PART = "clinical"
    referral: str
    answer: str


class ReferralSettled(Act, frozen=True, forbid_unknown_fields=True):
    """What came back is read and acted on by the one accountable: this refusal or answer asks for nothing more."""

    referral: str


class MessageToGp(Act, frozen=True, forbid_unknown_fields=True):
    """A message to own GP on start, plan or end, or another matter."""

    PART = "clinical"
    about: Literal["start", "plan", "end", "other"]
    text: str


class HolderChanged(Act, frozen=True, forbid_unknown_fields=True):
    """Another organisation is accountable for the course from now on."""

    to: str
    reason: str


class CourseEnded(Act, frozen=True, forbid_unknown_fields=True):
    """The course ends with an outcome; ``other`` has a reason."""

    outcome: str
    reason: str = ""


class Correction(Act, frozen=True, forbid_unknown_fields=True):
    """Another entry is put right: ``body`` stands instead of it, or nothing does. The original stays readable."""

    corrects: str
    reason: str
    body: dict[str, Any] | None = None


ACTS: dict[str, type[Act]] = {
    "course_opened": CourseOpened,
    "facts_recorded": FactsRecorded,
    "alarm_raised": AlarmRaised,
    "alarm_clarified": AlarmClarified,
    "group_confirmed": GroupConfirmed,
    "group_declined": GroupDeclined,
    "plan_confirmed": PlanConfirmed,
    "history_received": HistoryReceived,
    "information_given": InformationGiven,
    "information_read": InformationRead,
    "treatment_started": TreatmentStarted,
    "visit": Visit,
    "treatment_ended": TreatmentEnded,
    "scores_recorded": ScoresRecorded,
    "effect_judged": EffectJudged,
    "effect_felt": EffectFelt,
    "reassessed": Reassessed,
    "returned_to_gp": ReturnedToGp,
    "gp_decided": GpDecided,
    "referral_sent": ReferralSent,
    "referral_received": ReferralReceived,
    "referral_accepted": ReferralAccepted,
    "referral_refused": ReferralRefused,
    "referral_booked": ReferralBooked,
    "referral_done": ReferralDone,
    "referral_answered": ReferralAnswered,
    "referral_settled": ReferralSettled,
    "message_to_gp": MessageToGp,
    "holder_changed": HolderChanged,
    "course_ended": CourseEnded,
    "correction": Correction,
    "persons_linked": PersonsLinked,
    "persons_unlinked": PersonsUnlinked,
    "access_granted": AccessGranted,
    "access_revoked": AccessRevoked,
    "part_blocked": PartBlocked,
    "part_unblocked": PartUnblocked,
}
NAMES = {kind: name for name, kind in ACTS.items()}
# Made here, before there is a thread: msgspec 0.22 crashes the process when two threads are the first to read one form.
_READ = {kind: msgspec.json.Decoder(kind) for kind in NAMES}
ON_A_PERSON = frozenset({"persons_linked", "persons_unlinked"})
LONGEST_TEXT = 65_536


def written(act: Act) -> str:
    """The body as canonical JSON: keys sorted, no spaces, UTF-8 as it came."""
    return _WRITE.encode(act).decode()


def read(name: str, body: str | bytes | Mapping[str, Any]) -> Act:
    """The act of this name from its JSON text or plain data; Refused with the field when it has not this form."""
    kind = ACTS.get(name)
    if kind is None:
        raise Refused("unknown_act", "ukendt indførsel.", "unknown entry.", known=", ".join(ACTS))
    try:
        if isinstance(body, str | bytes):
            return _READ[kind].decode(body)
        return msgspec.convert(body, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as problem:
        where = str(problem).rpartition("`$.")[2].rstrip("`") if "`$." in str(problem) else ""
        raise Refused(
            "wrong_form", f"{name}: formen er forkert{_at(where)}.", f"{name}: wrong form{_at(where)}."
        ) from None


def _at(where: str) -> str:
    return f" ({where})" if where else ""
