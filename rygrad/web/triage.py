"""S4, the receiver's side: accept, refuse with reason and alternative, book, answer. The sender sees each leg."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from rygrad.decision.dates import read_day
from rygrad.record import acts, clocks, directory
from rygrad.record.composed import speech
from rygrad.record.contents import active
from rygrad.record.coursefile import Recorded, Referral
from rygrad.record.door import CourseView, see_course
from rygrad.record.letters import answer_template, end_note, frozen_letter, sha256
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.states import REFERRAL_STATES
from rygrad.record.tasks import answer_by
from rygrad.record.words import ENTRY_WORDS
from rygrad.web.coursepage import banner
from rygrad.web.language import say, words
from rygrad.web.pages import WORKERS, Asked, page, shown
from rygrad.web.recording import back_of, must_be_ours, recorded, text_of


def refusals() -> list[tuple[str, str]]:
    """Preset reasons to refuse, each with what to do instead."""
    return [
        (
            say("Behandlingen i praksissektoren er ikke afsluttet", "Treatment in primary care is not finished"),
            say(
                "Fortsæt behandlingen, og henvis igen ved manglende effekt",
                "Go on with it, and refer again if it has no effect",
            ),
        ),
        (
            say("Oplysninger mangler i henvisningen", "The referral lacks information"),
            say("Send igen med de manglende oplysninger", "Send it again with what is missing"),
        ),
        (
            say("Opfylder ikke stedets forudsætninger", "Does not meet the place's preconditions"),
            say("Tag det op med borgeren hos egen læge", "Take it up with the citizen at own GP's"),
        ),
        (
            say("Hører til et andet sted", "Belongs elsewhere"),
            say("Henvis til det rette sted; ring gerne", "Refer to the right place; do ring us"),
        ),
    ]


@page(*WORKERS)
def show(request: Asked, course: str, referral: str) -> HttpResponse:
    """The referral: the letter as it was sent, each leg with its day and clock, and what the receiver can do."""
    view = see_course(request.actor, course, channel="web", what="referral")
    found = _found(view, referral)
    sent = _entry(view, referral, "referral_sent")
    today = clocks.local_day(clocks.now())
    letter = frozen_letter(sent) if sent else ""
    return shown(
        request,
        "referral.html",
        **banner(view, today),
        referral=found,
        effort_name=words(active().pathway.words["efforts"][found.effort].clinician),
        receiver=view.names.get(found.to, ""),
        referral_state=words(REFERRAL_STATES[found.state].words),
        next_step=words(REFERRAL_STATES[found.state].first),
        sent=sent.act if sent else None,
        letter=letter,
        fingerprint=sha256(letter) if letter else "",
        legs=_legs(view, referral),
        answer_by=answer_by(found),
        is_silent=_is_silent(found, today),
        is_receiver=found.to == request.actor.organisation,
        is_municipal=request.actor.role == "municipal_worker",
        is_own_gp=view.own_gp == request.actor.organisation and request.actor.role == "general_practitioner",
        is_sender=request.actor.organisation in (view.holder, view.own_gp),
        refusals=refusals(),
        offers=_own_offers(request, found, today),
        draft=_draft(request, view, found, today),
        back=back_of(request),
        phone=_phone(found, today),
    )


def _found(view: CourseView, referral: str) -> Referral:
    found = next((one for one in view.referrals if one.id == referral), None)
    must_be_ours(found is not None)
    assert found is not None  # noqa: S101
    return found


def _entry(view: CourseView, referral: str, kind: str) -> Recorded | None:
    those = (e for e in view.entries if e.type == kind and getattr(e.act, "referral", "") == referral)
    return next(those, None)


def _legs(view: CourseView, referral: str) -> list[dict[str, Any]]:
    return [
        {
            "words": words(ENTRY_WORDS[e.type]),
            "on": e.valid_on,
            "by": view.names.get(e.organisation or "", ""),
            "act": e.act,
        }
        for e in view.entries
        if getattr(e.act, "referral", "") == referral
    ]


def _is_silent(referral: Referral, today: date) -> bool:
    due = answer_by(referral)
    return due is not None and due <= today


def _own_offers(request: Asked, referral: Referral, today: date) -> list[directory.LocalOffer]:
    if referral.to != request.actor.organisation:
        return []
    return [one for one in directory.offers(referral.effort, today) if one.receiver == referral.to]


def _phone(referral: Referral, today: date) -> str:
    return next((o.phone for o in directory.offers(referral.effort, today) if o.receiver == referral.to), "")


def _draft(request: Asked, view: CourseView, referral: Referral, today: date) -> str:
    if referral.to != request.actor.organisation or referral.state in ("answered", "refused"):
        return ""
    if request.actor.role == "municipal_worker":
        offer = next((o.name for o in _own_offers(request, referral, today) if o.offer == referral.offer), "")
        work = {name: said.value for name, said in view.work.items()}
        return end_note(speech(view, request.actor), referral.effort, referral.sent_on, offer=offer, work=work)
    holder = view.names.get(view.holder, "")
    return answer_template(speech(view, request.actor), referral.effort, referral.sent_on, holder=holder)


@page(*WORKERS, posts=True)
def step(request: Asked, course: str, referral: str) -> HttpResponse:
    """One step of the receiver: accept, refuse, book, done, answer."""
    kind = request.POST.get("step", "")
    made = {"accept": _accept, "refuse": _refuse, "book": _book, "done": _done, "answer": _answer}.get(kind)
    must_be_ours(made is not None)
    assert made is not None  # noqa: S101
    new, said = made(request, course, referral)
    return recorded(
        request,
        course,
        new,
        said,
        to=reverse("worklist") if kind in ("accept", "refuse") else _here(request, course, referral),
    )


def _here(request: Asked, course: str, referral: str) -> str:
    return back_of(request) or reverse("referral", args=[course, referral])


Step = tuple[list[acts.Act], str]


def _accept(request: Asked, course: str, referral: str) -> Step:
    new: list[acts.Act] = [acts.ReferralAccepted(referral, offer=request.POST.get("offer", ""))]
    if request.POST.get("booked_on", "").strip():
        new.append(acts.ReferralBooked(referral, _day(request)))
    return new, say("Henvisningen er accepteret.", "The referral is accepted.")


def _day(request: Asked) -> date:
    """The day of the time given; Refused when it cannot be read."""
    day = read_day(request.POST.get("booked_on", ""))
    if day is None:
        raise Refused("day", "skriv en dato for tiden.", "write a date for the time.")
    return day


def _refuse(request: Asked, course: str, referral: str) -> Step:
    preset = request.POST.get("preset", "")
    known = dict(refusals())
    must_be_ours(not preset or preset in known)
    reason, alternative = text_of(request, "reason"), text_of(request, "alternative")
    whole = ". ".join(filter(None, (preset, reason)))
    new = acts.ReferralRefused(referral, whole, alternative or known.get(preset, ""))
    return [new], say(
        "Henvisningen er afvist, og henviser har fået begrundelsen.",
        "The referral is refused; the sender has the reason.",
    )


def _book(request: Asked, course: str, referral: str) -> Step:
    return [acts.ReferralBooked(referral, _day(request))], say("Tiden er noteret.", "The time is noted.")


def _done(request: Asked, course: str, referral: str) -> Step:
    return [acts.ReferralDone(referral)], say("Noteret som udført.", "Noted as carried out.")


def _answer(request: Asked, course: str, referral: str) -> Step:
    """The answer closes the loop; what was asked for is done by then. A municipality's end note goes to own GP too."""
    answer = text_of(request, "answer")
    view = see_course(request.actor, course, channel="web", what="referral")
    found = _found(view, referral)
    new: list[acts.Act] = (
        [acts.ReferralDone(referral)] if found.state in ("accepted", "booked") and "is_done" in request.POST else []
    )
    new.append(acts.ReferralAnswered(referral, answer))
    if request.actor.role == "municipal_worker":
        new.append(acts.MessageToGp("end", answer))
    return new, say("Svaret er sendt.", "The answer is sent.")


def letter_of(request: Asked, course: str, entry: str) -> tuple[CourseView, Recorded]:
    """The entry that holds this letter, after the look is logged; NotFound when it holds none, or is not seen."""
    view = see_course(request.actor, course, channel="web", what="letter")
    found = next((e for e in view.entries if e.id == entry and frozen_letter(e)), None)
    if found is None:
        raise NotFound
    return view, found


@page(*WORKERS)
def letter(request: Asked, course: str, entry: str) -> HttpResponse:
    """A letter as it was sent, with its fingerprint; to read and print."""
    view, found = letter_of(request, course, entry)
    text, title = frozen_letter(found), words(ENTRY_WORDS[found.type])
    return shown(
        request,
        "letter.html",
        **banner(view, clocks.local_day(clocks.now())),
        letter=text,
        fingerprint=sha256(text),
        title=title,
        sent=found,
        back=back_of(request),
    )
