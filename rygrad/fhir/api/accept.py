"""What is sent to us as FHIR, read into journal acts. What we cannot keep is named, never dropped unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rygrad.decision.dates import read_day
from rygrad.decision.facts import clarifiable
from rygrad.fhir.api.declined import Declined, wrong
from rygrad.fhir.names import DATA_ABSENT, code_system, extension
from rygrad.fhir.observed import ANSWERS, NotUnderstood, fact_name, fact_of
from rygrad.fhir.resources.referrals import PRIORITY, TASK_STATUS
from rygrad.fhir.resources.shown import Shown
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record import acts
from rygrad.record.act import Speaker
from rygrad.record.actor import Actor
from rygrad.record.acts import Act
from rygrad.record.coursefile import EFFECT_OF, Referral
from rygrad.record.signs import weight

# Elements that say nothing of their own here: what the server writes, what is only for reading, and who it is about.
_IGNORED = frozenset(
    {"resourceType", "id", "meta", "text", "language", "implicitRules", "subject", "for", "patient", "identifier"}
)
_KEPT = {
    "Observation": {"status", "code", "category", "effectiveDateTime", "issued", "performer", "extension", "component"}
    | {f"value{kind}" for kind in ("Boolean", "CodeableConcept", "Quantity", "Integer", "DateTime", "Period")}
    | {"dataAbsentReason", "note"},
    "QuestionnaireResponse": {"questionnaire", "status", "authored", "author", "source", "item", "extension"},
    "ServiceRequest": {
        *("status", "intent", "category", "priority", "code", "authoredOn", "requester", "performer", "note"),
        *("extension", "reasonReference"),
    },
    "Task": {
        *("status", "statusReason", "businessStatus", "intent", "code", "focus", "basedOn", "executionPeriod"),
        *("authoredOn", "lastModified", "requester", "owner", "restriction", "output", "extension"),
    },
    "Communication": {"status", "topic", "category", "payload", "recipient", "sender", "sent", "extension", "basedOn"},
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The acts of what was sent, the local day they are true of (today when None), and the fact it was about."""

    new: list[Act]
    valid_on: date | None = None
    about: str = ""


def check_kept(name: str, body: Mapping[str, Any], *, is_lenient: bool) -> list[str]:
    """The elements that are not kept: Declined (422) with their names, unless the sender is lenient about it."""
    others = sorted(set(body) - _KEPT[name] - _IGNORED)
    if "modifierExtension" in others or (others and not is_lenient):
        raise Declined(
            422,
            "not_kept",
            Phrase(f"det gemmes ikke her: {', '.join(others)}.", f"not kept here: {', '.join(others)}."),
            Phrase(
                "Udelad det, eller send Prefer: handling=lenient.", "Leave it out, or send Prefer: handling=lenient."
            ),
        )
    return others


def subject_of(body: Mapping[str, Any], element: str = "subject") -> str:
    """The id of the citizen a resource is about."""
    reference = body.get(element)
    said = reference.get("reference") if isinstance(reference, Mapping) else None
    kind, _, id = said.rpartition("/") if isinstance(said, str) else ("", "", "")
    if kind.rpartition("/")[2] != "Patient" or not id:
        raise wrong("subject", f"{element} skal være Patient/id.", f"{element} must be Patient/id.")
    return id


def observation(pathway: Pathway, body: Mapping[str, Any], actor: Actor) -> Accepted:
    """A fact, a measurement, a verdict, a reassessment or a first treatment; with the day it is true of."""
    if body.get("status") not in ("final", "amended", "corrected"):
        raise _rule("status", "kun endelige svar registreres (status final).", "only final ones are recorded (final).")
    valid_on = _day(body, "effectiveDateTime")
    try:
        name, value = fact_of(pathway, body)
    except NotUnderstood as problem:
        raise Declined(422, "not_understood", problem.why, _codes_hint(pathway)) from None
    act = _said(pathway, name, value, actor, _speaker(body, "performer"), _words(body.get("note")))
    return Accepted([act], _of(name, value) or valid_on, name)


