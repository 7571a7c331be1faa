"""The library ``RygradFacts``: one definition for each fact, read from the citizen's FHIR Observations."""

from collections.abc import Callable

from rygrad.decision.facts import clarifiable
from rygrad.fhir.artefacts.cqltext import comment, define, heading, name, several, string
from rygrad.fhir.names import FHIR_VERSION, code_system
from rygrad.fhir.observed import observation_of
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway

FACTS = "RygradFacts"
"""The library's name."""


def facts_library(pathway: Pathway) -> str:
    """The CQL text. Null is unknown: no Observation, one that says so, or a value that the fact cannot have."""
    read = [fact for fact in pathway.facts.values() if fact.kind != "scores"]
    codes = "".join(f'code {_code(fact.id)}: {string(fact.id)} from "facts"\n' for fact in read)
    parts = [
        _head(pathway),
        codes,
        "context Patient\n",
        heading("How an Observation is read"),
        define("system of the facts", string(code_system("facts"))),
        define("system of the answers", string(code_system("answers"))),
        _READING,
        heading("The facts"),
        *(_fact(pathway, fact) for fact in read),
    ]
    return "\n".join(parts)


def _head(pathway: Pathway) -> str:
    said = comment(
        f"{pathway.identity.title.da} / {pathway.identity.title.en}, content {pathway.identity.version}.",
        "The facts that the programme decides by, from the citizen's Observations. The newest Observation of a fact"
        " counts. Null is unknown, never no: there is none, it says that nobody knows, or its value cannot be read.",
        "A yes or no is 'yes' or 'no'; a choice is its word; a date is an interval of the days it can have been. Scores"
        " support a professional's verdict and decide nothing (R5), so they are not read here.",
    )
    return (
        f"{said}library {FACTS} version {string(pathway.identity.version)}\n\nusing FHIR version {string(FHIR_VERSION)}\n"
        f'\ncodesystem "facts": {string(code_system("facts"))}\n'
    )


def _fact(pathway: Pathway, fact: FactDefinition) -> str:
    question = fact.question.clinician
    return define(fact.id, _FORMS[fact.kind](pathway, fact), f"{question.da} / {question.en}")


def _code(fact: str) -> str:
    return name(f"{fact} code")


def _said(fact: FactDefinition) -> str:
    return f'{_code(fact.id)}, "newest"({_code(fact.id)})'


def _choice(pathway: Pathway, fact: FactDefinition) -> str:
    return f'"answer"({_said(fact)}, {{ {", ".join(map(string, fact.values))} }})'


def _several(pathway: Pathway, fact: FactDefinition) -> str:
    words = map(string, fact.values) if fact.values else (f"{_code(one)}.code" for one in clarifiable(pathway))
    return f'"answers"({_said(fact)}, {several(words)})'


def _number(pathway: Pathway, fact: FactDefinition) -> str:
    unit = observation_of(pathway, fact.id, fact.minimum)["valueQuantity"]["code"]
    limits = f"{float(fact.minimum or 0)}, {float(fact.maximum or 0)}"
    read = f'"number"("newest"({_code(fact.id)}), {string(unit)}, {limits})'
    return f'"whole"({read})' if fact.whole else read


_FORMS: dict[str, Callable[[Pathway, FactDefinition], str]] = {
    "yes_no": lambda pathway, fact: f'"yes or no"({_said(fact)})',
    "choice": _choice,
    "several": _several,
    "facts": _several,
    "number": _number,
    "date": lambda pathway, fact: f'"days"("newest"({_code(fact.id)}))',
}

