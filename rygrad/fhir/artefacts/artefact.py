"""What every exported resource says of itself: address, version, standing, and that nobody has signed it."""

from rygrad.fhir.artefacts.wording import LANGUAGE, Part, said
from rygrad.fhir.names import CANONICAL, id_of, identifier_system
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

PUBLISHER = "Rygrad"
_STANDING = Phrase(
    "Ikke CE-mærket, ikke til rigtige patienter uden organisationens egen godkendelse.",
    "Not CE-marked, not for real patients without the organisation's own approval.",
)
_UNSIGNED = Phrase(
    "Indholdet er ikke underskrevet af en kliniker; læsninger og sikkerhedslag er forslag.",
    "The content is not signed by a clinician; readings and safety layer are proposals.",
)
_COPYRIGHT = Phrase(
    "Citater er programmets egne ord; resten: Apache-2.0.",
    "Quotes are the programme's own words; the rest: Apache-2.0.",
)
DENMARK = [{"coding": [{"system": "urn:iso:std:iso:3166", "code": "DK", "display": "Denmark"}]}]


def canonical(pathway: Pathway, kind: str, name: str) -> str:
    """The address of one of our resources with its version: ``…/PlanDefinition/rygsmerter|1.0.0``."""
    return f"{CANONICAL}/{kind}/{id_of(name)}|{pathway.identity.version}"


def is_signed(pathway: Pathway) -> bool:
    """Whether a named clinician has signed the content."""
    return pathway.identity.signed_by is not None


def artefact(pathway: Pathway, kind: str, name: str, title: Phrase, description: Phrase) -> Part:
    """The head of an exported resource. Its date is the content's, so the same content gives the same bytes."""
    identity = pathway.identity
    return {
        "resourceType": kind,
        "id": id_of(name),
        "language": LANGUAGE,
        "url": f"{CANONICAL}/{kind}/{id_of(name)}",
        "identifier": [{"system": identifier_system("content"), "value": identity.sha256}],
        "version": identity.version,
        "name": computable(name),
        **said("title", title),
        "status": "active" if is_signed(pathway) else "draft",
        "experimental": not is_signed(pathway),
        "date": identity.in_force_from.isoformat(),
        "publisher": PUBLISHER,
        **said("description", description),
        "jurisdiction": DENMARK,
        **said("purpose", standing(pathway)),
        **said("copyright", _COPYRIGHT),
    }


def in_force(pathway: Pathway) -> Part:
    """From when the content holds, and when it was last compared with its source."""
    identity = pathway.identity
    return {
        "lastReviewDate": identity.checked_on.isoformat(),
        "effectivePeriod": {"start": identity.in_force_from.isoformat()},
    }


def standing(pathway: Pathway) -> Phrase:
    """What it is not, and who has signed it."""
    signed = identity_signed(pathway)
    return Phrase(f"{signed.da} {_STANDING.da}", f"{signed.en} {_STANDING.en}")


def identity_signed(pathway: Pathway) -> Phrase:
    """Who has signed the content, or that nobody has."""
    name = pathway.identity.signed_by
    return Phrase(f"Underskrevet af {name}.", f"Signed by {name}.") if name else _UNSIGNED


def computable(name: str) -> str:
    """A name that machines can use: ``LongLasting`` for ``long_lasting``."""
    return "".join(part[:1].upper() + part[1:] for part in id_of(name).split("-"))
