"""Which codes a value set holds, by the JSON of the value sets and code systems that come with R4 and Denmark's package."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from tests.fhir.validator.profiles import Definition, bundled, danish

_BUNDLES = ("valuesets", "v3-codesystems", "v2-tables")


def _concepts(listed: Iterable[Definition]) -> Iterator[str]:
    for concept in listed:
        yield concept["code"]
        yield from _concepts(concept.get("concept", ()))


def bare(canonical: str) -> str:
    """The address without its version."""
    return canonical.partition("|")[0]


class Terminology:
    """Code systems and value sets at hand. What is not at hand (SNOMED CT, UCUM, media types) answers None: not known."""

    def __init__(self, resources: Iterable[Definition]) -> None:
        self.systems: dict[str, frozenset[str]] = {}
        self.value_sets: dict[str, Definition] = {}
        for one in resources:
            if one["resourceType"] == "CodeSystem" and one.get("content") == "complete" and "concept" in one:
                self.systems[one["url"]] = frozenset(_concepts(one["concept"]))
            elif one["resourceType"] == "ValueSet" and "url" in one:
                self.value_sets[one["url"]] = one

    def with_(self, resources: Iterable[Definition]) -> "Terminology":
        """The same, and the code systems and value sets among these resources."""
        more = Terminology(resources)
        more.systems = {**self.systems, **more.systems}
        more.value_sets = {**self.value_sets, **more.value_sets}
        return more

    def is_code(self, system: str, code: str) -> bool | None:
        """Whether the code system has the code."""
        known = self.systems.get(bare(system))
        return None if known is None else code in known

    def holds(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Whether the value set holds the code; ``system`` None for an element of type code, whose system is implied."""
        compose = self.value_sets.get(bare(value_set), {}).get("compose")
        if compose is None:
            return None
        if any(self._part(part, system, code) for part in compose.get("exclude", ())):
            return False
        answers = [self._part(part, system, code) for part in compose["include"]]
        return True if True in answers else None if None in answers else False

    def _part(self, part: Mapping[str, Any], system: str | None, code: str) -> bool | None:
        answers = [self.holds(named, system, code) for named in part.get("valueSet", ())]
        if "system" in part:
            answers.append(self._of_system(part, system, code))
        return False if False in answers else None if None in answers else True

    def _of_system(self, part: Mapping[str, Any], system: str | None, code: str) -> bool | None:
        if system is not None and system != part["system"]:
            return False
        if "concept" in part:
            return code in {concept["code"] for concept in part["concept"]}
        return None if "filter" in part else self.is_code(part["system"], code)

    def refused(self, value_set: str, value: Any) -> str | None:
        """What of a coded value a required value set does not hold, else None; any one coding of a concept will do."""
        codes = list(_codes(value))
        if not codes:
            return "text without a code" if isinstance(value, Mapping) and "text" in value else None
        if any(self.holds(value_set, system, code) is not False for system, code in codes):
            return None
        return ", ".join(code for _, code in codes)


def _codes(value: Any) -> Iterator[tuple[str | None, str]]:
    """What is coded in a code, Coding, Quantity or CodeableConcept."""
    if isinstance(value, str):
        yield None, value
    elif isinstance(value, Mapping) and "coding" in value:
        yield from ((one.get("system", ""), one["code"]) for one in value["coding"] if "code" in one)
    elif isinstance(value, Mapping) and "code" in value:
        yield value.get("system", ""), value["code"]


@cache
def published() -> Terminology:
    """What R4 and the Danish package publish."""
    return Terminology([one for name in _BUNDLES for one in bundled(name)] + list(danish()))
