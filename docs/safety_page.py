"""The page of the hazards, and the tests that prove their controls: both from ``docs/safety/hazards.yaml``."""

from functools import cache
from pathlib import Path
from typing import Any

from rygrad.pathway.node import load_yaml

SAFETY = Path(__file__).resolve().parent / "safety"
PAGE = SAFETY / "hazards.md"

LEAD = """# Farer · Hazards

<!-- Written by `make docs` from hazards.yaml; do not edit. -->

Tolv farer, som Rygrad er bygget til at svare på: årsag, skade, kontroller, de tests, der beviser hver kontrol, og hvad der er tilbage.
**Ingen kliniker har underskrevet.** Alvor og sandsynlighed er forfatternes skøn og sættes af den organisation, der tager systemet i brug,
i dens eget kliniske sikkerhedsarbejde.

*Twelve hazards that Rygrad is built to answer: cause, harm, controls, the tests that prove each control, and what remains.
**No clinician has signed.** Severity and likelihood are the authors' guess, and are set by the deploying organisation in its own
clinical-safety work.*

Hver kontrol nævner tests, der findes og kører: uden mærke i `make test`, mærket `long` i `make test-long`. En kontrol uden en sådan test, og en nævnt
test, der springes over, får bygningen til at fejle. · *Every control names tests that exist and run: unmarked in `make test`, marked `long` in
`make test-long`. A control without one, and a named test that is skipped, fail the build.*

Se også · *See also*: [tilsigtet brug · intended use](intended-use.md), [løfter og tal · promises and figures](../reference/trust.md),
[databeskyttelse · data protection](../privacy.md).
"""


@cache
def hazards() -> dict[str, Any]:
    """The file, read."""
    found: dict[str, Any] = load_yaml((SAFETY / "hazards.yaml").read_bytes(), "hazards.yaml")
    return found


@cache
def proofs() -> dict[str, bool]:
    """Every test that proves a control, and whether it is one of the long battery."""
    found = {}
    for hazard in hazards()["hazards"]:
        for control in hazard["controls"]:
            found |= dict.fromkeys(control["proofs"], False)
            found |= dict.fromkeys(control.get("long_proofs", []), True)
    return found


def safety(_: object = None) -> str:
    """The page, Danish first."""
    rows = "\n".join(_summary(hazard) for hazard in hazards()["hazards"])
    head = "| | fare · *hazard* | alvor · *severity* | før · *before* | efter · *after* | kontroller · *controls* |\n|---|---|---|---|---|---|"
    return "\n".join([LEAD, f"{head}\n{rows}\n", *map(_hazard, hazards()["hazards"])])


def _summary(hazard: dict[str, Any]) -> str:
    severity, before, after = _grades(hazard)
    title = f"{hazard['title']['da']} · *{hazard['title']['en']}*"
    return f"| {hazard['id']} | {title} | {severity} | {before} | {after} | {len(hazard['controls'])} |"


def _grades(hazard: dict[str, Any]) -> tuple[str, str, str]:
    file = hazards()
    severity, likelihood = file["severities"], file["likelihoods"]
    words = (severity[hazard["severity"]], likelihood[hazard["before"]], likelihood[hazard["after"]])
    severe, before, after = (f"{one['da']} · *{one['en']}*" for one in words)
    return severe, before, after


def _hazard(hazard: dict[str, Any]) -> str:
    title = f"## {hazard['id']} · {hazard['title']['da']}\n\n*{hazard['title']['en']}*\n"
    says = [
        _said("Årsag", "Cause", hazard["cause"]),
        _said("Skade", "Harm", hazard["harm"]),
        "**Kontroller · *Controls***\n\n" + "\n".join(map(_control, hazard["controls"])) + "\n",
        _said("Tilbage", "What remains", hazard["remains"]),
    ]
    return "\n".join([title, *says])


def _said(da: str, en: str, text: dict[str, str]) -> str:
    return f"**{da}** {text['da']}\n\n***{en}*** *{text['en']}*\n"


def _control(control: dict[str, Any]) -> str:
    tests = [f"`{test}`" for test in control["proofs"]]
    tests += [f"`{test}` long" for test in control.get("long_proofs", [])]
    where = ", ".join(f"`{place}`" for place in control["where"])
    lines = [
        f"- {control['says']['da']}",
        f"  *{control['says']['en']}*",
        f"  {where}",
        *(f"  - {test}" for test in tests),
    ]
    return "  \n".join(lines[:3]) + "\n" + "\n".join(lines[3:])
