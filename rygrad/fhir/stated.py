"""What each resource of another system states about a citizen, one statement at a time. Pure; nothing is guessed.

Every resource ends as statements, as something not read (with why), or as not there (refuted, entered in error, over).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rygrad.decision.dates import LATEST, Interval, add_months, read_day
from rygrad.decision.facts import read_facts
from rygrad.fhir.names import CANONICAL, DATA_ABSENT, ICPC2, SKS_D
from rygrad.fhir.observed import ANSWERS, FACTS, NotUnderstood, fact_name, fact_of
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record.clocks import local_day

# Danish systems with the names other systems know them by: HL7's own for ICPC-2, and the SKS without its D.
_ICPC2 = (ICPC2, "http://hl7.org/fhir/sid/icpc-2", "urn:oid:2.16.840.1.113883.6.139")
_SKS = (SKS_D, "urn:oid:1.2.208.176.2.4")
BACK_PAIN = frozenset(
    (
        *((system, code) for system in _ICPC2 for code in ("L02", "L03", "L83", "L84", "L86")),
        *((system, code) for system in _SKS for code in ("DM511", "DM542", "DM543", "DM544", "DM545")),
    )
)
"""The diagnoses that say that the pain is triggered by the back; any other code says nothing of it."""

_GONE = ("entered-in-error", "cancelled")
_SAID = ("final", "amended", "corrected", "preliminary", "registered")
_OVER = ("inactive", "remission", "resolved")
_THERE = ("active", "recurrence", "relapse")
_SHOWABLE = re.compile(r"[A-Za-z0-9._-]{1,20}")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_LONGEST_LIFE = 120

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was true: the earliest day it may mean, the instant where one is given, and when it was issued."""

    day: date | None = None
    at: datetime | None = None
    issued: datetime | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as one resource states it. ``value`` None: asked and not known, or (``is_read`` false) not readable.

    ``is_current``: it speaks of now, however long ago it was written (an active diagnosis, an age).
    """

    fact: str
    value: Any
    when: Moment
    type: str
    id: str
    is_read: bool = True
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class NotRead:
    """What was there and could not be used. ``fact`` when it was about one. Nothing of it is read as "no"."""

    type: str
    id: str
    why: Phrase
    fact: str = ""


Found = Iterator[Statement | NotRead]


def stated(pathway: Pathway, resource: Resource, as_of: date, patient: str | None = None) -> Found:
    """What a resource states, checked: a value that is not possible is not read. A Bundle states what its entries do.

    ``patient`` is the id (or whole reference) of the citizen it must be about; None: it is not looked at.
    """
    kind, found = _named(resource)
    reader = _READERS.get(kind)
    if reader is None:
        yield NotRead(kind, found, Phrase("den slags oplysning læses ikke her", "that kind is not read here"))
    elif not _is_about(resource, patient):
        yield NotRead(kind, found, Phrase("handler om en anden borger", "is about another citizen"))
    elif resource.get("modifierExtension"):
        yield NotRead(kind, found, Phrase("har en udvidelse, der ændrer meningen", "an extension changes its meaning"))
    else:
        for one in reader(pathway, resource, as_of, patient):
            yield from _checked(pathway, one, as_of) if isinstance(one, Statement) else (one,)


def _named(resource: Resource) -> tuple[str, str]:
    kind, found = resource.get("resourceType"), resource.get("id")
    is_kind = isinstance(kind, str) and kind.isascii() and kind.isalpha()
    return str(kind)[:64] if is_kind else "?", found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _is_about(resource: Resource, patient: str | None) -> bool:
    if patient is None or resource.get("resourceType") in ("Bundle", "OperationOutcome"):
        return True
    if resource.get("resourceType") == "Patient":
        return patient == resource.get("id")
    subject = resource.get("subject")
    reference = subject.get("reference") if isinstance(subject, Mapping) else None
    if not isinstance(reference, str):
        return True
    whole = reference.partition("/_history/")[0]
    return patient in (whole, whole.rpartition("/")[2])


def _checked(pathway: Pathway, one: Statement, as_of: date) -> Found:
    """The statement, when its day has come and its value is possible; else why it is not read, and that it was made."""
    if one.when.day and one.when.day > as_of:
        yield NotRead(one.type, one.id, Phrase("er dateret efter i dag", "is dated after today"), one.fact)
        return
    try:
        read_facts(pathway, {one.fact: one.value}, as_of)
    except RygradError:
        yield from _unread(one.fact, one.when, one.type, one.id, _IMPOSSIBLE)
    else:
        yield one


_IMPOSSIBLE = Phrase("værdien er ikke mulig for faktumet", "the value is not possible for the fact")


def _unread(fact: str, when: Moment, kind: str, found: str, why: Phrase) -> Found:
    yield Statement(fact, None, when, kind, found, is_read=False)
    yield NotRead(kind, found, why, fact)


def _observation(pathway: Pathway, resource: Resource, as_of: date, patient: str | None) -> Found:
    kind, found = _named(resource)
    if resource.get("status") in _GONE:
        return
    when = _moment(resource)
    try:
        if resource.get("status") not in _SAID:
            raise NotUnderstood(Phrase("status mangler eller er ukendt", "the status is missing or unknown"))
        name, value = fact_of(pathway, resource)
    except NotUnderstood as problem:
        name = fact_name(resource)
        known = name if name in pathway.facts else ""
        yield from _unread(known, when, kind, found, problem.why) if known else (NotRead(kind, found, problem.why),)
        return
    if pathway.facts[name].kind == "scores" and value is not None:
        value = [{**value, "on": when.day}]
    if name == "clarified_alarms" and _is_by_the_citizen(resource):
        yield NotRead(kind, found, _CLINICIAN_ONLY, name)
        return
    yield Statement(name, value, when, kind, found)


_CLINICIAN_ONLY = Phrase("kun en kliniker kan afklare et alarmtegn", "only a clinician can clarify an alarm sign")


def _is_by_the_citizen(resource: Resource) -> bool:
    performers = [one.get("reference") for one in _mappings(resource.get("performer"))]
    return bool(performers) and all(
        isinstance(one, str) and one.rpartition("/")[0].rpartition("/")[2] in ("Patient", "RelatedPerson")
        for one in performers
    )


def _moment(resource: Resource) -> Moment:
    """An Observation's effective time, and when it was issued; the latter alone where there is no other."""
    period = resource.get("effectivePeriod")
    ends = (period.get("end"), period.get("start")) if isinstance(period, Mapping) else ()
    issued = _instant(resource.get("issued"))
    for text in (resource.get("effectiveDateTime"), resource.get("effectiveInstant"), *ends):
        if days := _days(text):
            return Moment(days.earliest, _instant(text), issued)
    return Moment(local_day(issued) if issued else None, issued, issued)


