"""Citizen words are plain: short sentences, the plain word first, no probability adjectives, both languages."""

import re
from collections.abc import Iterator

import pytest

from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from rygrad.pathway.words import Words

LONGEST = 20
# Hard words and their plain twins; a citizen text uses the twin.
HARD = {
    "parese": "svag", "paralyse": "lammet", "inflammator": "betændelse", "comorbid": "andre sygdomme", "farmakolog": "medicin",
    "analgeti": "smertestillende", "konservativ": "uden operation", "revurder": "se på igen", "intervention": "behandling",
    "myelopati": "rygmarv", "malign": "kræft", "radikulær": "ud i benet", "abdomen": "mave", "osteoporose": "knogleskørhed",
    "steroid": "binyrebarkhormon", "immunsuppress": "svækket immunforsvar", "traume": "ulykke", "tumor": "svulst",
    "billeddiagnostik": "scanning", "ridebukse": "skridtet", "vandladning": "tisse", "kronisk": "i lang tid", "ift.": "med", "iht.": "efter",
}  # fmt: skip
PROBABILITY = ("sandsynlig", "usandsynlig", "sjælden", "hyppig", "likely", "unlikely", "rarely", "probable")


def texts(pathway: Pathway) -> Iterator[tuple[str, Words]]:
    """Every citizen text of the content, with its place."""
    for fact in pathway.facts.values():
        yield f"facts.{fact.id}", fact.question
    for kind, catalogue in {**pathway.words, "goals": pathway.goals, "outcomes": pathway.outcomes}.items():
        yield from ((f"{kind}.{name}", words) for name, words in catalogue.items())
    yield "covers", pathway.covers_words
    for part in (
        *pathway.exclusions.values(),
        *pathway.groups.values(),
        *pathway.alarms.values(),
        *pathway.urgencies.values(),
    ):
        yield getattr(part, "id", getattr(part, "fact", "")), part.words
    for note in (*pathway.mismatches, *pathway.contradictions):
        yield f"notes.{note.id}", note.words
    for group in pathway.groups.values():
        yield from ((f"{group.id}.{symptom.id}", symptom.words) for symptom in group.symptoms if symptom.words)


@pytest.mark.parametrize(
    ("place", "words"), list(texts(load_pathway())), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_citizen_text_is_plain(place: str, words: Words) -> None:
    for text in (words.citizen.da, words.citizen.en):
        for sentence in re.split(r"[.!?]", text):
            assert len(sentence.split()) <= LONGEST, sentence
        assert not [word for word in PROBABILITY if word in text.lower()], text
    assert not [word for word in HARD if word in words.citizen.da.lower()], words.citizen.da
