"""S8, sharing: relatives (invite, parts, end date, see what they see, revoke), and parts blocked from other sectors."""

from datetime import date
from typing import Any, get_args

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.decision.dates import add_months, read_day
from rygrad.record import acts, citizenview, clocks, people
from rygrad.record.access import PART_WORDS
from rygrad.record.act import PARTS, BlockedPart, Part, Sector
from rygrad.record.coursefile import Relationship
from rygrad.record.door import CourseView, see_as_relative, see_course
from rygrad.record.refusals import Refused
from rygrad.record.storage import writing
from rygrad.record.words import VALUE_WORDS
from rygrad.web.accounts import invitation
from rygrad.web.citizen.relative import as_shared
from rygrad.web.language import say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.persons import person_account, user_name_of
from rygrad.web.recording import must_be_ours, record, recorded, text_of

SHARED_FOR_MONTHS, LONGEST_MONTHS = 3, 12
OPTIONAL: tuple[Part, ...] = ("scores", "work", "clinical")
BLOCKED = get_args(BlockedPart)
SECTORS = get_args(Sector)


@page("citizen")
def sharing(request: Asked) -> HttpResponse:
    """Who sees what of the own course."""
    return redirect("sharing_of", citizenview.own_courses(request.actor)[0].course)


@page("citizen")
def sharing_of(request: Asked, own: str) -> HttpResponse:
    """The same for one course."""
    return shown(request, "citizen/sharing.html", **_context(request, own))


def _context(request: Asked, own: str) -> dict[str, Any]:
    view, today = see_course(request.actor, own, channel="web"), clocks.local_day(clocks.now())
    courses = citizenview.own_courses(request.actor)
    return {
        "view": view,
        "here": reverse("sharing_of", args=[own]),
        "shared": [_shared(view, one) for one in view.sharings],
        "before": citizenview.shared_before(request.actor, own, today),
        "optional": [(part, words(PART_WORDS[part]), _means(part)) for part in OPTIONAL],
        "until": add_months(today, SHARED_FOR_MONTHS),
        "earliest": today,
        "latest": add_months(today, LONGEST_MONTHS),
        "blocks": _blocks(view),
        "any_block": bool(view.blocks),
        "is_open": not any(one.course == own and one.ended_on for one in courses),
        "others": [one for one in courses if one.course != own],
    }


def _shared(view: CourseView, one: Relationship) -> dict[str, Any]:
    return {
        "to": one.to,
        "name": view.names.get(one.to, ""),
        "parts": [words(PART_WORDS[part]) for part in PARTS if part in one.parts],
        "until": one.valid_until,
    }


def _means(part: str) -> str:
    return {
        "scores": say("Dine tal for smerter og funktion.", "Your numbers for pain and function."),
        "work": say("Dit arbejde og en sygemelding.", "Your work and a sick leave."),
        "clinical": say(
            "Dine svar, det behandlerne skriver, og hvad de finder.",
            "Your answers, what the therapists write, and what they find.",
        ),
    }[part]


def _blocks(view: CourseView) -> list[tuple[str, list[dict[str, Any]]]]:
    """For each sector: its words, and each part with what it means to block it there."""
    return [
        (
            words(VALUE_WORDS[sector]),
            [
                {
                    "part": part,
                    "sector": sector,
                    "words": words(PART_WORDS[part]),
                    "is_blocked": (is_blocked := (part, sector) in view.blocks),
                    "means": f"{_unseen(part, sector, is_blocked=is_blocked)} {_may_mean(part, sector)}",
                }
                for part in BLOCKED
            ],
        )
        for sector in SECTORS
    ]


def _unseen(part: str, sector: str, *, is_blocked: bool) -> str:
    who = {
        "practice": say(
            "andre læger, fysioterapeuter og kiropraktorer", "other doctors, physiotherapists and chiropractors"
        ),
        "hospital": say("sygehuset", "the hospital"),
        "municipality": say("kommunen", "the municipality"),
    }[sector]
    what = {
        "work": say("dit arbejde og din sygemelding", "your work and your sick leave"),
        "clinical": say("dine svar og det, behandlerne skriver", "your answers and what the therapists write"),
        "scores": say("dine tal for smerter og funktion", "your numbers for pain and function"),
    }[part]
    if is_blocked:
        return say(f"Nu kan {who} ikke se {what}.", f"Now {who} cannot see {what}.")
    return say(f"Så kan {who} ikke se {what}.", f"Then {who} cannot see {what}.")


