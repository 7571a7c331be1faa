"""The whole programme as FHIR resources."""

from rygrad.fhir.artefacts.activities import activities
from rygrad.fhir.artefacts.extensions import extensions
from rygrad.fhir.artefacts.guide import guide
from rygrad.fhir.artefacts.libraries import library_resources
from rygrad.fhir.artefacts.measures import measures
from rygrad.fhir.artefacts.plans import plans
from rygrad.fhir.artefacts.questionnaires import questionnaires
from rygrad.fhir.artefacts.vocabulary import terminology
from rygrad.fhir.artefacts.wording import Part
from rygrad.pathway.pathway import Pathway


def resources(pathway: Pathway) -> list[Part]:
    """Every exported resource as JSON data, from the content alone; the guide that lists them comes first."""
    made = [
        *plans(pathway),
        *activities(pathway),
        *library_resources(pathway),
        *measures(pathway),
        *questionnaires(pathway),
        *terminology(pathway),
        *extensions(pathway),
    ]
    return [guide(pathway, made), *made]
