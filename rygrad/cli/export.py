"""`rygrad export …`: the programme in other forms."""

import typer

from rygrad.cli import application
from rygrad.cli.exported import course, fhir
from rygrad.cli.language import language, say
from rygrad.decision.pathwaymap import mermaid as as_mermaid
from rygrad.pathway.read import load_pathway

export = application.group(
    "export",
    say("Programmet, eller et forløb, i andre former.", "The programme, or a course, in other forms."),
)


@export.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


@export.command(
    help=say("Vejen gennem programmet som Mermaid-tekst.", "The way through the programme as Mermaid text.")
)
def mermaid(pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN) -> None:
    """A flow chart: signs, groups, treatment, the window, the return, the efforts with the groups that list them."""
    typer.echo(as_mermaid(load_pathway(pathway), language()), nl=False)


export.command(
    help=say(
        "Ét forløb som FHIR (en Bundle). Opslaget står i borgerens log.",
        "One course as FHIR (a Bundle). The look stands in the citizen's log.",
    )
)(course)
export.command(
    help=say(
        "Programmet som FHIR-pakke: PlanDefinition, CQL, spørgeskemaer, kodesystemer.",
        "The programme as a FHIR package: PlanDefinition, CQL, questionnaires, code systems.",
    )
)(fhir)
