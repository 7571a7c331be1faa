"""The map of the programme, word for word: ``map.txt`` is what it was when somebody last looked at it."""

from dataclasses import replace
from pathlib import Path

from rygrad.decision.pathwaymap import HERE, mermaid, pathway_map
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

SEEN = Path(__file__).with_name("map.txt")


def drawn(pathway: Pathway) -> str:
    """The chart in both languages, and each place as a citizen reads it, with its row, group and states."""
    places = [
        f"{place.rank} {place.id} ({place.group or '–'}): {place.words.citizen.da} | {place.words.citizen.en}"
        f" [{', '.join(state for state, where in HERE.items() if where == place.id)}]"
        for place in pathway_map(pathway).places
    ]
    return "\n".join([mermaid(pathway, "da"), mermaid(pathway, "en"), *places, ""])


def test_the_map_is_the_one_that_was_looked_at(pathway: Pathway) -> None:
    assert drawn(pathway) == SEEN.read_text("utf-8")


def test_a_quotation_mark_does_not_end_a_box(pathway: Pathway) -> None:
    effort = replace(pathway.words["efforts"]["imaging"], clinician=Phrase('"MR"', '"MRI"'))
    quoted = replace(pathway, words={**pathway.words, "efforts": {**pathway.words["efforts"], "imaging": effort}})
    assert '  effort_imaging["#quot;MRI#quot;"]\n' in mermaid(quoted, "en")
