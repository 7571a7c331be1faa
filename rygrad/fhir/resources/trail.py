"""Communication, Provenance and AuditEvent: what was sent, who recorded what, who has looked. Pure."""

from rygrad.fhir.names import code_system, identifier_system
from rygrad.fhir.resources.observations import observations_of
from rygrad.fhir.resources.referrals import referral_id, sent_in
from rygrad.fhir.resources.shown import Resource, Shown, instant, meta, text, without_empty
from rygrad.record import acts
from rygrad.record.audit import LookRow
from rygrad.record.coursefile import Recorded
from rygrad.record.letters import frozen_letter
from rygrad.record.words import ENTRY_WORDS, LOOK_WORDS

_DICOM = "http://dicom.nema.org/resources/ontology/DCM"


def communications(shown: Shown) -> list[Resource]:
    """Every letter and message of the course, as it was sent."""
    return [communication(shown, entry) for entry in shown.standing if frozen_letter(entry)]


def communication(shown: Shown, entry: Recorded) -> Resource:
    """One letter or message: from, to, when, and its text whole; what a MedCom CareCommunication is made from."""
    words = shown.say(ENTRY_WORDS[entry.type])
    referral = getattr(entry.act, "referral", "")
    return without_empty(
        {
            "resourceType": "Communication",
            "id": entry.id,
            "meta": meta(entry.version, entry.recorded_at),
            "extension": shown.in_episode,
            "basedOn": [{"reference": f"ServiceRequest/{referral_id(shown, referral)}"}] if referral else [],
            "status": "completed",
            "category": [
                {"coding": [{"system": code_system("entries"), "code": entry.type, "display": words}], "text": words}
            ],
            "topic": _topic(entry),
            "subject": shown.patient,
            "sent": instant(entry.recorded_at),
            "recipient": [shown.place(place) for place in _recipients(shown, entry)],
            "sender": shown.place(entry.organisation) if entry.organisation else shown.who(entry),
            "payload": [{"contentString": frozen_letter(entry)}],
        }
    )


def _topic(entry: Recorded) -> Resource | None:
    if not isinstance(entry.act, acts.MessageToGp):
        return None
    return {"coding": [{"system": code_system("messages"), "code": entry.act.about}]}


def _recipients(shown: Shown, entry: Recorded) -> list[str]:
    if isinstance(entry.act, acts.ReferralSent):
        return [entry.act.to]
    if isinstance(entry.act, acts.ReferralAnswered):
        sent = sent_in(shown, entry.act.referral)
        return [sent.organisation] if sent and sent.organisation else []
    return [shown.view.own_gp] if shown.view.own_gp else []


def provenances(shown: Shown) -> list[Resource]:
    """One for each entry of the journal that is seen: who, when, in what capacity, of which day."""
    return [provenance(shown, entry) for entry in shown.view.entries]


def provenance(shown: Shown, entry: Recorded) -> Resource:
    """Who recorded an entry, on whose behalf, and with which content it was decided."""
    words = shown.say(ENTRY_WORDS[entry.type])
    agent = {"who": shown.who(entry), "type": text(entry.role.replace("_", " "))}
    if entry.organisation:
        agent["onBehalfOf"] = shown.place(entry.organisation)
    targets = [f"Observation/{one['id']}" for one in observations_of(shown, entry)]
    if frozen_letter(entry):
        targets.append(f"Communication/{entry.id}")
    return {
        "resourceType": "Provenance",
        "id": entry.id,
        "meta": meta(entry.version, entry.recorded_at),
        "extension": [shown.own("content", {"valueString": entry.content_sha256})],
        "target": [shown.episode, *({"reference": target} for target in targets)],
        "occurredDateTime": entry.valid_on.isoformat(),
        "recorded": instant(entry.recorded_at),
        "activity": {
            "coding": [{"system": code_system("entries"), "code": entry.type, "display": words}],
            "text": words,
        },
        "agent": [agent],
    }


def audit_event(look: LookRow, language: str = "da") -> Resource:
    """One look, as an administrator sees it: ids, never a citizen's name."""
    about = LOOK_WORDS.get(look.what)
    agent = {"who": {"identifier": {"system": identifier_system("person"), "value": look.actor}}, "requestor": True}
    if look.name:
        agent["who"] = {"reference": f"Practitioner/{look.actor}", "display": look.name}
    course = [{"what": {"reference": f"EpisodeOfCare/{look.course}"}}] if look.course else []
    return {
        "resourceType": "AuditEvent",
        "id": f"look-{look.seq}",
        "meta": meta("1", look.at),
        "type": {"system": _DICOM, "code": "110110", "display": "Patient Record"},
        "action": "R",
        "recorded": instant(look.at),
        "outcome": "0",
        "outcomeDesc": about.text(language) if about else look.what,
        "purposeOfEvent": [text(look.reason)] if look.reason else [text(look.basis)],
        "agent": [agent | {"role": [text(look.role.replace("_", " "))]}],
        "source": {"observer": {"display": f"Rygrad ({look.channel})"}},
        "entity": [{"what": {"reference": f"Patient/{look.person}"}}, *course],
    }