def _of(name: str, value: Any) -> date | None:
    return read_day(value) if name in _STEPS and isinstance(value, str) else None


def _codes_hint(pathway: Pathway) -> Phrase:
    text = f"{code_system('facts')}: {', '.join(pathway.facts)}"
    return Phrase(text, text)


_EFFECTS = {fact: profession for profession, fact in EFFECT_OF.items()}
_STEPS = ("reassessed_on", "first_treatment_on")


def _said(pathway: Pathway, name: str, value: Any, actor: Actor, speaker: Speaker, note: str) -> Act:
    """The act one Observation is. A note goes with a sign that is raised or clarified, and with a verdict."""
    if name == "clarified_alarms" and value is not None:
        return acts.AlarmClarified(tuple(value), note)
    if name in _EFFECTS and value is not None:
        return acts.EffectJudged(_EFFECTS[name], value, note)  # type: ignore[arg-type]
    if note and name in clarifiable(pathway) and weight(value):
        return acts.AlarmRaised({name: value}, speaker, note)
    if note:
        raise _rule("not_kept", "note gemmes ikke med det svar.", "note is not kept with that answer.")
    if value is None:
        return acts.FactsRecorded({}, speaker, not_known=(name,))
    if pathway.facts[name].kind == "scores":
        return acts.ScoresRecorded(name, value["value"], speaker, value["items"])
    if name == "reassessed_on":
        return acts.Reassessed()
    if name == "first_treatment_on" and actor.role in EFFECT_OF:
        return acts.TreatmentStarted(actor.role)  # type: ignore[arg-type]
    return acts.FactsRecorded({name: value}, speaker)


def _speaker(body: Mapping[str, Any], element: str) -> Speaker:
    """Who said it: the citizen or a relative when they are named as such."""
    given = body.get(element)
    first = given[0] if isinstance(given, list) and given else given
    said = first.get("reference", "") if isinstance(first, Mapping) else ""
    kind = str(said).rpartition("/")[0].rpartition("/")[2]
    if kind == "Patient":
        return "citizen"
    return "relative" if kind == "RelatedPerson" else "professional"


def _day(body: Mapping[str, Any], element: str) -> date | None:
    """The local day of a date or instant; None when it is not said."""
    if element not in body:
        return None
    day = read_day(str(body[element])[:10])
    if day is None:
        raise wrong("date", f"{element} skal være en hel dato.", f"{element} must be a whole date.")
    return day


def questionnaire_response(pathway: Pathway, body: Mapping[str, Any], actor: Actor) -> Accepted:
    """The answers of a whole form; what was asked and not known stays not known."""
    if body.get("status") not in ("completed", "amended"):
        raise _rule("status", "kun udfyldte skemaer registreres.", "only completed forms are recorded.")
    facts: dict[str, Any] = {}
    unknown: list[str] = []
    scores: list[Act] = []
    speaker = _speaker(body, "source")
    for item in _items(body.get("item")):
        name, value = _answered(pathway, item)
        if name not in pathway.facts or value == []:
            continue
        if value is None:
            unknown.append(name)
        elif pathway.facts[name].kind == "scores":
            scores.append(acts.ScoresRecorded(name, value, speaker))
        else:
            facts[name] = value
    told: list[Act] = [acts.FactsRecorded(facts, speaker, tuple(unknown))] if facts or unknown else []
    if not told and not scores:
        raise _rule("no_answers", "skemaet har ingen svar, vi kender.", "the form has no answers we know.")
    return Accepted([*told, *scores], _day(body, "authored"))


def _items(given: Any) -> list[Mapping[str, Any]]:
    """Every item, also those inside groups and answers."""
    found: list[Mapping[str, Any]] = []
    waiting = list(given) if isinstance(given, list) else []
    while waiting:
        item = waiting.pop(0)
        if not isinstance(item, Mapping):
            raise wrong("item", "item er ikke et svar.", "item is not an answer.")
        found.append(item)
        inside = item.get("item")
        waiting += inside if isinstance(inside, list) else []
    return found


