"""The systems that may ask: each for one organisation, answered for by one professional there; ended, never deleted.

An administrator changes them, and each change is a line in the change log.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Q

from rygrad.fhir.api import keys as key_sets
from rygrad.fhir.api import scopes as smart
from rygrad.fhir.models import ApiClient
from rygrad.record import clocks, people
from rygrad.record.actor import Actor
from rygrad.record.alphabet import danish_order
from rygrad.record.changes import must_administer, write_change
from rygrad.record.identity import new_id
from rygrad.record.models import Professional
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.storage import writing
from rygrad.record.wording import storable

_LONGEST_ID = 255
_EXAMPLE = "system/*.rs, system/Observation.crs, user/Task.ru"


@dataclass(frozen=True, slots=True)
class Client:
    """A registered system. ``user`` answers for it; ``keys`` are the ids of its public keys."""

    id: str
    name: str
    organisation: str
    user: str
    scopes: str
    keys: tuple[str, ...]
    added_at: datetime
    ended_at: datetime | None


def register(
    actor: Actor, name: str, organisation: str, user: str, keys: str, scopes: str, *, at: datetime | None = None
) -> str:
    """A new system; its id back. ``keys`` is the text of its public JWKS, ``scopes`` what it may ask for at most.

    NotAllowed; Refused when the name, keys or scopes will not do, or nobody of that user name works there today.
    """
    must_administer(actor)
    storable(user)
    if smart.unknown(scopes) or not scopes.strip():
        raise Refused("scopes", "omfanget kan ikke bruges.", "the scopes cannot be used.", known=_EXAMPLE)
    instant = at or clocks.now()
    client = ApiClient(
        id=new_id("s"),
        name=people.text(name),
        organisation=organisation,
        user=user,
        keys=key_sets.checked(keys),
        scopes=str(smart.parse(scopes)),
        added_at=instant,
    )
    if actor_of(client, user) is None:
        raise Refused(
            "answers_for",
            "den medarbejder arbejder ikke på den enhed i dag.",
            "that professional does not work at that organisation today.",
        )
    detail = {"name": name, "organisation": organisation, "user": user, "scopes": client.scopes}
    with writing():
        client.save(force_insert=True)
        write_change(actor, "client_added", client.id, {**detail, "keys": key_sets.names(client.keys)}, at=instant)
    return client.id


def replace_keys(actor: Actor, client: str, keys: str, *, at: datetime | None = None) -> None:
    """Other keys from now on: tokens got with the old ones end at their next request. NotFound, Refused."""
    must_administer(actor)
    new = key_sets.checked(keys)
    with writing():
        found = _there(client)
        detail = {
            "name": found.name,
            "before": {"keys": key_sets.names(found.keys)},
            "after": {"keys": key_sets.names(new)},
        }
        found.keys = new
        found.save()
        write_change(actor, "client_keys_replaced", found.id, detail, at=at)


def end(actor: Actor, client: str, *, at: datetime | None = None) -> None:
    """No token from now on, and those there are end at their next request. NotFound, also when it has ended before."""
    must_administer(actor)
    with writing():
        found = _there(client)
        found.ended_at = at or clocks.now()
        found.save()
        write_change(actor, "client_ended", found.id, {"name": found.name}, at=at)


def clients(actor: Actor) -> list[Client]:
    """Every system there is or was, by name. NotAllowed to everybody but administrators."""
    must_administer(actor)
    rows = sorted(ApiClient.objects.all(), key=lambda row: (danish_order(row.name), row.id))
    return [
        Client(
            row.id,
            row.name,
            row.organisation,
            row.user,
            row.scopes,
            tuple(key_sets.names(row.keys)),
            row.added_at,
            row.ended_at,
        )
        for row in rows
    ]


def in_force(client: str) -> ApiClient | None:
    """The system with this id; None when there is none, or it has ended."""
    return ApiClient.objects.filter(id=client, ended_at=None).first() if _is_word(client) else None


def actor_of(client: ApiClient, user: str) -> Actor | None:
    """The professional as they act at the system's organisation today; None when not there, or deactivated."""
    if get_user_model().objects.filter(username=user, is_active=False).exists():
        return None
    try:
        return people.professional_actor(user, clocks.local_day(clocks.now()), client.organisation)
    except NotFound:
        return None


def login_of(client: ApiClient, subject: str) -> str | None:
    """The login name of whom a system calls this, by login name or authorisation id; None unless exactly one fits."""
    if not _is_word(subject):
        return None
    known = Professional.objects.filter(Q(user=subject) | Q(authorisation=subject)).values_list("user", flat=True)
    found = [user for user in known if actor_of(client, user)]
    return found[0] if len(found) == 1 else None


def _there(client: str) -> ApiClient:
    found = in_force(client)
    if found is None:
        raise NotFound
    return found


def _is_word(sent: str) -> bool:
    """No database is asked for what none can hold."""
    return sent.isprintable() and len(sent) <= _LONGEST_ID
