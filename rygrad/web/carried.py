"""What somebody had typed when the session was lost: through the login, back to the one who typed it, and sent once."""

from urllib.parse import urlsplit

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from rygrad.record.actor import Actor
from rygrad.web.answers import fields, heading
from rygrad.web.language import say
from rygrad.web.pages import shown

FIELD = "carried"
LARGEST_IN_SESSION = 262_144


class Carried(msgspec.Struct, frozen=True):
    """A form as it was sent: where to, who typed it, its guards, and every field in its order."""

    action: str
    by: str
    version: str
    key: str
    fields: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """As one hidden field holds it."""
        return msgspec.json.encode(self).decode()

    @property
    def readable(self) -> list[str]:
        """What a person wrote, to be read or copied while nobody is logged in."""
        return [value for name, value in self.fields if heading(name, value)]


# Made here, before there is a thread: see ``rygrad.record.acts``.
_READ = msgspec.json.Decoder(Carried)


def sent(request: HttpRequest, last_here: str) -> Carried:
    """The form that came without a session. One that does not say who typed it is that of who was last here."""
    return Carried(
        action=request.get_full_path(),
        by=request.POST.get("by") or last_here,
        version=request.POST.get("version", ""),
        key=request.POST.get("key", ""),
        fields=tuple((name, value) for name, value, _ in fields(request)),
    )


def carried_of(request: HttpRequest) -> Carried | None:
    """What the login page holds, or what waits in the session while somebody is at the broker's; None for nothing."""
    text = request.POST.get(FIELD) or request.session.get(FIELD, "")
    try:
        found = _READ.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return found if _is_ours(found.action) else None


def _is_ours(address: str) -> bool:
    if not address.startswith("/") or address.startswith(("//", "/\\")) or not address.isprintable():
        return False
    try:
        return bool(getattr(resolve(urlsplit(address).path).func, "policy", None))
    except (Resolver404, ValueError):
        return False


def give_back(request: HttpRequest, kept: Carried, actor: Actor) -> HttpResponse:
    """The form again, to be looked over and sent; to somebody else than its author only that it is not theirs."""
    request.session.pop(FIELD, None)
    if kept.by and kept.by.partition("|")[0] != actor.id:
        told = say(
            "Teksten var skrevet af en anden bruger, og den er ikke sendt.",
            "The text was written by another user, and it is not sent.",
        )
        messages.warning(request, told)
        return redirect("home")
    request.actor = actor
    problem = {
        "code": "back",
        "message": say("Velkommen tilbage. Intet er sendt endnu.", "Welcome back. Nothing is sent yet."),
        "hint": say("Se det igennem, og send.", "Look it over, and send."),
    }
    shown_fields = [(name, value, heading(name, value)) for name, value in kept.fields]
    return shown(
        request,
        "kept.html",
        problem=problem,
        fields=shown_fields,
        action=kept.action,
        version=kept.version,
        key=kept.key,
    )
