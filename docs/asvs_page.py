"""The page of the security yardstick: every requirement of ASVS 5.0, levels 1 and 2, from ``docs/security/asvs.yaml``."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from rygrad.pathway.node import load_yaml

SECURITY = Path(__file__).resolve().parent / "security"
PAGE = SECURITY / "asvs.md"
STATUSES = {
    "met": "met",
    "partly": "partly",
    "not met": "not met",
    "not applicable": "not applicable, because",
    "organisation": "left to the deploying organisation",
}
GAPS = ("partly", "not met", "organisation")

LEAD = """# Security, held against OWASP ASVS 5.0

<!-- Written by `make docs` from asvs.yaml; do not edit. -->

Every requirement of levels 1 and 2 of the [Application Security Verification Standard 5.0.0][asvs], one line each: what is asked, in our
own short words; whether and how it is met; where it stands and what proves it. Ids and levels are the standard's, its sentences are
not copied: read them there. The standard is © The OWASP Foundation, licensed CC BY-SA 4.0. The authors judged this themselves; nobody
independent has. What was chosen and why: [choices](choices.md). What attacks found: [figures](../reference/trust.md).

[asvs]: https://owasp.org/www-project-application-security-verification-standard/
"""


@cache
def chapters() -> dict[str, Any]:
    """The file, read: each chapter with its title and requirements."""
    found: dict[str, Any] = load_yaml((SECURITY / "asvs.yaml").read_bytes(), "asvs.yaml")
    return found


def requirements() -> Iterator[dict[str, Any]]:
    """Every requirement, in the standard's order."""
    for chapter in chapters().values():
        yield from chapter["requirements"]


def asvs(_: object = None) -> str:
    """The page: how many are met, the gaps first, then all."""
    return "\n".join([LEAD, _summary(), _gaps(), *map(_chapter, chapters().items())])


def _summary() -> str:
    rows = []
    for name, chapter in chapters().items():
        found = Counter(one["status"] for one in chapter["requirements"])
        cells = " | ".join(str(found[status] or "") for status in STATUSES)
        rows.append(f"| {name} {chapter['title']} | {len(chapter['requirements'])} | {cells} |")
    whole = Counter(one["status"] for one in requirements())
    rows.append(f"| **all** | **{whole.total()}** | {' | '.join(f'**{whole[status]}**' for status in STATUSES)} |")
    head = f"| chapter | asked | {' | '.join(STATUSES)} |\n|---|{'---|' * (len(STATUSES) + 1)}"
    return f"{head}\n" + "\n".join(rows) + "\n"


def _gaps() -> str:
    rows = [
        f"| {one['id']} | {one['level']} | {one['asks']} | {STATUSES[one['status']]} | {one['gap']} |"
        for one in requirements()
        if one["status"] in GAPS
    ]
    return (
        "## Gaps, and what to do\n\n| id | level | asked | | to do |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _chapter(named: tuple[str, dict[str, Any]]) -> str:
    name, chapter = named
    rows = "\n".join(_row(one) for one in chapter["requirements"])
    return f"## {name} · {chapter['title']}\n\n| id | level | asked | | how | where and proof |\n|---|---|---|---|---|---|\n{rows}\n"


def _row(one: dict[str, Any]) -> str:
    places = "<br>".join(f"`{place.partition('::')[0]}`" for place in one.get("where", []))
    proofs = "<br>".join(f"`{test}`" for test in one.get("tests", []))
    shown = "<br>".join(filter(None, (places, proofs)))
    return f"| {one['id']} | {one['level']} | {one['asks']} | {STATUSES[one['status']]} | {one['how']} | {shown} |"
