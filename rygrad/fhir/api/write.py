"""Creating and updating: FHIR in, journal entries out, with the same versions and keys as the pages."""

import hashlib
import re
from secrets import token_urlsafe

from django.http import HttpRequest, HttpResponse

from rygrad.fhir.api import accept, opened
from rygrad.fhir.api.declined import Declined, warning, wrong
from rygrad.fhir.api.kinds import KINDS
from rygrad.fhir.api.oauth import Caller
from rygrad.fhir.api.serve import address, answer, body_of, etag, needs_scope
from rygrad.fhir.language import language_of
from rygrad.fhir.resources.observations import told_in
from rygrad.fhir.resources.shown import Resource, Shown
from rygrad.pathway.words import Phrase
from rygrad.record import acts, journal
from rygrad.record.acts import Act
from rygrad.record.composed import matter, return_of
from rygrad.record.contents import active
from rygrad.record.identity import new_id
from rygrad.record.journal import Receipt, parts_of_receiver
from rygrad.record.letters import referral_letter
from rygrad.record.models import Entry, Organisation
from rygrad.record.people import organisation_name
from rygrad.record.refusals import NotFound, Refused, VersionMissing
from rygrad.record.within import courses_near

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def version_read(request: HttpRequest) -> int:
    """The version of the course that the writer has read (If-Match); VersionMissing without one."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise VersionMissing
    found = _ETAG.fullmatch(given.strip())
    if found is None:
        raise wrong("if_match", 'If-Match skal være W/"version".', 'If-Match must be W/"version".')
    return int(found[1])


def key_of(request: HttpRequest, caller: Caller, name: str) -> str:
    """What makes a retry count once, by type: If-None-Exist's identifier, else Idempotency-Key, else nothing does."""
    condition = request.headers.get("If-None-Exist", "")
    given = request.headers.get("Idempotency-Key", "")
    if condition and not condition.startswith("identifier="):
        known = Phrase("Kun identifier=system|værdi.", "Only identifier=system|value.")
        raise Declined(400, "if_none_exist", Phrase("If-None-Exist kan ikke bruges.", "unusable If-None-Exist."), known)
    if not condition and not given:
        return f"fhir-{token_urlsafe(18)}"
    return f"fhir-{hashlib.sha256(f'{caller.client} {name} {condition or given}'.encode()).hexdigest()}"


def open_course_of(caller: Caller, person: str, language: str) -> Shown:
    """The citizen's open course; NotFound when the caller may not see one, Refused when none is open."""
    courses = list(opened.seen_among(caller.actor, courses_near(caller.actor, person), language))
    open_ones = [shown for shown in courses if shown.view.state != "ended"]
    if not courses:
        raise NotFound
    if not open_ones:
        raise Refused("no_open_course", "borgeren har intet åbent forløb.", "the citizen has no open course.")
    return open_ones[-1]


