"""S4: a referral to an effort's receiver from the local directory, prefilled, previewed as sent, sent in one click."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.record import acts, clocks, directory
from rygrad.record.act import PARTS
from rygrad.record.actor import CLINICIANS
from rygrad.record.composed import matter
from rygrad.record.contents import active
from rygrad.record.directory import LocalOffer
from rygrad.record.door import CourseView, see_course
from rygrad.record.identity import new_id
from rygrad.record.journal import parts_of_receiver
from rygrad.record.letters import Letter, referral_letter
from rygrad.record.refusals import Refused
from rygrad.web.coursepage import banner
from rygrad.web.language import say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.preview import edited, is_as_shown, to_show, urgency_of
from rygrad.web.recording import back_of, must_be_ours, record, tell, text_of


@page(*CLINICIANS)
def send(request: Asked, course: str, effort: str) -> HttpResponse:
    """The form with the letter as the receiver will read it; "send" sends exactly that, and freezes it."""
    must_be_ours(effort in active().pathway.words["efforts"])
    view = see_course(request.actor, course, channel="web")
    must_be_ours(view.file is not None and view.decision is not None)
    today = clocks.local_day(clocks.now())
    found = directory.offers(effort, today, view.municipality_code)
    chosen = _chosen(request, found)
    composed = _letter(request, view, effort, chosen)
    letter = edited(request, composed) if composed else None
    sends = request.method == "POST" and "preview" not in request.POST
    if sends and (letter is None or composed is None or is_as_shown(request, letter, composed)):
        return _send(request, view, effort, chosen, letter)
    return shown(
        request,
        "refer.html",
        **banner(view, today),
        effort=effort,
        effort_name=words(active().pathway.words["efforts"][effort].clinician),
        is_open=view.decision is not None and view.decision.efforts[effort] == "open",
        offers=found,
        chosen=chosen,
        letter=to_show(letter, composed) if letter and composed else None,
        question=_question(request, view, effort),
        urgency=urgency_of(request),
        outside=text_of(request, "outside"),
        wish=text_of(request, "wish"),
        back=back_of(request),
        parts=parts_of_receiver(chosen.receiver_kind) if chosen else PARTS,
        already=[r for r in view.referrals if r.effort == effort and r.state not in ("refused", "answered")],
        action=reverse("refer", args=[course, effort]),
        changed=sends,
    )


def _chosen(request: Asked, found: tuple[LocalOffer, ...]) -> LocalOffer | None:
    wanted = request.POST.get("offer") or request.GET.get("tilbud", "")
    named = next((one for one in found if one.offer == wanted), None)
    must_be_ours(not wanted or named is not None)
    return named or (found[0] if found else None)


def _question(request: Asked, view: CourseView, effort: str) -> str:
    """What is asked; at first a question that says what was tried and what is wished."""
    if request.method == "POST":
        return text_of(request, "question")
    word = words(active().pathway.words["efforts"][effort].clinician)
    return say(
        f"{word} ønskes efter manglende effekt af behandling. Vurdering og videre plan?",
        f"{word} is asked for after treatment without effect. Assessment and further plan?",
    )


def _letter(request: Asked, view: CourseView, effort: str, chosen: LocalOffer | None) -> Letter | None:
    if chosen is None:
        return None
    return referral_letter(
        matter(view, request.actor, chosen.receiver_name),
        effort,
        _question(request, view, effort),
        urgency=urgency_of(request),
        parts=parts_of_receiver(chosen.receiver_kind),
        wish=text_of(request, "wish"),
    )


def _send(
    request: Asked, view: CourseView, effort: str, chosen: LocalOffer | None, letter: Letter | None
) -> HttpResponse:
    if chosen is None or letter is None:
        raise Refused("no_receiver", "vælg en modtager.", "choose a receiver.")
    sent = acts.ReferralSent(
        referral=new_id("r"),
        effort=effort,
        to=chosen.receiver,
        question=text_of(request, "question"),
        urgency=urgency_of(request),  # type: ignore[arg-type]
        outside_programme=text_of(request, "outside"),
        letter=letter.text(),
    )
    new: list[acts.Act] = []
    if _decides(request, view, effort):
        new.append(acts.GpDecided({effort: acts.EffortDecision("accepted")}))
    receipt = record(request, view.course, [*new, sent])
    tell(
        request,
        receipt,
        [*new, sent],
        say(f"Henvist til {chosen.receiver_name}.", f"Referred to {chosen.receiver_name}."),
    )
    return redirect("course", course=view.course)


def _decides(request: Asked, view: CourseView, effort: str) -> bool:
    """Own GP who refers after a return has thereby decided on the effort."""
    file = view.file
    is_own = request.actor.role == "general_practitioner" and request.actor.organisation == view.own_gp
    decided = file.gp_decisions.get(effort) if file else None
    return bool(is_own and file and file.returned_on and (decided is None or decided.decision != "accepted"))


@page(*CLINICIANS)
def offers(request: Asked, course: str) -> HttpResponse:
    """What the citizen's own municipality offers, as cards; one click to a referral."""
    view = see_course(request.actor, course, channel="web")
    today = clocks.local_day(clocks.now())
    efforts = active().pathway.words["efforts"]
    found: list[dict[str, Any]] = [
        {
            "effort": name,
            "words": words(efforts[name].clinician),
            "offers": directory.offers(name, today, view.municipality_code),
        }
        for name in directory.MUNICIPAL_EFFORTS
    ]
    return shown(request, "offers.html", **banner(view, today), found=found, back=back_of(request))
