"""On which reading it rests what the content says beside its rules."""

from rygrad.decision.decide import decide
from rygrad.pathway.pathway import Pathway
from tests.people import AS_OF, INGA_GROUP_3

# A bullet rests on the reading of its words.
READ = {"unktion": "R12", "Tilbagevendende": "R8", "OVER 3 MDR": "R2", "kompeksitet": "R9"}


def test_a_bullet_rests_on_the_reading_of_its_words(pathway: Pathway) -> None:
    for group in pathway.groups.values():
        for symptom in group.symptoms:
            wanted = tuple(reading for words, reading in READ.items() if words in str(symptom.citation.quote))
            assert symptom.citation.readings == wanted, symptom.id


def test_a_return_that_is_done_rests_on_the_reading_of_done(pathway: Pathway) -> None:
    done = dict.fromkeys(pathway.return_done.facts, "2026-02-20")
    for facts, state, reading in ((INGA_GROUP_3 | done, "done", "R6"), (INGA_GROUP_3, "due", "R5")):
        decision = decide(pathway, facts, AS_OF)
        assert decision.return_to_gp == state
        assert reading in decision.reasons["return_to_gp"]["reading"]
