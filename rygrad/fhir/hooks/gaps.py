"""What is missing: parts of the data that did not come, facts to ask, and what was old or not understood."""

from collections.abc import Iterator
from dataclasses import dataclass

from rygrad.decision import spoken
from rygrad.fhir.hooks.asked import Problem
from rygrad.fhir.stated import NotRead
from rygrad.fhir.understood import Old
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

_MANY = 12


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a decision lacks. ``facts`` are those to ask, the one that settles most first."""

    pathway: Pathway
    language: str
    problems: tuple[Problem, ...]
    facts: tuple[str, ...]
    not_known: tuple[str, ...]
    old: tuple[Old, ...]
    not_understood: tuple[NotRead, ...]

    def __bool__(self) -> bool:
        return bool(self.facts or self.problems or self.old or self.not_understood)

    @property
    def bear_on_facts(self) -> bool:
        """Data did not come, were old, or could not be read, and were about a fact: not just another diagnosis."""
        return bool(self.problems or self.old or any(one.fact for one in self.not_understood))

    def summary(self) -> str:
        """What is missing in one line: the data first, then the first question."""
        parts = [self._say(_DATA).format(count=len(self.problems))] if self.problems else []
        if self.facts:
            phrase = _ONE_ANSWER if len(self.facts) == 1 else _ANSWERS
            parts.append(self._say(phrase).format(count=len(self.facts), question=self._question(self.facts[0])))
        elif self.old or self.not_understood:
            parts.append(self._say(_UNREAD).format(count=len(self.old) + len(self.not_understood)))
        return f"{self._say(_MISSING)}: {'; '.join(parts)}"

    def detail(self) -> str:
        """Everything that is missing, each kind under its heading."""
        return "\n\n".join(
            f"**{self._say(heading)}**\n" + "\n".join(f"- {line}" for line in lines)
            for heading, lines in self._sections()
            if lines
        )

    def _sections(self) -> Iterator[tuple[Phrase, list[str]]]:
        yield _DATA_HEADING, [f"`{one.part}` {self._say(one.why)}" for one in self.problems]
        yield _ASK_HEADING, [self._question(fact) for fact in self.facts]
        yield _NOT_KNOWN_HEADING, [self._question(fact) for fact in self.not_known]
        yield _OLD_HEADING, [self._old(one) for one in self.old]
        yield _UNREAD_HEADING, self._listed([self._unread(one) for one in self.not_understood])

    def _listed(self, lines: list[str]) -> list[str]:
        more = self._say(_MORE).format(count=len(lines) - _MANY)
        return lines if len(lines) <= _MANY else [*lines[:_MANY], more]

    def _old(self, one: Old) -> str:
        when = spoken.day(one.on, self.language) if one.on else self._say(_NO_DATE)
        counts = self._say(_COUNTS if one.counts else _DOES_NOT_COUNT)
        return f"{self._question(one.fact)} ({when}; {counts})"

    def _unread(self, one: NotRead) -> str:
        named = f"{one.type}/{one.id}" if one.id else one.type
        about = f" ({self._question(one.fact)})" if one.fact else ""
        return f"`{named}` {self._say(one.why)}{about}"

    def _question(self, fact: str) -> str:
        return self._say(self.pathway.facts[fact].question.clinician)

    def _say(self, phrase: Phrase) -> str:
        return phrase.text(self.language)


_MISSING = Phrase("Mangler", "Missing")
_DATA = Phrase("data fra jeres system ({count})", "data from your system ({count})")
_ONE_ANSWER = Phrase("1 svar: {question}", "1 answer: {question}")
_ANSWERS = Phrase("{count} svar, først: {question}", "{count} answers, first: {question}")
_UNREAD = Phrase(
    "{count} oplysninger er for gamle eller ikke forstået", "{count} pieces of data are too old or not understood"
)
_MORE = Phrase("og {count} mere", "and {count} more")
_NO_DATE = Phrase("uden dato", "no date")
_COUNTS = Phrase("tegnet tæller stadig", "the sign still counts")
_DOES_NOT_COUNT = Phrase("for gammelt til at tælle", "too old to count")
_DATA_HEADING = Phrase("Data, der ikke kom", "Data that did not come")
_ASK_HEADING = Phrase("Spørg", "Ask")
_NOT_KNOWN_HEADING = Phrase("Spurgt, men ikke kendt", "Asked, and not known")
_OLD_HEADING = Phrase("Gamle svar", "Old answers")
_UNREAD_HEADING = Phrase("Ikke forstået (og ikke læst som nej)", "Not understood (and not read as no)")