def _questionnaire_response(pathway: Pathway, resource: Resource, as_of: date, patient: str | None) -> Found:
    kind, found = _named(resource)
    if resource.get("status") in (*_GONE, "stopped"):
        return
    asked = resource.get("questionnaire")
    if not isinstance(asked, str) or not asked.startswith(f"{CANONICAL}/Questionnaire/"):
        yield NotRead(kind, found, Phrase("er svar på et andet spørgeskema", "answers another questionnaire"))
        return
    authored = resource.get("authored")
    days, instant = _days(authored), _instant(authored)
    when = Moment(days.earliest if days else None, instant)
    for item in _items(resource):
        yield from _item(pathway, item, when, (kind, found), is_done=resource.get("status") in ("completed", "amended"))


def _items(resource: Resource) -> Iterator[Resource]:
    """Every item with an answer, of groups too, in order; without recursion, for depth is the sender's."""
    waiting = list(reversed(_mappings(resource.get("item"))))
    while waiting:
        item = waiting.pop()
        waiting += reversed(_mappings(item.get("item")))
        if _mappings(item.get("answer")):
            yield item


def _item(pathway: Pathway, item: Resource, when: Moment, named: tuple[str, str], *, is_done: bool) -> Found:
    fact = item.get("linkId")
    if not isinstance(fact, str) or fact not in pathway.facts:
        yield NotRead(*named, Phrase("spørgsmålet er ikke blandt programmets fakta", "the question is not a fact"))
    elif fact == "clarified_alarms":
        yield NotRead(*named, _CLINICIAN_ONLY, fact)
    elif not is_done:
        yield Statement(fact, None, when, *named)
    else:
        kind, answers = pathway.facts[fact].kind, _mappings(item.get("answer"))
        told = {"code": {"coding": [{"system": FACTS, "code": fact}]}, **_as_observed(kind, answers)}
        try:
            value = fact_of(pathway, told)[1]
        except NotUnderstood as problem:
            yield from _unread(fact, when, *named, problem.why)
        else:
            is_score = kind == "scores" and value is not None
            yield Statement(fact, [{**value, "on": when.day}] if is_score else value, when, *named)


