"""Who acts: a professional at an organisation, a citizen, a relative, or one who runs the system."""

from dataclasses import dataclass

ORGANISATION_KINDS = (
    "gp_practice",
    "physiotherapy_clinic",
    "chiropractic_clinic",
    "specialist_practice",
    "hospital_unit",
    "municipality",
    "employment_service",
    "region",  # owns offers and runs the system; treats nobody and receives nobody
)
CLINICIANS = ("general_practitioner", "physiotherapist", "chiropractor", "specialist", "hospital_clinician")
ROLES = (*CLINICIANS, "municipal_worker", "citizen", "relative", "administrator", "programme_manager")


@dataclass(frozen=True, slots=True)
class Actor:
    """One person acting in one role. ``organisation`` for professionals, ``person`` for citizens and relatives."""

    id: str
    name: str
    role: str
    organisation: str | None = None
    person: str | None = None
    on_behalf_of: str | None = None
