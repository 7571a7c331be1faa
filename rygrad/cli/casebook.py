"""The case book and the list of facts, as text for people."""

from collections.abc import Callable, Mapping
from typing import Any

from rygrad.cli.language import say
from rygrad.decision import spoken
from rygrad.decision.casebook import run_case
from rygrad.decision.dates import LATEST, Interval
from rygrad.decision.explanation import conclusion_title, state_word
from rygrad.decision.facts import plain_value, read_facts
from rygrad.pathway.cases import Case
from rygrad.pathway.criteria import plain
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway

_LISTED = ("alarms", "possible_groups", "mismatches", "contradictions", "actors", "interventions", "information")

Sets = Mapping[str, Mapping[str, Any]]


def as_markdown(pathway: Pathway, cases: list[Case], sets: Sets, language: str) -> str:
    """All cases, file by file, as Markdown in one language; the shared sets of facts first."""
    lead = say(
        f"{len(cases)} opfundne eller genfortalte borgere, afgjort ved hver bygning. Ikke underskrevet af en kliniker.",
        f"{len(cases)} invented or retold citizens, decided at every build. Not signed by a clinician.",
    )
    parts = [f"# {say('Tilfældebog', 'Case book')}: {pathway.identity.title.text(language)}", "", lead, ""]
    parts += [f"## {say('Fælles sæt af oplysninger', 'Shared sets of facts')}", ""]
    for name, facts in sets.items():
        parts += [f"**{name}**", "", *_facts(pathway, facts, language), ""]
    file = ""
    for case in cases:
        if case.file != file:
            file = case.file
            parts += [f"## {file.removesuffix('.yaml')}", ""]
        parts += _case(pathway, case, language)
    return "\n".join(parts).rstrip() + "\n"


def _case(pathway: Pathway, case: Case, language: str) -> list[str]:
    lines = [f"### {case.title.text(language)}", "", f"`{case.id}` · {spoken.day(case.as_of, language)}"]
    lines += [f"· {say('genfortalt efter', 'retold from')} <{case.source}>"] if case.source else []
    lines += [f"· {case.note.text(language)}"] if case.note else []
    shared = [f"- {', '.join(f'**{name}**' for name in case.sets)}"] if case.sets else []
    given = [*shared, *_facts(pathway, case.own, language)] or [f"- {say('intet er oplyst', 'nothing is known')}"]
    then = [f"- {_concluded(pathway, path, plain(value), language)}" for path, value in case.then.items()]
    failed = [f"- ✗ {difference}" for difference in run_case(pathway, case)]
    return [*lines, "", f"{say('Givet', 'Given')}:", "", *given, "", f"{say('Så', 'Then')}:", "", *then, *failed, ""]


def _facts(pathway: Pathway, facts: Mapping[str, Any], language: str) -> list[str]:
    known = read_facts(pathway, facts, LATEST)
    lines = [f"- {_fact(pathway, name, value, language)}" for name, value in known.items()]
    unknown = say("ikke oplyst", "not known")
    blank = [pathway.facts[name].question.clinician.text(language) for name, value in facts.items() if value is None]
    return lines + [f"- {question} *{unknown}*" for question in blank]


def _fact(pathway: Pathway, name: str, value: Any, language: str) -> str:
    definition = pathway.facts[name]
    shown = spoken.value(definition, plain_value(value) if isinstance(value, Interval) else value, language)
    if definition.kind == "facts":
        shown = ", ".join(pathway.facts[part].question.clinician.text(language) for part in value)
    return f"{definition.question.clinician.text(language)} *{shown}*"


def _concluded(pathway: Pathway, path: str, value: Any, language: str) -> str:
    """A line of a case's "then" in the clinician's words."""
    section = path.partition(".")[0]
    if section in ("asks", "asks_not"):
        title = {"asks": say("Spørger om", "Asks"), "asks_not": say("Spørger ikke om", "Does not ask")}[section]
        return f"{title}: {_each(value, lambda name: pathway.facts[name].question.clinician.text(language))}"
    if section in _LISTED:
        title, named = conclusion_title(pathway, section, language), _namer(pathway, section, language)
        return f"{title}: {_each(value, named)}"
    if section == "exclusions":
        title = conclusion_title(pathway, section, language)
        return f"{title}: {_each(value, lambda name: _excluded(pathway, name, value[name], language))}"
    if path in ("scope", "group", "urgency", "return_to_gp", "reassessment.state") or section == "efforts":
        title = conclusion_title(pathway, path.removesuffix(".state"), language)
        return f"{title}: {state_word(pathway, section, value, language)}"
    return f"`{path}`: {_each(value, str) if isinstance(value, list) else '–' if value is None else value}"


def _namer(pathway: Pathway, section: str, language: str) -> Callable[[str], str]:
    return lambda name: conclusion_title(pathway, f"{section}.{name}", language).partition(": ")[2]


def _excluded(pathway: Pathway, name: str, state: str, language: str) -> str:
    word = pathway.facts[name].values[state].text(language)
    return f"{pathway.exclusions[name].words.clinician.text(language)} ({word})"


def _each(values: Any, word: Callable[[str], str]) -> str:
    return " · ".join(word(value) for value in values) or "–"


def allowed(fact: FactDefinition) -> str:
    """The values a fact may have, in the words of the data."""
    if fact.values:
        return " · ".join(fact.values)
    if fact.kind in ("number", "scores"):
        return f"{fact.minimum}–{fact.maximum}"
    if fact.kind == "date":
        return "YYYY-MM-DD · {earliest, latest}"
    return say("navne på fakta", "names of facts")
