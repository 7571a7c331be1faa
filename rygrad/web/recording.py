"""From a form to the journal: the version that was read, a key that counts once, a receipt, and undo for a minute."""

import json
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.record import acts, journal
from rygrad.record.corrections import MAY_BE_STRUCK
from rygrad.record.door import see_course
from rygrad.record.journal import Receipt
from rygrad.record.letters import sha256
from rygrad.record.refusals import NotFound, Refused, StaleVersion, VersionMissing
from rygrad.web.language import say
from rygrad.web.pages import PERSONS, WORKERS, Asked, page

UNDO_SECONDS = 60
_SALT = "undo"
_NOT_FILLED = ("csrfmiddlewaretoken", "version")
_DIGITS = 9
_BREAKS = "\x7f\x85\u2028\u2029"


def new_key() -> str:
    """A key for one form as it is shown: sent twice, it counts once."""
    return secrets.token_urlsafe(12)


def key_of(request: Asked) -> str:
    """The form's key together with what was filled in: the same form sent again is a retry, another answer is not."""
    filled = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in _NOT_FILLED)
    return f"{request.POST.get('key', '')[:40]}.{sha256(json.dumps(filled))[:16]}"


def was_recorded(request: Asked) -> HttpResponse | None:
    """For a form that was recorded already, as a double click sends it: on to where one was. None for a new one."""
    if not request.POST.get("key"):
        return None
    course = journal.acknowledged(request.actor, key_of(request))
    if not course:
        return None
    messages.info(request, say("Det er registreret én gang.", "It is recorded, once."))
    return redirect(back_of(request) or ("home" if request.actor.role in PERSONS else reverse("course", args=[course])))


def number_of(given: str) -> int | None:
    """A whole number as a form holds it; None for anything else."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= _DIGITS else None


def version_of(request: Asked) -> int:
    """The version the form's page had read; VersionMissing without."""
    found = number_of(request.POST.get("version", ""))
    if found is None:
        raise VersionMissing
    return found


def record(request: Asked, course: str, new: Sequence[acts.Act], *, valid_on: date | None = None) -> Receipt:
    """Append what a form said, as the one who sent it. Raises as ``journal.append`` does."""
    return journal.append(
        request.actor,
        course,
        new,
        expected_version=version_of(request),
        key=key_of(request),
        valid_on=valid_on,
    )


def tell(request: Asked, receipt: Receipt, new: Sequence[acts.Act], said: str) -> None:
    """The receipt on the next page; with a way to undo where every entry may be struck."""
    undo = ""
    if all(isinstance(act, MAY_BE_STRUCK) for act in new) and not receipt.again:
        undo = signing.dumps({"c": receipt.course, "e": receipt.entries, "v": receipt.version}, salt=_SALT)
    messages.success(request, said, extra_tags=undo)


def recorded(
    request: Asked, course: str, new: Sequence[acts.Act], said: str, *, to: str = "", valid_on: date | None = None
) -> HttpResponse:
    """Append, tell, and go on: to an address of ours, else to the course's page."""
    receipt = record(request, course, new, valid_on=valid_on)
    tell(request, receipt, new, said)
    return redirect(to or back_of(request) or reverse("course", args=[course]))


def back_of(request: Asked, name: str = "back") -> str:
    """The address of ours a form asks to come back to; empty for none, or for one that is not ours."""
    wanted = request.POST.get(name, "") or request.GET.get(name, "")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if is_ours and wanted.isprintable() else ""


def written_since(request: Asked) -> dict[str, Any]:
    """What others wrote on this form's course since it was read, for the page that shows the form again."""
    course = request.resolver_match.kwargs.get("course") if request.resolver_match else None
    course = course or request.POST.get("course", "") or request.POST.get("row", "").partition("|")[0]
    if not course:
        return {}
    view = see_course(request.actor, course, channel="web")
    return {"view": view, "since": [entry for entry in view.entries if entry.version > version_of(request)]}


@page(*WORKERS, "citizen", posts=True)
def undo(request: Asked) -> HttpResponse:
    """Strike what the last form recorded, within a minute; the course is where it was."""
    try:
        done = signing.loads(request.POST.get("undo", ""), salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise Refused(
            "too_late",
            "det er for sent at fortryde med et klik.",
            "it is too late to undo with a click.",
            hint={"da": "Ret det på borgerens side.", "en": "Put it right on the citizen's page."},
        ) from None
    reason = say("Fortrudt med det samme", "Undone at once")
    struck = [acts.Correction(corrects=entry, reason=reason) for entry in reversed(done["e"])]
    try:
        journal.append(request.actor, done["c"], struck, expected_version=done["v"], key=f"undo-{done['e'][0]}")
    except StaleVersion:
        raise Refused(
            "written_since",
            "der er skrevet mere i mellemtiden, så det kan ikke fortrydes med et klik.",
            "more has been written since, so it cannot be undone with a click.",
            hint={"da": "Slet indførslen i forløbet.", "en": "Strike the entry in the journey."},
        ) from None
    messages.info(
        request,
        say(
            "Fortrudt. Det er slettet igen, og det kan ses i forløbet.",
            "Undone. It is struck, and the course shows it.",
        ),
    )
    return redirect(back_of(request) or reverse("course", args=[done["c"]]))


def text_of(request: Asked, name: str) -> str:
    """A typed text as it came, with line ends as one kind and without the empty space around it."""
    return request.POST.get(name, "").replace("\r\n", "\n").strip()


def one_line(request: Asked, name: str, longest: int) -> str:
    """A typed text of one line; Refused when it is longer, or holds line breaks or other control characters."""
    text = text_of(request, name)
    if len(text) > longest:
        raise Refused("too_long", f"skriv højst {longest} tegn.", f"write at most {longest} characters.")
    if any(ord(c) < 32 or c in _BREAKS for c in text):
        raise Refused("one_line", "skriv det på én linje.", "write it on one line.")
    return text


def must_be_ours(known: bool) -> None:
    """NotFound for a word in a form that none of our pages offers."""
    if not known:
        raise NotFound
