"""S7, questions before a visit: one a page, stored as they are given, and back without loss."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, citizenview, clocks
from rygrad.record.contents import active
from rygrad.record.coursefile import CourseFile
from rygrad.record.door import CourseView, see_course
from rygrad.record.inwords import answer_in_words
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.words import VALUE_WORDS
from rygrad.web.language import language, say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.recording import must_be_ours, record

STEPS = ("tegn", "smerte", "funktion", "arbejde", "virkning", "bekymring", "tjek")
_CALL = "ring"
_NOT_KNOWN = "?"
_SCORES = {"smerte": "nrs_pain", "funktion": "psfs"}
_FACTS = {"arbejde": "work", "bekymring": "worried_about_diagnosis"}
_FELT = ("better", "same", "worse")
# Asked of a clinician, not of a citizen alone at home: a grade of strength, and what only a doctor can have said.
_ALSO_A_SIGN = "sudden_severe_paralysis"


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers of a page, as a button."""

    value: str
    words: str


def signs(pathway: Pathway) -> tuple[str, ...]:
    """The alarm signs a citizen can know of: those that must be asked, with a yes and a no."""
    asked = (name for name in pathway.must_be_asked if pathway.facts[name].kind == "yes_no")
    return (_ALSO_A_SIGN, *asked)


@page("citizen")
def begin(request: Asked) -> HttpResponse:
    """To the first question of the open course."""
    courses = [one for one in citizenview.own_courses(request.actor) if one.ended_on is None]
    if not courses:
        raise Refused(
            "no_course",
            "du har ikke et åbent forløb.",
            "you have no open course.",
            hint={"da": "Ring til din læge, hvis det gør ondt igen.", "en": "Call your doctor if it hurts again."},
        )
    return redirect("question", courses[0].course, STEPS[0])


@page("citizen")
def ask(request: Asked, own: str, step: str) -> HttpResponse:
    """One question, with the answer that was given before, if any."""
    view, pathway = see_course(request.actor, own, channel="web"), active().pathway
    if view.file is None:
        raise NotFound
    common: dict[str, Any] = {
        "view": view,
        "call_card": pathway.citizen.call_card,
        "signs_raised": step == _CALL or bool(citizenview.raised_signs(view.file)),
        "before": _address(own, STEPS[STEPS.index(step) - 1]) if step in STEPS[1:] else "",
        "following": _address(own, _after(step)) if step in STEPS[:-1] else "",
    }
    if step == _CALL:
        return shown(request, "citizen/call.html", **common, next_question=_address(own, STEPS[1]))
    must_be_ours(step in STEPS)
    if step == "tjek":
        return shown(request, "citizen/check.html", **common, rows=_rows(pathway, view.file, own))
    if step == "tegn":
        asked = [(name, words(pathway.facts[name].question.citizen), _said(view.file, name)) for name in signs(pathway)]
        return shown(request, "citizen/signs.html", **common, signs=asked)
    context = _question(pathway, view, step)
    number: dict[str, Any] = {"number": STEPS.index(step), "count": len(STEPS) - 2}
    return shown(request, "citizen/question.html", **common, **context, **number, step=step)


def _after(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def _address(own: str, step: str) -> str:
    return reverse("question", args=[own, step])


def _said(file: CourseFile, name: str) -> str:
    """``yes``, ``no`` or ``?``; empty when it was not answered at home today: an old no says nothing of today."""
    said = file.facts_said.get(name)
    if said is not None and said.value not in ("no", "absent"):
        return "yes"
    if said is not None:
        is_todays = said.said_by == "citizen" and said.true_on == clocks.local_day(clocks.now())
        return "no" if is_todays else ""
    return _NOT_KNOWN if name in file.not_known else ""


def _question(pathway: Pathway, view: CourseView, step: str) -> dict[str, Any]:
    assert view.file is not None  # noqa: S101  (the caller has looked)
    if step in _SCORES:
        return _number_question(pathway, view, step)
    if step == "virkning":
        return {
            "text": say("Hvordan går det nu, efter behandlingen?", "How is it now, after the treatment?"),
            "help": say("Er du ikke begyndt, så svar »Ved ikke«.", "If you have not started, answer “Don't know”."),
            "answers": [
                Answer("better", say("Det går bedre", "It is better")),
                Answer("same", say("Det er det samme", "It is the same")),
                Answer("worse", say("Det går værre", "It is worse")),
            ],
            "given": _given(pathway, view.file, step),
        }
    fact = pathway.facts[_FACTS[step]]
    return {
        "text": words(fact.question.citizen),
        "help": "",
        "answers": [Answer(value, words(phrase).capitalize()) for value, phrase in fact.values.items()],
        "given": _given(pathway, view.file, step),
    }


def _number_question(pathway: Pathway, view: CourseView, step: str) -> dict[str, Any]:
    assert view.file is not None  # noqa: S101
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
        "given": _given(pathway, view.file, step),
    }


