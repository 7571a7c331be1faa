"""CQL run by engines that nobody here wrote: HL7's translator and cql-execution, in Node."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rygrad.decision.facts import read_facts
from rygrad.fhir.observed import observation_of
from rygrad.pathway.pathway import Pathway

SCRIPT = Path(__file__).with_name("run.mjs")
Observations = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ran:
    """Each citizen's definitions by name, how long the translation took, and one citizen's decision."""

    found: list[dict[str, Any]]
    seconds: float
    milliseconds: float


def run(texts: Mapping[str, str], library: str, citizens: Iterable[tuple[Observations, date | None]]) -> Ran:
    """Every definition of a library for each citizen. AssertionError with the engines' words when it does not run."""
    lines = [{"texts": dict(texts), "library": library}]
    lines += [{"as_of": day and day.isoformat(), "observations": said} for said, day in citizens]
    done = subprocess.run(
        ["node", str(SCRIPT)],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, *found, last = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return Ran(found, first["seconds"], last["milliseconds"])


def said(pathway: Pathway, facts: Mapping[str, Any], as_of: date) -> Observations:
    """A citizen's facts as Observations, one for each and one for each score."""
    told: Observations = []
    for name, value in read_facts(pathway, facts, as_of).items():
        each = value if pathway.facts[name].kind == "scores" else (value,)
        told += [{"status": "final", **observation_of(pathway, name, one)} for one in each]
    return told
