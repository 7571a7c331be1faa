"""What a system may ask for, in SMART's words: ``system/Observation.rs``, and those of version 1 (``.read``).

``system`` is for the system itself, ``user`` for a professional who acts through it. Grammar and letters:
https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

TYPES = frozenset(
    {
        "ActivityDefinition",
        "AuditEvent",
        "CarePlan",
        "CareTeam",
        "CodeSystem",
        "Communication",
        "Condition",
        "EpisodeOfCare",
        "Library",
        "Observation",
        "Organization",
        "Patient",
        "PlanDefinition",
        "Practitioner",
        "PractitionerRole",
        "Provenance",
        "Questionnaire",
        "QuestionnaireResponse",
        "RelatedPerson",
        "ServiceRequest",
        "Task",
        "ValueSet",
    }
)
"""The resource types that can be asked for. A scope for another is dropped."""

LETTERS = "crus"
"""Create, read, update, search. Nothing is ever deleted here, so ``d`` is understood and never granted."""

_CONTEXTS = ("system", "user")
SUPPORTED = tuple(f"{context}/*.{LETTERS}" for context in _CONTEXTS)
_ANY = "*"
_SCOPE = re.compile(r"(system|user)/(\*|[A-Za-z]+)\.(c?r?u?d?s?|read|write|\*)")
_VERSION_1 = {"read": "rs", "write": "cu", _ANY: LETTERS}

Grant = tuple[str, str, str]
"""Context, resource type (or ``*``), letter."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """What is granted. ``str`` of it is a scope parameter of version 2; nothing granted is false."""

    grants: frozenset[Grant] = frozenset()

    def allow(self, resource_type: str, letter: str) -> bool:
        """Whether one interaction (``c``, ``r``, ``u``, ``s``) with a resource type is granted, in any context."""
        wanted = {(context, kind, letter) for context in _CONTEXTS for kind in (_ANY, resource_type)}
        return not self.grants.isdisjoint(wanted)

    def within(self, wider: "Scopes") -> "Scopes":
        """What of these the wider ones hold too. ``system/*`` within ``system/Task`` is ``system/Task``."""
        pairs = ((mine, theirs) for mine in self.grants for theirs in wider.grants)
        return Scopes(frozenset(both for mine, theirs in pairs for both in _both(mine, theirs)))

    def of_system(self) -> "Scopes":
        """Without those that need a person: what holds when nobody is at the keyboard."""
        return Scopes(frozenset(one for one in self.grants if one[0] == "system"))

    def __bool__(self) -> bool:
        """Whether anything is granted."""
        return bool(self.grants)

    def __str__(self) -> str:
        """The grants as a scope parameter, in a fixed order."""
        heads = sorted({grant[:2] for grant in self.grants})
        return " ".join(f"{context}/{kind}.{self._letters(context, kind)}" for context, kind in heads)

    def _letters(self, context: str, kind: str) -> str:
        return "".join(letter for letter in LETTERS if (context, kind, letter) in self.grants)


def parse(text: str) -> Scopes:
    """The scopes of a text with spaces between. What is unknown, or narrowed with ``?``, grants nothing."""
    return Scopes(frozenset(grant for word in text.split() for grant in _grants(word)))


def unknown(text: str) -> list[str]:
    """The words of a text that grant nothing here, in their order."""
    return [word for word in text.split() if not parse(word)]


def _grants(word: str) -> Iterable[Grant]:
    found = _SCOPE.fullmatch(word)
    if found is None or found[2] not in (_ANY, *TYPES):
        return ()
    letters = _VERSION_1.get(found[3], found[3])
    return ((found[1], found[2], letter) for letter in letters if letter in LETTERS)


def _both(mine: Grant, theirs: Grant) -> Iterable[Grant]:
    if (mine[0], mine[2]) == (theirs[0], theirs[2]):
        if theirs[1] in (_ANY, mine[1]):
            yield mine
        elif mine[1] == _ANY:
            yield theirs
