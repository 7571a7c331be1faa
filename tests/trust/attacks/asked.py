"""What an address is asked besides its path: every parameter met in a link, a form, or the FHIR server's own list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from rygrad import web
from rygrad.fhir.api.kinds import KINDS
from tests.fhir.api import Api
from tests.trust.attacks.cast_walks import House
from tests.trust.attacks.walking import Walk, name_of

OF_EVERY_SEARCH = (
    "_id", "_lastUpdated", "_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_total", "_filter",
    "_has", "_format", "_pretty", "_page", "page", "_type", "_since",
)  # fmt: skip
EVERY = "*"
# What some page reads, and what attackers try everywhere.
_OF_ATTACKERS = ("next", "back", "sort", "order", "lang", "redirect_uri", "url", "id")
_READ = re.compile(r'(?:GET\.get(?:list)?\(|back_of\(request, )"(\w+)"')


@cache
def every_parameter() -> tuple[str, ...]:
    """The parameters that the code of the pages reads, and those of attackers' lists."""
    code = "".join(path.read_text("utf-8") for path in Path(web.__file__).parent.rglob("*.py"))
    return tuple(dict.fromkeys([*_READ.findall(code), *_OF_ATTACKERS]))


@dataclass(frozen=True)
class Question:
    """An address and one of its parameters (``*``: every one that any page reads), with the others as met; who asks."""

    user: str
    path: str
    name: str
    others: tuple[tuple[str, str], ...] = ()

    def url(self, value: str) -> str:
        """The address with this value asked."""
        asked = [(name, value) for name in (every_parameter() if self.name == EVERY else (self.name,))]
        return f"{self.path}?{urlencode([*self.others, *asked])}"


def of_pages(met: dict[str, Walk]) -> list[Question]:
    """Each parameter of each route once: those of links and of forms, and some that every route might read."""
    found: dict[tuple[str, str], Question] = {}
    for user, walk in met.items():
        for at in walk.pages:
            parts = urlsplit(at)
            pairs = parse_qsl(parts.query, keep_blank_values=True)
            for name in (*dict(pairs), EVERY):
                others = tuple(pair for pair in pairs if pair[0] != name)
                found.setdefault((name_of(at), name), Question(user, parts.path, name, others))
        for at, form in walk.forms.values():
            for name in form.names if form.method == "get" else ():
                found.setdefault((name_of(form.action), name), Question(user, urlsplit(form.action or at).path, name))
    return list(found.values())


def of_resources(made: House) -> Iterator[Question]:
    """Every search parameter of every type, and those of every search."""
    patient = made.record.dina.id
    for kind in KINDS.values():
        who = "gustav" if kind.name == "AuditEvent" else "anna"
        for name in (*kind.params, *OF_EVERY_SEARCH):
            narrow = (("patient", patient),) if "patient" in kind.params and name not in ("patient", "subject") else ()
            yield Question(who, kind.name, name, narrow)


def asked_of_system(apis: dict[str, Api], question: Question, value: str) -> Any:
    """The answer of the FHIR server, by POST so that personal parameters are taken too."""
    return apis[question.user].search(question.path, **dict(question.others), **{question.name: value})
