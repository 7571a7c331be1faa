"""How plain a text is: sentence lengths, hard words with plain twins, words of chance, and LIX."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rygrad.pathway.node import load_yaml
from rygrad.pathway.read import content_root

_FILE = "plain-language.yaml"
_SENTENCE_END = re.compile(r"(?<=[.!?:])[»\")\]]*\s+")
_WORD = re.compile(r"\w+(?:[-–'’]\w+)*")
_LONG_WORD = 6
_FEW_WORDS = 20


@dataclass(frozen=True, slots=True)
class PlainLanguage:
    """The rules for one language: ``hard`` words with their plain twins, words of chance, and the limits."""

    longest_sentence: int
    longest_lix: int
    hard: dict[str, str]
    probability: tuple[str, ...]


@cache
def plain_language(language: str) -> PlainLanguage:
    """The rules of ``da`` or ``en``, from ``pathways/plain-language.yaml``."""
    told: dict[str, Any] = load_yaml((content_root() / _FILE).read_bytes(), _FILE)
    return PlainLanguage(
        told["longest_sentence"], told["longest_lix"], told[language]["hard"], tuple(told[language]["probability"])
    )


def sentences(text: str) -> list[str]:
    """The sentences of a text: up to a full stop, a question mark, an exclamation mark or a colon."""
    return [part for part in _SENTENCE_END.split(text.strip()) if words_of(part)]


def words_of(text: str) -> list[str]:
    """The words of a text, as written."""
    return _WORD.findall(text)


def longest_sentence(text: str) -> int:
    """The words of its longest sentence; 0 without words."""
    return max((len(words_of(sentence)) for sentence in sentences(text)), default=0)


def lix(text: str) -> float:
    """Words per sentence plus the per cent of words over six letters (LIX, Björnsson 1968); 0 without words."""
    words = words_of(text)
    if not words:
        return 0.0
    long = sum(len(word) > _LONG_WORD for word in words)
    return len(words) / max(len(sentences(text)), 1) + 100 * long / len(words)


def not_plain(text: str, language: str) -> Iterator[tuple[str, str]]:
    """What is not plain in a citizen's text: what it is, and what to write instead or how long it is.

    Kinds: ``long_sentence``, ``hard_to_read``, ``hard_word``, ``word_of_chance``. LIX of a few words says nothing.
    """
    rules = plain_language(language)
    for sentence in sentences(text):
        length = len(words_of(sentence))
        if length > rules.longest_sentence:
            yield "long_sentence", f"{length}: {sentence}"
    if len(words_of(text)) >= _FEW_WORDS and lix(text) > rules.longest_lix:
        yield "hard_to_read", f"LIX {lix(text):.0f}"
    lowered = text.lower()
    for word, twin in rules.hard.items():
        if _stands_in(word, lowered):
            yield "hard_word", f"{word} → {twin}"
    for word in rules.probability:
        if _stands_in(word, lowered):
            yield "word_of_chance", word


def _stands_in(word: str, lowered: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", lowered) is not None
