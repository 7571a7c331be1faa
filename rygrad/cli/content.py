"""`rygrad content …`: check, coverage, show, diff, casebook, facts, schema."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from rygrad.cli import application
from rygrad.cli.language import language, say
from rygrad.decision.casebook import check_cases
from rygrad.decision.explanation import NOT_SIGNED
from rygrad.decision.sentinels import check_sentinels
from rygrad.pathway.cases import Case, load_cases, load_sets
from rygrad.pathway.check import check_content
from rygrad.pathway.citizen import citizen_texts
from rygrad.pathway.coverage import carrier_text, missing_statements
from rygrad.pathway.coverage import coverage as covered_lines
from rygrad.pathway.criteria import as_data
from rygrad.pathway.differences import differences
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.pathway import Effort, Group, Item
from rygrad.pathway.pathway import Pathway as Loaded
from rygrad.pathway.plainness import lix, longest_sentence
from rygrad.pathway.read import load_pathway
from rygrad.pathway.source import Citation
from rygrad.quality.read import read_indicators

content = application.group(
    "content",
    say(
        "Indholdet: tjek, dækning, grupper, forskelle, tilfældebog.",
        "The content: check, coverage, groups, differences, case book.",
    ),
)


@content.callback()
def top(lang: application.Lang = application.SPOKEN) -> None:
    """The options before the command."""


@content.command(
    help=say(
        "Tjek indholdet; slutter med 4, når noget er galt.", "Check the content; exits with 4 when something is wrong."
    )
)
def check(pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN) -> None:
    """Quotes, coverage, words, changelog; and every case, with every rule seen true and false."""
    loaded, cases = load_pathway(pathway), load_cases(pathway)
    problems = all_problems(loaded, cases, pathway)
    for problem in problems:
        typer.echo(problem.text(language()))
    rules = len(list(loaded.rules()))
    statements = len(loaded.statements)
    typer.echo(
        say(
            f"{statements} udsagn, {rules} regler, {len(cases)} tilfælde: {len(problems)} fejl.",
            f"{statements} statements, {rules} rules, {len(cases)} cases: {len(problems)} problems.",
        ),
        err=bool(problems),
    )
    if problems:
        raise typer.Exit(application.CHECK)


def all_problems(loaded: Loaded, cases: list[Case], name: str) -> list[ContentError]:
    """What is wrong with the content itself, with its indicators, its cases and its sentinel citizens."""
    problems = check_content(loaded, name) + read_indicators(name, loaded)[1]
    return problems + check_cases(loaded, cases) + check_sentinels(loaded)


@content.command(
    help=say("Vis hver linje i kilden, og hvad der bærer den.", "Show each line of the source, and what carries it.")
)
def coverage(pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN) -> None:
    """Exits with 4 when a line or a statement is carried by nothing."""
    loaded = load_pathway(pathway)
    lines, lost = covered_lines(loaded), missing_statements(loaded)
    unmapped = [line for line in lines if line.missing]
    for line in lines:
        if not line.is_blank:
            carriers = ", ".join(carrier_text(loaded, c, language()) for c in line.carriers) or say("INTET", "NOTHING")
            typer.echo(f"{line.number:3}  {line.text.strip():<60}  {carriers}")
    filled = sum(not line.is_blank for line in lines)
    typer.echo(
        say(
            f"{filled} linjer, {len(unmapped)} uden bærer; {len(loaded.statements)} udsagn, {len(lost)} mangler.",
            f"{filled} lines, {len(unmapped)} uncarried; {len(loaded.statements)} statements, {len(lost)} missing.",
        ),
        err=True,
    )
    if unmapped or lost:
        raise typer.Exit(application.CHECK)


@content.command(
    help=say(
        "Vis en gruppe (1–4 eller navn) med programmets egne ord.",
        "Show a group (1–4 or name) in the programme's own words.",
    )
)
def show(
    group: Annotated[str, typer.Argument(metavar="GROUP", help=say("1–4 eller navn.", "1–4 or name."))],
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Title, rule, bullets, actors, interventions, information, 6–8 weeks, return, efforts."""
    from rich.tree import Tree

    from rygrad.cli import screen

    loaded = load_pathway(pathway)
    found = next((g for g in loaded.groups.values() if group in (g.id, str(g.number))), None)
    if found is None:
        names = ", ".join(f"{g.number} {g.id}" for g in loaded.groups.values())
        raise RygradError("no_group", {"da": f"grupperne er: {names}.", "en": f"the groups are: {names}."})
    root = Tree(f"[bold]{found.number} {found.words.clinician.text(language())}[/bold]")
    _rule(loaded, root, found)
    for title, items in _sections(loaded, found).items():
        branch = root.add(f"[bold]{title}[/bold]")
        for words, citation in items:
            branch.add(words).add(f"[green]{_cited(loaded, citation)}[/green]")
    _guidelines(loaded, root)
    screen.console().print(root)


def _rule(loaded: Loaded, root: Any, group: Group) -> None:
    rule = root.add(f"[dim]{group.rule.id}[/dim] {json.dumps(as_data(group.rule.criterion), ensure_ascii=False)}")
    rule.add(f"[green]{_cited(loaded, group.rule.citation)}[/green]")


def _cited(loaded: Loaded, citation: Citation) -> str:
    unsigned = [name for name in citation.readings if loaded.readings[name].signed_by is None]
    readings = f" · {', '.join(citation.readings)}" if citation.readings else ""
    mark = f" ({NOT_SIGNED.text(language())})" if unsigned else ""
    return f"»{citation.quote}« ({citation.statement}, {citation.place}){readings}{mark}"


