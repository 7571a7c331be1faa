"""The library ``RygradFacts``: one definition for each fact, read from the citizen's FHIR Observations.

It reads Observations as ``rygrad.fhir.understood`` does: of each fact the newest that stands; an alarm sign is not
taken back by a blank, a "don't know" or its age; any other answer holds for as long as ``limits_of`` says.
"""

from collections.abc import Callable, Iterable

from rygrad.decision.facts import clarifiable
from rygrad.fhir.artefacts.cqlobserved import OBSERVED, WORDS
from rygrad.fhir.artefacts.cqltext import comment, define, heading, name, several, string
from rygrad.fhir.names import FHIR_VERSION, code_system
from rygrad.fhir.observed import observation_of
from rygrad.fhir.understood import limits_of
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.record.signs import weight

FACTS = "RygradFacts"
"""The library's name."""


def facts_library(pathway: Pathway) -> str:
    """The CQL text. Null is unknown: no Observation, one that says so, or a value that the fact cannot have.

    Its parameter ``as of`` is the local day that the decision is for; without it, today.
    """
    read = [fact for fact in pathway.facts.values() if fact.kind != "scores"]
    parts = [
        _head(pathway),
        "".join(f'code {_code(fact.id)}: {string(fact.id)} from "facts"\n' for fact in read),
        'parameter "as of" Date default Today()\n\ncontext Patient\n',
        heading("The citizen's Observations"),
        define("the day", 'Coalesce("as of", Today())', "The local day that the decision is for."),
        define("system of the facts", string(code_system("facts"))),
        define("system of the answers", string(code_system("answers"))),
        OBSERVED,
        heading("What an Observation says"),
        WORDS,
        heading("The facts"),
        *(_fact(pathway, fact) for fact in read),
    ]
    return "\n".join(parts)


def _head(pathway: Pathway) -> str:
    said = comment(
        f"{pathway.identity.title.da} / {pathway.identity.title.en}, content {pathway.identity.version}.",
        "The facts that the programme decides by, from the citizen's Observations. The newest Observation of a fact"
        " counts. Null is unknown, never no: there is none, it says that nobody knows, it is too old, or its value"
        " cannot be read. An alarm sign that was there stays, until somebody answers it again or clarifies it.",
        "How many days an answer holds is ours, not the programme's; no clinician has signed it.",
        "A yes or no is 'yes' or 'no'; a choice is its word; a date is an interval of the days it can have been. Scores"
        " support a professional's verdict and decide nothing (R5), so they are not read here.",
    )
    return (
        f"{said}library {FACTS} version {string(pathway.identity.version)}\n"
        f"\nusing FHIR version {string(FHIR_VERSION)}\n"
        f'\ncodesystem "facts": {string(code_system("facts"))}\n'
    )


def _fact(pathway: Pathway, fact: FactDefinition) -> str:
    question = fact.question.clinician
    limit = limits_of(pathway).get(fact.id)
    holds = f"An answer holds for {limit} days." if limit else ""
    return define(fact.id, _FORMS[fact.kind](pathway, fact), f"{question.da} / {question.en}", holds)


def _code(fact: str) -> str:
    return name(f"{fact} code")


def _within(pathway: Pathway, fact: FactDefinition) -> str:
    """The newest Observations of the fact that are not too old."""
    limit = limits_of(pathway).get(fact.id)
    newest = f'"latest"("about"({_code(fact.id)}))'
    return f'"not older than"({newest}, {limit})' if limit else newest


def _words(words: Iterable[str]) -> str:
    return "{ " + ", ".join(map(string, words)) + " }"


def _choice(pathway: Pathway, fact: FactDefinition) -> str:
    code, allowed = _code(fact.id), _words(fact.values)
    if fact.id not in clarifiable(pathway):
        return f'"answer"({code}, {_within(pathway, fact)}, {allowed})'
    graver = sorted((one for one in fact.values if weight(one)), key=weight, reverse=True)
    return f'"sign"({code}, "about"({code}), {allowed}, {_words(graver)}, {limits_of(pathway)[fact.id]})'


def _several(pathway: Pathway, fact: FactDefinition) -> str:
    words = map(string, fact.values) if fact.values else (f"{_code(one)}.code" for one in clarifiable(pathway))
    read = f'"answers"({_code(fact.id)}, {_within(pathway, fact)}, {several(words)})'
    return f'"that cover the sign"({_within(pathway, fact)}, {read})' if fact.kind == "facts" else read


def _number(pathway: Pathway, fact: FactDefinition) -> str:
    unit = observation_of(pathway, fact.id, fact.minimum)["valueQuantity"]["code"]
    limits = f"{string(unit)}, {float(fact.minimum or 0)}, {float(fact.maximum or 0)}"
    if fact.id in clarifiable(pathway):
        days = limits_of(pathway)[fact.id]
        read = f'"graded sign"("about"({_code(fact.id)}), {limits}, {float(fact.absent or 0)}, {days})'
    else:
        read = f'"number"({_within(pathway, fact)}, {limits})'
    return f'"whole"({read})' if fact.whole else read


_FORMS: dict[str, Callable[[Pathway, FactDefinition], str]] = {
    "yes_no": _choice,
    "choice": _choice,
    "several": _several,
    "facts": _several,
    "number": _number,
    "date": lambda pathway, fact: f'"days"({_within(pathway, fact)})',
}
