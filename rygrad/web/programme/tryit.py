"""Try it: facts about nobody in, the decision and its reasons out; nothing is stored, nothing is written down."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision
from rygrad.decision.facts import read_facts
from rygrad.pathway.errors import RygradError
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.record import clocks
from rygrad.record.contents import active
from rygrad.web import why
from rygrad.web.language import language, say, words
from rygrad.web.pages import page
from rygrad.web.programme.pages import public

_SHOWN = ("yes_no", "choice", "several", "date", "number")
_DECIDES = (
    "onset_on", "recurring_back_problems", "worried_about_diagnosis", "complex_surroundings",
    "function", "back_healthy_before", "socially_well_functioning",
)  # fmt: skip


@page(public=True)
def try_it(request: HttpRequest) -> HttpResponse:
    """The form; with an answer below it when it was sent."""
    pathway = active().pathway
    today, problem, decision = clocks.local_day(clocks.now()), "", None
    wrong: dict[str, str] = {}
    typed = {name: request.POST.getlist(f"f-{name}") for name in pathway.facts}
    if request.method == "POST":
        facts = _facts(pathway, typed)
        wrong = _wrong(pathway, facts, today)
        try:
            decision = None if wrong else decide(pathway, facts, today)
        except RygradError as error:
            problem = error.text(language())
    return public(
        request,
        "tryit.html",
        status=422 if problem or wrong else 200,
        sections=_sections(pathway, typed, wrong),
        problem=problem,
        wrong=[(name, words(pathway.facts[name].question.clinician), said) for name, said in wrong.items()],
        decision=decision,
        advices=why.advices(pathway, decision) if decision else [],
        conclusions=_conclusions(pathway, decision) if decision else [],
    )


def _facts(pathway: Pathway, typed: dict[str, list[str]]) -> dict[str, Any]:
    """What was filled in; an empty field is unknown, never no."""
    found: dict[str, Any] = {}
    for name, given in typed.items():
        fact, values = pathway.facts[name], [value.strip() for value in given if value.strip()]
        if values:
            found[name] = values if fact.kind == "several" else _value(fact, values[0])
    return found


def _wrong(pathway: Pathway, facts: dict[str, Any], today: date) -> dict[str, str]:
    """What is wrong with each fact that cannot be so, in words; never what was typed."""
    found = {}
    for name, value in facts.items():
        try:
            read_facts(pathway, {name: value}, today)
        except RygradError:
            found[name] = _allowed(pathway.facts[name])
    return found


def _allowed(fact: FactDefinition) -> str:
    if fact.kind == "number":
        low, high = f"{fact.minimum:g}", f"{fact.maximum:g}"
        return say(f"Skriv et tal mellem {low} og {high}.", f"Write a number between {low} and {high}.")
    if fact.kind == "date":
        return say("Skriv en dato, der ikke ligger efter i dag.", "Write a date that is not after today.")
    return say("Vælg et af svarene.", "Choose one of the answers.")


def _value(fact: FactDefinition, text: str) -> Any:
    if fact.kind != "number":
        return text
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _sections(pathway: Pathway, typed: dict[str, list[str]], wrong: dict[str, str]) -> list[dict[str, Any]]:
    scope = (*pathway.covers.facts, *pathway.exclusions)
    shown = [name for name, fact in pathway.facts.items() if fact.kind in _SHOWN]
    alarms = [name for name in pathway.alarm_facts if name not in scope and name in shown]
    rest = [name for name in shown if name not in (*scope, *alarms, *_DECIDES)]
    named = (
        (say("Hvem er omfattet", "Who is covered"), scope, True),
        (say("Alarmtegn", "Alarm signs"), alarms, False),
        (say("Det, der afgør gruppen", "What decides the group"), _DECIDES, True),
        (say("Behandling, effekt og det øvrige", "Treatment, effect and the rest"), rest, False),
    )
    return [
        {
            "title": title,
            "is_open": is_open or any(any(typed[name]) for name in names),
            "fields": [_field(pathway.facts[name], typed[name], wrong.get(name, "")) for name in names],
        }
        for title, names, is_open in named
    ]


def _field(fact: FactDefinition, given: list[str], problem: str) -> dict[str, Any]:
    return {
        "id": fact.id,
        "kind": fact.kind,
        "question": words(fact.question.clinician),
        "answers": [(value, words(phrase), value in given) for value, phrase in fact.values.items()],
        "value": given[0] if given else "",
        "problem": problem,
        "low": "" if fact.minimum is None else f"{fact.minimum:g}",
        "high": "" if fact.maximum is None else f"{fact.maximum:g}",
    }


def _conclusions(pathway: Pathway, decision: Decision) -> list[tuple[str, str]]:
    """What follows beside the cards: who acts, with what, and what to ask next."""
    listed = (
        ("actors", decision.actors),
        ("interventions", decision.interventions),
        ("information", decision.information),
    )
    titles = {
        "actors": say("Hvem handler", "Who acts"),
        "interventions": say("Interventioner", "Interventions"),
        "information": say("Information", "Information"),
    }
    found = [
        (titles[kind], " · ".join(words(pathway.words[kind][n].clinician) for n in names))
        for kind, names in listed
        if names
    ]
    asked = " · ".join(words(pathway.facts[question.fact].question.clinician) for question in decision.ask)
    return [*found, (say("Spørg nu om", "Ask now"), asked)] if asked else found
