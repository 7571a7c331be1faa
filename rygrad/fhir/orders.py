"""Which effort of the programme another system's order asks for. What no code says is not guessed."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

from rygrad.fhir.names import SNOMED, code_system
from rygrad.pathway.errors import RygradError

EFFORTS = code_system("efforts")
SPECIALTIES = {
    (SNOMED, "394914008"): "imaging",
    (SNOMED, "394610002"): "surgical_assessment",
    (SNOMED, "394801008"): "surgical_assessment",
    (SNOMED, "394821009"): "occupational_medicine",
}
"""The specialties among the Danish categories of an order that name one effort and no other."""

Code = tuple[str, str]


class WrongCodes(RygradError):
    """The site's own setting cannot be read (503): nothing is said of any order until it can."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "order_codes",
            {"da": "RYGRAD_ORDER_CODES kan ikke læses.", "en": "RYGRAD_ORDER_CODES cannot be read."},
            {"da": "Skriv system|kode=indsats, komma imellem.", "en": "Write system|code=effort, commas between."},
        )


def effort_of(order: Mapping[str, Any], local: Mapping[Code, str] | None = None) -> str | None:
    """The effort a ServiceRequest asks for; None when its codes name none, or more than one.

    Our own codes go before the site's (``local``; by default those of the setting ORDER_CODES), and the site's before
    the specialty.
    """
    local = local_codes(settings.ORDER_CODES) if local is None else local
    codes = list(_codes(order))
    own = {code for system, code in codes if system == EFFORTS}
    for named in (
        own,
        {local[one] for one in codes if one in local},
        {SPECIALTIES[c] for c in codes if c in SPECIALTIES},
    ):
        if named:
            return named.pop() if len(named) == 1 else None
    return None


@lru_cache(maxsize=8)
def local_codes(setting: str) -> dict[Code, str]:
    """``system|code=effort``, commas between; WrongCodes when it is not so."""
    found: dict[Code, str] = {}
    for part in filter(None, (part.strip() for part in setting.split(","))):
        name, _, effort = part.rpartition("=")
        system, _, code = name.rpartition("|")
        if not (system and code and effort):
            raise WrongCodes
        found[system, code] = effort
    return found


def _codes(order: Mapping[str, Any]) -> Iterator[Code]:
    categories = order.get("category")
    for concept in (order.get("code"), *(categories if isinstance(categories, list) else ())):
        codings = concept.get("coding") if isinstance(concept, Mapping) else None
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, Mapping):
                system, code = coding.get("system"), coding.get("code")
                if isinstance(system, str) and isinstance(code, str):
                    yield system, code
