"""The units of the synthetic region: practices, clinics, hospital units, municipalities; only the towns are real."""

from dataclasses import dataclass

import numpy as np

from rygrad.simulation.places import MUNICIPALITIES
from rygrad.simulation.synthdice import Codes, Dice

REGION = "DK-85"
CODES = tuple(code for _, code in MUNICIPALITIES)
# Thousand inhabitants, rounded: how the courses and the clinics are spread over the municipalities.
_INHABITANTS = {
    "0259": 62, "0370": 84, "0316": 73, "0265": 91, "0330": 80, "0320": 37, "0253": 53, "0376": 59, "0326": 48,
    "0350": 29, "0360": 39, "0306": 33, "0329": 36, "0269": 24, "0340": 30, "0336": 23, "0390": 45,
}  # fmt: skip
SHARES = np.array([_INHABITANTS[code] for code in CODES], dtype=np.float64)
SHARES /= SHARES.sum()
_LOCAL = (
    # stem, kind, name, how many in the region
    ("laege", "gp_practice", "Lægerne på Synteseve{j} (demo)", 300),
    ("fys", "physiotherapy_clinic", "Fysioterapien på Synteseve{j} (demo)", 120),
    ("kiro", "chiropractic_clinic", "Kiropraktoren på Synteseve{j} (demo)", 40),
)
_REGIONAL = (
    # id, kind, name, municipality, the efforts received there
    ("rygenhed", "hospital_unit", "Rygenheden i Køge (demo)", "0259", ("back_unit", "imaging")),
    ("smerte-holbaek", "hospital_unit", "Smerteklinikken i Holbæk (demo)", "0316", ("pain_clinic",)),
    ("smerte-naestved", "hospital_unit", "Smerteklinikken i Næstved (demo)", "0370", ("pain_clinic",)),
    ("smerte-koege", "hospital_unit", "Smerteklinikken i Køge (demo)", "0259", ("pain_clinic",)),
    ("arbejdsmedicin", "hospital_unit", "Arbejdsmedicinen i Holbæk (demo)", "0316", ("occupational_medicine",)),
    ("kirurgi", "specialist_practice", "Rygkirurgerne i Roskilde (demo)", "0265", ("surgical_assessment",)),
)
"""Six units serve the whole region; the efforts that remain are the municipality's and its job centre's."""
MUNICIPAL = {"municipal_prevention": "municipality", "employment": "employment_service",
             "labour_market_and_income": "employment_service"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the table of units has it."""

    id: str
    kind: str
    name: str
    municipality: str


def _units() -> tuple[Unit, ...]:
    made = [
        Unit(f"o-synt-{stem}-{code}-{n + 1:02}", kind, name.format(j=f"j {n + 1}, {town}"), code)
        for stem, kind, name, count in _LOCAL
        for (town, code), some in zip(MUNICIPALITIES, _spread(count), strict=True)
        for n in range(some)
    ]
    made += [Unit(f"o-synt-{stem}", kind, name, code) for stem, kind, name, code, _ in _REGIONAL]
    for town, code in MUNICIPALITIES:
        made.append(Unit(f"o-synt-kommune-{code}", "municipality", f"{town} Kommune (demo)", code))
        made.append(Unit(f"o-synt-job-{code}", "employment_service", f"Jobcenter {town} (demo)", code))
    return tuple(made)


def _spread(count: int) -> list[int]:
    """So many units over the municipalities by their size, one in each at least; the sum is exact."""
    wanted = SHARES * count
    found = np.maximum(1, np.floor(wanted)).astype(int)
    order = np.argsort(found - wanted, kind="stable")
    found[order[: count - found.sum()]] += 1
    return [int(n) for n in found]


UNITS = _units()
KINDS = np.array([unit.kind for unit in UNITS])


def local(kind: str, municipality: Codes, dice: Dice) -> Codes:
    """The position in UNITS of one unit of this kind in each row's municipality."""
    where = [[n for n, u in enumerate(UNITS) if u.kind == kind and u.municipality == code] for code in CODES]
    first, count = np.array([w[0] for w in where]), np.array([len(w) for w in where])
    return np.asarray(first[municipality] + dice.day(f"which {kind}", 0, count[municipality] - 1), dtype=np.int64)


def receivers(effort: str) -> list[int]:
    """The positions in UNITS of the region's units that receive this effort; none where the municipality does."""
    ids = {f"o-synt-{stem}" for stem, *_, efforts in _REGIONAL if effort in efforts}
    return [n for n, unit in enumerate(UNITS) if unit.id in ids]