def _sections(loaded: Loaded, group: Group) -> dict[str, list[tuple[str, Citation]]]:
    symptoms = [(s.words.clinician.text(language()), s.citation) for s in group.symptoms if s.words]
    window, back = group.reassessment, group.return_to_gp
    sections = {
        say("Patientens symptomer", "The patient's symptoms"): symptoms,
        say("Hvem", "Who"): _worded(loaded, "actors", group.actors),
        say("Indsatser", "Interventions"): _worded(loaded, "interventions", group.interventions),
        say("Information", "Information"): _worded(loaded, "information", group.information),
        say("Revurdering", "Reassessment"): [(say("efter 6–8 uger", "after 6–8 weeks"), window)] if window else [],
        say("Ved manglende effekt", "Where there is no effect"): (
            [(say("tilbage til egen læge", "back to own GP"), back)] if back else []
        ),
        say("Andre indsatser", "Other efforts"): _worded(loaded, "efforts", group.efforts.values()),
    }
    return {title: items for title, items in sections.items() if items}


def _worded(loaded: Loaded, kind: str, items: Iterable[Item | Effort]) -> list[tuple[str, Citation]]:
    evt = say(" (evt.)", " (optional)")
    return [
        (loaded.words[kind][item.id].clinician.text(language()) + (evt if item.optional else ""), item.citation)
        for item in items
    ]


def _guidelines(loaded: Loaded, root: Any) -> None:
    branch = root.add(f"[bold]{say('Nationale kliniske retningslinjer', 'National clinical guidelines')}[/bold]")
    branch.add(f"[green]{_cited(loaded, loaded.shown['guidelines'])}[/green]")
    for guideline in loaded.guidelines:
        parts = (guideline[key][language()] for key in ("title", "scope", "status"))
        branch.add(f"{' · '.join(parts)} ({guideline['version']})")


@content.command(
    help=say(
        "Vis forskellen mellem to udgaver af indholdet.", "Show the difference between two versions of the content."
    )
)
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=say("Den gamle mappe.", "The old folder."))],
    new: Annotated[str, typer.Argument(metavar="NEW", help=say("Den nye mappe.", "The new folder."))],
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Place by place: what was there, what is there now."""
    changes = differences(load_pathway(old), load_pathway(new))
    for change in changes:
        typer.echo(change.where)
        if change.before is not None:
            typer.echo(f"  − {change.before}")
        if change.after is not None:
            typer.echo(f"  + {change.after}")
    typer.echo(say(f"{len(changes)} forskelle.", f"{len(changes)} differences."), err=True)


@content.command(
    help=say(
        "Skriv tilfældebogen (Markdown) på det valgte sprog.", "Write the case book (Markdown) in the chosen language."
    )
)
def casebook(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help=say("Fil; ellers skærmen.", "File; else the screen."))
    ] = None,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Every case: given, when, then, and whether it holds."""
    from rygrad.cli.casebook import as_markdown

    text = as_markdown(load_pathway(pathway), load_cases(pathway), load_sets(pathway), language())
    if out:
        out.write_text(text, "utf-8")
    else:
        typer.echo(text, nl=False)


@content.command(
    help=say("Vis alle fakta: navn, tilladte værdier, spørgsmål.", "Show all facts: name, allowed values, question.")
)
def facts(pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN) -> None:
    """One line per fact."""
    from rygrad.cli.casebook import allowed

    for fact in load_pathway(pathway).facts.values():
        typer.echo(f"{fact.id:<38} {allowed(fact):<60} {fact.question.clinician.text(language())}")


@content.command(
    help=say(
        "Hvor let hver borgertekst er at læse: LIX og den længste sætning.",
        "How easy each citizen text is to read: LIX and the longest sentence.",
    )
)
def plain(pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN) -> None:
    """One line per text: LIX, words of the longest sentence, and its id; the hardest first."""
    spoken = language()
    found = [(lix(text), longest_sentence(text), name) for name, text in _plain_texts(load_pathway(pathway), spoken)]
    typer.echo(say("LIX  ord  tekst", "LIX  words  text"))
    for value, words, name in sorted(found, key=lambda row: (-row[0], row[2])):
        typer.echo(f"{value:3.0f}  {words:3}  {name}")
    mean = sum(value for value, _, _ in found) / len(found)
    typer.echo(say(f"{len(found)} tekster, LIX i middel {mean:.0f}.", f"{len(found)} texts, mean LIX {mean:.0f}."))


def _plain_texts(loaded: Loaded, spoken: str) -> list[tuple[str, str]]:
    """Paragraphs that belong together are one text: LIX of a single short line says little."""
    joined: dict[str, str] = {}
    for name, text in citizen_texts(loaded):
        whole = name.rstrip("0123456789").rstrip(".") if name.startswith("citizen.") else name
        joined[whole] = f"{joined[whole]} {text.text(spoken)}" if whole in joined else text.text(spoken)
    return list(joined.items())


@content.command(help=say("Skriv afgørelsens JSON Schema.", "Write the decision's JSON Schema."))
def schema(pathway: application.Pathway = "rygsmerter", lang: application.Lang = application.SPOKEN) -> None:
    """Generated from the decision's types and the content's names."""
    from rygrad.decision.schema import decision_schema

    typer.echo(json.dumps(decision_schema(load_pathway(pathway)), indent=2, ensure_ascii=False))
