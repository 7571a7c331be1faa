"""The programme as two CQL libraries: the facts as FHIR says them, and the rules over them."""

from rygrad.fhir.artefacts.cqlconditions import Condition, conditions, definition_of, unknown_definition_of
from rygrad.fhir.artefacts.cqlfacts import FACTS, facts_library
from rygrad.fhir.artefacts.cqlrules import RULES, rules_library
from rygrad.pathway.pathway import Pathway

__all__ = ["FACTS", "RULES", "Condition", "conditions", "definition_of", "libraries", "unknown_definition_of"]


def libraries(pathway: Pathway) -> dict[str, str]:
    """The CQL text of each library by its name; the same content gives the same bytes."""
    return {FACTS: facts_library(pathway), RULES: rules_library(pathway)}
