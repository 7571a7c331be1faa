"""Every refusal as an OperationOutcome, made from the one error shape of the house."""

from collections.abc import Mapping
from typing import Any

from rygrad.fhir.names import code_system
from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase

_ISSUES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    428: "required",
    500: "exception",
    503: "transient",
    507: "no-store",
}


class Declined(RygradError):
    """What the API itself declines: a status, what is wrong, and what to do instead."""

    def __init__(self, status: int, code: str, said: Phrase, hint: Phrase | None = None) -> None:
        super().__init__(code, {"da": said.da, "en": said.en}, {"da": hint.da, "en": hint.en} if hint else None)
        self.status = status


def wrong(code: str, da: str, en: str, hint: Phrase | None = None) -> Declined:
    """A request that cannot be read (400)."""
    return Declined(400, code, Phrase(da, en), hint)


def status_of(problem: RygradError) -> int:
    """The HTTP status an error has at every interface."""
    return int(getattr(problem, "status", 422))


def outcome(problem: RygradError, language: str) -> dict[str, Any]:
    """The error as an OperationOutcome."""
    issue: dict[str, Any] = {
        "severity": "error",
        "code": _ISSUES.get(status_of(problem), "processing"),
        "details": {
            "coding": [{"system": code_system("problems"), "code": problem.code}],
            "text": _large(problem.message[language]),
        },
    }
    hint: Mapping[str, str] | None = problem.hint
    if hint and hint.get(language):
        issue["diagnostics"] = hint[language]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def warning(said: Phrase, language: str) -> dict[str, Any]:
    """Something that was left out of an answer, said."""
    text = said.text(language)
    issue = {"severity": "warning", "code": "not-supported", "details": {"text": text}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]
