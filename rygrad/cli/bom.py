"""`rygrad bom`: the software bill of materials, as CycloneDX."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.language import say
from rygrad.cli.parts import Part, parts
from rygrad.decision.decision import ENGINE

Checkout = Annotated[
    Path,
    typer.Option(
        "--checkout",
        metavar="FOLDER",
        file_okay=False,
        exists=True,
        help=say("Mappen med de låste versioner.", "The folder with the locked versions."),
    ),
]


@application.app.command(
    help=say(
        "Skriv stykliste over programmets dele (CycloneDX 1.6, JSON): version, licens og hash.",
        "Write the bill of materials (CycloneDX 1.6, JSON): version, licence and hash of every part.",
    )
)
def bom(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=say("Fil; ellers skærmen.", "A file; else the screen."))
    ] = None,
    checkout: Checkout = Path(),
    lang: application.Lang = application.SPOKEN,
) -> None:
    """The same locks give the same bytes; an earlier file is written over."""
    found = parts(checkout)
    text = json.dumps(bill(found), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, "utf-8")
    needed = sum(part.scope == "required" for part in found)
    typer.echo(
        say(
            f"{len(found)} dele, heraf {needed} nødvendige, skrevet til {out}.",
            f"{len(found)} parts, {needed} of them required, written to {out}.",
        )
    )


def bill(found: list[Part]) -> dict[str, Any]:
    """These parts as a CycloneDX document."""
    name, _, version = ENGINE.partition(" ")
    licence = [{"license": {"id": "Apache-2.0"}}]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": name, "name": name, "version": version, "licenses": licence}
        },
        "components": [_component(part) for part in found],
    }


def _component(part: Part) -> dict[str, Any]:
    group, _, name = part.name.rpartition("/")
    return {
        "type": "library",
        "bom-ref": part.address,
        **({"group": group} if group else {}),
        "name": name,
        "version": part.version,
        "scope": part.scope,
        **({"hashes": [{"alg": alg, "content": content} for alg, content in part.hashes]} if part.hashes else {}),
        **({"licenses": [{"license": {"name": part.licence}}]} if part.licence else {}),
        "purl": part.address,
    }
