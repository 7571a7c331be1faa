"""CQL run by engines that nobody here wrote: HL7's translator and cql-execution, in one Node for all tests."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rygrad.decision.facts import read_facts
from rygrad.fhir.observed import observation_of
from rygrad.pathway.pathway import Pathway
from tests.fhir.node import started

Observations = list[dict[str, Any]]
Told = tuple[Observations, date | None]
"""A citizen's Observations and the day; None: the engine's own today."""

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Ran:
    """Each citizen's definitions by name, how long the translation took, and one citizen's decision."""

    found: list[dict[str, Any]]
    seconds: float
    milliseconds: float


def run(texts: Mapping[str, str], library: str, citizens: Sequence[Told]) -> Ran:
    """Every definition of a library for each citizen. AssertionError with the engines' words when it does not run."""
    seconds = _asked({"texts": dict(texts), "library": library})["seconds"]
    found: list[dict[str, Any]] = []
    spent = 0.0
    for start in range(0, len(citizens), _CHUNK):
        told = [
            {"as_of": day and day.isoformat(), "observations": said} for said, day in citizens[start : start + _CHUNK]
        ]
        answer = _asked({"citizens": told})
        found += answer["found"]
        spent += answer["milliseconds"]
    return Ran(found, seconds, spent / len(citizens))


def _asked(question: dict[str, Any]) -> dict[str, Any]:
    process = _process()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    while (line := process.stdout.readline()) and not line.startswith("{"):
        pass  # the translator greets
    assert line, "the engines ended: see what they said above"
    answer: dict[str, Any] = json.loads(line)
    assert "error" not in answer, answer["error"]
    return answer


@cache
def _process() -> "subprocess.Popen[str]":
    return started(Path(__file__).with_name("run.mjs"))


def said(pathway: Pathway, facts: Mapping[str, Any], as_of: date) -> Observations:
    """A citizen's facts as Observations of the day, one for each and one for each score."""
    told: Observations = []
    day = as_of.isoformat()
    for name, value in read_facts(pathway, facts, as_of).items():
        each = value if pathway.facts[name].kind == "scores" else (value,)
        told += [{"status": "final", "effectiveDateTime": day, **observation_of(pathway, name, one)} for one in each]
    return told
