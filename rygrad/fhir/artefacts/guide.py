"""The ImplementationGuide: what the package holds, for whoever installs it."""

from rygrad.fhir.artefacts.artefact import PUBLISHER, artefact, computable, standing
from rygrad.fhir.artefacts.wording import Part
from rygrad.fhir.names import FHIR_VERSION
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

CORE = "hl7.fhir.r4.core"


def package_name(pathway: Pathway) -> str:
    """The name by which the package is installed."""
    return f"{PUBLISHER.lower()}.{pathway.identity.id}"


def guide(pathway: Pathway, resources: list[Part]) -> Part:
    """The guide over these resources."""
    title = pathway.identity.title
    stands = standing(pathway)
    description = Phrase(
        f"{title.da}, som FHIR R4 og CQL. Ukendt er aldrig nej. {stands.da}",
        f"{title.en}, as FHIR R4 and CQL. Unknown is never no. {stands.en}",
    )
    head = artefact(pathway, "ImplementationGuide", package_name(pathway), title, description)
    # The guide has no element for these.
    for absent in ("identifier", "purpose", "_purpose"):
        del head[absent]
    return head | {
        "name": computable(f"{PUBLISHER}-{pathway.identity.id}"),
        "packageId": package_name(pathway),
        "license": "Apache-2.0",
        "fhirVersion": [FHIR_VERSION],
        "dependsOn": [
            {"uri": f"http://hl7.org/fhir/ImplementationGuide/{CORE}", "packageId": CORE, "version": FHIR_VERSION}
        ],
        "definition": {"resource": [_listed(one) for one in resources]},
    }


def _listed(resource: Part) -> Part:
    return {
        "reference": {"reference": f"{resource['resourceType']}/{resource['id']}"},
        "name": resource["title"],
        "exampleBoolean": False,
    }