def _as_observed(kind: str, answers: list[Resource]) -> dict[str, Any]:
    """An item's answers in the form an Observation has them."""
    codings = [one["valueCoding"] for one in answers if isinstance(one.get("valueCoding"), Mapping)]
    if any(coding.get("system") == DATA_ABSENT for coding in codings):
        return {"dataAbsentReason": {"coding": codings}}
    if kind in ("several", "facts") and codings:
        return {"component": [{"code": {"coding": [coding]}, "valueBoolean": True} for coding in codings]}
    if kind == "date" and len(answers) == 2 and all("valueDate" in one for one in answers):
        return {"valuePeriod": {"start": answers[0]["valueDate"], "end": answers[1]["valueDate"]}}
    if len(answers) != 1:
        return {}
    if codings:
        return {"valueCodeableConcept": {"coding": [c for c in codings if c.get("system") == ANSWERS]}}
    (only,) = answers
    if "valueDate" in only:
        return {"valueDateTime": only["valueDate"]}
    if "valueDecimal" in only:
        return {"valueInteger": only["valueDecimal"]}
    return dict(only)


def _condition(pathway: Pathway, resource: Resource, as_of: date, patient: str | None) -> Found:
    kind, found = _named(resource)
    verified, clinical = _code(resource.get("verificationStatus")), _code(resource.get("clinicalStatus"))
    is_over = clinical in _OVER or any(name.startswith("abatement") for name in resource)
    if verified in ("refuted", *_GONE) or is_over:
        return
    codes = [(one.get("system"), one.get("code")) for one in _codings(resource.get("code"))]
    if not any(one in BACK_PAIN for one in codes if all(isinstance(part, str) for part in one)):
        yield NotRead(kind, found, _unmapped(codes))
    elif verified not in ("", "confirmed") or clinical not in ("", *_THERE):
        yield NotRead(kind, found, Phrase("diagnosen er ikke bekræftet", "the diagnosis is not confirmed"))
    else:
        recorded = _days(resource.get("recordedDate"))
        when = Moment(recorded.earliest if recorded else None, _instant(resource.get("recordedDate")))
        yield Statement(_COVERED, "yes", when, kind, found, is_current=True)
        yield from _onset(resource, when, as_of)


_COVERED, _ONSET = "back_triggered_pain", "onset_on"


def _unmapped(codes: list[tuple[Any, Any]]) -> Phrase:
    """Says the code, where it has the form of one; the code is the sender's own, and goes back to the sender."""
    shown = [code for _, code in codes if isinstance(code, str) and _SHOWABLE.fullmatch(code)]
    named = f" {shown[0]}" if shown else ""
    return Phrase(f"koden{named} siger ikke, om smerten er rygudløst", f"the code{named} does not say back pain")


