"""Access and log: who may do what, why somebody may see a course, who has looked, and what administrators changed.

Nothing here names a citizen: courses and citizens are opaque references, and what a clinician wrote as a reason for
emergency access is read by the citizen, not here.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.pathway.errors import RygradError
from rygrad.quality.cells import harmless
from rygrad.record import audit, changes, clocks, people
from rygrad.record.audit import LookPage, LookRow
from rygrad.record.changes import LARGEST_PAGE
from rygrad.record.models import Course, Offer, Professional
from rygrad.record.refusals import Refused
from rygrad.record.wording import storable
from rygrad.record.words import LOOK_WORDS
from rygrad.web.adminforms import day_of, day_or_none, said, today
from rygrad.web.adminwords import access_in_words, basis_words, known_word, places_in, told
from rygrad.web.language import language, say
from rygrad.web.pages import Asked, page, role_word, shown
from rygrad.web.recording import text_of
from rygrad.web.unitpages import known_units

_SIZE, _PROPOSED = 50, 500
_NOBODYS_COURSE = "ukendt"


class _Echo:
    def write(self, text: str) -> str:
        """The text that would be written."""
        return text


@dataclass(frozen=True, slots=True)
class Asking:
    """What of the log is asked for: one user's or one unit's looks, from a day until a day."""

    user: str
    organisation: str
    since: date | None
    until: date | None

    @property
    def address(self) -> str:
        """The same, as it stands in an address."""
        given = {"bruger": self.user, "enhed": self.organisation, "fra": self.since, "til": self.until}
        return urlencode({name: value for name, value in given.items() if value})

    def page(self, request: Asked, after: int | None, size: int) -> LookPage:
        """One page of it. That it was asked is written."""
        if self.user and not Professional.objects.filter(user=self.user).exists():
            raise Refused("user", "ingen har det brugernavn.", "nobody has that user name.")
        user, organisation = self.user or None, self.organisation or None
        return audit.looks(request.actor, user, organisation, self.since, self.until, after, size)


@page("administrator")
def access_and_log(request: Asked) -> HttpResponse:
    """The access table in words; and the question why somebody may see a course."""
    return _access_page(request)


def _access_page(request: Asked, *, answer: str = "", problem: RygradError | None = None) -> HttpResponse:
    return shown(
        request,
        "admin/access.html",
        status=getattr(problem, "status", 422) if problem else 200,
        roles=access_in_words(),
        users=_users(),
        answer=answer,
        problem=said(problem) if problem else None,
        typed={name: request.POST.get(name, "") for name in ("user", "course", "day")},
    )


def _users() -> list[tuple[str, str]]:
    return list(Professional.objects.order_by("name", "user").values_list("user", "name")[:_PROPOSED])


@page("administrator")
def explain(request: Asked) -> HttpResponse:
    """Why a user may, or may not, see a course, in words. That it was asked is written, by the course's reference."""
    if request.method != "POST":
        return redirect("access_and_log")
    try:
        user, day = text_of(request, "user"), day_of(request, "day")
        if not Professional.objects.filter(user=user).exists():
            raise Refused("user", "ingen har det brugernavn.", "nobody has that user name.")
        found = audit.explain(request.actor, user, _course_of(text_of(request, "course")), day)
    except Refused as problem:
        return _access_page(request, problem=problem)
    return _access_page(request, answer=found.text(language()))


def _course_of(typed: str) -> str:
    """The course meant by its reference; nobody's when there is none.

    A citizen's number is refused, and nothing that is not a course's reference is passed on: what is asked is written
    down where no citizen's number may stand, and a number's answer would tell who is in the programme.
    """
    if not typed.startswith("c-"):
        raise Refused(
            "course",
            "skriv forløbets reference; den begynder med c-.",
            "write the course's reference; it begins with c-.",
            hint={
                "da": "Den står i loggen. Et navn eller nummer kan ikke bruges her.",
                "en": "It stands in the log. A name or number cannot be used here.",
            },
        )
    storable(typed)
    return typed if Course.objects.filter(id=typed).exists() else _NOBODYS_COURSE


