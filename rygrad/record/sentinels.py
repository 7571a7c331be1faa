"""The sentinel citizens, asked of the content in force as every citizen is: an answer that changed is an alarm."""

import logging
from dataclasses import dataclass

from rygrad.decision.sentinels import Changed, changed_sentinels, told
from rygrad.pathway.words import Phrase
from rygrad.record.condition import Finding
from rygrad.record.contents import active

_LOG = logging.getLogger("rygrad.sentinels")


@dataclass(frozen=True, slots=True)
class SentinelsAsked:
    """How many were asked, and those answered otherwise than when the content was checked."""

    asked: int
    changed: tuple[Changed, ...]
    is_possible: bool = True
    """Whether they could be asked at all."""


def ask() -> SentinelsAsked:
    """Ask them all, in this process, of the content in force (NotFound without). Changes are logged as errors."""
    programme = active()
    changed = tuple(changed_sentinels(programme.pathway, programme.decide))
    if changed:  # sentinels are invented: their names may stand in a log
        _LOG.error("sentinel citizens answered otherwise: %s", ", ".join(one.sentinel for one in changed))
    return SentinelsAsked(len(programme.pathway.sentinels), changed)


def findings(asked: SentinelsAsked) -> list[Finding]:
    """What changed, as ``told`` says it; one line when nothing did, or when they could not be asked."""
    if not asked.is_possible:
        return [Finding(False, Phrase("kontrolborgerne kan ikke spørges", "the sentinel citizens cannot be asked"))]
    if not asked.asked:
        return [Finding(None, Phrase("indholdet har ingen kontrolborgere", "the content has no sentinel citizens"))]
    if asked.changed:
        return [Finding(False, said) for said in told(asked.changed)]
    return [
        Finding(
            True,
            Phrase(
                f"{asked.asked} kontrolborgere spurgt: alle får det svar, de skal have",
                f"{asked.asked} sentinel citizens asked: all are answered as they should be",
            ),
        )
    ]
