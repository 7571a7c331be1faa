"""`rygrad audit`: which parts have a known vulnerability, as an advisory source says (OSV's interface)."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.request import Request, urlopen

import typer

from rygrad.cli import application
from rygrad.cli.bom import Checkout
from rygrad.cli.language import say
from rygrad.cli.parts import Part, parts

SOURCE = "https://api.osv.dev/v1/querybatch"
_MOST_PAGES = 20
Found = dict[str, set[str]]


@application.app.command(
    help=say(
        "Spørg en kilde til sårbarheder om hver del; slutter med 4, når en er kendt. Svarer ingen, siges det.",
        "Ask a source of advisories about every part; exits with 4 when one is known. No answer is said to be none.",
    )
)
def audit(
    source: Annotated[
        str,
        typer.Option("--source", metavar="URL", help=say("Kilden (OSV querybatch).", "The source (OSV querybatch).")),
    ] = SOURCE,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help=say("Hvor længe der ventes.", "How long to wait."))
    ] = 3.0,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="ID", help=say("En, der er vurderet.", "One that has been judged.")),
    ] = None,
    checkout: Checkout = Path(),
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Only names and versions of parts leave the machine."""
    asked = parts(checkout)
    found = within(seconds, source, asked)
    if found is None:
        typer.echo(
            say(
                f"offline: ikke spurgt ({len(asked)} dele; ingen kilde svarede)",
                f"offline: not asked ({len(asked)} parts; no advisory source answered)",
            )
        )
        return
    left = {part: sorted(ids - set(accept or ())) for part, ids in sorted(found.items())}
    for part, ids in left.items():
        if ids:
            typer.echo(f"{part}\t{' '.join(ids)}")
    count = sum(map(len, left.values()))
    judged = sum(map(len, found.values())) - count
    typer.echo(
        say(
            f"{len(asked)} dele spurgt: {count} kendte sårbarheder, {judged} vurderet.",
            f"{len(asked)} parts asked: {count} known vulnerabilities, {judged} accepted.",
        )
    )
    if count:
        raise typer.Exit(application.CHECK)


def within(seconds: float, source: str, asked: Sequence[Part]) -> Found | None:
    """The advisories by part; None when no source answered in time, whatever kept it (a name server too)."""
    answers: list[Found] = []
    asking = threading.Thread(target=_ask, args=(source, seconds, asked, answers), daemon=True)
    asking.start()
    asking.join(seconds)
    return answers[0] if answers else None


def _ask(source: str, seconds: float, asked: Sequence[Part], answers: list[Found]) -> None:
    found: Found = {}
    queries: list[dict[str, Any]] = [{"package": {"purl": part.address}} for part in asked]
    try:
        for _ in range(_MOST_PAGES):
            results = _posted(source, seconds, queries)
            for query, result in zip(queries, results, strict=True):
                ids = {str(one["id"]) for one in result.get("vulns", ())}
                if ids:
                    found.setdefault(query["package"]["purl"], set()).update(ids)
            pages = ((query, result.get("next_page_token")) for query, result in zip(queries, results, strict=True))
            queries = [{**query, "page_token": token} for query, token in pages if token]
            if not queries:
                answers.append(found)
                return
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # no answer, or none that can be read: not asked


def _posted(source: str, seconds: float, queries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    body = json.dumps({"queries": queries}).encode()
    request = Request(source, body, {"Content-Type": "application/json"})  # noqa: S310  (the operator's own address)
    with urlopen(request, timeout=seconds) as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.loads(answer.read())["results"]
    return found