@page("administrator")
def look_log(request: Asked) -> HttpResponse:
    """Who has looked, newest first, a page at a time."""
    asking, problem, found = Asking("", "", None, None), None, None
    try:
        asking = _asking(request)
        found = asking.page(request, _after(request), _SIZE)
    except Refused as refusal:
        problem = refusal
    following = found.following if found else None
    return shown(
        request,
        "admin/looks.html",
        status=problem.status if problem else 200,
        problem=said(problem) if problem else None,
        rows=[_told(row) for row in found.rows] if found else [],
        next_page=f"?{asking.address}&efter={following}" if following else "",
        is_later=_after(request) is not None,
        address=asking.address,
        users=_users(),
        user_of=_user_of(found) if found else {},
        units=known_units(today()),
        typed={name: request.GET.get(name, "") for name in ("bruger", "enhed", "fra", "til")},
    )


def _asking(request: Asked) -> Asking:
    user, organisation = (request.GET.get(name, "").strip() for name in ("bruger", "enhed"))
    since, until = (day_or_none(request.GET.get(name, "")) for name in ("fra", "til"))
    return Asking(user, organisation, since, until)


def _after(request: Asked) -> int | None:
    given = request.GET.get("efter", "")
    return int(given) if given.isdecimal() and len(given) < 18 else None


def _user_of(found: LookPage) -> dict[str, str]:
    """The login names of those professionals who looked, by id."""
    return dict(Professional.objects.filter(id__in={row.actor for row in found.rows}).values_list("id", "user"))


@dataclass(frozen=True, slots=True)
class Told:
    """A look in words."""

    row: LookRow
    who: str
    role: str
    what: str
    basis: str


def _told(row: LookRow) -> Told:
    role = role_word(row.role)
    return Told(row, row.name or role, role, known_word(LOOK_WORDS, row.what), basis_words(row.basis))


@page("administrator")
def looks_csv(request: Asked) -> HttpResponse:
    """The same looks as a file, every one of them, safe to open in a spreadsheet."""
    asking = _asking(request)
    first = asking.page(request, None, LARGEST_PAGE)
    response = StreamingHttpResponse(_csv(request, asking, first), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="rygrad-adgangslog-{today()}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(request: Asked, asking: Asking, found: LookPage) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(
        [say("tid", "time"), say("hvem", "who"), say("rolle", "role"), say("enhed", "unit"), say("hvad", "what"),
         say("grundlag", "basis"), say("borger", "citizen"), say("forløb", "course"), say("kanal", "channel")]
    )  # fmt: skip
    while True:
        for row in found.rows:
            one = _told(row)
            at = row.at.astimezone(clocks.COPENHAGEN).isoformat(timespec="seconds")
            cells = (
                at,
                one.who,
                one.role,
                row.organisation_name,
                one.what,
                one.basis,
                row.person,
                row.course or "",
                row.channel,
            )
            yield writer.writerow([harmless(cell) for cell in cells])
        if found.following is None:
            return
        found = asking.page(request, found.following, LARGEST_PAGE)


@page("administrator")
def change_log(request: Asked) -> HttpResponse:
    """What administrators did, newest first, a page at a time."""
    found = changes.changes(request.actor, _after(request), _SIZE)
    ids = places_in(row.detail for row in found.rows) | {row.about for row in found.rows}
    offers = Offer.objects.filter(offer__in=ids).order_by("valid_from").values_list("offer", "name")
    places = people.organisation_names(ids, today()) | dict(offers)
    lines = [
        (row, row.words(language()), places.get(row.about, row.about), told(row.detail, places)) for row in found.rows
    ]
    return shown(
        request,
        "admin/changes.html",
        lines=lines,
        next_page=f"{reverse('change_log')}?efter={found.following}" if found.following else "",
        is_later=_after(request) is not None,
    )
