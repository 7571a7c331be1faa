"""Writes the generated reference: `make docs`. A test fails when a page is stale."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from docs.asvs_page import PAGE as ASVS
from docs.asvs_page import asvs
from docs.indicators_page import indicators
from docs.record_page import record
from docs.region_page import region_tables
from docs.safety_page import PAGE as SAFETY
from docs.safety_page import safety
from docs.trust_page import PAGE as TRUST
from docs.trust_page import trust
from rygrad.cli import language, screen
from rygrad.cli.assess import Rejects, assessed, default_day
from rygrad.cli.casebook import allowed, as_markdown
from rygrad.decision.coursetable import input_columns, output_columns
from rygrad.decision.explanation import explain
from rygrad.decision.schema import decision_schema
from rygrad.pathway.cases import load_cases, load_sets
from rygrad.pathway.coverage import carrier_text, coverage
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import content_folder, load_pathway
from tests.spec.truth_tables import TABLES

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "reference"
WRITTEN = "<!-- Written by `make docs`; do not edit. -->\n\n"


def facts(pathway: Pathway) -> str:
    """Every fact: name, values, unit, questions in both languages, readings."""
    rows = [
        f"| `{f.id}` | {allowed(f)}{f' · {f.unit.en}' if f.unit else ''} | {f.question.clinician.da} | {f.question.clinician.en} "
        f"| {f.question.citizen.da} | {f.question.citizen.en} | {', '.join(f.readings)} |"
        for f in pathway.facts.values()
    ]
    head = "| fact | values | clinician (da) | clinician (en) | citizen (da) | citizen (en) | readings |\n|---|---|---|---|---|---|---|"
    lead = 'A fact that is left out, or null, is unknown. Unknown is never "no". Yes/no facts also take true and false.'
    return f"{WRITTEN}# Facts\n\n{lead}\n\n{head}\n" + "\n".join(rows) + "\n"


def logic(pathway: Pathway) -> str:
    """The vocabulary of rules as small truth tables."""
    parts = [
        WRITTEN
        + "# The logic\n\nT true · F false · – unknown. The tables are the tests: every engine reproduces them (on 2026-03-02).\n"
    ]
    for table in TABLES:
        names = list(dict.fromkeys(name for row, _ in table.rows for name in row))
        head = "| " + " | ".join(f"`{n}`" for n in names) + " | holds |\n|" + "---|" * (len(names) + 1)
        rows = "\n".join(
            "| " + " | ".join(_cell(row.get(n)) for n in names) + f" | **{truth}** |" for row, truth in table.rows
        )
        parts.append(f"## {table.word}\n\n{table.says}\n\n`{json.dumps(table.rule)}`\n\n{head}\n{rows}\n")
    return "\n".join(parts)


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['earliest']} … {value['latest']}"
    return "–" if value is None else str(value)


def course_table(pathway: Pathway) -> str:
    """Every column of the course table."""
    parts = [
        WRITTEN
        + "# The course table\n\nOne row per course. Null is unknown; a column that is missing is unknown for everybody.\n"
    ]
    for title, columns in (("Read", input_columns(pathway)), ("Written", output_columns(pathway))):
        rows = "\n".join(f"| `{c.name}` | {c.type} | {c.says} |" for c in columns)
        parts.append(f"## {title}\n\n| column | type | what it says |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def covered(pathway: Pathway) -> str:
    """Every line of the source and what carries it."""
    rows = [
        f"| {line.number} | {line.text.strip()} | {'<br>'.join(carrier_text(pathway, c, 'en') for c in line.carriers)} |"
        for line in coverage(pathway)
        if not line.is_blank
    ]
    lead = "Every line of the programme's pocket edition, and the rules, items and notes that carry it (`rygrad content coverage`)."
    return f"{WRITTEN}# Coverage\n\n{lead}\n\n| line | text | carried by |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def command_line(pathway: Pathway) -> str:
    """The help of every command, and the exit codes."""
    environment = {**os.environ, "RYGRAD_LANG": "en"}
    run = [sys.executable, "-m", "docs.commands_help"]
    helps = json.loads(subprocess.run(run, env=environment, cwd=HERE.parent, capture_output=True, check=True).stdout)
    parts = [
        WRITTEN
        + "# The command line\n\nExit codes: 0 fine · 1 a bug · 2 usage · 3 some records rejected · 4 content check failed.\n"
    ]
    parts.append(
        "Language: `--lang da|en` anywhere, else the environment's `RYGRAD_LANG`, else Danish. `NO_COLOR` is honoured.\n\n"
        "Completion: `rygrad --install-completion`.\n"
    )
    parts += [f"## rygrad {words}\n\n```\n{shown}\n```\n" for words, shown in helps.items()]
    return "\n".join(parts)


def casebook(lang: str) -> Callable[[Pathway], str]:
    """The case book in one language."""

    def page(pathway: Pathway) -> str:
        language.choose(["--lang", lang])
        text = WRITTEN + as_markdown(pathway, load_cases("rygsmerter"), load_sets("rygsmerter"), lang)
        language.choose(["--lang", "da"])
        return text

    return page


def picture(pathway: Pathway) -> str:
    """The README's picture: real output, as SVG that loads nothing from outside."""
    out = Console(record=True, width=118, file=io.StringIO(), highlight=False)
    citizens = str(content_folder() / "examples" / "citizens.yaml")
    decided = dict(assessed(pathway, [citizens], default_day("2026-11-24"), Rejects(None)))
    out.print(screen.row_header())
    for name, decision in decided.items():
        out.print(screen.row(pathway, name, decision), no_wrap=True)
    chosen = next(name for name in decided if name.startswith("demo-07"))
    out.print()
    wanted = [e for e in explain(pathway, decided[chosen], "da") if e.why == "efforts.imaging"]
    out.print(screen.tree(pathway, chosen, decided[chosen], wanted))
    svg = out.export_svg(title="rygrad examples", unique_id="rygrad")
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "monospace")


PAGES: dict[Path, Callable[[Pathway], str]] = {
    REFERENCE / "facts.md": facts,
    REFERENCE / "logic.md": logic,
    REFERENCE / "course-table.md": course_table,
    REFERENCE / "region-tables.md": region_tables,
    REFERENCE / "indicators.md": indicators,
    REFERENCE / "coverage.md": covered,
    REFERENCE / "command-line.md": command_line,
    REFERENCE / "record.md": record,
    TRUST: trust,
    ASVS: asvs,
    SAFETY: safety,
    REFERENCE / "casebook.da.md": casebook("da"),
    REFERENCE / "casebook.en.md": casebook("en"),
    REFERENCE / "decision.schema.json": lambda p: json.dumps(decision_schema(p), indent=2) + "\n",
    HERE / "pictures" / "demo.svg": picture,
}


def write() -> None:
    """Write every page anew, in Danish where a page has one language, whatever the environment says."""
    language.choose(["--lang", "da"])
    pathway = load_pathway()
    for path, page in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(pathway), "utf-8")


if __name__ == "__main__":
    write()
