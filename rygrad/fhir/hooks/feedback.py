"""What became of cards, read and kept beside the advice. It counts once, however often it is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rygrad.fhir.hooks.asked import BadCall
from rygrad.fhir.models import Advice, Feedback
from rygrad.pathway.words import Phrase
from rygrad.record import clocks
from rygrad.record.refusals import NotFound
from rygrad.record.storage import writing

_LONGEST_COMMENT, _LONGEST_REASON, _MOST = 4000, 400, 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one card."""

    card: str
    outcome: str
    at: datetime
    reason: str
    comment: str
    accepted: str


def outcomes(given: Any) -> list[Outcome]:
    """The outcomes of a feedback call; BadCall names the element that is missing or wrong."""
    listed = given.get("feedback") if isinstance(given, Mapping) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST:
        raise _wrong("feedback", f"en liste med 1–{_MOST}", f"a list of 1–{_MOST}")
    return [_outcome(one) for one in listed]


def keep(service: str, told: Iterable[Outcome]) -> None:
    """Store them, all or none; NotFound for a card that this service never gave."""
    told = list(told)
    with writing():
        known = Advice.objects.filter(service=service, id__in={one.card for one in told}).in_bulk()
        if any(one.card not in known for one in told):
            raise NotFound
        rows = [
            Feedback(
                advice=known[one.card],
                at=clocks.now(),
                outcome=one.outcome,
                outcome_at=one.at,
                reason=one.reason,
                comment=one.comment,
                accepted_suggestions=one.accepted,
            )
            for one in told
        ]
        Feedback.objects.bulk_create(rows, ignore_conflicts=True)


def _outcome(given: Any) -> Outcome:
    if not isinstance(given, Mapping):
        raise _wrong("feedback", "en liste af objekter", "a list of objects")
    outcome = given.get("outcome")
    if outcome not in ("accepted", "overridden"):
        raise _wrong("outcome", "accepted eller overridden", "accepted or overridden")
    override = given.get("overrideReason") or {}
    if not isinstance(override, Mapping):
        raise _wrong("overrideReason", "et objekt", "an object")
    return Outcome(
        card=_uuid(given.get("card"), "card"),
        outcome=outcome,
        at=_instant(given.get("outcomeTimestamp")),
        reason=_reason(override.get("reason")),
        comment=_text(override.get("userComment"), "userComment", _LONGEST_COMMENT),
        accepted=_accepted(given.get("acceptedSuggestions")),
    )


def _reason(given: Any) -> str:
    """``system|code``, whosever it is; empty when none is named."""
    if given is None:
        return ""
    if not isinstance(given, Mapping) or not isinstance(given.get("code"), str):
        raise _wrong("overrideReason.reason", "en Coding", "a Coding")
    system = given.get("system", "")
    return _text(f"{system}|{given['code']}", "overrideReason.reason", _LONGEST_REASON)


def _accepted(given: Any) -> str:
    if given is None:
        return ""
    if not isinstance(given, list) or len(given) > _MOST or not all(isinstance(one, Mapping) for one in given):
        raise _wrong("acceptedSuggestions", "en liste af objekter", "a list of objects")
    return " ".join(_uuid(one.get("id"), "acceptedSuggestions.id") for one in given)


def _uuid(given: Any, name: str) -> str:
    try:
        return str(UUID(given if isinstance(given, str) else ""))
    except ValueError:
        raise _wrong(name, "en UUID", "a UUID") from None


def _instant(given: Any) -> datetime:
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _wrong("outcomeTimestamp", "et tidspunkt med tidszone", "an instant with a time zone")
    return found


def _text(given: Any, name: str, longest: int) -> str:
    """The text, whole: too long a one is refused, never cut."""
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > longest or "\0" in given:
        raise _wrong(name, f"tekst på højst {longest} tegn", f"text of at most {longest} characters")
    return given


def _wrong(name: str, da: str, en: str) -> BadCall:
    hint = Phrase("Intet er gemt.", "Nothing was stored.")
    return BadCall("feedback", f"{name} skal være {da}.", f"{name} must be {en}.", hint)