def _onset(resource: Resource, when: Moment, as_of: date) -> Found:
    kind, found = _named(resource)
    named = [name for name in resource if name.startswith("onset") and resource[name] is not None]
    if not named:
        return
    days = _days(resource.get("onsetDateTime")) or _within(resource.get("onsetPeriod"), as_of)
    if days is None:
        yield NotRead(kind, found, Phrase("begyndelsen har ingen dato", "the onset has no date"), _ONSET)
        return
    latest = max(days.earliest, min(days.latest, as_of))
    value = {"earliest": days.earliest, "latest": latest} if latest != days.earliest else days.earliest
    yield Statement(_ONSET, value, when, kind, found, is_current=True)


def _within(period: Any, as_of: date) -> Interval | None:
    """It began on some day of this period, which may still run; None without a first day."""
    if not isinstance(period, Mapping) or not (start := _days(period.get("start"))):
        return None
    end = period.get("end")
    last = _days(end) if end is not None else Interval(as_of, as_of)
    return Interval(start.earliest, last.latest) if last and last.latest >= start.earliest else None


def _patient(pathway: Pathway, resource: Resource, as_of: date, patient: str | None) -> Found:
    kind, found = _named(resource)
    born = _days(resource.get("birthDate"))
    if resource.get("birthDate") is None:
        return
    ages = {_age(day, as_of) for day in (born.earliest, born.latest)} if born else set()
    if len(ages) != 1 or not 0 <= (age := ages.pop()) <= _LONGEST_LIFE:
        why = Phrase("fødselsdatoen giver ingen sikker alder", "the date of birth gives no certain age")
        yield NotRead(kind, found, why, "age_years")
        return
    yield Statement("age_years", age, Moment(as_of), kind, found, is_current=True)


def _age(born: date, as_of: date) -> int:
    return as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


def _bundle(pathway: Pathway, resource: Resource, as_of: date, patient: str | None) -> Found:
    for entry in _mappings(resource.get("entry")):
        inner = entry.get("resource")
        if isinstance(inner, Mapping) and inner.get("resourceType") == "Bundle":
            yield NotRead(
                *_named(inner), Phrase("en samling i en samling læses ikke", "a Bundle in a Bundle is not read")
            )
        elif isinstance(inner, Mapping):
            yield from stated(pathway, inner, as_of, patient)


def _outcome(pathway: Pathway, resource: Resource, as_of: date, patient: str | None) -> Found:
    if any(one.get("severity") != "information" for one in _mappings(resource.get("issue"))):
        why = Phrase("afsenderen kunne ikke hente alle data", "the sender could not get all data")
        yield NotRead(*_named(resource), why)


Reader = Callable[[Pathway, Resource, date, str | None], Found]
_READERS: dict[str, Reader] = {
    "Observation": _observation,
    "QuestionnaireResponse": _questionnaire_response,
    "Condition": _condition,
    "Patient": _patient,
    "Bundle": _bundle,
    "OperationOutcome": _outcome,
}


def _mappings(value: Any) -> list[Resource]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _codings(concept: Any) -> list[Resource]:
    return _mappings(concept.get("coding")) if isinstance(concept, Mapping) else []


def _code(concept: Any) -> str:
    """The first code of a status; empty when there is none, ``?`` when it is there and cannot be read."""
    code = next((one.get("code") for one in _codings(concept)), "" if concept is None else "?")
    return code if isinstance(code, str) else "?"


def _instant(value: Any) -> datetime | None:
    """An instant with its time zone; None for a day, or anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _days(value: Any) -> Interval | None:
    """The local days a FHIR date, dateTime or instant may mean: a year, a month, or one day; None for no date."""
    if not isinstance(value, str):
        return None
    if "T" in value:
        instant = _instant(value)
        day = _local(instant) if instant else None
        return Interval(day, day) if day else None
    if day := read_day(value):
        return Interval(day, day)
    if not (parts := _PARTIAL.fullmatch(value)):
        return None
    first = read_day(f"{parts[1]}-{parts[2] or '01'}-01")
    months = 1 if parts[2] else 12
    return Interval(first, min(add_months(first, months) - timedelta(days=1), LATEST)) if first else None


def _local(instant: datetime) -> date | None:
    try:
        return read_day(local_day(instant))
    except (OverflowError, ValueError):
        return None
