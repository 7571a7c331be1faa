"""ServiceRequest and Task: what is asked for, and the loop that is closed. Pure."""

from rygrad.fhir.names import SNOMED, code_system
from rygrad.fhir.resources.sheet import sheet
from rygrad.fhir.resources.shown import Resource, Shown, text, without_empty
from rygrad.fhir.words import OUTPUTS
from rygrad.record import acts
from rygrad.record.coursefile import Recorded, Referral
from rygrad.record.states import REFERRAL_STATES
from rygrad.record.tasks import answer_by

# Specialties of the Danish profile's list that an effort certainly belongs to; the others go as text.
SPECIALTIES = {
    "imaging": ("394914008", "diagnostisk radiologi"),
    "occupational_medicine": ("394821009", "arbejdsmedicin"),
}
TASK_STATUS = {
    "sent": "requested",
    "received": "received",
    "accepted": "accepted",
    "booked": "in-progress",
    "done": "in-progress",
    "refused": "rejected",
    "answered": "completed",
}
PRIORITY = {"routine": "routine", "soon": "asap"}


def referral_id(shown: Shown, referral: str) -> str:
    """A referral's FHIR id says its course, so that it can be found again."""
    return f"{shown.view.course}.{referral}"


def service_requests(shown: Shown) -> list[Resource]:
    """Every referral of the course that is seen."""
    return [service_request(shown, one) for one in shown.view.referrals]


def service_request(shown: Shown, referral: Referral) -> Resource:
    """What, why, how pressing, to whom, and what it stands on."""
    sent = sent_in(shown, referral.id)
    act = sent.act if sent else None
    asked = act if isinstance(act, acts.ReferralSent) else None
    sees = "clinical" in shown.view.parts
    return without_empty(
        {
            "resourceType": "ServiceRequest",
            "id": referral_id(shown, referral.id),
            "meta": shown.meta("dk-core-person-servicerequest"),
            "contained": [sheet(shown, referral, sent)],
            "extension": [*shown.in_episode, *_outside(shown, asked)],
            "status": _status(referral),
            "intent": "order",
            "category": [_category(shown, referral.effort)],
            "priority": PRIORITY[asked.urgency] if asked else "routine",
            "code": shown.concept("efforts", referral.effort),
            "subject": shown.patient,
            "authoredOn": referral.sent_on.isoformat(),
            "requester": shown.who(sent) if sent else None,
            "performer": [shown.place(referral.to)],
            "reasonReference": [{"reference": f"Condition/{shown.view.course}"}] if sees else [],
            "supportingInfo": [{"reference": "#sheet"}, *_letter(sent, asked)],
            "note": [{"text": asked.question}] if asked and asked.question else [],
        }
    )


def _outside(shown: Shown, asked: acts.ReferralSent | None) -> list[Resource]:
    """The reason of a referral that the programme had not open."""
    reason = asked.outside_programme if asked else ""
    return [shown.own("outside-programme", {"valueString": reason})] if reason else []


def sent_in(shown: Shown, referral: str) -> Recorded | None:
    """The entry a referral was sent in."""
    those = (e for e in shown.standing if isinstance(e.act, acts.ReferralSent) and e.act.referral == referral)
    return next(those, None)


def _letter(sent: Recorded | None, asked: acts.ReferralSent | None) -> list[Resource]:
    return [{"reference": f"Communication/{sent.id}"}] if sent and asked and asked.letter else []


def _category(shown: Shown, effort: str) -> Resource:
    words = shown.say(shown.pathway.words["efforts"][effort].clinician)
    if effort not in SPECIALTIES:
        return text(words)
    code, display = SPECIALTIES[effort]
    return {"coding": [{"system": SNOMED, "code": code, "display": display}], "text": words}


def _status(referral: Referral) -> str:
    if referral.state == "refused":
        return "revoked"
    return "completed" if referral.state in ("done", "answered") else "active"


def tasks(shown: Shown) -> list[Resource]:
    """The loop of every referral that is seen."""
    return [task(shown, one) for one in shown.view.referrals]


def task(shown: Shown, referral: Referral) -> Resource:
    """Where the referral stands; refused with reason and alternative, answered with the answer."""
    sent, due = sent_in(shown, referral.id), answer_by(referral)
    words = shown.say(REFERRAL_STATES[referral.state].words)
    state = {"system": code_system("states"), "code": referral.state, "display": words}
    booked = referral.booked_on.isoformat() if referral.booked_on else None
    last = _last(shown, referral.id)
    return without_empty(
        {
            "resourceType": "Task",
            "id": referral_id(shown, referral.id),
            "meta": shown.meta(),
            "basedOn": [{"reference": f"ServiceRequest/{referral_id(shown, referral.id)}"}],
            "status": TASK_STATUS[referral.state],
            "statusReason": text(referral.reason) if referral.reason else None,
            "businessStatus": {"coding": [state], "text": words},
            "intent": "order",
            "code": shown.concept("efforts", referral.effort),
            "focus": {"reference": f"ServiceRequest/{referral_id(shown, referral.id)}"},
            "for": shown.patient,
            "executionPeriod": {"start": booked} if booked else None,
            "authoredOn": referral.sent_on.isoformat(),
            "lastModified": referral.since_on.isoformat(),
            "requester": shown.who(sent) if sent else None,
            "owner": shown.place(referral.to),
            "restriction": {"period": {"end": due.isoformat()}} if due else None,
            "output": _outputs(shown, referral, last),
        }
    )


def _last(shown: Shown, referral: str) -> Recorded | None:
    those = [e for e in shown.standing if isinstance(e.act, acts.ReferralAnswered) and e.act.referral == referral]
    return those[-1] if those else None


def _outputs(shown: Shown, referral: Referral, answered: Recorded | None) -> list[Resource]:
    told: list[Resource] = []
    for name, value in (("offer", referral.offer), ("alternative", referral.alternative), ("answer", referral.answer)):
        if value:
            coding = {"system": code_system("outputs"), "code": name, "display": shown.say(OUTPUTS[name])}
            told.append({"type": {"coding": [coding]}, "valueString": value})
    if answered and referral.answer:
        coding = {"system": code_system("outputs"), "code": "answer", "display": shown.say(OUTPUTS["answer"])}
        told.append({"type": {"coding": [coding]}, "valueReference": {"reference": f"Communication/{answered.id}"}})
    return told