# Every FHIR element is read by its ``.value``, so no library of implicit conversions (FHIRHelpers) is needed; a
# translator without one cannot filter a retrieve by code, so all Observations are fetched once and sorted here.
_READING = """\
// A date without a time counts from the start of its day.
define function "moment"(at DateTime):
  if at is null or hour from at is not null then at
    else DateTime(year from at, Coalesce(month from at, 1), Coalesce(day from at, 1), 0, 0, 0, 0)

define function "if it says something"(said FHIR.Observation):
  if said.dataAbsentReason is not null or said.status.value = 'preliminary' or said.status.value = 'registered'
    then null else said

// The Observations that carry one of our codes and were not withdrawn, the newest last.
define "observed":
  [Observation] O
    let fact: First((O.code.coding) C where C.system.value = "system of the facts" return C.code.value)
    where fact is not null
      and (O.status.value is null or not (O.status.value = 'entered-in-error' or O.status.value = 'cancelled'))
    return all Tuple {
      fact: fact,
      at: "moment"((O.effective as FHIR.dateTime).value),
      issued: "moment"(O.issued.value),
      observation: O
    }
    sort by at, issued

define function "last observed"(fact String):
  Last(("observed") O where O.fact = fact return all O.observation)

// What the newest Observation of a fact says; null when it says that the answer is not known (yet).
define function "newest"(fact Code):
  "if it says something"("last observed"(fact.code))

// The words of our answers in a concept; a code is »fact.word«.
define function "words"(fact Code, concept FHIR.CodeableConcept):
  concept.coding C
    where C.system.value = "system of the answers" and StartsWith(C.code.value, fact.code + '.')
    return all Substring(C.code.value, Length(fact.code) + 1)

define function "answer"(fact Code, said FHIR.Observation, allowed List<String>):
  First(("words"(fact, said.value as FHIR.CodeableConcept)) W where W in allowed)

define function "yes or no"(fact Code, said FHIR.Observation):
  case (said.value as FHIR.boolean).value
    when true then 'yes'
    when false then 'no'
    else "answer"(fact, said, { 'yes', 'no' })
  end

// Several answers: one component for each. One that is not understood makes the whole unknown.
define function "is understood"(fact Code, part FHIR.Observation.Component, allowed List<String>):
  exists ("words"(fact, part.code)) and case (part.value as FHIR.boolean).value
    when true then not exists (("words"(fact, part.code)) W where not (W in allowed))
    when false then true
    else false
  end

define function "answers"(fact Code, said FHIR.Observation, allowed List<String>):
  case
    when (said.value as FHIR.boolean).value is false then List<String> { }
    when not exists (said.component) then null
    when exists ((said.component) P where not "is understood"(fact, P, allowed) return all P) then null
    else distinct flatten (
      (said.component) P where (P.value as FHIR.boolean).value return all "words"(fact, P.code))
  end

// A day of the calendar; null for a month, a year, or a date that nobody alive can mean.
define function "day"(at DateTime):
  if year from at >= 1900 and year from at <= 2199 and day from at is not null then date from at else null

define function "from day to day"(earliest Date, latest Date):
  if earliest <= latest then Interval[earliest, latest] else null

define function "days"(said FHIR.Observation):
  Coalesce(
    "from day to day"("day"((said.value as FHIR.Period).start.value), "day"((said.value as FHIR.Period).end.value)),
    "from day to day"("day"((said.value as FHIR.dateTime).value), "day"((said.value as FHIR.dateTime).value)))

// A number between the fact's limits, in the fact's own unit where one is given.
define function "amount of"(quantity FHIR.Quantity, unit String):
  if quantity.comparator is null and Coalesce(quantity.code.value, '1') in { '1', unit } then quantity.value.value
    else null

define function "between"(amount Decimal, low Decimal, high Decimal):
  if amount >= low and amount <= high then amount else null

define function "number"(said FHIR.Observation, unit String, low Decimal, high Decimal):
  "between"(
    Coalesce("amount of"(said.value as FHIR.Quantity, unit), ToDecimal((said.value as FHIR.integer).value)), low, high)

define function "whole"(amount Decimal):
  if amount = Truncate(amount) then Truncate(amount) else null
"""
