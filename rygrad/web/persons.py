"""Citizens and relatives as those who log in: an account of their own, and who they act as."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from rygrad.record import people
from rygrad.record.actor import Actor
from rygrad.record.storage import writing
from rygrad.web.models import PersonAccount

AS = "as"


def person_account(person: str, user_name: str = "") -> Any:
    """The login account of a person, made without a password when there is none. NotFound for an unknown person."""
    people.relative_actor(person)
    found = PersonAccount.objects.filter(person=person).select_related("user").first()
    if found is not None:
        return found.user
    with writing():
        user = get_user_model().objects.create_user(user_name or f"person-{person}")
        PersonAccount.objects.create(user=user, person=person)
    return user


def forget(person: str) -> None:
    """Nobody logs in as this person any more: the account goes, and with it every session."""
    with writing():
        for account in PersonAccount.objects.filter(person=person).select_related("user"):
            account.user.delete()


def is_person(user: Any) -> bool:
    """A login of a citizen or relative, and not of somebody who works here."""
    return PersonAccount.objects.filter(user=user).exists()


def person_actor(request: HttpRequest, user: Any) -> Actor | None:
    """Who a logged-in person acts as: as a citizen of their own course, else as a relative; None for nobody's account.

    Somebody who is both chooses in the session.
    """
    found = PersonAccount.objects.filter(user=user).first()
    if found is None:
        return None
    is_citizen = people.has_course(found.person) and request.session.get(AS) != "relative"
    return people.citizen_actor(found.person) if is_citizen else people.relative_actor(found.person)


def user_name_of(name: str) -> str:
    """A user name that is easy to write down: the name in small letters and four digits."""
    plain = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())[:60]
    return f"{plain or 'paaroerende'}-{secrets.randbelow(9000) + 1000}"
