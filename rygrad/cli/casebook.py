"""The case book and the list of facts, as text for people."""

from collections.abc import Mapping
from typing import Any

from rygrad.cli.language import say
from rygrad.decision import spoken
from rygrad.decision.casebook import run_case
from rygrad.decision.dates import Interval
from rygrad.decision.facts import plain_value, read_facts
from rygrad.pathway.cases import Case
from rygrad.pathway.criteria import plain
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway


def as_markdown(pathway: Pathway, cases: list[Case], language: str) -> str:
    """All cases, file by file, as Markdown in one language."""
    title = say("Tilfældebog", "Case book")
    lead = say(
        f"{len(cases)} opfundne eller genfortalte borgere, afgjort ved hver bygning. Ikke underskrevet af en kliniker.",
        f"{len(cases)} invented or retold citizens, decided at every build. Not signed by a clinician.",
    )
    parts, file = [f"# {title}: {pathway.identity.title.text(language)}", "", lead, ""], ""
    for case in cases:
        if case.file != file:
            file = case.file
            parts += [f"## {file.removesuffix('.yaml')}", ""]
        parts += _case(pathway, case, language)
    return "\n".join(parts).rstrip() + "\n"


def _case(pathway: Pathway, case: Case, language: str) -> list[str]:
    known = read_facts(pathway, case.given, case.as_of)
    lines = [f"### {case.title.text(language)}", "", f"`{case.id}`"]
    if case.source:
        lines.append(f"· {say('genfortalt efter', 'retold from')} <{case.source}>")
    if case.note:
        lines.append(f"· {case.note.text(language)}")
    lines += ["", f"**{say('Givet', 'Given')}** ({spoken.day(case.as_of, language)}):", ""]
    lines += [f"- {_fact(pathway, name, value, language)}" for name, value in known.items()] or [
        f"- {say('intet er oplyst', 'nothing is known')}"
    ]
    lines += ["", f"**{say('Så', 'Then')}**:", ""]
    lines += [f"- `{path}`: {_shown(plain(value))}" for path, value in case.then.items()]
    failed = run_case(pathway, case)
    lines += ["", *(f"- ✗ {difference}" for difference in failed), *([""] if failed else [])]
    return lines


def _fact(pathway: Pathway, name: str, value: Any, language: str) -> str:
    definition = pathway.facts[name]
    shown = spoken.value(definition, plain_value(value) if isinstance(value, Interval) else value, language)
    if definition.kind == "facts":
        shown = ", ".join(pathway.facts[part].question.clinician.text(language) for part in value)
    return f"{definition.question.clinician.text(language)} **{shown}**"


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {part}" for name, part in value.items()) or "–"
    return str(value)


def allowed(fact: FactDefinition) -> str:
    """The values a fact may have, in the words of the data."""
    if fact.values:
        return " · ".join(fact.values)
    if fact.kind in ("number", "scores"):
        return f"{fact.minimum}–{fact.maximum}"
    if fact.kind == "date":
        return "YYYY-MM-DD · {earliest, latest}"
    return say("navne på fakta", "names of facts")
