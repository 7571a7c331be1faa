"""What a text about a course is made from, and how its words are put together. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from rygrad.decision import spoken
from rygrad.decision.advice import AdviceCard, advise
from rygrad.decision.decision import Decision
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase, Words
from rygrad.record.coursefile import CourseFile
from rygrad.record.wording import WORK_FACTS

ALL = 99


@dataclass(frozen=True, slots=True)
class Who:
    """The names in a text, and its day. ``places``: organisations' names by id; one that is not there is not named."""

    today: date
    sender: str = ""
    receiver: str = ""
    citizen: str = ""
    identifier: str = ""
    age: int | None = None
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Speech:
    """The words of a text: the programme's, the names, and the language."""

    pathway: Pathway
    who: Who
    language: str = "da"

    def say(self, phrase: Phrase, **fields: object) -> str:
        """The phrase in the text's language, with its fields filled in."""
        return phrase.text(self.language).format_map(fields)

    def day(self, value: date) -> str:
        """A day with its year, in words."""
        return spoken.day(value, self.language)

    def listed(self, texts: Iterable[str], limit: int = ALL) -> str:
        """``a, b og c``; after the limit ``a, b og 2 andre``."""
        return spoken.listed(list(texts), self.language, limit)

    def named(self, words: Words) -> str:
        """A clinician's name for something, as it stands within a sentence."""
        return small(words.clinician.text(self.language))

    def effort(self, name: str) -> str:
        """An effort's name as it stands within a sentence."""
        return self.named(self.pathway.words["efforts"][name])

    def fact(self, name: str, value: Any) -> str:
        """A fact's value in words."""
        definition = self.pathway.facts.get(name)
        if isinstance(value, list | tuple):
            return self.listed(spoken.value(definition, part, self.language) for part in value)
        return spoken.value(definition, value, self.language)


@dataclass(frozen=True, kw_only=True)
class Matter(Speech):
    """What a text about a course is made from: also its file and its decision."""

    file: CourseFile
    decision: Decision

    def answer(self, fact: str) -> Any:
        """What was answered; None when nobody has."""
        said = self.file.facts_said.get(fact)
        return said.value if said else None

    @property
    def work(self) -> dict[str, Any]:
        """The answers about work; None for what nobody has said."""
        return {name: self.answer(name) for name in WORK_FACTS}

    @cached_property
    def cards(self) -> dict[str, AdviceCard]:
        """The advice cards as the screen shows them, by what they are about."""
        return {card.why: card for card in advise(self.pathway, self.decision, self.language)}


def small(text: str) -> str:
    """With a small first letter, as within a sentence."""
    return text[:1].lower() + text[1:]


def large(text: str) -> str:
    """With a capital first letter, as it begins one."""
    return text[:1].upper() + text[1:]


def flat(text: str, limit: int = 0) -> str:
    """Somebody's free text on one line, without a closing full stop; cut with ``…`` when longer than the limit."""
    line = " ".join(text.split()).rstrip(".")
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def closed(text: str) -> str:
    """Somebody's free text on one line, as a sentence with its end."""
    line = flat(text)
    return line if not line or line[-1] in "?!…:" else f"{line}."


def bare(text: str) -> str:
    """A question or a name without its question mark and what stands in brackets: ``parese``."""
    return text.partition("?")[0].partition(" (")[0]