def create(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """``POST /Type``: 201 with its address, or 200 when the same was recorded before."""
    if "create" not in KINDS[name].writes:
        raise Declined(405, "not_written", Phrase(f"{name} oprettes ikke her.", f"{name} is not created here."))
    needs_scope(caller, name, "c")
    body, language = body_of(request), language_of(request)
    if body.get("resourceType") != name:
        raise wrong("resource_type", f"resourceType skal være {name}.", f"resourceType must be {name}.")
    not_kept = accept.check_kept(name, body, is_lenient=_is_lenient(request))
    person, key = accept.subject_of(body), key_of(request, caller, name)
    before = _there(caller, key)
    if before and ("If-None-Exist" in request.headers or _is_same(before[1], body)):
        return _answered(request, caller, name, *before, not_kept, status=200)
    version = version_read(request)
    shown = open_course_of(caller, person, language)
    made = _MAKERS[name](shown, body, caller)
    receipt = journal.append(
        caller.actor, shown.view.course, made.new, expected_version=version, key=key, valid_on=made.valid_on
    )
    return _answered(request, caller, name, receipt, made, not_kept, status=200 if receipt.again else 201)


def _is_lenient(request: HttpRequest) -> bool:
    return "handling=lenient" in request.headers.get("Prefer", "").replace(" ", "")


def _there(caller: Caller, key: str) -> tuple[Receipt, accept.Accepted] | None:
    """What was recorded with this key before; None when nothing was."""
    course = journal.acknowledged(caller.actor, key)
    if not course:
        return None
    rows = Entry.objects.filter(actor=caller.actor.id, key__startswith=key).order_by("seq")
    entries = [journal.recorded(row) for row in rows]
    last = entries[-1]
    told = next(iter(dict(told_in(last))), "assessment_of_need")
    return Receipt(course, last.version, tuple(e.id for e in entries), again=True), accept.Accepted(
        [entry.act for entry in entries], about=told
    )


def _is_same(made: accept.Accepted, body: Resource) -> bool:
    """A retry of a referral or a return, whose letter follows from the day: what was asked is the same."""
    pathway, act = active().pathway, made.new[-1]
    if isinstance(act, acts.ReferralSent):
        asked = accept.service_request(pathway, body)
        return (asked.effort, asked.to, asked.question) == (act.effort, act.to, act.question)
    return isinstance(act, acts.ReturnedToGp) and accept.needs(pathway, body) == act.needs


def _answered(
    request: HttpRequest,
    caller: Caller,
    name: str,
    receipt: Receipt,
    made: accept.Accepted,
    not_kept: list[str],
    *,
    status: int,
    id: str = "",
) -> HttpResponse:
    language = language_of(request)
    id = id or _id(name, receipt, made)
    shown = opened.shown_of(caller.actor, receipt.course, language)
    found = opened.by_id(shown, KINDS[name], id) or {"resourceType": name, "id": id}
    headers = {
        "ETag": etag(receipt.version),
        "Location": f"{address(request)}/{name}/{id}/_history/{receipt.version}",
    }
    if not_kept:
        names = ", ".join(not_kept)
        said = warning(Phrase(f"Ikke gemt: {names}.", f"Not kept: {names}."), language)
        return answer(said, request, status, headers)
    if "return=minimal" in request.headers.get("Prefer", ""):
        return HttpResponse(status=status, headers=headers)
    return answer(found, request, status, headers)


def _id(name: str, receipt: Receipt, made: accept.Accepted) -> str:
    entry = receipt.entries[-1]
    if name == "ServiceRequest":
        sent = next(act for act in made.new if isinstance(act, acts.ReferralSent))
        return f"{receipt.course}.{sent.referral}"
    return opened.observation_id(entry, made.about) if name == "Observation" else entry


def _observation(shown: Shown, body: Resource, caller: Caller) -> accept.Accepted:
    """An answer; or, when it is the assessment of need, the return to own GP with its letter."""
    needs = accept.needs(shown.pathway, body)
    if needs is None:
        return accept.observation(shown.pathway, body, caller.actor)
    needs_somebody(caller)
    if shown.view.file is None or shown.view.decision is None:
        raise NotFound
    letter = return_of(shown.view, caller.actor, needs, "routine", "")
    return accept.Accepted([acts.ReturnedToGp(needs, letter=letter.text())], about="assessment_of_need")


def needs_somebody(caller: Caller) -> None:
    """Declined (403) when nobody is at the keyboard: what a clinician decides, a clinician confirms."""
    if caller.is_system:
        raise Declined(
            403,
            "needs_clinician",
            Phrase("det skal en navngiven kliniker bekræfte.", "a named clinician has to confirm that."),
            Phrase("Hent et token med subject_id.", "Get a token with a subject_id."),
        )


def _questionnaire_response(shown: Shown, body: Resource, caller: Caller) -> accept.Accepted:
    return accept.questionnaire_response(shown.pathway, body, caller.actor)


def _communication(shown: Shown, body: Resource, caller: Caller) -> accept.Accepted:
    return accept.communication(body)


def _service_request(shown: Shown, body: Resource, caller: Caller) -> accept.Accepted:
    """A referral with its letter, composed as the pages compose it; own GP thereby decides on the effort."""
    needs_somebody(caller)
    asked = accept.service_request(shown.pathway, body)
    receiver = Organisation.objects.filter(id=asked.to).first()
    if receiver is None:
        raise Refused("no_receiver", "modtageren findes ikke.", "there is no such receiver.")
    if shown.view.file is None or shown.view.decision is None:
        raise NotFound
    letter = referral_letter(
        matter(shown.view, caller.actor, organisation_name(receiver.id, opened.today())),
        asked.effort,
        asked.question,
        urgency=asked.urgency,
        parts=parts_of_receiver(receiver.kind),
    )
    sent = acts.ReferralSent(
        referral=new_id("r"),
        effort=asked.effort,
        to=asked.to,
        question=asked.question,
        urgency=asked.urgency,  # type: ignore[arg-type]
        outside_programme=asked.outside,
        letter=letter.text(),
    )
    return accept.Accepted([*_decides(shown, caller, asked.effort), sent])


def _decides(shown: Shown, caller: Caller, effort: str) -> list[Act]:
    view, file = shown.view, shown.file
    is_own = caller.actor.role == "general_practitioner" and caller.actor.organisation == view.own_gp
    decided = file.gp_decisions.get(effort)
    if is_own and file.returned_on and (decided is None or decided.decision != "accepted"):
        return [acts.GpDecided({effort: acts.EffortDecision("accepted")})]
    return []


_MAKERS = {
    "Observation": _observation,
    "QuestionnaireResponse": _questionnaire_response,
    "ServiceRequest": _service_request,
    "Communication": _communication,
}


def update(request: HttpRequest, caller: Caller, name: str, id: str) -> HttpResponse:
    """``PUT /Task/id``: the receiver's next step with a referral."""
    if "update" not in KINDS[name].writes:
        raise Declined(405, "not_written", Phrase(f"{name} opdateres ikke her.", f"{name} is not updated here."))
    needs_scope(caller, name, "u")
    body, language = body_of(request), language_of(request)
    if body.get("resourceType") != name or body.get("id") != id:
        raise wrong("id", "resourceType og id skal være adressens.", "resourceType and id must be the address's.")
    not_kept = accept.check_kept(name, body, is_lenient=_is_lenient(request))
    version = version_read(request)
    _, shown = opened.one(caller.actor, KINDS[name], id, language)
    referral = next(one for one in shown.view.referrals if f"{shown.view.course}.{one.id}" == id)
    key = key_of(request, caller, name)
    before = _there(caller, key)
    steps = before[1].new if before else accept.task_steps(shown, referral, body)
    receipt = journal.append(caller.actor, shown.view.course, steps, expected_version=version, key=key)
    return _answered(request, caller, name, receipt, accept.Accepted(steps), not_kept, status=200, id=id)
