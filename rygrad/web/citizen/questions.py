"""The questions before a visit: what is asked, what the citizen answered before, and the entry of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rygrad.pathway.pathway import Pathway
from rygrad.record import acts
from rygrad.record.athome import FELT, OwnAnswer, own_answers, said_of_sign
from rygrad.record.coursefile import CourseFile
from rygrad.record.door import CourseView
from rygrad.record.inwords import answer_in_words
from rygrad.record.words import VALUE_WORDS
from rygrad.web.language import language, say, words
from rygrad.web.recording import must_be_ours

STEPS = ("tegn", "smerte", "funktion", "arbejde", "virkning", "bekymring", "tjek")
NOT_KNOWN = "?"
_SCORES = {"smerte": "nrs_pain", "funktion": "psfs"}
_FACTS = {"arbejde": "work", "bekymring": "worried_about_diagnosis"}
_NAMES = _SCORES | _FACTS | {"virkning": FELT}
# Asked of a clinician, not of a citizen alone at home: a grade of strength, and what only a doctor can have said.
_ALSO_A_SIGN = "sudden_severe_paralysis"


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers of a page, as a button."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the citizen answered before, in words; ``on`` is the day when it was not today."""

    words: str
    on: date | None


def signs(pathway: Pathway) -> tuple[str, ...]:
    """The alarm signs a citizen can know of: those that must be asked, with a yes and a no."""
    asked = (name for name in pathway.must_be_asked if pathway.facts[name].kind == "yes_no")
    return (_ALSO_A_SIGN, *asked)


def question(pathway: Pathway, view: CourseView, step: str, today: date) -> dict[str, Any]:
    """The question of a page, its answers, and what was answered before."""
    given = {"given": _given(pathway, own_answers(view), step, today)}
    if step in _SCORES:
        return _number_question(pathway, view, step) | given
    if step == "virkning":
        return given | {
            "text": say("Hvordan går det nu, efter behandlingen?", "How is it now, after the treatment?"),
            "help": say("Er du ikke begyndt, så svar »Ved ikke«.", "If you have not started, answer “Don't know”."),
            "answers": [
                Answer("better", say("Det går bedre", "It is better")),
                Answer("same", say("Det er det samme", "It is the same")),
                Answer("worse", say("Det går værre", "It is worse")),
            ],
        }
    fact = pathway.facts[_FACTS[step]]
    answers = [Answer(value, words(phrase).capitalize()) for value, phrase in fact.values.items()]
    return given | {"text": words(fact.question.citizen), "help": "", "answers": answers}


def _number_question(pathway: Pathway, view: CourseView, step: str) -> dict[str, Any]:
    fact = pathway.facts[_SCORES[step]]
    own = view.plan.goals.get("activity_and_participation", ()) if view.plan else ()
    if step == "funktion":
        helped = (
            say("Det, du har valgt: ", "What you chose: ") + "; ".join(own)
            if own
            else say("Tænk på det, du helst vil kunne.", "Think of what you most want to be able to do.")
        )
        ends = (say("slet ikke", "not at all"), say("som før", "as before"))
    else:
        helped, ends = "", (say("ingen smerte", "no pain"), say("værst tænkelig", "worst imaginable"))
    return {
        "text": words(fact.question.citizen),
        "help": helped,
        "answers": [Answer(str(n), str(n)) for n in range(11)],
        "ends": ends,
    }


def _given(pathway: Pathway, own: Mapping[str, OwnAnswer], step: str, today: date) -> Given | None:
    answer = own.get(_NAMES[step])
    if answer is None:
        return None
    return Given(_in_words(pathway, step, answer.value), answer.on if answer.on != today else None)


def _in_words(pathway: Pathway, step: str, value: Any) -> str:
    if value is None:
        return say("ved ikke", "don't know")
    if step in _SCORES:
        return f"{value:g}"
    if step == "virkning":
        return VALUE_WORDS[value].text(language())
    return answer_in_words(pathway.facts[_FACTS[step]], value, language())


def rows(pathway: Pathway, view: CourseView, file: CourseFile, today: date) -> list[tuple[str, Given | None, str]]:
    """Each question with its answer (None when there is none), and the step it is changed at."""
    own = own_answers(view)
    names = {
        "smerte": say("Smerter den seneste uge", "Pain the past week"),
        "funktion": say("Det, du gerne vil kunne", "What you want to be able to do"),
        "arbejde": say("Arbejde", "Work"),
        "virkning": say("Hvordan det går", "How it goes"),
        "bekymring": say("Bekymring", "Worry"),
    }
    told = [(name, _given(pathway, own, step, today), step) for step, name in names.items()]
    return [(say("Tegn, du skal reagere på", "Signs to react to"), _of_signs(pathway, own, file, today), "tegn"), *told]


def _of_signs(pathway: Pathway, own: Mapping[str, OwnAnswer], file: CourseFile, today: date) -> Given | None:
    said = {name: said_of_sign(file, own, name, today) for name in signs(pathway)}
    there = [words(pathway.facts[name].question.citizen) for name, one in said.items() if one == "yes"]
    if there:
        return Given(say("Ja til: ", "Yes to: ") + " ".join(there), None)
    if all(one == "no" for one in said.values()):
        return Given(say("Ingen af dem", "None of them"), None)
    return Given(say("Ikke svaret på alle", "Not all answered"), None) if any(said.values()) else None


def entries_of_answer(pathway: Pathway, view: CourseView, step: str, given: str, today: date) -> list[acts.Act]:
    """The entries of one answer. Changed the same day, the first one is struck; given again, it counts once.

    Raises NotFound for an answer the page does not offer.
    """
    new, before = _act(pathway, step, given), own_answers(view).get(_NAMES[step])
    if before is None or before.on != today:
        return [new]
    if _in_words(pathway, step, before.value) == _in_words(pathway, step, _value(new)):
        return []
    reason = say("Borgeren har rettet sit svar samme dag", "The citizen changed the answer the same day")
    struck = [acts.Correction(corrects=before.entry, reason=reason)] if before.is_alone else []
    return [*struck, new]


def _act(pathway: Pathway, step: str, given: str) -> acts.Act:
    name = _NAMES[step]
    if step == "virkning":
        must_be_ours(given in ("better", "same", "worse", NOT_KNOWN))
        return acts.EffectFelt("not_known" if given == NOT_KNOWN else given)  # type: ignore[arg-type]
    if given == NOT_KNOWN:
        return acts.FactsRecorded({}, "citizen", (name,))
    if step in _SCORES:
        must_be_ours(given.isascii() and given.isdecimal() and len(given) <= 2 and int(given) <= 10)
        return acts.ScoresRecorded(name, float(given), "citizen")
    must_be_ours(given in pathway.facts[name].values)
    return acts.FactsRecorded({name: given}, "citizen")


def _value(act: acts.Act) -> Any:
    if isinstance(act, acts.ScoresRecorded):
        return act.value
    if isinstance(act, acts.EffectFelt):
        return None if act.felt == "not_known" else act.felt
    assert isinstance(act, acts.FactsRecorded)  # noqa: S101  (the three that ``_act`` makes)
    return next(iter(act.facts.values()), None)
