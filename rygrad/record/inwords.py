"""What an entry says, in words: the programme's own where there are any, never an id or a code."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rygrad.decision import spoken
from rygrad.decision.dates import read_day
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.record.acts import Act
from rygrad.record.words import FIELD_WORDS, VALUE_WORDS

# The decision a confirmation stood on, the letter and the ids are shown in their own way, or not at all.
_NOT_SAID = frozenset({"decided", "letter", "referral", "previous_course", "corrects"})


def answer_in_words(fact: FactDefinition, value: Any, language: str) -> str:
    """An answer as it was recorded (plain data), in words; a span of days as its two ends."""
    if isinstance(value, dict) and set(value) == {"earliest", "latest"}:
        ends = (read_day(value["earliest"]), read_day(value["latest"]))
        return " – ".join(spoken.day(end, language) for end in ends if end)
    return spoken.value(fact, read_day(value) or value, language)


class InWords:
    """Bodies of entries as lines, in one language and to one kind of reader; ``names`` are those of places, offers and
    people."""

    def __init__(self, pathway: Pathway, language: str, names: Mapping[str, str], *, to: str = "clinician") -> None:
        self.language, self.names, self.facts = language, names, pathway.facts
        self.questions = {name: getattr(fact.question, to) for name, fact in pathway.facts.items()}
        groups = {group.id: group.words for group in pathway.groups.values()}
        named = (*pathway.words.values(), groups, pathway.goals, pathway.outcomes)
        self.words = VALUE_WORDS | {name: getattr(words, to) for kind in named for name, words in kind.items()}

    def lines(self, act: Act) -> list[str]:
        """One line for each part of an entry that says something."""
        return self.lines_of(msgspec.to_builtins(act))

    def lines_of(self, body: Mapping[str, Any]) -> list[str]:
        """The same from a body as plain data."""
        return [
            f"{FIELD_WORDS[name].text(self.language)}: {self._value(name, value)}"
            for name, value in body.items()
            if name not in _NOT_SAID and value not in ("", None, [], {}, ())
        ]

    def _value(self, name: str, value: Any) -> str:
        if name in self.facts:
            return answer_in_words(self.facts[name], value, self.language)
        if isinstance(value, dict):
            return "; ".join(f"{self._called(n)} {self._value(n, v)}" for n, v in value.items() if v not in ("", None))
        if isinstance(value, list | tuple):
            return ", ".join(self._value(name, part) for part in value)
        phrase = self.words.get(str(value)) or self.questions.get(str(value))
        return phrase.text(self.language) if phrase else self.names.get(str(value), self._plain(value))

    def _plain(self, value: Any) -> str:
        day = read_day(value) if isinstance(value, str) else None
        if day:
            return spoken.day(day, self.language)
        if isinstance(value, float):
            return f"{value:g}".replace(".", "," if self.language == "da" else ".")
        return str(value)

    def _called(self, name: str) -> str:
        phrase = self.questions.get(name) or self.words.get(name) or FIELD_WORDS.get(name)
        called = phrase.text(self.language) if phrase else name
        return called if called.endswith("?") else f"{called}:"