def _answered(pathway: Pathway, item: Mapping[str, Any]) -> tuple[str, Any]:
    """The fact and its plain value; None: asked, and not known; an empty list: not answered."""
    name = str(item.get("linkId", ""))
    given = item.get("answer")
    answers = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    fact = pathway.facts.get(name)
    if fact is None or not answers:
        if fact is None and answers:
            raise Declined(
                422, "not_understood", Phrase(f"ukendt linkId: {name[:64]!r}.", f"unknown linkId: {name[:64]!r}.")
            )
        return name, []
    codes = [one["valueCoding"] for one in answers if isinstance(one.get("valueCoding"), Mapping)]
    if any(code.get("system") == DATA_ABSENT for code in codes):
        return name, None
    if fact.kind in ("several", "facts"):
        return name, [_code(name, code) for code in codes]
    values = [_plain(name, one) for one in answers]
    if fact.kind == "date" and len(values) == 2:
        return name, {"earliest": values[0], "latest": values[1]}
    return name, values[0]


def _plain(name: str, answer: Mapping[str, Any]) -> Any:
    for element, value in answer.items():
        if element == "valueCoding" and isinstance(value, Mapping):
            return _code(name, value)
        if element == "valueBoolean" and type(value) is bool:
            return "yes" if value else "no"
        if element == "valueQuantity" and isinstance(value, Mapping):
            return value.get("value")
        if element in ("valueDate", "valueDateTime", "valueInteger", "valueDecimal"):
            return value
    raise Declined(422, "not_understood", Phrase(f"svaret på {name} kan ikke læses.", f"unreadable answer to {name}."))


