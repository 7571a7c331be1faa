"""S12, the administrator's first page: what needs a look today, and where to go."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.urls import reverse

from rygrad.record.contents import active
from rygrad.record.dated import in_force
from rygrad.record.models import Membership, Offer, Organisation
from rygrad.record.people import organisation_names
from rygrad.web.adminforms import today
from rygrad.web.contentpages import unsigned
from rygrad.web.health import examined
from rygrad.web.language import say, words
from rygrad.web.pages import Asked, page, role_word, shown

OLD_AFTER_DAYS, SOON_DAYS = 60, 30
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing to look at: how much of it, in words, the first few by name, and where it is put right."""

    sentence: str
    named: tuple[tuple[str, str], ...]
    more: int
    address: str
    step: str


@page("administrator")
def overview(request: Asked) -> HttpResponse:
    """What needs attention, the most pressing first; and what there is."""
    day = today()
    found = [*_health(), *_content(), *_waiting(day), *_ending_offers(day), *_ending_memberships(day), *_empty(day)]
    return shown(
        request,
        "admin/overview.html",
        attention=found,
        units=Organisation.objects.count(),
        members=Membership.objects.filter(in_force(day)).values("professional").distinct().count(),
        offers=Offer.objects.filter(in_force(day)).count(),
        identity=active().pathway.identity,
    )


def _attention(sentence: str, named: list[tuple[str, str]], address: str, step: str) -> list[Attention]:
    """One line for the page; none when there is nothing of it."""
    if not named:
        return []
    return [Attention(sentence, tuple(named[:_NAMED]), max(0, len(named) - _NAMED), address, step)]


def _health() -> list[Attention]:
    wrong = [(words(one.said), "") for one in examined() if not one.is_fine]
    return _attention(
        say("Driften melder noget", "Operations report something"),
        wrong,
        reverse("operations"),
        say("Se driften", "See operations"),
    )


def _content() -> list[Attention]:
    named = [(sentence, "") for sentence in unsigned(active().pathway)]
    return _attention(
        say("Indholdet er ikke underskrevet", "The content is not signed"),
        named,
        reverse("contents"),
        say("Se indholdet", "See the content"),
    )


def old_waiting(day: date) -> Q:
    """What picks the offers whose waiting time is unknown, or was checked too long ago."""
    return (
        Q(waiting_weeks=None)
        | Q(waiting_checked_on=None)
        | Q(waiting_checked_on__lt=day - timedelta(days=OLD_AFTER_DAYS))
    )


def _waiting(day: date) -> list[Attention]:
    rows = Offer.objects.filter(in_force(day)).filter(old_waiting(day)).order_by("name")
    named = [(row.name, reverse("local_offer", args=[row.offer])) for row in rows]
    return _attention(
        say(
            f"Ventetid er ukendt eller ældre end {OLD_AFTER_DAYS} dage ved {len(named)} tilbud",
            f"Waiting time is unknown or older than {OLD_AFTER_DAYS} days at {len(named)} offers",
        ),
        named,
        f"{reverse('local_offers')}?vis=ventetid",
        say("Se ventetider efter", "Check waiting times"),
    )


def _ending_offers(day: date) -> list[Attention]:
    rows = Offer.objects.filter(in_force(day), valid_until__lte=day + timedelta(days=SOON_DAYS))
    after = Offer.objects.filter(offer=OuterRef("offer"), valid_from__gt=OuterRef("valid_until"))
    ending = rows.exclude(Exists(after)).order_by("valid_until", "name")
    named = [(row.name, reverse("local_offer", args=[row.offer])) for row in ending]
    return _attention(
        say(f"{len(named)} tilbud slutter inden {SOON_DAYS} dage", f"{len(named)} offers end within {SOON_DAYS} days"),
        named,
        reverse("local_offers"),
        say("Se tilbuddene", "See the offers"),
    )


def _ending_memberships(day: date) -> list[Attention]:
    rows = Membership.objects.filter(in_force(day), valid_until__lte=day + timedelta(days=SOON_DAYS))
    after = Membership.objects.filter(
        professional=OuterRef("professional"),
        organisation=OuterRef("organisation"),
        valid_from__gt=OuterRef("valid_until"),
    )
    ending = rows.exclude(Exists(after)).select_related("professional").order_by("valid_until", "pk")
    named = [
        (f"{row.professional.name}, {role_word(row.role)}", reverse("unit", args=[row.organisation_id]))
        for row in ending
    ]
    return _attention(
        say(
            f"{len(named)} tilknytninger slutter inden {SOON_DAYS} dage",
            f"{len(named)} memberships end within {SOON_DAYS} days",
        ),
        named,
        reverse("units"),
        say("Se enhederne", "See the units"),
    )


def _empty(day: date) -> list[Attention]:
    members = Membership.objects.filter(in_force(day), organisation=OuterRef("pk"))
    ids = list(Organisation.objects.exclude(Exists(members)).values_list("id", flat=True))
    names = organisation_names(ids, day)
    named = sorted((names.get(one, one), reverse("unit", args=[one])) for one in ids)
    return _attention(
        say(f"{len(named)} enheder har ingen medarbejder", f"{len(named)} units have no member"),
        named,
        f"{reverse('units')}?uden=1",
        say("Se enhederne", "See the units"),
    )