def _may_mean(part: str, sector: str) -> str:
    if part == "work":
        return say(
            "Det kan betyde, at de ikke kan hjælpe dig med arbejdet.",
            "It can mean that they cannot help you with your work.",
        )
    if part == "scores":
        return say(
            "Det kan betyde, at de ikke ved, om behandlingen hjælper.",
            "It can mean that they do not know if the treatment helps.",
        )
    if sector == "municipality":
        return say(
            "Det kan betyde, at de spørger dig om det samme igen.", "It can mean that they ask you the same again."
        )
    return say(
        "Det kan betyde, at de spørger dig om det samme igen. Og de kan ikke skrive om din behandling her.",
        "It can mean that they ask you the same again. And they cannot write about your treatment here.",
    )


@page("citizen", posts=True)
def invite(request: Asked, own: str) -> HttpResponse:
    """Share with a relative until a day; who has never logged in gets a link to choose a password by, shown once."""
    today, chosen = clocks.local_day(clocks.now()), request.POST.getlist("part")
    must_be_ours(set(chosen) <= set(OPTIONAL))
    view, until = see_course(request.actor, own, channel="web"), _until(request, today)
    to, before = request.POST.get("to", ""), citizenview.shared_before(request.actor, own, today)
    must_be_ours(not to or to in before)
    name = before[to] if to else text_of(request, "name")
    if not name:
        raise Refused("name", "skriv navnet på din pårørende.", "write the name of your relative.")
    parts = tuple(part for part in PARTS if part == "plan" or part in chosen)
    with writing():  # all or nothing: no person is left behind by a sharing that was refused
        relative = to or people.register_person(name, {}, is_invented=view.is_invented)
        record(request, own, [acts.AccessGranted(relative, "sharing", parts, until)])
        user = person_account(relative, user_name_of(name))
    address = request.build_absolute_uri(invitation(user)) if _is_new(user, relative) else ""
    told = {"address": address, "name": name, "until": until, "user_name": user.get_username()}
    return shown(request, "citizen/sharing_invited.html", **told, view=view)


def _until(request: Asked, today: date) -> date:
    until = read_day(text_of(request, "until"))
    if until is None or not today <= until <= add_months(today, LONGEST_MONTHS):
        raise Refused("until", "vælg en dag inden for et år.", "choose a day within a year.")
    return until


def _is_new(user: Any, relative: str) -> bool:
    """Nobody has used this login: only then may another person's hands carry the link to it."""
    return not (user.has_usable_password() or user.last_login or people.has_course(relative))


@page("citizen", posts=True)
def revoke(request: Asked, own: str) -> HttpResponse:
    """The relative sees nothing more, from the next request."""
    to = request.POST.get("to", "")
    view = see_course(request.actor, own, channel="web")
    must_be_ours(any(one.to == to for one in view.sharings))
    said = say("Delingen er stoppet.", "The sharing has stopped.")
    return recorded(request, own, [acts.AccessRevoked(to)], said, to=reverse("sharing_of", args=[own]))


@page("citizen", posts=True)
def block(request: Asked, own: str) -> HttpResponse:
    """Block a part from a sector, or lift the block."""
    part, sector, lift = (request.POST.get(name, "") for name in ("part", "sector", "lift"))
    must_be_ours(part in BLOCKED and sector in SECTORS)
    kind = acts.PartUnblocked if lift else acts.PartBlocked
    said = say("Spærringen er ophævet.", "The block is lifted.") if lift else say("Det er spærret.", "It is blocked.")
    new = [kind(part, sector)]
    return recorded(request, own, new, said, to=reverse("sharing_of", args=[own]) + "#spaer")


@page("citizen")
def as_relative(request: Asked, own: str, to: str) -> HttpResponse:
    """Exactly what this relative sees today."""
    view = see_as_relative(request.actor, own, to, channel="web")
    return shown(request, "citizen/relative.html", **as_shared(view), back=reverse("sharing_of", args=[own]))