def _given(pathway: Pathway, file: CourseFile, step: str) -> str:
    """The answer that stands, in words; empty when none was given."""
    if step in _SCORES:
        measured = list(file.scores.get(_SCORES[step], ()))
        return f"{measured[-1]['value']:g}" if measured else _not_known(file, _SCORES[step])
    if step == "virkning":
        return VALUE_WORDS[file.effect_felt.value].text(language()) if file.effect_felt else ""
    name = _FACTS[step]
    if name in file.facts_said:
        return answer_in_words(pathway.facts[name], file.facts_said[name].value, language())
    return _not_known(file, name)


def _not_known(file: CourseFile, name: str) -> str:
    return say("ved ikke", "don't know") if name in file.not_known else ""


def _rows(pathway: Pathway, file: CourseFile, own: str) -> list[tuple[str, str, str]]:
    """Each question with its answer and where to change it."""
    told = [_said(file, name) for name in signs(pathway)]
    said_yes = [words(pathway.facts[n].question.citizen) for n in signs(pathway) if _said(file, n) == "yes"]
    if said_yes:
        answer = say("Ja til: ", "Yes to: ") + " ".join(said_yes)
    elif all(one == "no" for one in told):
        answer = say("Ingen af dem", "None of them")
    else:
        answer = say("Ikke svaret på alle", "Not all answered")
    rows = [(say("Tegn, du skal reagere på", "Signs to react to"), answer, _address(own, "tegn"))]
    names = {
        "smerte": say("Smerter den seneste uge", "Pain the past week"),
        "funktion": say("Det, du gerne vil kunne", "What you want to be able to do"),
        "arbejde": say("Arbejde", "Work"),
        "virkning": say("Hvordan det går", "How it goes"),
        "bekymring": say("Bekymring", "Worry"),
    }
    for step, name in names.items():
        given = _given(pathway, file, step) or say("ikke svaret", "not answered")
        rows.append((name, given, _address(own, step)))
    return rows


@page("citizen", posts=True)
def answer(request: Asked, own: str, step: str) -> HttpResponse:
    """Store the answer, and on to the next question; a sign leads straight to the call card."""
    must_be_ours(step in STEPS[:-1])
    pathway, given = active().pathway, request.POST.get("answer", "")
    if step == "tegn":
        return _signs_answered(request, own, pathway)
    record(request, own, [_act(pathway, step, given)])
    return redirect("question", own, _after(step))


def _act(pathway: Pathway, step: str, given: str) -> acts.Act:
    if step == "virkning":
        must_be_ours(given in (*_FELT, _NOT_KNOWN))
        return acts.EffectFelt("not_known" if given == _NOT_KNOWN else given)  # type: ignore[arg-type]
    name = _SCORES.get(step) or _FACTS[step]
    if given == _NOT_KNOWN:
        return acts.FactsRecorded({}, "citizen", (name,))
    if step in _SCORES:
        must_be_ours(given.isdecimal() and int(given) <= 10)
        return acts.ScoresRecorded(name, float(given), "citizen")
    must_be_ours(given in pathway.facts[name].values)
    return acts.FactsRecorded({name: given}, "citizen")


def _signs_answered(request: Asked, own: str, pathway: Pathway) -> HttpResponse:
    names = signs(pathway)
    said = {name: request.POST.get(f"s-{name}", "") for name in names}
    if request.POST.get("answer") == "none":
        said = dict.fromkeys(names, "no")
    must_be_ours(set(said.values()) <= {"", "yes", "no", _NOT_KNOWN})
    present = {n: "suspected" if n in pathway.exclusions else "yes" for n, one in said.items() if one == "yes"}
    absent = {n: pathway.facts[n].absent for n, one in said.items() if one == "no"}
    unknown = tuple(n for n, one in said.items() if one == _NOT_KNOWN)
    new: list[acts.Act] = [acts.AlarmRaised(present, "citizen")] if present else []
    new += [acts.FactsRecorded(absent, "citizen", unknown)] if absent or unknown else []
    if not new:
        raise Refused("no_answer", "svar på mindst ét tegn.", "answer at least one sign.")
    record(request, own, new)
    return redirect("question", own, _CALL if present else _after("tegn"))
