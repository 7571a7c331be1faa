"""Local offers, dated: what is offered where, what was, and what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.record import administration
from rygrad.record.alphabet import danish_order
from rygrad.record.contents import active
from rygrad.record.directory import LocalOffer, as_of
from rygrad.record.models import Offer
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.wording import storable
from rygrad.web.adminforms import today
from rygrad.web.administration import old_waiting
from rygrad.web.adminwords import WHEN_WORDS, effort_word
from rygrad.web.language import say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.recording import back_of
from rygrad.web.unitpages import known_units


@dataclass(frozen=True, slots=True)
class Line:
    """One offer of the list: the row that holds (or comes, or was last), and what follows it."""

    row: LocalOffer
    when: str
    next_from: date | None
    is_old: bool

    @property
    def when_words(self) -> str:
        """In force, coming or ended."""
        return words(WHEN_WORDS[self.when])


@page("administrator")
def local_offers(request: Asked) -> HttpResponse:
    """Every offer, an effort at a time; narrowed to an effort, a unit, or what is to be looked at."""
    day, effort, unit, which = today(), *(request.GET.get(name, "") for name in ("indsats", "enhed", "vis"))
    lines = [
        line
        for line in _lines(day)
        if (not effort or line.row.effort == effort)
        and (not unit or unit in (line.row.receiver, line.row.owner))
        and {
            "nu": line.when == "now",
            "kommer": line.when == "coming" or line.next_from is not None,
            "slut": line.when == "past",
            "ventetid": line.is_old,
        }.get(which, True)
    ]
    efforts = list(active().pathway.words["efforts"])
    grouped = [(effort_word(one), [line for line in lines if line.row.effort == one]) for one in efforts]
    gone = [line for line in lines if line.row.effort not in efforts]
    return shown(
        request,
        "admin/offers.html",
        groups=[
            pair
            for pair in (*grouped, (say("Ikke længere i programmet", "No longer in the programme"), gone))
            if pair[1]
        ],
        total=len(lines),
        effort=effort,
        unit=unit,
        which=which,
        efforts=[(one, effort_word(one)) for one in efforts],
        units=known_units(day),
        choices=[
            ("", say("Alle", "All")),
            ("nu", words(WHEN_WORDS["now"])),
            ("kommer", say("noget kommer", "something is coming")),
            ("slut", words(WHEN_WORDS["past"])),
            ("ventetid", say("ventetid skal ses efter", "waiting time to be checked")),
        ],
    )


def _lines(day: date) -> list[Line]:
    """One line for each offer, by name."""
    by_offer: dict[str, list[LocalOffer]] = {}
    for row in as_of(Offer.objects.select_related("delivered_by").order_by("valid_from"), day):
        by_offer.setdefault(row.offer, []).append(row)
    old = set(Offer.objects.filter(old_waiting(day)).values_list("offer", "valid_from"))
    lines = [_line(periods, day, old) for periods in by_offer.values()]
    return sorted(lines, key=lambda line: (danish_order(line.row.name), line.row.offer))


def _line(periods: Sequence[LocalOffer], day: date, old: set[tuple[str, date]]) -> Line:
    row = shown_of(periods, day)
    later = [one.valid_from for one in periods if one.valid_from > max(day, row.valid_from)]
    when = when_of(row, day)
    return Line(row, when, min(later, default=None), when == "now" and (row.offer, row.valid_from) in old)


def shown_of(periods: Sequence[LocalOffer], day: date) -> LocalOffer:
    """The period in force; else the first to come; else the last there was."""
    by = {when: [one for one in periods if when_of(one, day) == when] for when in ("now", "coming", "past")}
    return next(iter(by["now"] or by["coming"] or by["past"][-1:]))


def when_of(row: LocalOffer, day: date) -> str:
    """``now``, ``coming`` or ``past``."""
    if day < row.valid_from:
        return "coming"
    return "past" if row.valid_until is not None and row.valid_until < day else "now"


def periods_of(offer: str) -> list[LocalOffer]:
    """Every period of an offer, the oldest first; NotFound."""
    storable(offer)
    found = as_of(Offer.objects.filter(offer=offer).select_related("delivered_by").order_by("valid_from"), today())
    if not found:
        raise NotFound
    return found


@page("administrator")
def local_offer(request: Asked, offer: str) -> HttpResponse:
    """One offer with every period of it: past, present and to come."""
    day, periods = today(), periods_of(offer)
    row = shown_of(periods, day)
    return shown(
        request,
        "admin/offer.html",
        row=row,
        effort=effort_word(row.effort),
        periods=[(one, when_of(one, day), words(WHEN_WORDS[when_of(one, day)])) for one in reversed(periods)],
        is_current=when_of(row, day) != "past",
        can_be_checked=when_of(row, day) == "now" and row.waiting_weeks is not None and row.waiting_checked_on != day,
    )


@page("administrator")
def waiting_checked(request: Asked, offer: str) -> HttpResponse:
    """One click: the waiting time was looked at today, and is the same."""
    if request.method == "POST":
        row = shown_of(periods_of(offer), today())
        if row.waiting_weeks is None:
            raise Refused(
                "waiting", "ventetiden er ukendt; skriv den først.", "the waiting time is not known; write it first."
            )
        administration.replace_offer(request.actor, offer, today(), waiting_checked_on=today())
        messages.success(
            request, say(f"{row.name}: ventetiden er set efter i dag.", f"{row.name}: waiting time checked today.")
        )
    return redirect(back_of(request) or reverse("local_offer", args=[offer]))
