"""What one actor sees of a course, ready to be said in FHIR."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from rygrad.fhir.names import EPISODE_OF, code_system, extension, profile
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record.coursefile import CourseFile, Recorded
from rygrad.record.door import CourseView
from rygrad.record.fold import as_they_stand, fold

Resource = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """A course as the door gave it. ``identifiers`` are the person's, by system."""

    view: CourseView
    pathway: Pathway
    signs: frozenset[str]
    today: date
    language: str = "da"
    identifiers: tuple[tuple[str, str], ...] = ()

    @cached_property
    def standing(self) -> list[Recorded]:
        """The entries that are seen, with their corrections in place, without those that were struck."""
        return as_they_stand(self.view.entries)

    @cached_property
    def file(self) -> CourseFile:
        """What the entries that are seen add up to."""
        return self.view.file or fold(self.view.entries, self.signs)

    @property
    def patient(self) -> Resource:
        """A reference to the citizen."""
        return {"reference": f"Patient/{self.view.person}"}

    @property
    def episode(self) -> Resource:
        """A reference to the course."""
        return {"reference": f"EpisodeOfCare/{self.view.course}"}

    @property
    def in_episode(self) -> list[Resource]:
        """The extension that places a resource in the course."""
        return [{"url": EPISODE_OF, "valueReference": self.episode}]

    def place(self, organisation: str) -> Resource:
        """A reference to an organisation, with its name."""
        return {"reference": f"Organization/{organisation}", "display": self.view.names.get(organisation, organisation)}

    def who(self, entry: Recorded) -> Resource:
        """A reference to who recorded an entry."""
        named = {"display": self.view.names[entry.actor]} if entry.actor in self.view.names else {}
        if entry.role == "citizen":
            return self.patient | named
        if entry.role == "relative":
            return {"reference": f"RelatedPerson/{self.view.course}.{entry.actor}"} | named
        return {"reference": f"Practitioner/{entry.actor}"} | named

    def say(self, phrase: Phrase) -> str:
        """The phrase in the language that was asked for."""
        return phrase.text(self.language)

    def concept(self, kind: str, code: str) -> Resource:
        """One of the content's words as a coded concept."""
        words = self._words(kind)
        named = words[code].clinician.text(self.language) if code in words else code
        return {"coding": [{"system": code_system(kind), "code": code, "display": named}], "text": named}

    def _words(self, kind: str) -> Mapping[str, Any]:
        special: dict[str, Mapping[str, Any]] = {
            "groups": {name: group.words for name, group in self.pathway.groups.items()},
            "outcomes": self.pathway.outcomes,
            "goals": self.pathway.goals,
        }
        return special.get(kind) or self.pathway.words[kind]

    def meta(self, danish: str = "") -> Resource:
        """Version and time of what follows from the whole course; the Danish profile it keeps."""
        last = self.view.entries[-1] if self.view.entries else None
        return meta(self.view.version, last.recorded_at if last else None, danish)

    def own(self, name: str, value: Resource) -> Resource:
        """One of our extensions."""
        return {"url": extension(name), **value}


def meta(version: int | str, at: datetime | None, danish: str = "") -> Resource:
    """``meta`` of a resource."""
    told: Resource = {"versionId": str(version)}
    if at is not None:
        told["lastUpdated"] = instant(at)
    if danish:
        told["profile"] = [profile(danish)]
    return told


def instant(at: datetime) -> str:
    """An instant with its time zone, to the millisecond."""
    return at.isoformat(timespec="milliseconds")


def without_empty(resource: Mapping[str, Any]) -> Resource:
    """The resource without what has nothing in it: FHIR has no empty elements."""
    return {name: value for name, value in resource.items() if value not in (None, "", [], {}, ())}


def days(start: date | None, end: date | None = None) -> Resource:
    """A period from a day until a day (included)."""
    return without_empty({"start": start.isoformat() if start else None, "end": end.isoformat() if end else None})


def text(value: str) -> Resource:
    """A concept in words alone."""
    return {"text": value}


def newest(entries: Iterable[Recorded]) -> Recorded | None:
    """The last of these entries; None of none."""
    return max(entries, key=lambda entry: entry.seq, default=None)
