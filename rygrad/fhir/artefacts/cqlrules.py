"""The library ``RygradRules``: every rule of the content, and what follows from them, over ``RygradFacts``.

No rule is written here a second time: criteria are compiled from the content, and what follows from them is staged
as in the columnar evaluator (facts → alarms → scope → groups → window, return, efforts → conditions of actions).
"""

from collections.abc import Iterator

from rygrad.fhir.artefacts.cqlconditions import condition_definitions
from rygrad.fhir.artefacts.cqlcourse import course_definitions
from rygrad.fhir.artefacts.cqlfacts import FACTS
from rygrad.fhir.artefacts.cqlsafety import alarm_definitions, scope_definitions
from rygrad.fhir.artefacts.cqltext import (
    cases,
    comment,
    define,
    function,
    heading,
    holds,
    over_name,
    rule_name,
    string,
    told,
    value_of,
)
from rygrad.fhir.names import FHIR_VERSION
from rygrad.pathway.criteria import Over, leaves
from rygrad.pathway.pathway import Pathway

RULES = "RygradRules"
"""The library's name."""


def rules_library(pathway: Pathway) -> str:
    """The CQL text. The day that the decision is for is a parameter of the facts."""
    sections = (_days, _rules, alarm_definitions, scope_definitions, course_definitions, condition_definitions)
    return "\n".join([_head(pathway), *(part for section in sections for part in section(pathway))])


def _head(pathway: Pathway) -> str:
    identity = pathway.identity
    signed = f"Signed by {identity.signed_by}." if identity.signed_by else "No clinician has signed this content yet."
    said = comment(
        f"{identity.title.da} / {identity.title.en}, content {identity.version}, SHA-256 {identity.sha256}.",
        f"{signed} Quotes are the programme's own words; readings (R1 …) are ours, where its text is silent.",
        "Null is unknown, never no. A definition named »rule …« is a rule of the content; the others are what follows.",
    )
    version = string(identity.version)
    return (
        f"{said}library {RULES} version {version}\n\nusing FHIR version {string(FHIR_VERSION)}\n"
        f"\ninclude {FACTS} version {version} called Facts\n\ncontext Patient\n"
    )


def _days(pathway: Pathway) -> Iterator[str]:
    yield heading("Days: a date is an interval of the days it can have been")
    yield define("the day", 'Facts."the day"', "The local day that the decision is for.")
    found = (leaf for rule in pathway.rules() for leaf in leaves(rule.criterion) if isinstance(leaf, Over))
    for months in sorted({pathway.duration.months, *(leaf.months for leaf in found)}):
        yield _over(months)
    yield _BETWEEN


def _over(months: int) -> str:
    return function(
        over_name(months),
        "since Interval<Date>",
        cases(
            [
                (f'"the day" >= end of since + {months} months + 1 day', "true"),
                (f'"the day" < start of since + {months} months + 1 day', "false"),
            ],
            "null",
        ),
        f"Exactly {months} months is not over (R2). Null while it depends on which of the days it was.",
    )


_LATEST, _EARLIEST = (f'difference in days between {end} of since and "the day"' for end in ("end", "start"))
_BETWEEN = function(
    "is between days",
    "since Interval<Date>, first Integer, last Integer",
    cases(
        [
            (f"({_LATEST}) >= first and ({_EARLIEST}) <= last", "true"),
            (f"({_EARLIEST}) < first or ({_LATEST}) > last", "false"),
        ],
        "null",
    ),
    "The day lies from day N to day M after a date. Null while it depends on which of the days it was.",
)


def _rules(pathway: Pathway) -> Iterator[str]:
    yield heading("The rules of the content: true, false, or null for unknown")
    for rule in pathway.rules():
        yield define(rule_name(rule), holds(rule.criterion, value_of), *told(pathway, rule.citation))
