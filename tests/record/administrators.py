"""An administrator at a region, and two municipalities to administer."""

from dataclasses import dataclass
from datetime import date

from rygrad.record import people
from rygrad.record.actor import Actor

DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Places:
    """Gustav administers; a region, two municipalities, a job centre, and two hospital units."""

    gustav: Actor
    region: str
    koege: str
    faxe: str
    job: str
    back_unit: str
    pain_clinic: str


def places() -> Places:
    """Registered in the database at hand."""
    region = people.register_organisation("region", "Region Demo")
    people.register_professional("gustav", "Gustav Demo", "administrator", region)
    return Places(
        people.professional_actor("gustav", DAY),
        region,
        people.register_organisation("municipality", "Demo Kommune Køge", municipality_code="0259"),
        people.register_organisation("municipality", "Demo Kommune Faxe", municipality_code="0320"),
        people.register_organisation("employment_service", "Demo Jobcenter Køge", municipality_code="0259"),
        people.register_organisation("hospital_unit", "Demo Rygenhed", municipality_code="0259"),
        people.register_organisation("hospital_unit", "Demo Smerteklinik"),
    )
