"""What an OpenID broker says about somebody, held against the memberships in force that day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q

from rygrad.record import people
from rygrad.record.actor import CLINICIANS, ROLES, Actor
from rygrad.record.changes import write_change
from rygrad.record.dated import in_force
from rygrad.record.models import Membership, Organisation, Professional
from rygrad.record.refusals import Refused
from rygrad.record.storage import writing
from rygrad.web.accounts import is_name

# Whoever runs the system is added by name, never by a broker's word.
_REGISTERED = (*CLINICIANS, "municipal_worker")
_ACTS = Actor("broker", "OpenID", "administrator")


class BrokerRefused(Refused):
    """Somebody whom the broker knows, and who may not in here (403)."""

    status = 403


def places_of(claims: Mapping[str, Any], day: date) -> tuple[str, list[str]]:
    """The user name, and the organisations where a membership in force that day is what the claims say.

    BrokerRefused when a claim is missing, its role is not known here, or no membership fits.
    """
    user = _one(claims, settings.OIDC_CLAIM_USER)
    organisations = _several(claims, settings.OIDC_CLAIM_ORGANISATION)
    roles = [ours for word in _several(claims, settings.OIDC_CLAIM_ROLE) if (ours := _ours(word))]
    if not roles:
        raise BrokerRefused(
            "unknown_role",
            "din rolle hos login-tjenesten har ikke adgang her.",
            "your role at the login service has no access here.",
            hint={
                "da": "Vælg en anden rolle ved login, eller bed din organisation om at tilføje den.",
                "en": "Choose another role when you log in, or ask your organisation to add it.",
            },
        )
    found = _members(user, organisations, roles, day)
    if not found and settings.OIDC_REGISTERS:
        _register(user, claims, organisations, roles, day)
        found = _members(user, organisations, roles, day)
    if not found:
        raise BrokerRefused(
            "no_membership",
            "du er ikke tilknyttet den enhed i den rolle i dag.",
            "you do not belong to that organisation in that role today.",
            hint={
                "da": "Bed administrator om at oprette tilknytningen, eller log ind i en anden rolle.",
                "en": "Ask the administrator to add the membership, or log in with another role.",
            },
        )
    return user, found


def _members(user: str, organisations: list[str], roles: list[str], day: date) -> list[str]:
    named = Q(organisation_id__in=organisations) | Q(organisation__sor_code__in=organisations)
    rows = Membership.objects.filter(in_force(day), named, professional__user=user, role__in=roles)
    return list(dict.fromkeys(rows.order_by("pk").values_list("organisation_id", flat=True)))


def _register(user: str, claims: Mapping[str, Any], organisations: list[str], roles: list[str], day: date) -> None:
    """One membership from today for one role at one organisation of the record; nothing when it is not as clear."""
    named = Q(id__in=organisations) | Q(sor_code__in=organisations)
    places = list(Organisation.objects.filter(named).exclude(kind="region")[:2])
    if len(places) != 1 or len(roles) != 1 or roles[0] not in _REGISTERED:
        return
    place, role = places[0].id, roles[0]
    with writing():
        who = Professional.objects.filter(user=user).first()
        if who is None:
            name = claims.get(settings.OIDC_CLAIM_NAME)
            people.register_professional(user, name if isinstance(name, str) else user, role, place, valid_from=day)
        elif Membership.objects.filter(in_force(day), professional=who, organisation_id=place).exists():
            return
        else:
            Membership.objects.create(professional=who, organisation_id=place, role=role, valid_from=day)
        write_change(_ACTS, "registered_at_login", user, {"organisation": place, "role": role, "valid_from": day})


def _ours(word: str) -> str | None:
    """Our role for the broker's word; None for none."""
    pairs = (pair.partition("=") for pair in settings.OIDC_ROLES.split(",") if pair.strip())
    named = {theirs.strip(): ours.strip() for theirs, _, ours in pairs}
    ours = named.get(word) if named else word
    return ours if ours in ROLES and ours not in ("citizen", "relative") else None


def _one(claims: Mapping[str, Any], name: str) -> str:
    found = claims.get(name)
    if not isinstance(found, str) or not is_name(found):
        raise _missing(name)
    return found


def _several(claims: Mapping[str, Any], name: str) -> list[str]:
    found = claims.get(name)
    listed = found if isinstance(found, list) else [found]
    kept = [str(one) for one in listed if isinstance(one, str | int) and is_name(str(one))]
    if not kept:
        raise _missing(name)
    return kept


def _missing(name: str) -> BrokerRefused:
    return BrokerRefused(
        "claim",
        f"login-tjenesten sagde ikke, hvad der kræves ({name}).",
        f"the login service did not say what is required ({name}).",
        hint={
            "da": "Bed administrator om at se login-tjenestens opsætning efter.",
            "en": "Ask the administrator to check the set-up of the login service.",
        },
    )
