"""Who may log in with a password: inviting somebody to choose one, choosing it, changing it, and taking access away.

An account's user name is the ``user`` of a professional of the record; an invitation is a link that works once,
for a day.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, get_user_model, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.record.actor import Actor
from rygrad.record.alphabet import danish_order
from rygrad.record.changes import write_change
from rygrad.record.models import Professional
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.storage import writing
from rygrad.web import attempts
from rygrad.web.language import say
from rygrad.web.models import PersonAccount
from rygrad.web.pages import SIGNED_IN, Asked, page, shown

LONGEST_NAME = 150
LONGEST_PASSWORD = 1000
# Who acts when a command of the machine does.
OPERATOR = Actor("operator", "rygrad user", "administrator")
_TOKENS = PasswordResetTokenGenerator()
_SIGNER = Signer(salt="rygrad.web.accounts", sep=".")


@dataclass(frozen=True, slots=True)
class Account:
    """A professional as one who logs in: ``none``, ``invited`` (no password yet), ``active`` or ``deactivated``."""

    user: str
    name: str
    state: str


def is_name(user: str) -> bool:
    """A text that can be a user name in every database."""
    return 0 < len(user) <= LONGEST_NAME and user.isprintable()


def account(user: str) -> Any:
    """The login account of a professional (made when there is none) or of a person. NotFound, Refused."""
    if not is_name(user):
        raise Refused("user_name", "brugernavnet kan ikke bruges til login.", "the user name cannot be used to log in.")
    accounts = get_user_model().objects
    found = accounts.filter(username=user).first()
    if found and PersonAccount.objects.filter(user=found).exists():
        return found
    if not Professional.objects.filter(user=user).exists():
        raise NotFound
    return found or accounts.create_user(user)


def invite(user: str, *, by: Actor = OPERATOR) -> str:
    """The address, below the site's own, where a professional chooses a password: works once, for a day.

    Makes the account, or gives a deactivated one access again; an old password works until the new one is chosen.
    NotFound when nobody has that user name.
    """
    with writing():
        found = account(user)
        if not found.is_active:
            found.is_active = True
            found.set_unusable_password()
            found.save()
        write_change(by, "account_invited", user, {})
    return invitation(found)


def invitation(user: Any) -> str:
    """The address where this account's password is chosen, once, within a day."""
    return reverse("new_password", args=[_SIGNER.sign(f"{user.pk}.{_TOKENS.make_token(user)}")])


def choose_password(user: Any, password: str, *, by: Actor = OPERATOR) -> None:
    """Store a new password; every other session ends. Refused with what is wrong with it."""
    check_password_rules(user, password)
    user.set_password(password)
    with writing():
        user.save(update_fields=["password"])
        write_change(by, "password_chosen", user.get_username(), {})
    attempts.forget(user.get_username())


def check_password_rules(user: Any, password: str) -> None:
    """Refused with every rule that a password breaks, in the language at hand."""
    if len(password) > LONGEST_PASSWORD:
        raise Refused("password", "adgangskoden er for lang.", "the password is too long.")
    who = Professional.objects.filter(user=user.get_username()).first()
    user.first_name = who.name[:LONGEST_NAME] if who else ""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        said = " ".join(problem.messages)
        raise Refused("password", said, said) from None


def deactivate(user: str, *, by: Actor = OPERATOR) -> None:
    """No login from now on, and every session ends at its next request. NotFound; Refused when it is so already."""
    with writing():
        found = get_user_model().objects.filter(username=user).first() if is_name(user) else None
        if found is None:
            raise NotFound
        if not found.is_active:
            raise Refused("deactivated", "brugeren er spærret i forvejen.", "the user is deactivated already.")
        found.is_active = False
        found.save()
        write_change(by, "account_deactivated", user, {})


def accounts() -> list[Account]:
    """Every professional with the state of their login, by name."""
    found = {one.get_username(): one for one in get_user_model().objects.all()}
    rows = [Account(who.user, who.name, _state(found.get(who.user))) for who in Professional.objects.all()]
    return sorted(rows, key=lambda row: (danish_order(row.name), row.user))


def _state(user: Any) -> str:
    if user is None:
        return "none"
    if not user.is_active:
        return "deactivated"
    return "active" if user.has_usable_password() else "invited"


@page(public=True)
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by an invitation that has not been used."""
    user = _invited(token)
    if user is None:
        wrong = say(
            "Linket er brugt eller for gammelt. Bed den, der gav dig det, om et nyt.",
            "The link was used or is too old. Ask whoever gave it to you for a new one.",
        )
        return shown(request, "refused.html", status=410, problem={"code": "link", "message": wrong, "hint": ""})
    if request.method != "POST":
        return _password_page(request, user)
    if (problem := _chosen(request, user)) is not None:
        return _password_page(request, user, wrong=problem, status=422)
    messages.success(request, say("Adgangskoden er valgt. Log ind med den.", "The password is chosen. Log in with it."))
    return redirect("login")


def _invited(token: str) -> Any:
    try:
        pk, _, rest = _SIGNER.unsign(token).partition(".")
    except BadSignature:
        return None
    user = get_user_model().objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and _TOKENS.check_token(user, rest) else None


@page(*SIGNED_IN)
def change_password(request: Asked) -> HttpResponse:
    """A new password for the one who is logged in; this session stays, every other ends."""
    user: Any = request.user
    if not user.has_usable_password():
        raise Refused(
            "no_password",
            "du har ingen adgangskode her.",
            "you have no password here.",
            hint={"da": "Du logger ind gennem din organisation.", "en": "You log in through your organisation."},
        )
    if request.method != "POST":
        return _password_page(request, user, current=True)
    typed = request.POST.get("current", "")
    if authenticate(request, username=user.get_username(), password=typed) is None:
        wrong = say("Den nuværende adgangskode er forkert.", "The current password is wrong.")
        return _password_page(request, user, wrong=wrong, status=422, current=True)
    if (problem := _chosen(request, user)) is not None:
        return _password_page(request, user, wrong=problem, status=422, current=True)
    update_session_auth_hash(request, user)
    messages.success(request, say("Adgangskoden er ændret.", "The password is changed."))
    return redirect("home")


def _chosen(request: HttpRequest, user: Any) -> str | None:
    """Store what was typed twice; else what is wrong with it."""
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return say("De to adgangskoder er ikke ens.", "The two passwords differ.")
    who = Professional.objects.filter(user=user.get_username()).first()
    by = Actor(who.id, who.name, who.profession) if who else OPERATOR
    try:
        choose_password(user, new, by=by)
    except Refused as problem:
        return say(problem.message["da"], problem.message["en"])
    return None


def _password_page(
    request: HttpRequest, user: Any, *, wrong: str = "", status: int = 200, current: bool = False
) -> HttpResponse:
    name = user.get_username()
    return shown(request, "password.html", status=status, wrong=wrong, account=name, current=current)