def _code(name: str, coding: Mapping[str, Any]) -> str:
    code = str(coding.get("code", ""))
    if coding.get("system") != ANSWERS or not code.startswith(f"{name}."):
        raise Declined(422, "not_understood", Phrase(f"ukendt svar på {name}.", f"unknown answer to {name}."))
    return code.removeprefix(f"{name}.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A referral as it was sent to us: to which effort and organisation, with which question."""

    effort: str
    to: str
    question: str
    urgency: str
    outside: str


def service_request(pathway: Pathway, body: Mapping[str, Any]) -> Asked:
    """The referral that is asked for; Declined with what is missing or unknown."""
    if body.get("status") != "active" or body.get("intent") != "order":
        raise _rule("status", "status skal være active og intent order.", "status must be active and intent order.")
    effort = coded(body.get("code"), "efforts")
    if effort not in pathway.words["efforts"]:
        known = ", ".join(pathway.words["efforts"])
        hint = Phrase(f"{code_system('efforts')}: {known}", f"{code_system('efforts')}: {known}")
        raise Declined(422, "effort", Phrase("code nævner ingen indsats.", "code names no effort."), hint)
    urgency = next((u for u, p in PRIORITY.items() if p == body.get("priority", "routine")), None)
    if urgency is None:
        raise _rule("priority", "priority er routine eller asap.", "priority is routine or asap.")
    return Asked(effort, _performer(body), _words(body.get("note")), urgency, _extended(body, "outside-programme"))


def coded(concept: Any, system: str) -> str:
    """The code a concept has in one of our code systems; empty without one."""
    codings = concept.get("coding") if isinstance(concept, Mapping) else None
    for coding in codings if isinstance(codings, list) else []:
        if isinstance(coding, Mapping) and coding.get("system") == code_system(system):
            return str(coding.get("code", ""))
    return ""


def _performer(body: Mapping[str, Any]) -> str:
    given = body.get("performer")
    references = [one.get("reference") for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    if len(references) != 1 or not str(references[0]).startswith("Organization/"):
        raise _rule("performer", "performer er én Organization/id.", "performer is one Organization/id.")
    return str(references[0]).removeprefix("Organization/")


def _words(notes: Any) -> str:
    parts = [one.get("text") for one in notes if isinstance(one, Mapping)] if isinstance(notes, list) else []
    return "\n".join(part for part in parts if isinstance(part, str))


def _extended(body: Mapping[str, Any], name: str) -> str:
    given = body.get("extension")
    for one in given if isinstance(given, list) else []:
        if isinstance(one, Mapping) and one.get("url") == extension(name):
            return str(one.get("valueString", ""))
    return ""


def task_steps(shown: Shown, referral: Referral, body: Mapping[str, Any]) -> list[Act]:
    """The steps from where the referral stands to what the Task now says; Declined when it says nothing new."""
    wanted = str(body.get("status", ""))
    id, offer = referral.id, _output(body, "offer")
    booked = body.get("executionPeriod")
    day = read_day(str(booked.get("start", ""))[:10]) if isinstance(booked, Mapping) else None
    steps: list[Act] = []
    if wanted == "received":
        steps = [acts.ReferralReceived(id)]
    elif wanted == "accepted":
        steps = [acts.ReferralAccepted(id, offer=offer)]
    elif wanted == "rejected":
        steps = [acts.ReferralRefused(id, _reason(body), _output(body, "alternative"))]
    elif wanted == "in-progress":
        steps = [acts.ReferralAccepted(id, offer=offer)] if referral.state in ("sent", "received") else []
        if day and day != referral.booked_on:
            steps.append(acts.ReferralBooked(id, day))
        if coded(body.get("businessStatus"), "states") == "done":
            steps.append(acts.ReferralDone(id))
    elif wanted == "completed":
        steps = [acts.ReferralDone(id)] if referral.state in ("accepted", "booked") else []
        steps.append(acts.ReferralAnswered(id, _output(body, "answer")))
    if not steps:
        now = TASK_STATUS[referral.state]
        hint = Phrase(f"Den er nu {now}.", f"It is now {now}.")
        said = Phrase("opgaven siger intet nyt, vi kan registrere.", "the task says nothing new to record.")
        raise Declined(422, "nothing_new", said, hint)
    return steps


def _reason(body: Mapping[str, Any]) -> str:
    reason = body.get("statusReason")
    return str(reason.get("text", "")) if isinstance(reason, Mapping) else ""


def _output(body: Mapping[str, Any], name: str) -> str:
    outputs = body.get("output")
    for one in outputs if isinstance(outputs, list) else []:
        if isinstance(one, Mapping) and coded(one.get("type"), "outputs") == name and "valueString" in one:
            return str(one["valueString"])
    return ""


def communication(body: Mapping[str, Any]) -> Accepted:
    """A message to own GP."""
    if body.get("status") != "completed":
        raise _rule("status", "status skal være completed.", "status must be completed.")
    parts = body.get("payload")
    texts = [one.get("contentString") for one in parts if isinstance(one, Mapping)] if isinstance(parts, list) else []
    if not texts or not all(isinstance(text, str) for text in texts):
        raise _rule("payload", "payload skal være tekst (contentString).", "payload must be text (contentString).")
    about = coded(body.get("topic"), "messages") or "other"
    if about not in ("start", "plan", "end", "other"):
        raise _rule("topic", "topic er start, plan, end eller other.", "topic is start, plan, end or other.")
    return Accepted([acts.MessageToGp(about, "\n".join(map(str, texts)))])  # type: ignore[arg-type]


def needs(pathway: Pathway, body: Mapping[str, Any]) -> dict[str, acts.Need] | None:
    """The assessment of need that an Observation is; None when it is about something else."""
    if fact_name(body) != "assessment_of_need":
        return None
    found: dict[str, acts.Need] = {}
    parts: Sequence[Any] = body.get("component") or []
    for part in parts if isinstance(parts, list) else []:
        effort = coded(part.get("code"), "efforts") if isinstance(part, Mapping) else ""
        value = part.get("valueCodeableConcept") if isinstance(part, Mapping) else None
        need = coded(value, "needs")
        if effort not in pathway.words["efforts"] or need not in ("needed", "not_needed", "unsure"):
            raise _rule("need", "en vurdering af behov kan ikke læses.", "an assessment of need cannot be read.")
        found[effort] = acts.Need(need, str(value.get("text", "")) if need != "needed" else "")  # type: ignore[union-attr,arg-type]
    return found


def _rule(code: str, da: str, en: str) -> Declined:
    return Declined(422, code, Phrase(da, en))
