"""Every address of the site, each with somebody of the cast who may be there: generated from the routes."""

from dataclasses import dataclass
from typing import Any

from rygrad.record.contents import active
from rygrad.record.journal import entries_of
from rygrad.record.models import Membership
from tests.browser.test_everybody import address, addresses
from tests.trust.attacks.cast_walks import House

_ROLES = {
    "general_practitioner": "anna",
    "administrator": "gustav",
    "citizen": "dina",
    "relative": "erik",
    "physiotherapist": "bo",
    "public": "anna",
}


@dataclass(frozen=True)
class Place:
    """One address with its route's name, and who of the cast may be there."""

    name: str
    at: str
    user: str


def values(made: House) -> dict[str, Any]:
    """What stands in the addresses: the referred course and what belongs to it."""
    course, place = made.courses["referred"], made.record.bo.organisation
    return {
        "course": course,
        "own": course,
        "to": made.record.erik.id,
        "step": "smerte",
        "group": "recurrent",
        "referral": "r1",
        "entry": next(entry.id for entry in entries_of(course) if entry.type == "referral_sent"),
        "effort": "back_unit",
        "citizen": "laenge",
        "service": "rygrad-patient-view",
        "token": "x",
        "organisation": place,
        "offer": "offer-x",
        "sha256": active().sha256,
        "indicator": "Q2",
        "membership": Membership.objects.filter(organisation_id=place)[0].pk,
    }


def everywhere(made: House) -> list[Place]:
    """All of them, in the order of the routes."""
    known = values(made)
    return [Place(name, address(name, pattern, known), _who(page)) for name, (pattern, page) in addresses().items()]


def _who(page: Any) -> str:
    return next(user for role, user in _ROLES.items() if role in page.policy)
