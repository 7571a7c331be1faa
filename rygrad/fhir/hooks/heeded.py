"""How often cards are followed and overridden, and why: cards that nobody heeds hide those that matter."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time

from rygrad.fhir.models import Advice, Feedback
from rygrad.record import clocks


@dataclass(slots=True)
class Heeded:
    """Cards of one kind: given, and what became of them by the newest that was said of each; the rest are unsaid.

    ``reasons``: how often each reason (its code, or empty) was named for an override.
    """

    service: str
    about: str
    state: str
    given: int = 0
    accepted: int = 0
    overridden: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def overridden_per_cent(self) -> int | None:
        """Of those that something was said of; None when nothing was said of any."""
        said = self.accepted + self.overridden
        return round(100 * self.overridden / said) if said else None


def heeded(since: date | None = None) -> list[Heeded]:
    """Every kind of card given since that day (ever when None), those overridden most often first."""
    found: dict[tuple[str, str, str], Heeded] = {}
    advice = Advice.objects.all()
    outcomes = Feedback.objects.order_by("outcome_at", "pk")
    if since is not None:
        begun = datetime.combine(since, time(), clocks.COPENHAGEN)
        advice, outcomes = advice.filter(at__gte=begun), outcomes.filter(advice__at__gte=begun)
    newest = {card: (what, why) for card, what, why in outcomes.values_list("advice_id", "outcome", "reason")}
    for card, *kind in advice.values_list("id", "service", "about", "state").iterator():
        service, about, state = kind
        one = found.setdefault((service, about, state), Heeded(service, about, state))
        one.given += 1
        what, why = newest.get(card, ("", ""))
        one.accepted += what == "accepted"
        one.overridden += what == "overridden"
        if what == "overridden":
            one.reasons[why.rpartition("|")[2]] += 1
    return sorted(found.values(), key=lambda one: (-one.overridden, -one.given, one.service, one.about, one.state))
